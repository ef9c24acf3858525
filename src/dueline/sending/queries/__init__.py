"""Reading the practice's outgoing files, and the route that one takes."""

from dataclasses import dataclass
from pathlib import Path

from django.db.models import Count, QuerySet

from dueline.accounts.models import AuditEvent, Practice
from dueline.core.outgoing import OutgoingState
from dueline.payers.models import Payer, PayerIdentifier
from dueline.sending.errors import SendingError
from dueline.sending.models import OutgoingAnswer, OutgoingFile, Submitter
from dueline.sending.storage import path_of as _path_of

ID_KINDS = ("PI", "XV")  # NM108 of a payer, the usual one first
_LONGEST_ID = 15  # ISA08


@dataclass(frozen=True)
class Route:
    """From whom a file goes to whom."""

    sender_qualifier: str
    sender_id: str
    sender_name: str
    contact_name: str
    contact_phone: str
    receiver_qualifier: str
    receiver_id: str
    receiver_name: str
    is_test: bool = False


def submitter_of(practice: Practice) -> Submitter:
    """Return as whom the practice sends; until someone says so, as itself by its first NPI. It may lack an ID."""
    found = Submitter.objects.filter(practice=practice).first()
    if found is not None:
        return found
    npi = practice.npis.order_by("pk").values_list("npi", flat=True).first() or ""
    return Submitter(
        practice=practice,
        sender_id=npi,
        sender_name=practice.name[:60],
        contact_phone=practice.phone,
    )


def payer_identifiers(practice: Practice, payer_ids: list[int]) -> dict[int, tuple[str, str]]:
    """Return by payer the ID that names it in X12, as (NM108, NM109); one without an ID is left out."""
    rows = PayerIdentifier.objects.filter(
        practice=practice, payer_id__in=payer_ids, kind__in=ID_KINDS
    )
    found: dict[int, tuple[str, str]] = {}
    for row in sorted(rows, key=lambda row: (ID_KINDS.index(row.kind), row.pk)):
        found.setdefault(row.payer_id, (row.kind, row.value))
    return found


def route_to(practice: Practice, payer: Payer | None) -> Route:
    """Return the route of a file to a payer: by the practice's clearinghouse, else to the payer itself.

    Raises SendingError where the sender or the receiver has no ID, or without a payer no clearinghouse is set.
    """
    who = submitter_of(practice)
    if not who.sender_id:
        raise SendingError(
            "sender id: expected the ID that the receiver gave the practice, or an NPI of the practice; "
            "found neither"
        )
    qualifier, receiver, name = who.receiver_qualifier, who.receiver_id, who.receiver_name
    if not receiver:
        if payer is None:
            raise SendingError("expected a clearinghouse to send to, found none set")
        qualifier = "ZZ"
        _, receiver = payer_identifiers(practice, [payer.pk]).get(payer.pk, ("", ""))
        name = payer.name
        if not receiver or len(receiver) > _LONGEST_ID:
            raise SendingError(
                f"expected a payer ID of up to {_LONGEST_ID} characters for {payer.name}, "
                f"found {'a longer one' if receiver else 'none'}; or set a clearinghouse"
            )
    return Route(
        sender_qualifier=who.sender_qualifier,
        sender_id=who.sender_id,
        sender_name=who.sender_name,
        contact_name=who.contact_name,
        contact_phone=who.contact_phone,
        receiver_qualifier=qualifier,
        receiver_id=receiver,
        receiver_name=name,
        is_test=who.is_test,
    )


def outgoing_files(practice: Practice, *, state: str = "") -> QuerySet[OutgoingFile]:
    """Return the practice's files, the latest first; of one state where it is named."""
    found = OutgoingFile.objects.filter(practice=practice).select_related("payer")
    return (found.filter(state=state) if state else found).order_by("-number")


def state_counts(practice: Practice) -> dict[str, int]:
    """Return how many files stand in each state, every state named."""
    rows = OutgoingFile.objects.filter(practice=practice).values_list("state").annotate(Count("pk"))
    return {state.value: 0 for state in OutgoingState} | dict(rows.order_by())


def outgoing_file(practice: Practice, pk: int) -> OutgoingFile:
    """Return one file of the practice. Raises OutgoingFile.DoesNotExist."""
    return OutgoingFile.objects.select_related("payer").get(practice=practice, pk=pk)


def answers_of(outgoing: OutgoingFile) -> list[OutgoingAnswer]:
    """Return what was said of a file, the first word first."""
    rows = OutgoingAnswer.objects.filter(practice=outgoing.practice_id, file=outgoing)
    return list(rows.select_related("transaction_set__source_file").order_by("pk"))


def exports_of(outgoing: OutgoingFile) -> list[AuditEvent]:
    """Return who was given the file's content and when, the latest first: whether it was sent, they know."""
    rows = AuditEvent.objects.filter(
        scope=outgoing.practice.code,
        action="export_outgoing_file",
        object_kind="outgoing_file",
        object_key=str(outgoing.pk),
    )
    return list(rows.order_by("-pk"))


def content(outgoing: OutgoingFile) -> Path:
    """Return where the content of a file to be sent is. Raises SendingError where it was called back, or is gone."""
    if outgoing.state == OutgoingState.WITHDRAWN.value:
        raise SendingError(f"{outgoing.name} was called back: it is not to be sent.")
    path = _path_of(outgoing.practice, outgoing.number)
    if not path.is_file():
        raise SendingError(f"{outgoing.name} is no longer kept under DUELINE_HOME.")
    return path
