"""Write a 276, 277 or 277CA. The mirror of `core.x12.status`; source: 005010X212, 005010X214."""

from collections.abc import Iterable, Iterator

from dueline.core.enums import SetKind
from dueline.core.money import cents_text
from dueline.core.x12.model import ClaimStatus, LineStatus, Party, Status, StatusBatch
from dueline.core.x12.writers.parts import (
    SegmentWriter,
    day_text,
    number_text,
    optional_cents,
    time_text,
)


def write_statuses(
    writer: SegmentWriter, kind: SetKind, header: StatusBatch, items: Iterable[ClaimStatus]
) -> Iterator[str]:
    """Yield the segments between ST and SE."""
    yield writer.segment(
        "BHT",
        header.structure_code,
        header.purpose_code,
        header.batch_reference,
        day_text(header.created_on),
        time_text(header.created_at),
        "TH" if kind is SetKind.CLAIM_ACKNOWLEDGMENT else "",
    )
    levels = _Levels(writer, kind, header)
    is_empty = True
    for item, following in _with_next(items):
        is_empty = False
        yield from levels.open(item, following)
        yield from _item(writer, item)
    if is_empty:
        yield from levels.source(header.source, has_child=False)


def _with_next(items: Iterable[ClaimStatus]) -> Iterator[tuple[ClaimStatus, ClaimStatus | None]]:
    """Yield each item with the one after it: a level must say whether another stands under it."""
    before: ClaimStatus | None = None
    for item in items:
        if before is not None:
            yield before, item
        before = item
    if before is not None:
        yield before, None


_ORDER = ("source", "receiver", "provider", "subscriber", "patient")


class _Levels:
    """Writes the levels an item stands under, as far as they differ from the last item's."""

    def __init__(self, writer: SegmentWriter, kind: SetKind, header: StatusBatch) -> None:
        self.writer = writer
        self.is_acknowledgment = kind is SetKind.CLAIM_ACKNOWLEDGMENT
        self.header = header
        self.count = 0
        self.numbers: dict[str, int] = {}
        self.now: dict[str, Party | None] = {}  # the levels that others may still stand under

    def _level(
        self, name: str, code: str, parent: str, party: Party | None, has_child: bool
    ) -> Iterator[str]:
        self.count += 1
        self.numbers[name] = self.count
        above = str(self.numbers[parent]) if parent else ""
        yield self.writer.segment("HL", str(self.count), above, code, "1" if has_child else "0")
        if has_child:
            self.now[name] = party
        if party is None:
            return
        if name in ("subscriber", "patient"):
            yield from self.writer.demographics(party)
            yield self.writer.name(party)
        else:
            yield self.writer.name(party)
            yield from self.writer.contacts(party.contacts)
            yield from self.writer.references(party.references)

    def source(self, party: Party, *, has_child: bool = True) -> Iterator[str]:
        yield from self._level("source", "20", "", party, has_child)
        header, writer = self.header, self.writer
        if header.source_trace:
            yield writer.segment("TRN", "1", header.source_trace)
        yield from writer.period("050", header.received_on, header.received_on)
        yield from writer.period("009", header.processed_on, header.processed_on)
        yield from writer.raw(header.extra)

    def open(self, item: ClaimStatus, following: ClaimStatus | None) -> Iterator[str]:
        source = item.source or self.header.source
        if "source" not in self.now or self.now["source"] != source:
            self.now.clear()
            yield from self.source(source)
        for name, code, parent, party in self._path(item):
            is_own = name == item.level or (name == "subscriber" and item.patient is None)
            is_own = is_own or name == "patient"
            if not is_own and name in self.now and self.now[name] == party:
                continue
            self._forget_from(name)
            has_child = not is_own or self._is_above(name, item, following)
            yield from self._level(name, code, parent, party, has_child)

    def _path(self, item: ClaimStatus) -> Iterator[tuple[str, str, str, Party | None]]:
        """Yield the levels from the receiver down to the item's own: name, HL03, the one above, party."""
        yield "receiver", "21", "source", item.receiver
        if item.level == "receiver":
            return
        yield "provider", "19", "receiver", item.provider
        if item.level == "provider":
            return
        yield "subscriber", "PT" if self.is_acknowledgment else "22", "provider", item.subscriber
        if item.patient is not None:
            yield "patient", "23", "subscriber", item.patient

    def _forget_from(self, name: str) -> None:
        """Close a level and those below it."""
        for below in _ORDER[_ORDER.index(name) :]:
            self.now.pop(below, None)

    def _is_above(self, name: str, item: ClaimStatus, following: ClaimStatus | None) -> bool:
        """Whether the next item stands under the level that `item` is the answer of."""
        if following is None or name in ("subscriber", "patient"):
            return False
        is_lower = following.level == "claim" or (
            name == "receiver" and following.level == "provider"
        )
        header = self.header
        is_same = (following.source or header.source) == (item.source or header.source)
        is_same = is_same and following.receiver == item.receiver
        return is_lower and is_same and (name == "receiver" or following.provider == item.provider)


def _item(writer: SegmentWriter, item: ClaimStatus) -> Iterator[str]:
    if item.trace_number or item.trace_type:
        yield writer.segment("TRN", item.trace_type, item.trace_number)
    for status in item.statuses:
        yield _status(writer, status)
    for qualifier, value in (
        ("1K", item.payer_claim_control_number),
        ("BLT", item.bill_type),
        ("EJ", item.patient_account),
        ("D9", item.clearinghouse_trace),
    ):
        if value:
            yield writer.segment("REF", qualifier, value)
    yield from writer.references(item.references)
    if item.charge_cents is not None:
        yield writer.segment("AMT", "T3", cents_text(item.charge_cents))
    yield from writer.quantities(item.quantities)
    yield from writer.amounts(item.amounts)
    yield from writer.period("472", item.service_from_on, item.service_through_on)
    yield from writer.raw(item.extra)
    for line in item.lines:
        yield from _line(writer, line)


def _status(writer: SegmentWriter, status: Status) -> str:
    codes: list[str] = [
        writer.composite(code.category, code.status, code.entity, code.code_list)
        for code in status.codes[:3]
    ]
    codes += [""] * (3 - len(codes))
    return writer.segment(
        "STC",
        codes[0],
        day_text(status.effective_on),
        status.action,
        optional_cents(status.charge_cents),
        optional_cents(status.paid_cents),
        day_text(status.adjudicated_on),
        status.payment_method,
        day_text(status.paid_on),
        status.trace_number,
        codes[1],
        codes[2],
        status.message,
    )


def _line(writer: SegmentWriter, line: LineStatus) -> Iterator[str]:
    yield writer.segment(
        "SVC",
        writer.procedure(line.procedure),
        cents_text(line.charge_cents),
        optional_cents(line.paid_cents),
        line.revenue_code,
        "",
        "",
        number_text(line.units),
    )
    for status in line.statuses:
        yield _status(writer, status)
    if line.line_control_number:
        yield writer.segment("REF", "FJ", line.line_control_number)
    yield from writer.references(line.references)
    yield from writer.period("472", line.service_from_on, line.service_through_on)
    yield from writer.raw(line.extra)
