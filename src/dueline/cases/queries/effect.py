"""The effect of a case's fix, counted in the answered claims: its own and similar ones, before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dueline.cases.queries.answered import Answered
from dueline.core.case_effect import LEAST_COMPARED, Counted, Effect, effect_of, independent
from dueline.core.patterns import Condition, covered_lines
from dueline.core.patterns.model import Integers

SPAN_DAYS = 180  # of service before the fix that count
LEFT_OUT_DAYS = 14  # of service before the fix that do not: their claims may have gone out after it
RECENT_DAYS = 60  # of service in which a cause that was put right shows again
_WAIT = (14, 60)  # days from service to answer: as most claims of the case needed, within these
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Measured:
    """The counts behind an effect. `wait_days`: answers within so many days of service count."""

    before: Counted
    after: Counted
    others_before: Counted
    others_after: Counted
    wait_days: int
    effect: Effect


class Claims:
    """The answered claims, one row each, and which of them a case is about."""

    def __init__(self, found: Answered, carc: str, conditions: Sequence[Condition]) -> None:
        table = found.table
        self.ids, first = np.unique(found.claims, return_index=True)
        self.patients = table.patients[first]
        self.service_days = table.service_days[first]
        self.answer_days = table.answer_days[first]
        self._lines = found.claims
        self._conditions = conditions
        self._table = table
        reason = f"CARC {carc}"
        number = table.reasons.index(reason) if reason in table.reasons else -1
        refused = table.refusals.lines[table.refusals.reasons == number]
        self._covered = covered_lines(table, conditions)
        self.is_covered = self._has(self._covered)
        self.is_refused = self._has(refused)
        # of the case's own claims only a refusal of a line that it is about counts
        self.is_own_refused = self._has(np.intersect1d(self._covered, refused))
        self.refused_cents = self._cents(number)

    def _has(self, lines: Integers) -> Mask:
        return np.isin(self.ids, self._lines[lines])

    def _cents(self, reason: int) -> Integers:
        """Return of each claim what was refused for the reason on the lines that the case is about."""
        rows = self._table.refusals
        own = (rows.reasons == reason) & np.isin(rows.lines, self._covered)
        places = np.searchsorted(self.ids, self._lines[rows.lines[own]])
        found = np.zeros(len(self.ids), dtype=np.int64)
        np.add.at(found, places, rows.cents[own])
        return found

    @property
    def value_count(self) -> int:
        return max(len(self._conditions), 1)

    def own_refused_ids(self) -> Integers:
        return self.ids[self.is_own_refused]

    def alike(self, shared: int) -> Mask:
        """Return the claims beside the case's of which a line has at least so many of its values."""
        count = np.zeros(len(self._lines), dtype=np.int64)
        for condition in self._conditions:
            count[covered_lines(self._table, [condition])] += 1
        return self._has(np.flatnonzero(count >= shared)) & ~self.is_covered


def effect_in(claims: Claims, *, fixed_on: date, as_of: date, is_recent: bool = False) -> Measured:
    """Measure the fix of a case; with `is_recent` by the last weeks alone, whether its cause is back.

    Compared with are the claims that share all but one of its values, or, where those are too few, fewer.
    """
    fixed, today = fixed_on.toordinal(), as_of.toordinal()
    last_before = fixed - LEFT_OUT_DAYS - 1
    is_before = (claims.service_days >= last_before - SPAN_DAYS) & (
        claims.service_days <= last_before
    )
    waited = claims.answer_days - claims.service_days
    wait = _wait(waited[is_before & claims.is_covered])
    first_after = max(fixed, today - wait - RECENT_DAYS) if is_recent else fixed
    is_after = (claims.service_days >= first_after) & (claims.service_days <= today - wait)
    is_in_time = (waited >= 0) & (waited <= wait)
    before, after = is_before & is_in_time, is_after & is_in_time
    own_before, own_after = (
        _counted(claims, side & claims.is_covered, claims.is_own_refused)
        for side in (before, after)
    )
    for shared in range(claims.value_count - 1, -1, -1):
        alike = claims.alike(shared)
        others_before, others_after = (
            _counted(claims, side & alike, claims.is_refused) for side in (before, after)
        )
        if min(others_before.claims, others_after.claims) >= LEAST_COMPARED:
            break
    effect = effect_of(own_before, own_after, others_before, others_after)
    return Measured(own_before, own_after, others_before, others_after, wait, effect)


def _wait(days: Integers) -> int:
    """Return by how many days three of four claims were answered."""
    known = days[days >= 0]
    usual = int(np.percentile(known, 75)) if len(known) else _WAIT[1]
    return min(max(usual, _WAIT[0]), _WAIT[1])


def _counted(claims: Claims, which: Mask, is_refused: Mask) -> Counted:
    _, by_patient = np.unique(claims.patients[which], return_counts=True)
    return Counted(
        claims=int(which.sum()),
        refused=int((which & is_refused).sum()),
        refused_cents=int(claims.refused_cents[which].sum()),
        patients=independent(by_patient.tolist()),
    )
