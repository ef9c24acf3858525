"""The one place that looks at the clock. Only pages and commands call it; rules and actions are told the time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from dueline import environment

# A working day of the payers: an evening in India is still the same business day here.
BUSINESS_ZONE = ZoneInfo("America/New_York")


def _fixed_day() -> date | None:
    """Return the day to replay, from DUELINE_AS_OF; None for the real one."""
    text = environment.text("DUELINE_AS_OF")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise environment.SettingError(
            f"DUELINE_AS_OF: expected a date such as 2026-11-23, found {text!r}"
        ) from None


def now() -> datetime:
    """Return this moment, aware; on a replayed day, that day at the present time."""
    day = _fixed_day()
    return datetime.now(UTC) if day is None else now_on(day)


def today() -> date:
    """Return the business day: the date in the eastern time zone, or the replayed one."""
    return _fixed_day() or datetime.now(UTC).astimezone(BUSINESS_ZONE).date()


def now_on(day: date) -> datetime:
    """Return the present time of day on a given business day: this moment, where that is today."""
    local = datetime.now(UTC).astimezone(BUSINESS_ZONE)
    return datetime.combine(day, local.time(), BUSINESS_ZONE).astimezone(UTC)
