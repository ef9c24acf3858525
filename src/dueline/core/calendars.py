"""Business days in the United States: no Saturday, no Sunday, no federal holiday or its observed day.

With a state's code, the days that this state observes are closed as well.
"""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from functools import lru_cache

import holidays

ONE_DAY = timedelta(days=1)
# States and the District of Columbia, as they stand in an address.
STATES = frozenset(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY "
    "NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY".split()
)


@lru_cache(maxsize=400)
def federal_holidays(year: int) -> tuple[date, ...]:
    """Return the days of `year` on which federal offices are closed, Monday to Friday only, in order."""
    days = holidays.UnitedStates(years=year, observed=True)
    return tuple(sorted(day for day in days if day.year == year and day.weekday() < 5))


@lru_cache(maxsize=400)
def state_holidays(year: int, state: str) -> tuple[date, ...]:
    """Return the federal holidays and those of a state, Monday to Friday only, in order."""
    days = holidays.UnitedStates(years=year, subdiv=state, observed=True)
    own = {day for day in days if day.year == year and day.weekday() < 5}
    return tuple(sorted(own.union(federal_holidays(year))))


def holidays_of(year: int, state: str = "") -> tuple[date, ...]:
    """Return the days on which a payer is closed: federal ones, with a state also its own."""
    return state_holidays(year, state) if state else federal_holidays(year)


@lru_cache(maxsize=2000)
def _business_days(year: int, state: str) -> tuple[int, ...]:
    """Return the ordinals of the year's business days, in order."""
    closed = {day.toordinal() for day in holidays_of(year, state)}
    days = range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)
    # Ordinal 1 is a Monday, so 6 and 0 are the weekend.
    return tuple(day for day in days if day % 7 not in (6, 0) and day not in closed)


def is_business_day(day: date, state: str = "") -> bool:
    """Whether payers and federal offices are normally open."""
    return day.weekday() < 5 and day not in holidays_of(day.year, state)


def next_business_day(day: date, state: str = "") -> date:
    """Return `day` where it is a business day, else the first one after it."""
    while not is_business_day(day, state):
        day += ONE_DAY
    return day


def previous_business_day(day: date, state: str = "") -> date:
    """Return `day` where it is a business day, else the last one before it."""
    while not is_business_day(day, state):
        day -= ONE_DAY
    return day


@lru_cache(maxsize=65536)
def add_business_days(day: date, count: int, state: str = "") -> date:
    """Return the `count`-th business day after `day`, or before it where `count` is negative.

    0 gives `day` where it is a business day, else the next.
    """
    if count == 0:
        return next_business_day(day, state)
    position, year = day.toordinal(), day.year
    days = _business_days(year, state)
    index = bisect_right(days, position) - 1 if count > 0 else bisect_left(days, position)
    index += count
    while index >= len(days):
        index -= len(days)
        year += 1
        days = _business_days(year, state)
    while index < 0:
        year -= 1
        days = _business_days(year, state)
        index += len(days)
    return date.fromordinal(days[index])


def business_days_between(start: date, end: date, state: str = "") -> int:
    """Return how many business days lie after `start` up to and with `end`; negative where `end` is earlier."""
    if end < start:
        return -business_days_between(end, start, state)
    total = bisect_right(_business_days(end.year, state), end.toordinal())
    total -= bisect_right(_business_days(start.year, state), start.toordinal())
    return total + sum(len(_business_days(year, state)) for year in range(start.year, end.year))
