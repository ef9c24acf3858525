"""Read a 276 (question), 277 (answer) or 277CA (acknowledgment): one item for each trace at its level.

Source: 005010X212, 005010X214.
"""

from collections.abc import Iterator

from dueline.core.x12.elements import BadElement, amounts, clock_time, dates, period, quantities
from dueline.core.x12.loops import (
    ITEMS_A_PAGE,
    SetState,
    add_to_party,
    amount_at,
    element_at,
    keep_unknown,
    party_of,
    reference_of,
    segment_of,
    segments_of_set,
)
from dueline.core.x12.model import (
    Amount,
    ClaimStatus,
    LineStatus,
    Party,
    Quantity,
    Segment,
    Status,
    StatusBatch,
    StatusCode,
)

_LEVELS = {
    "20": "source",
    "21": "receiver",
    "19": "provider",
    "22": "claim",
    "23": "claim",
    "PT": "claim",
}
_KEPT = frozenset({"REF", "DTP", "QTY", "AMT", "PWK"})
_ROLES = {"source": "source", "receiver": "receiver", "provider": "provider"}
_LOOPS = {"20": "2000A", "21": "2000B", "19": "2000C", "22": "2000D", "PT": "2000D", "23": "2000E"}


def status_of(elements: list[str], separator: str, number: int) -> Status:
    """Return one STC with all its composites. Raises BadElement, IndexError."""
    codes = []
    for position in (1, 10, 11):
        text = elements[1] if position == 1 else element_at(elements, position)
        if text.strip(separator):
            parts = (text.split(separator) + [""] * 3)[:4]
            codes.append(StatusCode(*parts))
    days = [element_at(elements, position) for position in (2, 6, 8)]
    effective_on, adjudicated_on, paid_on = [dates[day] if day else None for day in days]
    return Status(
        codes=tuple(codes),
        effective_on=effective_on,
        action=element_at(elements, 3),
        charge_cents=amount_at(elements, 4),
        paid_cents=amount_at(elements, 5),
        adjudicated_on=adjudicated_on,
        payment_method=element_at(elements, 7),
        paid_on=paid_on,
        trace_number=element_at(elements, 9),
        message=element_at(elements, 12),
        segment_number=number,
    )


class StatusReader:
    """Reads the segments of one 276, 277 or 277CA into pages of claim statuses."""

    def __init__(self, state: SetState) -> None:
        self.state = state
        self.header = StatusBatch()
        state.header = self.header
        state.kept = _KEPT
        self.loop = "header"
        self.level = ""
        self.party: Party | None = None
        self.source: Party | None = None
        self.receiver: Party | None = None
        self.provider: Party | None = None
        self.subscriber: Party | None = None
        self.patient: Party | None = None
        self.item: ClaimStatus | None = None
        self.line: LineStatus | None = None
        self.page: list[ClaimStatus] = []
        self.is_bad = False
        self.demographics: tuple[Party, Segment] | None = None  # a DMG stands before its NM1

    def pages(self) -> Iterator[list[ClaimStatus]]:
        """Yield an empty page once the source level is whole, then the items, a page at a time."""
        is_in_header = True
        for number, elements in segments_of_set(self.state):
            tag = elements[0]
            try:
                if tag == "HL":
                    if is_in_header and element_at(elements, 3) != "20":
                        is_in_header = False
                        yield []
                    self._open_level(elements, number)
                elif tag == "NM1":
                    self._read_party(elements, number)
                elif tag == "TRN" and self.level != "source":
                    self._open_item(elements, number)
                elif self.line is not None:
                    self._read_line(self.line, tag, elements, number)
                elif self.item is not None:
                    self._read_item(self.item, tag, elements, number)
                else:
                    self._read_header(tag, elements, number)
            except (BadElement, IndexError) as error:
                self.is_bad = self.item is not None
                self.state.fail(elements, number, self.loop, error)
            if len(self.page) >= ITEMS_A_PAGE:
                page, self.page = self.page, []
                yield page
        if is_in_header:
            yield []
        self._close_item()
        yield self.page

    def _open_level(self, elements: list[str], number: int) -> None:
        self._close_item()
        self.state.begin_item(number)
        self.state.count_level(elements, number)
        self.party = None
        code = element_at(elements, 3)
        self.level = _LEVELS.get(code, "claim")
        self.loop = _LOOPS.get(code, "2000D")
        if self.level == "source":
            self.source = self.receiver = self.provider = None
        elif self.level == "receiver":
            self.receiver = self.provider = None
        elif self.level == "provider":
            self.provider = None
        if code != "23":
            self.subscriber = None
        self.patient = None

    def _read_party(self, elements: list[str], number: int) -> None:
        party = self.party = party_of(elements, number)
        if self.demographics:
            (told, _), self.demographics = self.demographics, None
            party.birth_on, party.sex = told.birth_on, told.sex
        role = "patient" if self.loop == "2000E" else _ROLES.get(self.level, "subscriber")
        if getattr(self, role) is not None:
            self.party = None
            self._keep(keep_unknown(self.state, elements, number, self.loop))
            return
        setattr(self, role, party)
        if role == "source" and not self.header.source.entity:
            self.header.source = party
        if self.item is not None:
            self._place_parties(self.item)

    def _keep(self, segment: Segment) -> None:
        holder = self.item or self.header
        holder.extra += (segment,)

    def _open_item(self, elements: list[str], number: int) -> None:
        self._close_item()
        self.state.begin_item(number)
        self.item = ClaimStatus(
            level=self.level or "claim",
            trace_number=elements[2],
            trace_type=elements[1],
            segment_number=number,
        )
        self._place_parties(self.item)

    def _place_parties(self, item: ClaimStatus) -> None:
        item.source, item.receiver, item.provider = self.source, self.receiver, self.provider
        item.subscriber, item.patient = self.subscriber, self.patient

    def _read_header(self, tag: str, elements: list[str], number: int) -> None:
        header = self.header
        if tag == "BHT" and not header.segment_number:
            header.segment_number = number
            header.structure_code = elements[1]
            header.purpose_code = elements[2]
            header.batch_reference = element_at(elements, 3)
            day = element_at(elements, 4)
            header.created_on = dates[day] if day else None
            header.created_at = clock_time(element_at(elements, 5))
        elif tag == "TRN" and not header.source_trace:
            header.source_trace = elements[2]
        elif tag == "DTP" and elements[1] == "050" and header.received_on is None:
            header.received_on = period(elements[2], elements[3])[0]
        elif tag == "DTP" and elements[1] == "009" and header.processed_on is None:
            header.processed_on = period(elements[2], elements[3])[0]
        elif tag in ("STC", "AMT", "QTY") and self.level not in ("", "source"):
            # A level may carry its statuses without a trace of its own.
            self.item = ClaimStatus(level=self.level, segment_number=number)
            self._place_parties(self.item)
            self._read_item(self.item, tag, elements, number)
        elif tag == "DMG" and self.party is None and self.demographics is None:
            told = Party()
            add_to_party(self.state, told, elements, number)
            self.demographics = told, segment_of(elements, number)
        elif self.party is None or not add_to_party(self.state, self.party, elements, number):
            if tag == "SVC":
                self.state.misplaced_line(elements, number)
            header.extra += (keep_unknown(self.state, elements, number, self.loop),)

    def _read_item(self, item: ClaimStatus, tag: str, elements: list[str], number: int) -> None:
        if tag == "STC":
            separator = self.state.delimiters.component
            item.statuses += (status_of(elements, separator, number),)
        elif tag == "REF":
            self._read_reference(item, elements, number)
        elif tag == "DTP" and elements[1] in ("472", "232") and item.service_from_on is None:
            item.service_from_on, item.service_through_on = period(elements[2], elements[3])
        elif tag == "SVC":
            self._open_line(elements, number)
        elif tag == "AMT" and elements[1] == "T3" and item.charge_cents is None:
            item.charge_cents = amounts[elements[2]]
        elif tag == "AMT":
            item.amounts += (Amount(elements[1], amounts[elements[2]], number),)
        elif tag == "QTY":
            item.quantities += (Quantity(elements[1], quantities[elements[2]], number),)
        else:
            item.extra += (keep_unknown(self.state, elements, number, self.loop),)

    def _read_reference(self, item: ClaimStatus, elements: list[str], number: int) -> None:
        qualifier = elements[1]
        if qualifier == "1K" and not item.payer_claim_control_number:
            item.payer_claim_control_number = elements[2]
        elif qualifier == "EJ" and not item.patient_account:
            item.patient_account = elements[2]
        elif qualifier == "BLT" and not item.bill_type:
            item.bill_type = elements[2]
        elif qualifier == "D9" and not item.clearinghouse_trace:
            item.clearinghouse_trace = elements[2]
        else:
            item.references += (reference_of(elements, number),)

    def _open_line(self, elements: list[str], number: int) -> None:
        item = self.item
        if item is None:
            raise IndexError
        units = element_at(elements, 7)
        self.line = LineStatus(
            self.state.procedures[elements[1]],
            amounts[elements[2]],
            amount_at(elements, 3),
            element_at(elements, 4),
            quantities[units] if units else None,
            segment_number=number,
        )
        item.lines += (self.line,)

    def _read_line(self, line: LineStatus, tag: str, elements: list[str], number: int) -> None:
        if tag == "STC":
            separator = self.state.delimiters.component
            line.statuses += (status_of(elements, separator, number),)
        elif tag == "REF":
            if elements[1] == "FJ" and not line.line_control_number:
                line.line_control_number = elements[2]
            else:
                line.references += (reference_of(elements, number),)
        elif tag == "DTP" and elements[1] == "472" and line.service_from_on is None:
            line.service_from_on, line.service_through_on = period(elements[2], elements[3])
        elif tag == "SVC":
            self._open_line(elements, number)
        else:
            line.extra += (keep_unknown(self.state, elements, number, "2220"),)

    def _close_item(self) -> None:
        item = self.item
        if self.demographics:
            self.header.extra += (self.demographics[1],)
            self.demographics = None
        if item is not None and not self.is_bad:
            self.page.append(item)
            if item.level == "claim":
                self.state.totals.claim_count += 1
                self.state.totals.charge_cents += self._charge_of(item)
        self.item = self.line = None
        self.is_bad = False

    def _charge_of(self, item: ClaimStatus) -> int:
        if item.charge_cents is not None:
            return item.charge_cents
        return next((s.charge_cents for s in item.statuses if s.charge_cents is not None), 0)
