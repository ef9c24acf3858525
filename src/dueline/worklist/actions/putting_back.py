"""Putting a claim's item back to how it stood, where what it has waited for was not sent after all."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dueline.accounts.models import Practice
from dueline.ledger.models import Claim
from dueline.worklist.actions.refresh import refresh
from dueline.worklist.models import WorklistItem

_DAYS = ("due_on", "last_action_on", "promised_on", "asked_on")
_PLAIN = ("due_reason", "has_set_date", "next_action", "level", "work_status", "course")
_PERSON = "last_action_by_id"
_SAME = ("due_on", "has_set_date", "next_action", "last_action_on", _PERSON)  # no one touched it


def standing_of_item(claim: Claim) -> dict[str, Any]:
    """Return how the claim's item stands, as JSON keeps it; {} where it has none."""
    item = WorklistItem.objects.filter(claim=claim, is_open=True).first()
    if item is None:
        return {}
    days = {name: getattr(item, name) for name in _DAYS}
    told = {name: day.isoformat() if day else None for name, day in days.items()}
    return told | {name: getattr(item, name) for name in (*_PLAIN, _PERSON)}


def put_back(
    claim: Claim, *, before: Mapping[str, Any], waiting: Mapping[str, Any], as_of: date
) -> bool:
    """Put the item back to what it was `before`, where it still stands as while `waiting`; return whether it was.

    What a person or the payer has said since stays. Within the transaction that takes back what was waited for.
    """
    now = standing_of_item(claim)
    if not (before and now) or any(now[name] != waiting.get(name) for name in _SAME):
        return False
    values = {name: date.fromisoformat(before[name]) if before[name] else None for name in _DAYS}
    values |= {name: before[name] for name in (*_PLAIN, _PERSON)}
    WorklistItem.objects.filter(claim=claim, is_open=True).update(**values)
    refresh(practice=claim.practice, as_of=as_of, claim_ids=[claim.pk])
    return True


def schedule_anew(*, practice: Practice, asked: Mapping[int, date], as_of: date) -> None:
    """Schedule claims by the payer's word again that wait since a day for an answer: their request was not sent."""
    for day in set(asked.values()):
        ids = [claim for claim, on in asked.items() if on == day]
        items = WorklistItem.objects.filter(practice=practice, claim__in=ids, is_open=True)
        waiting = items.filter(asked_on=day, has_set_date=False)
        waiting.update(asked_on=None, seen_status="", seen_status_on=None)
    if asked:  # none would be all
        refresh(practice=practice, as_of=as_of, claim_ids=asked)
