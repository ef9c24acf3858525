"""Call scripts: what to ask, in which order, and what follows from each answer. One file for each scenario.

`shipped()` gives Dueline's own; a practice's own versions are laid over them. A conversation is replayed
from its answers (`walk`), so that an answer can be changed and what hung on it is asked anew.
"""

from dueline.core.scripts.check import check
from dueline.core.scripts.compare import Difference, differences
from dueline.core.scripts.conclude import Conclusion, conclude
from dueline.core.scripts.model import (
    OPENING,
    Choice,
    Ending,
    Need,
    Script,
    ScriptError,
    Step,
    parse,
    shipped,
    shipped_text,
)
from dueline.core.scripts.propose import Suggestion, scenario_of, suggest
from dueline.core.scripts.spoken import Words, read_back, spoken_date, spoken_number
from dueline.core.scripts.walk import Conversation, Done, Position, is_answered, walk

__all__ = [
    "OPENING",
    "Choice",
    "Conclusion",
    "Conversation",
    "Difference",
    "Done",
    "Ending",
    "Need",
    "Position",
    "Script",
    "ScriptError",
    "Step",
    "Suggestion",
    "Words",
    "check",
    "conclude",
    "differences",
    "is_answered",
    "parse",
    "read_back",
    "scenario_of",
    "shipped",
    "shipped_text",
    "spoken_date",
    "spoken_number",
    "suggest",
    "walk",
]
