"""Tail probabilities, adjusted significance and intervals, held against SciPy's own and against definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from dueline.core.patterns.significance import (
    adds_to_parent,
    false_shares,
    gain,
    lift_interval,
    log_upper_tail,
    log_weighted,
)


@pytest.mark.parametrize(
    ("count", "expected", "evidence"),
    [(1, 0.5, 10), (5, 1.0, 40), (40, 13.3, 25), (60, 20.0, 1e6), (3, 3.0, 5), (12, 0.2, 100)],
)
def test_tail_is_the_negative_binomials(count: int, expected: float, evidence: float) -> None:
    exact = stats.nbinom.sf(count - 1, evidence, evidence / (evidence + expected))
    assert np.exp(log_upper_tail(count, expected, evidence)) == pytest.approx(exact, rel=1e-6)


def test_tail_goes_on_where_floats_end() -> None:
    tails = log_upper_tail([200, 400, 800, 1600], [1.0] * 4, [1e5] * 4)
    assert np.all(np.diff(tails) < -300)
    assert np.all(np.isfinite(tails))


def test_doubt_about_the_expectation_makes_a_count_less_surprising() -> None:
    sure, unsure = log_upper_tail([40, 40], [13.3, 13.3], [1e6, 15.0])
    assert sure < unsure - 5


@pytest.mark.parametrize("count", [0, 1, 10**9])
@pytest.mark.parametrize("expected", [0.0, 1e-300, 1.0, 1e12])
@pytest.mark.parametrize("evidence", [1e-6, 1.0, 1e15])
def test_tail_never_leaves_its_range(count: int, expected: float, evidence: float) -> None:
    tail = float(log_upper_tail(count, expected, evidence))
    assert tail <= 0.0
    assert not np.isnan(tail)


def test_no_refusal_is_never_surprising() -> None:
    assert log_upper_tail(0, 5.0, 10.0) == 0.0


def test_gain_is_nothing_where_less_is_refused_than_expected() -> None:
    assert gain([3, 5], [5.0, 5.0]).tolist() == [0.0, 0.0]


def test_each_layer_has_a_third_of_the_error() -> None:
    bounds = log_weighted([np.log(1e-6)] * 2, [100, 10_000])
    assert np.exp(bounds) == pytest.approx([3e-4, 3e-2])


@given(st.lists(st.floats(-40.0, 5.0), min_size=1, max_size=30))
def test_false_shares_rise_with_the_bound_and_are_shares(bounds: list[float]) -> None:
    ordered = false_shares(sorted(bounds))
    assert np.all(np.diff(ordered) >= 0)
    assert np.all((ordered >= 0) & (ordered <= 1))


def test_one_finding_is_adjusted_by_its_bound_alone() -> None:
    assert false_shares([np.log(0.03)]) == pytest.approx([0.03])


def test_among_several_the_step_up_divides_by_the_rank() -> None:
    found = false_shares(np.log([0.01, 0.06, 0.09]))
    assert found == pytest.approx([0.01, 0.03, 0.03])


def test_nothing_found_has_nothing_to_adjust() -> None:
    assert false_shares([]).tolist() == []


def test_a_part_with_all_of_the_refusals_may_be_chance_where_it_is_nearly_the_whole() -> None:
    assert adds_to_parent(40, 40, 0.9) > 0.01
    assert adds_to_parent(40, 40, 0.3) < 1e-15


def test_interval_holds_the_lift_and_widens_with_doubt() -> None:
    low, high = lift_interval(3.0, 40.0, 1e6)
    wide_low, wide_high = lift_interval(3.0, 20.0, 30.0)
    assert wide_low < low < 3.0 < high < wide_high


def test_interval_is_the_exact_one_of_a_poisson_count_where_the_expectation_is_sure() -> None:
    low, high = lift_interval(2.0, 20.0, 1e9)
    expected = 20 / 2.0
    assert low == pytest.approx(stats.chi2.ppf(0.025, 40) / 2 / expected, rel=1e-3)
    assert high == pytest.approx(stats.chi2.ppf(0.975, 42) / 2 / expected, rel=1e-3)


def test_interval_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    counts, others = rng.poisson(30.0, 2000), rng.poisson(100.0, 2000)
    held = 0
    for count, other in zip(counts.tolist(), others.tolist()):
        low, high = lift_interval(count / (other / 10.0), count, other)
        held += low <= 3.0 <= high
    assert held >= 0.94 * 2000
