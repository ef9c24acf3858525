"""The field's figures of denials: what each one is, in words, and how sure a share of few claims is.

After the HFMA Claim Integrity Task Force's denial metrics (2021); where ours differ, the words say so. Pure.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dueline.core.proportion import wilson

LEAST_CLAIMS = 30  # below, a share says too little to conclude anything from
COMPLETE_PERCENT = 90  # of a month's claims answered: below, answers are still coming
_SOURCE = "HFMA Claim Integrity Task Force, Standardizing Denial Metrics (2021)"


class Figure(StrEnum):
    """The key figures of denials."""

    INITIAL_RATE = "initial_rate"
    DOLLAR_RATE = "dollar_rate"
    OVERTURN_RATE = "overturn_rate"
    DAYS_TO_APPEAL = "days_to_appeal"
    DAYS_TO_RESOLUTION = "days_to_resolution"
    RECOVERED = "recovered"
    WRITTEN_OFF = "written_off"


class Shown(StrEnum):
    """Which claims stand behind a figure."""

    ANSWERED = "answered"
    REFUSED = "refused"
    DECIDED = "decided"
    OVERTURNED = "overturned"
    CONTESTED = "contested"
    RECOVERED = "recovered"
    WRITTEN_OFF = "written_off"
    SENT = "sent"  # every claim, answered or not
    UNANSWERED = "unanswered"


class Period(StrEnum):
    """Which first answers are counted."""

    QUARTER = "3m"
    YEAR = "12m"
    ALL = "all"


_MONTHS = {Period.QUARTER: 3, Period.YEAR: 12}


@dataclass(frozen=True)
class Definition:
    """A figure in words: what is divided by what, which claims stand behind each, and whose definition it is."""

    title: str
    formula: str
    above: Shown
    below: Shown | None
    source: str


DEFINITIONS: dict[Figure, Definition] = {
    Figure.INITIAL_RATE: Definition(
        "Initial denial rate",
        "Claims refused in whole or in part by their first answer ÷ claims with a first answer in the period.",
        Shown.REFUSED,
        Shown.ANSWERED,
        f"{_SOURCE}, metric 1 by volume; both counts are of the same three months.",
    ),
    Figure.DOLLAR_RATE: Definition(
        "By dollars",
        "Dollars refused by first answers ÷ dollars charged on the claims answered.",
        Shown.REFUSED,
        Shown.ANSWERED,
        f"{_SOURCE}, metric 1 by dollars; of a claim refused in part, only that part counts.",
    ),
    Figure.OVERTURN_RATE: Definition(
        "Overturned",
        "Refused claims of which something was paid since ÷ refused claims with nothing left to wait for.",
        Shown.OVERTURNED,
        Shown.DECIDED,
        f"{_SOURCE}, metric 6.",
    ),
    Figure.DAYS_TO_APPEAL: Definition(
        "Days to appeal",
        "Median days from the refusal to the first appeal, reconsideration, records or corrected claim sent.",
        Shown.CONTESTED,
        None,
        f"{_SOURCE}, metric 4; a corrected claim counts as an appeal does.",
    ),
    Figure.DAYS_TO_RESOLUTION: Definition(
        "Days to resolution",
        "Median days from the refusal until nothing of it is left to wait for.",
        Shown.DECIDED,
        None,
        f"{_SOURCE}, metric 5.",
    ),
    Figure.RECOVERED: Definition(
        "Recovered",
        "Dollars paid since for what was refused.",
        Shown.RECOVERED,
        None,
        "Dueline, docs/explanation/denial-figures.md",
    ),
    Figure.WRITTEN_OFF: Definition(
        "Written off",
        "Dollars refused and given up, less what was paid of them.",
        Shown.WRITTEN_OFF,
        None,
        f"{_SOURCE}, metric 3, in dollars: net patient service revenue is not known here.",
    ),
}


@dataclass(frozen=True)
class Share:
    """A part of a whole: counts of claims, or cents."""

    part: int
    whole: int

    @property
    def rate(self) -> float | None:
        """Return the share, 0 to 1 and beyond where amounts are odd; None of nothing."""
        return self.part / self.whole if self.whole > 0 else None

    @property
    def is_enough(self) -> bool:
        """Whether there are enough claims to conclude anything; for counts, not for cents."""
        return self.whole >= LEAST_CLAIMS

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % interval of a share of claims by Wilson's score; None where it is no share."""
        if self.whole <= 0 or not 0 <= self.part <= self.whole:
            return None
        return wilson(self.part, self.whole)


def is_first_answer(
    *, status_code: str, charge_cents: int, settled_cents: int, held_cents: int
) -> bool:
    """Whether a claim payment answers a claim, so that it counts in rates.

    `settled_cents`: paid, allowed to the patient, and refused, together. Not answered is what decides
    nothing (22, 23, 25), is for no charge, or only holds the money: a duplicate (CARC 18), a review.
    """
    if status_code in ("22", "23", "25") or charge_cents <= 0:
        return False
    return settled_cents > 0 or held_cents <= 0


def first_day(period: Period, *, as_of: date) -> date:
    """Return the first day of a period that ends on `as_of`; the day of the month is kept where there is one."""
    months = _MONTHS.get(period)
    if months is None:
        return date.min
    return months_before(as_of, months) + timedelta(days=1)


def months_before(day: date, months: int) -> date:
    """Return the day so many months earlier, the month's last where it has no such day."""
    whole = day.year * 12 + day.month - 1 - months
    year, month = divmod(whole, 12)
    if year < 1:
        return date.min
    following = date(year + month // 11, (month + 1) % 12 + 1, 1)
    return date(year, month + 1, min(day.day, (following - timedelta(days=1)).day))
