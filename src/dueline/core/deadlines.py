"""When a claim is lost: deadlines from dated rules, each with a safe date and a sentence that says why.

Where no rule is known there is no deadline: nothing is invented. The rules are data of the payers.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from dueline.core.calendars import (
    add_business_days,
    is_business_day,
    next_business_day,
    previous_business_day,
)
from dueline.core.claim_clocks import (
    LEVEL,
    NO_EVENTS,
    ClaimDates,
    Events,
    denial_stands,
    state_of,
)
from dueline.core.deadline_words import (
    EVENT_NAMES,
    KIND_NAMES,
    NOT_KNOWN,
    sentence,
    span_words,
)
from dueline.core.enums import ClaimType, DeadlineKind, PayerClock
from dueline.core.payer_rules import (
    ANYONE,
    REVIEW_DAYS,
    Scope,
    is_in_force,
    review_due_on,
    suits,
    why_it_won,
)

SAFE_BUSINESS_DAYS = 10  # our own date comes this much before the legal one


class Unit(StrEnum):
    DAYS = "days"
    BUSINESS_DAYS = "business_days"
    MONTHS = "months"
    YEARS = "years"
    END_OF_MONTH = "end_of_month"  # the last day of the month that lies `count` months on
    END_OF_NEXT_CALENDAR_YEAR = "end_of_next_calendar_year"


class StartEvent(StrEnum):
    """What a clock starts from."""

    SERVICE_FROM = "service_from"
    SERVICE_THROUGH = "service_through"
    SERVICE = "service"  # from on professional and dental claims, through on institutional ones
    DISCHARGE = "discharge"  # the last day of service where no discharge is known
    SUBMISSION = "submission"
    RECEIPT = "receipt"  # the payer's acceptance, else the first submission
    REMITTANCE = "remittance"
    DENIAL_NOTICE = "denial_notice"
    PRIMARY_REMITTANCE = "primary_remittance"
    APPEAL_DECISION = "appeal_decision"  # of the level before
    RECORDS_REQUEST = "records_request"
    ELIGIBILITY_NOTICE = "eligibility_notice"
    REFUND_DEMAND = "refund_demand"
    OVERPAYMENT_FOUND = "overpayment_found"
    NEGOTIATION_END = "negotiation_end"
    CORRECTED_SENT = "corrected_sent"
    RECORDS_SENT = "records_sent"
    RECONSIDERATION_SENT = "reconsideration_sent"
    APPEAL_SENT = "appeal_sent"
    LAST_CHECK = "last_check"


@dataclass(frozen=True)
class Rule:
    """A dated rule. `count` is of `unit`, 0 where the unit needs none."""

    kind: DeadlineKind | PayerClock
    count: int
    unit: Unit
    start_event: StartEvent
    is_met_when_received: bool
    presumed_receipt_days: int
    effective_from: date | None  # None: since when is not known
    effective_to: date | None
    source: str
    checked_on: date
    confidence: str
    payer_name_or_type: str
    rolls_forward: bool = False  # an end on a weekend or holiday moves to the next business day
    scope: Scope = ANYONE
    checked_by: str = ""
    review_days: int = REVIEW_DAYS
    note: str = ""


@dataclass(frozen=True)
class Deadline:
    """One clock of a claim. `due_on` is None where no rule, or no start date, is known."""

    kind: DeadlineKind
    due_on: date | None
    safe_on: date | None
    is_met: bool
    is_running: bool
    rule: Rule | None
    sentence: str
    why: str = ""  # why this rule and no other
    is_unchecked: bool = False  # not checked for longer than its review interval


# These stand on every claim; the others only once their event has come.
STANDING = frozenset({DeadlineKind.FILING, DeadlineKind.CORRECTED_CLAIM, DeadlineKind.APPEAL_1})
# Ways that not every payer has: named only where a rule is known.
_IF_OFFERED = frozenset({DeadlineKind.RECONSIDERATION})


def kind_name(kind: DeadlineKind) -> str:
    """Return what a deadline is for, in the trade's words."""
    return KIND_NAMES[kind]


def add_months(day: date, count: int) -> date:
    """Return the same day of a later month, else that month's last: Jan 31 and one month is Feb 28."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def end_of(start: date, count: int, unit: Unit, state: str = "") -> date:
    """Return the last day of a period that starts on `start` (day 0).

    A year is twelve calendar months, not 365 days. Source: docs/reference/deadlines.md.
    """
    if unit is Unit.DAYS:
        return start + timedelta(days=count)
    if unit is Unit.BUSINESS_DAYS:
        return add_business_days(start, count, state)
    if unit is Unit.MONTHS:
        return add_months(start, count)
    if unit is Unit.YEARS:
        return add_months(start, 12 * count)
    if unit is Unit.END_OF_MONTH:
        return add_months(date(start.year, start.month, 1), count + 1) - timedelta(days=1)
    return date(start.year + 1, 12, 31)


def _service(dates: ClaimDates) -> date | None:
    if dates.claim_type is ClaimType.INSTITUTIONAL:
        return dates.service_through_on or dates.service_from_on
    return dates.service_from_on


_STARTS: dict[StartEvent, Callable[[ClaimDates], date | None]] = {
    StartEvent.SERVICE_FROM: lambda d: d.service_from_on,
    StartEvent.SERVICE_THROUGH: lambda d: d.service_through_on or d.service_from_on,
    StartEvent.SERVICE: _service,
    StartEvent.SUBMISSION: lambda d: d.first_submitted_on,
    StartEvent.RECEIPT: lambda d: d.accepted_on or d.first_submitted_on,
    StartEvent.REMITTANCE: lambda d: d.last_remitted_on,
    StartEvent.DENIAL_NOTICE: lambda d: d.denied_on,
    StartEvent.PRIMARY_REMITTANCE: lambda d: d.primary_remitted_on,
}
_EVENT_STARTS: dict[StartEvent, Callable[[Events], date | None]] = {
    StartEvent.RECORDS_REQUEST: lambda e: e.records_requested_on,
    StartEvent.ELIGIBILITY_NOTICE: lambda e: e.eligibility_noticed_on,
    StartEvent.REFUND_DEMAND: lambda e: e.refund_demanded_on,
    StartEvent.OVERPAYMENT_FOUND: lambda e: e.overpayment_found_on,
    StartEvent.NEGOTIATION_END: lambda e: e.negotiation_ended_on,
    StartEvent.CORRECTED_SENT: lambda e: e.corrected_sent_on,
    StartEvent.RECORDS_SENT: lambda e: e.records_sent_on,
    StartEvent.RECONSIDERATION_SENT: lambda e: e.reconsideration_sent_on,
    StartEvent.APPEAL_SENT: lambda e: e.appeal_sent_on,
    StartEvent.LAST_CHECK: lambda e: e.last_checked_on,
}


def start_of(
    event: StartEvent, dates: ClaimDates, kind: DeadlineKind | PayerClock | None = None
) -> date | None:
    """Return the day on which a clock starts, None while it is not known."""
    plain = _STARTS.get(event)
    if plain is not None:
        return plain(dates)
    events = dates.events or NO_EVENTS
    if event is StartEvent.DISCHARGE:
        return events.discharged_on or dates.service_through_on or dates.service_from_on
    if event is StartEvent.APPEAL_DECISION:
        return _decision_before(kind, events.appeals_decided_on)
    return _EVENT_STARTS[event](events)


def _decision_before(
    kind: DeadlineKind | PayerClock | None, decided: tuple[date, ...]
) -> date | None:
    level = LEVEL.get(kind, 0) if isinstance(kind, DeadlineKind) else 0
    return decided[level - 1] if 0 < level <= len(decided) else None


def due_dates(rule: Rule, start: date) -> tuple[date, date]:
    """Return the legal and the safe date of a rule whose clock starts on `start`.

    The legal date counts presumed receipt and rolls forward where the rule says so; the safe one never
    does: it lies ten business days before the plain end of the period, and on a business day.
    """
    state = rule.scope.state
    legal = _legal_end(rule, start)
    if not is_business_day(legal, state):
        roll = next_business_day if rule.rolls_forward else previous_business_day
        legal = roll(legal, state)
    plain = end_of(start, rule.count, rule.unit, state)
    safe = add_business_days(previous_business_day(plain, state), -SAFE_BUSINESS_DAYS, state)
    return legal, max(start, safe)


def _legal_end(rule: Rule, start: date) -> date:
    receipt = start + timedelta(days=rule.presumed_receipt_days)
    return end_of(receipt, rule.count, rule.unit, rule.scope.state)


def deadlines(rules: Sequence[Rule], dates: ClaimDates, *, as_of: date) -> list[Deadline]:
    """Return the clocks of a claim: those that stand on every claim, and those whose event has come."""
    clocks = [_deadline(kind, rules, dates, as_of) for kind in DeadlineKind]
    return [
        clock
        for clock in clocks
        if clock.kind in STANDING
        or ((clock.is_running or clock.is_met) and (clock.rule or clock.kind not in _IF_OFFERED))
    ]


def nearest(clocks: Iterable[Deadline]) -> Deadline | None:
    """Return the running deadline that is still to be met and comes first; it may be past."""
    running = [c for c in clocks if c.is_running and not c.is_met and c.due_on is not None]
    return min(running, key=lambda clock: clock.due_on or date.max, default=None)


class Due(NamedTuple):
    """A deadline without its words: the legal and the safe date."""

    kind: DeadlineKind
    due_on: date
    safe_on: date


def nearest_due(rules: Sequence[Rule], dates: ClaimDates) -> Due | None:
    """Return `nearest(deadlines(...))`, without words: for a million claims at once."""
    return min(running_dues(rules, dates), key=_by_day, default=None)


def running_dues(rules: Sequence[Rule], dates: ClaimDates) -> list[Due]:
    """Return the deadlines that run and are still to be met, without words."""
    found = []
    for kind in _can_run(dates):
        is_running, is_met, _ = state_of(kind, dates)
        if not is_running or is_met:
            continue
        rule, start = choose(kind, rules, dates)
        if rule is not None and start is not None:
            found.append(Due(kind, *due_dates(rule, start)))
    return found


def _by_day(due: Due) -> date:
    return due.due_on


_FILING_ONLY = (DeadlineKind.FILING,)
_AFTER_DENIAL = (
    DeadlineKind.FILING,
    DeadlineKind.CORRECTED_CLAIM,
    DeadlineKind.APPEAL_1,
    DeadlineKind.RECONSIDERATION,
)


def _can_run(dates: ClaimDates) -> Iterable[DeadlineKind]:
    """Return the kinds worth asking, in order: most claims have one."""
    if dates.events is not None:
        return DeadlineKind
    return _AFTER_DENIAL if denial_stands(dates) else _FILING_ONLY


def choose(
    kind: DeadlineKind | PayerClock, rules: Sequence[Rule], dates: ClaimDates
) -> tuple[Rule | None, date | None]:
    """Return the first rule of a kind in force on the day on which its clock starts, and that day.

    Give the rules the narrowest first (`payer_rules.in_order`). While no start is known, the first stands.
    A notice of eligibility can lengthen the time for filing, never shorten it.
    """
    rule, start = _first(kind, rules, dates)
    if kind is not DeadlineKind.FILING or not _has_notice(dates):
        return rule, start
    by_notice = [r for r in rules if r.start_event is StartEvent.ELIGIBILITY_NOTICE]
    other, noticed = _first(kind, by_notice, dates, by_notice=True)
    if other is None or noticed is None:
        return rule, start
    if rule is None or start is None or due_dates(other, noticed) > due_dates(rule, start):
        return other, noticed
    return rule, start


def _first(
    kind: DeadlineKind | PayerClock,
    rules: Iterable[Rule],
    dates: ClaimDates,
    *,
    by_notice: bool = False,
) -> tuple[Rule | None, date | None]:
    waiting: Rule | None = None
    for rule in rules:
        if rule.kind != kind or not suits(rule, dates.claim_type):
            continue
        if kind is DeadlineKind.FILING and not by_notice and not _fits(rule, dates):
            continue
        start = start_of(rule.start_event, dates, kind)
        if start is None:
            waiting = waiting or rule
        elif is_in_force(rule, start):
            return rule, start
    return waiting, None


def _has_notice(dates: ClaimDates) -> bool:
    return dates.events is not None and dates.events.eligibility_noticed_on is not None


def _fits(rule: Rule, dates: ClaimDates) -> bool:
    """A secondary claim's first filing counts from the primary's remittance where a rule says so."""
    if rule.start_event is StartEvent.ELIGIBILITY_NOTICE:
        return False
    return (rule.start_event is StartEvent.PRIMARY_REMITTANCE) == (
        dates.is_secondary and dates.primary_remitted_on is not None
    )


def _deadline(
    kind: DeadlineKind, rules: Sequence[Rule], dates: ClaimDates, as_of: date
) -> Deadline:
    is_running, is_met, why_not = state_of(kind, dates)
    rule, start = choose(kind, rules, dates)
    if rule is None:
        return Deadline(kind, None, None, is_met, is_running, None, NOT_KNOWN)
    others = [other for other in rules if other.kind == kind and suits(other, dates.claim_type)]
    why = why_it_won(rule, others, start)
    is_unchecked = as_of >= review_due_on(rule.checked_on, rule.review_days)
    if start is None:
        text = f"{span_words(rule)} from {EVENT_NAMES[rule.start_event]}. {why_not}".strip()
        return Deadline(kind, None, None, is_met, False, rule, text, why, is_unchecked)
    due_on, safe_on = due_dates(rule, start)
    text = sentence(
        rule,
        start,
        due_on,
        safe_on,
        _legal_end(rule, start),
        as_of,
        "" if is_running else why_not,
    )
    return Deadline(kind, due_on, safe_on, is_met, is_running, rule, text, why, is_unchecked)
