"""The 999, 997 and TA1: what a receiver's check said of our sets."""

from collections.abc import Callable
from datetime import date, time

from dueline.core.enums import SetKind
from dueline.core.x12 import FileReader, SetReader
from dueline.core.x12.model import (
    ElementError,
    GroupAcknowledgment,
    InterchangeAcknowledgment,
    Item,
    SegmentError,
    SetAcknowledgment,
)

ReadOne = Callable[[bytes], tuple[SetReader, list[Item]]]


def test_implementation_acknowledgment(
    sample_of: Callable[[str], bytes], read_one: ReadOne
) -> None:
    one, items = read_one(sample_of("999"))
    assert one.problems == []
    assert one.header == GroupAcknowledgment("HC", "7", "005010X222A1", "P", 2, 2, 1)
    error = SegmentError(
        *("CLM", 23, "2300", "8", ("CLM01:ACCT2",)),
        elements=(
            ElementError(*("5", "3", "", "1325", "7", "X"), ("SITUATIONAL TRIGGER*CLM*23",)),
        ),
    )
    assert items == [
        SetAcknowledgment("837", "0001", "005010X222A1", (), "A"),
        SetAcknowledgment("837", "0002", "005010X222A1", (error,), "R", ("5",)),
    ]


def test_functional_acknowledgment(sample_of: Callable[[str], bytes], read_one: ReadOne) -> None:
    one, items = read_one(sample_of("997"))
    assert one.kind is SetKind.FUNCTIONAL_ACKNOWLEDGMENT
    assert one.header == GroupAcknowledgment("HC", "7", "", "R", 1, 1, 0)
    error = SegmentError("NM1", 8, "2010AA", "8", elements=(ElementError("9", "", "", "67", "1"),))
    assert items == [SetAcknowledgment("837", "0001", "", (error,), "R", ("5",))]


def test_interchange_acknowledgment(sample_of: Callable[[str], bytes], read_one: ReadOne) -> None:
    one, items = read_one(sample_of("ta1"))
    assert (one.kind, one.group, one.header) == (SetKind.INTERCHANGE_ACKNOWLEDGMENT, None, None)
    assert (one.control_number, one.segment_count, one.is_balanced) == ("000000101", 1, True)
    assert items == [
        InterchangeAcknowledgment("000000101", date(2026, 3, 2), time(10, 15), "R", "025")
    ]


def test_interchange_acknowledgment_cut_short_is_told(sample_of: Callable[[str], bytes]) -> None:
    data = sample_of("ta1").replace(b"*1015*R*025~", b"*1015~")
    one = next(FileReader(data).sets())
    assert list(one.items()) == []
    assert [(p.code, p.element, p.is_fatal) for p in one.problems] == [
        ("missing_element", "TA104", True)
    ]


def test_interchange_acknowledgment_may_stand_before_a_group(
    sample_of: Callable[[str], bytes],
) -> None:
    data = sample_of("999").replace(b"GS*", b"TA1*000000009*260302*1015*A*000~\nGS*", 1)
    reader = FileReader(data)
    assert [(one.kind.value, len(list(one.items()))) for one in reader.sets()] == [
        ("TA1", 1),
        ("999", 2),
    ]
    assert reader.problems == []


def test_bad_acknowledgment_leaves_its_neighbors_alone(
    file_of: Callable[..., bytes], read_one: ReadOne
) -> None:
    body = (
        "AK1*HC*7~\nAK2*837*0001~\nIK5*A~\nAK2*837~\nIK5*R*5~\nAK2*837*0003~\nIK5*E~\nAK9*P*3*3*2~"
    )
    one, items = read_one(file_of("999", body))
    assert [
        (item.set_control_number, item.result)
        for item in items
        if isinstance(item, SetAcknowledgment)
    ] == [("0001", "A"), ("0003", "E")]
    told = [(p.code, p.segment_number, p.element) for p in one.problems if p.is_fatal]
    assert told == [("missing_element", 7, "AK202")]


def test_bad_count_is_told(file_of: Callable[..., bytes], read_one: ReadOne) -> None:
    one, items = read_one(file_of("999", "AK1*HC*7~\nAK2*837*0001~\nIK5*A~\nAK9*A*one*1*1~"))
    assert [(p.code, p.element, p.found) for p in one.problems] == [("bad_number", "AK902", "one")]
    assert len(items) == 1


def test_error_without_its_segment_is_kept(
    file_of: Callable[..., bytes], read_one: ReadOne
) -> None:
    one, _ = read_one(file_of("999", "AK1*HC*7~\nAK2*837*0001~\nIK4*1*2*3~\nIK5*R~\nAK9*R*1*1*0~"))
    assert isinstance(one.header, GroupAcknowledgment)
    assert [segment.elements for segment in one.header.extra] == [("IK4", "1", "2", "3")]
    assert [p.code for p in one.problems] == ["unexpected_segment"]
