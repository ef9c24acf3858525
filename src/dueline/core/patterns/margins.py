"""What a combination's refusals would be if only its simpler parts had an effect: left out of its own yardstick.

A combination pulls up the factors of its own values. It is therefore compared with factors taken from the lines
that have one of its values but not all of them (as one step of leaving it out), so that it cannot hide itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np

from dueline.core.patterns.counting import Columns
from dueline.core.patterns.expectation import Expectation, Unexplained
from dueline.core.patterns.model import Floats, Integers

WIDTH = 3
NESTED = 0.5  # share of a value's lines that lie within another attribute's value
SINGLE_PRIOR = 16.0  # single values are taken to differ by at least 25 % in the ordinary course
PAIR_PRIOR = 12.0  # refusals that "two values add nothing to each other" is worth
_LEAST = 1e-9


class Layout:
    """Where the counts of single values and of pairs stand in one flat array each."""

    def __init__(self, columns: Columns) -> None:
        count = len(columns.names)
        self.sizes = np.asarray(columns.sizes, dtype=np.int64)
        self.singles = np.concatenate([[0], np.cumsum(self.sizes)]).astype(np.int64)
        self.pairs = np.zeros((count, count), dtype=np.int64)
        at = 0
        for one, other in combinations(range(count), 2):
            self.pairs[one, other] = at
            at += int(self.sizes[one] * self.sizes[other])
        self.pair_cells = at

    def single(self, attributes: Integers, values: Integers) -> Integers:
        return self.singles[attributes] + values

    def pair(self, ones: Integers, a: Integers, others: Integers, b: Integers) -> Integers:
        return self.pairs[ones, others] + a * self.sizes[others] + b


@dataclass
class Cells:
    """Combinations under study: attribute positions and values, WIDTH wide, positions -1 where unused."""

    attributes: Integers  # shape (n, WIDTH), rising
    values: Integers
    lines: Integers
    refused: Integers

    def __len__(self) -> int:
        return len(self.lines)

    def levels(self) -> Integers:
        return np.asarray((self.attributes >= 0).sum(axis=1), dtype=np.int64)

    def take(self, which: Integers) -> "Cells":
        return Cells(
            self.attributes[which], self.values[which], self.lines[which], self.refused[which]
        )

    def key(self, at: int) -> tuple[tuple[int, int], ...]:
        """Return (attribute, value) of one combination."""
        pairs = zip(self.attributes[at].tolist(), self.values[at].tolist())
        return tuple(pair for pair in pairs if pair[0] >= 0)


@dataclass
class Margins:
    """Observed and expected refusals for one reason at each single value and pair of values."""

    layout: Layout
    total: float
    singles: Floats
    singles_expected: Floats
    factors: Floats
    pairs: Floats
    pairs_expected: Floats
    own: Floats  # per attribute: what would be expected in all without its factor
    crowding: Floats  # per attribute: sum of its values' squared shares of that
    priors: Floats  # per attribute
    nested: Mapping[int, Mapping[int, Integers]]  # see `nested_values`

    @classmethod
    def of(
        cls,
        layout: Layout,
        fitted: Expectation,
        rest: Unexplained,
        pairs: Floats,
        pairs_expected: Floats,
        nested: Mapping[int, Mapping[int, Integers]],
    ) -> "Margins":
        sizes = list(zip(fitted.columns, fitted.sizes))
        expected = [np.bincount(codes, rest.chance, size) for codes, size in sizes]
        observed = [np.bincount(codes[rest.hits], minlength=size) for codes, size in sizes]
        parts = [e / f for e, f in zip(expected, fitted.factors)]
        return cls(
            layout=layout,
            total=float(len(rest.hits)),
            singles=np.concatenate(observed).astype(np.float64),
            singles_expected=np.concatenate(expected),
            factors=np.concatenate(fitted.factors),
            pairs=pairs,
            pairs_expected=pairs_expected,
            own=np.asarray([part.sum() for part in parts]),
            crowding=np.asarray([(p**2).sum() / max(p.sum() ** 2, _LEAST) for p in parts]),
            priors=fitted.priors,
            nested=nested,
        )


@dataclass
class Yardstick:
    """What to hold each combination against.

    `alone`: expected were only its single values at work, as they are elsewhere; `most`: at least this, and what its
    pairs of values explain; `evidence`: refusals that this rests on; `steps`: for each of its values, the
    factor found elsewhere over the fitted one.
    """

    alone: Floats
    most: Floats
    evidence: Floats
    steps: Floats


def yardstick(margins: Margins, cells: Cells, expected: Floats) -> Yardstick:
    """Return the yardsticks of cells whose fitted expectation is `expected`."""
    count = len(cells)
    observed = cells.refused.astype(np.float64)
    steps = np.ones((count, WIDTH))
    doubt = np.zeros(count)
    for at in range(WIDTH):
        used = cells.attributes[:, at] >= 0
        place = margins.layout.single(cells.attributes[used, at], cells.values[used, at])
        factor = margins.factors[place]
        outside = np.maximum(margins.singles[place] - observed[used], 0.0)
        usual = np.maximum(margins.singles_expected[place] - expected[used], 0.0) / factor
        prior = margins.priors[cells.attributes[used, at]]
        steps[used, at] = (outside + prior) / (usual + prior) / factor
        doubt[used] += 1.0 / (outside + prior)
    expected = expected * _without_nested(margins, cells, expected)
    _single_values(margins, cells, expected, steps, doubt)
    alone = np.maximum(expected * steps.prod(axis=1), _LEAST)
    most = alone * _pairs_elsewhere(margins, cells, expected, steps)
    return Yardstick(alone, most, 1.0 / np.maximum(doubt, _LEAST), steps)


def _single_values(
    margins: Margins, cells: Cells, expected: Floats, steps: Floats, doubt: Floats
) -> None:
    """A single value is held against the other values of its attribute, and how values ordinarily differ."""
    single = cells.attributes[:, 1] < 0
    attribute, value = cells.attributes[single, 0], cells.values[single, 0]
    factor = margins.factors[margins.layout.single(attribute, value)]
    others = np.maximum(margins.total - cells.refused[single], 0.0)
    usual = np.maximum(margins.own[attribute] - expected[single] / factor, _LEAST)
    steps[single, 0] = (others + 0.5) / (usual + 0.5) / factor
    # The value itself differs as values do, and so does what it is held against, the less the more values that is.
    share = np.maximum(expected[single] / factor, _LEAST) / np.maximum(
        margins.own[attribute], _LEAST
    )
    crowd = (
        np.maximum(margins.crowding[attribute] - share**2, 0.0) / np.maximum(1.0 - share, 0.01) ** 2
    )
    usual_differences = np.minimum(margins.priors[attribute], SINGLE_PRIOR)
    doubt[single] = 1.0 / (others + 1.0) + (1.0 + np.minimum(crowd, 1.0)) / usual_differences


def _pairs_elsewhere(margins: Margins, cells: Cells, expected: Floats, steps: Floats) -> Floats:
    """Return by how much any two of three values are refused more often where the third is missing; at least 1."""
    factor = np.ones(len(cells))
    triple = np.flatnonzero(cells.attributes[:, 2] >= 0)
    observed = cells.refused[triple].astype(np.float64)
    for one, other in combinations(range(WIDTH), 2):
        place = margins.layout.pair(
            cells.attributes[triple, one],
            cells.values[triple, one],
            cells.attributes[triple, other],
            cells.values[triple, other],
        )
        outside = np.maximum(margins.pairs[place] - observed, 0.0)
        usual = np.maximum(margins.pairs_expected[place] - expected[triple], 0.0)
        usual *= steps[triple, one] * steps[triple, other]
        factor[triple] = np.maximum(factor[triple], (outside + PAIR_PRIOR) / (usual + PAIR_PRIOR))
    return factor


def _without_nested(margins: Margins, cells: Cells, expected: Floats) -> Floats:
    """Return what single values' expectations become when values that mostly lie within them have no factor.

    The plans of a payer take up part of what is the payer's own.
    """
    change = np.ones(len(cells))
    if not margins.nested:
        return change
    for row in np.flatnonzero((cells.attributes[:, 1] < 0) & (expected > _LEAST)).tolist():
        attribute, value = int(cells.attributes[row, 0]), int(cells.values[row, 0])
        place = int(margins.layout.single(cells.attributes[row, :1], cells.values[row, :1])[0])
        for other, inner in margins.nested.get(place, {}).items():
            low, high = min(attribute, other), max(attribute, other)
            start, size = margins.layout.pairs[low, high], margins.layout.sizes[high]
            at = start + (value * size + inner if low == attribute else inner * size + value)
            factors = margins.factors[margins.layout.singles[other] + inner]
            part = margins.pairs_expected[at]
            change[row] *= 1.0 - float((part - part / factors).sum()) / float(expected[row])
    return np.clip(change, 0.05, 20.0)


def nested_values(
    layout: Layout, singles: Integers, pairs: Integers
) -> dict[int, dict[int, Integers]]:
    """Return for each single value the values of other attributes that have most of their lines within it."""
    nested: dict[int, dict[int, Integers]] = {}
    sizes = layout.sizes.tolist()
    for one, other in permutations(range(len(sizes)), 2):
        low, high = min(one, other), max(one, other)
        start = int(layout.pairs[low, high])
        table = pairs[start : start + sizes[low] * sizes[high]].reshape(sizes[low], sizes[high])
        table = table if low == one else table.T
        inner_lines = singles[layout.singles[other] : layout.singles[other] + sizes[other]]
        within = (table > NESTED * inner_lines) & (inner_lines > 0)
        for value in np.flatnonzero(within.any(axis=1)).tolist():
            into = nested.setdefault(int(layout.singles[one]) + value, {})
            into[other] = np.flatnonzero(within[value])
    return nested
