"""Write an 837 professional, institutional or dental. The mirror of `core.x12.claim`.

Source: 005010X222A1, 005010X223A2, 005010X224A2. Claims that follow one another under the same billing
provider and subscriber share their hierarchical levels.
"""

from collections.abc import Iterable, Iterator

from dueline.core.enums import SetKind
from dueline.core.money import cents_text
from dueline.core.x12.model import (
    ClaimBatch,
    Diagnosis,
    OtherAdjudication,
    OtherPayer,
    Party,
    ServiceLine,
    SubmittedClaim,
)
from dueline.core.x12.writers.parts import (
    SegmentWriter,
    day_text,
    number_text,
    optional_cents,
    time_text,
)

CODES_A_SEGMENT = 12  # composites of one HI


def write_claims(
    writer: SegmentWriter, header: ClaimBatch, items: Iterable[SubmittedClaim]
) -> Iterator[str]:
    """Yield the segments between ST and SE."""
    yield writer.segment(
        "BHT",
        "0019",
        header.purpose_code,
        header.batch_reference,
        day_text(header.created_on),
        time_text(header.created_at),
        header.claim_or_encounter,
    )
    yield from writer.raw(header.extra)
    yield from writer.party(header.submitter, "41")
    yield from writer.party(header.receiver, "40")
    levels = _Levels(writer)
    for item in items:
        yield from levels.open(item)
        yield from _claim(writer, item)


class _Levels:
    """Writes the hierarchical levels a claim stands under, as far as they differ from the last claim's."""

    def __init__(self, writer: SegmentWriter) -> None:
        self.writer = writer
        self.count = 0
        self.billing_number = 0
        self.subscriber_number = 0
        self.last: SubmittedClaim | None = None

    def open(self, item: SubmittedClaim) -> Iterator[str]:
        last, self.last = self.last, item
        is_same_billing = last is not None and _billing(last) == _billing(item)
        if not is_same_billing:
            self.billing_number = self._next()
            yield self.writer.segment("HL", str(self.billing_number), "", "20", "1")
            yield from self._billing(item)
        is_same_subscriber = is_same_billing and last is not None and _holder(last) == _holder(item)
        # A subscriber's level says whether a patient's stands under it: so both kinds need their own.
        is_same_kind = last is not None and (last.patient is None) == (item.patient is None)
        if not (is_same_subscriber and is_same_kind):
            self.subscriber_number = self._next()
            has_child = "1" if item.patient else "0"
            parent = str(self.billing_number)
            yield self.writer.segment("HL", str(self.subscriber_number), parent, "22", has_child)
            yield from self._subscriber(item)
            is_same_subscriber = False
        if item.patient and not (is_same_subscriber and last and last.patient == item.patient):
            parent = str(self.subscriber_number)
            yield self.writer.segment("HL", str(self._next()), parent, "23", "0")
            yield self.writer.segment("PAT", item.patient_relationship)
            yield from self.writer.party(item.patient, "QC")

    def _next(self) -> int:
        self.count += 1
        return self.count

    def _billing(self, item: SubmittedClaim) -> Iterator[str]:
        writer, party = self.writer, item.billing_provider
        if party.taxonomy:
            yield writer.segment("PRV", party.provider_code, "PXC", party.taxonomy)
        if item.billing_currency:
            yield writer.segment("CUR", "85", item.billing_currency)
        yield writer.name(party, "85")
        yield from writer.address(party)
        yield from writer.references(party.references)
        yield from writer.contacts(party.contacts)
        yield from writer.raw(party.extra)
        if item.pay_to_provider:
            yield from writer.party(item.pay_to_provider, "87")
        if item.pay_to_plan:
            yield from writer.party(item.pay_to_plan, "PE")

    def _subscriber(self, item: SubmittedClaim) -> Iterator[str]:
        writer, holder = self.writer, item.subscriber
        yield writer.segment(
            "SBR",
            holder.sequence,
            holder.relationship,
            holder.group_number,
            holder.group_name,
            holder.insurance_type,
            "",
            "",
            "",
            holder.filing_indicator,
        )
        yield from writer.raw(holder.extra)
        yield from writer.party(holder.party, "IL")
        yield from writer.party(item.payer, "PR")
        if item.responsible_party:
            yield from writer.party(item.responsible_party, "QD")


def _billing(item: SubmittedClaim) -> tuple[object, ...]:
    return (item.billing_provider, item.billing_currency, item.pay_to_provider, item.pay_to_plan)


def _holder(item: SubmittedClaim) -> tuple[object, ...]:
    return (item.subscriber, item.payer, item.responsible_party)


def _claim(writer: SegmentWriter, claim: SubmittedClaim) -> Iterator[str]:
    elements = writer.kept(claim.claim_elements) or ["CLM"]
    elements += [""] * (21 - len(elements))
    elements[1] = claim.patient_control_number
    elements[2] = cents_text(claim.charge_cents)
    elements[5] = writer.composite(
        claim.facility_code, claim.facility_qualifier, claim.frequency_code
    )
    elements[20] = claim.delay_reason
    yield writer.segment(*elements)
    yield from _dates(writer, claim)
    if claim.institutional:
        yield writer.segment("CL1", *writer.kept(claim.institutional))
    yield from writer.amounts(claim.amounts)
    if claim.original_reference:
        yield writer.segment("REF", "F8", claim.original_reference)
    if claim.prior_authorization:
        yield writer.segment("REF", "G1", claim.prior_authorization)
    yield from writer.references(claim.references)
    yield from _notes(writer, claim.notes)
    yield from _codes(writer, claim.diagnoses, claim.kind)
    yield from _codes(writer, claim.other_codes, claim.kind)
    yield from writer.raw(claim.extra)
    providers: tuple[tuple[str, Party | None], ...] = (
        ("DN", claim.referring_provider),
        ("71", claim.attending_provider),
        ("82", claim.rendering_provider),
        ("77", claim.service_facility),
    )
    for entity, party in providers:
        if party is not None:
            yield from writer.party(party, entity)
    for party in claim.other_providers:
        yield from writer.party(party)
    for other in claim.other_payers:
        yield from _other_payer(writer, other)
    for line in claim.lines:
        yield from _line(writer, claim.kind, line)


def _notes(writer: SegmentWriter, notes: Iterable[str]) -> Iterator[str]:
    for note in notes:
        code, _, text = note.partition("*")
        yield writer.segment("NTE", code, text)


def _dates(writer: SegmentWriter, claim: SubmittedClaim) -> Iterator[str]:
    """Yield the DTPs of a claim: the statement's days are a period also where they are one day."""
    for item in claim.dates:
        if item.qualifier == "434" and item.start_on is not None and not item.text:
            last = item.end_on or item.start_on
            period = f"{day_text(item.start_on)}-{day_text(last)}"
            yield writer.segment("DTP", "434", "RD8", period)
        else:
            yield from writer.dates((item,))


def _codes(writer: SegmentWriter, codes: tuple[Diagnosis, ...], kind: SetKind) -> Iterator[str]:
    """Yield HI segments. The principal diagnosis of an institutional claim stands alone, as the guide has it."""
    group: list[Diagnosis] = []
    for code in codes:
        is_apart = bool(group) and (
            _family(code, kind) != _family(group[-1], kind) or len(group) == CODES_A_SEGMENT
        )
        if is_apart:
            yield _hi(writer, group)
            group = []
        group.append(code)
    if group:
        yield _hi(writer, group)


def _family(code: Diagnosis, kind: SetKind) -> str:
    is_together = kind is not SetKind.CLAIM_INSTITUTIONAL
    is_diagnosis = code.qualifier in ("ABK", "ABF", "BK", "BF")
    return "diagnosis" if is_together and is_diagnosis else code.qualifier


def _hi(writer: SegmentWriter, group: list[Diagnosis]) -> str:
    composites = []
    for code in group:
        kind = "D8" if code.date_text else ""
        composites.append(
            writer.composite(
                code.qualifier,
                code.code,
                kind,
                code.date_text,
                code.amount_text,
                "",
                "",
                "",
                code.present_on_admission,
            )
        )
    return writer.segment("HI", *composites)


def _other_payer(writer: SegmentWriter, other: OtherPayer) -> Iterator[str]:
    yield writer.segment(
        "SBR",
        other.sequence,
        other.relationship,
        other.group_number,
        other.group_name,
        other.insurance_type,
        "",
        "",
        "",
        other.filing_indicator,
    )
    yield from writer.adjustments(other.adjustments)
    for qualifier, amount in (
        ("D", other.paid_cents),
        ("A8", other.noncovered_cents),
        ("EAF", other.remaining_liability_cents),
    ):
        if amount is not None:
            yield writer.segment("AMT", qualifier, cents_text(amount))
    if other.assignment:
        yield writer.segment("OI", *writer.kept(other.assignment))
    if other.inpatient:
        yield writer.segment("MIA", *writer.kept(other.inpatient))
    if other.outpatient:
        yield writer.segment("MOA", *writer.kept(other.outpatient))
    yield from writer.raw(other.extra)
    if other.subscriber:
        yield from writer.party(other.subscriber, "IL")
    if other.payer:
        yield from _other_payer_party(writer, other, other.payer)


def _other_payer_party(writer: SegmentWriter, other: OtherPayer, party: Party) -> Iterator[str]:
    """Yield 2330B: the day of the answer stands before the references."""
    yield writer.name(party, "PR")
    yield from writer.address(party)
    yield from writer.period("573", other.adjudicated_on, other.adjudicated_on)
    yield from writer.references(party.references)
    if other.payer_claim_control_number:
        yield writer.segment("REF", "F8", other.payer_claim_control_number)
    yield from writer.contacts(party.contacts)
    yield from writer.raw(party.extra)


def _line(writer: SegmentWriter, kind: SetKind, line: ServiceLine) -> Iterator[str]:
    yield writer.segment("LX", str(line.line_number))
    yield _service(writer, kind, line)
    yield from writer.period("472", line.service_from_on, line.service_through_on)
    yield from writer.dates(line.dates)
    if line.line_control_number:
        yield writer.segment("REF", "6R", line.line_control_number)
    if line.prior_authorization:
        yield writer.segment("REF", "G1", line.prior_authorization)
    yield from writer.references(line.references)
    yield from writer.amounts(line.amounts)
    yield from _notes(writer, line.notes)
    yield from writer.raw(line.extra)
    if line.drug_code:
        yield writer.segment("LIN", "", "N4", line.drug_code)
        if line.drug_quantity is not None:
            quantity = number_text(line.drug_quantity)
            yield writer.segment("CTP", "", "", "", quantity, line.drug_unit)
    for party in line.providers:
        yield from writer.party(party)
    for adjudication in line.other_adjudications:
        yield from _other_adjudication(writer, adjudication)


def _service(writer: SegmentWriter, kind: SetKind, line: ServiceLine) -> str:
    given = writer.kept(line.service_elements)
    charge, units = cents_text(line.charge_cents), number_text(line.units)
    procedure = writer.procedure(line.procedure)
    if kind is SetKind.CLAIM_INSTITUTIONAL:
        given = given or ["SV2"]
        given += [""] * (6 - len(given))
        given[1:6] = [line.revenue_code, procedure, charge, line.unit_basis, units]
    elif kind is SetKind.CLAIM_PROFESSIONAL:
        given = given or ["SV1"]
        given += [""] * (10 - len(given))
        given[1:6] = [procedure, charge, line.unit_basis, units, line.place_of_service]
        if line.diagnosis_pointers:
            given[7] = writer.composite(*map(str, line.diagnosis_pointers))
        given[9] = line.emergency
    else:
        given = given or ["SV3"]
        given += [""] * (7 - len(given))
        cavities = writer.composite(*line.oral_cavity)
        given[1:5] = [procedure, charge, line.place_of_service, cavities]
        given[6] = units
    return writer.segment(*given)


def _other_adjudication(writer: SegmentWriter, adjudication: OtherAdjudication) -> Iterator[str]:
    yield writer.segment(
        "SVD",
        adjudication.payer_identifier,
        cents_text(adjudication.paid_cents),
        writer.procedure(adjudication.procedure if adjudication.procedure.code else None),
        adjudication.revenue_code,
        number_text(adjudication.units),
        adjudication.bundled_line,
    )
    yield from writer.adjustments(adjudication.adjustments)
    yield from writer.period("573", adjudication.adjudicated_on, adjudication.adjudicated_on)
    liability = optional_cents(adjudication.remaining_liability_cents)
    if liability:
        yield writer.segment("AMT", "EAF", liability)
