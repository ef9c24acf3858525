"""Reading follow-ups: those of a claim for its timeline, and the date proposed after one."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from dueline.accounts.models import Practice
from dueline.calls.models import FollowUp
from dueline.calls.queries.note import note_of
from dueline.core.enums import Outcome, PayerType
from dueline.core.next_date import Proposal, propose_next
from dueline.ledger.models import Claim
from dueline.ledger.queries import TimelineEntry
from dueline.worklist.models import WorklistItem
from dueline.worklist.queries import deadline_after, interval_for


def follow_ups_of(claim: Claim) -> QuerySet[FollowUp]:
    """Return a claim's follow-ups, the latest first, with who recorded them and what they correct."""
    rows = FollowUp.objects.filter(claim=claim, practice_id=claim.practice_id)
    linked = rows.select_related("claim__payer", "practice", "recorded_by", "corrects")
    return linked.order_by("-sequence")


def contact_entries(claim: Claim) -> list[TimelineEntry]:
    """Return a claim's follow-ups as entries of its timeline, each with its note; days in the practice's time."""
    zone = ZoneInfo(claim.practice.time_zone)
    return [_entry(row, zone) for row in follow_ups_of(claim)]


def _entry(row: FollowUp, zone: ZoneInfo) -> TimelineEntry:
    who = row.contact_name or row.no_contact_reason
    number = row.reference_number or row.no_reference_reason
    corrects = f"Corrects number {row.corrects.sequence}. " if row.corrects else ""
    outcome = row.outcome.replace("_", " ").capitalize()
    return TimelineEntry(
        on=row.occurred_at.astimezone(zone).date(),
        kind=row.channel.capitalize(),
        text=f"{corrects}{outcome}. {row.said} ({who}; {number})",
        source=row.recorded_by.get_full_name() or row.recorded_by.username,
        note=note_of(row),
    )


def follow_up_for(practice: Practice, sequence: int) -> FollowUp:
    """Return one follow-up of a practice by its number. Raises FollowUp.DoesNotExist."""
    rows = FollowUp.objects.select_related("claim__payer", "practice", "recorded_by", "corrects")
    found: FollowUp = rows.get(practice=practice, sequence=sequence)
    return found


def follow_ups_on(practice: Practice, *, by_id: int, day: date) -> int:
    """Return how many follow-ups a user recorded on a UTC day."""
    rows = FollowUp.objects.filter(practice=practice, recorded_by_id=by_id)
    return rows.filter(recorded_at__date=day).count()


def proposal(claim: Claim, *, outcome: Outcome, facts: Mapping[str, str], as_of: date) -> Proposal:
    """Return the next action and date to propose for a claim after a contact on `as_of`."""
    item = WorklistItem.objects.filter(claim=claim, is_open=True).first()
    deadline_on, safe_on = deadline_after(item, outcome)
    return propose_next(
        outcome=outcome,
        facts=facts,
        payer_type=PayerType(claim.payer.payer_type),
        is_first_payer=claim.payer_sequence == "P",
        deadline_on=deadline_on,
        safe_on=safe_on,
        interval=interval_for(claim, as_of=as_of) if outcome is Outcome.IN_PROCESS else None,
        as_of=as_of,
    )
