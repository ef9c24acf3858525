"""Reading what came in: receipts, sets in quarantine, payments whose claim a person must name."""

from typing import NamedTuple

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from dueline.accounts.models import Practice
from dueline.core.enums import PostingStatus
from dueline.intake.models import MatchProposal, Receipt, SetProblem
from dueline.ledger.models import TransactionSet

LATEST = 100
SHOWN_HELD = 20
AT_ONCE = 500  # files named in a query


def receipts_of(practice: Practice, *, show: str = "") -> QuerySet[Receipt]:
    """Return the receipts that `_shown` lets through, newest first."""
    found = Receipt.objects.filter(_shown(practice, show), practice=practice)
    return found.select_related("source_file").order_by("-received_at", "-id")


def receipts(practice: Practice, *, show: str = "") -> list[Receipt]:
    """Return the latest receipts that `_shown` lets through, newest first."""
    return list(receipts_of(practice, show=show)[:LATEST])


def receipt_for(practice: Practice, pk: int) -> Receipt:
    """Return one receipt of the practice. Raises Receipt.DoesNotExist."""
    return receipts_of(practice).get(pk=pk)


def receipt_counts(practice: Practice) -> dict[str, int]:
    """Return how many receipts each filter shows, by its name. Three queries."""
    found = Receipt.objects.filter(practice=practice)
    return found.aggregate(
        **{name or "all": Count("pk", filter=_shown(practice, name)) for name in SHOWS}
    )


SHOWS = ("", "quarantined", "decide", "refused")


def _shown(practice: Practice, show: str) -> Q:
    """Return the condition of a filter: with sets still held, with payments to decide, refused; "" for all.

    The files are asked for first: they are few, and before its first counts PostgreSQL would join them row by row.
    """
    if show == "quarantined":
        held = TransactionSet.objects.filter(
            practice=practice, status=PostingStatus.QUARANTINED.value
        )
        return Q(is_known=False, source_file__in=set(held.values_list("source_file", flat=True)))
    if show == "decide":
        undecided = MatchProposal.objects.filter(practice=practice, decided_at=None)
        of_file = "claim_payment__remittance__transaction_set__source_file"
        return Q(is_known=False, source_file__in=set(undecided.values_list(of_file, flat=True)))
    return Q(state="refused") if show == "refused" else Q()


class FileSets(NamedTuple):
    """What the sets of a file are, and how many of them, with what payments in cents, are still held."""

    kinds: tuple[str, ...] = ()
    held_count: int = 0
    held_cents: int = 0


def sets_of(found: list[Receipt]) -> dict[int, FileSets]:
    """Return by source file what its sets are; a file without any is left out. One query."""
    files = {receipt.source_file_id for receipt in found if receipt.source_file_id}
    rows = (
        TransactionSet.objects.filter(source_file__in=files)
        .values_list("source_file_id", "kind", "status")
        .annotate(Count("pk"), Sum("payment_cents"))
        .order_by("source_file_id", "kind", "status")
    )
    sets: dict[int, FileSets] = {}
    for pk, kind, status, count, cents in rows:
        kinds, held_count, held_cents = sets.get(pk, FileSets())
        kinds = kinds if kind in kinds else (*kinds, kind)
        if status == PostingStatus.QUARANTINED:
            held_count, held_cents = held_count + count, held_cents + (cents or 0)
        sets[pk] = FileSets(kinds, held_count, held_cents)
    return sets


def file_faults(found: list[Receipt]) -> dict[int, SetProblem]:
    """Return by source file the first fault of the file itself, such as a count in GE that does not hold."""
    files = sorted({receipt.source_file_id for receipt in found if receipt.source_file_id})
    faults = SetProblem.objects.filter(transaction_set=None, is_fatal=True)
    faults = faults.order_by("-segment_number", "-id")
    return {
        row.source_file_id: row
        for start in range(0, len(files), AT_ONCE)
        for row in faults.filter(source_file__in=files[start : start + AT_ONCE])
    }


def quarantine_of(practice: Practice) -> QuerySet[TransactionSet]:
    """Return the sets in quarantine, newest first, with file and faults."""
    faults = SetProblem.objects.order_by("-is_fatal", "segment_number", "id")
    return (
        TransactionSet.objects.filter(practice=practice, status=PostingStatus.QUARANTINED.value)
        .select_related("source_file", "payer")
        .prefetch_related(Prefetch("problems", queryset=faults))
        .order_by("-posted_at", "-id")
    )


def held_sets(practice: Practice) -> QuerySet[TransactionSet]:
    """Return the latest of the sets in quarantine."""
    return quarantine_of(practice)[:SHOWN_HELD]


def open_proposals(practice: Practice) -> QuerySet[MatchProposal]:
    """Return the payments that wait for a person to say whose they are."""
    return (
        MatchProposal.objects.filter(practice=practice, decided_at=None)
        .select_related(
            "claim_payment__remittance__payer",
            "claim_payment__remittance__transaction_set__source_file",
        )
        .prefetch_related("candidates__patient")
        .order_by("id")[:SHOWN_HELD]
    )
