"""How many patients to expect with a refusal, where the lines of one visit are often refused together.

Lines of one patient and service day stand between two extremes: refused independently, or all by the same stroke. Where
between, for a reason, is taken from all of its refusals. Different days of a patient are taken as independent: if
they are not, fewer patients than expected have a refusal, which errs on the safe side.
"""

from dataclasses import dataclass

import numpy as np

from dueline.core.patterns.model import Floats, Integers

MOST_CHANCE = 0.99
_PRIOR = 10.0  # visits for which independence is taken


def hazard_of(chance: Floats) -> Floats:
    """Return -ln(1 - chance): adds up over independent lines."""
    return np.asarray(-np.log1p(-np.minimum(chance, MOST_CHANCE)))


@dataclass(frozen=True)
class Clumping:
    """`independence` is 1 where lines of a visit are refused independently, 0 where all at one stroke."""

    independence: float

    @classmethod
    def of(cls, chance: Floats, hits: Integers, visits: Integers) -> "Clumping":
        """Learn from a reason's refused lines; `visits` numbers the visits, rising."""
        if not len(chance):
            return cls(1.0)
        hazard = hazard_of(chance)
        begins = np.flatnonzero(np.concatenate([[True], visits[1:] != visits[:-1]]))
        apart = float(-np.expm1(-np.add.reduceat(hazard, begins)).sum())
        together = float(-np.expm1(-np.maximum.reduceat(hazard, begins)).sum())
        seen = len(np.unique(visits[hits]))
        share = (seen - together + _PRIOR) / (max(apart - together, 0.0) + _PRIOR)
        return cls(min(1.0, max(0.0, share)))

    def of_visits(self, hazard: Floats, begins: Integers) -> Floats:
        """Return the hazard of each visit that at least one of its lines is refused; lines begin at `begins`."""
        largest = np.maximum.reduceat(hazard, begins)
        return np.asarray(largest + self.independence * (np.add.reduceat(hazard, begins) - largest))
