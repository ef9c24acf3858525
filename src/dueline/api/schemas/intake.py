"""Files handed in, and what of them is in quarantine."""

from datetime import date, datetime
from enum import StrEnum

from ninja import Field, Schema

from dueline.api.schemas.basic import Money, amount
from dueline.core.enums import SetKind
from dueline.intake.models import Receipt, SetProblem
from dueline.ledger.models import TransactionSet


class ReceiptState(StrEnum):
    """How far a file is; the states of intake.models.Receipt."""

    WAITING = "waiting"
    READING = "reading"
    DONE = "done"
    REFUSED = "refused"


class ReceiptOut(Schema):
    """One handing-in of a file. Ask again while it waits or is read."""

    id: int
    name: str
    received_at: datetime
    received_by: str
    state: ReceiptState
    is_known: bool = Field(description="The same content came before: nothing changed.")
    size_bytes: int
    read_bytes: int
    posted: int = Field(description="Transaction sets posted.")
    duplicates: int
    quarantined: int
    claims: int
    posted_amount: Money
    held_amount: Money
    refusal: str
    finished_at: datetime | None


class ReceiptPage(Schema):
    files: list[ReceiptOut]
    next_cursor: str | None


class SetFault(Schema):
    """Where a set is wrong; what was found there is shown on the page alone."""

    code: str
    message: str
    segment_number: int
    loop: str
    element: str
    expected: str
    is_fatal: bool


class HeldSet(Schema):
    id: int
    file: str
    kind: SetKind
    payer: str | None
    sent_on: date | None
    control_number: str
    segment_from: int
    claims: int
    payment: Money | None
    difference: Money = Field(description="By which a remittance is out of balance.")
    faults: list[SetFault]


class Quarantine(Schema):
    sets: list[HeldSet]
    next_cursor: str | None


def receipt_out(row: Receipt) -> ReceiptOut:
    return ReceiptOut(
        id=row.pk,
        name=row.name,
        received_at=row.received_at,
        received_by=row.received_by,
        state=ReceiptState(row.state),
        is_known=row.is_known,
        size_bytes=row.size_bytes,
        read_bytes=row.read_bytes,
        posted=row.posted_count,
        duplicates=row.duplicate_count,
        quarantined=row.quarantined_count,
        claims=row.claim_count,
        posted_amount=amount(row.posted_cents),
        held_amount=amount(row.held_cents),
        refusal=row.refusal,
        finished_at=row.finished_at,
    )


def held_set(row: TransactionSet) -> HeldSet:
    return HeldSet(
        id=row.pk,
        file=row.source_file.name,
        kind=SetKind(row.kind),
        payer=row.payer.name if row.payer else None,
        sent_on=row.sent_on,
        control_number=row.control_number,
        segment_from=row.segment_from,
        claims=row.claim_count,
        payment=None if row.payment_cents is None else amount(row.payment_cents),
        difference=amount(row.difference_cents),
        faults=[_fault(one) for one in row.problems.all()],
    )


def _fault(one: SetProblem) -> SetFault:
    return SetFault(
        code=one.code,
        message=one.message,
        segment_number=one.segment_number,
        loop=one.loop,
        element=one.element,
        expected=one.expected,
        is_fatal=one.is_fatal,
    )
