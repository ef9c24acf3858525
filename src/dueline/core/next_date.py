"""The next date a follow-up proposes: from what the payer said, how this kind of payer works, and the deadlines.

Intervals are defaults by payer class and scenario, from common practice (docs/reference/follow-up.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dueline.core.calendars import add_business_days, next_business_day
from dueline.core.codes import carc
from dueline.core.enums import NextAction, Outcome, PayerType
from dueline.core.schedule import (
    ACTION_OF_FIX,
    Interval,
    farthest_due_on,
    latest_due_on,
    usual_interval,
)


@dataclass(frozen=True)
class Proposal:
    """What is proposed next. `rule` is a sentence; where a deadline cut the usual date, it says so."""

    next_action: NextAction
    due_on: date
    usual_on: date  # before any deadline was looked at, two years off at most
    rule: str

    @property
    def is_limited(self) -> bool:
        return self.due_on != self.usual_on


# Business days after the contact, where no day that the payer named decides.
_DAYS: dict[Outcome, tuple[NextAction, int, str]] = {
    Outcome.PAID: (NextAction.AWAIT_PAYMENT, 4, "a remittance is late after 4 working days"),
    Outcome.PAYMENT_PROMISED: (
        NextAction.AWAIT_PAYMENT,
        1,
        "a promise is looked at when it is over",
    ),
    Outcome.NOT_ON_FILE: (NextAction.RESUBMIT, 2, "2 working days to send it again"),
    Outcome.DENIED: (NextAction.APPEAL, 1, "a denial is worked on the next working day"),
    Outcome.REJECTED: (NextAction.RESUBMIT, 2, "2 working days to fix it and send it again"),
    Outcome.INFORMATION_REQUESTED: (
        NextAction.SEND_RECORDS,
        1,
        "what the payer asked for goes out on the next working day",
    ),
    Outcome.REPROCESSING: (NextAction.AWAIT_ANSWER, 15, "15 working days to reprocess"),
    Outcome.SENT_TO_PATIENT: (NextAction.BILL_PATIENT, 5, "5 working days to bill the patient"),
    Outcome.OTHER_PAYER_PRIMARY: (
        NextAction.BILL_OTHER_PAYER,
        10,
        "10 working days to bill the other payer",
    ),
    Outcome.PAID_ELSEWHERE: (
        NextAction.CALL,
        15,
        "15 working days to issue it again or correct the payee",
    ),
    Outcome.UNDERPAID: (NextAction.APPEAL, 1, "a dispute goes out on the next working day"),
    Outcome.TAKEN_BACK: (NextAction.ASK_BILLING, 15, "15 working days to settle an offset"),
    Outcome.REFUND_REQUESTED: (
        NextAction.ASK_BILLING,
        10,
        "10 working days to check what is truly owed",
    ),
    Outcome.NO_ANSWER: (NextAction.CALL, 1, "nothing was learned: again on the next working day"),
    Outcome.SUBMITTED: (
        NextAction.AWAIT_ANSWER,
        5,
        "receipt is confirmed 5 working days after sending",
    ),
}
_DATED = (
    Outcome.IN_PROCESS,
    Outcome.REPROCESSING,
    Outcome.APPEAL_RECEIVED,
    Outcome.PAYMENT_PROMISED,
)
_CHECK_DAYS = 10  # business days for a paper check to arrive
_APPEAL_DAYS = {PayerType.MEDICARE: 60}  # else 30 calendar days to the first look
_APPEAL_REPEAT = 15


def propose_next(
    *,
    outcome: Outcome,
    facts: Mapping[str, str],
    payer_type: PayerType,
    is_first_payer: bool,
    deadline_on: date | None,
    as_of: date,
    safe_on: date | None = None,
    interval: Interval | None = None,
    next_action: NextAction | None = None,
    days: int | None = None,
) -> Proposal:
    """Return the next action and date after a contact on `as_of`, never after what a deadline allows.

    A script may set the action, and the business days until then.

    `facts` are those of FollowUpFacts; a form may ask while some are still missing. `deadline_on` is the
    nearest hard deadline still to be met, None where none runs, and `safe_on` its safe date. A last day
    that the payer named in this contact limits it too. `interval` is when its rules say to look again.
    """
    action, usual_on, rule = _usual(outcome, facts, payer_type, is_first_payer, as_of, interval)
    if days is not None and not _is_dated(outcome, facts):
        usual_on, rule = add_business_days(as_of, days), f"the script's {days} working days"
    action = next_action or action
    usual_on = min(usual_on, farthest_due_on(as_of))
    heard = [
        _day(facts, name, as_of) for name in ("needed_by_on", "appeal_due_on", "dispute_due_on")
    ]
    limits = [
        latest_due_on(deadline_on, safe_on, as_of=as_of),
        *(latest_due_on(day, as_of=as_of) for day in heard),
    ]
    latest = min((day for day in limits if day is not None), default=None)
    if latest is None or usual_on <= latest:
        return Proposal(action, usual_on, usual_on, f"{rule[0].upper()}{rule[1:]}.")
    sentence = (
        f"The usual date, {usual_on:%m/%d/%Y} ({rule}), is after what the deadline allows. "
        f"So: {latest:%m/%d/%Y}."
    )
    return Proposal(action, latest, usual_on, sentence)


def _usual(
    outcome: Outcome,
    facts: Mapping[str, str],
    payer_type: PayerType,
    is_first_payer: bool,
    as_of: date,
    interval: Interval | None,
) -> tuple[NextAction, date, str]:
    expected_on = _day(facts, "expected_on", as_of)
    if expected_on and outcome in _DATED:
        due_on = max(next_business_day(expected_on), add_business_days(as_of, 1))
        return NextAction.AWAIT_ANSWER, due_on, "the day the payer expects to decide"
    if outcome is Outcome.IN_PROCESS:
        found = interval or usual_interval(payer_type, is_first_payer=is_first_payer)
        days = found.repeat_business_days
        due_on = add_business_days(as_of, days)
        return (
            NextAction.CHECK_PORTAL,
            due_on,
            f"this payer is asked again after {days} working days, by {found.source}"
            if found.source
            else f"this kind of payer is asked again after {days} working days",
        )
    if outcome is Outcome.APPEAL_RECEIVED:
        return _appeal(facts, payer_type, as_of)
    action, days, rule = _DAYS[outcome]
    since = as_of
    if outcome is Outcome.PAID:
        since = _day(facts, "paid_on", as_of) or as_of
        if facts.get("check_number"):
            days, rule = _CHECK_DAYS, f"a check takes up to {_CHECK_DAYS} working days"
    elif outcome is Outcome.PAYMENT_PROMISED:
        since = _day(facts, "promised_on", as_of) or as_of
    elif outcome is Outcome.DENIED:
        action = _fix(facts)
    elif outcome is Outcome.SUBMITTED:
        since = _day(facts, "sent_on", as_of) or as_of
    return action, max(add_business_days(since, days), add_business_days(as_of, 1)), rule


def _is_dated(outcome: Outcome, facts: Mapping[str, str]) -> bool:
    """Return whether a day that the payer named decides."""
    name = "promised_on" if outcome is Outcome.PAYMENT_PROMISED else "expected_on"
    return bool(facts.get(name)) and outcome in _DATED


def _appeal(
    facts: Mapping[str, str], payer_type: PayerType, as_of: date
) -> tuple[NextAction, date, str]:
    days = _APPEAL_DAYS.get(payer_type, 30)
    first_on = next_business_day(
        (_day(facts, "received_on", as_of) or as_of) + timedelta(days=days)
    )
    if first_on > as_of:
        return (
            NextAction.AWAIT_ANSWER,
            first_on,
            f"an appeal is asked about {days} days after receipt",
        )
    due_on = add_business_days(as_of, _APPEAL_REPEAT)
    return (
        NextAction.AWAIT_ANSWER,
        due_on,
        f"an appeal is asked about every {_APPEAL_REPEAT} working days",
    )


def _fix(facts: Mapping[str, str]) -> NextAction:
    code = facts.get("carc", "").rpartition("-")[2]
    return ACTION_OF_FIX.get(carc(code).usual_fix, NextAction.APPEAL) if code else NextAction.APPEAL


def _day(facts: Mapping[str, str], name: str, as_of: date) -> date | None:
    """Return a day of the facts, None where it is not known; one too far off counts as the farthest."""
    text = facts.get(name)
    return min(date.fromisoformat(text), farthest_due_on(as_of)) if text else None
