"""Reading spreadsheets handed in, and what came of them."""

from dueline.sheets.queries.look import Look, Preview, Suggestion, look, preview, suggest
from dueline.sheets.queries.results import (
    differences_of,
    fault_table,
    faults_of,
    import_for,
    imports_of,
    mappings_of,
    proposed_of,
)

__all__ = [
    "Look",
    "Preview",
    "Suggestion",
    "differences_of",
    "fault_table",
    "faults_of",
    "import_for",
    "imports_of",
    "look",
    "mappings_of",
    "preview",
    "proposed_of",
    "suggest",
]
