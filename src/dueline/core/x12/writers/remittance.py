"""Write an 835. The mirror of `core.x12.remittance`; source: 005010X221A1."""

from collections.abc import Iterable, Iterator

from dueline.core.money import cents_text
from dueline.core.x12.model import (
    ClaimPayment,
    LinePayment,
    Party,
    ProviderAdjustment,
    RemittanceHeader,
)
from dueline.core.x12.writers.parts import (
    SegmentWriter,
    day_text,
    number_text,
    optional_cents,
)

_PAIRS = 6  # of one PLB


def write_remittance(
    writer: SegmentWriter, header: RemittanceHeader, items: Iterable[ClaimPayment]
) -> Iterator[str]:
    """Yield the segments between ST and SE. `header.provider_adjustments` is read after the items."""
    yield from _header(writer, header)
    number = None
    for item in items:
        if item.header_number != number:
            number = item.header_number
            if number:
                yield writer.segment("LX", number)
                yield from writer.raw(item.provider_summary)
        yield from _claim(writer, item)
    yield from _provider_adjustments(writer, header.provider_adjustments)


def _header(writer: SegmentWriter, header: RemittanceHeader) -> Iterator[str]:
    given = writer.kept(header.payment_elements) or ["BPR"] + [""] * 16
    given += [""] * (17 - len(given))
    given[1] = header.handling_code
    given[2] = cents_text(
        -header.payment_cents if header.credit_or_debit == "D" else header.payment_cents
    )
    given[3] = header.credit_or_debit
    given[4] = header.payment_method
    given[16] = day_text(header.paid_on)
    yield writer.segment(*given)
    yield writer.segment(
        "TRN", "1", header.trace_number, header.payer_identifier, header.trace_supplement
    )
    yield from writer.references(header.references)
    if header.produced_on:
        yield writer.segment("DTM", "405", day_text(header.produced_on))
    yield from writer.raw(header.extra)
    for party in (header.payer, header.payee):
        yield writer.organization(party)
        yield from writer.address(party)
        yield from writer.references(party.references)
        yield from writer.contacts(party.contacts)
        yield from writer.raw(party.extra)


def _claim(writer: SegmentWriter, claim: ClaimPayment) -> Iterator[str]:
    yield writer.segment(
        "CLP",
        claim.patient_control_number,
        claim.status_code,
        cents_text(claim.charge_cents),
        cents_text(claim.paid_cents),
        optional_cents(claim.patient_responsibility_cents),
        claim.filing_indicator,
        claim.payer_claim_control_number,
        claim.facility_code,
        claim.frequency_code,
        "",
        claim.drg_code,
        claim.drg_weight,
        claim.discharge_fraction,
    )
    yield from writer.adjustments(claim.adjustments)
    yield from _claim_parties(writer, claim)
    if claim.inpatient:
        yield writer.segment("MIA", *writer.kept(claim.inpatient))
    if claim.outpatient:
        yield writer.segment("MOA", *writer.kept(claim.outpatient))
    yield from writer.raw(claim.extra)
    yield from writer.references(claim.references)
    for qualifier, day in (
        ("232", claim.service_from_on),
        ("233", claim.service_through_on),
        ("050", claim.received_on),
    ):
        if day:
            yield writer.segment("DTM", qualifier, day_text(day))
    for item in claim.dates:
        yield writer.segment("DTM", item.qualifier, day_text(item.start_on))
    yield from writer.contacts(claim.contacts)
    yield from writer.amounts(claim.amounts)
    yield from writer.quantities(claim.quantities)
    for line in claim.lines:
        yield from _line(writer, line)


def _claim_parties(writer: SegmentWriter, claim: ClaimPayment) -> Iterator[str]:
    parties: tuple[tuple[str, Party | None], ...] = (
        ("QC", claim.patient),
        ("IL", claim.subscriber),
        ("74", claim.corrected_patient),
        ("82", claim.rendering_provider),
        ("TT", claim.crossover_payer),
        ("PR", claim.corrected_payer),
        ("GB", claim.other_subscriber),
    )
    for entity, party in parties:
        if party is not None:
            yield writer.name(party, entity)


def _line(writer: SegmentWriter, line: LinePayment) -> Iterator[str]:
    yield writer.segment(
        "SVC",
        writer.procedure(line.procedure),
        cents_text(line.charge_cents),
        cents_text(line.paid_cents),
        line.revenue_code,
        number_text(line.paid_units),
        writer.procedure(line.original_procedure),
        number_text(line.original_units),
    )
    first, last = line.service_from_on, line.service_through_on
    if first is not None and first == last:
        yield writer.segment("DTM", "472", day_text(first))
    else:
        if first:
            yield writer.segment("DTM", "150", day_text(first))
        if last:
            yield writer.segment("DTM", "151", day_text(last))
    yield from writer.adjustments(line.adjustments)
    if line.line_control_number:
        yield writer.segment("REF", "6R", line.line_control_number)
    yield from writer.references(line.references)
    if line.allowed_cents is not None:
        yield writer.segment("AMT", "B6", cents_text(line.allowed_cents))
    yield from writer.amounts(line.amounts)
    yield from writer.quantities(line.quantities)
    for code in line.remark_codes:
        yield writer.segment("LQ", "HE", code)
    yield from writer.raw(line.extra)


def _provider_adjustments(
    writer: SegmentWriter, adjustments: tuple[ProviderAdjustment, ...]
) -> Iterator[str]:
    """Yield the PLB segments: neighbors of one provider and period share a segment, six at most."""
    start = 0
    while start < len(adjustments):
        first = adjustments[start]
        end = start
        while (
            end < len(adjustments)
            and end - start < _PAIRS
            and adjustments[end].provider_identifier == first.provider_identifier
            and adjustments[end].fiscal_period_on == first.fiscal_period_on
        ):
            end += 1
        elements = ["PLB", first.provider_identifier, day_text(first.fiscal_period_on)]
        for item in adjustments[start:end]:
            elements += [
                writer.composite(item.reason, item.reference),
                cents_text(item.amount_cents),
            ]
        yield writer.segment(*elements)
        start = end
