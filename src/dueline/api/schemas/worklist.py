"""The worklist: items in order, each with its reason."""

from datetime import date, datetime
from typing import Any

from ninja import Field, Schema

from dueline.api.schemas.basic import Money, PayerName, amount
from dueline.core.enums import DeadlineKind, Level, NextAction, PayerStatus, WorkStatus
from dueline.worklist.models import WorklistItem
from dueline.worklist.queries import work_status_of
from dueline.worklist.queries.items import dollars_per_minute


class ItemOut(Schema):
    """An open claim as work: what to do, by when, what it is worth."""

    claim: int = Field(description="The claim's id.")
    patient_control_number: str
    payer: PayerName
    payer_status: PayerStatus
    level: Level
    work_status: WorkStatus
    next_action: NextAction
    due_on: date
    due_reason: str
    is_due: bool
    payer_balance: Money
    deadline_kind: DeadlineKind | None
    deadline_on: date | None
    urgency: int
    priority: str = Field(
        pattern=r"^-?[0-9]+\.[0-9]{4}$",
        description="The cost of waiting, in dollars a minute of work.",
    )
    held_until: datetime | None = Field(description="Until when someone holds it; null: free.")


class ItemRow(ItemOut):
    sentence: str = Field(description="Why it stands where it stands.")


class Worklist(Schema):
    items: list[ItemRow]
    next_cursor: str | None


class Next(Schema):
    item: ItemOut | None = Field(description="null: nothing can be worked now.")


class Lease(Schema):
    claim: int
    held_until: datetime


class Released(Schema):
    claim: int


def item_facts(item: WorklistItem, *, now: datetime) -> dict[str, Any]:
    until = item.leased_until
    return {
        "claim": item.claim_id,
        "patient_control_number": item.claim.patient_control_number,
        "payer": PayerName(id=item.payer_id or 0, name=item.payer_name),
        "payer_status": item.seen_status,
        "level": item.level,
        "work_status": work_status_of(item, now=now),
        "next_action": item.next_action,
        "due_on": item.due_on,
        "due_reason": item.due_reason,
        "is_due": item.is_due,
        "payer_balance": amount(item.payer_balance_cents),
        "deadline_kind": item.deadline_kind or None,
        "deadline_on": item.deadline_on,
        "urgency": item.urgency,
        "priority": dollars_per_minute(item.priority),
        "held_until": until if until is not None and until >= now else None,
    }


def item_out(item: WorklistItem, *, now: datetime) -> ItemOut:
    return ItemOut(**item_facts(item, now=now))


def item_row(item: WorklistItem, sentence: str, *, now: datetime) -> ItemRow:
    return ItemRow(**item_facts(item, now=now), sentence=sentence)
