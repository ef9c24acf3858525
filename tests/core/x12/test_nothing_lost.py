"""Every element of a sample is in what was read, every foreign segment is kept where it stood, and what is
read, written and read again is the same."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from datetime import date, time
from decimal import Decimal
from pathlib import Path

import pytest

from dueline.core.enums import SetKind
from dueline.core.money import cents_text
from dueline.core.x12 import FileReader, read_documents, write_interchange
from dueline.core.x12.model import Document, Segment

CORPUS = Path(__file__).resolve().parents[4] / "shared" / "corpus" / "x12"
# What the kind of a set and of a value express: levels, formats.
STRUCTURE = {"HL", "ST", "SE", "GS", "GE", "ISA", "IEA"}
FORMATS = {"0019", "TH", "D8", "RD8", "DT", "TM", "PXC", "HE", "N4", "ZZ"}
# Qualifiers of what has a field of its own.
QUALIFIERS = {
    *("REF*6R", "REF*G1", "REF*F8", "REF*1K", "REF*EJ", "REF*BLT", "REF*D9", "REF*FJ"),
    *("DTM*232", "DTM*233", "DTM*050", "DTM*150", "DTM*151", "DTM*472", "DTM*405"),
    *("DTP*472", "DTP*434", "DTP*573", "DTP*050", "DTP*009", "AMT*B6", "AMT*D", "AMT*EAF"),
    *("AMT*T3", "TRN*1"),
}


def values_of(thing: object) -> Iterator[object]:
    """Yield every plain value in what was read."""
    if is_dataclass(thing):
        for one in fields(thing):
            if one.name not in ("segment_number", "number"):
                yield from values_of(getattr(thing, one.name))
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from values_of(part)
    else:
        yield thing


def texts_of(value: object) -> Iterator[str]:
    """Yield the ways in which a value may have been written."""
    if isinstance(value, bool):
        yield "1" if value else "2"
    elif isinstance(value, int):
        yield from (cents_text(value), str(value))
    elif isinstance(value, Decimal):
        yield f"{value:f}"
    elif isinstance(value, date):
        yield f"{value:%Y%m%d}"
        yield f"{value:%y%m%d}"
    elif isinstance(value, time):
        yield f"{value:%H%M}"
    elif isinstance(value, str):
        yield value
        yield from value.replace(":", "*").split("*")


def plain(element: str) -> str:
    """Return an amount as we write it, anything else as it is."""
    if "." in element and element.replace(".", "").lstrip("-").isdigit():
        number = f"{Decimal(element).normalize():f}"
        return number
    return element


def test_every_element_is_in_what_was_read(sample: bytes) -> None:
    one = next(FileReader(sample).sets())
    items = list(one.items())
    known = {text for value in values_of([one.header, items]) for text in texts_of(value)}
    missing = []
    for line in sample.decode().replace("~", "").split("\n"):
        tag, *elements = line.split("*")
        if tag in STRUCTURE:
            continue
        is_told = f"{tag}*{elements[0]}" in QUALIFIERS if elements else True
        for position, element in enumerate(elements):
            for part in element.replace("-2026", ":2026").split(":"):
                is_qualifier = is_told and position == 0
                if part and part not in FORMATS and not is_qualifier and plain(part) not in known:
                    missing.append((line, part))
    assert missing == []


def test_foreign_segment_is_kept_wherever_it_stands(sample: bytes) -> None:
    lines = sample.decode().split("\n")
    first = next(i for i, line in enumerate(lines) if line.startswith(("ST*", "TA1*")))
    last = next((i for i, line in enumerate(lines) if line.startswith("SE*")), first)
    for place in range(first + 1, last + 1):
        data = "\n".join([*lines[:place], "ZZ9*FOREIGN*1~", *lines[place:]]).encode()
        one = next(FileReader(data).sets())
        items = list(one.items())
        kept = list(segments_in([one.header, items]))
        assert ("ZZ9", "FOREIGN", "1") in kept, f"after {lines[place - 1]}"
        notes = [p.segment_number for p in one.problems if p.code == "unexpected_segment"]
        assert place + 1 in notes


def segments_in(thing: object) -> Iterator[tuple[str, ...]]:
    if isinstance(thing, Segment):
        yield thing.elements
    elif is_dataclass(thing):
        for one in fields(thing):
            yield from segments_in(getattr(thing, one.name))
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from segments_in(part)


# ---------------------------------------------------------------- read, written, read again


def rewritten(data: bytes) -> tuple[list[Document], bytes]:
    reader = FileReader(data)
    documents, group, interchange = [], None, None
    for one in reader.sets():
        items = tuple(one.items())
        documents.append(Document(one.kind, one.header, items, one.version, one.control_number))
        group, interchange = one.group, one.interchange
    assert interchange is not None
    if group is None:
        acknowledgments = [item for document in documents for item in document.items]
        text = write_interchange([], interchange, acknowledgments=acknowledgments)  # type: ignore[arg-type]
    else:
        text = write_interchange([(group, documents)], interchange)
    return documents, "".join(text).encode()


def test_what_is_written_reads_back_equal(sample: bytes) -> None:
    if b"ST*997" in sample:
        with pytest.raises(ValueError, match="997 is not written"):
            rewritten(sample)
        return
    documents, text = rewritten(sample)
    assert read_documents(text) == documents
    assert rewritten(text)[1] == text


def sound_files() -> list[str]:
    """Return the published files that hold one group and no fault."""
    found = []
    for path in sorted(CORPUS.rglob("*.edi")):
        reader = FileReader(path.read_bytes())
        sets = [one for one in reader.sets() if list(one.items()) is not None]
        is_sound = not reader.problems and not any(one.is_fatal for one in sets)
        if is_sound and sets[0].kind is not SetKind.FUNCTIONAL_ACKNOWLEDGMENT:
            found.append(str(path.relative_to(CORPUS)))
    return found


@pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no X12 corpus at {CORPUS}")
@pytest.mark.parametrize("name", sound_files())
def test_published_file_reads_back_equal(name: str) -> None:
    documents, text = rewritten((CORPUS / name).read_bytes())
    assert read_documents(text) == documents


def test_read_equal_from_any_line_break(sample: bytes, sample_of: Callable[[str], bytes]) -> None:
    assert read_documents(sample.replace(b"\n", b"\r\n")) == read_documents(sample)
