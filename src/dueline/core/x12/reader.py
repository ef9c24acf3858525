"""Read a file of X12: its envelopes, and one reader for each transaction set in it.

Reading never raises for what a file holds. Faults are `Problem`s: those of a set on its SetReader, those of
the envelope on the FileReader.
"""

import gc
import io
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from dueline.core.enums import SetKind
from dueline.core.x12.acknowledgment import AcknowledgmentReader, acknowledgment_of_interchange
from dueline.core.x12.claim import ClaimReader
from dueline.core.x12.elements import Procedures, clock_time, short_date
from dueline.core.x12.loops import SetState, SetTotals, element_at
from dueline.core.x12.model import (
    Document,
    Group,
    Header,
    Interchange,
    Item,
    Problem,
)
from dueline.core.x12.remittance import RemittanceReader
from dueline.core.x12.segments import SegmentStream
from dueline.core.x12.status import StatusReader
from dueline.core.x12.unknown import UnknownReader

_Parser = RemittanceReader | ClaimReader | StatusReader | AcknowledgmentReader | UnknownReader
_READERS: dict[SetKind, type[_Parser]] = {
    SetKind.REMITTANCE: RemittanceReader,
    SetKind.CLAIM_PROFESSIONAL: ClaimReader,
    SetKind.CLAIM_INSTITUTIONAL: ClaimReader,
    SetKind.CLAIM_DENTAL: ClaimReader,
    SetKind.STATUS_REQUEST: StatusReader,
    SetKind.STATUS_RESPONSE: StatusReader,
    SetKind.CLAIM_ACKNOWLEDGMENT: StatusReader,
    SetKind.IMPLEMENTATION_ACKNOWLEDGMENT: AcknowledgmentReader,
    SetKind.FUNCTIONAL_ACKNOWLEDGMENT: AcknowledgmentReader,
    SetKind.OTHER: UnknownReader,
}
_CLAIM_VERSIONS = {
    "X222": SetKind.CLAIM_PROFESSIONAL,
    "X291": SetKind.CLAIM_PROFESSIONAL,
    "X298": SetKind.CLAIM_PROFESSIONAL,
    "X098": SetKind.CLAIM_PROFESSIONAL,
    "X223": SetKind.CLAIM_INSTITUTIONAL,
    "X292": SetKind.CLAIM_INSTITUTIONAL,
    "X299": SetKind.CLAIM_INSTITUTIONAL,
    "X096": SetKind.CLAIM_INSTITUTIONAL,
    "X224": SetKind.CLAIM_DENTAL,
    "X293": SetKind.CLAIM_DENTAL,
    "X300": SetKind.CLAIM_DENTAL,
    "X097": SetKind.CLAIM_DENTAL,
}
_KINDS = {
    "835": SetKind.REMITTANCE,
    "276": SetKind.STATUS_REQUEST,
    "999": SetKind.IMPLEMENTATION_ACKNOWLEDGMENT,
    "997": SetKind.FUNCTIONAL_ACKNOWLEDGMENT,
}


class X12Error(Exception):
    """A file could not be read whole; `problems` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        first = problems[0]
        super().__init__(f"{first.place}: {first.message}")
        self.problems = problems


def set_kind(identifier: str, version: str) -> SetKind:
    """Return the kind from ST01 and the version (ST03 or GS08), never from a file's name.

    An 837 of a version without a guide number is taken as professional until its lines say otherwise.
    """
    if identifier == "837":
        return _CLAIM_VERSIONS.get(version[6:10], SetKind.CLAIM_PROFESSIONAL)
    if identifier == "277":
        is_acknowledgment = version[6:10] in ("X214", "X070")
        return SetKind.CLAIM_ACKNOWLEDGMENT if is_acknowledgment else SetKind.STATUS_RESPONSE
    return _KINDS.get(identifier, SetKind.OTHER)


class SetReader:
    """One transaction set. `header` is there at once; `totals`, `problems` and the rest after the items."""

    def __init__(
        self,
        stream: SegmentStream,
        interchange: Interchange,
        group: Group | None,
        elements: list[str],
        procedures: Procedures,
    ) -> None:
        self.interchange = interchange
        self.group = group
        self.control_number = element_at(elements, 2).strip()
        self.version = element_at(elements, 3).strip() or (group.version if group else "")
        self.kind = set_kind(element_at(elements, 1).strip(), self.version)
        self.identifier = element_at(elements, 1).strip()
        self.segment_number = stream.base + stream.index - 1
        self.last_segment_number = self.segment_number
        self.content_hash = ""
        self._stream = stream
        self._state = SetState(stream, interchange.delimiters, procedures)
        self._state.digest.update(f"{self.identifier} {self.version}\n".encode("utf-8", "replace"))
        self._parser = _READERS[self.kind](self._state)
        self._pages: Iterator[Sequence[Item]] = self._parser.pages()
        self._first = self._next_page()
        self._is_read = False
        if not self.control_number:
            self._problem(
                "missing_element",
                "A required element is missing.",
                "ST",
                "ST02",
                "a control number",
                "",
            )
        if interchange.usage == "T":
            self._state.remark(
                "test_usage",
                "The interchange is marked as a test.",
                interchange.segment_number,
                "ISA",
                "",
                element="ISA15",
                expected="P",
                found="T",
            )

    @property
    def header(self) -> Header | None:
        return self._state.header

    @property
    def problems(self) -> list[Problem]:
        return self._state.problems

    @property
    def totals(self) -> SetTotals:
        return self._state.totals

    @property
    def segment_count(self) -> int:
        return self.last_segment_number - self.segment_number + 1

    @property
    def is_fatal(self) -> bool:
        return any(problem.is_fatal for problem in self.problems)

    @property
    def is_balanced(self) -> bool:
        return not any(problem.code.startswith("unbalanced_") for problem in self.problems)

    def items(self) -> Iterator[Item]:
        """Yield the items as they are read. One that cannot be read is left out and its problem kept."""
        page: Sequence[Item] | None = self._first
        self._first = None
        while page is not None:
            yield from page
            page = self._next_page()
        if not self._is_read:
            self._finish()

    def _next_page(self) -> Sequence[Item] | None:
        """Read a page with the cyclic garbage collector held off: the values form no cycles."""
        was_on = gc.isenabled()
        gc.disable()
        try:
            return next(self._pages, None)
        finally:
            if was_on:
                gc.enable()

    def _finish(self) -> None:
        """Read the SE and compare what it says; without one the set is cut short."""
        self._is_read = True
        stream = self._stream
        self.kind = getattr(self._parser, "kind", self.kind)
        number = stream.base + stream.index
        at_end = stream.index < len(stream.batch)
        elements = stream.batch[stream.index].split(stream.delimiters.element) if at_end else [""]
        if elements[0] != "SE":
            self.last_segment_number = number - 1
            message = "The transaction set ends without its SE: it is cut short."
            self._problem("missing_se", message, "SE", "", "SE", elements[0] or "end of file")
        else:
            stream.index += 1
            self.last_segment_number = number
            stated = element_at(elements, 1).strip()
            if stated != str(self.segment_count) and stated.lstrip("0") != str(self.segment_count):
                message = "The number of segments is not what SE01 says: some may be missing."
                self._problem(
                    "wrong_segment_count", message, "SE", "SE01", str(self.segment_count), stated
                )
            if element_at(elements, 2).strip() != self.control_number:
                message = "SE02 does not repeat ST02."
                found = element_at(elements, 2)
                self._problem(
                    "wrong_control_number", message, "SE", "SE02", self.control_number, found
                )
        self.content_hash = self._state.digest.hexdigest()

    def _problem(
        self, code: str, message: str, identifier: str, element: str, expected: str, found: str
    ) -> None:
        number = self.segment_number if identifier == "ST" else self.last_segment_number
        self.problems.append(
            Problem(code, message, number, identifier, "", element, expected, found[:80])
        )


class AcknowledgmentOfInterchange(SetReader):
    """A TA1: it stands alone, outside any ST."""

    def __init__(
        self, stream: SegmentStream, interchange: Interchange, elements: list[str]
    ) -> None:
        self.interchange = interchange
        self.group = None
        self.kind = SetKind.INTERCHANGE_ACKNOWLEDGMENT
        self.identifier = "TA1"
        self.version = interchange.version
        self.control_number = element_at(elements, 1)
        self.segment_number = self.last_segment_number = stream.base + stream.index - 1
        self._stream = stream
        self._state = SetState(stream, interchange.delimiters, Procedures(":"))
        self._state.add_to_hash(
            [stream.delimiters.element.join(elements), interchange.control_number]
        )
        self.content_hash = self._state.digest.hexdigest()
        item = acknowledgment_of_interchange(self._state, elements, self.segment_number)
        self._pages = iter(())
        self._first = [item] if item else []
        self._is_read = True


class FileReader:
    """Streams one file. `source` is a binary file or bytes; `name` is for messages only."""

    def __init__(self, source: BinaryIO | bytes, name: str = "") -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.interchanges: list[Interchange] = []
        binary = io.BytesIO(source) if isinstance(source, bytes) else source
        self._stream = SegmentStream(binary, self.problems)
        self._interchange: Interchange | None = None
        self._group: Group | None = None
        self._group_count = 0
        self._set_count = 0
        self._has_ta1 = False
        self._procedures = Procedures(":")

    @property
    def bytes_read(self) -> int:
        return self._stream.bytes_read

    def sets(self) -> Iterator[SetReader]:
        """Yield each transaction set in turn. Asking for the next one reads the last to its end."""
        stream = self._stream
        while True:
            while stream.index < len(stream.batch):
                text = stream.batch[stream.index]
                stream.index += 1
                elements = text.split(stream.delimiters.element)
                found = self._read_envelope(elements)
                if found is not None:
                    yield found
                    for _ in found.items():
                        pass
            if not stream.refill():
                break
        self._close_interchange("end of file")
        if stream.ends_unterminated:
            self._remark("missing_terminator", "The last segment has no terminator.")

    def _read_envelope(self, elements: list[str]) -> SetReader | None:
        tag = elements[0]
        if tag == "ST" and self._interchange is not None:
            self._set_count += 1
            if self._group is None:
                self._problem(
                    "missing_gs",
                    "A transaction set stands outside any group.",
                    "ST",
                    "",
                    "GS",
                    "ST",
                )
            return SetReader(
                self._stream, self._interchange, self._group, elements, self._procedures
            )
        if tag == "TA1" and self._interchange is not None:
            self._has_ta1 = True
            return AcknowledgmentOfInterchange(self._stream, self._interchange, elements)
        if tag == "ISA":
            self._close_interchange("ISA")
            self._interchange = self._stream.interchange
            if self._interchange is not None:
                self.interchanges.append(self._interchange)
                self._procedures = Procedures(self._interchange.delimiters.component)
            self._group_count = 0
            self._has_ta1 = False
        elif tag == "GS":
            self._close_group("GS")
            self._group_count += 1
            self._set_count = 0
            self._group = self._group_of(elements)
        elif tag == "GE":
            self._read_group_end(elements)
        elif tag == "IEA":
            self._read_interchange_end(elements)
        else:
            message = "A segment stands outside any transaction set and was left out."
            expected = "ST, GS, GE or IEA"
            self._problem("segment_outside_set", message, tag[:3], "", expected, tag[:3])
        return None

    def _group_of(self, elements: list[str]) -> Group:
        return Group(
            functional_id=element_at(elements, 1),
            sender_code=element_at(elements, 2).strip(),
            receiver_code=element_at(elements, 3).strip(),
            sent_on=short_date(element_at(elements, 4)),
            sent_at=clock_time(element_at(elements, 5)),
            control_number=element_at(elements, 6).strip(),
            version=element_at(elements, 8).strip(),
            segment_number=self._number,
        )

    def _read_group_end(self, elements: list[str]) -> None:
        if self._group is None:
            self._problem("missing_gs", "A group ends that did not begin.", "GE", "", "GS", "GE")
            return
        self._compare("GE01", elements, 1, str(self._set_count), "wrong_set_count")
        self._compare("GE02", elements, 2, self._group.control_number, "wrong_control_number")
        self._group = None

    def _read_interchange_end(self, elements: list[str]) -> None:
        self._close_group("IEA")
        if self._interchange is None:
            self._problem(
                "missing_isa", "An interchange ends that did not begin.", "IEA", "", "ISA", "IEA"
            )
            return
        if self._group_count or not self._has_ta1:  # senders count a lone TA1 as they like
            self._compare("IEA01", elements, 1, str(self._group_count), "wrong_group_count")
        self._compare(
            "IEA02", elements, 2, self._interchange.control_number, "wrong_control_number"
        )
        self._interchange = None

    def _compare(
        self, element: str, elements: list[str], position: int, expected: str, code: str
    ) -> None:
        found = element_at(elements, position).strip()
        if found != expected and (not found.isdigit() or found.lstrip("0") != expected.lstrip("0")):
            message = f"{element} is not what the file holds."
            self._problem(code, message, elements[0], element, expected, found[:80])

    def _close_group(self, found: str) -> None:
        if self._group is not None:
            self._problem("missing_ge", "A group ends without its GE.", "GE", "", "GE", found)
            self._group = None

    def _close_interchange(self, found: str) -> None:
        self._close_group(found)
        if self._interchange is not None:
            message = "An interchange ends without its IEA: the file may be cut short."
            self._problem("missing_iea", message, "IEA", "", "IEA", found)
            self._interchange = None

    @property
    def _number(self) -> int:
        return self._stream.base + self._stream.index - 1

    def _problem(
        self, code: str, message: str, identifier: str, element: str, expected: str, found: str
    ) -> None:
        self.problems.append(
            Problem(code, message, self._number, identifier, "", element, expected, found)
        )

    def _remark(self, code: str, message: str) -> None:
        self.problems.append(Problem(code, message, self._number, is_fatal=False))


def read_documents(source: BinaryIO | bytes, name: str = "") -> list[Document]:
    """Return the sets of a small file, whole in memory.

    Raises X12Error when the file or any set has a fatal problem.
    """
    reader = FileReader(source, name)
    documents: list[Document] = []
    problems: list[Problem] = []
    for found in reader.sets():
        items = tuple(found.items())
        problems += [problem for problem in found.problems if problem.is_fatal]
        documents.append(
            Document(found.kind, found.header, items, found.version, found.control_number)
        )
    problems += [problem for problem in reader.problems if problem.is_fatal]
    if problems:
        raise X12Error(problems)
    return documents
