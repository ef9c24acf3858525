"""Endpoints of a practice and what was sent to them."""

from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from dueline.accounts.models import Practice
from dueline.api.models import Endpoint, Message

SHOWN = 50  # messages


def endpoints(practice: Practice) -> QuerySet[Endpoint]:
    """Return the endpoints that are told of events, with counts of messages taken, waiting and given up."""
    return (
        Endpoint.objects.filter(practice=practice, ended_at__isnull=True)
        .annotate(
            taken=Count("messages", filter=Q(messages__taken_at__isnull=False)),
            waiting=Count("messages", filter=Q(messages__next_at__isnull=False)),
            given_up=Count("messages", filter=Q(messages__given_up_at__isnull=False)),
            last_taken_at=Max("messages__taken_at"),
        )
        .order_by("pk")
    )


def endpoint_for(practice: Practice, pk: int) -> Endpoint:
    """Return one endpoint that is told of events. Raises Endpoint.DoesNotExist."""
    return endpoints(practice).get(pk=pk)


def troubled_messages(practice: Practice) -> QuerySet[Message]:
    """Return the latest messages that were given up, or failed and are tried again."""
    return (
        Message.objects.filter(practice=practice, tries__gt=0, taken_at__isnull=True)
        .select_related("endpoint")
        .order_by("-pk")[:SHOWN]
    )


def due_messages(now: datetime) -> QuerySet[Message]:
    """Return the messages to be sent now, the longest due first."""
    return (
        Message.objects.filter(next_at__lte=now)
        .select_related("endpoint", "practice")
        .order_by("next_at", "pk")
    )
