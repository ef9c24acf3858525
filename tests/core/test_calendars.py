"""Business days: the federal holidays written out by hand, and arithmetic against counting on one's fingers."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.calendars import (
    STATES,
    add_business_days,
    business_days_between,
    federal_holidays,
    holidays_of,
    is_business_day,
    next_business_day,
    previous_business_day,
    state_holidays,
)

# 5 U.S.C. 6103 and the observed days as OPM publishes them: a Saturday's holiday is kept on the Friday
# before, a Sunday's on the Monday after. In order: New Year's Day, Martin Luther King Jr. Day,
# Washington's Birthday, Memorial Day, Juneteenth, Independence Day, Labor Day, Columbus Day,
# Veterans Day, Thanksgiving Day, Christmas Day.
HOLIDAYS = {
    2024: "01-01 01-15 02-19 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
    2025: "01-01 01-20 02-17 05-26 06-19 07-04 09-01 10-13 11-11 11-27 12-25",
    2026: "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25",
    2027: "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31",
    2028: "01-17 02-21 05-29 06-19 07-04 09-04 10-09 11-10 11-23 12-25",
    2029: "01-01 01-15 02-19 05-28 06-19 07-04 09-03 10-08 11-12 11-22 12-25",
    2030: "01-01 01-21 02-18 05-27 06-19 07-04 09-02 10-14 11-11 11-28 12-25",
}
CLOSED = frozenset(
    date.fromisoformat(f"{year}-{day}") for year, days in HOLIDAYS.items() for day in days.split()
)
FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
DAYS = st.dates(FIRST, LAST)
ALL_DAYS = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
OPEN = [day for day in ALL_DAYS if day.weekday() < 5 and day not in CLOSED]
OPEN_DAYS = st.sampled_from(OPEN)
SOME_STATES = st.sampled_from(["", "TX", "CA", "LA", "HI", "NY"])


# ---------------------------------------------------------------- which days


@pytest.mark.parametrize("year", sorted(HOLIDAYS))
def test_federal_holidays(year: int) -> None:
    assert [f"{day:%m-%d}" for day in federal_holidays(year)] == HOLIDAYS[year].split()


def test_every_day_of_seven_years_is_open_or_closed_as_by_hand() -> None:
    assert [day for day in ALL_DAYS if is_business_day(day)] == OPEN


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        ("2026-07-03", False),
        ("2026-07-04", False),
        ("2026-07-06", True),
        ("2027-07-05", False),
        ("2027-12-31", False),
        ("2028-01-03", True),
        ("2026-11-23", True),
        ("2026-11-27", True),
        ("2026-12-24", True),
        ("2029-01-20", False),
        ("2025-01-20", False),
        ("2021-01-20", True),
    ],
    ids=[
        "saturday-kept-on-friday",
        "saturday-itself",
        "monday-after",
        "sunday-kept-on-monday",
        "new-year-kept-in-the-old-year",
        "and-not-in-the-new",
        "a-monday",
        "day-after-thanksgiving",
        "christmas-eve",
        "inauguration-on-a-saturday",
        "inauguration-on-king-day",
        "inauguration-closes-washington-only",
    ],
)
def test_is_business_day(day: str, is_open: bool) -> None:
    assert is_business_day(date.fromisoformat(day)) is is_open


@pytest.mark.parametrize("state", sorted(STATES))
def test_a_state_keeps_the_federal_holidays_and_its_own(state: str) -> None:
    for year in (2026, 2027):
        own = state_holidays(year, state)
        assert set(federal_holidays(year)) <= set(own)
        assert list(own) == sorted(set(own))
        assert all(day.weekday() < 5 and day.year == year for day in own)
        assert holidays_of(year, state) == own


@pytest.mark.parametrize(
    ("state", "day"),
    [
        ("TX", "2026-03-02"),
        ("CA", "2026-03-31"),
        ("LA", "2026-02-17"),
        ("HI", "2026-03-26"),
        ("DC", "2026-04-16"),
    ],
    ids=["texas-independence", "cesar-chavez", "mardi-gras", "prince-kuhio", "emancipation"],
)
def test_a_holiday_of_one_state_is_not_one_of_the_country(state: str, day: str) -> None:
    assert not is_business_day(date.fromisoformat(day), state)
    assert is_business_day(date.fromisoformat(day))


def test_fifty_states_and_the_district() -> None:
    assert len(STATES) == 51


def test_without_a_state_the_federal_days_count() -> None:
    assert holidays_of(2026) == holidays_of(2026, "") == federal_holidays(2026)


# ---------------------------------------------------------------- to the next, to the last


@pytest.mark.parametrize(
    ("day", "following", "preceding"),
    [
        ("2026-11-23", "2026-11-23", "2026-11-23"),
        ("2026-11-21", "2026-11-23", "2026-11-20"),
        ("2026-11-22", "2026-11-23", "2026-11-20"),
        ("2026-11-26", "2026-11-27", "2026-11-25"),
        ("2026-07-03", "2026-07-06", "2026-07-02"),
        ("2027-07-04", "2027-07-06", "2027-07-02"),
        ("2027-12-31", "2028-01-03", "2027-12-30"),
        ("2028-01-01", "2028-01-03", "2027-12-30"),
        ("2027-12-24", "2027-12-27", "2027-12-23"),
    ],
    ids=[
        "open",
        "saturday",
        "sunday",
        "thanksgiving",
        "long-weekend",
        "sunday-before-observed",
        "new-year-observed",
        "over-the-year",
        "christmas-observed",
    ],
)
def test_next_and_previous_business_day(day: str, following: str, preceding: str) -> None:
    assert next_business_day(date.fromisoformat(day)) == date.fromisoformat(following)
    assert previous_business_day(date.fromisoformat(day)) == date.fromisoformat(preceding)


def test_next_and_previous_business_day_of_a_state() -> None:
    good_friday = date(2026, 4, 3)
    assert next_business_day(good_friday, "LA") == date(2026, 4, 6)
    assert previous_business_day(good_friday, "LA") == date(2026, 4, 2)


@given(DAYS, SOME_STATES)
def test_next_and_previous_enclose_the_day(day: date, state: str) -> None:
    after, before = next_business_day(day, state), previous_business_day(day, state)
    assert before <= day <= after
    assert is_business_day(before, state)
    assert is_business_day(after, state)
    assert (before == day == after) is is_business_day(day, state)
    skipped = [before + timedelta(days=n) for n in range(1, (after - before).days)]
    assert not any(is_business_day(one, state) for one in skipped)


# ---------------------------------------------------------------- arithmetic


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-11-23", 0, "2026-11-23"),
        ("2026-11-21", 0, "2026-11-23"),
        ("2026-11-23", 1, "2026-11-24"),
        ("2026-11-20", 1, "2026-11-23"),
        ("2026-11-21", 1, "2026-11-23"),
        ("2026-11-22", 1, "2026-11-23"),
        ("2026-11-25", 1, "2026-11-27"),
        ("2026-11-26", 1, "2026-11-27"),
        ("2026-11-23", 5, "2026-12-01"),
        ("2026-11-23", 10, "2026-12-08"),
        ("2026-12-31", 1, "2027-01-04"),
        ("2027-12-30", 1, "2028-01-03"),
        ("2026-11-23", -1, "2026-11-20"),
        ("2026-11-21", -1, "2026-11-20"),
        ("2026-11-22", -1, "2026-11-20"),
        ("2026-11-27", -1, "2026-11-25"),
        ("2027-01-04", -1, "2026-12-31"),
        ("2028-01-03", -1, "2027-12-30"),
        ("2026-01-02", 249, "2026-12-31"),
        ("2024-01-02", 251, "2025-01-02"),
    ],
)
def test_add_business_days(day: str, count: int, expected: str) -> None:
    assert add_business_days(date.fromisoformat(day), count) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-11-23", "2026-11-23", 0),
        ("2026-11-23", "2026-11-24", 1),
        ("2026-11-20", "2026-11-23", 1),
        ("2026-11-20", "2026-11-22", 0),
        ("2026-11-21", "2026-11-23", 1),
        ("2026-11-21", "2026-11-22", 0),
        ("2026-11-25", "2026-11-27", 1),
        ("2026-11-24", "2026-11-23", -1),
        ("2026-11-23", "2026-11-20", -1),
        ("2026-12-31", "2027-01-04", 1),
        ("2024-12-31", "2025-12-31", 250),
        ("2025-12-31", "2026-12-31", 250),
        ("2023-12-31", "2030-12-31", 1750),
    ],
)
def test_business_days_between(start: str, end: str, count: int) -> None:
    assert business_days_between(date.fromisoformat(start), date.fromisoformat(end)) == count


@given(st.integers(0, len(OPEN) - 1), st.integers(0, len(OPEN) - 1))
def test_arithmetic_is_that_of_the_list_of_open_days(one: int, other: int) -> None:
    start, end = OPEN[one], OPEN[other]
    assert business_days_between(start, end) == other - one
    assert add_business_days(start, other - one) == end


@given(DAYS, st.integers(1, 600), SOME_STATES)
def test_what_was_added_is_counted_and_taken_back(day: date, count: int, state: str) -> None:
    later = add_business_days(day, count, state)
    assert is_business_day(later, state)
    assert business_days_between(day, later, state) == count
    assert add_business_days(later, -count, state) == previous_business_day(day, state)
    earlier = add_business_days(day, -count, state)
    assert is_business_day(earlier, state)
    assert add_business_days(earlier, count, state) == next_business_day(day, state)


@given(DAYS, st.integers(-300, 300), st.integers(1, 300), SOME_STATES)
def test_adding_twice_is_adding_the_sum(day: date, one: int, other: int, state: str) -> None:
    start = next_business_day(day, state)
    twice = add_business_days(add_business_days(start, one, state), other, state)
    assert twice == add_business_days(start, one + other, state)


@given(DAYS, st.integers(-300, 300), SOME_STATES)
def test_more_days_are_never_earlier(day: date, count: int, state: str) -> None:
    found, following = (add_business_days(day, n, state) for n in (count, count + 1))
    is_same = count == 0 and not is_business_day(day, state)  # none and one more: the next open day
    assert (found == following) if is_same else (found < following)
    assert add_business_days(day, count, state) <= add_business_days(
        day + timedelta(days=1), count, state
    )


@given(DAYS, DAYS, DAYS, SOME_STATES)
def test_counting_is_additive_and_turns_its_sign(
    one: date, two: date, three: date, state: str
) -> None:
    there = business_days_between(one, two, state)
    assert there + business_days_between(two, three, state) == business_days_between(
        one, three, state
    )
    assert business_days_between(two, one, state) == -there
    assert abs(there) <= abs((two - one).days)


@given(DAYS, DAYS, st.sampled_from(sorted(STATES)))
def test_a_state_is_never_open_more_than_the_country(one: date, two: date, state: str) -> None:
    assert abs(business_days_between(one, two, state)) <= abs(business_days_between(one, two))
