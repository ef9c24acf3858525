"""Dates that status requests set: a claim waits for its answer, and is called about where none comes."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from dueline.accounts.models import Practice
from dueline.core.enums import Level, NextAction
from dueline.core.status_requests import UNANSWERED_WORDS, waiting_words
from dueline.ledger.posting.context import parts
from dueline.worklist.models import WorklistItem


def wait_for_answers(
    *, practice: Practice, claim_ids: Iterable[int], asked_on: date, answer_due_on: date
) -> None:
    """Let claims that were asked about wait for the answer; where none comes, they are calls on the next day.

    Within the transaction of the requests, which also audits; `refresh` then prices the items.
    """
    values = {
        "due_on": answer_due_on,
        "due_reason": waiting_words(asked_on, answer_due_on),
        "next_action": NextAction.CALL.value,
        "level": Level.L1.value,
        "has_set_date": False,
        "asked_on": asked_on,
    }
    _date(practice, claim_ids, values)


def note_answers(*, practice: Practice, claim_ids: Iterable[int], answered_on: date) -> None:
    """Note that the payer answered: the next `refresh` schedules by its word, and never at once again."""
    _date(practice, claim_ids, {"asked_on": None, "answered_on": answered_on})


def call_instead(*, practice: Practice, claim_ids: Iterable[int], as_of: date) -> None:
    """Make claims that electronics could not answer calls of today."""
    values = {
        "due_on": as_of,
        "due_reason": UNANSWERED_WORDS,
        "next_action": NextAction.CALL.value,
        "has_set_date": False,
        "asked_on": as_of,
    }
    _date(practice, claim_ids, values)


def _date(practice: Practice, claim_ids: Iterable[int], values: dict[str, Any]) -> None:
    for some in parts(claim_ids):
        items = WorklistItem.objects.filter(practice=practice, claim__in=some, is_open=True)
        items.update(**values)
