"""Which payers answer the telephone at a moment: their hours in their own time zone, on business days."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, FilteredRelation, Q, QuerySet

from dueline.accounts.models import Practice
from dueline.core.calendars import is_business_day
from dueline.core.opening import WEEKDAYS, Opening, hours_from, is_open, opens_next
from dueline.core.payer_rules import Purpose
from dueline.payers.models import Payer, PayerContact


@dataclass(frozen=True)
class PayerHours:
    """When a payer's lines are open on its own calendar day; both moments carry its time zone."""

    is_open: bool
    opens_at: datetime
    closes_at: datetime


def hours_of(*, time_zone: str, opens_at: time, closes_at: time, now: datetime) -> PayerHours:
    """Return the hours, on the day it is there at `now` (aware), of a payer open on all business days."""
    opening = _usual_opening(time_zone, opens_at, closes_at)
    return _hours(opening, (opens_at, closes_at), now)


def _usual_opening(time_zone: str, opens_at: time, closes_at: time) -> Opening:
    return Opening(ZoneInfo(time_zone), dict.fromkeys(WEEKDAYS[:5], (opens_at, closes_at)))


def with_call_hours(payers: QuerySet[Payer]) -> QuerySet[Any]:
    """Join what `payer_hours` needs: the hours of the payer's claim-status line, where they are known."""
    status_line = Q(contacts__purpose=Purpose.CLAIM_STATUS.value)
    return payers.annotate(
        line=FilteredRelation("contacts", condition=status_line),
        line_hours=F("line__hours"),
        line_keeps_holidays=F("line__keeps_federal_holidays"),
        line_closed_on=F("line__closed_on"),
    )


def payer_hours(payer: Any, *, now: datetime) -> PayerHours:
    """Return the hours of a payer `with_call_hours`: of its claim-status line, else its usual ones."""
    return _hours(opening_of(payer), (payer.opens_at, payer.closes_at), now)


def opening_of(payer: Any) -> Opening:
    """Return when a payer `with_call_hours` answers: by its claim-status line, else by its usual hours."""
    if not payer.line_hours:
        return _usual_opening(payer.time_zone, payer.opens_at, payer.closes_at)
    return Opening(
        zone=ZoneInfo(payer.time_zone),
        hours=hours_from(payer.line_hours),
        keeps_federal_holidays=payer.line_keeps_holidays,
        closed_on=frozenset(date.fromisoformat(day) for day in payer.line_closed_on),
    )


def opening_of_contact(contact: PayerContact, time_zone: str) -> Opening:
    """Return when one line of a payer answers."""
    return Opening(
        zone=ZoneInfo(time_zone),
        hours=hours_from(contact.hours),
        keeps_federal_holidays=contact.keeps_federal_holidays,
        closed_on=frozenset(date.fromisoformat(day) for day in contact.closed_on),
    )


def next_opening(payer: Payer, *, now: datetime) -> tuple[bool, datetime | None]:
    """Return whether a payer's line is open, and, where it is closed, when it opens next. One query."""
    opening = opening_of(with_call_hours(Payer.objects.filter(pk=payer.pk)).get())
    is_open_now = is_open(opening, now)
    return is_open_now, None if is_open_now else opens_next(opening, now)


def call_hours(payer: Payer, *, now: datetime) -> PayerHours:
    """Return the hours of one payer's telephone line. One query."""
    return payer_hours(with_call_hours(Payer.objects.filter(pk=payer.pk)).get(), now=now)


def _hours(opening: Opening, usual: tuple[time, time], now: datetime) -> PayerHours:
    """Return the hours of the day; on a day on which the payer is closed, its usual ones."""
    day = now.astimezone(opening.zone).date()
    found = opening.on(day)
    if found is None:
        first, last = (datetime.combine(day, moment, opening.zone) for moment in usual)
        return PayerHours(False, first, last)
    return PayerHours(is_open(opening, now), *found)


def open_payer_ids(practice: Practice, *, now: datetime) -> list[int]:
    """Return the payers of the practice that answer at `now`, by id. One query."""
    payers = with_call_hours(Payer.objects.filter(practice=practice)).order_by("pk")
    return [payer.pk for payer in payers if payer_hours(payer, now=now).is_open]


def is_closed_day(day: date) -> bool:
    """Return whether payers are closed all day: a weekend or a federal holiday."""
    return not is_business_day(day)
