"""Writing an approved correction as a file to be sent."""

from collections.abc import Iterable
from datetime import date, datetime

from dueline import clock
from dueline.accounts.models import User
from dueline.accounts.permissions import Permission, check
from dueline.core.correction import CorrectionEvent, CorrectionKind
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


def write_correction(*, correction: Correction, by: User, as_of: date, now: datetime) -> Correction:
    """Write an approved correction; its file is there with its state or not at all.

    The ledger learns of it when the file is taken in, like any 837 (docs/adr/0017). Not to be called within a
    transaction. Raises CorrectionRefused, NotAllowed; OSError where the disk does not take it.
    """
    practice = correction.practice
    check(by, practice, Permission.SEND_FILES)
    check_move(correction, CorrectionEvent.WRITE)
    found = ready_to_send(correction, as_of=as_of)
    payer, kind = correction.claim.payer, CorrectionKind(correction.kind)

    def beside(made: PutOut) -> None:
        one = held(correction)
        one.file = made.file
        before = standing_of_item(one.claim)
        let_wait(one.claim, kind=kind, by=by, as_of=as_of)
        one.item_before = {"before": before, "waiting": standing_of_item(one.claim)}
        move(one, CorrectionEvent.WRITE, by=by.get_username(), now=now, said=made.file.name)

    try:
        route = route_to(practice, payer)

        def sets(_: int) -> Iterable[OutgoingSet]:
            yield OutgoingSet(_document(found, route, now), [_named(correction, found)])

        put_out(
            practice=practice,
            purpose=_PURPOSES.get(kind, OutgoingPurpose.CORRECTED_CLAIMS),
            payer=payer,
            route=route,
            sets=sets,
            by=by.get_username(),
            at=now,
            beside=beside,
        )
    except SendingError as error:
        raise CorrectionRefused(f"The file was not written: {error}") from None
    correction.refresh_from_db()
    return correction


def _named(correction: Correction, found: Prepared) -> tuple[int, str]:
    """Return the claim and what its receiver will name it by: its own number, which never changes."""
    return correction.claim_id, found.claim.patient_control_number


def _document(found: Prepared, route: Route, now: datetime) -> Document:
    local = now.astimezone(clock.BUSINESS_ZONE)
    header = ClaimBatch(
        created_on=local.date(),
        created_at=local.time().replace(second=0, microsecond=0, tzinfo=None),
        submitter=_party("41", route.sender_name, route.sender_id, _contacts(route)),
        receiver=_party("40", route.receiver_name, route.receiver_id),
    )
    return Document(found.claim.kind, header, (found.claim,), found.version)


def _contacts(route: Route) -> tuple[Contact, ...]:
    phone = "".join(sign for sign in route.contact_phone if sign.isdigit())
    numbers = (("TE", phone),) if phone else ()
    return (Contact("IC", route.contact_name or route.sender_name, numbers),)


def _party(entity: str, name: str, identifier: str, contacts: tuple[Contact, ...] = ()) -> Party:
    return Party(
        entity=entity,
        last_name=name[:60],
        id_qualifier="46",
        identifier=identifier,
        contacts=contacts,
    )
