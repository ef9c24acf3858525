"""Read an 835: header, claim payments one by one, provider adjustments; and balance it on the way.

Source: 005010X221A1; the balancing rules are in docs/reference/reading.md.
"""

from collections.abc import Iterator

from dueline.core.x12.elements import BadElement, amounts, dates, quantities
from dueline.core.x12.loops import (
    ITEMS_A_PAGE,
    MOST_SEGMENTS,
    SetState,
    add_to_party,
    adjustments_of,
    amount_at,
    contact_of,
    element_at,
    keep_unknown,
    organization_of,
    others_of,
    party_of,
    reference_of,
    segment_of,
    segments_of_set,
    trimmed,
)
from dueline.core.x12.model import (
    Adjustment,
    Amount,
    ClaimPayment,
    DatePeriod,
    LinePayment,
    Party,
    ProviderAdjustment,
    Quantity,
    RemittanceHeader,
    Segment,
)

_PARTY_FIELDS = {
    "QC": "patient",
    "IL": "subscriber",
    "74": "corrected_patient",
    "82": "rendering_provider",
    "TT": "crossover_payer",
    "PR": "corrected_payer",
    "GB": "other_subscriber",
}
_KEPT = frozenset({"CUR", "RDM"})
_PAYMENT_FIELDS = frozenset({1, 2, 3, 4, 16})
_GROUPS = frozenset({"CO", "OA", "PI", "PR"})
_LAST_PAIR = 14  # PLB13 and PLB14


class RemittanceReader:
    """Reads the segments of one 835 into pages of claim payments."""

    def __init__(self, state: SetState) -> None:
        self.state = state
        self.header = RemittanceHeader()
        state.header = self.header
        state.kept = _KEPT
        self.party: Party | None = None
        self.claim: ClaimPayment | None = None
        self.line: LinePayment | None = None
        self.lines: list[LinePayment] = []
        self.page: list[ClaimPayment] = []
        self.is_bad = False
        self.header_number = ""
        self.summary: tuple[Segment, ...] = ()
        self.loop = "header"

    def pages(self) -> Iterator[list[ClaimPayment]]:
        """Yield an empty page once the header is whole, then the claims, a page at a time."""
        is_in_header = True
        page = self.page
        for number, elements in segments_of_set(self.state):
            tag = elements[0]
            try:
                if is_in_header:
                    if tag not in ("LX", "CLP", "PLB"):
                        self._read_header(tag, elements, number)
                        continue
                    is_in_header = False
                    self.party = None
                    yield []
                if self.line is not None:
                    self._read_line_segment(self.line, tag, elements, number)
                else:
                    self._read_segment(tag, elements, number)
            except (BadElement, IndexError) as error:
                self.is_bad = self.claim is not None
                self.state.fail(elements, number, self.loop, error)
            if len(page) >= ITEMS_A_PAGE:
                yield page
                page = self.page = []
        if is_in_header:
            yield []
        self._close_claim()
        self._balance()
        yield self.page

    def _read_header(self, tag: str, elements: list[str], number: int) -> None:
        header = self.header
        if tag == "BPR" and not header.handling_code:
            header.segment_number = number
            header.handling_code = elements[1]
            header.credit_or_debit = element_at(elements, 3)
            header.payment_method = element_at(elements, 4)
            sign = -1 if header.credit_or_debit == "D" else 1
            header.payment_cents = self.state.totals.payment_cents = sign * amounts[elements[2]]
            header.paid_on = dates[elements[16]] if element_at(elements, 16) else None
            header.payment_elements = others_of(elements, _PAYMENT_FIELDS)
        elif tag == "TRN" and not header.trace_number:
            header.trace_number = elements[2]
            header.payer_identifier = element_at(elements, 3)
            header.trace_supplement = element_at(elements, 4)
        elif tag == "N1":
            self._read_header_party(elements, number)
        elif tag == "DTM" and elements[1] == "405" and header.produced_on is None:
            header.produced_on = dates[elements[2]]
        elif self.party is not None:
            if not add_to_party(self.state, self.party, elements, number):
                self.party.extra += (keep_unknown(self.state, elements, number, self.loop),)
        elif tag == "REF":
            header.references += (reference_of(elements, number),)
        else:
            header.extra += (keep_unknown(self.state, elements, number, self.loop),)

    def _read_header_party(self, elements: list[str], number: int) -> None:
        header = self.header
        self.party = organization_of(elements, number)
        if elements[1] == "PR" and not header.payer.entity:
            header.payer = self.party
            self.loop = "1000A"
        elif elements[1] == "PE" and not header.payee.entity:
            header.payee = self.party
            self.loop = "1000B"
        else:
            self.party = None
            header.extra += (segment_of(elements, number),)

    def _read_line_segment(
        self, line: LinePayment, tag: str, elements: list[str], number: int
    ) -> None:
        """Read one segment of loop 2110, most frequent first."""
        if tag == "CAS":
            if len(elements) == 4 and elements[1] and elements[2]:
                adjustment = Adjustment.__new__(Adjustment)
                adjustment.group_code = elements[1]
                adjustment.carc = elements[2]
                adjustment.amount_cents = amounts[elements[3]]
                adjustment.segment_number = number
                line.adjustments += (adjustment,)
            else:
                line.adjustments += adjustments_of(elements, number)
        elif tag == "SVC":
            self._open_line(elements, number)
        elif tag == "DTM":
            day = dates[elements[2]]
            qualifier = elements[1]
            if qualifier == "472" and line.service_from_on is None:
                line.service_from_on = line.service_through_on = day
            elif qualifier == "150" and line.service_from_on is None:
                line.service_from_on = day
            elif qualifier == "151" and line.service_through_on is None:
                line.service_through_on = day
            else:
                line.extra += (segment_of(elements, number),)
        elif tag == "REF":
            if elements[1] == "6R" and not line.line_control_number:
                line.line_control_number = elements[2]
            else:
                line.references += (reference_of(elements, number),)
        elif tag == "AMT":
            if elements[1] == "B6" and line.allowed_cents is None:
                line.allowed_cents = amounts[elements[2]]
            else:
                line.amounts += (Amount(elements[1], amounts[elements[2]], number),)
        elif tag == "LQ":
            if elements[1] == "HE" and not any(elements[3:]):
                line.remark_codes += (elements[2],)
            else:
                line.extra += (segment_of(elements, number),)
        elif tag == "QTY":
            line.quantities += (Quantity(elements[1], quantities[elements[2]], number),)
        elif tag in ("CLP", "LX", "PLB"):
            self._read_segment(tag, elements, number)
        else:
            line.extra += (keep_unknown(self.state, elements, number, "2110"),)

    def _read_segment(self, tag: str, elements: list[str], number: int) -> None:
        """Read one segment of loop 2000, 2100 or the summary."""
        if tag == "CLP":
            self._close_claim()
            self._open_claim(elements, number)
        elif tag == "SVC" and self.claim is not None:
            self._open_line(elements, number)
        elif tag == "LX":
            self._close_claim()
            self.header_number = element_at(elements, 1)
            self.loop = "2000"
        elif tag == "PLB":
            self._close_claim()
            self._read_provider_adjustment(elements, number)
        elif self.claim is not None:
            self._read_claim_segment(self.claim, tag, elements, number)
        elif tag in ("TS2", "TS3"):
            self.summary += (segment_of(elements, number),)
        else:
            if tag == "SVC":
                self.state.misplaced_line(elements, number)
            self.header.extra += (keep_unknown(self.state, elements, number, self.loop),)

    def _open_claim(self, elements: list[str], number: int) -> None:
        claim = ClaimPayment.__new__(ClaimPayment)
        claim.segment_number = number
        self.state.last_number = number + MOST_SEGMENTS
        self.claim = claim
        self.loop = "2100"
        self.party = None
        claim.header_number = self.header_number
        if self.summary:
            claim.provider_summary = self.summary
            self.summary = ()
        size = len(elements)
        claim.patient_control_number = elements[1]
        claim.status_code = elements[2]
        if not elements[1] or not elements[2]:
            element = "CLP02" if elements[1] else "CLP01"
            raise BadElement("", "missing_element", "an element", element)
        claim.charge_cents = amounts[elements[3]]
        claim.paid_cents = amounts[elements[4]]
        if size > 5:
            claim.patient_responsibility_cents = amounts[elements[5]] if elements[5] else None
            if size > 7:
                claim.filing_indicator = elements[6]
                claim.payer_claim_control_number = elements[7]
                if size > 8:
                    claim.facility_code = elements[8]
                    if size > 9:
                        claim.frequency_code = elements[9]
                        if size > 11:
                            claim.drg_code = elements[11]
                            claim.drg_weight = element_at(elements, 12)
                            claim.discharge_fraction = element_at(elements, 13)

    def _read_claim_segment(
        self, claim: ClaimPayment, tag: str, elements: list[str], number: int
    ) -> None:
        if tag == "NM1":
            party = self.party = party_of(elements, number)
            name = _PARTY_FIELDS.get(elements[1])
            if name is not None and getattr(claim, name) is None:
                setattr(claim, name, party)
            else:
                claim.extra += (segment_of(elements, number),)
        elif tag == "DTM":
            self._read_claim_date(claim, elements, number)
        elif tag == "REF":
            claim.references += (reference_of(elements, number),)
        elif tag == "CAS":
            claim.adjustments += adjustments_of(elements, number)
        elif tag == "AMT":
            claim.amounts += (Amount(elements[1], amounts[elements[2]], number),)
        elif tag == "MOA" and not claim.outpatient:
            claim.outpatient = trimmed(elements[1:])
        elif tag == "MIA" and not claim.inpatient:
            claim.inpatient = trimmed(elements[1:])
        elif tag == "PER":
            claim.contacts += (contact_of(elements, number),)
        elif tag == "QTY":
            claim.quantities += (Quantity(elements[1], quantities[elements[2]], number),)
        else:
            claim.extra += (keep_unknown(self.state, elements, number, "2100"),)

    def _read_claim_date(self, claim: ClaimPayment, elements: list[str], number: int) -> None:
        qualifier, day = elements[1], dates[elements[2]]
        if qualifier == "232" and claim.service_from_on is None:
            claim.service_from_on = day
        elif qualifier == "233" and claim.service_through_on is None:
            claim.service_through_on = day
        elif qualifier == "050" and claim.received_on is None:
            claim.received_on = day
        else:
            claim.dates += (DatePeriod(qualifier, day, day, "", number),)

    def _open_line(self, elements: list[str], number: int) -> None:
        line = LinePayment.__new__(LinePayment)
        line.segment_number = number
        self.line = line
        self.loop = "2110"
        self.lines.append(line)
        procedures = self.state.procedures
        line.procedure = procedures[elements[1]]
        line.charge_cents = amounts[elements[2]]
        line.paid_cents = amounts[elements[3]]
        size = len(elements)
        if size > 4:
            line.revenue_code = elements[4]
            if size > 5:
                line.paid_units = quantities[elements[5]] if elements[5] else None
                if size > 6:
                    line.original_procedure = procedures[elements[6]] if elements[6] else None
                    units = element_at(elements, 7)
                    line.original_units = quantities[units] if units else None

    def _close_claim(self) -> None:
        """Balance the claim that has ended and put it on the page, unless it could not be read."""
        claim = self.claim
        if claim is None:
            return
        claim.lines = tuple(self.lines)
        if not self.is_bad:
            self._balance_claim(claim)
            self.page.append(claim)
            totals = self.state.totals
            totals.claim_count += 1
            totals.charge_cents += claim.charge_cents
            totals.paid_cents += claim.paid_cents
        self.claim = self.line = None
        self.lines = []
        self.is_bad = False

    def _balance_claim(self, claim: ClaimPayment) -> None:
        """Test the sums of a claim that has been read. Source: 005010X221A1, balancing."""
        state = self.state
        number = claim.segment_number
        expected = line_charges = claim.charge_cents
        patient = 0
        for adjustment in claim.adjustments:
            amount = adjustment.amount_cents
            expected -= amount
            if adjustment.group_code == "PR":
                patient += amount
            if not amount or adjustment.group_code not in _GROUPS:
                self._question(adjustment, "2100")
        for line in claim.lines:
            adjusted = 0
            for adjustment in line.adjustments:
                amount = adjustment.amount_cents
                adjusted += amount
                if adjustment.group_code == "PR":
                    patient += amount
                if not amount or adjustment.group_code not in _GROUPS:
                    self._question(adjustment, "2110")
            expected -= adjusted
            due = line.charge_cents - adjusted
            line_charges -= line.charge_cents
            if due != line.paid_cents:
                state.remark(
                    "unbalanced_line", line.segment_number, "2110", "SVC03", due, line.paid_cents
                )
        if expected != claim.paid_cents:
            state.remark("unbalanced_claim", number, "2100", "CLP04", expected, claim.paid_cents)
        if line_charges and claim.lines:
            summed = claim.charge_cents - line_charges
            state.remark("line_charges_differ", number, "2100", "CLP03", summed, claim.charge_cents)
        share = claim.patient_responsibility_cents
        if share is not None and share != patient:
            state.remark("patient_share_differs", number, "2100", "CLP05", patient, share)

    def _question(self, adjustment: Adjustment, loop: str) -> None:
        number, group = adjustment.segment_number, adjustment.group_code
        if group not in _GROUPS:
            self.state.remark(
                "unknown_group_code", number, loop, "CAS01", "CO, OA, PI or PR", group
            )
        else:
            self.state.remark("zero_adjustment", number, loop, "CAS", "an amount", "0")

    def _read_provider_adjustment(self, elements: list[str], number: int) -> None:
        self.loop = "summary"
        fiscal = element_at(elements, 2)
        fiscal_on = dates[fiscal] if fiscal else None
        for start in range(3, min(max(len(elements), 5), _LAST_PAIR), 2):
            identifier = element_at(elements, start)
            amount = amount_at(elements, start + 1)
            if not identifier and amount is None and start > 3:
                continue
            if amount is None:
                raise BadElement("", "missing_element", "an amount", f"PLB{start + 1:02d}")
            reason, _, reference = identifier.partition(self.state.delimiters.component)
            adjustment = ProviderAdjustment(
                elements[1], fiscal_on, reason, reference, amount, number
            )
            self.header.provider_adjustments += (adjustment,)
            self.state.totals.provider_adjustment_cents += amount

    def _balance(self) -> None:
        totals = self.state.totals
        paid = totals.payment_cents
        number = self.header.segment_number
        if paid is None:
            if not self.state.problems.has_fatal:
                self.state.fail(["BPR", ""], number, "header", IndexError())
            return
        if paid < 0:
            self.state.remark("negative_payment", number, "header", "BPR02", "0 or more", paid)
        expected = totals.paid_cents - totals.provider_adjustment_cents
        totals.difference_cents = paid - expected
        if totals.difference_cents:
            self.state.remark("unbalanced_remittance", number, "header", "BPR02", expected, paid)
