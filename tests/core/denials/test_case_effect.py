"""What a fix changed: arithmetic an analyst can follow, intervals that hold, verdicts that do not hurry."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.case_effect import Counted, Effect, Verdict, effect_of, independent

OTHERS = Counted(400, 40, 0)  # one in ten, before and after


def measured(before: tuple[int, int], after: tuple[int, int]) -> Effect:
    return effect_of(Counted(before[1], before[0]), Counted(after[1], after[0]), OTHERS, OTHERS)


def test_the_change_is_the_difference_of_differences() -> None:
    """From 60 % to 20 % while others went from 10 % to 15 %: 45 points less than without the fix."""
    found = effect_of(
        Counted(100, 60, 600_000), Counted(100, 20), Counted(400, 40), Counted(400, 60)
    )
    assert found.change == pytest.approx(-0.45)
    assert found.low < -0.45 < found.high < 0
    assert found.kept_cents == 450_000  # 45 refusals of $100
    assert found.kept_low_cents < 450_000 < found.kept_high_cents
    assert found.verdict is Verdict.WORKED


@pytest.mark.parametrize(
    ("before", "after", "verdict", "why"),
    [
        ((60, 100), (12, 100), Verdict.WORKED, "fell"),
        ((60, 100), (58, 100), Verdict.NOT_WORKED, "Less than half"),
        ((60, 100), (90, 100), Verdict.NOT_WORKED, "Less than half"),
        ((60, 100), (5, 19), Verdict.TOO_EARLY, "Only 19 of its claims are answered from after"),
        ((9, 15), (5, 40), Verdict.TOO_EARLY, "Only 15 of its claims are answered from before"),
        ((60, 100), (10, 25), Verdict.TOO_EARLY, "allow both"),
        ((5, 100), (5, 100), Verdict.TOO_EARLY, "not refused more often"),
        ((0, 0), (0, 0), Verdict.TOO_EARLY, "Only 0"),
    ],
)
def test_verdicts(
    before: tuple[int, int], after: tuple[int, int], verdict: Verdict, why: str
) -> None:
    found = measured(before, after)
    assert found.verdict is verdict
    assert why in found.why


def test_too_few_to_compare_with_says_so() -> None:
    few = Counted(49, 5)
    found = effect_of(Counted(100, 60), Counted(100, 10), few, OTHERS)
    assert (found.verdict, "Only 49 similar claims" in found.why) == (Verdict.TOO_EARLY, True)


def test_claims_of_one_patient_count_for_less() -> None:
    """100 claims of four patients say hardly more than four claims."""
    alone = effect_of(Counted(100, 60), Counted(100, 20), OTHERS, OTHERS)
    size = independent([25] * 4)
    assert size == 4
    alike = effect_of(
        Counted(100, 60, patients=size), Counted(100, 20, patients=size), OTHERS, OTHERS
    )
    assert alike.high - alike.low > 2 * (alone.high - alone.low)
    assert alike.verdict is Verdict.TOO_EARLY


@given(st.lists(st.integers(1, 50), max_size=40))
def test_independent_claims_lie_between_one_and_all(counts: list[int]) -> None:
    size = independent(counts)
    assert 0 <= size <= sum(counts) + 1e-9
    assert size <= len(counts) + 1e-9
    assert bool(counts) == (size > 0)


PARTS = st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(PARTS, PARTS, PARTS, PARTS, st.integers(0, 10**12))
def test_whatever_is_counted_the_interval_holds_the_change(
    one: tuple[int, int],
    two: tuple[int, int],
    three: tuple[int, int],
    four: tuple[int, int],
    cents: int,
) -> None:
    sides = [Counted(n, x) for x, n in (one, two, three, four)]
    sides[0] = Counted(one[1], one[0], cents)
    found = effect_of(*sides)
    assert -2 <= found.low - 1e-9 <= found.change <= found.high + 1e-9
    assert math.isfinite(found.high)
    assert found.kept_low_cents <= found.kept_cents <= found.kept_high_cents
    assert found.why


def test_the_interval_holds_the_truth_95_times_in_100() -> None:
    random = np.random.default_rng(4)
    rates, sizes = (0.55, 0.12, 0.1, 0.13), (80, 60, 300, 250)
    truth = (rates[1] - rates[0]) - (rates[3] - rates[2])
    held = 0
    for _ in range(2000):
        drawn = [Counted(n, int(random.binomial(n, p))) for n, p in zip(sizes, rates, strict=True)]
        found = effect_of(*drawn)
        held += found.low <= truth <= found.high
    assert 0.94 <= held / 2000 <= 0.975
