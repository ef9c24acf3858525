"""What the aging report before named, and this one does not: proposed as resolved, or listed as a difference."""

from collections.abc import Iterator
from itertools import islice

from dueline.core.enums import ClaimOrigin
from dueline.core.money import dollar_words
from dueline.core.sheets.fields import ReportKind
from dueline.sheets.models import SheetDifference, SheetImport, SheetResolution, SheetSighting

AT_ONCE = 2_000


def propose_vanished(sheet_import: SheetImport) -> tuple[int, int]:
    """Propose as resolved the claims that only sheets know, and list those that X12 files know.

    Nothing is proposed by a report older than the one that named the claim. Returns how many of each.
    """
    resolutions = differences = 0
    vanished = _vanished(sheet_import)
    while some := list(islice(vanished, AT_ONCE)):
        new = [_resolution(sheet_import, one) for one in some if _is_of_sheets(one)]
        others = [_difference(sheet_import, one) for one in some if not _is_of_sheets(one)]
        SheetResolution.objects.bulk_create(new, ignore_conflicts=True)
        SheetDifference.objects.bulk_create(others)
        differences += len(others)
    resolutions = SheetResolution.objects.filter(
        sheet_import=sheet_import, state="proposed"
    ).count()
    return resolutions, differences


def _vanished(sheet_import: SheetImport) -> Iterator[SheetSighting]:
    found = SheetSighting.objects.filter(
        practice=sheet_import.practice,
        kind=ReportKind.AGING.value,
        claim__is_open=True,
        sheet_import__as_of__lte=sheet_import.as_of,
        sheet_import__mapping_name=sheet_import.mapping_name,
    ).exclude(sheet_import=sheet_import)
    return found.select_related("claim", "sheet_import").order_by("pk").iterator(AT_ONCE)


def _is_of_sheets(one: SheetSighting) -> bool:
    return one.claim.origin == ClaimOrigin.SHEET.value


def _resolution(sheet_import: SheetImport, one: SheetSighting) -> SheetResolution:
    return SheetResolution(
        practice=sheet_import.practice,
        sheet_import=sheet_import,
        last_seen_in=one.sheet_import,
        claim=one.claim,
        balance_cents=one.claim.payer_balance_cents,
    )


def _difference(sheet_import: SheetImport, one: SheetSighting) -> SheetDifference:
    balance = one.claim.payer_balance_cents
    return SheetDifference(
        practice=sheet_import.practice,
        sheet_import=sheet_import,
        claim=one.claim,
        what="Open with the payer",
        in_sheet="not named any more",
        in_ledger=dollar_words(balance),
        difference_cents=-balance,
    )
