"""Read an 837 (professional, institutional, dental): each claim with the parties it stands under.

Source: 005010X222A1, 005010X223A2, 005010X224A2; older versions are read as far as they agree.
"""

from collections.abc import Iterator

from dueline.core.enums import SetKind
from dueline.core.x12.claim_line import read_line_segment, service_of
from dueline.core.x12.claim_other_payer import open_other_payer, read_other_payer_segment
from dueline.core.x12.elements import BadElement, amounts, clock_time, dates, whole_number
from dueline.core.x12.loops import (
    ITEMS_A_PAGE,
    SetState,
    add_to_party,
    date_of,
    element_at,
    keep_unknown,
    others_of,
    party_of,
    reference_of,
    segment_of,
    segments_of_set,
    trimmed,
)
from dueline.core.x12.model import (
    Amount,
    ClaimBatch,
    Diagnosis,
    OtherPayer,
    Party,
    Segment,
    ServiceLine,
    SubmittedClaim,
    Subscriber,
)

_DIAGNOSES = frozenset({"ABK", "ABF", "BK", "BF", "ABJ", "BJ", "APR", "PR", "ABN", "BN"})
_CLAIM_PROVIDERS = {
    ("DN", ""): "referring_provider",
    ("82", ""): "rendering_provider",
    ("71", ""): "attending_provider",
    ("77", ""): "service_facility",
}
# Segments of the guides, and of the older ones, that have no field of their own.
_KEPT = frozenset(
    "PAT PWK CN1 K3 CR1 CR2 CR3 CR5 CR6 CR7 CRC HCP HSD QTY MEA PS1 DN1 DN2 IMM TOO"
    " LQ FRM UR SV4 SV5 SV6 SV7 LE LS CUR".split()
)
_BILLING_LOOPS = frozenset({"2000A", "2010AA", "2010AB", "2010AC"})
_CLAIM_FIELDS = frozenset({1, 2, 5, 20})
_SERVICES = {
    "SV1": SetKind.CLAIM_PROFESSIONAL,
    "SV2": SetKind.CLAIM_INSTITUTIONAL,
    "SV3": SetKind.CLAIM_DENTAL,
}


class ClaimReader:
    """Reads the segments of one 837 into pages of submitted claims."""

    def __init__(self, state: SetState) -> None:
        self.state = state
        self.header = ClaimBatch()
        state.header = self.header
        state.kept = _KEPT
        self.kind = state.kind
        self.loop = "header"
        self.party: Party | None = None  # whose N3, N4, REF ... come next
        self.billing = Party()
        self.currency = ""
        self.pay_to: Party | None = None
        self.pay_to_plan: Party | None = None
        self.subscriber = Subscriber()
        self.payer = Party()
        self.responsible: Party | None = None
        self.patient: Party | None = None
        self.relationship = ""
        self.claim: SubmittedClaim | None = None
        self.line: ServiceLine | None = None
        self.lines: list[ServiceLine] = []
        self.other: OtherPayer | None = None
        self.page: list[SubmittedClaim] = []
        self.is_bad = False
        self.is_level_bad = False

    def pages(self) -> Iterator[list[SubmittedClaim]]:
        """Yield an empty page once the header is whole, then the claims, a page at a time."""
        is_in_header = True
        for number, elements in segments_of_set(self.state):
            tag = elements[0]
            try:
                if tag == "HL":
                    if is_in_header:
                        is_in_header = False
                        yield []
                    self._open_level(elements, number)
                elif tag == "CLM":
                    self._open_claim(elements, number)
                elif self.line is not None:
                    self._read_in_line(self.line, tag, elements, number)
                elif self.claim is not None:
                    self._read_in_claim(self.claim, tag, elements, number)
                elif is_in_header:
                    self._read_header(tag, elements, number)
                else:
                    self._read_level_segment(tag, elements, number)
            except (BadElement, IndexError) as error:
                self.is_bad = self.claim is not None
                self.state.fail(elements, number, self.loop, error)
            if len(self.page) >= ITEMS_A_PAGE:
                page, self.page = self.page, []
                yield page
        if is_in_header:
            yield []
        self._close_claim()
        yield self.page

    # ------------------------------------------------------------ header and levels

    def _keep_in_header(self, segment: Segment) -> None:
        self.header.extra += (segment,)

    def _read_header(self, tag: str, elements: list[str], number: int) -> None:
        header = self.header
        if tag == "BHT" and not header.segment_number:
            header.segment_number = number
            header.purpose_code = elements[2]
            header.batch_reference = element_at(elements, 3)
            day = element_at(elements, 4)
            header.created_on = dates[day] if day else None
            header.created_at = clock_time(element_at(elements, 5))
            header.claim_or_encounter = element_at(elements, 6)
        elif tag == "NM1" and elements[1] == "41" and not header.submitter.entity:
            header.submitter = self.party = party_of(elements, number)
            self.loop = "1000A"
        elif tag == "NM1" and elements[1] == "40" and not header.receiver.entity:
            header.receiver = self.party = party_of(elements, number)
            self.loop = "1000B"
        elif tag == "REF" and self.party is None:  # 4010: the version, once more
            self._keep_in_header(segment_of(elements, number))
        elif self.party is None or not add_to_party(self.state, self.party, elements, number):
            self._keep_in_header(keep_unknown(self.state, elements, number, self.loop))

    def _open_level(self, elements: list[str], number: int) -> None:
        """Begin a hierarchical level; what stood under the level it replaces is forgotten."""
        self._close_claim()
        self.party = None
        self.state.begin_item(number)
        self.state.count_level(elements, number)
        code = element_at(elements, 3)
        if code == "20":
            self.loop = "2000A"
            self.billing, self.currency = Party(), ""
            self.pay_to = self.pay_to_plan = None
        if code in ("20", "22"):
            self.loop = "2000A" if code == "20" else "2000B"
            self.subscriber, self.payer = Subscriber(), Party()
            self.responsible = None
        elif code == "23":
            self.loop = "2000C"
        self.patient = None
        self.relationship = ""

    def _read_level_segment(self, tag: str, elements: list[str], number: int) -> None:
        if tag == "NM1":
            self._read_level_party(elements, number)
        elif tag == "SBR" and not self.subscriber.segment_number:
            self.loop = "2000B"
            self.subscriber = Subscriber(
                elements[1],
                element_at(elements, 2),
                element_at(elements, 3),
                element_at(elements, 4),
                element_at(elements, 5),
                element_at(elements, 9),
                extra=self.subscriber.extra,
                segment_number=number,
            )
        elif tag == "PAT" and self.loop == "2000C" and not self.relationship:
            self.relationship = element_at(elements, 1)
            if any(elements[2:]):
                self._keep_in_level(segment_of(elements, number))
        elif tag == "PRV" and self.loop == "2000A" and self.party is None:
            if not add_to_party(self.state, self.billing, elements, number):
                self._keep_in_level(keep_unknown(self.state, elements, number, self.loop))
        elif tag == "CUR" and self.loop == "2000A" and not self.currency and not any(elements[3:]):
            self.currency = elements[2]
        elif tag == "LX":
            self.state.misplaced_line(elements, number)
            self._keep_in_level(segment_of(elements, number))
        elif self.party is None or not add_to_party(self.state, self.party, elements, number):
            self._keep_in_level(keep_unknown(self.state, elements, number, self.loop))

    def _keep_in_level(self, segment: Segment) -> None:
        if self.party is not None:
            self.party.extra += (segment,)
        elif self.loop in _BILLING_LOOPS:
            self.billing.extra += (segment,)
        else:
            self.subscriber.extra += (segment,)

    def _read_level_party(self, elements: list[str], number: int) -> None:
        party = party_of(elements, number)
        entity = elements[1]
        if entity == "85" and not self.billing.entity:
            self.loop = "2010AA"
            party.provider_code, party.taxonomy = self.billing.provider_code, self.billing.taxonomy
            party.extra = self.billing.extra
            self.billing = party
        elif entity == "87" and self.pay_to is None:
            self.loop, self.pay_to = "2010AB", party
        elif entity == "PE" and self.pay_to_plan is None:
            self.loop, self.pay_to_plan = "2010AC", party
        elif entity == "IL" and not self.subscriber.party.entity:
            self.loop, self.subscriber.party = "2010BA", party
        elif entity == "PR" and not self.payer.entity:
            self.loop, self.payer = "2010BB", party
        elif entity == "QD" and self.responsible is None:
            self.loop, self.responsible = "2010BC", party
        elif entity == "QC" and self.patient is None:
            self.loop, self.patient = "2010CA", party
        else:
            self.party = None
            self._keep_in_level(keep_unknown(self.state, elements, number, self.loop))
            return
        self.party = party

    # ------------------------------------------------------------ claims

    def _open_claim(self, elements: list[str], number: int) -> None:
        self._close_claim()
        claim = SubmittedClaim.__new__(SubmittedClaim)
        self.claim = claim
        self.loop = "2300"
        self.party = self.other = None
        claim.segment_number = number
        self.state.begin_item(number)
        claim.billing_provider = self.billing
        claim.billing_currency = self.currency
        claim.pay_to_provider = self.pay_to
        claim.pay_to_plan = self.pay_to_plan
        claim.subscriber = self.subscriber
        claim.payer = self.payer
        claim.responsible_party = self.responsible
        claim.patient = self.patient
        claim.patient_relationship = self.relationship
        claim.patient_control_number = elements[1]
        if not elements[1]:
            raise BadElement("", "missing_element", "an element", "CLM01")
        claim.charge_cents = amounts[elements[2]]
        place = (element_at(elements, 5).split(self.state.delimiters.component) + ["", ""])[:3]
        claim.facility_code, claim.facility_qualifier, claim.frequency_code = place
        claim.delay_reason = element_at(elements, 20)
        claim.claim_elements = others_of(elements, _CLAIM_FIELDS)

    def _read_in_line(self, line: ServiceLine, tag: str, elements: list[str], number: int) -> None:
        if tag == "LX":
            self._open_line(elements, number)
        elif tag in _SERVICES:
            self._read_service(line, tag, elements, number)
        elif tag == "NM1":
            self.loop = "2420"
            self.party = party_of(elements, number)
            line.providers += (self.party,)
        elif self.party is not None and add_to_party(self.state, self.party, elements, number):
            return
        else:
            if tag == "SVD":
                self.loop, self.party = "2430", None
            read_line_segment(self.state, line, tag, elements, number)

    def _read_service(self, line: ServiceLine, tag: str, elements: list[str], number: int) -> None:
        if line.procedure is not None or line.revenue_code:
            self._open_unannounced_line(line.line_number + 1, elements, number)
            line = self.lines[-1]
        self.kind = _SERVICES[tag]
        self.loop = "2400"
        service_of(self.state, line, elements)

    def _open_unannounced_line(self, line_number: int, elements: list[str], number: int) -> None:
        """Begin a line whose LX is missing, so that its money is not lost."""
        self.state.remark("missing_line_header", number, "2400", elements[0], "LX", elements[0])
        self._open_line(["LX", str(line_number)], number)

    def _open_line(self, elements: list[str], number: int) -> None:
        line = ServiceLine.__new__(ServiceLine)
        self.line = line
        self.lines.append(line)
        self.loop = "2400"
        self.party = self.other = None
        line.segment_number = number
        line.line_number = whole_number(elements[1])

    def _read_in_claim(
        self, claim: SubmittedClaim, tag: str, elements: list[str], number: int
    ) -> None:
        if tag == "LX":
            self._open_line(elements, number)
        elif tag in _SERVICES:
            self._open_unannounced_line(1, elements, number)
            self._read_service(self.lines[-1], tag, elements, number)
        elif tag == "SBR":
            self.other = open_other_payer(elements, number)
            claim.other_payers += (self.other,)
            self.loop, self.party = "2320", None
        elif self.other is not None:
            self._read_in_other_payer(self.other, tag, elements, number)
        elif tag == "NM1":
            self._read_claim_provider(claim, elements, number)
        elif self.party is not None and add_to_party(self.state, self.party, elements, number):
            return
        elif tag == "HI":
            self._read_codes(claim, elements)
        elif tag == "DTP":
            period = date_of(elements, number)
            claim.dates += (period,)
            if period.qualifier in ("472", "434") and claim.service_from_on is None:
                claim.service_from_on, claim.service_through_on = period.start_on, period.end_on
        elif tag == "REF":
            self._read_claim_reference(claim, elements, number)
        elif tag == "AMT":
            claim.amounts += (Amount(elements[1], amounts[elements[2]], number),)
        elif tag == "NTE":
            claim.notes += (f"{elements[1]}*{elements[2]}",)
        elif tag == "CL1" and not claim.institutional:
            claim.institutional = trimmed(elements[1:])
        else:
            claim.extra += (keep_unknown(self.state, elements, number, self.loop),)

    def _read_in_other_payer(
        self, other: OtherPayer, tag: str, elements: list[str], number: int
    ) -> None:
        if tag == "NM1":
            self.party = party_of(elements, number)
            self.loop = {"IL": "2330A", "PR": "2330B"}.get(elements[1], "2330")
            if elements[1] == "IL" and other.subscriber is None:
                other.subscriber = self.party
            elif elements[1] == "PR" and other.payer is None:
                other.payer = self.party
            else:
                other.extra += (segment_of(elements, number),)
                self.party = None
            return
        read_other_payer_segment(self.state, other, self.party, tag, elements, number)

    def _read_claim_provider(self, claim: SubmittedClaim, elements: list[str], number: int) -> None:
        self.loop = "2310"
        party = self.party = party_of(elements, number)
        name = _CLAIM_PROVIDERS.get((elements[1], ""))
        if name is not None and getattr(claim, name) is None:
            setattr(claim, name, party)
        else:
            claim.other_providers += (party,)

    def _read_claim_reference(
        self, claim: SubmittedClaim, elements: list[str], number: int
    ) -> None:
        qualifier = elements[1]
        if qualifier == "F8" and not claim.original_reference:
            claim.original_reference = elements[2]
        elif qualifier == "G1" and not claim.prior_authorization:
            claim.prior_authorization = elements[2]
        else:
            claim.references += (reference_of(elements, number),)

    def _read_codes(self, claim: SubmittedClaim, elements: list[str]) -> None:
        separator = self.state.delimiters.component
        for composite in elements[1:]:
            if not composite:
                continue
            parts = composite.split(separator) + [""] * 8
            code = Diagnosis(parts[0], parts[1], parts[3], parts[4], parts[8])
            if code.qualifier in _DIAGNOSES:
                claim.diagnoses += (code,)
            else:
                claim.other_codes += (code,)

    def _close_claim(self) -> None:
        """Complete the claim that has ended and put it on the page, unless it could not be read."""
        claim = self.claim
        if claim is None:
            return
        claim.lines = tuple(self.lines)
        claim.kind = self.kind
        if claim.service_from_on is None:
            self._dates_from_lines(claim)
        if not self.is_bad:
            totals = self.state.totals
            totals.claim_count += 1
            totals.charge_cents += claim.charge_cents
            summed = 0
            for line in claim.lines:
                summed += line.charge_cents
            if claim.lines and summed != claim.charge_cents:
                number, charge = claim.segment_number, claim.charge_cents
                self.state.remark("unbalanced_charge", number, "2300", "CLM02", summed, charge)
            self.page.append(claim)
        self.claim = self.line = self.other = self.party = None
        self.lines = []
        self.is_bad = False

    def _dates_from_lines(self, claim: SubmittedClaim) -> None:
        firsts = [line.service_from_on for line in claim.lines if line.service_from_on]
        lasts = [line.service_through_on for line in claim.lines if line.service_through_on]
        if firsts and lasts:
            claim.service_from_on, claim.service_through_on = min(firsts), max(lasts)
