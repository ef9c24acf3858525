"""All that the denials page says, from what its address asks: the page, its downloads and the command share it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from dueline.accounts.models import Practice
from dueline.core.denial_attributes import NAMES, Attribute
from dueline.core.denial_figures import Period, first_day
from dueline.denials.queries.analysis import (
    AnalysisFilterError,
    AnalysisFilters,
    Breakdown,
    Cohort,
    Heat,
    KeyFigure,
    Labels,
    Measure,
    Row,
    Trend,
    TrendBasis,
    analysis,
)

HEAT_ROWS, HEAT_COLUMNS = 8, 7  # as many as can be taken in at a glance
_MENU_MOST = 60
_DRILLED = (Attribute.CATEGORY, Attribute.PAYER, Attribute.CARC, Attribute.PROCEDURE)


class Chart(StrEnum):
    """The parts of the page that can be had as a table or a picture."""

    FIGURES = "figures"
    BREAKDOWN = "breakdown"
    TREND = "trend"
    HEAT = "heat"
    COHORTS = "cohorts"


@dataclass(frozen=True)
class Asked:
    """What an address asks: to what it is narrowed, by what it is broken down, and how it is shown."""

    filters: AnalysisFilters
    by: Attribute = Attribute.CATEGORY
    measure: Measure = Measure.DOLLARS
    basis: TrendBasis = TrendBasis.SERVICE
    rows: Attribute = Attribute.PAYER
    columns: Attribute = Attribute.CATEGORY

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Asked":
        """Read a query string's mapping; other keys are left alone. Raises AnalysisFilterError."""
        values: dict[str, Any] = {}
        for name, enum in _MEMBERS.items():
            text = query.get(name, "")
            if not text:
                continue
            if text not in set(enum):
                raise AnalysisFilterError(f"{name}: expected one of {', '.join(enum)}.")
            values[name] = enum(text)
        filters = AnalysisFilters.from_query(query)
        if values.get("by", cls.by) in filters.values:  # of one value there is nothing to see
            values["by"] = next((one for one in _DRILLED if one not in filters.values), cls.by)
        return cls(filters, **values)

    def shown(self) -> list[tuple[str, str]]:
        """Return what is not at its default, as names and values of an address, the filters apart."""
        plain = Asked.from_query(_pairs(self.filters))
        return [
            (name, getattr(self, name).value)
            for name in _MEMBERS
            if getattr(self, name) != getattr(plain, name)
        ]

    def query(self) -> str:
        """Return the query string of all that is asked."""
        return "&".join(part for part in (self.filters.query(), urlencode(self.shown())) if part)


_MEMBERS: dict[str, type[StrEnum]] = {
    "by": Attribute,
    "measure": Measure,
    "basis": TrendBasis,
    "rows": Attribute,
    "columns": Attribute,
}


def _pairs(filters: AnalysisFilters) -> dict[str, str]:
    return {one.value: value or "-" for one, value in filters.values.items()}


@dataclass(frozen=True)
class DenialReport:
    """The answers. `menus` are values to narrow to, most frequent first."""

    asked: Asked
    as_of: date
    total: Row
    figures: tuple[KeyFigure, ...]
    breakdown: Breakdown
    trend: Trend
    heat: Heat
    cohorts: Cohort
    menus: Mapping[Attribute, tuple[str, ...]]
    labels: Labels

    @property
    def first_day(self) -> date | None:
        """Return the first day of answers that count, None for all."""
        if self.asked.filters.period is Period.ALL:
            return None
        return first_day(self.asked.filters.period, as_of=self.as_of)

    @property
    def heat_name(self) -> str:
        """Return "Payer by category"."""
        columns = NAMES[self.heat.columns_by]
        return f"{NAMES[self.heat.rows_by]} by {columns[:1].lower()}{columns[1:]}"

    def words(self, by: Attribute, value: str) -> str:
        return self.labels.of(by, value)

    def narrowed(self) -> list[tuple[Attribute, str]]:
        """Return what it is narrowed to: attribute, value in words."""
        return [(one, self.words(one, v)) for one, v in self.asked.filters.values.items()]

    def narrowed_words(self) -> str:
        """Return "Payer Harborlight, Category Authorization referral", "" for everything."""
        words = [f"{NAMES[one]} {value}" for one, value in self.narrowed()]
        if self.asked.filters.within is not None:
            words.append(f"answered within {self.asked.filters.within} days of service")
        return ", ".join(words)


def denial_report(
    practice: Practice,
    asked: Asked,
    *,
    as_of: date,
    menus: tuple[Attribute, ...] = (),
) -> DenialReport:
    """Return the whole report. Some twenty statements over the facts, and two queries for names."""
    with analysis(practice, asked.filters, as_of=as_of) as question:
        total = question.total()
        figures = tuple(question.key_figures(total))
        breakdown = question.breakdown(asked.by, total, measure=asked.measure)
        heat = question.heat(
            asked.rows,
            asked.columns,
            measure=asked.measure,
            most_rows=HEAT_ROWS,
            most_columns=HEAT_COLUMNS,
        )
        trend, cohorts = question.trend(asked.basis), question.cohorts()
        choices = {one: tuple(question.values(one, _MENU_MOST)) for one in menus}
    said = [(asked.by, row.value) for row in breakdown.rows]
    said += [(asked.rows, value) for value in heat.rows]
    said += [(asked.columns, value) for value in heat.columns]
    said += [(one, value) for one, values in choices.items() for value in values]
    said += list(asked.filters.values.items())
    return DenialReport(
        asked=asked,
        as_of=as_of,
        total=total,
        figures=figures,
        breakdown=breakdown,
        trend=trend,
        heat=heat,
        cohorts=cohorts,
        menus=choices,
        labels=Labels(practice, said),
    )
