"""The note of a recorded follow-up, as it goes into the practice-management system."""

from datetime import date
from zoneinfo import ZoneInfo

from dueline.calls.models import Call, CallClaim, FollowUp
from dueline.calls.queries.calls import hold_seconds, talk_seconds
from dueline.core.deadline_words import KIND_NAMES
from dueline.core.enums import Channel, NextAction, Outcome
from dueline.core.note import Noted, minutes, write_note


def note_of(row: FollowUp) -> str:
    """Return the note of a follow-up, its moment in the practice's time. Reads what is joined to it."""
    claim, part = row.claim, part_of(row)
    call = part.call if part else None
    return write_note(
        Noted(
            occurred_at=row.occurred_at.astimezone(ZoneInfo(row.practice.time_zone)),
            channel=Channel(row.channel),
            payer=claim.payer.name,
            patient_control_number=claim.patient_control_number,
            payer_claim_number=claim.payer_claim_control_number,
            outcome=Outcome(row.outcome),
            said=row.said,
            facts=row.facts,
            next_action=NextAction(row.next_action),
            next_due_on=row.next_due_on,
            next_due_reason=row.next_due_reason,
            by=row.recorded_by.get_full_name() or row.recorded_by.username,
            contact_name=row.contact_name,
            no_contact_reason=row.no_contact_reason,
            reference_number=row.reference_number,
            no_reference_reason=row.no_reference_reason,
            corrects=row.corrects.sequence if row.corrects else None,
            phone=call.phone if call else "",
            hold_seconds=hold_seconds(call, row.recorded_at) if call else None,
            talk_seconds=talk_seconds(call, row.recorded_at) if call else None,
            deadline=_deadline(part.talk.get("deadline")) if part else None,
        )
    )


def part_of(row: FollowUp) -> CallClaim | None:
    """Return the part of a call that became this follow-up, None where it was recorded otherwise."""
    return getattr(row, "call_claim", None)


def times_of(call: Call) -> str:
    """Return how long an ended call took: "On hold 11 min, talked 5 min."."""
    held, talked = hold_seconds(call, call.started_at), talk_seconds(call, call.started_at)
    return f"On hold {minutes(held)}, talked {minutes(talked)}."


def deadline_words(kind: str, day: date | None) -> tuple[str, date] | None:
    """Return a deadline as a note tells it."""
    return (KIND_NAMES.get(kind, kind), day) if kind and day else None


def _deadline(kept: list[str] | None) -> tuple[str, date] | None:
    return deadline_words(kept[0], date.fromisoformat(kept[1])) if kept else None
