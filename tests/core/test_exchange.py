"""The rules of the exchange: what is whole, what is a file's name, when a mailbox is tried again."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.enums import SetKind
from dueline.core.exchange import (
    answer_expected_by,
    is_unfinished,
    is_whole,
    is_x12,
    next_look,
    why_not_name,
)
from dueline.core.x12 import write_interchange
from dueline.core.x12.model import (
    Delimiters,
    Document,
    Group,
    GroupAcknowledgment,
    Interchange,
    SetAcknowledgment,
)

USUAL = Delimiters()
NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)


def a_file(delimiters: Delimiters = USUAL, *, line_breaks: bool = True) -> bytes:
    """Return a 999 in an interchange."""
    header = GroupAcknowledgment("HC", "1", "005010X222A1", "A", 1, 1, 1)
    item = SetAcknowledgment("837", "0001", "005010X222A1", result="A")
    document = Document(SetKind.IMPLEMENTATION_ACKNOWLEDGMENT, header, (item,), "005010X231A1")
    group = Group("FA", "CH", "LKS", date(2026, 12, 1), None, "1", "005010X231A1")
    outer = Interchange(
        sender_id="CH", receiver_id="LKS", control_number="1", delimiters=delimiters
    )
    text = "".join(write_interchange([(group, [document])], outer, line_breaks=line_breaks))
    return text.encode()


def whole(content: bytes) -> bool:
    return is_x12(content[:400]) and is_whole(content[:400], content[-400:])


SHAPES = st.sampled_from(
    [
        a_file(),
        a_file(line_breaks=False),
        a_file(Delimiters("|", "^", ">", "\n")),
        b"\xef\xbb\xbf" + a_file(),
        a_file() + a_file(),
    ]
)


@given(SHAPES, st.data())
def test_a_file_cut_anywhere_is_not_whole(content: bytes, data: st.DataObject) -> None:
    """Save before its last line break, or right after an interchange, which stands for itself."""
    assert whole(content)
    at = data.draw(st.integers(120, len(content) - 1))
    cut = content[:at]
    after_an_interchange = cut.rstrip(b"\n~").endswith(b"000000001") and b"IEA" in cut[-20:]
    if not after_an_interchange:
        assert not whole(cut)


def test_what_follows_the_last_segment_does_not_matter() -> None:
    assert whole(a_file() + b"\r\n\x1a")
    assert not is_x12(b"Report of December 1\r\n")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "a/b", "a\\b", "a\nb", "a\0b", "\x1b[2J", "x" * 201]
)
def test_a_name_that_is_never_asked_for(name: str) -> None:
    assert why_not_name(name)


@pytest.mark.parametrize("name", ["999_1.x12", "Remit 12-01.835", "ÄÖ.txt"])
def test_a_name_as_servers_have_them(name: str) -> None:
    assert why_not_name(name) == ""
    assert not is_unfinished(name)


@pytest.mark.parametrize("name", [".x12", "a.x12.part", "a.FILEPART", "b.tmp"])
def test_a_name_of_what_is_being_written(name: str) -> None:
    assert is_unfinished(name)


def test_a_mailbox_in_trouble_is_tried_less_and_less_often() -> None:
    waits = [next_look(NOW, count) - NOW for count in range(1, 40)]
    assert waits[0] == timedelta(minutes=1)
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=1)


def test_an_acknowledgment_is_expected_by_the_next_business_day() -> None:
    assert answer_expected_by(date(2026, 11, 25)) == date(2026, 11, 27)  # over Thanksgiving
