"""Making a correction, having it approved, writing its file, and ending it with its answer."""

from dueline.corrections.actions.answers import settle_corrections
from dueline.corrections.actions.calling_back import call_back_corrections
from dueline.corrections.actions.drafts import change_correction, start_correction
from dueline.corrections.actions.preparing import prepare_next_payer_claims
from dueline.corrections.actions.steps import (
    approve,
    ask_approval,
    return_correction,
    withdraw_correction,
)
from dueline.corrections.actions.writing import write_approved, write_correction

__all__ = [
    "approve",
    "ask_approval",
    "call_back_corrections",
    "change_correction",
    "prepare_next_payer_claims",
    "return_correction",
    "settle_corrections",
    "start_correction",
    "withdraw_correction",
    "write_approved",
    "write_correction",
]
