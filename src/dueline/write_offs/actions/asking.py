"""Asking for a balance to be given up or moved, one by one or small ones together; and the limits."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.core.money import dollar_words
from dueline.core.write_offs import (
    REASON_WORDS,
    REASONS,
    WriteOffKind,
    WriteOffReason,
    persons_needed,
    why_not_to_patient,
)
from dueline.ledger.models import Claim
from dueline.write_offs.errors import WriteOffRefused
from dueline.write_offs.models import WriteOff, WriteOffLimits, WriteOffStep
from dueline.write_offs.queries import limits_of, seal_of, small_balances

LONGEST = 500


def words(text: str, what: str) -> str:
    """Return a text that someone gave. Raises WriteOffRefused for none, or one that cannot be kept."""
    said = " ".join(text.split())
    if not said:
        raise WriteOffRefused(f"{what}: expected a few words, found nothing.")
    if len(said) > LONGEST or not said.isprintable():
        raise WriteOffRefused(f"{what}: expected at most {LONGEST} plain characters.")
    return said


def balance_of(claim: Claim, kind: WriteOffKind) -> int:
    """Return the balance that a decision of this kind lowers, in cents."""
    patient = kind is WriteOffKind.PATIENT
    return claim.patient_balance_cents if patient else claim.payer_balance_cents


def check_amount(claim: Claim, kind: WriteOffKind, cents: int) -> None:
    """Raise WriteOffRefused for an amount that is not there."""
    whose = "patient" if kind is WriteOffKind.PATIENT else "payer"
    there = balance_of(claim, kind)
    if there <= 0:
        raise WriteOffRefused(f"Nothing is open with the {whose}.")
    if not 0 < cents <= there:
        raise WriteOffRefused(
            f"Amount: expected at most the {dollar_words(there)} open with the {whose}, "
            f"found {dollar_words(cents)}."
        )


@transaction.atomic
def ask(
    *,
    claim: Claim,
    kind: WriteOffKind,
    reason: WriteOffReason,
    amount_cents: int,
    note: str,
    by: User,
    now: datetime,
) -> WriteOff:
    """Ask for a balance to be given up or moved. Audited. Raises NotAllowed and WriteOffRefused."""
    check(by, claim.practice, Permission.REQUEST_WRITE_OFFS)
    held = Claim.objects.select_for_update().get(pk=claim.pk, practice=claim.practice)
    if reason not in REASONS[kind]:
        raise WriteOffRefused(f"Reason: “{REASON_WORDS[reason]}” is no reason for this.")
    said = words(note, "Evidence")
    check_amount(held, kind, amount_cents)
    if kind is WriteOffKind.TRANSFER:
        check_transfer(held)
    made = WriteOff(
        practice=held.practice,
        claim=held,
        kind=kind.value,
        reason=reason.value,
        note=said,
        amount_cents=amount_cents,
        state_at=now,
        requested_at=now,
        requested_by=by.get_username(),
        persons_needed=persons_needed(amount_cents, limits_of(held.practice).one_person_cents),
    )
    _keep([made])
    audit.record(
        practice=held.practice,
        by=by.get_username(),
        action="request_write_off",
        at=now,
        object_kind="write_off",
        object_key=str(made.pk),
        detail={"claim": held.pk, "kind": kind.value, "cents": amount_cents},
    )
    return made


def check_transfer(claim: Claim) -> None:
    """Raise WriteOffRefused for a balance that the patient may not be billed for."""
    if refused := why_not_to_patient(claim.denial_group):
        raise WriteOffRefused(refused)


def _keep(rows: Sequence[WriteOff]) -> None:
    try:
        with transaction.atomic():
            WriteOff.objects.bulk_create(rows)
    except IntegrityError:
        raise WriteOffRefused(
            "There is a request about this claim already. Open that one."
        ) from None
    WriteOffStep.objects.bulk_create(
        WriteOffStep(
            practice=row.practice,
            write_off=row,
            said=row.note,
            at=row.requested_at,
            by=row.requested_by,
        )
        for row in rows
    )


@transaction.atomic
def ask_small(
    *, practice: Practice, seal: str, note: str, by: User, as_of: date, now: datetime
) -> list[WriteOff]:
    """Ask for the small balances that were shown, by their seal, to be written off together. Audited.

    Raises NotAllowed and WriteOffRefused: none, or others than those that were shown.
    """
    check(by, practice, Permission.REQUEST_WRITE_OFFS)
    said = words(note, "Evidence")
    found = list(small_balances(practice, as_of=as_of).select_for_update(of=("self",)))
    if not found:
        raise WriteOffRefused("There is no small balance to write off.")
    if seal != seal_of(found):
        raise WriteOffRefused("The list has changed since it was shown. Look at it again.")
    batch = uuid.uuid4().hex
    rows = [
        WriteOff(
            practice=practice,
            claim=claim,
            kind=WriteOffKind.PAYER.value,
            reason=WriteOffReason.SMALL_BALANCE.value,
            note=said,
            amount_cents=claim.payer_balance_cents,
            state_at=now,
            requested_at=now,
            requested_by=by.get_username(),
            batch=batch,
        )
        for claim in found
    ]
    _keep(rows)
    audit.record(
        practice=practice,
        by=by.get_username(),
        action="request_small_write_offs",
        at=now,
        object_kind="write_off_batch",
        object_key=batch,
        detail={"claims": len(rows), "cents": sum(row.amount_cents for row in rows)},
    )
    return rows


@transaction.atomic
def set_limits(
    *,
    practice: Practice,
    one_person_cents: int,
    small_cents: int,
    small_days: int,
    by: User,
    now: datetime,
) -> WriteOffLimits:
    """Set a practice's limits. Audited. Raises NotAllowed and WriteOffRefused."""
    check(by, practice, Permission.ADMINISTER)
    for name, value, most in (
        ("One person", one_person_cents, 10**9),
        ("Small balance", small_cents, 10**6),
        ("Days", small_days, 3650),
    ):
        if not 0 <= value <= most:
            raise WriteOffRefused(f"{name}: expected from 0 to {most:,}, found {value:,}.")
    values = {
        "one_person_cents": one_person_cents,
        "small_cents": small_cents,
        "small_days": small_days,
    }
    row, _ = WriteOffLimits.objects.update_or_create(practice=practice, defaults=values)
    audit.record(
        practice=practice,
        by=by.get_username(),
        action="set_write_off_limits",
        at=now,
        object_kind="practice",
        object_key=practice.code,
        detail=values,
    )
    return row
