"""What all writers share: a segment's text, parties, dates, adjustments. The mirror of `loops`.

A value that holds a delimiter is refused, never altered: what is written reads back equal. Who offers free
text (a note, a name typed by a person) replaces such characters first, or writes with other delimiters.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, time
from decimal import Decimal
from typing import NoReturn

from dueline.core.money import cents_text
from dueline.core.x12.model import (
    Adjustment,
    Amount,
    Contact,
    DatePeriod,
    Delimiters,
    Party,
    Procedure,
    Quantity,
    Reference,
    Segment,
)

TRIPLES = 6  # of one CAS

_ABSENT = Party()


class UnwritableValue(ValueError):
    """A value holds a delimiter or a line break, which no X12 reader could tell from structure.

    The message names the element, never the value.
    """


class Composite(str):
    """An element that has its component separators already, or is kept as it was sent."""

    __slots__ = ()


class SegmentWriter:
    """Turns elements into segment texts with one set of delimiters."""

    def __init__(self, delimiters: Delimiters) -> None:
        self.delimiters = delimiters
        self.element = delimiters.element
        self.component = delimiters.component
        self.end = delimiters.segment

    def segment(self, *elements: str) -> str:
        """Return one segment without its terminator; trailing empty elements are dropped.

        Raises UnwritableValue, naming the element, where a value holds a delimiter.
        """
        last = len(elements)
        while last > 1 and not elements[last - 1]:
            last -= 1
        text = self.element.join(elements[:last])
        if self._is_broken(text, last):
            self._refuse(elements)
        if self.component in text:
            for position in range(last):
                value = elements[position]
                if self.component in value and not isinstance(value, Composite):
                    raise _unwritable(elements[0], position)
        return text

    def _is_broken(self, text: str, count: int) -> bool:
        """Whether a segment's text holds more structure than its elements: a sum over all, for speed."""
        return (
            text.count(self.element) != count - 1
            or self.end in text
            or "\n" in text
            or "\r" in text
        )

    def _refuse(self, elements: Sequence[str]) -> NoReturn:
        """Raise UnwritableValue for the first element that breaks its segment."""
        forbidden = (self.element, self.end, "\n", "\r")
        broken = (
            position
            for position, value in enumerate(elements)
            if any(character in value for character in forbidden)
        )
        raise _unwritable(elements[0], next(broken))

    def composite(self, *parts: str) -> Composite:
        """Return a composite; trailing empty components are dropped. Raises UnwritableValue."""
        last = len(parts)
        while last and not parts[last - 1]:
            last -= 1
        text = self.component.join(parts[:last])
        if last and text.count(self.component) != last - 1:
            raise UnwritableValue("a component holds the component separator")
        return Composite(text)

    def procedure(self, procedure: Procedure | None) -> str:
        """Return a procedure composite, "" for none."""
        if procedure is None:
            return ""
        modifiers = list(procedure.modifiers)
        if procedure.description:
            modifiers += [""] * (4 - len(modifiers))
        return self.composite(
            procedure.qualifier, procedure.code, *modifiers, procedure.description
        )

    def raw(self, segments: Iterable[Segment]) -> Iterator[str]:
        """Yield kept segments as they were, composites and repetitions included.

        Their inner delimiters are those of the file they came from: write them with the same ones.
        """
        for segment in segments:
            text = self.element.join(segment.elements)
            if self._is_broken(text, len(segment.elements)):
                self._refuse(segment.elements)
            yield text

    def kept(self, elements: Iterable[str]) -> list[str]:
        """Return elements that are kept as sent, so that their inner delimiters stand."""
        return [Composite(element) for element in elements]

    def name(self, party: Party, entity: str = "") -> str:
        """Return a party's NM1."""
        return self.segment(
            "NM1",
            entity or party.entity,
            "1" if party.is_person else "2",
            party.last_name,
            party.first_name,
            party.middle_name,
            "",
            party.suffix,
            party.id_qualifier,
            party.identifier,
        )

    def organization(self, party: Party) -> str:
        """Return a party's N1."""
        return self.segment(
            "N1", party.entity, party.last_name, party.id_qualifier, party.identifier
        )

    def address(self, party: Party) -> Iterator[str]:
        if party.address_1 or party.address_2:
            yield self.segment("N3", party.address_1, party.address_2)
        if party.city or party.state or party.postal_code or party.country:
            yield self.segment("N4", party.city, party.state, party.postal_code, party.country)

    def demographics(self, party: Party) -> Iterator[str]:
        if party.birth_on or party.sex:
            yield self.segment(
                "DMG", "D8" if party.birth_on else "", day_text(party.birth_on), party.sex
            )

    def party(self, party: Party, entity: str = "") -> Iterator[str]:
        """Yield NM1 and all that stands under it, in the guides' order; nothing for a party not given."""
        if party == _ABSENT:
            return
        yield self.name(party, entity)
        yield from self.address(party)
        yield from self.demographics(party)
        if party.provider_code or party.taxonomy:
            qualifier = "PXC" if party.taxonomy else ""
            yield self.segment("PRV", party.provider_code, qualifier, party.taxonomy)
        yield from self.references(party.references)
        yield from self.contacts(party.contacts)
        yield from self.raw(party.extra)

    def references(self, references: Iterable[Reference]) -> Iterator[str]:
        for reference in references:
            yield self.segment("REF", reference.qualifier, reference.value, reference.description)

    def contacts(self, contacts: Iterable[Contact]) -> Iterator[str]:
        for contact in contacts:
            numbers = [text for pair in contact.numbers for text in pair]
            yield self.segment("PER", contact.function_code, contact.name, *numbers)

    def amounts(self, amounts: Iterable[Amount]) -> Iterator[str]:
        for amount in amounts:
            yield self.segment("AMT", amount.qualifier, cents_text(amount.amount_cents))

    def quantities(self, quantities: Iterable[Quantity]) -> Iterator[str]:
        for quantity in quantities:
            yield self.segment("QTY", quantity.qualifier, number_text(quantity.quantity))

    def period(self, qualifier: str, first: date | None, last: date | None) -> Iterator[str]:
        """Yield the DTP of a day or a period; none where there is no date."""
        if first is None:
            return
        if last is None or last == first:
            yield self.segment("DTP", qualifier, "D8", day_text(first))
        else:
            yield self.segment("DTP", qualifier, "RD8", f"{day_text(first)}-{day_text(last)}")

    def dates(self, dates: Iterable[DatePeriod]) -> Iterator[str]:
        for item in dates:
            if item.start_on is not None and not item.text:
                yield from self.period(item.qualifier, item.start_on, item.end_on)
            else:
                kind = "DT" if item.start_on else "TM"
                yield self.segment("DTP", item.qualifier, kind, item.text)

    def adjustments(self, adjustments: Sequence[Adjustment]) -> Iterator[str]:
        """Yield the CAS segments: neighbors of one group share a segment, six at most."""
        start = 0
        while start < len(adjustments):
            group = adjustments[start].group_code
            end = start
            while (
                end < len(adjustments)
                and end - start < TRIPLES
                and adjustments[end].group_code == group
            ):
                end += 1
            elements = ["CAS", group]
            for adjustment in adjustments[start:end]:
                elements += [
                    adjustment.carc,
                    cents_text(adjustment.amount_cents),
                    number_text(adjustment.quantity),
                ]
            yield self.segment(*elements)
            start = end


def _unwritable(identifier: str, position: int) -> UnwritableValue:
    return UnwritableValue(f"{identifier}{position:02d} holds a delimiter or a line break")


def day_text(day: date | None) -> str:
    return day.isoformat().replace("-", "") if day else ""


def time_text(moment: time | None) -> str:
    if moment is None:
        return ""
    return f"{moment:%H%M%S}" if moment.second else f"{moment:%H%M}"


def number_text(number: Decimal | None) -> str:
    """Return a quantity without exponent or trailing zeros, "" for none."""
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") or "0" if "." in text else text


def optional_cents(value: int | None) -> str:
    return "" if value is None else cents_text(value)
