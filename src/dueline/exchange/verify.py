"""Proof that what went through mailboxes is accounted for: files sent once, files found taken in or set aside."""

from collections.abc import Iterator

from django.db.models import Q

from dueline.accounts.models import Practice
from dueline.core.breach import Breach
from dueline.core.exchange import DeliveryState, PickupState
from dueline.core.outgoing import OutgoingState
from dueline.exchange.models import Delivery, Pickup
from dueline.ledger.storage import path_of

_RULE = "exchange"


def verify(practice: Practice) -> Iterator[Breach]:
    """Yield what is wrong with a practice's exchange of files; nothing when all is as promised."""
    rows = Delivery.objects.filter(practice=practice).select_related("outgoing_file")
    delivered = Q(state=DeliveryState.DELIVERED)
    for row in rows.filter(delivered, delivered_at__isnull=True):
        yield Breach(_RULE, row.outgoing_file.name, "It is delivered without a time.")
    never = (OutgoingState.WRITTEN.value, OutgoingState.SENDING.value)
    for row in rows.filter(delivered, outgoing_file__state__in=never):
        yield Breach(_RULE, row.outgoing_file.name, "It is delivered, yet not said to be sent.")
    for row in rows.filter(outgoing_file__state=OutgoingState.WRITTEN.value):
        yield Breach(_RULE, row.outgoing_file.name, "It is on its way, yet free to be sent again.")
    pickups = Pickup.objects.filter(practice=practice).select_related("receipt", "practice")
    for one in pickups.filter(state=PickupState.TAKEN_IN):
        if one.receipt is None or one.receipt.state != "done":
            yield Breach(_RULE, f"pickup {one.pk}", "It is taken in, yet its receipt is not done.")
        if not path_of(practice, one.sha256).is_file():
            yield Breach(_RULE, f"pickup {one.pk}", "Its content is gone.")
    for one in pickups.filter(state=PickupState.OTHER):
        if not path_of(practice, one.sha256).is_file():
            yield Breach(_RULE, f"pickup {one.pk}", "Its content is gone.")
    for one in pickups.filter(cleared_at__isnull=False).exclude(
        state__in=(PickupState.TAKEN_IN, PickupState.OTHER)
    ):
        yield Breach(_RULE, f"pickup {one.pk}", "It was cleared away without being taken in.")
