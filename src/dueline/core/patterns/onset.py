"""Since when: the day from which on a pattern's lines are refused more often, if there is one.

The likeliest single change of a binomial rate (Hinkley & Hinkley, Biometrika 57, 1970), kept where it is far beyond
what chance gives the best of all days (Worsley, Biometrika 70, 1983, by a bound on the safe side).
"""

import numpy as np
from scipy import special

from dueline.core.patterns.model import Floats, Integers

LEAST_GAIN = 8.0  # nats: chance alone gives the best of a year's days this much less than once in a hundred times
LEAST_RATIO = 2.0
_LEAST_LINES = 5


def onset(answered: Integers, refused: Integers) -> int | None:
    """Return the answer day on which the higher rate begins; None if it was so from the first day on.

    `answered`: answer day of each line of the pattern; `refused`: of each refused one among them. 0 is unknown.
    """
    days = np.unique(answered[answered > 0])
    if len(days) < 2:
        return None
    lines = np.bincount(np.searchsorted(days, answered[answered > 0]), minlength=len(days))
    hits = np.bincount(np.searchsorted(days, refused[refused > 0]), minlength=len(days))
    before, hits_before = np.cumsum(lines)[:-1], np.cumsum(hits)[:-1]
    after, hits_after = lines.sum() - before, hits.sum() - hits_before
    value = (
        _likelihood(hits_before, before)
        + _likelihood(hits_after, after)
        - _likelihood(hits.sum(), lines.sum())
    )
    rises = hits_after * before >= LEAST_RATIO * hits_before * after
    value = np.where(rises & (before >= _LEAST_LINES) & (after >= _LEAST_LINES), value, 0.0)
    best = int(np.argmax(value))
    return int(days[best + 1]) if value[best] >= LEAST_GAIN else None


def _likelihood(hits: Integers, lines: Integers) -> Floats:
    """Return the binomial log-likelihood at its own rate."""
    missed = lines - hits
    value = special.xlogy(hits, hits / np.maximum(lines, 1))
    return np.asarray(value + special.xlogy(missed, missed / np.maximum(lines, 1)))
