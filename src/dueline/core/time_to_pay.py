"""How long a payer takes to answer a claim, learned from claims answered and claims still waiting.

Kaplan-Meier: on each day, of the claims that had waited so long, the share that was answered. A claim not
yet answered counts for the days it has waited and for no more. See docs/explanation/time-to-pay.md.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

LEAST_CLAIMS = 50  # fewer are no history: the rule's default serves
OVERDUE_SHARE = 0.9  # a claim not answered when this share is, is overdue
LATEST_CHECK = 60  # days: however slow a payer, nobody waits longer for a first look
_ROUNDING = 1e-9


class Waits(NamedTuple):
    """Claims that waited this many days: those answered then, and those last seen waiting then."""

    days: int
    answered: int
    waiting: int


class Step(NamedTuple):
    """By this day this share of the claims is answered."""

    day: int
    share: float


@dataclass(frozen=True)
class TimeToPay:
    """What the waits of a payer's claims say. `steps` has a row for each day on which any was answered."""

    claims: int
    answered: int
    steps: tuple[Step, ...]

    def share_by(self, day: int) -> float:
        """Return the share of claims answered by a day."""
        return max((step.share for step in self.steps if step.day <= day), default=0.0)

    def day_of(self, share: float) -> int | None:
        """Return the first day by which this share is answered; None where that is not reached."""
        reached = (step.day for step in self.steps if step.share >= share - _ROUNDING)
        return next(reached, None)

    @property
    def median(self) -> int | None:
        return self.day_of(0.5)

    @property
    def overdue_after(self) -> int | None:
        """The day by which 90 % are answered."""
        return self.day_of(OVERDUE_SHARE)


class Learned(NamedTuple):
    """A payer's or plan's time to pay in short, as kept for the day.

    `check_after` is None where the history is too short or 90 % is never reached.
    """

    claims: int
    answered: int
    median: int | None
    overdue_after: int | None
    check_after: int | None  # days; a first look comes the day after
    check_percent: int  # answered by then, rounded down


def time_to_pay(waits: Iterable[Waits]) -> TimeToPay:
    """Return the Kaplan-Meier estimate. Of one day, answers come before claims last seen waiting."""
    answered: Counter[int] = Counter()
    leaving: Counter[int] = Counter()
    for days, with_answer, without in waits:
        answered[days] += with_answer
        leaving[days] += with_answer + without
    claims = at_risk = leaving.total()
    unanswered = 1.0
    steps = []
    for day in sorted(leaving):
        if answered[day]:
            unanswered *= (at_risk - answered[day]) / at_risk
            steps.append(Step(day, 1.0 - unanswered))
        at_risk -= leaving[day]
    return TimeToPay(claims, answered.total(), tuple(steps))


def learned(found: TimeToPay) -> Learned:
    """Return what is kept of an estimate, with the day of the first look where there is enough history."""
    overdue_after = found.overdue_after
    check_after = None
    if overdue_after is not None and found.claims >= LEAST_CLAIMS:
        check_after = min(overdue_after, LATEST_CHECK)
    share = 0.0 if check_after is None else found.share_by(check_after)
    return Learned(
        claims=found.claims,
        answered=found.answered,
        median=found.median,
        overdue_after=overdue_after,
        check_after=check_after,
        check_percent=int(share * 100 + _ROUNDING),
    )
