"""Reading checks: what is on file for them, what they found, which are off, and how often they were right."""

from dueline.prevention.queries.facts import LedgerFacts
from dueline.prevention.queries.results import (
    Answered,
    ByCheck,
    ResultFilterError,
    ResultFilters,
    answered_claims,
    by_check,
    counts_by_check,
    owners,
    run_for,
    runs,
    warned_claims,
    warnings_of,
)
from dueline.prevention.queries.switches import switches, turned_off

__all__ = [
    "Answered",
    "ByCheck",
    "LedgerFacts",
    "ResultFilterError",
    "ResultFilters",
    "answered_claims",
    "by_check",
    "counts_by_check",
    "owners",
    "run_for",
    "runs",
    "switches",
    "turned_off",
    "warned_claims",
    "warnings_of",
]
