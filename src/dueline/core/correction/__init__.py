"""Corrected, replacement and void claims: what may change, in which states a correction stands, when one is stopped.

Where the original is read from, who approves and how the file goes out are `dueline.corrections`'.
"""

from dueline.core.correction.change import Change, changes, corrected
from dueline.core.correction.fields import CLAIM_FIELDS, LINE_FIELDS, CorrectionError, Field
from dueline.core.correction.states import (
    OPEN_STATES,
    CorrectionEvent,
    CorrectionKind,
    CorrectionState,
    can_move,
    next_state,
)
from dueline.core.correction.stops import Standing, why_stopped
from dueline.core.correction.text import Row, rows_of, segments_of

__all__ = [
    "CLAIM_FIELDS",
    "LINE_FIELDS",
    "OPEN_STATES",
    "Change",
    "CorrectionError",
    "CorrectionEvent",
    "CorrectionKind",
    "CorrectionState",
    "Field",
    "Row",
    "Standing",
    "can_move",
    "changes",
    "corrected",
    "next_state",
    "rows_of",
    "segments_of",
    "why_stopped",
]
