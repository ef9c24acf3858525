"""What changes patterns and cases."""

from dueline.cases.actions.cases import (
    CaseFacts,
    change_case,
    comment,
    open_case,
    reopen_case,
    see_case,
    set_fix,
    watch_case,
)
from dueline.cases.actions.looking import look_for_patterns

__all__ = [
    "CaseFacts",
    "change_case",
    "comment",
    "look_for_patterns",
    "open_case",
    "reopen_case",
    "see_case",
    "set_fix",
    "watch_case",
]
