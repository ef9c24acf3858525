"""Claims: a row of a list, and one with its money by line, deadlines and timeline."""

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from ninja import Field, Schema

from dueline.api.schemas.basic import Given, Money, PayerName, amount, payer_name
from dueline.core.aging import days_outstanding
from dueline.core.deadlines import Deadline
from dueline.core.enums import ClaimType, DeadlineKind, PayerStatus
from dueline.ledger.models import Claim
from dueline.ledger.queries import LineMoney, Story, TimelineEntry
from dueline.ledger.queries import Reason as Adjusted


class ClaimState(StrEnum):
    """Which claims a list shows: the payer owes something, or nothing any more."""

    OPEN = "open"
    CLOSED = "closed"
    ALL = "all"


class ClaimRow(Schema):
    """A claim in a list."""

    id: int
    patient_control_number: str
    payer: PayerName
    claim_type: ClaimType
    payer_status: PayerStatus
    payer_said: str
    service_from_on: date | None
    service_through_on: date | None
    first_submitted_on: date | None
    charge: Money
    paid: Money
    payer_balance: Money
    patient_balance: Money
    is_open: bool


class Reason(Schema):
    """An adjustment: group code, CARC, amount, and its meaning in Dueline's own words."""

    group_code: str
    carc: str
    amount: Money
    words: str
    is_denial: bool


class Line(Schema):
    """What became of a service line: charge less contract, denied and patient is paid."""

    line_number: int
    procedure_code: str
    modifiers: str
    revenue_code: str
    charge: Money
    contract: Money
    denied: Money
    patient: Money
    paid: Money | None = Field(description="null: not answered yet.")
    reasons: list[Reason]


class DeadlineOut(Schema):
    kind: DeadlineKind
    due_on: date | None
    safe_on: date | None
    is_met: bool
    is_running: bool
    sentence: str = Field(description="The rule and its arithmetic in words.")


class TimelineRow(Schema):
    on: date
    kind: str
    text: str
    source: str


class ClaimOut(ClaimRow):
    """All that is known of a claim, as of a day."""

    patient_name: str
    member_id: str
    payer_claim_control_number: str
    prior_authorization: str
    days_since_service: int | None
    days_since_submission: int | None
    lines: list[Line]
    claim_level: list[Reason]
    deadlines: list[DeadlineOut]
    timeline: list[TimelineRow] = Field(description="The latest first.")
    held_by: str | None = Field(description="The username of who works on it now.")
    held_until: datetime | None


class ClaimPage(Schema):
    claims: list[ClaimRow]
    next_cursor: str | None


class SearchIn(Given):
    """What to find: a claim number of ours or the payer's, a member ID, or a patient's name, last first."""

    text: str = Field(min_length=2, max_length=130)


class Found(Schema):
    claims: list[ClaimRow] = Field(description="50 at most.")


def claim_row(claim: Claim) -> ClaimRow:
    return ClaimRow(**_row(claim))


def _row(claim: Claim) -> dict[str, Any]:
    return {
        "id": claim.pk,
        "patient_control_number": claim.patient_control_number,
        "payer": payer_name(claim.payer),
        "claim_type": claim.claim_type,
        "payer_status": claim.payer_status,
        "payer_said": claim.payer_said,
        "service_from_on": claim.service_from_on,
        "service_through_on": claim.service_through_on,
        "first_submitted_on": claim.first_submitted_on,
        "charge": amount(claim.charge_cents),
        "paid": amount(claim.paid_cents),
        "payer_balance": amount(claim.payer_balance_cents),
        "patient_balance": amount(claim.patient_balance_cents),
        "is_open": claim.is_open,
    }


def claim_out(
    claim: Claim,
    story: Story,
    *,
    clocks: Iterable[Deadline],
    timeline: Iterable[TimelineEntry],
    held_by: str | None,
    held_until: datetime | None,
    as_of: date,
) -> ClaimOut:
    patient = claim.patient
    return ClaimOut(
        **_row(claim),
        patient_name=f"{patient.first_name} {patient.last_name}".strip() if patient else "",
        member_id=claim.member_id,
        payer_claim_control_number=claim.payer_claim_control_number,
        prior_authorization=claim.prior_authorization,
        days_since_service=days_outstanding(claim.service_from_on, as_of=as_of),
        days_since_submission=days_outstanding(claim.first_submitted_on, as_of=as_of),
        lines=[_line(line) for line in story.lines],
        claim_level=[_reason(reason) for reason in story.claim_level],
        deadlines=[deadline_out(clock) for clock in clocks],
        timeline=[
            TimelineRow(on=one.on, kind=one.kind, text=one.text, source=one.source)
            for one in timeline
        ],
        held_by=held_by,
        held_until=held_until,
    )


def _line(line: LineMoney) -> Line:
    return Line(
        line_number=line.line_number,
        procedure_code=line.procedure_code,
        modifiers=line.modifiers,
        revenue_code=line.revenue_code,
        charge=amount(line.charge_cents),
        contract=amount(line.contract_cents),
        denied=amount(line.denied_cents),
        patient=amount(line.patient_cents),
        paid=amount(line.paid_cents) if line.is_answered else None,
        reasons=[_reason(reason) for reason in line.reasons],
    )


def _reason(reason: Adjusted) -> Reason:
    return Reason(
        group_code=reason.group_code,
        carc=reason.carc,
        amount=amount(reason.amount_cents),
        words=reason.words,
        is_denial=reason.is_denial,
    )


def deadline_out(clock: Deadline) -> DeadlineOut:
    return DeadlineOut(
        kind=clock.kind,
        due_on=clock.due_on,
        safe_on=clock.safe_on,
        is_met=clock.is_met,
        is_running=clock.is_running,
        sentence=clock.sentence,
    )
