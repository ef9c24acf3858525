"""An appeal with the payer: sent, received, decided. Each is a follow-up too, and moves denial and worklist by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from dueline.accounts.models import User
from dueline.accounts.permissions import Permission, check
from dueline.appeals.actions.moving import check_window
from dueline.appeals.actions.steps import MOST_NOTE, held, move, words
from dueline.appeals.errors import AppealRefused
from dueline.appeals.models import Appeal
from dueline.appeals.queries.reading import levels_of
from dueline.calls.queries import proposal
from dueline.clock import BUSINESS_ZONE
from dueline.core.appeals.levels import (
    LEVEL_NAMES,
    METHOD_NAMES,
    AppealLevel,
    SendMethod,
    next_level,
)
from dueline.core.appeals.states import DECISIONS, AppealEvent, AppealState
from dueline.core.calendars import next_business_day
from dueline.core.deadlines import end_of
from dueline.core.enums import Channel, NextAction, Outcome, PayerClock
from dueline.core.follow_up import FollowUpError, FollowUpFacts
from dueline.core.money import dollars
from dueline.denials.actions import record_follow_up
from dueline.denials.models import Denial
from dueline.worklist.queries.clocks import clocks_of

_CHANNELS = {
    SendMethod.MAIL: Channel.LETTER,
    SendMethod.CERTIFIED_MAIL: Channel.LETTER,
    SendMethod.FAX: Channel.FAX,
    SendMethod.PORTAL: Channel.PORTAL,
}
_IN_FAVOR = frozenset({AppealState.OVERTURNED, AppealState.PARTLY_OVERTURNED})
_NO_NUMBER = "None given in writing"


@dataclass(frozen=True)
class _Told:
    """What of a step becomes a follow-up."""

    outcome: Outcome
    said: str
    facts: Mapping[str, str]
    next_action: NextAction
    next_due_on: date
    reference: str = ""


@transaction.atomic
def mark_sent(
    *,
    appeal: Appeal,
    sent_on: date,
    method: SendMethod,
    tracking_number: str,
    by: User,
    as_of: date,
    now: datetime,
    expected_on: date | None = None,
) -> Appeal:
    """Say that an approved appeal went out. The claim waits in appeal until a decision is expected. Audited.

    Without `expected_on` it is worked out from the payer's rule. Raises NotAllowed and AppealRefused:
    state, a day before the approval, to come or past the window, certified mail without its number.
    """
    check(by, appeal.practice, Permission.WRITE_APPEALS)
    row = held(appeal, AppealEvent.SEND)
    assert row.approved_at is not None
    _check_day("Sent", sent_on, row.approved_at.astimezone(BUSINESS_ZONE).date(), as_of)
    check_window(row, on=sent_on)
    tracking = words(tracking_number, "Tracking number", most=80)
    if method is SendMethod.CERTIFIED_MAIL and not tracking:
        raise AppealRefused("Tracking number: certified mail has one. Expected it, found nothing.")
    row.method, row.sent_on, row.tracking_number = method.value, sent_on, tracking
    row.expected_on = expected_on or _expected(row, sent_on, as_of)
    _check_expected(row.expected_on, as_of)
    move(row, AppealEvent.SEND, by=by, now=now, method=method.value)
    level = LEVEL_NAMES[AppealLevel(row.level)]
    told = _Told(
        Outcome.SUBMITTED,
        f"Appeal {row.number} sent by {METHOD_NAMES[method].lower()}: {row.packet_pages} pages.",
        {"sent": level, "sent_on": sent_on.isoformat(), "sent_to": _sent_to(row)},
        NextAction.AWAIT_ANSWER,
        row.expected_on,
        tracking,
    )
    _follow(row, told, by, as_of, now)
    return row


@transaction.atomic
def mark_received(
    *,
    appeal: Appeal,
    received_on: date,
    reference: str,
    by: User,
    as_of: date,
    now: datetime,
    expected_on: date | None = None,
) -> Appeal:
    """Say that the payer has an appeal, by its own word. Audited. Raises NotAllowed and AppealRefused."""
    check(by, appeal.practice, Permission.WRITE_APPEALS)
    row = held(appeal, AppealEvent.RECEIVE)
    assert row.sent_on is not None
    _check_day("Received", received_on, row.sent_on, as_of)
    row.received_on = received_on
    row.received_reference = words(reference, "Reference", most=80)
    row.expected_on = expected_on or _expected(row, received_on, as_of)
    _check_expected(row.expected_on, as_of)
    move(row, AppealEvent.RECEIVE, by=by, now=now)
    told = _Told(
        Outcome.APPEAL_RECEIVED,
        f"The payer has received appeal {row.number}.",
        {
            "received_on": received_on.isoformat(),
            "expected_on": row.expected_on.isoformat(),
            "appeal_level": LEVEL_NAMES[AppealLevel(row.level)],
        },
        NextAction.AWAIT_ANSWER,
        row.expected_on,
        row.received_reference,
    )
    _follow(row, told, by, as_of, now)
    return row


@transaction.atomic
def record_decision(
    *,
    appeal: Appeal,
    decision: AppealEvent,
    decided_on: date,
    amount_cents: int | None,
    note: str,
    by: User,
    as_of: date,
    now: datetime,
) -> Appeal:
    """Record what the payer decided. `amount_cents`: what it said it will pay; needed in our favor. Audited.

    One against us proposes the next level. Raises NotAllowed and AppealRefused: state, a day before the
    sending or to come, an amount that is missing, beyond the dispute, or given for one that was upheld.
    """
    check(by, appeal.practice, Permission.WRITE_APPEALS)
    row = held(appeal, decision)
    assert row.sent_on is not None
    _check_day("Decided", decided_on, row.sent_on, as_of)
    state = DECISIONS[decision]
    row.decided_cents = _amount(row, state, amount_cents)
    row.decided_on = decided_on
    row.decision_note = words(note, "What the decision says", most=MOST_NOTE, is_needed=True)
    move(row, decision, by=by, now=now, note=row.decision_note)
    told = _for_us(row, as_of) if state in _IN_FAVOR else _against_us(row, as_of)
    _follow(row, told, by, as_of, now)
    return row


def _amount(row: Appeal, state: AppealState, cents: int | None) -> int:
    if state not in _IN_FAVOR:
        if cents:
            raise AppealRefused("Amount: nothing is paid where the denial stands. Leave it empty.")
        return 0
    if cents is None or not 0 < cents <= row.disputed_cents:
        most = f"{dollars(row.disputed_cents):,.2f}"
        raise AppealRefused(f"Amount: expected what the payer will pay, at most {most} in dispute.")
    return cents


def _for_us(row: Appeal, as_of: date) -> _Told:
    """Money is not there by word alone: the denial waits for the remittance that brings it."""
    assert row.decided_on is not None
    facts = {
        "decision": row.decision_note,
        "decided_on": row.decided_on.isoformat(),
        "amount": f"{dollars(row.decided_cents or 0):.2f}",
        "no_expected_reason": "The decision names no day of payment",
    }
    next_on = proposal(row.claim, outcome=Outcome.REPROCESSING, facts=facts, as_of=as_of).due_on
    said = f"Appeal {row.number} decided for us, {row.state.replace('_', ' ')}."
    return _Told(Outcome.REPROCESSING, said, facts, NextAction.AWAIT_PAYMENT, next_on)


def _against_us(row: Appeal, as_of: date) -> _Told:
    assert row.decided_on is not None
    denial = _denial_of(row)
    proposed = (
        next_level(levels_of(denial, as_of=as_of), AppealLevel(row.level)) if denial else None
    )
    facts = {
        "decision": row.decision_note,
        "decided_on": row.decided_on.isoformat(),
        "denied_on": row.decided_on.isoformat(),
        "appeal_level": LEVEL_NAMES[AppealLevel(row.level)],
    }
    if denial is not None:
        facts["carc"] = f"{denial.group_code}-{denial.carc}"
    else:
        facts["no_carc_reason"] = "The decision names no code"
    if proposed is not None and proposed.due_on is not None:
        facts["appeal_due_on"] = proposed.due_on.isoformat()
    elif proposed is not None:
        facts["no_appeal_reason"] = "The decision letter names the day of the next level"
    else:
        facts["no_appeal_reason"] = "No further level is known"
    action = NextAction.APPEAL if proposed is not None else NextAction.ESCALATE
    next_on = proposal(row.claim, outcome=Outcome.DENIED, facts=facts, as_of=as_of).due_on
    said = f"Appeal {row.number} decided against us, {row.state}."
    return _Told(Outcome.DENIED, said, facts, action, next_on)


def _denial_of(row: Appeal) -> Denial | None:
    rows = Denial.objects.filter(claim_payment=row.claim_payment_id).select_related(
        "claim", "payer"
    )
    own = rows.filter(pk=row.denial_id).first() if row.denial_id else None
    return own or rows.order_by("pk").first()


def _follow(row: Appeal, told: _Told, by: User, as_of: date, now: datetime) -> None:
    """Record the step as a follow-up of the claim: by it the denial, the clocks and the worklist move."""
    facts = FollowUpFacts(
        occurred_at=now,
        channel=_CHANNELS[SendMethod(row.method)],
        said=told.said,
        outcome=told.outcome,
        next_action=told.next_action,
        next_due_on=told.next_due_on,
        no_contact_reason="In writing",
        reference_number=told.reference,
        no_reference_reason="" if told.reference else _NO_NUMBER,
        next_due_reason=f"Appeal {row.number} is {row.state.replace('_', ' ')}",
        facts=told.facts,
    )
    key = f"appeal-{row.pk}-{row.state}"
    try:
        record_follow_up(
            practice=row.practice,
            claim=row.claim,
            facts=facts,
            by=by,
            as_of=as_of,
            now=now,
            request_key=key,
        )
    except FollowUpError as error:
        raise AppealRefused(str(error)) from None


def _expected(row: Appeal, since: date, as_of: date) -> date:
    """Return the working day by which a decision is expected: by the payer's rule, else as callers ask."""
    for clock in clocks_of(row.claim, as_of=as_of).expectations:
        if clock.kind is PayerClock.APPEAL_ANSWER and clock.rule is not None:
            rule = clock.rule
            day = next_business_day(end_of(since, rule.count, rule.unit, rule.scope.state))
            if day > as_of:
                return day
    facts = {"received_on": since.isoformat()}
    return proposal(row.claim, outcome=Outcome.APPEAL_RECEIVED, facts=facts, as_of=as_of).usual_on


def _check_day(name: str, day: date, first: date, as_of: date) -> None:
    if not first <= day <= as_of:
        raise AppealRefused(
            f"{name}: expected a day from {first:%m/%d/%Y} to {as_of:%m/%d/%Y}, found {day:%m/%d/%Y}."
        )


def _check_expected(day: date, as_of: date) -> None:
    if day <= as_of or next_business_day(day) != day:
        raise AppealRefused(f"Expected by: {day:%m/%d/%Y} is no working day to come.")


def _sent_to(row: Appeal) -> str:
    return ", ".join(row.send_to.splitlines())
