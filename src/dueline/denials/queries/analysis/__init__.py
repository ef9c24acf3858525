"""Figures, breakdowns and the claims behind them, asked of the columnar facts of a practice."""

from dueline.denials.queries.analysis.behind import Behind, claims_behind
from dueline.denials.queries.analysis.facts import FactsState, facts_state
from dueline.denials.queries.analysis.filters import AnalysisFilterError, AnalysisFilters
from dueline.denials.queries.analysis.labels import Labels
from dueline.denials.queries.analysis.model import (
    Breakdown,
    Cohort,
    CohortRow,
    Heat,
    KeyFigure,
    Measure,
    Row,
    Trend,
    TrendBasis,
    TrendPoint,
)
from dueline.denials.queries.analysis.questions import Analysis, analysis

__all__ = [
    "Analysis",
    "AnalysisFilterError",
    "AnalysisFilters",
    "Behind",
    "Breakdown",
    "Cohort",
    "CohortRow",
    "FactsState",
    "Heat",
    "KeyFigure",
    "Labels",
    "Measure",
    "Row",
    "Trend",
    "TrendBasis",
    "TrendPoint",
    "analysis",
    "claims_behind",
    "facts_state",
]
