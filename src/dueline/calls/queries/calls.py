"""Reading calls: the caller's own, its claims, how the payer is reached, and which claims fit into it."""

from datetime import datetime

from django.db.models import Q, QuerySet

from dueline.accounts.models import Practice, User
from dueline.accounts.queries import role_in
from dueline.calls.models import Call, CallClaim
from dueline.core.payer_rules import Purpose
from dueline.ledger.models import Claim
from dueline.payers.models import Payer, PayerContact
from dueline.worklist.levels import levels_of
from dueline.worklist.models import WorklistItem


def call_of(user: User) -> Call | None:
    """Return the call a user has open or dropped, None where there is none."""
    rows = Call.objects.select_related("practice", "payer")
    return rows.filter(caller=user, ended_at__isnull=True).first()


def is_in_call(user: User, claim: Claim) -> bool:
    """Return whether a user's open call is about the claim."""
    rows = CallClaim.objects.filter(claim=claim, call__caller=user, call__ended_at__isnull=True)
    return rows.exists()


def call_for(practice: Practice, user: User, pk: int) -> Call:
    """Return one of a user's own calls in a practice. Raises Call.DoesNotExist."""
    found: Call = Call.objects.select_related("practice", "payer").get(
        pk=pk, practice=practice, caller=user
    )
    return found


def parts_of(call: Call) -> QuerySet[CallClaim]:
    """Return the claims of a call in order."""
    linked = CallClaim.objects.select_related(
        "call__practice", "claim__payer", "claim__patient", "claim__practice", "follow_up"
    )
    return linked.filter(call=call).order_by("position")


def _status_line(payer: Payer) -> PayerContact | None:
    rows = PayerContact.objects.filter(practice_id=payer.practice_id, payer=payer)
    return rows.filter(purpose=Purpose.CLAIM_STATUS.value).first()


def claims_per_call(payer: Payer) -> int:
    """Return how many claims the payer's claim-status line takes in one call."""
    line = _status_line(payer)
    return (line.claims_per_call if line else None) or payer.claims_per_call


def phone_of(payer: Payer) -> str:
    line = _status_line(payer)
    return ((line.phone if line else "") or payer.phone)[:40]


def ready_beside(call: Call, user: User, *, now: datetime) -> list[WorklistItem]:
    """Return the claims that fit into the call: same payer, due, free, up to what the payer takes. Two queries."""
    room = claims_per_call(call.payer) - parts_of(call).count()
    return batch(call.practice, call.payer, user, now=now, limit=room) if room > 0 else []


def batch(
    practice: Practice, payer: Payer, user: User, *, now: datetime, limit: int
) -> list[WorklistItem]:
    """Return the first free claims of a payer in the user's queues, by cost of waiting."""
    free = Q(leased_until__isnull=True) | Q(leased_until__lt=now) | Q(leased_by=user)
    rows = WorklistItem.objects.select_related("claim__patient", "claim__payer").filter(
        free,
        Q(owner__isnull=True) | Q(owner=user),
        practice=practice,
        payer=payer,
        is_for_caller=True,
        level__in=levels_of(role_in(user, practice)),
    )
    in_call = CallClaim.objects.filter(call__caller=user, call__ended_at__isnull=True)
    rest = rows.exclude(claim_id__in=in_call.values("claim_id"))
    return list(rest.order_by("-urgency", "-priority", "pk")[:limit])
