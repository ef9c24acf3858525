"""What became of a practice's own claims: the counts from which prices learn."""

from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, Sum

from dueline.accounts.models import Practice
from dueline.core.enums import NextAction, PayerStatus
from dueline.core.schedule import UsualWait
from dueline.core.time_to_pay import Learned
from dueline.ledger.models import Claim, ClaimPayment
from dueline.ledger.queries_time_to_pay import learned_times
from dueline.payers.models import Payer
from dueline.worklist.models import WorklistItem

GIVEN_UP_AFTER_DAYS = 180  # a denial open this long without money counts as not collected


def denial_outcomes(practice: Practice, *, as_of: date) -> dict[str, list[int]]:
    """Return by payer type [collected something, decided] of claims that were ever denied.

    Decided: money came, the claim was closed, or the denial is older than 180 days.
    """
    denied = ClaimPayment.objects.filter(claim=OuterRef("pk"), is_denial=True)
    old = Q(denied_on__lt=as_of - timedelta(days=GIVEN_UP_AFTER_DAYS))
    refused = (PayerStatus.DENIED, PayerStatus.PARTLY_DENIED)
    collected = Q(paid_cents__gt=0) & ~Q(payer_status__in=refused)
    rows = (
        Claim.objects.filter(Exists(denied), practice=practice)
        .values_list("payer__payer_type")
        .annotate(
            won=Count("pk", filter=collected),
            decided=Count("pk", filter=collected | Q(is_open=False) | old),
        )
        .order_by("payer__payer_type")
    )
    return {payer_type: [won, decided] for payer_type, won, decided in rows if decided}


def paid_outcomes(practice: Practice) -> dict[str, list[int]]:
    """Return by payer id [paid cents, charged cents, claims] of settled claims that it paid as first payer."""
    rows = (
        Claim.objects.filter(practice=practice, is_open=False, payer_sequence="P", paid_cents__gt=0)
        .values_list("payer_id")
        .annotate(paid=Sum("paid_cents"), charged=Sum("charge_cents"), count=Count("pk"))
        .order_by("payer_id")
    )
    return {str(payer_id): [paid, charged, count] for payer_id, paid, charged, count in rows}


def times_to_pay(practice: Practice, *, as_of: date) -> dict[str, list[int | None]]:
    """Return by payer id, and "payer id/plan id", what is learned of how long it takes (Learned)."""
    found = learned_times(practice, as_of=as_of)
    return {
        f"{payer_id}/{plan_id}" if plan_id else str(payer_id): list(learned)
        for (payer_id, plan_id), learned in found.items()
    }


def usual_waits(times: dict[str, list[int | None]]) -> dict[str, UsualWait]:
    """Return the stored times to pay that have history enough to say when an answer is overdue."""
    found = {key: Learned(*values) for key, values in times.items()}  # type: ignore[arg-type]
    return {
        key: UsualWait(row.check_after, row.check_percent, "plan" if "/" in key else "payer")
        for key, row in found.items()
        if row.check_after is not None
    }


def call_counts(practice: Practice) -> dict[str, int]:
    """Return by payer id the claims due by telephone now, as the items stand."""
    rows = (
        WorklistItem.objects.filter(
            practice=practice, is_open=True, is_for_caller=True, next_action=NextAction.CALL
        )
        .values_list("payer_id")
        .annotate(count=Count("pk"))
        .order_by("payer_id")
    )
    return {str(payer_id): count for payer_id, count in rows}


def acknowledging_payers(practice: Practice) -> frozenset[int]:
    """Return the payers of which an acceptance report is known."""
    payers = Payer.objects.filter(practice=practice)
    accepted = Claim.objects.filter(practice=practice, accepted_on__isnull=False)
    return frozenset(
        accepted.filter(payer__in=payers).values_list("payer_id", flat=True).distinct()
    )
