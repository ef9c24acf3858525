"""Reading what came in: receipts, sets in quarantine, payments whose claim a person must name."""

from django.db.models import Prefetch, QuerySet

from dueline.accounts.models import Practice
from dueline.core.enums import PostingStatus
from dueline.intake.models import MatchProposal, Receipt, SetProblem
from dueline.ledger.models import TransactionSet

LATEST = 100
SHOWN_HELD = 20


def receipts(practice: Practice, *, show: str = "") -> list[Receipt]:
    """Return the latest receipts, newest first. `show`: quarantined, refused, or "" for all."""
    found = Receipt.objects.filter(practice=practice).select_related("source_file")
    if show == "quarantined":
        found = found.filter(quarantined_count__gt=0)
    elif show == "refused":
        found = found.filter(state="refused")
    return list(found.order_by("-received_at", "-id")[:LATEST])


def held_sets(practice: Practice) -> QuerySet[TransactionSet]:
    """Return the sets in quarantine, newest first, with file and faults."""
    faults = SetProblem.objects.order_by("-is_fatal", "segment_number", "id")
    return (
        TransactionSet.objects.filter(practice=practice, status=PostingStatus.QUARANTINED.value)
        .select_related("source_file")
        .prefetch_related(Prefetch("problems", queryset=faults))
        .order_by("-posted_at", "-id")[:SHOWN_HELD]
    )


def open_proposals(practice: Practice) -> QuerySet[MatchProposal]:
    """Return the payments that wait for a person to say whose they are."""
    return (
        MatchProposal.objects.filter(practice=practice, decided_at=None)
        .select_related("claim_payment__remittance__payer")
        .prefetch_related("candidates__patient")
        .order_by("id")[:SHOWN_HELD]
    )
