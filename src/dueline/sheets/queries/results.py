"""What came of the spreadsheets of a practice: rows not taken, differences, claims proposed as resolved."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from dueline.accounts.models import Practice
from dueline.sheets.models import (
    SheetDifference,
    SheetFault,
    SheetImport,
    SheetMapping,
    SheetResolution,
)

LATEST = 50
Value = str | int | Decimal | date | None


def imports_of(practice: Practice) -> list[SheetImport]:
    """Return the latest spreadsheets handed in, newest first."""
    found = SheetImport.objects.filter(practice=practice)
    return list(found.order_by("-received_at", "-id")[:LATEST])


def import_for(practice: Practice, pk: int) -> SheetImport:
    """Return one of the practice's spreadsheets. Raises SheetImport.DoesNotExist for any other."""
    return SheetImport.objects.select_related("practice", "source_file", "transaction_set").get(
        practice=practice, pk=pk
    )


def mappings_of(practice: Practice) -> list[SheetMapping]:
    """Return the mappings that the practice has saved, by name."""
    return list(SheetMapping.objects.filter(practice=practice).order_by("name"))


def faults_of(sheet_import: SheetImport) -> QuerySet[SheetFault]:
    """Return why rows were not taken, in their order."""
    return SheetFault.objects.filter(sheet_import=sheet_import).order_by("row_number", "id")


def differences_of(sheet_import: SheetImport) -> QuerySet[SheetDifference]:
    """Return where the sheet and the X12 files do not agree, in the order of rows."""
    found = SheetDifference.objects.filter(sheet_import=sheet_import).select_related("claim")
    return found.order_by("row_number", "id")


def proposed_of(sheet_import: SheetImport) -> QuerySet[SheetResolution]:
    """Return the claims proposed as resolved by a sheet and not decided, the largest balance first."""
    found = SheetResolution.objects.filter(sheet_import=sheet_import, state="proposed")
    return found.select_related("claim__payer", "claim__patient", "last_seen_in").order_by(
        "-balance_cents", "id"
    )


def fault_table(sheet_import: SheetImport) -> Iterator[list[Value]]:
    """Yield the rows not taken as a table with headings. Holds patient data."""
    yield ["Sheet", "Row", "Column", "Heading", "Reason", "Expected", "Found"]
    for one in faults_of(sheet_import).iterator(chunk_size=2000):
        yield [
            sheet_import.sheet_name,
            one.row_number,
            one.column,
            one.heading,
            one.reason,
            one.expected,
            one.found,
        ]
