"""Finds the patterns of one reason one after another: what a pattern explains is taken out before looking further.

Of the combinations that are significant, the one whose factor makes the data likeliest comes first, unless one of its
simpler parts does as well: a combination must add to each of its parts (productive: Webb, Machine Learning 68, 2007).
Then all factors are fitted anew and everything is judged again, also what was found before (forward selection and
backward elimination).
"""

from dataclasses import dataclass, field

import numpy as np

from dueline.core.patterns.candidates import Candidates, Judged, Lines, Reason
from dueline.core.patterns.descent import Whole, part_of
from dueline.core.patterns.expectation import LATER_PASSES
from dueline.core.patterns.lines_of import Key
from dueline.core.patterns.model import PatternSettings
from dueline.core.patterns.significance import adds_to_parent

REPEATS = 3
LOG_ENTER = float(np.log(1e4))  # candidates come in easily, since they may hide each other ...
ADDS = 1e-4  # chance at most that a combination owes its refusals to a simpler part of it
SHARED = 0.2  # patterns of one round share at most this part of their refusals
SAME_LINES = 0.9  # combinations that share this part of their lines are names of one finding


@dataclass
class Found:
    """A pattern of one reason, with its figures when all others are allowed for."""

    key: Key
    lines: Lines
    names: list[Key]
    counted: Lines = field(init=False)  # its lines that no other explains; what follows is of these
    refused: int = 0
    expected: float = 1.0
    evidence: float = 1.0
    log_p: float = 0.0
    log_bound: float = 0.0

    def __post_init__(self) -> None:
        self.counted = self.lines

    @property
    def lift(self) -> float:
        return self.refused / self.expected


class Peeler:
    """Works on the candidates of one reason; `found` is the outcome."""

    def __init__(
        self, reason: Reason, keys: list[Key], lines: dict[Key, Lines], settings: PatternSettings
    ) -> None:
        self.reason, self.fitted, self.settings = reason, reason.fitted, settings
        self.candidates = Candidates(reason, keys, [lines[key] for key in keys])
        self.found: list[Found] = []
        self.let_go: set[Key] = set()

    def run(self) -> None:
        """Find patterns until nothing promising is left, then keep what stands beside all others.

        What was let go may have stood in the way of its parts, so that is done again as long as anything is.
        """
        log_stay = float(np.log(self.settings.hint_share))  # ... but stay only if they stand
        for _ in range(REPEATS if len(self.candidates) else 0):
            while self._add_promising():
                while self._drop_weakest(LOG_ENTER):
                    pass
            gone = len(self.let_go)
            while self._drop_weakest(log_stay):
                self.fitted.fit(LATER_PASSES)
            if len(self.let_go) == gone:
                break

    def _add_promising(self) -> bool:
        """Take the patterns that come next; tell whether there were any."""
        if len(self.found) >= self.settings.most_findings:
            return False
        chosen = self._choose(self.candidates.judge())
        for key, lines in chosen.items():
            self.found.append(Found(key, lines, self._names(key, lines)))
            self.fitted.add(lines)
        if chosen:
            self.fitted.fit(LATER_PASSES)
        return bool(chosen)

    def _choose(self, judged: Judged) -> dict[Key, Lines]:
        """Return patterns to take in this round: productive, hardly sharing refusals, and each in one piece."""
        chosen: list[int] = []
        taken = np.zeros(len(self.reason.columns), dtype=bool)
        passing = self._passing(judged)
        standing = {self.candidates.keys[at] for at in passing} - self.let_go
        for at in passing:
            lines = self.candidates.lines[at]
            hits = lines[self.reason.is_hit[lines]]
            if self.candidates.keys[at] in self.let_go or taken[hits].sum() > SHARED * len(hits):
                continue
            if self._is_productive(at, judged, standing):
                chosen.append(at)
                taken[hits] = True
        inmost = [self._inmost(at, judged) for at in chosen]
        known = {found.key for found in self.found}
        return {whole.key: whole.lines for whole in inmost if whole.key not in known}

    def _passing(self, judged: Judged) -> list[int]:
        """Return the candidates that are significant at all and strong enough, likeliest first."""
        settings, stick = self.settings, judged.stick
        good = (
            (judged.log_bound <= LOG_ENTER)
            & (judged.worth > 0)
            & (judged.refused >= settings.least_lift * stick.alone)
            & (judged.refused >= np.sqrt(settings.least_lift) * stick.most)
            & (judged.patients >= settings.least_patients)
        )
        worth, keys = np.round(judged.worth, 6), self.candidates.keys
        return sorted(
            np.flatnonzero(good).tolist(), key=lambda at: (-worth[at], len(keys[at]), keys[at])
        )

    def _is_productive(self, at: int, judged: Judged, standing: set[Key]) -> bool:
        """Whether a combination adds to each of its simpler parts that are significant themselves."""
        key, refused = self.candidates.keys[at], int(judged.refused[at])
        scale = judged.patients[at] / refused
        rest = self.fitted.unexplained()
        own = float(rest.chance[self.candidates.lines[at]].sum())
        if own <= 0:  # within what is explained: its test says that it adds to that
            return True
        for dropped in range(len(key) if len(key) > 1 else 0):
            part = key[:dropped] + key[dropped + 1 :]
            if part not in standing:
                continue
            parent = self.reason.lines(part)
            outside = max(float(rest.chance[parent].sum()) - own, 0.0)
            inside = own * float(judged.stick.steps[at, dropped])
            count = round(refused * scale)
            of = max(count, round(len(np.intersect1d(parent, rest.hits)) * scale))
            if adds_to_parent(count, of, inside / max(inside + outside, 1e-12)) > ADDS:
                return False
        return True

    def _inmost(self, at: int, judged: Judged) -> Whole:
        """Return the part of a combination that stands out within it, and of that, and so on; itself if none does."""
        candidates, rest = self.candidates, self.fitted.unexplained()
        whole = Whole(
            candidates.keys[at],
            candidates.lines[at],
            int(judged.refused[at]),
            int(judged.patients[at]),
        )
        while part := part_of(self.reason.columns, whole, rest, self.settings, self.let_go):
            lines = self.reason.lines(part)
            hits = np.intersect1d(lines, rest.hits)
            patients = len(np.unique(self.reason.columns.patients[hits]))
            whole = Whole(part, lines, len(hits), patients)
        return whole

    def _names(self, key: Key, lines: Lines) -> list[Key]:
        """Return other candidates, no more complex, on nearly the same lines."""
        mark = np.zeros(len(self.reason.columns), dtype=bool)
        mark[lines] = True
        names = []
        for other, rows in zip(self.candidates.keys, self.candidates.lines):
            near = SAME_LINES * len(lines) <= len(rows) <= len(lines) / SAME_LINES
            if near and other != key and len(other) <= len(key):
                shared = int(mark[rows].sum())
                if shared >= SAME_LINES * (len(lines) + len(rows) - shared):
                    names.append(other)
        return sorted(names, key=lambda name: (len(name), name))

    def _drop_weakest(self, log_most: float) -> bool:
        """Judge each pattern found with all others allowed for; drop the weakest that does not stand, if any."""
        weak: list[tuple[float, int]] = []
        for number, found in enumerate(self.found):
            self._judge_found(number)
            if found.refused < self.settings.least_lift * found.expected:
                weak.append((float("inf"), number))
            elif found.log_bound > log_most:
                weak.append((found.log_bound, number))
        if not weak:
            return False
        number = max(weak)[1]
        self.let_go.add(self.found[number].key)
        self.fitted.remove(number)
        del self.found[number]
        return True

    def _judge_found(self, number: int) -> None:
        """Bring a pattern's figures to what they are without its own factor, where no other pattern explains."""
        found, fitted = self.found[number], self.fitted
        factor = fitted.found_factors[number]
        fitted.chance[found.lines] /= factor
        judged = Candidates(self.reason, [found.key], [found.lines]).judge(but=number)
        fitted.chance[found.lines] *= factor
        others = [lines for at, lines in enumerate(fitted.found) if at != number]
        apart = np.setdiff1d(found.lines, np.concatenate([*others, found.lines[:0]]))
        is_within = len(apart) <= 0.1 * len(found.lines)
        found.counted = found.lines if is_within else apart
        found.refused = int(judged.refused[0])
        found.expected = float(judged.stick.alone[0])
        found.evidence = float(judged.stick.evidence[0])
        found.log_p = float(judged.log_p[0])
        found.log_bound = float(judged.log_bound[0])
