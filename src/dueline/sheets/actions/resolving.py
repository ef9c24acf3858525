"""A person says of claims that vanished from an aging report whether they are resolved."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import User
from dueline.core.enums import ClaimOrigin
from dueline.ledger.posting import Directory, Posting, add_opening, lock
from dueline.ledger.posting.lookups import load_claims_by_id
from dueline.sheets.errors import SheetError
from dueline.sheets.models import SheetImport, SheetResolution
from dueline.worklist.actions import refresh

MOST_AT_ONCE = 2_000


@transaction.atomic
def resolve(
    *,
    sheet_import: SheetImport,
    resolutions: Iterable[int],
    reason: str,
    by: User,
    as_of: date,
    now: datetime,
) -> int:
    """Close the claims of these proposals with a reason; return how many were closed.

    The balance is taken off by an opening entry of the sheet that no longer names the claim. A claim that
    an X12 file has told of meanwhile stays as it is. Raises SheetError without a reason.
    """
    if not reason.strip():
        raise SheetError("Say why they are resolved: paid, written off, or moved to the patient.")
    practice = sheet_import.practice
    lock(practice)
    held = _held(sheet_import, resolutions)
    posting = Posting(Directory(practice), received_on=as_of)
    posting.begin_set(sheet_import.transaction_set_id or 0)
    claims = load_claims_by_id(posting, [one.claim_id for one in held])
    done = []
    for one in held:
        claim = claims[one.claim_id]
        is_ours = claim.origin == ClaimOrigin.SHEET.value
        one.state = "resolved" if is_ours else "named"
        one.reason, one.decided_at = reason.strip()[:300], now
        one.decided_by = by.get_username()
        if is_ours:
            balance = claim.payer_balance_cents
            add_opening(posting, claim, 0, on=sheet_import.as_of, payer_cents=-balance)
            claim.opening_on = sheet_import.as_of
            posting.change(claim)
            done.append(claim.id)
    posting.flush()
    _decide(sheet_import, held, "resolve_sheet_claims", by, now)
    refresh(practice=practice, as_of=as_of, claim_ids=done)
    return len(done)


@transaction.atomic
def keep_open(
    *, sheet_import: SheetImport, resolutions: Iterable[int], reason: str, by: User, now: datetime
) -> int:
    """Note that these claims are still open although the report no longer names them; return how many."""
    lock(sheet_import.practice)
    held = _held(sheet_import, resolutions)
    for one in held:
        one.state, one.reason = "open", reason.strip()[:300]
        one.decided_at, one.decided_by = now, by.get_username()
    _decide(sheet_import, held, "keep_sheet_claims_open", by, now)
    return len(held)


def _held(sheet_import: SheetImport, resolutions: Iterable[int]) -> list[SheetResolution]:
    ids = list(resolutions)
    if len(ids) > MOST_AT_ONCE:
        raise SheetError(f"Expected at most {MOST_AT_ONCE:,} claims at once, found {len(ids):,}.")
    found = SheetResolution.objects.select_for_update().filter(
        sheet_import=sheet_import, pk__in=ids, state="proposed"
    )
    return list(found.order_by("pk"))


def _decide(
    sheet_import: SheetImport, held: list[SheetResolution], action: str, by: User, now: datetime
) -> None:
    fields = ["state", "reason", "decided_at", "decided_by"]
    SheetResolution.objects.bulk_update(held, fields)
    audit.record(
        practice=sheet_import.practice,
        by=by.get_username(),
        action=action,
        at=now,
        object_kind="sheet_import",
        object_key=str(sheet_import.pk),
        detail={"claims": [one.claim_id for one in held]},
    )
