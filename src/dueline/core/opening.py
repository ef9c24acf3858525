"""When a payer's lines are open: hours by weekday in its own time zone, holidays, and days it names itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo

from dueline.core.calendars import federal_holidays

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LOOK_AHEAD = 14  # days within which a payer that ever opens does


@dataclass(frozen=True)
class Opening:
    """Hours of each weekday on which it opens, as (from, until), and the days on which it does not."""

    zone: tzinfo
    hours: Mapping[str, tuple[time, time]]
    keeps_federal_holidays: bool = True
    closed_on: frozenset[date] = field(default_factory=frozenset)

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """Return from when until when it is open on a day there, None where it is closed."""
        found = self.hours.get(WEEKDAYS[day.weekday()])
        is_holiday = self.keeps_federal_holidays and day in federal_holidays(day.year)
        if found is None or is_holiday or day in self.closed_on:
            return None
        return datetime.combine(day, found[0], self.zone), datetime.combine(
            day, found[1], self.zone
        )


def hours_from(said: Mapping[str, str]) -> dict[str, tuple[time, time]]:
    """Return hours as a contact keeps them: {"mon": "08:00-17:00"}."""
    found = {}
    for day, text in said.items():
        first, last = text.split("-")
        found[day] = time.fromisoformat(first), time.fromisoformat(last)
    return found


def is_open(opening: Opening, now: datetime) -> bool:
    """Whether someone answers at a moment (aware)."""
    local = now.astimezone(opening.zone)
    hours = opening.on(local.date())
    return hours is not None and hours[0] <= local < hours[1]


def opens_next(opening: Opening, now: datetime) -> datetime | None:
    """Return when it opens next after a moment, in its own time; None where that is not within two weeks."""
    local = now.astimezone(opening.zone)
    for ahead in range(LOOK_AHEAD + 1):
        hours = opening.on(local.date() + timedelta(days=ahead))
        if hours is not None and hours[0] > local:
            return hours[0]
    return None


def closes_at(opening: Opening, now: datetime) -> datetime | None:
    """Return until when someone answers, in its own time; None where it is closed at this moment."""
    if not is_open(opening, now):
        return None
    hours = opening.on(now.astimezone(opening.zone).date())
    return hours[1] if hours else None


_ZONES = {
    "EST": "ET",
    "EDT": "ET",
    "CST": "CT",
    "CDT": "CT",
    "MST": "MT",
    "MDT": "MT",
    "PST": "PT",
    "PDT": "PT",
}


def short_zone(when: datetime) -> str:
    """Return the short name of a time's zone; ET for both eastern ones."""
    name = when.tzname() or ""
    return _ZONES.get(name, name)


def moment_words(when: datetime) -> str:
    """Return "Tue Nov 24, 8:00 am ET"."""
    half = "am" if when.hour < 12 else "pm"
    hour = when.hour % 12 or 12
    return f"{when:%a %b} {when.day}, {hour}:{when:%M} {half} {short_zone(when)}"
