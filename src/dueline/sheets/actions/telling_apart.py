"""Which row speaks of which claim: one row for each, and no claim made twice for a number that lost its zeros."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from dueline.bulk import rows_in
from dueline.core.matching import alike_keys, compact_key, patient_control_key
from dueline.core.sheets.fields import Field, ReportKind
from dueline.core.sheets.reading import CellFault, RowReader, SheetRow
from dueline.ledger.models import Claim
from dueline.sheets.models import SheetImport, SheetSighting


class _Near(NamedTuple):
    """A claim on file whose number differs from a row's in zeros, marks or a suffix alone."""

    number: str
    service_on: date | None
    charge_cents: int

    def is_of(self, row: SheetRow) -> bool:
        """Whether the row speaks of it all the same: service date and charge are its own."""
        is_day = self.service_on is not None and self.service_on == row.service_from_on
        return is_day and self.charge_cents > 0 and self.charge_cents == row.charge_cents


def single_rows(
    sheet_import: SheetImport, reader: RowReader, rows: Sequence[SheetRow]
) -> tuple[list[SheetRow], list[CellFault]]:
    """Return the rows to be posted, and why the others are not.

    A row of a number that another row has is not taken, but in a log of denials; nor one whose number is
    only alike, unless service date and charge are the claim's; nor a new claim without any amount.
    """
    may_repeat = sheet_import.kind == ReportKind.DENIALS
    near = _alike(sheet_import, rows)
    rows = [_named_as_on_file(row, near) for row in rows]
    before = _rows_before(sheet_import, rows)
    taken: list[SheetRow] = []
    faults: list[CellFault] = []
    first: dict[str, int] = {}
    for row in rows:
        key = patient_control_key(row.claim_number)
        earlier = first.get(key) or before.get(key, 0)
        reason = ""
        if earlier and earlier != row.row_number and not may_repeat:
            reason = f"The claim stands in row {earlier} already."
        elif key not in before and key in near:
            reason = f"A claim with a number alike is on file: {near[key].number}."
        elif key not in before and not _has_money(row):
            reason = "The claim is not on file, and the row says no amount."
        if reason:
            faults.append(_fault(reader, row, reason))
        else:
            first.setdefault(key, row.row_number)
            taken.append(row)
    return taken, faults


def _has_money(row: SheetRow) -> bool:
    return bool(row.charge_cents or row.payer_balance_cents is not None)


def _named_as_on_file(row: SheetRow, near: dict[str, _Near]) -> SheetRow:
    found = near.get(patient_control_key(row.claim_number))
    return replace(row, claim_number=found.number) if found and found.is_of(row) else row


def _rows_before(sheet_import: SheetImport, rows: Sequence[SheetRow]) -> dict[str, int]:
    """Return by claim number the claims on file, with the row of this sheet that named each; 0: none did."""
    keys = {patient_control_key(row.claim_number) for row in rows}
    claims = dict(
        rows_in(
            Claim,
            ("id", "patient_control_key"),
            "patient_control_key",
            keys,
            practice_id=sheet_import.practice_id,
        )
    )
    also = f"kind = '{sheet_import.kind}' AND sheet_import_id = {sheet_import.pk:d}"
    columns = ("claim_id", "row_number")
    seen = dict(rows_in(SheetSighting, columns, "claim_id", claims, also=also))
    return {key: seen.get(pk, 0) for pk, key in claims.items()}


def _alike(sheet_import: SheetImport, rows: Sequence[SheetRow]) -> dict[str, _Near]:
    """Return by claim number, for those not on file as they stand, a claim that is alike."""
    keys = {patient_control_key(row.claim_number): row.claim_number for row in rows}
    columns = ("patient_control_number", "service_from_on", "charge_cents", "patient_control_key")
    exact = rows_in(
        Claim, columns, "patient_control_key", keys, practice_id=sheet_import.practice_id
    )
    missing = keys.keys() - {row[3] for row in exact}
    wanted = {one: key for key in missing for one in alike_keys(keys[key])}
    found: dict[str, _Near] = {}
    for column in ("patient_control_key", "compact_key"):
        for number, on, charge, _ in rows_in(
            Claim, columns, column, wanted, practice_id=sheet_import.practice_id
        ):
            key = wanted.get(compact_key(number))
            if key is not None:
                found[key] = _Near(number, on, charge)
    return found


def _fault(reader: RowReader, row: SheetRow, reason: str) -> CellFault:
    column, heading = reader.column_of(Field.CLAIM_NUMBER)
    expected = "a claim of its own, with its number as it was sent"
    return CellFault(row.row_number, column, heading, reason, expected, row.claim_number)
