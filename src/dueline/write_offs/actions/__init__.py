"""Writes of write-offs: asking, agreeing, posting, undoing, and following what the files say later."""

from dueline.write_offs.actions.asking import ask, ask_small, set_limits
from dueline.write_offs.actions.settling import settle
from dueline.write_offs.actions.steps import approve, return_request, undo, withdraw

__all__ = [
    "approve",
    "ask",
    "ask_small",
    "return_request",
    "set_limits",
    "settle",
    "undo",
    "withdraw",
]
