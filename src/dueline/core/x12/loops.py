"""What the readers of all sets share: the reading state of one set, its problems, and the party segments."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from dueline.core.enums import SetKind
from dueline.core.money import cents_text
from dueline.core.x12.elements import BadElement, Procedures, amounts, dates, period, quantities
from dueline.core.x12.faults import FAULTS, ProblemLog
from dueline.core.x12.model import (
    Adjustment,
    Contact,
    DatePeriod,
    Delimiters,
    Header,
    Party,
    Reference,
    Segment,
)
from dueline.core.x12.places import place_of
from dueline.core.x12.segments import SegmentStream

ITEMS_A_PAGE = 256
# More than any claim of the guides has: a claim without end must not fill memory.
MOST_SEGMENTS = 30_000
_BALANCES = frozenset({"unbalanced_line", "unbalanced_claim", "unbalanced_remittance"})
ENDS = frozenset({"SE", "ST", "GS", "GE", "ISA", "IEA"})


@dataclass
class SetTotals:
    """The sums of one transaction set, in cents. `payment_cents` is BPR02, None where there is none."""

    claim_count: int = 0
    charge_cents: int = 0
    paid_cents: int = 0
    payment_cents: int | None = None
    provider_adjustment_cents: int = 0
    difference_cents: int = 0


@dataclass
class SetState:
    """One transaction set while it is read."""

    stream: SegmentStream
    delimiters: Delimiters
    procedures: Procedures
    kind: SetKind = SetKind.OTHER
    header: Header | None = None
    problems: ProblemLog = field(default_factory=ProblemLog)
    totals: SetTotals = field(default_factory=SetTotals)
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)
    kept: frozenset[str] = frozenset()  # segments of the guide that have no field of their own
    level_count: int = 0  # HL segments read
    has_wrong_level: bool = False
    last_number: int = 0  # where the set is given up, unless another item begins before

    def begin_item(self, number: int) -> None:
        """Say that a claim or the like begins: see MOST_SEGMENTS."""
        self.last_number = number + MOST_SEGMENTS

    def count_level(self, elements: list[str], number: int) -> None:
        """Count an HL and compare its number; told once a set, since all that follow are wrong too."""
        self.level_count += 1
        stated = element_at(elements, 1).strip()
        if stated != str(self.level_count) and not self.has_wrong_level:
            self.has_wrong_level = True
            self.remark("wrong_level_number", number, "", "HL01", str(self.level_count), stated)

    def misplaced_line(self, elements: list[str], number: int) -> None:
        """Record a service line that stands under no claim: its money would belong to nobody."""
        self.problems.record("line_outside_claim", number=number, identifier=elements[0])

    def add_to_hash(self, texts: list[str]) -> None:
        """Add segments to the hash by which the same content is known again, whatever separates its elements."""
        if texts:
            text = "\n".join(texts)
            swapped = self.delimiters.swapped
            self.digest.update((text.translate(swapped) if swapped else text).encode() + b"\n")

    def fail(self, elements: list[str], number: int, loop: str, error: Exception) -> None:
        """Record that a segment's element could not be read, naming its position."""
        tag = elements[0]
        code, text, expected = "missing_element", "", "an element"
        element = f"{tag[:3]}{len(elements):02d}"
        if isinstance(error, BadElement):
            text, expected = error.text, error.expected
            code = error.code if text else code
            element = error.element or place_of(elements, error.code, text)
        self.problems.record(
            code,
            number=number,
            identifier=tag,
            loop=loop,
            element=element,
            expected=expected,
            found=text or "nothing",
        )

    def remark(
        self,
        code: str,
        number: int,
        loop: str,
        element: str,
        expected: int | str,
        found: int | str,
    ) -> None:
        """Record what does not keep the set from being posted by itself. Whole numbers are cents."""
        sentence = ""
        if code in _BALANCES and isinstance(expected, int) and isinstance(found, int):
            sentence = FAULTS[code].sentence.rstrip(".") + f" by {cents_text(found - expected)}."
        expected = cents_text(expected) if isinstance(expected, int) else expected
        found = cents_text(found) if isinstance(found, int) else found
        self.problems.record(
            code,
            number=number,
            identifier=element[:3],
            loop=loop,
            element=element,
            expected=expected,
            found=found or "nothing",
            sentence=sentence,
        )


def trimmed(elements: list[str]) -> tuple[str, ...]:
    """Return elements as a value, without the empty ones at the end that some senders write."""
    last = len(elements)
    while last and not elements[last - 1]:
        last -= 1
    return tuple(elements[:last])


def segment_of(elements: list[str], number: int) -> Segment:
    return Segment(trimmed(elements), number)


def element_at(elements: list[str], position: int) -> str:
    """Return an optional element, "" where it is absent."""
    return elements[position] if len(elements) > position else ""


def others_of(elements: list[str], known: frozenset[int]) -> tuple[str, ...]:
    """Return a segment's elements with those blanked that have a field of their own, () where none is left."""
    kept = ["" if position in known else text for position, text in enumerate(elements)]
    while len(kept) > 1 and not kept[-1]:
        kept.pop()
    return tuple(kept) if len(kept) > 1 else ()


def amount_at(elements: list[str], position: int) -> int | None:
    """Return an optional amount in cents. Raises BadElement."""
    text = element_at(elements, position)
    return amounts[text] if text else None


def adjustments_of(elements: list[str], number: int) -> tuple[Adjustment, ...]:
    """Return the triples of one CAS. Raises BadElement where a group, reason or amount is missing."""
    found = []
    group = element_at(elements, 1)
    if not group:
        raise BadElement("", "missing_element", "a group such as CO or PR", "CAS01")
    for start in range(2, max(len(elements), 4), 3):
        carc = element_at(elements, start)
        amount = element_at(elements, start + 1)
        quantity = element_at(elements, start + 2)
        if not (carc or amount or quantity) and start > 2:
            continue
        if not carc or not amount:
            place = f"CAS{start + (1 if carc else 0):02d}"
            raise BadElement("", "missing_element", "a reason code and an amount", place)
        count = quantities[quantity] if quantity else None
        found.append(Adjustment(group, carc, amounts[amount], count, number))
    return tuple(found)


def reference_of(elements: list[str], number: int) -> Reference:
    return Reference(elements[1], element_at(elements, 2), element_at(elements, 3), number)


def date_of(elements: list[str], number: int) -> DatePeriod:
    """Return a DTP (qualifier, format, value). A value that is a time or no full date stays text."""
    kind, text = elements[2], element_at(elements, 3)
    if kind in ("D8", "RD8", "DT"):
        first, last = period(kind, text)
        return DatePeriod(elements[1], first, last, text if kind == "DT" else "", number)
    return DatePeriod(elements[1], None, None, text, number)


def contact_of(elements: list[str], number: int) -> Contact:
    numbers = tuple(
        (elements[position], element_at(elements, position + 1))
        for position in range(3, len(elements), 2)
        if elements[position]
    )
    return Contact(element_at(elements, 1), element_at(elements, 2), numbers, number)


def party_of(elements: list[str], number: int) -> Party:
    """Return the party of an NM1."""
    party = Party.__new__(Party)
    party.segment_number = number
    size = len(elements)
    party.entity = elements[1]
    party.is_person = size > 2 and elements[2] == "1"
    if size > 3:
        party.last_name = elements[3]
        if size > 4:
            party.first_name = elements[4]
            if size > 5:
                party.middle_name = elements[5]
                if size > 7:
                    party.suffix = elements[7]
                    if size > 9:
                        party.id_qualifier = elements[8]
                        party.identifier = elements[9]
    return party


def organization_of(elements: list[str], number: int) -> Party:
    """Return the party of an N1."""
    return Party(
        entity=elements[1],
        last_name=element_at(elements, 2),
        id_qualifier=element_at(elements, 3),
        identifier=element_at(elements, 4),
        segment_number=number,
    )


def add_to_party(state: SetState, party: Party, elements: list[str], number: int) -> bool:
    """Add a segment that belongs to a party (N3, N4, PER, REF, PRV, DMG).

    False for any other, and for one that the party has already: the caller keeps it.
    """
    tag = elements[0]
    if tag == "N3" and not party.address_1:
        if party.city:
            state.remark("out_of_order", number, "", "N3", "N3 before N4", "N4 before N3")
        party.address_1 = element_at(elements, 1)
        party.address_2 = element_at(elements, 2)
    elif tag == "N4" and not (party.city or party.state or party.postal_code):
        party.city = element_at(elements, 1)
        party.state = element_at(elements, 2)
        party.postal_code = element_at(elements, 3)
        party.country = element_at(elements, 4)
    elif tag == "REF":
        party.references += (reference_of(elements, number),)
    elif tag == "PER":
        party.contacts += (contact_of(elements, number),)
    elif tag == "PRV" and not party.provider_code:
        party.provider_code = elements[1]
        party.taxonomy = element_at(elements, 3)
    elif tag == "DMG" and not (party.birth_on or party.sex):
        text = element_at(elements, 2)
        party.birth_on = dates[text] if text else None
        party.sex = element_at(elements, 3)
    else:
        return False
    return True


def keep_unknown(state: SetState, elements: list[str], number: int, loop: str) -> Segment:
    """Return the segment to keep as extra. One that the guide does not have here is remarked on.

    One whose identifier is none is a fatal problem.
    """
    tag = elements[0]
    if tag in state.kept:
        return segment_of(elements, number)
    is_identifier = 2 <= len(tag) <= 3 and tag.isascii() and tag.isalnum() and tag.isupper()
    if not is_identifier or not tag[0].isalpha():
        state.problems.record(
            "bad_segment_identifier",
            number=number,
            loop=loop,
            expected="two or three capital letters or digits, such as NM1",
            found=tag[:20],
        )
    else:
        state.problems.record("unexpected_segment", number=number, identifier=tag, loop=loop)
    return segment_of(elements, number)


def segments_of_set(state: SetState) -> Iterator[tuple[int, list[str]]]:
    """Yield (number, elements) of each segment of the set after its ST, up to its SE or the envelope.

    The segment that ends the set stays in the stream. Every segment is added to the content hash.
    """
    stream = state.stream
    separator = state.delimiters.element
    while True:
        start = stream.index
        first = number = stream.base + start
        for text in stream.batch[start:]:
            elements = text.split(separator)
            if elements[0] in ENDS:
                stream.index = start + number - first
                state.add_to_hash(stream.batch[start : stream.index])
                return
            if number <= state.last_number:
                yield number, elements
            elif number == state.last_number + 1:
                state.problems.record(
                    "too_many_segments",
                    number=number,
                    expected=f"at most {MOST_SEGMENTS} segments a claim",
                    found="more",
                )
            number += 1
        state.add_to_hash(stream.batch[start:])
        if not stream.refill():
            return
        if stream.is_at_isa:
            return
