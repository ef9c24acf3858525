"""Combinations under a close look: held against an expectation, by patients, visits and lines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from dueline.core.patterns.clumping import Clumping, hazard_of
from dueline.core.patterns.counting import Columns
from dueline.core.patterns.expectation import Expectation, Unexplained
from dueline.core.patterns.lines_of import Key
from dueline.core.patterns.margins import (
    PAIR_PRIOR,
    WIDTH,
    Cells,
    Margins,
    Yardstick,
    yardstick,
)
from dueline.core.patterns.model import Floats, Integers
from dueline.core.patterns.search import Counts, pairs_expected
from dueline.core.patterns.significance import gain, log_upper_tail, log_weighted

Lines = NDArray[np.int32]
WITHIN = 0.9  # a combination with this part of its lines explained is held against the explanation
_LEAST = 1e-9


@dataclass
class Judged:
    """What is known of each combination under the present expectation; arrays in the order of the candidates."""

    stick: Yardstick
    refused: Integers  # on lines that no (other) pattern explains
    patients: Integers  # with such a refusal
    log_p: Floats
    log_bound: Floats  # ln of its Bonferroni bound
    worth: Floats  # how much likelier its factor makes the data, less the price of choosing it among so many


@dataclass(frozen=True)
class Reason:
    """What all candidates of one reason are judged with. `tests`: how many combinations, by level, times reasons."""

    counts: Counts
    fitted: Expectation
    clumping: Clumping
    tests: dict[int, int]
    is_hit: NDArray[np.bool_]

    @classmethod
    def of(cls, counts: Counts, fitted: Expectation, reasons: int) -> "Reason":
        is_hit = np.zeros(len(counts.columns), dtype=bool)
        is_hit[fitted.hits] = True
        clumping = Clumping.of(fitted.chance, fitted.hits, counts.columns.visits)
        tests = {level: count * reasons for level, count in counts.tests.items()}
        return cls(counts, fitted, clumping, tests, is_hit)

    @property
    def columns(self) -> Columns:
        return self.counts.columns

    def lines(self, key: Key) -> Lines:
        """Return the lines of a combination, rising."""
        mask = np.logical_and.reduce([self.columns.codes[a] == v for a, v in key])
        return np.flatnonzero(mask).astype(np.int32)


class Candidates:
    """Combinations with their lines laid end to end, marked where a visit, a patient and a combination begin."""

    def __init__(self, reason: Reason, keys: Sequence[Key], lines: Sequence[Lines]) -> None:
        self.reason, self.keys, self.lines = reason, list(keys), list(lines)
        self.cells = _cells(self.keys, self.lines)
        self.pairs = self._pairs_needed()
        columns = reason.columns
        self.rows = np.concatenate([*self.lines, np.zeros(0, dtype=np.int32)])
        self.starts = np.cumsum(self.cells.lines) - self.cells.lines
        patient, visit = columns.patients[self.rows], columns.visits[self.rows]
        begins = np.ones(len(self.rows), dtype=bool)
        begins[1:] = patient[1:] != patient[:-1]
        begins[self.starts] = True
        new_visit = begins.copy()
        new_visit[1:] |= visit[1:] != visit[:-1]
        self.visits, self.patients = np.flatnonzero(new_visit), np.flatnonzero(begins)
        self.patient_visits = np.searchsorted(self.visits, self.patients)
        self.first_patient = np.searchsorted(self.patients, self.starts)
        self.patient_counts = np.diff(np.append(self.first_patient, len(self.patients)))

    def __len__(self) -> int:
        return len(self.keys)

    def _pairs_needed(self) -> set[tuple[int, int]]:
        """Return the pairs of attributes whose counts the yardsticks need."""
        pairs: set[tuple[int, int]] = set()
        for key in self.keys:
            attributes = [attribute for attribute, _ in key]
            if len(key) == WIDTH:
                pairs.update(combinations(attributes, 2))
            elif len(key) == 1:
                place = int(self.reason.counts.layout.singles[key[0][0]]) + key[0][1]
                for other in self.reason.counts.nested.get(place, {}):
                    pairs.add((min(attributes[0], other), max(attributes[0], other)))
        return pairs

    def judge(self, but: int | None = None) -> Judged:
        """Hold every candidate against the present expectation, on its lines that no pattern found explains yet.

        A candidate that lies within a pattern is held against the rest of that pattern. `but`: do not count this
        pattern as found.
        """
        reason = self.reason
        rest = reason.fitted.unexplained(but)
        chance, hits = reason.fitted.chance[self.rows], reason.is_hit[self.rows]
        hazard = hazard_of(reason.fitted.chance)[self.rows]
        active = self._active(rest)
        if active is not None:
            chance, hits, hazard = chance * active, hits & active, hazard * active
        expected = np.maximum(np.add.reduceat(chance, self.starts), _LEAST)
        refused = np.add.reduceat(hits, self.starts, dtype=np.int64)
        stick = yardstick(self._margins(rest), replace(self.cells, refused=refused), expected)
        self._hold_within(stick, refused, expected, but)
        by_visit = reason.clumping.of_visits(hazard, self.visits)
        by_patient = np.add.reduceat(by_visit, self.patient_visits)
        by_patient *= np.repeat(stick.most / expected, self.patient_counts)
        patients_expected = np.add.reduceat(-np.expm1(-by_patient), self.first_patient)
        with_hit = np.add.reduceat(hits, self.patients, dtype=np.int64) > 0
        patients = np.add.reduceat(with_hit, self.first_patient, dtype=np.int64)
        log_p = log_upper_tail(patients, patients_expected, stick.evidence)
        tests = [reason.tests[level] for level in self.cells.levels().tolist()]
        worth = gain(refused, stick.alone) - np.log(np.maximum(tests, 1))
        return Judged(stick, refused, patients, log_p, log_weighted(log_p, tests), worth)

    def _active(self, rest: Unexplained) -> NDArray[np.bool_] | None:
        """Return which rows count: those unexplained, and all of a candidate that is explained nearly whole."""
        if rest.is_explained is None:
            return None
        explained = rest.is_explained[self.rows]
        inside = np.add.reduceat(explained, self.starts, dtype=np.int64)
        is_within = inside >= WITHIN * self.cells.lines
        return np.asarray(~explained | np.repeat(is_within, self.cells.lines))

    def _hold_within(
        self, stick: Yardstick, refused: Integers, expected: Floats, but: int | None
    ) -> None:
        """Hold a candidate that lies within a pattern found against the remainder of that pattern."""
        fitted = self.reason.fitted
        for number, lines in enumerate(fitted.found):
            if number == but:
                continue
            mark = np.zeros(len(fitted.chance), dtype=bool)
            mark[lines] = True
            inside = np.add.reduceat(mark[self.rows], self.starts, dtype=np.int64)
            within = np.flatnonzero(inside >= WITHIN * self.cells.lines)
            outside = np.maximum(int(self.reason.is_hit[lines].sum()) - refused[within], 0.0)
            usual = np.maximum(float(fitted.chance[lines].sum()) - expected[within], 0.0)
            alone = expected[within] * (outside + PAIR_PRIOR) / (usual + PAIR_PRIOR)
            stick.alone[within] = stick.most[within] = np.maximum(alone, _LEAST)
            stick.evidence[within] = outside + PAIR_PRIOR

    def _margins(self, rest: Unexplained) -> Margins:
        """Return what was observed and expected at single values and pairs; for one candidate, only its own."""
        counts = self.reason.counts
        if len(self) > 1 or len(self.keys[0]) < WIDTH:
            observed, expected = pairs_expected(counts, rest, self.pairs)
        else:
            observed = np.zeros(counts.layout.pair_cells)
            expected = np.zeros(counts.layout.pair_cells)
            is_hit = np.zeros(len(rest.chance), dtype=bool)
            is_hit[rest.hits] = True
            for one, other in combinations(self.keys[0], 2):
                lines, layout = self.reason.lines((one, other)), counts.layout
                place = layout.pairs[one[0], other[0]] + one[1] * layout.sizes[other[0]] + other[1]
                observed[place] = is_hit[lines].sum()
                expected[place] = rest.chance[lines].sum()
        return Margins.of(
            counts.layout, self.reason.fitted, rest, observed, expected, counts.nested
        )


def _cells(keys: Sequence[Key], lines: Sequence[Lines]) -> Cells:
    attributes = np.full((len(keys), WIDTH), -1, dtype=np.int64)
    values = np.zeros((len(keys), WIDTH), dtype=np.int64)
    for row, key in enumerate(keys):
        for at, (attribute, value) in enumerate(key):
            attributes[row, at], values[row, at] = attribute, value
    counts = np.asarray([len(rows) for rows in lines], dtype=np.int64)
    return Cells(attributes, values, counts, np.zeros(len(keys), dtype=np.int64))
