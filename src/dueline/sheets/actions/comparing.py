"""Where a sheet's row and what X12 files say of the same claim do not agree. The ledger stays as it is."""

from dueline.core.money import dollar_words
from dueline.ledger.posting import PostedRow, RowOutcome
from dueline.sheets.models import SheetDifference, SheetImport


def differences_of(sheet_import: SheetImport, one: PostedRow) -> list[SheetDifference]:
    """Return the differences of one row, not stored yet; none for a claim that only sheets know."""
    if one.outcome is not RowOutcome.COMPARED:
        return []
    claim, row = one.claim, one.row
    amounts = [
        ("Open with the payer", row.payer_balance_cents, claim.payer_balance_cents),
        ("Open with the patient", row.patient_balance_cents, claim.patient_balance_cents),
        ("Charge", row.charge_cents, claim.charge_cents),
    ]
    found = [
        _difference(
            sheet_import, one, what, dollar_words(theirs), dollar_words(ours), theirs - ours
        )
        for what, theirs, ours in amounts
        if theirs is not None and theirs != ours
    ]
    for group, code in row.reasons:
        if claim.denial_carc != code:
            said = f"{group}-{code}".lstrip("-")
            known = f"{claim.denial_group}-{claim.denial_carc}".strip("-") or "no denial"
            found.append(_difference(sheet_import, one, "Denied for", said, known, 0))
    return found


def _difference(
    sheet_import: SheetImport, one: PostedRow, what: str, in_sheet: str, in_ledger: str, cents: int
) -> SheetDifference:
    return SheetDifference(
        practice_id=sheet_import.practice_id,
        sheet_import=sheet_import,
        claim_id=one.claim.id,
        row_number=one.row.row_number,
        what=what,
        in_sheet=in_sheet,
        in_ledger=in_ledger,
        difference_cents=cents,
    )
