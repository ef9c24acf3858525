"""Bytes become the same segments whatever their layout, encoding and pieces; what is no X12 is named."""

import io
import random
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.x12 import FileReader, segments
from dueline.core.x12.model import ClaimPayment, Problem

Content = list[tuple[object, ...]]


def content(data: bytes) -> tuple[Content, list[str]]:
    """Return what a file says, and the codes of the problems of the file itself."""
    reader = FileReader(data)
    found: Content = []
    for one in reader.sets():
        items = list(one.items())
        found.append((one.kind, one.version, one.header, items, one.totals, one.segment_count))
        found.append(tuple(problem.code for problem in one.problems))
    return found, [problem.code for problem in reader.problems]


def redelimited(data: bytes, element: bytes, component: bytes, segment: bytes) -> bytes:
    placed = {b"*": element, b":": component, b"~": segment}
    return b"".join(placed.get(bytes([byte]), bytes([byte])) for byte in data)


def unpadded(data: bytes) -> bytes:
    isa, rest = data[:106], data[106:]
    return b"*".join(field.strip() for field in isa.split(b"*")) + rest


def lower_case(data: bytes) -> bytes:
    lines = data.split(b"\n")
    return b"\n".join(line[:3].lower() + line[3:] for line in lines)


LAYOUTS: dict[str, Callable[[bytes], bytes]] = {
    "no line breaks": lambda data: data.replace(b"\n", b""),
    "CR LF": lambda data: data.replace(b"\n", b"\r\n"),
    "CR": lambda data: data.replace(b"\n", b"\r"),
    "blank lines": lambda data: data.replace(b"\n", b"\n\n\r\n"),
    "indented": lambda data: data.replace(b"\n", b"\n  \t"),
    "spaces after segments": lambda data: data.replace(b"\n", b"   \n"),
    "empty segments": lambda data: data.replace(b"~\n", b"~~ ~\n"),
    "wrapped at 80 columns": lambda data: b"\r\n".join(
        data.replace(b"\n", b"")[start : start + 80] for start in range(0, len(data), 80)
    ),
    "trailing delimiters": lambda data: data[:106] + data[106:].replace(b"~", b"**~"),
    "byte-order mark": lambda data: b"\xef\xbb\xbf" + data,
    "end-of-file mark": lambda data: data + b"\x1a",
    "NULs at the end": lambda data: data + b"\x00" * 512,
    "line breaks before": lambda data: b"\r\n\r\n" + data,
    "pipes": lambda data: redelimited(data, b"|", b":", b"!"),
    "control characters": lambda data: redelimited(data, b"\x1d", b":", b"\x1c"),
    "Latin-1 delimiters": lambda data: redelimited(data, b"\xa7", b":", b"\xac"),
    "LF as terminator": lambda data: data.replace(b"~", b""),
    "CR LF as terminator": lambda data: data.replace(b"~\n", b"\r\n"),
    "CR as terminator": lambda data: data.replace(b"~\n", b"\r"),
    "unpadded ISA": unpadded,
    "ISA11 is U": lambda data: data.replace(b"*^*00501", b"*U*00501"),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_changes_nothing(sample: bytes, layout: str) -> None:
    # What has no field of its own is kept as sent, composites with the file's own separators.
    lines = sample.split(b"\n")
    sample = b"\n".join(line for line in lines if not line.startswith((b"TOO", b"CTX")))
    assert content(LAYOUTS[layout](sample)) == content(sample)


@pytest.mark.parametrize("component", [b">", b"|", b"\x1f", b"\xa6"])
@pytest.mark.parametrize("name", ["835", "837i", "276", "277", "277ca"])
def test_component_separator_changes_nothing(
    sample_of: Callable[[str], bytes], name: str, component: bytes
) -> None:
    data = sample_of(name)
    assert content(redelimited(data, b"*", component, b"~")) == content(data)


def test_lower_case_identifiers_are_read_and_noted(sample: bytes) -> None:
    assert content(lower_case(sample)) == (content(sample)[0], ["lower_case_identifier"])


def test_a_writer_without_capitals_is_read_with_them(sample: bytes) -> None:
    """Group codes, qualifiers and procedures mean what they mean in capitals."""
    capitals = sample.upper()
    assert content(sample.lower()) == (content(capitals)[0], ["lower_case_identifier"])


def test_missing_last_terminator_is_noted(sample: bytes) -> None:
    assert content(sample.rstrip(b"~\n")) == (content(sample)[0], ["missing_terminator"])


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 107, 1000])
def test_pieces_change_nothing(sample: bytes, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    two = sample + sample
    whole = content(two)
    monkeypatch.setattr(segments, "CHUNK_BYTES", size)
    assert content(two) == whole


class Trickle(io.RawIOBase):
    """A source that gives what it likes, as a socket does."""

    def __init__(self, data: bytes) -> None:
        self.data = io.BytesIO(data)
        self.rules = random.Random(3)

    def read(self, size: int = -1) -> bytes:
        return self.data.read(self.rules.randint(1, 50))


def test_source_may_give_less_than_asked(sample: bytes) -> None:
    reader = FileReader(Trickle(sample))
    assert [list(one.items()) for one in reader.sets()] == [
        list(one.items()) for one in FileReader(sample).sets()
    ]
    assert reader.problems == []


def test_every_cut_is_told(sample: bytes) -> None:
    sample = sample.rstrip(b"\n")
    for length in range(len(sample)):
        reader = FileReader(sample[:length])
        problems: list[Problem] = []
        for one in reader.sets():
            list(one.items())
            problems += one.problems
        problems += reader.problems
        told = {problem.code for problem in problems if problem.is_fatal}
        is_whole = length == len(sample) - 1  # but for the last terminator
        assert told or (is_whole and problems[-1].code == "missing_terminator"), length


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (b"%PDF-1.7\n", "a PDF"),
        (b"PK\x03\x04\x14\x00", "a ZIP or Office file"),
        (b"\x1f\x8b\x08\x00", "a gzip file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office file"),
        (b"\x89PNG\r\n", "a picture"),
        (b"\xff\xfeI\x00S\x00A\x00*\x00", "UTF-16 text"),
        (b'{"claims": []}', "JSON"),
        (b"<html>", "XML or HTML"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_other_files_are_named_and_not_searched(start: bytes, name: str, sample: bytes) -> None:
    reader = FileReader(start + sample)
    assert list(reader.sets()) == []
    assert [(p.code, p.found) for p in reader.problems] == [("not_x12", name)]
    assert reader.problems[0].message == f"This is {name}, not X12."


@pytest.mark.parametrize("data", [b"", b"\n", b" \r\n\t" * 500, b"\xef\xbb\xbf", b"\x00" * 10])
def test_nothing_is_an_empty_file(data: bytes) -> None:
    reader = FileReader(data)
    assert list(reader.sets()) == []
    assert [problem.code for problem in reader.problems] == ["empty_file"]


@pytest.mark.parametrize("data", [b"Dear practice", b"IS", b"\x01" * 3_000_000, b"isabel"])
def test_text_is_not_x12(data: bytes) -> None:
    reader = FileReader(data)
    assert list(reader.sets()) == []
    assert reader.problems[0].code in ("not_x12", "bad_delimiter")
    assert reader.problems[0].is_fatal


def test_text_before_and_between_interchanges_is_told(sample_of: Callable[[str], bytes]) -> None:
    data = sample_of("835")
    found, codes = content(b"From: payer\n" + data + b"--\n" + data)
    assert codes == ["not_x12", "segment_outside_set"]
    assert found[:2] == found[2:] == content(data)[0]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"ISA*", b"ISAX", "bad_delimiter"),
        (b"*P*:~", b"*P*A~", "bad_delimiter"),
        (b"*P*:~", b"*P*::", "bad_delimiter"),
        (b"*P*:~", b"*P**~", "bad_delimiter"),
        (b"*P*:~", b"*P*: ", "bad_delimiter"),
        (b"*0*P*:~", b"*0*P~", "bad_delimiter"),
    ],
)
def test_unusable_isa_is_told_and_the_next_is_read(
    sample_of: Callable[[str], bytes], old: bytes, new: bytes, code: str
) -> None:
    data = sample_of("999")
    found, codes = content(data.replace(old, new, 1) + data)
    assert code in codes
    assert found == content(data)[0]


@pytest.mark.parametrize("name", ["835", "837i", "276", "277", "277ca"])
def test_delimiters_change_at_each_isa(sample_of: Callable[[str], bytes], name: str) -> None:
    data = sample_of(name)
    other = redelimited(data, b"|", b">", b"\n").replace(b"\n\n", b"\n")
    found, codes = content(data + other + data)
    assert codes == []
    assert len(found) == 6
    assert found[:2] == found[2:4] == found[4:]


def patient_name(data: bytes) -> str:
    item = next(item for one in FileReader(data).sets() for item in one.items())
    assert isinstance(item, ClaimPayment)
    assert item.patient is not None
    return item.patient.last_name


@pytest.mark.parametrize("before", range(4))
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_text_is_utf8_or_latin1_segment_by_segment(
    file_of: Callable[..., bytes], encoding: str, before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = "BPR*H*0*C*NON~\nTRN*1*X*Y~\nLX*1~\nCLP*A*1*0*0~\nNM1*QC*1*{}~\nNM1*IL*1*{}~"
    text = file_of("835", body).decode()
    other = {"utf-8": "latin-1", "latin-1": "utf-8"}[encoding]
    first, second = "Núñez".encode(encoding), "Müller".encode(other)
    head, middle, tail = (part.encode() for part in text.split("{}"))
    data = head + b" " * before + first + middle + second + tail
    for size in (1 << 20, 16):
        monkeypatch.setattr(segments, "CHUNK_BYTES", size)
        assert patient_name(data).strip() == "Núñez"


def test_nul_within_a_segment_is_a_fault_of_its_set(sample_of: Callable[[str], bytes]) -> None:
    data = sample_of("835").replace(b"JANE", b"JA\x00NE")
    one = next(FileReader(data).sets())
    list(one.items())
    assert [(p.code, p.segment_number) for p in one.problems if p.is_fatal] == [
        ("bad_character", 21)
    ]


def test_nul_reaches_nobody(sample: bytes) -> None:
    """Databases do not take a NUL: neither a value nor a problem holds one."""
    for position in range(len(sample) - 1):
        reader = FileReader(sample[:position] + b"\x00" + sample[position + 1 :])
        for one in reader.sets():
            told = repr((one.interchange, one.group, list(one.items()), one.header, one.problems))
            assert "\\x00" not in told, position
        assert "\\x00" not in repr(reader.problems), position


class Endless(io.RawIOBase):
    """An ISA, and then a segment of this many bytes without an end, in memory only as it is read."""

    def __init__(self, head: bytes, size: int, tail: bytes) -> None:
        self.parts = [head, *[b"A" * (1 << 20)] * (size >> 20), tail]

    def read(self, size: int = -1) -> bytes:
        return self.parts.pop(0) if self.parts else b""


def test_endless_line_is_left_out_in_bounded_memory(sample_of: Callable[[str], bytes]) -> None:
    data = sample_of("835")
    head, mark, tail = data.partition(b"ZZ1*PAYER")
    tracemalloc.start()
    reader = FileReader(Endless(head + mark, 200 << 20, tail + data))
    found = [(one, list(one.items())) for one in reader.sets()]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 << 20
    assert [(p.code, p.segment_number) for p in reader.problems] == [("segment_too_long", 54)]
    assert found[0][0].is_fatal
    assert not found[1][0].is_fatal
    assert [len(items) for _, items in found] == [3, 3]


def test_claim_without_end_is_given_up(file_of: Callable[..., bytes]) -> None:
    claim = "CLP*A*1*0*0~\n"
    body = "BPR*H*0*C*NON~\nTRN*1*X*Y~\nLX*1~\n" + claim + "REF*F8*1~\n" * 120_000 + claim
    reader = FileReader(file_of("835", body, "BPR*H*0*C*NON~\nTRN*1*X*Y~\nLX*1~\n" + claim))
    first, second = ((one, list(one.items())) for one in reader.sets())
    assert [problem.code for problem in first[0].problems] == ["too_many_segments"]
    assert first[0].segment_count == 120_007
    assert (second[0].is_fatal, len(second[1])) == (False, 1)
    assert reader.problems == []


def test_ten_thousand_faults_are_counted_not_listed(file_of: Callable[..., bytes]) -> None:
    body = "BPR*H*0*C*NON~\nTRN*1*X*Y~\nLX*1~\n" + "CLP*A*1*0*1e5~\n" * 10_000 + "CLP*A*1*x*0~\n"
    one = next(FileReader(file_of("835", body)).sets())
    assert list(one.items()) == []
    assert len(one.problems) == 1_001
    assert (one.problems[-1].code, one.problems[-1].found) == ("more_problems", "9001")


@given(st.binary(max_size=300))
def test_any_bytes_end_in_a_reading(data: bytes) -> None:
    reader = FileReader(data)
    for one in reader.sets():
        list(one.items())
    assert reader.problems


@given(st.data())
def test_any_bytes_after_an_isa_end_in_a_reading(data: st.DataObject) -> None:
    isa = b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *260302*1015*^*00501*1*0*P*:~"
    words = [b"ST*835*1~", b"GS*HP~", b"CLP*1*", b"SE*2*1~", b"~", b"*", b"1", b"IEA", b"TA1*", isa]
    parts = data.draw(st.lists(st.sampled_from(words) | st.binary(max_size=8), max_size=30))
    reader = FileReader(isa + b"".join(parts))
    told = [
        problem
        for one in reader.sets()
        if list(one.items()) is not None
        for problem in one.problems
    ]
    assert told or reader.problems
