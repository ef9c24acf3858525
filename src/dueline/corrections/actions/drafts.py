"""Starting a correction and changing its draft. Every version is kept."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from dueline.accounts import audit
from dueline.accounts.models import User
from dueline.accounts.permissions import Permission, check
from dueline.core.correction import CorrectionError, CorrectionEvent, CorrectionKind
from dueline.corrections.actions.moving import check_move, held, move, note, reason_of
from dueline.corrections.errors import CorrectionRefused
from dueline.corrections.models import Correction, CorrectionVersion
from dueline.corrections.queries import (
    edits_of,
    made,
    payer_number_of,
    submission_for,
    why_not_now,
)
from dueline.ledger.models import Claim

_KIND_WORDS = {
    CorrectionKind.RESEND: "Started, to be sent anew (frequency 1).",
    CorrectionKind.REPLACEMENT: "Started as a replacement (frequency 7).",
    CorrectionKind.VOID: "Started as a void (frequency 8).",
    CorrectionKind.NEXT_PAYER: "Started as a claim to the next payer.",
}
_REPLACING = frozenset({CorrectionKind.REPLACEMENT, CorrectionKind.VOID})


@transaction.atomic
def start_correction(
    *,
    claim: Claim,
    kind: CorrectionKind,
    by: User,
    as_of: date,
    now: datetime,
    reason: str = "",
) -> Correction:
    """Begin to correct a claim, or to bill it to its next payer. Raises CorrectionRefused: why not; NotAllowed.

    `reason` is why it is billed although the payer before says that it forwarded the claim.
    """
    check(by, claim.practice, Permission.CORRECT_CLAIMS)
    owned = Claim.objects.select_for_update().get(pk=claim.pk, practice=claim.practice)
    said = reason_of(reason) if reason.strip() else ""
    if why := why_not_now(kind, owned, as_of=as_of, said=said):
        raise CorrectionRefused(why)
    submission = submission_for(kind, owned)
    assert submission is not None  # else it was stopped
    correction = Correction.objects.create(
        practice=owned.practice,
        claim=owned,
        submission=submission,
        kind=kind.value,
        payer_number=payer_number_of(owned) if kind in _REPLACING else "",
        sequence=owned.payer_sequence if kind is CorrectionKind.NEXT_PAYER else "",
        reason=said,
        started_at=now,
        state_at=now,
        changed_by=by.get_username(),
    )
    _keep(correction, {}, by, now)
    note(correction, None, by=by.get_username(), now=now, said=said or _KIND_WORDS[kind])
    audit.record(
        practice=owned.practice,
        by=by.get_username(),
        action="start_correction",
        at=now,
        object_kind="correction",
        object_key=str(correction.pk),
        detail={"claim": owned.pk, "kind": kind.value},
    )
    return correction


def _keep(correction: Correction, edits: Mapping[str, str], by: User, now: datetime) -> None:
    last = correction.versions.aggregate(last=Max("number"))["last"] or 0
    CorrectionVersion.objects.create(
        practice_id=correction.practice_id,
        correction=correction,
        number=last + 1,
        edits=dict(edits),
        made_at=now,
        made_by=by.get_username(),
    )


@transaction.atomic
def change_correction(
    *, correction: Correction, edits: Mapping[str, str], by: User, now: datetime
) -> Correction:
    """Keep what is changed as a new version, which is a draft again; the same as before changes nothing.

    Raises CorrectionRefused with the field and what was expected; NotAllowed.
    """
    check(by, correction.practice, Permission.CORRECT_CLAIMS)
    one = held(correction)
    check_move(one, CorrectionEvent.CHANGE)
    if dict(edits) == edits_of(one):
        return one
    try:
        made(one, edits=edits)
    except CorrectionError as error:
        raise CorrectionRefused(str(error)) from None
    _keep(one, edits, by, now)
    one.changed_by = by.get_username()
    move(one, CorrectionEvent.CHANGE, by=by.get_username(), now=now)
    return one
