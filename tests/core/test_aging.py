"""Age, bucket and watch at every edge."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.aging import (
    BUCKETS,
    CHASE_DAYS,
    ESCALATE_DAYS,
    bucket,
    days_outstanding,
    watch,
)
from dueline.core.enums import AgingBucket, Watch

AS_OF = date(2026, 11, 23)
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))


# ---------------------------------------------------------------- age


@pytest.mark.parametrize(
    ("since", "days"),
    [
        (None, None),
        ("2026-11-23", 0),
        ("2026-11-22", 1),
        ("2026-10-24", 30),
        ("2026-10-23", 31),
        ("2025-11-23", 365),
        ("2024-02-29", 998),
        ("2024-02-28", 999),
        ("2026-11-24", 0),
        ("2027-11-23", 0),
        ("9999-12-31", 0),
        ("0001-01-01", 739_942),
    ],
    ids=[
        "not-known",
        "the-day-itself",
        "yesterday",
        "thirty",
        "thirty-one",
        "a-year",
        "leap-day",
        "before-leap-day",
        "tomorrow",
        "next-year",
        "last-day-there-is",
        "first-day-there-is",
    ],
)
def test_days_outstanding(since: str | None, days: int | None) -> None:
    day = date.fromisoformat(since) if since else None
    assert days_outstanding(day, as_of=AS_OF) == days


@pytest.mark.parametrize("shift", ["2026-03-08", "2026-11-01"], ids=["spring", "fall"])
def test_a_change_of_the_clock_makes_no_day_longer(shift: str) -> None:
    day = date.fromisoformat(shift)
    assert days_outstanding(day - timedelta(days=1), as_of=day + timedelta(days=1)) == 2


@given(DAYS, st.integers(0, 5000))
def test_age_grows_by_one_each_day(since: date, days: int) -> None:
    as_of = since + timedelta(days=days)
    assert days_outstanding(since, as_of=as_of) == days
    assert days_outstanding(since, as_of=as_of + timedelta(days=1)) == days + 1


# ---------------------------------------------------------------- bucket


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (None, "unknown"),
        (0, "0-30"),
        (1, "0-30"),
        (29, "0-30"),
        (30, "0-30"),
        (31, "31-60"),
        (59, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (89, "61-90"),
        (90, "61-90"),
        (91, "91-120"),
        (119, "91-120"),
        (120, "91-120"),
        (121, "121+"),
        (365, "121+"),
        (1_000_000, "121+"),
    ],
)
def test_bucket(days: int | None, expected: str) -> None:
    assert bucket(days) == expected


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (None, "unknown"),
        ("2026-12-31", "0-30"),
        ("2026-11-23", "0-30"),
        ("2026-10-24", "0-30"),
        ("2026-10-23", "31-60"),
        ("2026-09-24", "31-60"),
        ("2026-09-23", "61-90"),
        ("2026-08-25", "61-90"),
        ("2026-08-24", "91-120"),
        ("2026-07-26", "91-120"),
        ("2026-07-25", "121+"),
    ],
)
def test_bucket_of_a_day(since: str | None, expected: str) -> None:
    day = date.fromisoformat(since) if since else None
    assert bucket(days_outstanding(day, as_of=AS_OF)) == expected


def test_every_bucket_but_the_last_and_unknown_has_its_last_day() -> None:
    last_days = [last for last, _ in BUCKETS]
    assert last_days == sorted(set(last_days))
    assert [named for _, named in BUCKETS] == list(AgingBucket)[: len(BUCKETS)]
    assert list(AgingBucket)[len(BUCKETS) :] == [AgingBucket.DAYS_121_UP, AgingBucket.UNKNOWN]


@given(st.integers(0, 400))
def test_a_bucket_holds_the_days_of_its_name(days: int) -> None:
    first, _, last = bucket(days).removesuffix("+").partition("-")
    assert int(first) <= days
    assert not last or days <= int(last)


@given(st.integers(0, 400), st.integers(0, 400))
def test_an_older_claim_is_never_in_a_younger_bucket(one: int, other: int) -> None:
    order = list(AgingBucket)
    younger, older = sorted((one, other))
    assert order.index(bucket(younger)) <= order.index(bucket(older))


# ---------------------------------------------------------------- watch


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (3650, Watch.WATCHED),
        (16, Watch.WATCHED),
        (15, Watch.WATCHED),
        (14, Watch.CHASED),
        (13, Watch.CHASED),
        (8, Watch.CHASED),
        (7, Watch.CHASED),
        (6, Watch.ESCALATED),
        (1, Watch.ESCALATED),
        (0, Watch.ESCALATED),
        (-1, Watch.LOST),
        (-3650, Watch.LOST),
    ],
)
def test_watch(left: int, expected: Watch) -> None:
    assert watch(AS_OF + timedelta(days=left), as_of=AS_OF) is expected


def test_watch_counts_calendar_days_over_a_weekend_and_a_year() -> None:
    assert watch(date(2027, 1, 1), as_of=date(2026, 12, 18)) is Watch.CHASED
    assert watch(date(2027, 1, 1), as_of=date(2026, 12, 17)) is Watch.WATCHED


@given(DAYS, DAYS)
def test_watch_only_ever_rises_as_days_go_by(deadline_on: date, as_of: date) -> None:
    order = list(Watch)
    today, tomorrow = (
        order.index(watch(deadline_on, as_of=as_of + timedelta(days=n))) for n in (0, 1)
    )
    assert today <= tomorrow <= today + 1


def test_a_deadline_passes_every_watch_once_in_order() -> None:
    seen = [watch(AS_OF, as_of=AS_OF - timedelta(days=left)) for left in range(20, -3, -1)]
    changes = [
        (20 - n - 1, after) for n, (before, after) in enumerate(pairwise(seen)) if before != after
    ]
    assert changes == [
        (CHASE_DAYS, Watch.CHASED),
        (ESCALATE_DAYS - 1, Watch.ESCALATED),
        (-1, Watch.LOST),
    ]
