"""Due dates set by people: the date that ends a follow-up, and a date moved with a reason."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from dueline.accounts.audit import record
from dueline.accounts.models import User
from dueline.core.after_contact import level_after_follow_up, status_after_follow_up
from dueline.core.calendars import is_business_day
from dueline.core.enums import Level, NextAction, Outcome, WorkStatus
from dueline.core.schedule import (
    farthest_due_on,
    latest_due_on,
    next_sensible_day,
)
from dueline.ledger.models import Claim
from dueline.worklist.actions.refresh import refresh
from dueline.worklist.errors import DateRefused
from dueline.worklist.models import DueDateChange, WorklistItem


def apply_follow_up(
    *,
    claim: Claim,
    next_action: NextAction,
    next_due_on: date | None,
    outcome: Outcome,
    by: User,
    as_of: date,
    promised_on: date | None = None,
    course: Mapping[str, object] | None = None,
    is_appeal_sent: bool = False,
) -> WorklistItem | None:
    """Put a claim where its follow-up says: next action, date, queue; and end the lease. None: no item, claim closed.

    Called by the recording of a follow-up, in its transaction, which also audits. `promised_on` is the
    day by which the payer promised payment; the day on which it expects to decide is no promise. `course`
    is what all follow-ups of the claim tell of its course (core.claim_course). Without a date, where
    nothing was left to do but the balance is not zero, the claim is looked at again on the next business day.
    """
    with transaction.atomic():
        refresh(practice=claim.practice, as_of=as_of, claim_ids=[claim.pk])
        item = WorklistItem.objects.select_for_update().filter(claim=claim, is_open=True).first()
        if item is None:
            return None
        due_on = next_due_on or next_sensible_day(as_of)
        item.due_on = due_on
        item.due_reason = f"Follow-up of {as_of:%b} {as_of.day}"
        item.has_set_date = True
        item.next_action = next_action
        item.last_action_on = as_of
        item.last_action_by = by
        item.promised_on = promised_on
        item.asked_on = None
        item.level = level_after_follow_up(outcome, next_action, before=Level(item.level))
        item.work_status = status_after_follow_up(
            outcome,
            next_action,
            before=WorkStatus(item.work_status),
            is_appeal_sent=is_appeal_sent,
        )
        item.course = dict(course or {})
        item.leased_by, item.leased_until = None, None
        item.save()
        refresh(practice=claim.practice, as_of=as_of, claim_ids=[claim.pk])
    item.refresh_from_db()
    return item


def move_due_date(
    *, item: WorklistItem, due_on: date, reason: str, by: User, as_of: date, now: datetime
) -> DueDateChange:
    """Move a due date by decision.

    Raises DateRefused: no reason, not a business day, past, after the deadline, or not the claim's own.
    """
    check_due_date(item, due_on=due_on, reason=reason, as_of=as_of)
    with transaction.atomic():
        held = WorklistItem.objects.select_for_update().get(pk=item.pk)
        if held.is_held:
            raise DateRefused(
                "It waits for an answer. Answer or withdraw the request: then it is due."
            )
        change = DueDateChange.objects.create(
            practice=held.practice,
            item=held,
            due_on_before=held.due_on,
            due_on=due_on,
            reason=reason.strip(),
            changed_at=now,
            changed_by=by.get_username(),
        )
        held.due_on, held.has_set_date = due_on, True
        held.due_reason = f"Moved on {as_of:%b} {as_of.day} by a person's decision"
        held.save(update_fields=["due_on", "due_reason", "has_set_date"])
        record(
            practice=held.practice,
            by=by.get_username(),
            action="move_due_date",
            object_kind="item",
            object_key=str(held.pk),
            detail={"from": change.due_on_before.isoformat(), "to": due_on.isoformat()},
            at=now,
        )
        refresh(practice=held.practice, as_of=as_of, claim_ids=[held.claim_id])
    return change


def check_due_date(item: WorklistItem, *, due_on: date, reason: str, as_of: date) -> None:
    """Raise DateRefused, with what was expected, when a due date may not be moved so."""
    if not reason.strip():
        raise DateRefused("A date is moved with a reason. Say why.")
    if len(reason.strip()) > 300:
        raise DateRefused("The reason is longer than 300 characters. Say it shorter.")
    check_day(item, due_on=due_on, as_of=as_of)


def check_day(item: WorklistItem, *, due_on: date, as_of: date) -> None:
    """Raise DateRefused where a claim may not be due on a day.

    Past, more than two years off, no working day, or after its deadline.
    """
    if due_on < as_of:
        raise DateRefused(f"{due_on:%m/%d/%Y} is past. Choose today or a later working day.")
    farthest = farthest_due_on(as_of)
    if due_on > farthest:
        raise DateRefused(
            f"{due_on:%m/%d/%Y} is more than two years off. Check the year; "
            f"the last day is {farthest:%m/%d/%Y}."
        )
    if not is_business_day(due_on):
        raise DateRefused(
            f"{due_on:%m/%d/%Y} is a weekend or a federal holiday. Choose a working day."
        )
    latest = latest_due_on(item.deadline_on, item.safe_on, as_of=as_of)
    if latest is not None and due_on > latest:
        raise DateRefused(
            f"{due_on:%m/%d/%Y} is too late for the deadline on {item.deadline_on:%m/%d/%Y}. "
            f"The last safe day is {latest:%m/%d/%Y}."
        )
