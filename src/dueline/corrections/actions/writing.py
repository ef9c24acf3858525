"""Writing approved corrections as files to be sent."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from dueline import clock
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.core.correction import CorrectionEvent, CorrectionKind, CorrectionState
from dueline.core.outgoing import OutgoingPurpose
from dueline.core.x12.model import ClaimBatch, Contact, Document, Party
from dueline.corrections.actions.moving import check_move, held, move
from dueline.corrections.actions.steps import ready_to_send
from dueline.corrections.actions.waiting import let_wait
from dueline.corrections.errors import CorrectionRefused
from dueline.corrections.models import Correction
from dueline.corrections.queries import Prepared
from dueline.sending.actions import OutgoingSet, PutOut, put_out
from dueline.sending.errors import SendingError
from dueline.sending.queries import Route, route_to
from dueline.worklist.actions import standing_of_item

_PURPOSES = {CorrectionKind.NEXT_PAYER: OutgoingPurpose.SECONDARY_CLAIMS}
MOST = 100  # written at once: each claim is read again from its file


def write_correction(*, correction: Correction, by: User, as_of: date, now: datetime) -> Correction:
    """Write an approved correction; its file is there with its state or not at all.

    The ledger learns of it when the file is taken in, like any 837 (docs/adr/0017). Not to be called within a
    transaction. Raises CorrectionRefused, NotAllowed; OSError where the disk does not take it.
    """
    check(by, correction.practice, Permission.SEND_FILES)
    check_move(correction, CorrectionEvent.WRITE)
    found = ready_to_send(correction, as_of=as_of)
    _write([(correction, found)], by=by, as_of=as_of, now=now)
    correction.refresh_from_db()
    return correction


@dataclass
class WrittenFiles:
    """What became of the approved corrections: the files, how many are in them, and why the others are not."""

    files: int = 0
    claims: int = 0
    refused: Counter[str] = field(default_factory=Counter)


def write_approved(*, practice: Practice, by: User, as_of: date, now: datetime) -> WrittenFiles:
    """Write the approved corrections, some hundred at once, those of a kind to one payer in one file.

    What is refused of one keeps no other. Not to be called within a transaction. Raises NotAllowed; OSError.
    """
    check(by, practice, Permission.SEND_FILES)
    told = WrittenFiles()
    rows = Correction.objects.filter(practice=practice, state=CorrectionState.APPROVED.value)
    together: dict[tuple[object, ...], list[tuple[Correction, Prepared]]] = {}
    links = ("practice", "claim__practice", "claim__payer", "submission")
    for one in rows.select_related(*links).order_by("state_at", "pk")[:MOST]:
        try:
            found = ready_to_send(one, as_of=as_of)
        except CorrectionRefused as refused:
            told.refused[str(refused)] += 1
            continue
        alike = one.claim.payer_id, _purpose(one), found.claim.kind, found.version
        together.setdefault(alike, []).append((one, found))
    for some in together.values():
        try:
            _write(some, by=by, as_of=as_of, now=now)
        except CorrectionRefused as refused:
            told.refused[str(refused)] += len(some)
        else:
            told.files, told.claims = told.files + 1, told.claims + len(some)
    return told


def _purpose(correction: Correction) -> OutgoingPurpose:
    kind = CorrectionKind(correction.kind)
    return _PURPOSES.get(kind, OutgoingPurpose.CORRECTED_CLAIMS)


def _write(
    some: Sequence[tuple[Correction, Prepared]], *, by: User, as_of: date, now: datetime
) -> None:
    """Write corrections to one payer as one file, a set for each. Raises CorrectionRefused: none is written."""
    first = some[0][0]
    practice, payer = first.practice, first.claim.payer

    def beside(made: PutOut) -> None:
        for correction, _ in some:
            one = held(correction)
            one.file = made.file
            before = standing_of_item(one.claim)
            let_wait(one.claim, kind=CorrectionKind(one.kind), by=by, as_of=as_of)
            one.item_before = {"before": before, "waiting": standing_of_item(one.claim)}
            move(one, CorrectionEvent.WRITE, by=by.get_username(), now=now, said=made.file.name)

    try:
        route = route_to(practice, payer)

        def sets(_: int) -> Iterable[OutgoingSet]:
            for correction, found in some:
                yield OutgoingSet(_document(found, route, now), [_named(correction, found)])

        put_out(
            practice=practice,
            purpose=_purpose(first),
            payer=payer,
            route=route,
            sets=sets,
            by=by.get_username(),
            at=now,
            beside=beside,
        )
    except SendingError as error:
        raise CorrectionRefused(f"The file was not written: {error}") from None


def _named(correction: Correction, found: Prepared) -> tuple[int, str]:
    """Return the claim and what its receiver will name it by: its own number, which never changes."""
    return correction.claim_id, found.claim.patient_control_number


def _document(found: Prepared, route: Route, now: datetime) -> Document:
    local = now.astimezone(clock.BUSINESS_ZONE)
    header = ClaimBatch(
        created_on=local.date(),
        created_at=local.time().replace(second=0, microsecond=0, tzinfo=None),
        submitter=_party("41", route.sender_name, route.sender_id, _contacts(route, found)),
        receiver=_party("40", route.receiver_name, route.receiver_id),
    )
    return Document(found.claim.kind, header, (found.claim,), found.version)


def _contacts(route: Route, found: Prepared) -> tuple[Contact, ...]:
    """Return whom the receiver asks: as the practice has set it, else as the claim was sent before.

    Raises SendingError where neither names a telephone: a file without one is refused (1000A PER03 and PER04).
    """
    phone = "".join(sign for sign in route.contact_phone if sign.isdigit())
    if phone:
        return (Contact("IC", route.contact_name or route.sender_name, (("TE", phone),)),)
    told = tuple(contact for contact in found.contacts if contact.numbers)
    if not told:
        raise SendingError(
            "contact phone: expected a telephone at which the receiver can ask, found none. "
            "Set it under Outgoing files."
        )
    return told


def _party(entity: str, name: str, identifier: str, contacts: tuple[Contact, ...] = ()) -> Party:
    return Party(
        entity=entity,
        last_name=name[:60],
        id_qualifier="46",
        identifier=identifier,
        contacts=contacts,
    )
