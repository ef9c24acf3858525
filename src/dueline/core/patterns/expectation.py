"""How often each line is refused for a reason when every attribute has only its own, ordinary effect.

A product of factors, one for each attribute value, and one for each pattern already found, fitted to the margins
(iterative proportional fitting of a log-linear Poisson model: Deming & Stephan 1940; Bishop, Fienberg & Holland 1975).
Factors are drawn toward one by a gamma prior, so that a rare value is not given an effect on the strength of one claim.
How strongly is learned from how much the values of an attribute ordinarily differ, over all reasons (empirical Bayes
by moments; the median over reasons, so that one pattern does not pass for ordinary).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from dueline.core.patterns.model import Floats, Integers

PRIOR = 12.0  # refusals that a value's factor of one is worth at first: values ordinarily differ by 30 %
LEAST_PRIOR, MOST_PRIOR = 6.0, 100.0  # when learned
PASSES = 6
LATER_PASSES = 3
_SETTLED = 0.01
_MOST = 1.0
_LEAST = 1e-12
Lines = NDArray[np.int32]


@dataclass
class Unexplained:
    """Refused lines, and the chance of each line: 0 where a pattern found explains it."""

    hits: Integers
    chance: Floats
    is_explained: NDArray[np.bool_] | None = None  # None: no line is


@dataclass
class Expectation:
    """The chance of refusal of each line for one reason, and the factors it is a product of.

    `columns` are attribute codes with the unknown as the last value of each. `hits` are refused lines, each once.
    """

    columns: Sequence[Integers]
    sizes: Sequence[int]
    hits: Integers
    chance: Floats = field(init=False)
    factors: list[Floats] = field(init=False)
    observed: list[Floats] = field(init=False)
    priors: Floats = field(init=False)  # by attribute, in refusals
    found: list[Lines] = field(default_factory=list)  # lines of each pattern found
    found_factors: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        count = len(self.columns[0]) if self.columns else 0
        self.chance = np.full(count, len(self.hits) / max(1, count))
        self.priors = np.full(len(self.sizes), PRIOR)
        self.factors = [np.ones(size) for size in self.sizes]
        self.observed = [
            np.bincount(codes[self.hits], minlength=size).astype(np.float64)
            for codes, size in zip(self.columns, self.sizes)
        ]
        self._is_hit = np.zeros(count, dtype=bool)
        self._is_hit[self.hits] = True

    def fit(self, passes: int = PASSES) -> None:
        """Fit all factors to what was observed, until they settle."""
        for _ in range(passes):
            moved = self._fit_found()
            for at in range(len(self.columns)):
                moved = max(moved, self._fit_attribute(at))
            self._level()
            if moved < _SETTLED:
                break

    def add(self, lines: Lines) -> None:
        """Let a pattern have a factor of its own; `fit` finds it."""
        self.found.append(lines)
        self.found_factors.append(1.0)

    def remove(self, at: int) -> None:
        """Take a pattern's factor out again."""
        self.chance[self.found[at]] /= self.found_factors[at]
        del self.found[at], self.found_factors[at]

    def margins(self, at: int) -> Floats:
        """Return how many refusals are expected at each value of an attribute."""
        counted = np.bincount(self.columns[at], weights=self.chance, minlength=self.sizes[at])
        return np.asarray(counted, dtype=np.float64)

    def unexplained(self, but: int | None = None) -> "Unexplained":
        """Return what is observed and expected on the lines of no pattern found (`but` one)."""
        others = [lines for at, lines in enumerate(self.found) if at != but]
        if not others:
            return Unexplained(self.hits, self.chance)
        is_explained = np.zeros(len(self.chance), dtype=bool)
        for lines in others:
            is_explained[lines] = True
        hits = self.hits[~is_explained[self.hits]]
        return Unexplained(hits, np.where(is_explained, 0.0, self.chance), is_explained)

    def _fit_attribute(self, at: int) -> float:
        """Set one attribute's factors; return how far the expectation moved, in refusals at most."""
        expected, old = self.margins(at), self.factors[at]
        prior = self.priors[at]
        new = (self.observed[at] + prior) / (expected / old + prior)
        step = new / old
        self.factors[at] = new
        self.chance *= step[self.columns[at]]
        return float(np.max(np.abs(step - 1.0) * expected / (expected + prior), initial=0.0))

    def _fit_found(self) -> float:
        moved = 0.0
        for at, lines in enumerate(self.found):
            expected = max(float(self.chance[lines].sum()), _LEAST)
            step = (float(self._is_hit[lines].sum()) + 0.5) / (expected + 0.5)
            most = _MOST / max(float(self.chance[lines].max()), _LEAST)
            step = min(step, max(1.0, most))
            self.found_factors[at] *= step
            self.chance[lines] *= step
            moved = max(moved, abs(step - 1.0))
        return moved

    def _level(self) -> None:
        """Bring the total to what was observed; factors stay relative to a typical value."""
        total = float(self.chance.sum())
        if total > 0:
            self.chance *= len(self.hits) / total

    def differences(self, patients: Integers) -> Floats:
        """Return for each attribute the variance of its values' factors, beyond what counting gives by chance.

        Refusals of one patient are not independent: chance is counted with their design effect.
        """
        by_patient = np.unique(patients[self.hits], return_counts=True)[1].astype(np.float64)
        design = float((by_patient**2).sum() / max(1.0, by_patient.sum()))
        variances = np.zeros(len(self.sizes))
        for at, (factor, observed) in enumerate(zip(self.factors, self.observed)):
            usual = self.margins(at) / factor
            excess = ((observed - usual) ** 2 - design * usual)[:-1].sum()
            variances[at] = excess / max(float((usual[:-1] ** 2).sum()), _LEAST)
        return variances


def fit_all(fitted: Sequence[Expectation], patients: Integers) -> None:
    """Fit the expectations of all reasons, and learn from all of them how far values ordinarily differ."""
    for one in fitted:
        one.fit()
    if not fitted or not fitted[0].sizes:
        return
    variances = np.median([one.differences(patients) for one in fitted], axis=0)
    priors = np.clip(1.0 / np.maximum(variances, 1.0 / MOST_PRIOR), LEAST_PRIOR, MOST_PRIOR)
    for one in fitted:
        one.priors = priors
        one.fit(LATER_PASSES)
