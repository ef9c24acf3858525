"""Adding payers, and changing what is known of them and of their rules. Each write is atomic."""

from dueline.payers.actions.contracts import set_contract
from dueline.payers.actions.defaults import add_payer, default_rules, seed_default_rules
from dueline.payers.actions.facts import apply_payers, change_contact
from dueline.payers.actions.rules import (
    Change,
    RuleChanges,
    change_rules,
    mark_checked,
    withdraw_rule,
)

__all__ = [
    "Change",
    "RuleChanges",
    "add_payer",
    "apply_payers",
    "change_contact",
    "change_rules",
    "default_rules",
    "mark_checked",
    "seed_default_rules",
    "set_contract",
    "withdraw_rule",
]
