"""The aging report and its claims as CSV and XLSX, row by row. Text that a spreadsheet would run is disarmed."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from dueline.accounts.audit import record
from dueline.accounts.models import Practice, User
from dueline.core.aging import bucket, days_outstanding
from dueline.core.disarmed import safe_text
from dueline.core.enums import AgingBasis, AgingBucket
from dueline.core.money import dollars
from dueline.ledger.models import Claim
from dueline.reports.queries import BASIS_FIELD, AgingReport, aging, aging_claims

Value = str | int | Decimal | date | None
# What XLSX, being XML, cannot hold.
_NOT_IN_XML = {code: None for code in range(32) if code not in (9, 10, 13)}


def aging_table(report: AgingReport) -> Iterator[list[Value]]:
    """Yield the report as rows: headings, payers, total. Money as Decimal dollars."""
    buckets = [b for b in AgingBucket if b is not AgingBucket.UNKNOWN or report.has_unknown]
    yield ["Payer", "Claims", *[_heading(b) for b in buckets], "Total"]
    for row in report.rows:
        cells = [dollars(row.cells[b].cents) for b in buckets]
        yield [row.payer, row.total.claims, *cells, dollars(row.total.cents)]
    totals = [dollars(report.totals[b].cents) for b in buckets]
    yield ["All payers", report.total.claims, *totals, dollars(report.total.cents)]


def claims_table(
    claims: Iterable[Claim], *, basis: AgingBasis, as_of: date
) -> Iterator[list[Value]]:
    """Yield claims as rows with headings. Holds patient data."""
    yield [
        "Patient control number",
        "Patient",
        "Payer",
        "Service date",
        "First submission",
        "Days",
        "Bucket",
        "Payer status",
        "Deadline",
        "Charge",
        "Payer balance",
    ]
    for claim in claims:
        days = days_outstanding(getattr(claim, BASIS_FIELD[basis]), as_of=as_of)
        item = getattr(claim, "item", None)
        yield [
            claim.patient_control_number,
            _patient(claim),
            claim.payer.name,
            claim.service_from_on,
            claim.first_submitted_on,
            days,
            bucket(days).value,
            claim.payer_status.replace("_", " "),
            item.deadline_on if item else None,
            dollars(claim.charge_cents),
            dollars(claim.payer_balance_cents),
        ]


def write_csv(table: Iterable[Sequence[Value]]) -> Iterator[str]:
    """Yield the table as CSV, one line at a time (RFC 4180)."""
    line = io.StringIO()
    writer = csv.writer(line)
    for row in table:
        writer.writerow([_csv_value(value) for value in row])
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def write_xlsx(table: Iterable[Sequence[Value]], out: BinaryIO, *, title: str) -> None:
    """Write the table as one sheet, row by row: memory does not grow with it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number, row in enumerate(table):
        sheet.append([_xlsx_cell(sheet, value, is_heading=number == 0) for value in row])
    book.save(out)


def export_aging(
    *, practice: Practice, basis: AgingBasis, as_of: date, by: User, now: datetime
) -> Iterator[list[Value]]:
    """Return the rows of the aging report for a download, and put the export on the audit trail."""
    _record(practice, by, now, "export_aging", basis, as_of)
    return aging_table(aging(practice, basis=basis, as_of=as_of))


def export_claims(
    *,
    practice: Practice,
    basis: AgingBasis,
    as_of: date,
    payer: int | None,
    bucket: AgingBucket | None,
    by: User,
    now: datetime,
) -> Iterator[list[Value]]:
    """Return the claims behind a figure as rows for a download, and put the export on the audit trail."""
    _record(practice, by, now, "export_aging_claims", basis, as_of, payer, bucket)
    claims = aging_claims(practice, basis=basis, as_of=as_of, payer=payer, bucket=bucket)
    return claims_table(claims.iterator(chunk_size=2000), basis=basis, as_of=as_of)


def _record(
    practice: Practice,
    by: User,
    now: datetime,
    action: str,
    basis: AgingBasis,
    as_of: date,
    payer: int | None = None,
    bucket: AgingBucket | None = None,
) -> None:
    record(
        practice=practice,
        by=by.get_username(),
        action=action,
        object_kind="report",
        object_key="aging",
        detail={
            "basis": basis.value,
            "as_of": as_of.isoformat(),
            "payer": payer,
            "bucket": None if bucket is None else bucket.value,
        },
        at=now,
    )


def _heading(bucket: AgingBucket) -> str:
    return "Date not known" if bucket is AgingBucket.UNKNOWN else f"{bucket.value} days"


def _patient(claim: Claim) -> str:
    patient = claim.patient
    if patient is None:
        return ""
    return f"{patient.last_name}, {patient.first_name}".rstrip(", ")


def _csv_value(value: Value) -> str | int | Decimal:
    match value:
        case None:
            return ""
        case str():
            return safe_text(value)
        case date():
            return value.isoformat()
    return value


def _xlsx_cell(sheet: object, value: Value, *, is_heading: bool) -> WriteOnlyCell:
    if isinstance(value, str):
        value = safe_text(value).translate(_NOT_IN_XML)
    cell = WriteOnlyCell(sheet, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # text, whatever it looks like
    if isinstance(value, Decimal):
        cell.number_format = "#,##0.00"
    if isinstance(value, date):
        cell.number_format = "mm/dd/yyyy"
    if is_heading:
        cell.font = Font(bold=True)
    return cell
