"""When a claim is to be worked next, by whom and how: what the payer's word calls for, and what a follow-up sets.

Intervals: docs/reference/priority.md, from common practice by payer class; they are defaults.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from dueline.core.calendars import (
    add_business_days,
    business_days_between,
    is_business_day,
    next_business_day,
    previous_business_day,
)
from dueline.core.deadlines import Rule, Unit, end_of
from dueline.core.enums import (
    DeadlineKind,
    DueCause,
    Level,
    NextAction,
    Outcome,
    PayerClock,
    PayerStatus,
    PayerType,
    WorkStatus,
)
from dueline.core.payer_rules import is_in_force
from dueline.core.status_requests import again_after, again_words

URGENCY: dict[DueCause, int] = {
    DueCause.PROMISE_BROKEN: 2,
    DueCause.OVERDUE: 1,
    DueCause.DEADLINE: 1,
    DueCause.DATE: 0,
}
ACKNOWLEDGED_WITHIN = 3  # business days from sending to the payer's acceptance report
FORCE_DAYS = (14, 7, 0)  # a deadline forces a claim at each of these many days before it


@dataclass(frozen=True)
class Interval:
    """Days from acceptance to the first look, business days between looks, days after which to call."""

    first_days: int
    repeat_business_days: int
    call_after_days: int
    source: str = ""  # of the payer's own rule; "": the defaults of its type


INTERVALS: dict[PayerType, Interval] = {
    PayerType.MEDICARE: Interval(15, 5, 30),
    PayerType.MEDICARE_ADVANTAGE: Interval(30, 7, 35),
    PayerType.MEDICAID: Interval(30, 10, 45),
    PayerType.MEDICAID_MANAGED: Interval(30, 10, 40),
    PayerType.COMMERCIAL: Interval(30, 7, 35),
    PayerType.BLUE_PLAN: Interval(30, 7, 35),
    PayerType.SELF_FUNDED: Interval(30, 7, 35),
    PayerType.TRICARE: Interval(30, 10, 45),
    PayerType.CHAMPVA: Interval(45, 15, 60),
    PayerType.VETERANS: Interval(45, 15, 60),
    PayerType.WORKERS_COMPENSATION: Interval(45, 15, 45),
    PayerType.AUTO: Interval(45, 15, 45),
    PayerType.OTHER: Interval(30, 10, 40),
}
SECONDARY = Interval(30, 10, 40)


def interval_by(rules: Sequence[Rule], usual: Interval, *, as_of: date) -> Interval:
    """Return when to look by a payer's rules, the narrowest first; what they do not say is as `usual`.

    Rules of a type are what the defaults are; a period that is not in the interval's unit is converted.
    """
    found: dict[PayerClock, Rule] = {}
    for rule in rules:
        if isinstance(rule.kind, PayerClock) and is_in_force(rule, as_of):
            found.setdefault(rule.kind, rule)
    first, repeat, call = (
        found.get(kind)
        for kind in (PayerClock.FIRST_CHECK, PayerClock.CHECK_INTERVAL, PayerClock.CALL_AFTER)
    )
    own = [rule for rule in (first, repeat, call) if rule and not rule.scope.payer_type]
    return Interval(
        _calendar_days(first, as_of) if first else usual.first_days,
        _business_days(repeat, as_of) if repeat else usual.repeat_business_days,
        _calendar_days(call, as_of) if call else usual.call_after_days,
        own[0].source if own else "",
    )


def _calendar_days(rule: Rule, as_of: date) -> int:
    return (end_of(as_of, rule.count, rule.unit) - as_of).days


def _business_days(rule: Rule, as_of: date) -> int:
    if rule.unit is Unit.BUSINESS_DAYS:
        return rule.count
    return max(1, business_days_between(as_of, end_of(as_of, rule.count, rule.unit)))


ACTION_OF_FIX: dict[str, NextAction] = {
    "appeal": NextAction.APPEAL,
    "bill_other_payer": NextAction.BILL_OTHER_PAYER,
    "bill_patient": NextAction.BILL_PATIENT,
    "call_payer": NextAction.CALL,
    "corrected_claim": NextAction.SEND_CORRECTED_CLAIM,
    "none": NextAction.CALL,
    "reconsideration": NextAction.APPEAL,
    "send_records": NextAction.SEND_RECORDS,
    "write_off": NextAction.REQUEST_WRITE_OFF,
}


class UsualWait(NamedTuple):
    """By this many days after sending this share of a payer's, or a plan's, claims is answered."""

    days: int
    percent: int
    whose: str = "payer"


@dataclass(frozen=True)
class ClaimFacts:
    """What the schedule of a claim depends on. `denial_level` and `denial_fix` come from the leading CARC."""

    payer_type: PayerType
    payer_status: PayerStatus
    payer_status_on: date | None
    payer_balance_cents: int
    is_first_payer: bool
    service_on: date | None
    first_submitted_on: date | None
    last_submitted_on: date | None
    accepted_on: date | None
    last_remitted_on: date | None
    denial_level: Level = Level.L1
    denial_fix: str = ""
    denial_words: str = ""  # "CO-197 no authorization"
    payer_acknowledges: bool = True  # it has sent acceptance reports to this practice before
    usual_wait: UsualWait | None = None  # learned from this payer's answers; None: the rule's
    interval: Interval | None = None  # by the payer's rules; None: as its type
    answered_on: date | None = None  # the payer's last answer to a status request


@dataclass(frozen=True)
class Schedule:
    """What is next for a claim: when and why, how, in which queue and standing."""

    due_on: date
    due_reason: str
    next_action: NextAction
    level: Level
    work_status: WorkStatus  # READY where a caller works it, else who has it


def schedule(facts: ClaimFacts, *, as_of: date) -> Schedule:
    """Return what the payer's word calls for next. A date not known counts as `as_of`: look at once."""
    if facts.payer_balance_cents < 0:
        since = facts.last_remitted_on or as_of
        reason = "Credit balance: find whose money it is"
        return Schedule(since, reason, NextAction.ESCALATE, Level.L2, WorkStatus.READY)
    return _BY_STATUS[facts.payer_status](facts, as_of)


def interval_of(facts: ClaimFacts) -> Interval:
    return facts.interval or usual_interval(facts.payer_type, is_first_payer=facts.is_first_payer)


def usual_interval(payer_type: PayerType, *, is_first_payer: bool) -> Interval:
    return INTERVALS[payer_type] if is_first_payer else SECONDARY


def _by(interval: Interval) -> str:
    return f", by {interval.source}" if interval.source else ""


def _look(facts: ClaimFacts, due_on: date, reason: str) -> Schedule:
    """A look at the payer's answer: by portal or 276 first, by telephone when the claim is late."""
    interval = interval_of(facts)
    days = interval.repeat_business_days
    again_on = again_after(facts.answered_on, facts.last_submitted_on, days)
    if again_on is not None and due_on < again_on:
        due_on, reason = again_on, f"{again_words(days)}{_by(interval)}"
    is_answered = facts.last_remitted_on is not None  # what waits is what was sent after that
    since = waiting_since(facts) if is_answered else facts.first_submitted_on
    late_on = (since or due_on) + timedelta(days=interval.call_after_days)
    action = NextAction.CALL if due_on >= late_on else NextAction.CHECK_PORTAL
    return Schedule(due_on, reason, action, Level.L1, WorkStatus.READY)


def _at_once(
    facts: ClaimFacts,
    as_of: date,
    reason: str,
    action: NextAction,
    level: Level = Level.L1,
    work_status: WorkStatus = WorkStatus.READY,
) -> Schedule:
    return Schedule(facts.payer_status_on or as_of, reason, action, level, work_status)


def _not_sent(facts: ClaimFacts, as_of: date) -> Schedule:
    since, event = facts.service_on, "service"
    if not facts.is_first_payer:
        since, event = facts.payer_status_on, "the payer before it answered"
    due_on = add_business_days(since, 3) if since else as_of
    reason = f"No submission is known 3 working days after {event}"
    return Schedule(due_on, reason, NextAction.ASK_BILLING, Level.L1, WorkStatus.WITH_BILLING)


def _sent(facts: ClaimFacts, as_of: date) -> Schedule:
    sent_on = facts.last_submitted_on or facts.first_submitted_on
    if sent_on is None:
        return _look(facts, as_of, "Sent on a day not known, and nothing heard")
    if facts.payer_acknowledges:
        due_on = add_business_days(sent_on, ACKNOWLEDGED_WITHIN)
        again = " it again" if _is_sent_again(facts) else ""
        return _look(facts, due_on, f"No acceptance report 3 working days after sending{again}")
    if waits_as_usual(facts):
        return _overdue(facts, as_of)
    interval = interval_of(facts)
    days = interval.first_days
    due_on = next_business_day(sent_on + timedelta(days=days))
    reason = f"First look {days} days after sending{_by(interval)}: this payer reports none"
    return _look(facts, due_on, reason)


def waits_as_usual(facts: ClaimFacts) -> bool:
    """Return whether the first look is due by what is learned of the payer, not by the defaults."""
    is_waiting = facts.payer_status is PayerStatus.ACCEPTED or (
        facts.payer_status is PayerStatus.SENT and not facts.payer_acknowledges
    )
    return (
        is_waiting
        and facts.payer_balance_cents >= 0
        and facts.usual_wait is not None
        and facts.is_first_payer
        and waiting_since(facts) is not None
    )


def waiting_since(facts: ClaimFacts) -> date | None:
    """Return when the version that waits was sent; sending it once more makes no claim young."""
    sent_on = facts.last_submitted_on or facts.first_submitted_on
    if sent_on is None or facts.last_remitted_on is not None or facts.accepted_on is None:
        return sent_on
    return min(sent_on, facts.accepted_on)


def _overdue(facts: ClaimFacts, as_of: date) -> Schedule:
    """The first look, on the first business day on which an answer is overdue for this payer."""
    since, usual = waiting_since(facts), facts.usual_wait
    assert since is not None
    assert usual is not None
    due_on = next_business_day(since + timedelta(days=usual.days + 1))
    due_on = _not_before_sent(facts, due_on)
    basis = f"{usual.percent} % of this {usual.whose}'s claims are answered by day {usual.days}"
    if as_of < due_on:
        return _look(facts, due_on, f"First look on day {(due_on - since).days}: {basis}")
    return _look(facts, due_on, f"{basis}; this is day {(as_of - since).days}")


def _accepted(facts: ClaimFacts, as_of: date) -> Schedule:
    if waits_as_usual(facts):
        return _overdue(facts, as_of)
    since, event = _waiting_acceptance(facts, as_of)
    interval = interval_of(facts)
    days = interval.first_days
    due_on = next_business_day(since + timedelta(days=days))
    reason = f"First look {days} days after {event}{_by(interval)}"
    sent = facts.last_submitted_on
    if sent is not None and event == _FIRST_ACCEPTANCE:
        reason += f"; sent again {sent:%b} {sent.day}"
    return _look(facts, _not_before_sent(facts, due_on), reason)


def _is_sent_again(facts: ClaimFacts) -> bool:
    first, last = facts.first_submitted_on, facts.last_submitted_on
    return first is not None and last is not None and first < last


def _waiting_acceptance(facts: ClaimFacts, as_of: date) -> tuple[date, str]:
    """Return the acceptance whose answer is awaited: where the payer answered, that of what was sent after it."""
    accepted, sent = facts.accepted_on, facts.last_submitted_on
    if not _is_sent_again(facts) or accepted is None or sent is None or sent <= accepted:
        return accepted or facts.payer_status_on or as_of, "acceptance"
    if facts.last_remitted_on is not None and facts.last_remitted_on <= sent:
        return max(facts.payer_status_on or sent, sent), "it was accepted again"
    return accepted, _FIRST_ACCEPTANCE


_FIRST_ACCEPTANCE = "the first acceptance"


def _not_before_sent(facts: ClaimFacts, due_on: date) -> date:
    """Return the date, or the day on which the claim was sent again where that is later: no day before makes sense."""
    sent = facts.last_submitted_on
    return due_on if sent is None or due_on >= sent else next_business_day(sent)


def _pending(facts: ClaimFacts, as_of: date) -> Schedule:
    interval = interval_of(facts)
    days = interval.repeat_business_days
    due_on = add_business_days(facts.payer_status_on or as_of, days)
    reason = f"Look again {days} working days after the payer said pending{_by(interval)}"
    return _look(facts, due_on, reason)


def _forwarded(facts: ClaimFacts, as_of: date) -> Schedule:
    due_on = next_business_day((facts.payer_status_on or as_of) + timedelta(days=30))
    return _look(facts, due_on, "Next payer: look 30 days after the claim was passed on")


def _reversed(facts: ClaimFacts, as_of: date) -> Schedule:
    due_on = add_business_days(facts.payer_status_on or as_of, 10)
    reason = "Payment taken back; nothing in its place after 10 working days"
    return Schedule(due_on, reason, NextAction.CALL, Level.L2, WorkStatus.READY)


def _denied(facts: ClaimFacts, as_of: date) -> Schedule:
    action = ACTION_OF_FIX.get(facts.denial_fix, NextAction.CALL)
    words = f"Denied: {facts.denial_words}" if facts.denial_words else "Denied"
    return _at_once(facts, as_of, words, action, facts.denial_level)


def _rejected(facts: ClaimFacts, as_of: date) -> Schedule:
    return _at_once(
        facts,
        as_of,
        "Rejected before the payer looked at it: fix and send again",
        NextAction.RESUBMIT,
        work_status=WorkStatus.WITH_BILLING,
    )


_BY_STATUS: dict[PayerStatus, Callable[[ClaimFacts, date], Schedule]] = {
    PayerStatus.NOT_SENT: _not_sent,
    PayerStatus.SENT: _sent,
    PayerStatus.REJECTED: _rejected,
    PayerStatus.ACCEPTED: _accepted,
    PayerStatus.NOT_ON_FILE: lambda f, d: _at_once(
        f, d, "The payer has no such claim", NextAction.CALL
    ),
    PayerStatus.PENDING: _pending,
    PayerStatus.INFORMATION_REQUESTED: lambda f, d: _at_once(
        f, d, "The payer asked for records or information", NextAction.SEND_RECORDS
    ),
    PayerStatus.DENIED: _denied,
    PayerStatus.PARTLY_DENIED: _denied,
    PayerStatus.PAID: lambda f, d: _at_once(
        f, d, "Paid, and a balance is left with the payer", NextAction.CALL, Level.L2
    ),
    PayerStatus.PATIENT_RESPONSIBLE: lambda f, d: _at_once(
        f, d, "Put to the patient, and a balance is left with the payer", NextAction.CALL
    ),
    PayerStatus.FORWARDED: _forwarded,
    PayerStatus.REVERSED: _reversed,
    PayerStatus.VOIDED: lambda f, d: _at_once(
        f, d, "Voided with a balance left", NextAction.ASK_BILLING
    ),
}

# Statuses by which the payer has decided: an earlier promise is then kept or moot.
DECIDED = frozenset(
    {
        PayerStatus.DENIED,
        PayerStatus.PARTLY_DENIED,
        PayerStatus.PAID,
        PayerStatus.PATIENT_RESPONSIBLE,
        PayerStatus.REVERSED,
        PayerStatus.VOIDED,
    }
)


def next_sensible_day(as_of: date) -> date:
    """Return the day until which a claim would wait if it is not worked on `as_of`."""
    return add_business_days(as_of, 1)


def deadline_window(
    deadline_on: date | None, safe_on: date | None = None, *, as_of: date
) -> date | None:
    """Return the day on which the deadline last asked for the claim: its safe date, or 14, 7, 0 days before it.

    None before the first of these, and once the deadline is past.
    """
    if deadline_on is None or as_of > deadline_on:
        return None
    reached = [deadline_on - timedelta(days=days) for days in FORCE_DAYS]
    reached += [safe_on] if safe_on else []
    return max((day for day in reached if day <= as_of), default=None)


def due_cause(
    *,
    due_on: date,
    last_action_on: date | None,
    promised_on: date | None,
    deadline_on: date | None,
    as_of: date,
    safe_on: date | None = None,
) -> DueCause | None:
    """Return why the claim is to be worked on `as_of`, or None when it waits for its date.

    A follow-up is overdue from the first business day after its date. A deadline forces a claim on its
    safe date and at 14, 7 and 0 days before it, each time until someone acts on it.
    """
    is_due = due_on <= as_of
    if is_due and promised_on is not None and promised_on < as_of:
        return DueCause.PROMISE_BROKEN
    if is_due and last_action_on is not None and days_overdue(due_on, as_of=as_of) > 0:
        return DueCause.OVERDUE
    window = deadline_window(deadline_on, safe_on, as_of=as_of)
    if window is not None and (last_action_on is None or last_action_on < window):
        return DueCause.DEADLINE
    return DueCause.DATE if is_due else None


def days_overdue(due_on: date, *, as_of: date) -> int:
    """Return the business days after `due_on` through `as_of`; 0 on the day itself."""
    return business_days_between(due_on, as_of) if due_on < as_of else 0


MISSABLE = frozenset({DueCause.OVERDUE, DueCause.PROMISE_BROKEN})
MISSED_DAYS = 3  # business days after which an overdue follow-up is the lead's concern too


def missed_on(as_of: date) -> date:
    """Return the last due date that counts as missed on `as_of`: overdue for three business days."""
    return add_business_days(previous_business_day(as_of), -MISSED_DAYS)


def latest_due_on(
    deadline_on: date | None, safe_on: date | None = None, *, as_of: date
) -> date | None:
    """Return the last day on which a claim may be due: the safe date of its deadline.

    Once that is reached, or where none is given, the business day before the deadline; None where no
    deadline is still to come.
    """
    if deadline_on is None or deadline_on <= as_of:
        return None
    if safe_on is not None and as_of < safe_on < deadline_on:
        return previous_business_day(safe_on)
    day = deadline_on - timedelta(days=1)
    while day > as_of and not is_business_day(day):
        day -= timedelta(days=1)
    return max(day, as_of)


# By these answers the payer has the claim: the time to file it is met.
_HAS_CLAIM = frozenset(Outcome) - {
    Outcome.NOT_ON_FILE,
    Outcome.REJECTED,
    Outcome.NO_ANSWER,
    Outcome.SUBMITTED,
    Outcome.OTHER_PAYER_PRIMARY,
}


def is_met_by(outcome: Outcome | None, deadline_kind: str) -> bool:
    """Whether what was just heard meets the deadline that ran until now."""
    return deadline_kind == DeadlineKind.FILING and outcome in _HAS_CLAIM


def within(
    plan: Schedule, deadline_on: date | None, safe_on: date | None, *, as_of: date
) -> Schedule:
    """Return the schedule with its date no later than what the deadline allows."""
    latest = latest_due_on(deadline_on, safe_on, as_of=as_of)
    if latest is None or plan.due_on <= latest:
        return plan
    reason = plan.due_reason
    for words in (_BY_SAFE_DATE, _BEFORE_DEADLINE):  # it may be kept from before
        reason = reason.removesuffix(words)
    is_safe = safe_on is not None and latest <= safe_on
    reason += _BY_SAFE_DATE if is_safe else _BEFORE_DEADLINE
    return replace(plan, due_on=latest, due_reason=reason)


_BY_SAFE_DATE = "; by the safe date of its deadline"
_BEFORE_DEADLINE = "; the last working day before its deadline"


FARTHEST_DAYS = 730  # a date further off is a slip of the finger: no claim waits that long unseen


def farthest_due_on(as_of: date) -> date:
    """Return the last day, some two years off, on which anything may be due or expected."""
    return previous_business_day(as_of + timedelta(days=FARTHEST_DAYS))
