"""What the readers of all sets share: the reading state of one set, its problems, and the party segments."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from dueline.core.money import cents_text
from dueline.core.x12.elements import BadElement, Procedures, amounts, dates, period, quantities
from dueline.core.x12.model import (
    Adjustment,
    Contact,
    DatePeriod,
    Delimiters,
    Header,
    Party,
    Problem,
    Reference,
    Segment,
)
from dueline.core.x12.segments import SegmentStream

ITEMS_A_PAGE = 256
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
    header: Header | None = None
    problems: list[Problem] = field(default_factory=list)
    totals: SetTotals = field(default_factory=SetTotals)
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    def add_to_hash(self, texts: list[str]) -> None:
        """Add segments to the hash by which the same content is known again."""
        if texts:
            self.digest.update("\n".join(texts).encode("utf-8", "surrogatepass") + b"\n")

    def fail(self, elements: list[str], number: int, loop: str, error: Exception) -> None:
        """Record that a segment's element could not be read, naming its position."""
        if isinstance(error, BadElement):
            self.problems.append(
                Problem(
                    error.code,
                    _SENTENCES[error.code],
                    number,
                    elements[0],
                    loop,
                    self._position(elements, error.text),
                    error.expected,
                    error.text[:80],
                )
            )
            return
        self.problems.append(
            Problem(
                "missing_element",
                "A required element is missing.",
                number,
                elements[0],
                loop,
                f"{elements[0]}{len(elements):02d}",
                "an element",
                "nothing",
            )
        )

    def _position(self, elements: list[str], text: str) -> str:
        """Return where `text` stands: CLP04, SVC01-2. An absent element is the one after the last."""
        for position, element in enumerate(elements[1:], 1):
            if element == text:
                return f"{elements[0]}{position:02d}"
        for position, element in enumerate(elements[1:], 1):
            if text and text in element:
                parts = element.split(self.delimiters.component)
                component = f"-{parts.index(text) + 1}" if text in parts and len(parts) > 1 else ""
                return f"{elements[0]}{position:02d}{component}"
        return f"{elements[0]}{len(elements):02d}"

    def remark(
        self, code: str, message: str, number: int, identifier: str, loop: str, **places: str
    ) -> None:
        """Record what does not keep the set from being posted by itself."""
        self.problems.append(
            Problem(code, message, number, identifier, loop, is_fatal=False, **places)
        )

    def unbalanced(
        self, what: str, number: int, loop: str, element: str, expected: int, found: int
    ) -> None:
        """Record a sum that does not hold; `what` is line, claim or remittance."""
        self.remark(
            f"unbalanced_{what}",
            f"The {what} is out of balance by {cents_text(found - expected)}.",
            number,
            element[:3],
            loop,
            element=element,
            expected=cents_text(expected),
            found=cents_text(found),
        )


_SENTENCES = {
    "bad_amount": "An amount cannot be read.",
    "bad_date": "A date cannot be read.",
    "bad_number": "A number cannot be read.",
}


def segment_of(elements: list[str], number: int) -> Segment:
    return Segment(tuple(elements), number)


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
    """Return the triples of one CAS. Raises BadElement; IndexError where CAS02 or CAS03 is missing."""
    found = []
    for start in range(2, max(len(elements), 4), 3):
        carc = element_at(elements, start)
        amount = element_at(elements, start + 1)
        if not carc and not amount and start > 2:
            continue
        quantity = element_at(elements, start + 2)
        adjustment = Adjustment(
            elements[1], carc, amounts[amount], quantities[quantity] if quantity else None, number
        )
        found.append(adjustment)
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


def add_to_party(party: Party, elements: list[str], number: int) -> bool:
    """Add a segment that belongs to a party (N3, N4, PER, REF, PRV, DMG); False for any other."""
    tag = elements[0]
    if tag == "N3":
        party.address_1 = element_at(elements, 1)
        party.address_2 = element_at(elements, 2)
    elif tag == "N4":
        party.city = element_at(elements, 1)
        party.state = element_at(elements, 2)
        party.postal_code = element_at(elements, 3)
        party.country = element_at(elements, 4)
    elif tag == "REF":
        party.references += (reference_of(elements, number),)
    elif tag == "PER":
        party.contacts += (contact_of(elements, number),)
    elif tag == "PRV":
        party.provider_code = elements[1]
        party.taxonomy = element_at(elements, 3)
    elif tag == "DMG":
        text = element_at(elements, 2)
        party.birth_on = dates[text] if text else None
        party.sex = element_at(elements, 3)
    else:
        return False
    return True


def keep_unknown(state: SetState, elements: list[str], number: int, loop: str) -> Segment:
    """Return the segment to keep as extra; one whose identifier is none is a fatal problem too."""
    tag = elements[0]
    is_identifier = 2 <= len(tag) <= 3 and tag.isascii() and tag.isalnum() and tag.isupper()
    if not is_identifier or not tag[0].isalpha():
        state.problems.append(
            Problem(
                "bad_segment_identifier",
                "A segment does not start with a segment identifier.",
                number,
                loop=loop,
                expected="two or three capital letters or digits, such as NM1",
                found=tag[:20],
            )
        )
    return Segment(tuple(elements), number)


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
            yield number, elements
            number += 1
        state.add_to_hash(stream.batch[start:])
        if not stream.refill():
            return
        if stream.batch[0][:3] == "ISA":
            return
