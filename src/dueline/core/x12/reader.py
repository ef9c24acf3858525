"""Read a file of X12: its envelopes, and one reader for each transaction set in it.

Reading never raises for what a file holds. Faults are `Problem`s: those of a set on its SetReader, those of
the envelope on the FileReader.
"""

import io
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from dueline.core.collector import collector_held_off
from dueline.core.enums import SetKind
from dueline.core.x12.acknowledgment import AcknowledgmentReader, acknowledgment_of_interchange
from dueline.core.x12.claim import ClaimReader
from dueline.core.x12.elements import Procedures, clock_time, short_date
from dueline.core.x12.faults import ProblemLog
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
LONGEST_CONTROL_NUMBER = 20  # of those remembered to see a repeated one; nine in the guides
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
        self.identifier = element_at(elements, 1).strip()
        self.control_number = element_at(elements, 2).strip()
        self.version = element_at(elements, 3).strip() or (group.version if group else "")
        self.segment_number = self.last_segment_number = stream.base + stream.index - 1
        self.content_hash = ""
        self._stream = stream
        kind = set_kind(self.identifier, self.version)
        self._state = SetState(stream, interchange.delimiters, procedures, kind)
        self._state.begin_item(self.segment_number)
        self._state.digest.update(f"{self.identifier} {self.version}\n".encode())
        self._parser: _Parser | None = _READERS[kind](self._state)
        self._pages: Iterator[Sequence[Item]] = self._parser.pages()
        self._page = iter(self._next_page() or ())
        self._is_read = False
        if not self.control_number:
            self._problem("missing_element", "ST", "ST02", "a control number", "nothing")
        self._remark_on_test()

    def _remark_on_test(self) -> None:
        if self.interchange.usage == "T":
            number = self.interchange.segment_number
            self._state.remark("test_usage", number, "", "ISA15", "P", "T")

    @property
    def kind(self) -> SetKind:
        """What the set is. For an 837 its service lines decide, once they are read."""
        return getattr(self._parser, "kind", self._state.kind)

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
        return self._state.problems.has_fatal

    @property
    def is_balanced(self) -> bool:
        """Whether every sum holds. Of a set with a fault that cannot be said: it does not count as balanced."""
        return not any(p.is_fatal or p.code.startswith("unbalanced_") for p in self.problems)

    def items(self) -> Iterator[Item]:
        """Yield the items as they are read. One that cannot be read is left out and its problem kept.

        Where an earlier call was given up, the next goes on from there.
        """
        yield from self._page
        while (page := self._next_page()) is not None:
            self._page = iter(page)
            yield from self._page
        if not self._is_read:
            self._finish()

    def _next_page(self) -> Sequence[Item] | None:
        """Read a page with the cyclic garbage collector held off: the values form no cycles."""
        with collector_held_off():
            return next(self._pages, None)

    def _finish(self) -> None:
        """Read the SE and compare what it says; without one the set is cut short."""
        self._is_read = True
        stream = self._stream
        number = stream.base + stream.index
        at_end = stream.index < len(stream.batch)
        elements = stream.batch[stream.index].split(stream.delimiters.element) if at_end else [""]
        if elements[0] != "SE":
            self.last_segment_number = number - 1
            self._problem("missing_se", "SE", "", "SE", elements[0] or "end of file")
        else:
            stream.index += 1
            self.last_segment_number = number
            self._compare_trailer(elements)
        for bad in stream.bad_characters:
            if self.segment_number <= bad <= self.last_segment_number:
                self._state.problems.record("bad_character", number=bad, found="NUL")
        self.content_hash = self._state.digest.hexdigest()

    def _compare_trailer(self, elements: list[str]) -> None:
        counted, stated = str(self.segment_count), element_at(elements, 1).strip()
        if stated.lstrip("0") != counted:
            self._problem("wrong_segment_count", "SE", "SE01", counted, stated or "nothing")
        control_number = element_at(elements, 2).strip()
        if control_number != self.control_number:
            found = control_number or "nothing"
            self._problem("wrong_control_number", "SE", "SE02", self.control_number, found)

    def _problem(self, code: str, identifier: str, element: str, expected: str, found: str) -> None:
        number = self.segment_number if identifier == "ST" else self.last_segment_number
        self._state.problems.record(
            code,
            number=number,
            identifier=identifier,
            element=element,
            expected=expected,
            found=found,
        )


class AcknowledgmentOfInterchange(SetReader):
    """A TA1: it stands alone, outside any ST."""

    def __init__(
        self, stream: SegmentStream, interchange: Interchange, elements: list[str]
    ) -> None:
        self.interchange = interchange
        self.group = None
        self._parser = None
        self.identifier = "TA1"
        self.version = interchange.version
        self.control_number = element_at(elements, 1)
        self.segment_number = self.last_segment_number = stream.base + stream.index - 1
        self._stream = stream
        kind = SetKind.INTERCHANGE_ACKNOWLEDGMENT
        self._state = SetState(stream, interchange.delimiters, Procedures(":"), kind)
        self._state.add_to_hash(
            [stream.delimiters.element.join(elements), interchange.control_number]
        )
        self.content_hash = self._state.digest.hexdigest()
        item = acknowledgment_of_interchange(self._state, elements, self.segment_number)
        self._pages = iter(())
        self._page = iter([item] if item else [])
        self._is_read = True
        self._remark_on_test()


class FileReader:
    """Streams one file. `source` is a binary file or bytes; `name` is for messages only."""

    def __init__(self, source: BinaryIO | bytes, name: str = "") -> None:
        self.name = name
        self._log = ProblemLog()
        self._stream = SegmentStream(
            io.BytesIO(source) if isinstance(source, bytes) else source, self._log
        )
        self._interchange: Interchange | None = None
        self._group: Group | None = None
        self._group_count = 0
        self._set_count = 0
        self._control_numbers: set[str] = set()  # ST02 of the group
        self._has_set = False
        self._has_ta1 = False
        self._outside: tuple[int, str, int] | None = None  # a run: first number, identifier, count
        self._procedures = Procedures(":")

    @property
    def problems(self) -> list[Problem]:
        return self._log

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
                found = self._read_envelope(text.split(stream.delimiters.element))
                if found is not None:
                    yield found
                    for _ in found.items():
                        pass
            if not stream.refill():
                break
        self._close_interchange("end of file")
        if not self._has_set and not self._log.has_fatal:
            self._log.record("no_set", expected="ST")
        if stream.ends_unterminated:
            self._log.record("missing_terminator", number=self._number)

    def _read_envelope(self, elements: list[str]) -> SetReader | None:
        tag = elements[0]
        if tag in ("ST", "TA1") and self._interchange is not None:
            return self._open_set(self._interchange, elements)
        if tag == "ISA":
            self._close_interchange("ISA")
            self._open_interchange()
        elif tag == "GS":
            self._close_group("GS")
            self._group_count += 1
            self._set_count = 0
            self._control_numbers = set()
            self._group = self._group_of(elements)
        elif tag == "GE":
            self._read_group_end(elements)
        elif tag == "IEA":
            self._read_interchange_end(elements)
        else:
            first, identifier, count = self._outside or (self._number, tag, 0)
            self._outside = first, identifier, count + 1
        return None

    def _open_set(self, interchange: Interchange, elements: list[str]) -> SetReader:
        self._tell_outside()
        self._has_set = True
        if elements[0] == "TA1":
            self._has_ta1 = True
            return AcknowledgmentOfInterchange(self._stream, interchange, elements)
        self._set_count += 1
        if self._group is None:
            self._problem("missing_gs", "ST", "", "GS", "ST")
        found = SetReader(self._stream, interchange, self._group, elements, self._procedures)
        number = found.control_number
        if number in self._control_numbers:
            self._log.record(
                "repeated_control_number",
                number=found.segment_number,
                identifier="ST",
                element="ST02",
                expected="another number",
                found=number,
            )
        self._control_numbers.add(number[:LONGEST_CONTROL_NUMBER])
        return found

    def _open_interchange(self) -> None:
        self._interchange = self._stream.interchange
        if self._interchange is not None:
            self._procedures = Procedures(self._interchange.delimiters.component)
        self._group_count = 0
        self._has_ta1 = False

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
        self._tell_outside()
        if self._group is None:
            self._problem("missing_gs", "GE", "", "GS", "GE")
            return
        self._compare("GE01", elements, 1, str(self._set_count), "wrong_set_count")
        self._compare("GE02", elements, 2, self._group.control_number, "wrong_control_number")
        self._group = None

    def _read_interchange_end(self, elements: list[str]) -> None:
        self._close_group("IEA")
        if self._interchange is None:
            self._problem("missing_isa", "IEA", "", "ISA", "IEA")
            return
        if self._group_count or not self._has_ta1:  # senders count a lone TA1 as they like
            self._compare("IEA01", elements, 1, str(self._group_count), "wrong_group_count")
        expected = self._interchange.control_number
        self._compare("IEA02", elements, 2, expected, "wrong_control_number")
        self._interchange = None

    def _compare(
        self, element: str, elements: list[str], position: int, expected: str, code: str
    ) -> None:
        found = element_at(elements, position).strip()
        is_number = found.isdigit() and expected.isdigit()
        if found != expected and not (is_number and found.lstrip("0") == expected.lstrip("0")):
            self._problem(code, elements[0], element, expected, found or "nothing")

    def _close_group(self, found: str) -> None:
        self._tell_outside()
        if self._group is not None:
            self._problem("missing_ge", "GE", "", "GE", found)
            self._group = None

    def _close_interchange(self, found: str) -> None:
        self._close_group(found)
        if self._interchange is not None:
            self._problem("missing_iea", "IEA", "", "IEA", found)
            self._interchange = None

    def _tell_outside(self) -> None:
        """Report the run of segments outside any set that has ended, as one problem."""
        if self._outside is None:
            return
        first, identifier, count = self._outside
        self._outside = None
        self._log.record(
            "segment_outside_set",
            number=first,
            identifier=identifier,
            expected="ST, GS, GE or IEA",
            found=f"{identifier[:3]}, {count} in all" if count > 1 else identifier[:3],
        )

    @property
    def _number(self) -> int:
        return self._stream.base + self._stream.index - 1

    def _problem(self, code: str, identifier: str, element: str, expected: str, found: str) -> None:
        self._log.record(
            code,
            number=self._number,
            identifier=identifier,
            element=element,
            expected=expected,
            found=found,
        )


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
