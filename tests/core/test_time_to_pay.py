"""Time to pay against published figures, against plain counting where nothing is censored, and its limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.time_to_pay import (
    LATEST_CHECK,
    LEAST_CLAIMS,
    Learned,
    Step,
    Waits,
    learned,
    time_to_pay,
)

# Freireich et al. 1963, 6-MP arm (21 patients, 12 censored): the example of most textbooks.
SIX_MP = [
    Waits(6, 3, 1),
    Waits(7, 1, 0),
    Waits(9, 0, 1),
    Waits(10, 1, 1),
    Waits(11, 0, 1),
    Waits(13, 1, 0),
    Waits(16, 1, 0),
    Waits(17, 0, 1),
    Waits(19, 0, 1),
    Waits(20, 0, 1),
    Waits(22, 1, 0),
    Waits(23, 1, 0),
    Waits(25, 0, 1),
    Waits(32, 0, 2),
    Waits(34, 0, 1),
    Waits(35, 0, 1),
]
DAYS = st.lists(st.integers(0, 90), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("day", "still_waiting"),
    [
        pytest.param(5, 1.0, id="before the first"),
        pytest.param(6, 0.857, id="6"),
        pytest.param(7, 0.807, id="7"),
        pytest.param(9, 0.807, id="only a censored one"),
        pytest.param(10, 0.753, id="10"),
        pytest.param(13, 0.690, id="13"),
        pytest.param(16, 0.627, id="16"),
        pytest.param(22, 0.538, id="22"),
        pytest.param(23, 0.448, id="23"),
        pytest.param(90, 0.448, id="after the last"),
    ],
)
def test_the_published_table(day: int, still_waiting: float) -> None:
    found = time_to_pay(SIX_MP)
    assert 1 - found.share_by(day) == pytest.approx(still_waiting, abs=0.0006)


def test_the_published_median_and_what_is_not_reached() -> None:
    found = time_to_pay(SIX_MP)
    assert (found.claims, found.answered) == (21, 9)
    assert found.median == 23
    assert found.overdue_after is None


@pytest.mark.parametrize(
    ("waits", "median", "overdue_after"),
    [
        pytest.param([], None, None, id="no claims"),
        pytest.param([Waits(9, 0, 40)], None, None, id="none answered yet"),
        pytest.param([Waits(0, 1, 0)], 0, 0, id="one, at once"),
        pytest.param([Waits(10, 5, 0), Waits(20, 5, 0)], 10, 20, id="half at 10"),
        pytest.param([Waits(day, 1, 0) for day in range(1, 11)], 5, 9, id="exactly 90 %"),
        pytest.param([Waits(10, 1, 1), Waits(10, 1, 1)], 10, None, id="rows of a day add up"),
        # 10 of 20 are seen only to day 5: of the 10 seen longer, half are answered by day 14.
        pytest.param(
            [Waits(5, 0, 10), Waits(14, 5, 0), Waits(28, 5, 0)], 14, 28, id="young claims no brake"
        ),
        pytest.param([Waits(8, 8, 0), Waits(300, 0, 2)], 8, None, id="a fifth never answered"),
    ],
)
def test_median_and_ninety_percent(
    waits: list[Waits], median: int | None, overdue_after: int | None
) -> None:
    found = time_to_pay(waits)
    assert (found.median, found.overdue_after) == (median, overdue_after)


@given(DAYS)
def test_with_every_claim_answered_it_is_plain_counting(days: list[int]) -> None:
    found = time_to_pay(Waits(day, 1, 0) for day in days)
    for day in range(-1, 92):
        counted = sum(one <= day for one in days) / len(days)
        assert found.share_by(day) == pytest.approx(counted)
    assert found.median == sorted(days)[(len(days) - 1) // 2]


@given(DAYS, DAYS)
def test_a_claim_still_waiting_never_makes_a_payer_look_faster(
    answered: list[int], waiting: list[int]
) -> None:
    alone = time_to_pay(Waits(day, 1, 0) for day in answered)
    rows = [*(Waits(day, 1, 0) for day in answered), *(Waits(day, 0, 1) for day in waiting)]
    both = time_to_pay(rows)
    assert list(both.steps) == sorted(both.steps)
    assert all(both.share_by(day) <= alone.share_by(day) + 1e-9 for day in range(91))


def test_the_steps_are_the_days_with_answers() -> None:
    found = time_to_pay([Waits(7, 1, 0), Waits(3, 0, 1), Waits(5, 1, 1)])
    assert found.steps == (Step(5, pytest.approx(1 / 3)), Step(7, pytest.approx(1.0)))


@pytest.mark.parametrize(
    ("waits", "kept"),
    [
        pytest.param(
            [Waits(14, 45, 0), Waits(21, 1, 0), Waits(40, 4, 0)],
            Learned(LEAST_CLAIMS, 50, 14, 14, 14, 90),
            id="enough",
        ),
        pytest.param(
            [Waits(14, LEAST_CLAIMS - 1, 0)],
            Learned(LEAST_CLAIMS - 1, 49, 14, 14, None, 0),
            id="one claim short of a history",
        ),
        pytest.param(
            [Waits(14, 40, 0), Waits(200, 0, 20)],
            Learned(60, 40, 14, None, None, 0),
            id="90 % never reached",
        ),
        pytest.param(
            [Waits(30, 60, 0), Waits(LATEST_CHECK + 30, 40, 0)],
            Learned(100, 100, 30, LATEST_CHECK + 30, LATEST_CHECK, 60),
            id="very slow: looked at on day 60 all the same",
        ),
        pytest.param(
            [Waits(14, 1, 0), Waits(21, 55, 0), Waits(22, 4, 0)],
            Learned(60, 60, 21, 21, 21, 93),
            id="93.3 % is said as 93",
        ),
    ],
)
def test_what_is_kept_of_it(waits: list[Waits], kept: Learned) -> None:
    assert learned(time_to_pay(waits)) == kept
