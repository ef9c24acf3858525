"""Whether a pattern is one thing: looks inside it for a part that is refused far more often than the remainder.

A value that seems conspicuous may only hold one or several narrower patterns.
"""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dueline.core.patterns.counting import SAME_COVER, Columns
from dueline.core.patterns.expectation import Unexplained
from dueline.core.patterns.lines_of import Key
from dueline.core.patterns.margins import PAIR_PRIOR
from dueline.core.patterns.model import PatternSettings
from dueline.core.patterns.significance import gain, log_upper_tail

LOG_PART = float(np.log(0.01))  # Bonferroni over the parts looked at


@dataclass(frozen=True)
class Whole:
    """A combination's lines, its refusals that no pattern explains yet, and how many patients those are."""

    key: Key
    lines: NDArray[np.int32]
    refused: int
    patients: int


def part_of(
    columns: Columns,
    whole: Whole,
    rest: Unexplained,
    settings: PatternSettings,
    let_go: Collection[Key],
) -> Key | None:
    """Return the combination with one value more that stands out most within the whole; None if none does.

    `let_go`: combinations that did not stand before.
    """
    if len(whole.key) >= settings.most_attributes or not whole.refused:
        return None
    is_hit = np.zeros(len(columns), dtype=bool)
    is_hit[rest.hits] = True
    hits = whole.lines[is_hit[whole.lines]]
    chance = rest.chance[whole.lines]
    chance = chance * (
        whole.refused / max(float(chance.sum()), 1e-9)
    )  # all parts alike, as the whole is
    used = {attribute for attribute, _ in whole.key}
    scale = whole.patients / whole.refused
    parts: list[tuple[float, float, Key]] = []
    tests = 0
    for at, (codes, size) in enumerate(zip(columns.codes, columns.sizes)):
        if at in used:
            continue
        mine = codes[whole.lines]
        lines = np.bincount(mine, minlength=size)
        refused = np.bincount(codes[hits], minlength=size).astype(np.float64)
        expected = np.bincount(mine, chance, size)
        outside = refused.sum() - refused
        alone = expected * (outside + PAIR_PRIOR) / (expected.sum() - expected + PAIR_PRIOR)
        good = (lines >= settings.least_lines) & (lines < SAME_COVER * len(whole.lines))
        good[-1] = False
        tests += int(good.sum())
        good &= refused >= np.maximum(settings.least_lift * alone, settings.least_patients)
        log_p = log_upper_tail(refused * scale, alone * scale, outside * scale + PAIR_PRIOR)
        worth = gain(refused, alone)
        parts += [
            (float(worth[v]), float(log_p[v]), tuple(sorted((*whole.key, (at, v)))))
            for v in np.flatnonzero(good).tolist()
        ]
    most = LOG_PART - np.log(max(1, tests))
    standing = [(-w, key) for w, log_p, key in parts if key not in let_go and log_p <= most]
    return min(standing)[1] if standing else None
