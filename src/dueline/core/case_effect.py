"""What a fix upstream changed: refusals before and after it, against similar claims that it does not touch.

Pure. Shares are 0 to 1, money is integer cents. How it is measured, and why so: docs/explanation/cases.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from dueline.core.proportion import wilson

LEAST_CLAIMS = 20  # answered, of the case, before and after: below, nothing is said
LEAST_COMPARED = 50  # answered, of the others, before and after
ENOUGH = 0.5  # of what was too much: a fix worked where at least this much of it is gone


class Verdict(StrEnum):
    """What can be said of a fix."""

    WORKED = "worked"
    NOT_WORKED = "not_worked"
    TOO_EARLY = "too_early"


@dataclass(frozen=True)
class Counted:
    """Answered claims of one kind on one side of the fix.

    `patients` is for how many independent claims they count: claims of one patient are answered alike.
    """

    claims: int
    refused: int
    refused_cents: int = 0
    patients: float = 0.0

    @property
    def rate(self) -> float:
        return self.refused / self.claims if self.claims else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the rate, by the number of independent claims."""
        size = min(self.patients or self.claims, self.claims)
        return wilson(self.rate * size, size)


@dataclass(frozen=True)
class Effect:
    """The change of the share refused, beyond that of the others: negative where the fix helps; 95 % interval.

    `kept_cents` is what would have been refused without the fix on the claims answered since, each refusal taken for
    as many dollars as before it; with the interval of the change.
    """

    change: float
    low: float
    high: float
    kept_cents: int
    kept_low_cents: int
    kept_high_cents: int
    verdict: Verdict
    why: str


def independent(claims_by_patient: Iterable[int]) -> float:
    """Return for how many independent claims those of patients count: (sum of counts)² / sum of squares.

    Kish's effective sample size for clusters that answer alike (Survey Sampling, 1965).
    """
    counts = list(claims_by_patient)
    squares = sum(count * count for count in counts)
    return sum(counts) ** 2 / squares if squares else 0.0


def effect_of(
    before: Counted, after: Counted, others_before: Counted, others_after: Counted
) -> Effect:
    """Return what a fix changed: the difference of two differences, and what may be concluded.

    The interval is made of the four shares' own (MOVER: Newcombe, Stat. Med. 17 (1998) 873; Zou and Donner,
    Stat. Med. 27 (2008) 1693), which holds for shares near none and all too.
    """
    sides = ((after, 1), (before, -1), (others_after, -1), (others_before, 1))
    change = sum(sign * side.rate for side, sign in sides)
    low = change - sqrt(sum(_reach(side, -sign) ** 2 for side, sign in sides))
    high = change + sqrt(sum(_reach(side, sign) ** 2 for side, sign in sides))
    excess = before.rate - others_before.rate
    verdict, why = _verdict(before, after, others_before, others_after, change, low, high, excess)
    usual = before.refused_cents / before.refused if before.refused else 0.0
    kept, kept_low, kept_high = (
        round(-share * after.claims * usual) for share in (change, high, low)
    )
    return Effect(change, low, high, kept, kept_low, kept_high, verdict, why)


def _reach(side: Counted, sign: int) -> float:
    """Return how far a share may lie above what was counted, or below it for a negative sign."""
    low, high = side.interval
    return high - side.rate if sign > 0 else side.rate - low


def _verdict(
    before: Counted,
    after: Counted,
    others_before: Counted,
    others_after: Counted,
    change: float,
    low: float,
    high: float,
    excess: float,
) -> tuple[Verdict, str]:
    for side, when in ((before, "before"), (after, "after")):
        if side.claims < LEAST_CLAIMS:
            return Verdict.TOO_EARLY, (
                f"Only {side.claims} of its claims are answered from {when} the fix; "
                f"at least {LEAST_CLAIMS} are needed."
            )
    for side, when in ((others_before, "before"), (others_after, "after")):
        if side.claims < LEAST_COMPARED:
            return Verdict.TOO_EARLY, (
                f"Only {side.claims} similar claims are answered from {when} the fix; "
                f"at least {LEAST_COMPARED} are needed to compare with."
            )
    if excess <= 0:
        return (
            Verdict.TOO_EARLY,
            "Before the fix its claims were not refused more often than others.",
        )
    wanted = -ENOUGH * excess
    if high < 0 and change <= wanted:
        return Verdict.WORKED, "The share refused fell, and chance alone does not explain it."
    if low > wanted:
        return Verdict.NOT_WORKED, "Less than half of what was refused too often is gone."
    return Verdict.TOO_EARLY, "The answers so far allow both: that it worked, and that it did not."
