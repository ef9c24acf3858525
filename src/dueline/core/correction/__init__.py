"""Corrected, replacement and void claims, and claims to the next payer: what changes, their states, what stops one.

Where the original is read from, who approves and how the file goes out are `dueline.corrections`'.
"""

from dueline.core.correction.change import Change, changes, corrected
from dueline.core.correction.fields import CLAIM_FIELDS, LINE_FIELDS, CorrectionError, Field
from dueline.core.correction.next_payer import (
    ORDER,
    Answer,
    coverages_of,
    forwarded_words,
    name_of,
    next_payer_claim,
)
from dueline.core.correction.next_payer_words import (
    NEXT_PAYER_FIELDS,
    Turn,
    missing,
    next_payer_changes,
    why_not_billed,
    with_edits,
)
from dueline.core.correction.states import (
    KIND_NAMES,
    OF_ONE_PAYER,
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
    "KIND_NAMES",
    "LINE_FIELDS",
    "NEXT_PAYER_FIELDS",
    "OF_ONE_PAYER",
    "OPEN_STATES",
    "ORDER",
    "Answer",
    "Change",
    "CorrectionError",
    "CorrectionEvent",
    "CorrectionKind",
    "CorrectionState",
    "Field",
    "Row",
    "Standing",
    "Turn",
    "can_move",
    "changes",
    "corrected",
    "coverages_of",
    "forwarded_words",
    "missing",
    "name_of",
    "next_payer_changes",
    "next_payer_claim",
    "next_state",
    "rows_of",
    "segments_of",
    "why_not_billed",
    "why_stopped",
    "with_edits",
]
