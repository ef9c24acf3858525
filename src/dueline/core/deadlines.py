"""When a claim is lost: deadlines from dated rules, each with a safe date and a sentence that says why.

Where no rule is known there is no deadline: nothing is invented. The rules are data of the payers.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dueline.core.calendars import (
    add_business_days,
    is_business_day,
    next_business_day,
    previous_business_day,
)
from dueline.core.enums import ClaimType, DeadlineKind, PayerStatus

SAFE_BUSINESS_DAYS = 10  # our own date comes this much before the legal one


class Unit(StrEnum):
    DAYS = "days"
    BUSINESS_DAYS = "business_days"
    MONTHS = "months"
    YEARS = "years"
    END_OF_NEXT_CALENDAR_YEAR = "end_of_next_calendar_year"


class StartEvent(StrEnum):
    """What a clock starts from."""

    SERVICE_FROM = "service_from"
    SERVICE_THROUGH = "service_through"
    SERVICE = "service"  # from on professional and dental claims, through on institutional ones
    SUBMISSION = "submission"
    REMITTANCE = "remittance"
    DENIAL_NOTICE = "denial_notice"
    PRIMARY_REMITTANCE = "primary_remittance"


@dataclass(frozen=True)
class Rule:
    """A dated rule. `count` is of `unit`, 0 where the unit needs none."""

    kind: DeadlineKind
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


@dataclass(frozen=True)
class ClaimDates:
    """The dates of a claim that start or stop clocks; None is not known."""

    service_from_on: date | None
    service_through_on: date | None
    first_submitted_on: date | None
    accepted_on: date | None
    last_remitted_on: date | None
    denied_on: date | None
    primary_remitted_on: date | None
    payer_status: PayerStatus
    claim_type: ClaimType
    is_secondary: bool


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


_KIND_NAMES = {
    DeadlineKind.FILING: "First claim",
    DeadlineKind.CORRECTED_CLAIM: "Corrected claim",
    DeadlineKind.APPEAL_1: "Appeal, level 1",
}
_EVENT_NAMES = {
    StartEvent.SERVICE_FROM: "the first day of service",
    StartEvent.SERVICE_THROUGH: "the last day of service",
    StartEvent.SERVICE: "service",
    StartEvent.SUBMISSION: "the first submission",
    StartEvent.REMITTANCE: "the remittance",
    StartEvent.DENIAL_NOTICE: "the denial",
    StartEvent.PRIMARY_REMITTANCE: "the primary payer's remittance",
}
_CONFIDENCE = {"H": "high", "M": "medium", "L": "low"}
_DENIED = frozenset({PayerStatus.DENIED, PayerStatus.PARTLY_DENIED})
# The payer has the claim, or has decided it: filing in time was met.
_FILED = frozenset(
    {
        PayerStatus.ACCEPTED,
        PayerStatus.PENDING,
        PayerStatus.INFORMATION_REQUESTED,
        PayerStatus.DENIED,
        PayerStatus.PARTLY_DENIED,
        PayerStatus.PAID,
        PayerStatus.PATIENT_RESPONSIBLE,
        PayerStatus.FORWARDED,
        PayerStatus.REVERSED,
        PayerStatus.VOIDED,
    }
)


def kind_name(kind: DeadlineKind) -> str:
    """Return what a deadline is for, in the trade's words."""
    return _KIND_NAMES[kind]


def add_months(day: date, count: int) -> date:
    """Return the same day of a later month, else that month's last: Jan 31 and one month is Feb 28."""
    index = day.year * 12 + day.month - 1 + count
    year, month = divmod(index, 12)
    first_of_next = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    last = (first_of_next - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def end_of(start: date, count: int, unit: Unit) -> date:
    """Return the last day of a period that starts on `start` (day 0).

    A year is twelve calendar months, not 365 days. Source: docs/reference/deadlines.md.
    """
    if unit is Unit.DAYS:
        return start + timedelta(days=count)
    if unit is Unit.BUSINESS_DAYS:
        return add_business_days(start, count)
    if unit is Unit.MONTHS:
        return add_months(start, count)
    if unit is Unit.YEARS:
        return add_months(start, 12 * count)
    return date(start.year + 1, 12, 31)


def start_of(event: StartEvent, dates: ClaimDates) -> date | None:
    """Return the day on which a clock starts, None while it is not known."""
    if event is StartEvent.SERVICE:
        is_span = dates.claim_type is ClaimType.INSTITUTIONAL
        event = StartEvent.SERVICE_THROUGH if is_span else StartEvent.SERVICE_FROM
    return {
        StartEvent.SERVICE_FROM: dates.service_from_on,
        StartEvent.SERVICE_THROUGH: dates.service_through_on or dates.service_from_on,
        StartEvent.SUBMISSION: dates.first_submitted_on,
        StartEvent.REMITTANCE: dates.last_remitted_on,
        StartEvent.DENIAL_NOTICE: dates.denied_on,
        StartEvent.PRIMARY_REMITTANCE: dates.primary_remitted_on,
    }[event]


def due_dates(rule: Rule, start: date) -> tuple[date, date]:
    """Return the legal and the safe date of a rule whose clock starts on `start`.

    The legal date counts presumed receipt and rolls forward where the rule says so; the safe one never
    does: it lies ten business days before the plain end of the period, and on a business day.
    """
    legal = end_of(start + timedelta(days=rule.presumed_receipt_days), rule.count, rule.unit)
    if not is_business_day(legal):
        legal = next_business_day(legal) if rule.rolls_forward else previous_business_day(legal)
    plain = end_of(start, rule.count, rule.unit)
    return legal, max(start, add_business_days(previous_business_day(plain), -SAFE_BUSINESS_DAYS))


def deadlines(rules: Sequence[Rule], dates: ClaimDates, *, as_of: date) -> list[Deadline]:
    """Return the clocks of a claim, one for each kind: running, met, not running, or without a rule."""
    return [_deadline(kind, rules, dates, as_of) for kind in DeadlineKind]


def nearest(clocks: Iterable[Deadline]) -> Deadline | None:
    """Return the running deadline that is still to be met and comes first; it may be past."""
    running = [c for c in clocks if c.is_running and not c.is_met and c.due_on is not None]
    return min(running, key=lambda clock: clock.due_on or date.max, default=None)


def nearest_due(rules: Sequence[Rule], dates: ClaimDates) -> tuple[DeadlineKind, date] | None:
    """Return kind and day of `nearest(deadlines(...))`, without words: for a million claims at once."""
    found: tuple[DeadlineKind, date] | None = None
    for kind in DeadlineKind:
        is_running, is_met, _ = _state(kind, dates)
        if not is_running or is_met:
            continue
        rule = next((r for r in rules if r.kind is kind and _fits(r, kind, dates)), None)
        start = start_of(rule.start_event, dates) if rule else None
        if rule is None or start is None:
            continue
        due_on, _ = due_dates(rule, start)
        if found is None or due_on < found[1]:
            found = kind, due_on
    return found


def _deadline(
    kind: DeadlineKind, rules: Sequence[Rule], dates: ClaimDates, as_of: date
) -> Deadline:
    is_running, is_met, why = _state(kind, dates)
    rule = next((r for r in rules if r.kind is kind and _fits(r, kind, dates)), None)
    if rule is None:
        return Deadline(kind, None, None, is_met, is_running, None, "No rule is known.")
    start = start_of(rule.start_event, dates)
    if start is None:
        sentence = f"{_span(rule)} from {_EVENT_NAMES[rule.start_event]}. {why}".strip()
        return Deadline(kind, None, None, is_met, False, rule, sentence)
    due_on, safe_on = due_dates(rule, start)
    sentence = _sentence(rule, start, due_on, safe_on, as_of, "" if is_running else why)
    return Deadline(kind, due_on, safe_on, is_met, is_running, rule, sentence)


def _fits(rule: Rule, kind: DeadlineKind, dates: ClaimDates) -> bool:
    """A secondary claim's first filing counts from the primary's remittance where a rule says so."""
    if kind is not DeadlineKind.FILING:
        return True
    return (rule.start_event is StartEvent.PRIMARY_REMITTANCE) == (
        dates.is_secondary and dates.primary_remitted_on is not None
    )


def _state(kind: DeadlineKind, dates: ClaimDates) -> tuple[bool, bool, str]:
    """Return whether a clock runs, whether it has been met, and why it stands."""
    status = dates.payer_status
    if kind is DeadlineKind.FILING:
        is_rejected = status in (PayerStatus.REJECTED, PayerStatus.NOT_ON_FILE)
        is_met = status in _FILED or (dates.accepted_on is not None and not is_rejected)
        return not is_met, is_met, "The payer has the claim." if is_met else ""
    if status in _DENIED:
        return True, False, ""
    return False, False, "It starts with a denial."


def _span(rule: Rule) -> str:
    if rule.unit is Unit.END_OF_NEXT_CALENDAR_YEAR:
        return "Until December 31 of the next year"
    unit = rule.unit.value.replace("_", " ")
    return f"{rule.count} {unit.removesuffix('s') if rule.count == 1 else unit}"


def _day(day: date, as_of: date) -> str:
    text = f"{day:%a %b} {day.day}"
    return text if day.year == as_of.year else f"{text}, {day.year}"


def _sentence(
    rule: Rule, start: date, due_on: date, safe_on: date, as_of: date, why_not: str
) -> str:
    receipt = (
        f", presumed received {rule.presumed_receipt_days} days later"
        if rule.presumed_receipt_days
        else ""
    )
    since = f", in force since {_day(rule.effective_from, as_of)}" if rule.effective_from else ""
    how = "received" if rule.is_met_when_received else "sent"
    parts = [
        f"{_span(rule)} from {_EVENT_NAMES[rule.start_event]} of {_day(start, as_of)}{receipt}, "
        f"{how} by {_day(due_on, as_of)}.",
        why_not,
        f"Safe date {_day(safe_on, as_of)}.",
        f"{rule.payer_name_or_type}: {rule.source}{since}; "
        f"checked {_day(rule.checked_on, as_of)}; confidence {_CONFIDENCE[rule.confidence]}.",
    ]
    return " ".join(part for part in parts if part)
