"""The note of a recorded follow-up, as it goes into the practice-management system."""

from zoneinfo import ZoneInfo

from dueline.calls.models import FollowUp
from dueline.core.enums import Channel, NextAction, Outcome
from dueline.core.note import Noted, write_note


def note_of(row: FollowUp) -> str:
    """Return the note of a follow-up, its moment in the practice's time. Reads what is joined to it."""
    claim = row.claim
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
        )
    )
