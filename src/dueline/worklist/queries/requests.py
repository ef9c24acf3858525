"""What is asked: the open requests of a practice, by owner and date, and all that was asked about a claim."""

from django.db.models import Count, QuerySet

from dueline.accounts.models import Practice
from dueline.core.enums import RequestOwner, RequestState
from dueline.ledger.models import Claim
from dueline.worklist.models import ReadinessOverride, Request


def open_requests(practice: Practice, *, owner: RequestOwner | None = None) -> QuerySet[Request]:
    """Return the open requests, of one owner or all, the earliest due first, with claim, patient and payer."""
    found = Request.objects.filter(practice=practice, state=RequestState.OPEN)
    if owner is not None:
        found = found.filter(owner=owner)
    links = ("practice", "claim__patient", "claim__payer")
    return found.select_related(*links).order_by("owner", "due_on", "pk")


def open_counts(practice: Practice) -> dict[RequestOwner, int]:
    """Return how many requests are open by owner; owners of none are left out. One query."""
    rows = (
        Request.objects.filter(practice=practice, state=RequestState.OPEN)
        .values_list("owner")
        .annotate(count=Count("pk"))
        .order_by("owner")
    )
    return {RequestOwner(owner): count for owner, count in rows}


def request_for(practice: Practice, pk: int) -> Request:
    """Return the practice's request. Raises Request.DoesNotExist."""
    rows = Request.objects.select_related("practice", "claim")
    return rows.get(practice=practice, pk=pk)


def requests_of(claim: Claim) -> list[Request]:
    """Return all that was asked about a claim, the latest first."""
    found = Request.objects.filter(practice_id=claim.practice_id, claim=claim)
    return list(found.order_by("-asked_at", "-pk"))


def overrides_of(claim: Claim) -> list[ReadinessOverride]:
    """Return what leads allowed for a claim, the latest first."""
    found = ReadinessOverride.objects.filter(practice_id=claim.practice_id, claim=claim)
    return list(found.order_by("-decided_at", "-pk"))
