"""Saying that a file was handed over to its receiver."""

from datetime import datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.core.outgoing import OutgoingEvent, OutgoingState, next_state
from dueline.sending.errors import SendingError
from dueline.sending.models import OutgoingFile


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
