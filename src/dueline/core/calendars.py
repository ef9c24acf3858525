"""Business days in the United States: no Saturday, no Sunday, no federal holiday or its observed day."""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from functools import lru_cache

import holidays

ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=400)
def federal_holidays(year: int) -> tuple[date, ...]:
    """Return the days of `year` on which federal offices are closed, Monday to Friday only, in order."""
    days = holidays.UnitedStates(years=year, observed=True)
    return tuple(sorted(day for day in days if day.year == year and day.weekday() < 5))


@lru_cache(maxsize=400)
def _business_days(year: int) -> tuple[int, ...]:
    """Return the ordinals of the year's business days, in order."""
    closed = {day.toordinal() for day in federal_holidays(year)}
    days = range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
    # Ordinal 1 is a Monday, so 6 and 0 are the weekend.
    return tuple(day for day in days if day % 7 not in (6, 0) and day not in closed)


def is_business_day(day: date) -> bool:
    """Whether payers and federal offices are normally open."""
    return day.weekday() < 5 and day not in federal_holidays(day.year)


def next_business_day(day: date) -> date:
    """Return `day` where it is a business day, else the first one after it."""
    while not is_business_day(day):
        day += ONE_DAY
    return day


def previous_business_day(day: date) -> date:
    """Return `day` where it is a business day, else the last one before it."""
    while not is_business_day(day):
        day -= ONE_DAY
    return day


@lru_cache(maxsize=65536)
def add_business_days(day: date, count: int) -> date:
    """Return the `count`-th business day after `day`, or before it where `count` is negative.

    0 gives `day` where it is a business day, else the next.
    """
    if count == 0:
        return next_business_day(day)
    position, year = day.toordinal(), day.year
    days = _business_days(year)
    index = bisect_right(days, position) - 1 if count > 0 else bisect_left(days, position)
    index += count
    while index >= len(days):
        index -= len(days)
        year += 1
        days = _business_days(year)
    while index < 0:
        year -= 1
        days = _business_days(year)
        index += len(days)
    return date.fromordinal(days[index])


def business_days_between(start: date, end: date) -> int:
    """Return how many business days lie after `start` up to and with `end`; negative where `end` is earlier."""
    if end < start:
        return -business_days_between(end, start)
    total = bisect_right(_business_days(end.year), end.toordinal())
    total -= bisect_right(_business_days(start.year), start.toordinal())
    return total + sum(len(_business_days(year)) for year in range(start.year, end.year))
