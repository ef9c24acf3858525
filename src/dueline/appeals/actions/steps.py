"""How an appeal moves: held, checked against the table of its states, stored with its step and audit event."""

from datetime import datetime

from dueline.accounts import audit
from dueline.accounts.models import User
from dueline.appeals.errors import AppealRefused
from dueline.appeals.models import Appeal, AppealStep
from dueline.appeals.queries.reading import appeal_for
from dueline.core.appeals.letters import printable
from dueline.core.appeals.states import TRANSITIONS, AppealEvent, AppealState, why_not

MOST_NOTE = 500


def held(appeal: Appeal, event: AppealEvent) -> Appeal:
    """Return the appeal as it is now, held until the transaction ends. Raises AppealRefused out of turn."""
    Appeal.objects.select_for_update().get(pk=appeal.pk)
    now = appeal_for(appeal.practice, appeal.number)
    reason = why_not(AppealState(now.state), event)
    if reason:
        raise AppealRefused(reason)
    return now


def move(
    appeal: Appeal, event: AppealEvent, *, by: User, now: datetime, note: str = "", **detail: object
) -> None:
    """Store an appeal in the state that an event leads to, with the step and the audit event of it."""
    appeal.state = TRANSITIONS[AppealState(appeal.state), event].value
    appeal.save()
    add_step(appeal, event.value, by=by, now=now, note=note, **detail)


def add_step(
    appeal: Appeal, event: str, *, by: User, now: datetime, note: str = "", **detail: object
) -> None:
    """Add a step, "" for the start, with its audit event."""
    AppealStep.objects.create(
        practice_id=appeal.practice_id,
        appeal=appeal,
        event=event,
        state=appeal.state,
        at=now,
        by=by.get_username(),
        note=note,
    )
    record(appeal, f"{event or 'start'}_appeal", by=by, now=now, state=appeal.state, **detail)


def record(appeal: Appeal, action: str, *, by: User, now: datetime, **detail: object) -> None:
    audit.record(
        practice=appeal.practice,
        by=by.get_username(),
        action=action,
        at=now,
        object_kind="appeal",
        object_key=str(appeal.pk),
        detail={"claim": appeal.claim_id, "number": appeal.number, **detail},
    )


def words(text: str, name: str, *, most: int, is_needed: bool = False) -> str:
    """Return what was typed in one line. Raises AppealRefused: missing or too long."""
    found = " ".join(printable(text).split())
    if is_needed and not found:
        raise AppealRefused(f"{name}: expected words, found nothing.")
    if len(found) > most:
        raise AppealRefused(f"{name}: expected {most} characters at most, found {len(found):,}.")
    return found


def lines_of(text: str, name: str, *, is_needed: bool = False) -> str:
    """Return an address as typed, line by line, 300 characters at most. Raises AppealRefused."""
    lines = [words(line, name, most=300) for line in text.splitlines()]
    found = "\n".join(filter(None, lines))
    if is_needed and not found:
        raise AppealRefused(f"{name}: expected lines, found nothing.")
    if len(found) > 300:
        raise AppealRefused(f"{name}: expected 300 characters at most, found {len(found)}.")
    return found
