"""Writes of calls: the call itself while it lasts, and the follow-ups that are recorded."""

from dueline.calls.actions.calls import (
    add_claim,
    drop,
    end_call,
    finish,
    keep_contact,
    remove_claim,
    resume,
    set_hold,
    start_call,
)
from dueline.calls.actions.follow_ups import correct_follow_up, record_follow_up
from dueline.calls.actions.scripts import Trial, save_script, try_script, withdraw_script
from dueline.calls.actions.talk import answer, keep, reopen, see_others, stay, switch

__all__ = [
    "Trial",
    "add_claim",
    "answer",
    "correct_follow_up",
    "drop",
    "end_call",
    "finish",
    "keep",
    "keep_contact",
    "record_follow_up",
    "remove_claim",
    "reopen",
    "resume",
    "save_script",
    "see_others",
    "set_hold",
    "start_call",
    "stay",
    "switch",
    "try_script",
    "withdraw_script",
]
