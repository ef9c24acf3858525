"""Asking for approval, giving or returning it, and taking a correction back."""

from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from dueline.accounts.models import User
from dueline.accounts.permissions import Permission, check
from dueline.accounts.queries import may_approve
from dueline.core.correction import CorrectionError, CorrectionEvent, CorrectionKind
from dueline.corrections.actions.moving import check_move, held, move, reason_of
from dueline.corrections.errors import CorrectionRefused
from dueline.corrections.models import Correction
from dueline.corrections.queries import Prepared, prepared, why_not_now


@transaction.atomic
def ask_approval(*, correction: Correction, by: User, as_of: date, now: datetime) -> Correction:
    """Hand a draft to someone who may approve it. Raises CorrectionRefused: blocked, nothing changed; NotAllowed."""
    check(by, correction.practice, Permission.CORRECT_CLAIMS)
    one = held(correction)
    check_move(one, CorrectionEvent.ASK)
    ready_to_send(one, as_of=as_of)
    move(one, CorrectionEvent.ASK, by=by.get_username(), now=now)
    return one


def ready_to_send(correction: Correction, *, as_of: date) -> Prepared:
    """Return a correction as it would go out. Raises CorrectionRefused where anything stops it today."""
    kind = CorrectionKind(correction.kind)
    said, claim = correction.reason, correction.claim
    if correction.sequence not in ("", claim.payer_sequence):
        raise CorrectionRefused(
            f"It is the turn of {claim.payer.name} again. Withdraw this claim to another payer."
        )
    if reason := why_not_now(kind, claim, as_of=as_of, said=said, but=correction):
        raise CorrectionRefused(reason)
    try:
        found = prepared(correction, as_of=as_of)
    except CorrectionError as error:
        raise CorrectionRefused(str(error)) from None
    if found.missing:
        raise CorrectionRefused(f"Not known yet: {'; '.join(found.missing)}. Fill it in first.")
    if found.errors:
        names = ", ".join(dict.fromkeys(one.check.name for one in found.errors))
        raise CorrectionRefused(f"The payer will refuse it so: {names}. Mend this first.")
    if kind is CorrectionKind.REPLACEMENT and found.original == _as_sent(found):
        raise CorrectionRefused(
            "Nothing is changed yet. Change what the payer refused, then ask again."
        )
    return found


def _as_sent(found: Prepared) -> object:
    """Return the corrected claim with the original's frequency and reference: equal where nothing else differs."""
    return replace(
        found.claim,
        frequency_code=found.original.frequency_code,
        original_reference=found.original.original_reference,
    )


@transaction.atomic
def approve(*, correction: Correction, by: User, as_of: date, now: datetime) -> Correction:
    """Approve what stands. Raises CorrectionRefused, also to who made it unless lead or administrator; NotAllowed."""
    check(by, correction.practice, Permission.APPROVE_CORRECTIONS)
    one = held(correction)
    if reason := why_not_approve(one, by):
        raise CorrectionRefused(reason)
    check_move(one, CorrectionEvent.APPROVE)
    ready_to_send(one, as_of=as_of)
    move(one, CorrectionEvent.APPROVE, by=by.get_username(), now=now)
    return one


def why_not_approve(correction: Correction, by: User) -> str:
    """Return why this person may not approve it although the role may; "" where they may."""
    if not may_approve(by, correction.practice, made_by=(correction.changed_by,)):
        return "You made this correction. Someone else approves it, or a lead."
    return ""


@transaction.atomic
def return_correction(
    *, correction: Correction, reason: str, by: User, now: datetime
) -> Correction:
    """Give a correction back to be changed. Raises CorrectionRefused, NotAllowed."""
    check(by, correction.practice, Permission.APPROVE_CORRECTIONS)
    one = held(correction)
    move(one, CorrectionEvent.RETURN, by=by.get_username(), now=now, said=reason_of(reason))
    return one


@transaction.atomic
def withdraw_correction(
    *, correction: Correction, reason: str, by: User, now: datetime
) -> Correction:
    """Take a correction back before its file is written. Raises CorrectionRefused, NotAllowed."""
    check(by, correction.practice, Permission.CORRECT_CLAIMS)
    one = held(correction)
    move(one, CorrectionEvent.WITHDRAW, by=by.get_username(), now=now, said=reason_of(reason))
    return one
