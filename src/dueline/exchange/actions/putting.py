"""Putting outgoing files into a mailbox, each exactly once, whenever the process is killed.

A file is uploaded under a name that no one reads, and gets its own in one step. Before each step the database
says that it begins; so what a killed round left is known by what is there: the unread name still, or not any more.
"""

from collections.abc import Callable
from datetime import date, datetime

from django.db import IntegrityError, transaction

from dueline.core.enums import SetKind
from dueline.core.exchange import DeliveryState
from dueline.core.outgoing import OutgoingState
from dueline.exchange.errors import ExchangeError, Unreachable
from dueline.exchange.models import Delivery, Mailbox
from dueline.exchange.places import Place, joined
from dueline.intake.actions import IntakeRun
from dueline.intake.models import Receipt
from dueline.sending import storage
from dueline.sending.actions import begin_sending, end_sending
from dueline.sending.errors import SendingError
from dueline.sending.models import OutgoingFile

_D = DeliveryState
BY = "exchange"
_CLAIMS = (SetKind.CLAIM_PROFESSIONAL, SetKind.CLAIM_INSTITUTIONAL, SetKind.CLAIM_DENTAL)


def put_all(place: Place, mailbox: Mailbox, *, by: str, now: datetime) -> list[str]:
    """Put out what is on its way, then what waits; return the names delivered.

    Raises Unreachable where the place fails; what one file met stands with it, and does not stop the others.
    """
    sent: list[str] = []
    under_way = mailbox.deliveries.filter(state__in=(_D.UPLOADING, _D.RENAMING))
    rows = list(under_way.select_related("outgoing_file__practice").order_by("outgoing_file"))
    rows += [row for file in _waiting(mailbox) if (row := _begun(mailbox, file, by, now))]
    for row in rows:
        if _carry(place, mailbox, row, now):
            sent.append(row.outgoing_file.name)
    return sent


def _waiting(mailbox: Mailbox) -> list[OutgoingFile]:
    """Return the files that were written since the mailbox is on."""
    waiting = OutgoingFile.objects.filter(
        practice=mailbox.practice,
        state=OutgoingState.WRITTEN.value,
        made_at__gte=mailbox.on_since,
    )
    return list(waiting.select_related("practice").order_by("number"))


@transaction.atomic
def _begun(mailbox: Mailbox, file: OutgoingFile, by: str, now: datetime) -> Delivery | None:
    """Take a file in hand; None where someone else sent it or called it back meanwhile."""
    try:
        with transaction.atomic():
            begin_sending(outgoing=file, at=now)
            return Delivery.objects.create(
                practice=mailbox.practice,
                outgoing_file=file,
                mailbox=mailbox,
                begun_at=now,
                begun_by=by,
            )
    except (SendingError, IntegrityError):
        return None


def _carry(place: Place, mailbox: Mailbox, row: Delivery, now: datetime) -> bool:
    """Bring a file to its name in the mailbox; whether it is there now."""
    name = row.outgoing_file.name
    final, part = joined(mailbox.out_folder, name), joined(mailbox.out_folder, f".{name}.part")
    if row.state == _D.UPLOADING:
        source = storage.path_of(mailbox.practice, row.outgoing_file.number)
        if not source.is_file():
            _say(row, "Its content is no longer kept under DUELINE_HOME.")
            return False
        row.tries += 1
        row.save(update_fields=["tries"])
        place.put(source, part)
        found = place.found(part)
        if found is None or found.size_bytes != row.outgoing_file.size_bytes:
            raise Unreachable(f"{mailbox.name} holds only part of {name} after the upload.")
        row.state = _D.RENAMING.value
        row.save(update_fields=["state"])
    if place.found(part) is not None:  # else it got its name, and may have been taken away since
        if place.found(final) is not None:
            row.state = _D.REFUSED.value
            _say(row, "A file of this name is there already. It was not replaced.")
            place.remove(part)
            return False
        place.rename(part, final)
    _delivered(row, mailbox, now)
    return True


@transaction.atomic
def _delivered(row: Delivery, mailbox: Mailbox, now: datetime) -> None:
    row.state, row.delivered_at, row.trouble = _D.DELIVERED.value, now, ""
    row.save(update_fields=["state", "delivered_at", "trouble"])
    end_sending(outgoing=row.outgoing_file, by=f"mailbox {mailbox.name}", at=now)


def _say(row: Delivery, trouble: str) -> None:
    row.trouble = trouble
    row.save(update_fields=["state", "trouble"])


def take_in_sent(mailbox: Mailbox, *, as_of: date, clock: Callable[[], datetime]) -> None:
    """Take in the 837s that were delivered, so that the ledger knows what was sent. Known by content, once."""
    sent = mailbox.deliveries.filter(delivered_at__isnull=False, outgoing_file__kind__in=_CLAIMS)
    begun = sent.exclude(receipt__state__in=("done", "refused"))
    rows = list(begun.select_related("outgoing_file__practice", "receipt").order_by("pk"))
    if not rows:
        return
    run = IntakeRun(practice=mailbox.practice, by=BY, as_of=as_of, clock=clock)
    for row in rows:
        receipt = row.receipt or _receipt(row, clock())
        run.read(receipt, storage.path_of(mailbox.practice, row.outgoing_file.number))
    run.finish()


@transaction.atomic
def _receipt(row: Delivery, now: datetime) -> Receipt:
    file = row.outgoing_file
    row.receipt = Receipt.objects.create(
        practice=row.practice,
        name=file.name,
        received_at=now,
        received_by=BY,
        size_bytes=file.size_bytes,
    )
    row.save(update_fields=["receipt"])
    return row.receipt


@transaction.atomic
def sent_by_hand(*, delivery: Delivery, by: str, now: datetime) -> None:
    """Say that a file which its mailbox refused was sent in another way. Raises ExchangeError: it was not refused."""
    row = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if row.state != _D.REFUSED or row.delivered_at is not None:
        raise ExchangeError("The mailbox has this file in hand, or it is delivered.")
    row.delivered_at = now
    row.save(update_fields=["delivered_at"])
    end_sending(outgoing=row.outgoing_file, by=by, at=now)
