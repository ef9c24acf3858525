"""The 999, TA1, 277CA, 277 and 835 of the clearinghouse and the payers behind it, as documents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from dueline.core.enums import SetKind
from dueline.core.x12 import write_interchange
from dueline.core.x12.model import (
    Amount,
    ClaimPayment,
    ClaimStatus,
    Document,
    Group,
    GroupAcknowledgment,
    Interchange,
    InterchangeAcknowledgment,
    Party,
    ProviderAdjustment,
    Quantity,
    RemittanceHeader,
    SegmentError,
    SetAcknowledgment,
    Status,
    StatusBatch,
    StatusCode,
    SubmittedClaim,
)
from dueline.core.x12.reader import SetReader
from dueline.sample.payers import SamplePayer
from dueline.sample.writing import STREAMS
from dueline.simulator.payer import Account, Version, named

CLEARINGHOUSE = Party(
    entity="AY", last_name="INVENTED CLEARINGHOUSE", id_qualifier="46", identifier="CH001"
)


@dataclass(frozen=True)
class Sender:
    """Who sent a file, to be answered: its interchange's own words turned round."""

    qualifier: str
    identifier: str
    group_code: str


def interchange(
    documents: Sequence[Document],
    acknowledgments: Sequence[InterchangeAcknowledgment],
    *,
    to: Sender,
    at: datetime,
    number: int,
) -> Iterator[str]:
    """Yield the text of an answer to `to`."""
    moment = at.time().replace(second=0, microsecond=0)
    outer = Interchange(
        sender_id=CLEARINGHOUSE.identifier,
        receiver_qualifier=to.qualifier,
        receiver_id=to.identifier,
        sent_on=at.date(),
        sent_at=moment,
        control_number=f"{number:09d}",
    )
    groups = []
    if documents:
        how = STREAMS[documents[0].kind]
        group = Group(
            how.functional_id,
            CLEARINGHOUSE.identifier,
            to.group_code,
            at.date(),
            moment,
            str(number),
            how.version,
        )
        numbered = [replace(one, control_number=f"{n:04d}") for n, one in enumerate(documents, 1)]
        groups = [(group, numbered)]
    return write_interchange(groups, outer, acknowledgments=acknowledgments)


def refused_interchange(found: Interchange) -> InterchangeAcknowledgment:
    """Return the TA1 of a file whose envelope cannot be read."""
    return InterchangeAcknowledgment(
        control_number=found.control_number,
        sent_on=found.sent_on,
        sent_at=found.sent_at,
        result="R",
        note_code="024",
    )


def acknowledged_sets(sets: Sequence[SetReader]) -> list[Document]:
    """Return the 999 of a file's sets, which are read: a document for each of its groups."""
    groups: dict[str, list[SetReader]] = {}
    for one in sets:
        groups.setdefault(one.group.control_number if one.group else "", []).append(one)
    return [_acknowledged(number, members) for number, members in groups.items()]


def _acknowledged(number: str, sets: Sequence[SetReader]) -> Document:
    items = tuple(_set_acknowledgment(one) for one in sets)
    accepted = sum(1 for item in items if item.result == "A")
    result = "A" if accepted == len(items) else "P" if accepted else "R"
    first = sets[0]
    header = GroupAcknowledgment(
        first.group.functional_id if first.group else "",
        number,
        first.version,
        result,
        len(items),
        len(items),
        accepted,
    )
    kind = SetKind.IMPLEMENTATION_ACKNOWLEDGMENT
    return Document(kind, header, items, STREAMS[kind].version)


def _set_acknowledgment(one: SetReader) -> SetAcknowledgment:
    faults = [problem for problem in one.problems if problem.is_fatal]
    return SetAcknowledgment(
        one.identifier,
        one.control_number,
        one.version,
        errors=tuple(
            SegmentError(
                fault.segment_identifier or "ST",
                max(1, fault.segment_number - one.segment_number + 1),
                fault.loop,
                "8",
            )
            for fault in faults
        ),
        result="R" if faults else "A",
        error_codes=("5",) if faults else (),
    )


def taken_claims(
    source: Party,
    receiver: Party,
    batch_reference: str,
    items: Sequence[ClaimStatus],
    *,
    at: datetime,
) -> Document:
    """Return a 277CA: of each claim, and of the batch as a whole."""
    on = at.date()
    provider = items[0].provider
    for item in items:
        item.source, item.receiver, item.provider = source, receiver, provider
    whole = _batch(source, receiver, batch_reference, items, on)
    header = StatusBatch(
        structure_code="0085",
        purpose_code="08",
        batch_reference=f"{source.identifier}{at:%y%m%d%H%M}",
        created_on=on,
        created_at=at.time().replace(second=0, microsecond=0),
        source=source,
        source_trace=f"{source.identifier}{on:%y%m%d}",
        received_on=on,
        processed_on=on,
    )
    kind = SetKind.CLAIM_ACKNOWLEDGMENT
    return Document(kind, header, (whole, *items), STREAMS[kind].version)


def _batch(
    source: Party, receiver: Party, reference: str, items: Sequence[ClaimStatus], on: date
) -> ClaimStatus:
    """Return the receiver level: how many claims were taken and refused, for how much."""
    counts, cents = {"WQ": 0, "U": 0}, {"WQ": 0, "U": 0}
    for item in items:
        status = item.statuses[0]
        counts[status.action] += 1
        cents[status.action] += status.charge_cents or 0
    status = Status(
        codes=(StatusCode("A1", "19", "PR"),),
        effective_on=on,
        action="WQ",
        charge_cents=sum(cents.values()),
    )
    quantities = (("90", counts["WQ"]), ("AA", counts["U"]))
    amounts = (("YU", cents["WQ"]), ("YY", cents["U"]))
    return ClaimStatus(
        level="receiver",
        trace_number=reference,
        trace_type="2",
        source=source,
        receiver=receiver,
        statuses=(status,),
        quantities=tuple(Quantity(code, Decimal(n)) for code, n in quantities if n),
        amounts=tuple(Amount(code, amount) for code, amount in amounts if amount),
    )


def claim_acknowledgment(
    claim: SubmittedClaim, code: StatusCode, *, number: str, on: date
) -> ClaimStatus:
    """Return what a 277CA says of one claim: taken, with the payer's number for it, or refused."""
    billing = claim.billing_provider
    status = Status(
        codes=(code,),
        effective_on=on,
        action="WQ" if code.category == "A2" else "U",
        charge_cents=claim.charge_cents,
    )
    return ClaimStatus(
        trace_number=claim.patient_control_number,
        trace_type="2",
        provider=Party(
            entity="85",
            last_name=billing.last_name,
            id_qualifier=billing.id_qualifier,
            identifier=billing.identifier,
        ),
        subscriber=named(claim, "QC"),
        statuses=(status,),
        payer_claim_control_number=number,
        service_from_on=claim.service_from_on,
        service_through_on=claim.service_through_on or claim.service_from_on,
    )


def told(source: Party, items: Sequence[ClaimStatus], *, at: datetime) -> Document:
    """Return a 277: a payer's answers to the questions of one set."""
    header = StatusBatch(
        structure_code="0010",
        purpose_code="08",
        batch_reference=f"{source.identifier}{at:%y%m%d%H%M}",
        created_on=at.date(),
        created_at=at.time().replace(second=0, microsecond=0),
        source=source,
    )
    kind = SetKind.STATUS_RESPONSE
    return Document(kind, header, tuple(items), STREAMS[kind].version)


def status_answer(question: ClaimStatus, account: Account | None, *, on: date) -> ClaimStatus:
    """Return where a claim stands, in answer to a 276's question about it."""
    version = account.versions[-1] if account and account.versions else None
    return ClaimStatus(
        trace_number=question.trace_number,
        trace_type="2",
        source=question.source,
        receiver=question.receiver,
        provider=question.provider,
        subscriber=question.subscriber,
        patient=question.patient,
        statuses=(_status(question, version, on),),
        payer_claim_control_number=version.number if version else "",
        patient_account=question.patient_account,
        service_from_on=question.service_from_on,
        service_through_on=question.service_through_on,
    )


def _status(question: ClaimStatus, version: Version | None, on: date) -> Status:
    if version is None:
        code = StatusCode("A4", "35", "PR")
        return Status(codes=(code,), effective_on=on, charge_cents=question.charge_cents)
    charge = version.claim.charge_cents
    paid = version.payment
    if paid is None:
        return Status(codes=(StatusCode("P1", "20", "PR"),), effective_on=on, charge_cents=charge)
    code = StatusCode("F1", "65") if paid.paid_cents else StatusCode("F2", "585")
    return Status(
        codes=(code,),
        effective_on=on,
        charge_cents=charge,
        paid_cents=paid.paid_cents,
        adjudicated_on=version.paid_on,
        payment_method="ACH" if paid.paid_cents else "NON",
        paid_on=version.paid_on,
        trace_number=version.trace_number,
    )


def remittance(
    payer: SamplePayer,
    payee: Party,
    items: Sequence[ClaimPayment],
    *,
    carried: int,
    carried_trace: str,
    trace: str,
    on: date,
) -> tuple[Document, int]:
    """Return an 835 and what is carried to the payer's next one, in cents.

    A total below zero is carried: FB in this payment, and back in the next (005010X221A1, PLB).
    """
    adjustments = []
    if carried:
        adjustments.append(_forwarded(payee, carried_trace, carried, on))
    total = sum(item.paid_cents for item in items) - carried
    left = max(0, -total)
    if left:
        adjustments.append(_forwarded(payee, trace, -left, on))
        total = 0
    header = RemittanceHeader(
        handling_code="I" if total else "H",
        payment_cents=total,
        payment_method="ACH" if total else "NON",
        paid_on=on,
        trace_number=trace,
        payer_identifier=f"1{payer.tax_id}",
        produced_on=on,
        payer=Party(
            entity="PR",
            last_name=payer.name,
            address_1="1 Payer Way",
            city="Anytown",
            state="NY",
            postal_code="100010001",
        ),
        payee=payee,
        provider_adjustments=tuple(adjustments),
    )
    kind = SetKind.REMITTANCE
    return Document(kind, header, tuple(items), STREAMS[kind].version), left


def _forwarded(payee: Party, trace: str, cents: int, on: date) -> ProviderAdjustment:
    return ProviderAdjustment(payee.identifier, date(on.year, 12, 31), "FB", trace, cents)
