"""Saying that a file was handed over to its receiver, or taking it back before that."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.core.outgoing import OutgoingEvent, OutgoingState, batch_prefix, next_state
from dueline.ledger.models import Submission
from dueline.sending.errors import SendingError
from dueline.sending.models import OutgoingFile

_LONGEST = 300


@transaction.atomic
def begin_sending(*, outgoing: OutgoingFile, at: datetime) -> OutgoingFile:
    """Take a file in hand to send it: from now on no one else does. Raises SendingError where it is not waiting."""
    row = OutgoingFile.objects.select_for_update().get(pk=outgoing.pk)
    if row.state != OutgoingState.WRITTEN.value:
        raise SendingError(f"{row.name} is {row.state.replace('_', ' ')} already.")
    row.state = next_state(OutgoingState(row.state), OutgoingEvent.BEGUN).value
    row.state_at = at
    row.save(update_fields=["state", "state_at"])
    return row


@transaction.atomic
def mark_sent(*, outgoing: OutgoingFile, by: str, at: datetime) -> OutgoingFile:
    """Say that a file was sent. Raises SendingError where it was before: nothing is sent twice."""
    row = OutgoingFile.objects.select_for_update().get(pk=outgoing.pk)
    if row.state != OutgoingState.WRITTEN.value or row.sent_at is not None:
        raise SendingError(f"{row.name} is {row.state.replace('_', ' ')} already.")
    return _sent(row, by, at)


@transaction.atomic
def end_sending(*, outgoing: OutgoingFile, by: str, at: datetime) -> OutgoingFile:
    """Say that a file taken in hand is there. An acknowledgment that was quicker stands."""
    return _sent(OutgoingFile.objects.select_for_update().get(pk=outgoing.pk), by, at)


def _sent(row: OutgoingFile, by: str, at: datetime) -> OutgoingFile:
    becomes = next_state(OutgoingState(row.state), OutgoingEvent.SENT).value
    if becomes != row.state:
        row.state, row.state_at = becomes, at
    row.sent_at, row.sent_by = at, by
    row.save(update_fields=["state", "state_at", "sent_at", "sent_by"])
    audit.record(
        practice=row.practice,
        by=by,
        action="send_outgoing_file",
        at=at,
        object_kind="outgoing_file",
        object_key=str(row.pk),
        detail={"number": row.number},
    )
    return row


@transaction.atomic
def call_back(
    *,
    outgoing: OutgoingFile,
    reason: str,
    by: str,
    at: datetime,
    beside: Callable[[OutgoingFile], None] | None = None,
) -> OutgoingFile:
    """Take back a file that was not sent: it is offered no more, and its number and content stay.

    `beside` takes back what the file was written for, in the same transaction. The state is changed by one
    conditional update: a delivery that began wins, and nothing is changed. Raises SendingError with what stops it.
    """
    said = " ".join(reason.split())
    if not said or len(said) > _LONGEST or not said.isprintable():
        raise SendingError(f"Say why: expected a reason of at most {_LONGEST} plain characters.")
    waiting = OutgoingFile.objects.filter(
        pk=outgoing.pk, state=OutgoingState.WRITTEN.value, sent_at=None
    )
    after = next_state(OutgoingState.WRITTEN, OutgoingEvent.CALLED_BACK)
    is_taken = waiting.update(
        state=after.value, state_at=at, called_back_by=by, called_back_why=said
    )
    row = OutgoingFile.objects.select_related("practice").get(pk=outgoing.pk)
    if not is_taken:
        state = row.state.replace("_", " ")
        raise SendingError(f"{row.name} is {state}: only what was not sent yet can be called back.")
    taken_in = Submission.objects.filter(
        claim__outgoing_claims__file=row, batch_reference__startswith=batch_prefix(row.number)
    )
    if taken_in.exists():
        raise SendingError(
            f"{row.name} was taken in at Intake, so its claims count as sent. Void or replace them instead."
        )
    if beside is not None:
        beside(row)
    audit.record(
        practice=row.practice,
        by=by,
        action="call_back_outgoing_file",
        at=at,
        object_kind="outgoing_file",
        object_key=str(row.pk),
        detail={"number": row.number},
    )
    return row


def note_export(*, outgoing: OutgoingFile, by: str, at: datetime) -> None:
    """Leave in the audit trail that a file's content was given to someone: it holds patient data."""
    audit.record(
        practice=outgoing.practice,
        by=by,
        action="export_outgoing_file",
        at=at,
        object_kind="outgoing_file",
        object_key=str(outgoing.pk),
        detail={"number": outgoing.number},
    )
