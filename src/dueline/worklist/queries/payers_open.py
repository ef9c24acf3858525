"""Which payers answer the telephone at a moment: their hours in their own time zone, on business days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from dueline.accounts.models import Practice
from dueline.core.calendars import is_business_day
from dueline.payers.models import Payer


@dataclass(frozen=True)
class PayerHours:
    """When a payer's lines are open on its own calendar day; both moments carry its time zone."""

    is_open: bool
    opens_at: datetime
    closes_at: datetime


def hours_of(*, time_zone: str, opens_at: time, closes_at: time, now: datetime) -> PayerHours:
    """Return the payer's hours on the day it is there at `now` (aware)."""
    zone = ZoneInfo(time_zone)
    local = now.astimezone(zone)
    first = datetime.combine(local.date(), opens_at, zone)
    last = datetime.combine(local.date(), closes_at, zone)
    is_open = is_business_day(local.date()) and first <= local < last
    return PayerHours(is_open, first, last)


def open_payer_ids(practice: Practice, *, now: datetime) -> list[int]:
    """Return the payers of the practice that answer at `now`, by id. One query."""
    rows: Iterable[tuple[int, str, time, time]] = (
        Payer.objects.filter(practice=practice)
        .order_by("pk")
        .values_list("pk", "time_zone", "opens_at", "closes_at")
    )
    return [
        pk
        for pk, zone, first, last in rows
        if hours_of(time_zone=zone, opens_at=first, closes_at=last, now=now).is_open
    ]


def is_closed_day(day: date) -> bool:
    """Return whether payers are closed all day: a weekend or a federal holiday."""
    return not is_business_day(day)
