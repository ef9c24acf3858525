"""Writes of appeals: writing them, moving them to the payer and back, and the practice's own letters."""

from dueline.appeals.actions.letters import (
    LetterheadFacts,
    save_letter,
    save_letterhead,
    save_terms,
    withdraw_letter,
)
from dueline.appeals.actions.moving import (
    approve,
    ask_approval,
    return_appeal,
    take_back,
    withdraw,
)
from dueline.appeals.actions.payer import mark_received, mark_sent, record_decision
from dueline.appeals.actions.writing import (
    AppealChanges,
    add_enclosure,
    change_appeal,
    remove_enclosure,
    start_appeal,
    type_fact,
)

__all__ = [
    "AppealChanges",
    "LetterheadFacts",
    "add_enclosure",
    "approve",
    "ask_approval",
    "change_appeal",
    "mark_received",
    "mark_sent",
    "record_decision",
    "remove_enclosure",
    "return_appeal",
    "save_letter",
    "save_letterhead",
    "save_terms",
    "start_appeal",
    "take_back",
    "type_fact",
    "withdraw",
    "withdraw_letter",
]
