"""Looks at every combination of up to three attribute values, and keeps the few that deserve a closer look.

What is not kept counts among the tests all the same.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dueline.core.patterns.counting import SAME_COVER, Columns, Subset
from dueline.core.patterns.expectation import Expectation, Unexplained
from dueline.core.patterns.margins import WIDTH, Cells, Layout, Margins, nested_values, yardstick
from dueline.core.patterns.model import Floats, Integers, PatternSettings
from dueline.core.patterns.significance import log_upper_tail

Flags = NDArray[np.bool_]
LOG_SCREEN = float(
    np.log(1e-3)
)  # kept are combinations that surprise at least this much, lines taken singly
LIFT_SCREEN = 1.5
MOST_KEPT = 3000  # for each reason
MOST_KEPT_LINES = 6_000_000  # for each reason: lines of all combinations kept


@dataclass
class Counts:
    """What depends on the lines alone, not on what was refused: which combinations are tests."""

    columns: Columns
    layout: Layout
    singles: Integers  # lines at each single value
    pairs: Integers  # and each pair
    tests: dict[int, int]  # combinations by level
    subsets: list[Subset]
    nested: dict[int, dict[int, Integers]]


@dataclass
class _Gathered:
    """Combinations of one reason worth judging, as collected from one table of combinations after another."""

    subsets: list[Integers]
    places: list[Integers]
    lines: list[Integers]
    refused: list[Integers]
    expected: list[Floats]


@dataclass
class _Table:
    """All combinations of some attributes' values: which line has which, how many lines each has, which are tests."""

    at: int  # position among the subsets
    subset: Subset
    numbers: Integers
    places: Integers
    lines: Integers
    tested: Flags


def look(
    columns: Columns, fitted: list[Expectation], settings: PatternSettings
) -> tuple[Counts, list[Cells]]:
    """Return the counts, and for each reason the combinations to look at closely."""
    layout = Layout(columns)
    counts = Counts(
        columns,
        layout,
        np.zeros(int(layout.singles[-1]), dtype=np.int64),
        np.zeros(layout.pair_cells, dtype=np.int64),
        dict.fromkeys(range(1, WIDTH + 1), 0),
        list(columns.subsets(settings.most_attributes)),
        {},
    )
    margins = [
        Margins.of(
            layout,
            one,
            one.unexplained(),
            np.zeros(layout.pair_cells),
            np.zeros(layout.pair_cells),
            counts.nested,
        )
        for one in fitted
    ]
    gathered = [_Gathered([], [], [], [], []) for _ in fitted]
    for at, subset in enumerate(counts.subsets):
        table = _count(counts, at, subset, settings.least_lines)
        counts.tests[len(subset)] += int(table.tested.sum())
        for one, margin, into in zip(fitted, margins, gathered):
            _gather(table, one, margin, into, settings.least_patients)
    counts.nested |= nested_values(layout, counts.singles, counts.pairs)
    return counts, [_screen(counts, margin, into) for margin, into in zip(margins, gathered)]


def _count(counts: Counts, at: int, subset: Subset, least: int) -> "_Table":
    """Count one table of combinations."""
    numbers, places = counts.columns.numbered(subset)
    lines = np.bincount(numbers, minlength=len(places))
    if len(subset) == 1:
        start = int(counts.layout.singles[subset[0]])
        counts.singles[start : start + len(lines)] = lines
    elif len(subset) == 2:
        start = int(counts.layout.pairs[subset])
        counts.pairs[start : start + len(lines)] = lines
    return _Table(at, subset, numbers, places, lines, _tested(counts, subset, places, lines, least))


def pairs_expected(
    counts: Counts, rest: Unexplained, wanted: Collection[Subset]
) -> tuple[Floats, Floats]:
    """Return refused and expected at each pair of values of the wanted attributes, on lines not yet explained."""
    observed, expected = np.zeros(counts.layout.pair_cells), np.zeros(counts.layout.pair_cells)
    for subset in wanted:
        places, size = counts.columns.places(subset), counts.columns.cells(subset)
        start = int(counts.layout.pairs[subset])
        observed[start : start + size] = np.bincount(places[rest.hits], minlength=size)
        expected[start : start + size] = np.bincount(places, rest.chance, size)
    return observed, expected


def _tested(counts: Counts, subset: Subset, places: Integers, lines: Integers, least: int) -> Flags:
    """Return which combinations are tests: enough lines, all values known, not the same lines as a simpler one."""
    tested = lines >= least
    at = np.flatnonzero(tested)
    values = counts.columns.values(subset, places[at])
    good = np.ones(len(at), dtype=bool)
    for attribute, codes in zip(subset, values):
        good &= codes < counts.columns.sizes[attribute] - 1
    layout, positions = counts.layout, range(len(subset))
    if len(subset) >= 2:
        for attribute, codes in zip(subset, values):
            simpler = counts.singles[layout.single(np.full(len(at), attribute), codes)]
            good &= lines[at] < SAME_COVER * simpler
    if len(subset) >= 3:
        for a in positions:
            for b in positions[a + 1 :]:
                start = layout.pairs[subset[a], subset[b]]
                place = start + values[a] * layout.sizes[subset[b]] + values[b]
                good &= lines[at] < SAME_COVER * counts.pairs[place]
    tested[at[~good]] = False
    return tested


def _gather(
    table: "_Table", fitted: Expectation, margin: Margins, into: _Gathered, least: int
) -> None:
    """Count one table of combinations for one reason, and collect what has refusals enough."""
    size, is_pair = len(table.lines), len(table.subset) == 2
    refused = np.bincount(table.numbers[fitted.hits], minlength=size)
    chosen = np.flatnonzero(table.tested & (refused >= least))
    if not len(chosen) and not is_pair:
        return
    expected = np.asarray(np.bincount(table.numbers, fitted.chance, size), dtype=np.float64)
    if is_pair:
        start = int(margin.layout.pairs[table.subset])
        margin.pairs[start : start + size] = refused
        margin.pairs_expected[start : start + size] = expected
    into.subsets.append(np.full(len(chosen), table.at))
    into.places.append(table.places[chosen])
    into.lines.append(table.lines[chosen])
    into.refused.append(refused[chosen])
    into.expected.append(expected[chosen])


def _screen(counts: Counts, margins: Margins, found: _Gathered) -> Cells:
    """Return the combinations that surprise, most surprising first."""
    if not found.subsets:
        return _cells(counts, *[np.zeros(0, dtype=np.int64)] * 4)
    subsets, places = np.concatenate(found.subsets), np.concatenate(found.places)
    lines, refused = np.concatenate(found.lines), np.concatenate(found.refused)
    cells = _cells(counts, subsets, places, lines, refused)
    stick = yardstick(margins, cells, np.concatenate(found.expected))
    log_p = log_upper_tail(refused, stick.most, stick.evidence)
    surprising = np.flatnonzero((log_p < LOG_SCREEN) & (refused >= LIFT_SCREEN * stick.most))
    order = surprising[np.argsort(log_p[surprising], kind="stable")][:MOST_KEPT]
    return cells.take(order[np.cumsum(lines[order]) <= MOST_KEPT_LINES])


def _cells(
    counts: Counts, subsets: Integers, places: Integers, lines: Integers, refused: Integers
) -> Cells:
    attributes = np.full((len(places), WIDTH), -1, dtype=np.int64)
    values = np.zeros((len(places), WIDTH), dtype=np.int64)
    for at in np.unique(subsets):
        rows = np.flatnonzero(subsets == at)
        subset = counts.subsets[at]
        for position, codes in enumerate(counts.columns.values(subset, places[rows])):
            attributes[rows, position] = subset[position]
            values[rows, position] = codes
    return Cells(attributes, values, lines, refused)
