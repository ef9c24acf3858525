"""Which of the patterns reported are true, where what was planted is known.

A report names a reason and attribute values. It is *exact* if it shares nine tenths of its lines with a plant of that
reason. It is *true* if it is exact, or if at least half of the refusals it covers were caused by one plant of that
reason and it covers at least half of those that this plant caused: neither diluted by others nor a sliver. Anything
else is *false*: also a second report of a plant already named, and one that mixes two plants without being mostly
either.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dueline.core.patterns.model import AnsweredLines, Condition, covered_lines
from dueline.sample.planted import Invented, Plant

LEAST_CLAIMS = 40
LEAST_LIFT = 3.0
HALF = 0.5
EXACT = 0.9

Report = tuple[str, tuple[Condition, ...]]  # reason, attribute values


@dataclass(frozen=True)
class Score:
    """What became of one run's reports."""

    reported: int
    false: int
    exact: int
    named: tuple[int, ...]  # the plants found, by number
    matches: tuple[int, ...]  # for each report the plant it is true of, -1 if false


def covered(table: AnsweredLines, conditions: Iterable[Condition]) -> NDArray[np.bool_]:
    """Return which lines have all these values."""
    mask = np.zeros(len(table), dtype=bool)
    mask[covered_lines(table, conditions)] = True
    return mask


def score(invented: Invented, reports: Iterable[Report]) -> Score:
    """Judge the reports in their order."""
    table, plants = invented.table, invented.plants
    masks = [covered(table, plant.conditions) for plant in plants]
    matches: list[int] = []
    exact = 0
    for reason, conditions in reports:
        inside = covered(table, conditions)
        same = [
            n
            for n, (plant, mask) in enumerate(zip(plants, masks))
            if plant.reason == reason and (inside & mask).sum() >= EXACT * (inside | mask).sum()
        ]
        match = same[0] if same else _match(invented, reason, inside)
        is_new = match not in matches
        exact += bool(same) and is_new
        matches.append(match if is_new else -1)
    named = tuple(m for m in matches if m >= 0)
    return Score(len(matches), matches.count(-1), exact, named, tuple(matches))


def _match(invented: Invented, reason: str, inside: NDArray[np.bool_]) -> int:
    """Return the plant that caused the refusals on these lines for the most part, or -1."""
    rows = invented.table.refusals
    mine = (rows.reasons == invented.table.reasons.index(reason)) & inside[rows.lines]
    for number, plant in enumerate(invented.plants):
        caused = invented.causes == number
        both = int((caused & mine).sum())
        if plant.reason == reason and both >= HALF * mine.sum() and both >= HALF * caused.sum():
            return number if both else -1
    return -1


def counts(plant: Plant) -> bool:
    """Whether a plant is one of those that must be found."""
    return plant.claims >= LEAST_CLAIMS and plant.lift >= LEAST_LIFT
