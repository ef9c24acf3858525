"""What people and intake do to the worklist. Each write is atomic and audited."""

from dueline.worklist.actions.asked import call_instead, note_answers, wait_for_answers
from dueline.worklist.actions.dates import apply_follow_up, check_due_date, move_due_date
from dueline.worklist.actions.leases import (
    extend,
    hold,
    release,
    take,
    take_next,
    turn,
)
from dueline.worklist.actions.putting_back import put_back, schedule_anew, standing_of_item
from dueline.worklist.actions.refresh import RefreshResult, ensure_priced, refresh
from dueline.worklist.actions.requests import (
    answer_request,
    ask_request,
    override_readiness,
    withdraw_request,
)
from dueline.worklist.actions.rules import RuleReport, save_rules, try_rules
from dueline.worklist.levels import levels_of

__all__ = [
    "RefreshResult",
    "RuleReport",
    "answer_request",
    "apply_follow_up",
    "ask_request",
    "call_instead",
    "check_due_date",
    "ensure_priced",
    "extend",
    "hold",
    "levels_of",
    "move_due_date",
    "note_answers",
    "override_readiness",
    "put_back",
    "refresh",
    "release",
    "save_rules",
    "schedule_anew",
    "standing_of_item",
    "take",
    "take_next",
    "try_rules",
    "turn",
    "wait_for_answers",
    "withdraw_request",
]
