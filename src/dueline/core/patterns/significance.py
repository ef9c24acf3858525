"""How surprising a count is, and what that is worth after everything that was looked at.

- Counts are of patients with a refusal. Under any positive dependence of one patient's lines, their number is below
  a sum of independent trials of the same chances, and that below a Poisson count in the upper tail (Hoeffding 1956;
  Anderson & Samuels 1967): the tail used is an upper bound.
- The expectation is itself an estimate: a gamma distribution about it makes the tail negative binomial, as in
  DuMouchel's gamma-Poisson shrinker (The American Statistician 53, 1999).
- Simple and complex combinations share the permitted error equally (layered critical values: Webb, Machine
  Learning 71, 2008).
- False share among reported patterns: Benjamini & Hochberg's step-up over the patterns that are left once all names of
  one finding count as one, against all combinations tested (as for clumps in scans: Siegmund, Zhang & Yakir 2011).
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from dueline.core.patterns.model import Floats

LAYERS = 3
TINY = 1e-300
_LEAST = 1e-12


def log_upper_tail(count: ArrayLike, expected: ArrayLike, evidence: ArrayLike) -> Floats:
    """Return ln P(X >= count), X negative binomial with mean `expected` and shape `evidence`.

    `evidence`: how many events the expectation rests on; infinite would be Poisson.
    """
    counts = np.asarray(count, dtype=np.float64)
    means = np.maximum(np.asarray(expected, dtype=np.float64), _LEAST)
    shapes = np.asarray(evidence, dtype=np.float64)
    share = means / (means + shapes)
    with np.errstate(divide="ignore", over="ignore", under="ignore", invalid="ignore"):
        tail = special.betainc(np.maximum(counts, _LEAST), shapes, share)
        log_tail = np.log(tail)
        # Below what a float can hold: the leading term of the series.
        leading = (
            counts * np.log(share)
            + shapes * np.log1p(-share)
            - np.log(np.maximum(counts, 1.0))
            - special.betaln(np.maximum(counts, 1.0), shapes)
            - np.log1p(-np.minimum(share * (counts + shapes) / (counts + 1.0), 0.999))
        )
    result = np.where(tail > TINY, log_tail, np.minimum(leading, np.log(TINY)))
    return np.asarray(np.where(counts <= 0, 0.0, np.minimum(result, 0.0)), dtype=np.float64)


def gain(count: ArrayLike, expected: ArrayLike) -> Floats:
    """Return how much likelier (in nats) the counts are at their own rate than at the expected one; 0 below it."""
    counts = np.asarray(count, dtype=np.float64)
    means = np.maximum(np.asarray(expected, dtype=np.float64), _LEAST)
    value = special.xlogy(counts, counts / means) - counts + means
    return np.asarray(np.where(counts > means, value, 0.0), dtype=np.float64)


def log_weighted(log_p: ArrayLike, tests: ArrayLike) -> Floats:
    """Return ln of Bonferroni's bound in a layer of so many tests that has its third of the error. May exceed 0."""
    prices: Floats = np.log(LAYERS * np.maximum(1.0, np.asarray(tests, dtype=np.float64)))
    return np.asarray(log_p, dtype=np.float64) + prices


def false_shares(log_bounds: ArrayLike) -> Floats:
    """Return Benjamini-Hochberg q of findings from their Bonferroni bounds (ln), in the order given.

    A bound counts every test of its layer, so the step-up divides by the rank among findings alone.
    """
    bounds = np.exp(np.minimum(np.asarray(log_bounds, dtype=np.float64), 0.0))
    if not len(bounds):
        return bounds
    adjusted: Any = stats.false_discovery_control(np.minimum(bounds / len(bounds), 1.0))
    return np.asarray(adjusted, dtype=np.float64)


def adds_to_parent(count: int, parent_count: int, share: float) -> float:
    """Return P(at least so many of the parent's refusals lie in the child's share of its expectation)."""
    tail: Any = stats.binom.sf(count - 1, parent_count, min(1.0, max(0.0, share)))
    return float(tail)


def lift_interval(
    lift: float, events: float, evidence: float, confidence: float = 0.95
) -> tuple[float, float]:
    """Return the interval of a lift: a ratio of two gamma variables, hence quantiles of F.

    `events`: effective number of refusals, (Σ per patient)² / Σ (per patient)², as the cluster-robust variance
    of a total has it; `evidence`: what the expectation rests on. Exact for two Poisson counts.
    """
    side = (1.0 - confidence) / 2.0
    if events <= 0:
        return 0.0, float("inf")
    low: Any = stats.f.ppf(side, 2 * events, 2 * (evidence + 1))
    high: Any = stats.f.ppf(1.0 - side, 2 * (events + 1), 2 * evidence)
    return lift * float(low), lift * float(high) * (events + 1) / events
