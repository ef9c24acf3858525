"""Envelopes: what is compared, what is told and where, and that neighbors of a broken set are still read."""

import gc
from collections.abc import Callable
from dataclasses import replace
from itertools import islice

import pytest

from dueline.core.enums import SetKind
from dueline.core.x12 import FileReader, SetReader, X12Error, read_documents
from dueline.core.x12.model import Problem
from dueline.core.x12.reader import set_kind

REMITTANCE = "BPR*H*0*C*NON~\nTRN*1*X*Y~\nLX*1~\nCLP*{}*1*0*0~"

Place = tuple[str, int, str, str, str]


def places(problems: list[Problem]) -> list[Place]:
    return [(p.code, p.segment_number, p.element, p.expected, p.found) for p in problems]


def all_problems(data: bytes) -> list[Problem]:
    reader = FileReader(data)
    problems = [p for one in reader.sets() if list(one.items()) is not None for p in one.problems]
    return problems + list(reader.problems)


# The 835 sample: ISA 1, GS 2, ST 3, BPR 4 ... SE 56, GE 57, IEA 58.
FAULTS = {
    "SE01 too small": (b"SE*54*", b"SE*53*", "wrong_segment_count", 56, "SE01", "54", "53"),
    "SE01 too great": (b"SE*54*", b"SE*540*", "wrong_segment_count", 56, "SE01", "54", "540"),
    "SE01 no number": (b"SE*54*", b"SE*x*", "wrong_segment_count", 56, "SE01", "54", "x"),
    "SE01 missing": (b"SE*54*", b"SE**", "wrong_segment_count", 56, "SE01", "54", "nothing"),
    "SE02": (b"*54*0001", b"*54*0002", "wrong_control_number", 56, "SE02", "0001", "0002"),
    "SE02 missing": (b"*54*0001", b"*54", "wrong_control_number", 56, "SE02", "0001", "nothing"),
    "GE01": (b"GE*1*", b"GE*2*", "wrong_set_count", 57, "GE01", "1", "2"),
    "GE02": (b"GE*1*7", b"GE*1*8", "wrong_control_number", 57, "GE02", "7", "8"),
    "IEA01": (b"IEA*1*", b"IEA*2*", "wrong_group_count", 58, "IEA01", "1", "2"),
    "IEA02": (
        *(b"IEA*1*000000101", b"IEA*1*000000102"),
        *("wrong_control_number", 58, "IEA02", "000000101", "000000102"),
    ),
    "ST02 missing": (b"ST*835*0001", b"ST*835", "missing_element", 3, "ST02", "a control number", "nothing"),
    "IEA missing": (b"IEA*1*000000101~\n", b"", "missing_iea", 57, "", "IEA", "end of file"),
    "no ISA": (b"GE*1*7~", b"GE*1*7~IEA*1*000000101~", "missing_isa", 59, "", "ISA", "IEA"),
    "text outside": (
        *(b"GE*1*7~", b"ZZ*1~ZZ*2~GE*1*7~"),
        *("segment_outside_set", 57, "", "ST, GS, GE or IEA", "ZZ, 2 in all"),
    ),
    "lower-case SE": (b"SE*54", b"se*54", "lower_case_identifier", 56, "", "SE", "se"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_fault_of_the_envelope_is_told_with_its_place(
    sample_of: Callable[[str], bytes], name: str
) -> None:
    old, new, *place = FAULTS[name]
    data = sample_of("835")
    assert data.count(old) == 1
    before = places(all_problems(data))
    told = [p for p in places(all_problems(data.replace(old, new))) if p not in before]
    assert told[0] == tuple(place)


@pytest.mark.parametrize(
    ("cut", "codes"),
    [
        (b"SE*54*0001~\n", ["missing_se"]),
        (b"SE*54*0001~\nGE*1*7~\n", ["missing_se", "missing_ge"]),
        (b"SE*54*0001~\nGE*1*7~\nIEA*1*000000101~\n", ["missing_se", "missing_ge", "missing_iea"]),
        (b"GE*1*7~\n", ["missing_ge"]),
    ],
)
def test_missing_trailer_is_told(
    sample_of: Callable[[str], bytes], cut: bytes, codes: list[str]
) -> None:
    data = sample_of("835")
    assert cut in data
    told = [p.code for p in all_problems(data.replace(cut, b"")) if p.is_fatal]
    assert told == codes


def test_second_isa_before_iea_is_told_and_both_are_read(sample_of: Callable[[str], bytes]) -> None:
    data = sample_of("835")
    half = data[: data.index(b"PLB*")]
    reader = FileReader(half + data)
    found = [(one.is_fatal, len(list(one.items())), one.is_fatal) for one in reader.sets()]
    assert found == [(False, 3, True), (False, 3, False)]
    assert [p.code for p in reader.problems] == ["missing_ge", "missing_iea"]
    assert reader.problems[0].found == "ISA"


def test_set_outside_a_group_is_read_and_told(file_of: Callable[..., bytes]) -> None:
    data = file_of("835", REMITTANCE.format("A"))
    lines = [line for line in data.split(b"\n") if line[:2] not in (b"GS", b"GE")]
    reader = FileReader(b"\n".join(lines))
    one = next(reader.sets())
    assert (one.group, len(list(one.items()))) == (None, 1)
    assert [p.code for p in reader.problems] == ["missing_gs"]


def test_missing_bpr_is_told(file_of: Callable[..., bytes]) -> None:
    data = file_of("835", "TRN*1*X*Y~\nLX*1~\nCLP*A*1*0*0~")
    told = [(p.code, p.element) for p in all_problems(data)]
    assert told == [("missing_element", "BPR02")]


BREAKAGES = {
    "bad amount": ("CLP*B*1*0*0", "CLP*B*1*1e5*0"),
    "bad segment": ("CLP*B*1*0*0", "clp!B*1*0*0"),
    "claim cut out": ("LX*1~\nCLP*B*1*0*0~\n", ""),
    "SE01": ("SE*6*0002", "SE*7*0002"),
    "SE missing": ("SE*6*0002~\n", ""),
    "out of balance": ("CLP*B*1*0*0", "CLP*B*1*1*0"),
}


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_neighbors_of_a_broken_set_are_read(file_of: Callable[..., bytes], breakage: str) -> None:
    text = file_of("835", *(REMITTANCE.format(name) for name in "ABC")).decode()
    old, new = BREAKAGES[breakage]
    assert old in text
    reader = FileReader(text.replace(old, new).encode())
    found = [(one, list(one.items())) for one in reader.sets()]
    sound = [one.control_number for one, _ in found if not one.is_fatal and one.is_balanced]
    assert [one.control_number for one, _ in found] == ["0001", "0002", "0003"]
    assert sound == ["0001", "0003"]
    assert [len(found[0][1]), len(found[2][1])] == [1, 1]


@pytest.mark.parametrize(
    ("identifier", "version", "kind"),
    [
        ("835", "005010X221A1", SetKind.REMITTANCE),
        ("835", "5010", SetKind.REMITTANCE),
        ("837", "005010X222", SetKind.CLAIM_PROFESSIONAL),
        ("837", "005010X222A2", SetKind.CLAIM_PROFESSIONAL),
        ("837", "005010X223A3", SetKind.CLAIM_INSTITUTIONAL),
        ("837", "005010X224A2", SetKind.CLAIM_DENTAL),
        ("837", "004010X096A1", SetKind.CLAIM_INSTITUTIONAL),
        ("837", "005010X299", SetKind.CLAIM_INSTITUTIONAL),
        ("837", "", SetKind.CLAIM_PROFESSIONAL),
        ("277", "005010X212", SetKind.STATUS_RESPONSE),
        ("277", "005010X214", SetKind.CLAIM_ACKNOWLEDGMENT),
        ("276", "005010X212", SetKind.STATUS_REQUEST),
        ("999", "005010X231A1", SetKind.IMPLEMENTATION_ACKNOWLEDGMENT),
        ("997", "005010X230", SetKind.FUNCTIONAL_ACKNOWLEDGMENT),
        ("270", "005010X279A1", SetKind.OTHER),
    ],
)
def test_kind_comes_from_st01_and_version(identifier: str, version: str, kind: SetKind) -> None:
    assert set_kind(identifier, version) is kind


@pytest.mark.parametrize("version", ["005010", "005010X222A1", "odd"])
@pytest.mark.parametrize(
    ("service", "kind"),
    [("SV1*HC:1*5", "837P"), ("SV2*0100**5", "837I"), ("SV3*AD:1*5", "837D")],
)
def test_service_lines_say_what_an_837_is(
    file_of: Callable[..., bytes], version: str, service: str, kind: str
) -> None:
    body = f"BHT*0019*00*1~\nHL*1**20~\nHL*2*1*22~\nCLM*A*5~\nLX*1~\n{service}~"
    one = next(FileReader(file_of("837", body, version=version)).sets())
    assert [item.kind for item in one.items()] == [kind]
    assert one.kind == kind


def test_set_of_another_kind_is_counted_and_named(sample_of: Callable[[str], bytes]) -> None:
    data = sample_of("835").replace(b"ST*835", b"ST*820")
    one = next(FileReader(data).sets())
    assert list(one.items()) == []
    assert (one.kind, one.identifier, one.segment_count) == (SetKind.OTHER, "820", 54)
    assert [(p.code, p.segment_number, p.is_fatal) for p in one.problems] == [
        ("unknown_set", 3, False)
    ]


def test_repeated_control_number_is_noted(file_of: Callable[..., bytes]) -> None:
    text = file_of("835", REMITTANCE.format("A"), REMITTANCE.format("B")).decode()
    told = all_problems(text.replace("0002", "0001").encode())
    assert [(p.code, p.segment_number, p.is_fatal) for p in told] == [
        ("repeated_control_number", 9, False)
    ]


def test_test_usage_is_noted_once_a_set(sample: bytes) -> None:
    told = all_problems(sample.replace(b"*0*P*", b"*0*T*"))
    assert [p.code for p in told if p.code == "test_usage"] == ["test_usage"]


# ---------------------------------------------------------------- how the reader is used


def many(file_of: Callable[..., bytes], claims: int) -> bytes:
    lines = "\n".join(f"CLP*A{number}*1*0*0~" for number in range(claims))
    return file_of("835", f"BPR*H*0*C*NON~\nTRN*1*X*Y~\nLX*1~\n{lines}", REMITTANCE.format("Z"))


def test_items_given_up_go_on_where_they_stopped(file_of: Callable[..., bytes]) -> None:
    reader = FileReader(many(file_of, 1000))
    sets = reader.sets()
    first = next(sets)
    taken = list(islice(first.items(), 300))
    rest = list(first.items())
    assert len(taken) + len(rest) == 1000
    assert first.totals.claim_count == 1000
    assert not first.is_fatal
    assert len(list(next(sets).items())) == 1
    assert reader.problems == []


@pytest.mark.parametrize("taken", [0, 1, 256, 257, 1000])
def test_next_set_comes_whole_however_much_of_this_one_is_read(
    file_of: Callable[..., bytes], taken: int
) -> None:
    reader = FileReader(many(file_of, 1000))
    sets = reader.sets()
    first = next(sets)
    items = first.items()
    for _ in range(taken):
        next(items)
    second = next(sets)
    assert (first.segment_count, second.segment_number) == (1005, 1008)
    assert len(list(second.items())) == 1
    assert list(sets) == []
    assert reader.problems == []


def test_header_is_complete_before_the_first_item(sample: bytes) -> None:
    one = next(FileReader(sample).sets())
    before = repr(one.header)
    list(one.items())
    if one.kind is SetKind.REMITTANCE:
        assert "EFT20260316" in before
        assert "provider_adjustments=()" in before
    elif one.kind not in (SetKind.IMPLEMENTATION_ACKNOWLEDGMENT, SetKind.FUNCTIONAL_ACKNOWLEDGMENT):
        assert repr(one.header) == before


@pytest.mark.parametrize("is_on", [True, False])
@pytest.mark.parametrize("how", ["whole", "given up", "consumer fails"])
def test_garbage_collector_is_left_as_it_was(
    file_of: Callable[..., bytes], is_on: bool, how: str
) -> None:
    data = many(file_of, 600)
    (gc.enable if is_on else gc.disable)()
    try:
        for one in FileReader(data).sets():
            try:
                for _ in one.items():
                    assert gc.isenabled() is is_on
                    if how == "given up":
                        break
                    if how == "consumer fails":
                        raise KeyError
            except KeyError:
                pass
            assert gc.isenabled() is is_on
        assert gc.isenabled() is is_on
    finally:
        gc.enable()


def test_what_was_read_is_free_without_the_garbage_collector(sample: bytes) -> None:
    read = sum(1 for one in FileReader(sample).sets() for _ in one.items())
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            assert sum(1 for one in FileReader(sample).sets() for _ in one.items()) == read
        assert gc.collect() < 20
    finally:
        gc.enable()


# ---------------------------------------------------------------- the hash by which a set is known again


def hashes(data: bytes) -> list[str]:
    reader = FileReader(data)
    return [one.content_hash for one in reader.sets() if list(one.items()) is not None]


SAME = {
    "again": lambda data: data,
    "new interchange": lambda data: data.replace(b"000000101", b"000000102"),
    "new group": lambda data: data.replace(b"*1015*7*", b"*1015*8*").replace(b"*7~", b"*8~"),
    "new set number": lambda data: data.replace(b"*0001", b"*0009"),
    "without line breaks": lambda data: data.replace(b"\n", b""),
}


@pytest.mark.parametrize("change", SAME)
def test_same_content_has_the_same_hash(sample_of: Callable[[str], bytes], change: str) -> None:
    data = sample_of("835")
    assert hashes(SAME[change](data)) == hashes(data)


def test_other_content_has_another_hash(sample_of: Callable[[str], bytes]) -> None:
    data = sample_of("835")
    start, stop = data.index(b"BPR"), data.index(b"SE*54")
    changed = {hashes(data)[0]}
    for position in range(start, stop):
        if data[position : position + 1].isalnum():
            other = b"0" if data[position : position + 1] != b"0" else b"1"
            changed |= set(hashes(data[:position] + other + data[position + 1 :]))
    assert len(changed) > 600


def test_acknowledged_interchange_makes_a_ta1_known(sample_of: Callable[[str], bytes]) -> None:
    data = sample_of("ta1")
    other = data.replace(b"TA1*000000101", b"TA1*000000102")
    assert hashes(data) == hashes(data)
    assert hashes(data) != hashes(other)


# ---------------------------------------------------------------- documents


def test_documents_hold_what_the_reader_gives(sample: bytes) -> None:
    one = next(FileReader(sample).sets())
    items = tuple(one.items())
    (document,) = read_documents(sample)
    assert (document.kind, document.items, document.header) == (one.kind, items, one.header)
    assert (document.version, document.control_number) == (one.version, one.control_number)


def test_documents_of_a_faulty_file_are_refused(sample: bytes) -> None:
    with pytest.raises(X12Error) as refused:
        read_documents(sample[:-30])
    assert all(problem.is_fatal for problem in refused.value.problems)
    assert str(refused.value).startswith(refused.value.problems[0].place)


def test_place_says_nothing_of_the_content() -> None:
    problem = Problem("bad_amount", "An amount cannot be read.", 9, "CLP", "2100", "CLP04", "", "x")
    assert problem.place == "segment 9, loop 2100, element CLP04"
    assert replace(problem, element="").place == "segment 9, loop 2100, CLP"
    assert Problem("empty_file", "The file is empty.").place == "file"


def test_segment_numbers_run_through_the_file(sample: bytes) -> None:
    two = FileReader(sample + sample)
    found: list[SetReader] = [one for one in two.sets() if list(one.items()) is not None]
    length = sample.count(b"~")
    assert found[1].segment_number == found[0].segment_number + length
    assert [one.last_segment_number for one in found] == [
        one.segment_number + one.segment_count - 1 for one in found
    ]
