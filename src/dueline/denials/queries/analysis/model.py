"""What the analysis answers with: figures, rows of a breakdown, months, cells. Amounts in cents."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from dueline.core.denial_attributes import Attribute
from dueline.core.denial_figures import (
    COMPLETE_PERCENT,
    DEFINITIONS,
    Definition,
    Figure,
    Share,
)


class Measure(StrEnum):
    """By what values are put in order and cells are shaded."""

    DOLLARS = "dollars"
    CLAIMS = "claims"
    RATE = "rate"


class TrendBasis(StrEnum):
    """Which month a claim counts in."""

    SERVICE = "service"
    ANSWER = "answer"


@dataclass(frozen=True)
class KeyFigure:
    """A key figure: a share of claims or of cents, a median of days over `count` claims, or an amount of them.

    What does not belong to its kind is None.
    """

    figure: Figure
    share: Share | None = None
    is_cents: bool = False
    days: int | None = None
    cents: int | None = None
    count: int = 0

    @property
    def definition(self) -> Definition:
        return DEFINITIONS[self.figure]


@dataclass(frozen=True)
class Row:
    """One value of an attribute: claims answered and refused, what was charged and refused."""

    value: str
    answered: int
    refused: int
    charge_cents: int
    refused_cents: int

    @property
    def share(self) -> Share:
        return Share(self.refused, self.answered)


@dataclass(frozen=True)
class Breakdown:
    """Every value of an attribute, by dollars or claims refused, most first, and the whole.

    `is_whole`: the rows' dollars add up to the whole's, as they do not where a claim has several values.
    """

    by: Attribute
    measure: Measure
    rows: tuple[Row, ...]
    total: Row

    @property
    def is_whole(self) -> bool:
        return sum(row.refused_cents for row in self.rows) == self.total.refused_cents

    def running(self, place: int) -> float | None:
        """Return the part of all dollars in the rows up to this one; None where that says nothing."""
        if (
            self.measure is not Measure.DOLLARS
            or not self.is_whole
            or self.total.refused_cents <= 0
        ):
            return None
        return sum(row.refused_cents for row in self.rows[: place + 1]) / self.total.refused_cents


@dataclass(frozen=True)
class TrendPoint:
    """A month: claims known of it, answered, refused; and what is compared with, all claims of the practice."""

    month: str
    known: int
    answered: int
    refused: int
    refused_cents: int
    all_answered: int
    all_refused: int

    @property
    def share(self) -> Share:
        return Share(self.refused, self.answered)

    @property
    def all_share(self) -> Share:
        return Share(self.all_refused, self.all_answered)

    @property
    def is_complete(self) -> bool:
        """Whether so many of the month's claims are answered that few answers are still to come."""
        return self.answered * 100 >= self.known * COMPLETE_PERCENT


@dataclass(frozen=True)
class Trend:
    """Thirteen months to today's, each there, also without claims."""

    basis: TrendBasis
    points: tuple[TrendPoint, ...]


@dataclass(frozen=True)
class Heat:
    """Two attributes against each other: values most refused first, what cells there are, and what is left out."""

    rows_by: Attribute
    columns_by: Attribute
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[tuple[str, str], Row]
    rows_left: int
    columns_left: int


@dataclass(frozen=True)
class CohortRow:
    """Claims of a month of service: at each age (days from service to answer), of those answered by then, refused.

    A cell is None until every claim of the month is that old.
    """

    month: str
    known: int
    cells: tuple[Share | None, ...]
    so_far: Share


@dataclass(frozen=True)
class Cohort:
    ages: tuple[int, ...]
    rows: tuple[CohortRow, ...]
