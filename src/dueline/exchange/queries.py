"""Reading mailboxes, what goes through them, and the files that no one has answered."""

from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from dueline.accounts.models import Practice
from dueline.clock import BUSINESS_ZONE
from dueline.core.calendars import previous_business_day
from dueline.core.exchange import DeliveryState, PickupState, answer_expected_by
from dueline.core.outgoing import OutgoingState
from dueline.exchange.models import Delivery, Mailbox, Pickup
from dueline.sending.models import OutgoingFile


def mailboxes(practice: Practice) -> QuerySet[Mailbox]:
    """Return the practice's mailboxes, with counts of what is on its way, set aside and refused."""
    under_way = Q(deliveries__state__in=(DeliveryState.UPLOADING, DeliveryState.RENAMING))
    refused = Q(deliveries__state=DeliveryState.REFUSED, deliveries__delivered_at__isnull=True)
    return (
        Mailbox.objects.filter(practice=practice)
        .select_related("practice")
        .annotate(
            delivered=Count(
                "deliveries", filter=Q(deliveries__state=DeliveryState.DELIVERED), distinct=True
            ),
            under_way=Count("deliveries", filter=under_way, distinct=True),
            refused=Count("deliveries", filter=refused, distinct=True),
            taken=Count("pickups", filter=Q(pickups__state=PickupState.TAKEN_IN), distinct=True),
            set_aside=Count(
                "pickups", filter=Q(pickups__state=PickupState.SET_ASIDE), distinct=True
            ),
        )
        .order_by("name")
    )


def mailbox_for(practice: Practice, pk: int) -> Mailbox:
    """Return one of the practice's mailboxes. Raises Mailbox.DoesNotExist."""
    return mailboxes(practice).get(pk=pk)


def deliveries(mailbox: Mailbox) -> QuerySet[Delivery]:
    """Return what went out by a mailbox, the latest first."""
    return mailbox.deliveries.select_related("outgoing_file").order_by("-pk")


def pickups(mailbox: Mailbox) -> QuerySet[Pickup]:
    """Return what was fetched from a mailbox, the latest first."""
    fetched = (PickupState.FETCHED, PickupState.TAKEN_IN, PickupState.OTHER)
    return mailbox.pickups.filter(state__in=fetched).select_related("receipt").order_by("-pk")


def due_mailboxes(now: datetime) -> list[Mailbox]:
    """Return the mailboxes that are on and may be looked at now."""
    may = Q(next_look_at__isnull=True) | Q(next_look_at__lte=now)
    rows = Mailbox.objects.filter(may, is_on=True).select_related("practice")
    return list(rows.order_by("practice__code", "name"))


def unanswered(practice: Practice, *, as_of: date) -> QuerySet[OutgoingFile]:
    """Return the files sent more than a business day ago of which no receiver has said a word, the oldest first."""
    last = previous_business_day(as_of)
    while answer_expected_by(last) >= as_of:
        last = previous_business_day(date.fromordinal(last.toordinal() - 1))
    until = datetime.combine(date.fromordinal(last.toordinal() + 1), datetime.min.time())
    return OutgoingFile.objects.filter(
        practice=practice,
        state=OutgoingState.SENT.value,
        sent_at__lt=until.replace(tzinfo=BUSINESS_ZONE),
    ).order_by("number")


def set_aside(mailbox: Mailbox) -> QuerySet[Pickup]:
    """Return what was not taken in, and what waits to be whole, the latest first."""
    waits = Q(state=PickupState.SET_ASIDE) | Q(state=PickupState.SEEN)
    return mailbox.pickups.filter(waits).order_by("-pk")
