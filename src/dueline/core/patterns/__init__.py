"""Patterns of denials: combinations refused far more often than the rest explains, and changes in time.

`find_patterns` and `find_jumps` are called nightly with a table of answered claim lines. What the methods
are, and their sources: docs/explanation/patterns.md. Pure: NumPy and SciPy, no database, no clock.
"""

from dueline.core.patterns.finding import find_patterns
from dueline.core.patterns.jumps import find_jumps
from dueline.core.patterns.model import (
    AnsweredLines,
    Attribute,
    BadTable,
    Condition,
    Finding,
    Jump,
    JumpReport,
    JumpSettings,
    PatternReport,
    PatternSettings,
    Refusals,
    Verdict,
    covered_lines,
    refused_lines,
)

__all__ = [
    "AnsweredLines",
    "Attribute",
    "BadTable",
    "Condition",
    "Finding",
    "Jump",
    "JumpReport",
    "JumpSettings",
    "PatternReport",
    "PatternSettings",
    "Refusals",
    "Verdict",
    "covered_lines",
    "find_jumps",
    "find_patterns",
    "refused_lines",
]
