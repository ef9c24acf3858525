"""What is done with denials: worked out from the ledger, told by follow-ups, given a practice's own meaning."""

from dueline.denials.actions.deadlines import refresh_deadlines, save_rules
from dueline.denials.actions.facts import FactsCounted, count_facts
from dueline.denials.actions.follow_ups import correct_follow_up, finish_call, record_follow_up
from dueline.denials.actions.meanings import carc_of, change_meaning
from dueline.denials.actions.refresh import DenialsRefreshed, refresh_denials

__all__ = [
    "DenialsRefreshed",
    "FactsCounted",
    "carc_of",
    "change_meaning",
    "correct_follow_up",
    "count_facts",
    "finish_call",
    "record_follow_up",
    "refresh_deadlines",
    "refresh_denials",
    "save_rules",
]
