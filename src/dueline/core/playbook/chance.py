"""How often denials of a kind are recovered here: our own outcomes, held to the prior while they are few."""

from dataclasses import dataclass

from dueline.core.enums import DenialCategory, PayerStatus
from dueline.core.recovery import (
    CHANCE_BY_DENIAL,
    CHANCE_BY_STATUS,
    CHANCE_MOST,
    FEW,
    PRIOR_DENIALS,
    WHOLE,
    Rate,
    percent,
)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Counts of ended denials of one category, and of those of one payer and reason among them.

    A denial that was refused again counts once, as the one it goes on in.
    """

    won: int = 0
    decided: int = 0
    own_won: int = 0  # of this payer, for this reason
    own_decided: int = 0


def chance_of(category: DenialCategory, outcomes: Outcomes) -> Rate:
    """Return the chance that a denial is recovered when worked, with the words that say where it is from.

    The prior weighs as much as 40 decided denials of the category; the category as much as 40 of this
    payer and reason. Below five decided, the wider figure alone is used and said.
    """
    prior = CHANCE_BY_DENIAL.get(category.value, CHANCE_BY_STATUS[PayerStatus.DENIED])
    kind = category.value.replace("_", " ")
    points, basis = prior, f"prior, ours: {percent(prior)} of {kind}"
    if outcomes.decided >= FEW:
        points = _shrunk(outcomes.won, outcomes.decided, points)
        basis += f"; {outcomes.won:,} of {outcomes.decided:,} such denials recovered here"
    else:
        basis += f"; too few of our own to learn from ({outcomes.decided} decided)"
    if outcomes.own_decided >= FEW:
        points = _shrunk(outcomes.own_won, outcomes.own_decided, points)
        basis += f", {outcomes.own_won:,} of {outcomes.own_decided:,} by this payer for this reason"
    return Rate(max(0, min(CHANCE_MOST, points)), basis)


def _shrunk(won: int, decided: int, expected: int) -> int:
    return (won * WHOLE + PRIOR_DENIALS * expected) // (decided + PRIOR_DENIALS)
