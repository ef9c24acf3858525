"""What the rows of a sheet say: claims, or faults with their cells; titles, totals and blank rows are left out."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from dueline.core.codes import carc
from dueline.core.sheets import cells as readers
from dueline.core.sheets.cells import Cell, CellError, text_of
from dueline.core.sheets.dates import EXPECTED, day
from dueline.core.sheets.fields import FIELD_NAMES, DateOrder, Field, NameOrder, ReportKind
from dueline.core.sheets.headings import heading_key, letter

LONGEST_NUMBER = 38  # characters of a claim number: what CLM01 may hold
EARLIEST_SERVICE = date(1990, 1, 1)
_TOTAL = re.compile(
    r"\W*((grand|report|sub|page|final|payer|carrier|insurance)[\s-]*)*totals?"
    r"(\s*\Z|\s*[:=(]|\s+(for|of|claims|charges|balance|amount)\b)|.*\btotals?\W*\Z",
    re.IGNORECASE,
)
_FOOTER = re.compile(r"page \d+( of \d+)?\b|printed |run date|report generated|end of report", re.I)
_ABOVE = re.compile(
    r"\A(payer|payor|insurance|ins|carrier|plan|financial class)( name)?\s*[:=]\s*", re.I
)
_CONTINUED = re.compile(r"\s*[(\[]?\bcont(inued|'d|d)?\.?[)\]]?\s*\Z", re.I)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class SheetRow:
    """What one row says of a claim. None and "" stand for what it does not say; amounts are cents."""

    row_number: int
    claim_number: str
    payer: str
    payer_id: str = ""
    last_name: str = ""
    first_name: str = ""
    middle_name: str = ""
    birth_on: date | None = None
    member_id: str = ""
    service_from_on: date | None = None
    service_through_on: date | None = None
    submitted_on: date | None = None
    charge_cents: int | None = None
    payer_balance_cents: int | None = None
    patient_balance_cents: int | None = None
    payer_claim_number: str = ""
    billing_npi: str = ""
    denied_on: date | None = None
    reasons: tuple[tuple[str, str], ...] = ()  # (group code, CARC)


@dataclass(frozen=True, slots=True)
class CellFault:
    """Why a row is not taken: its cell, what was expected and what stands there."""

    row_number: int
    column: str  # letter; "" where the row as a whole is at fault
    heading: str
    reason: str
    expected: str
    found: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read a sheet's rows. `as_of`: the day of its figures; nothing in it is later."""

    kind: ReportKind
    columns: Mapping[int, Field]
    keys: Sequence[str]  # of the headings, by column
    date_orders: Mapping[int, DateOrder | None]
    name_order: NameOrder
    payer_above: bool
    as_of: date


class RowReader:
    """Reads rows in order: a payer named above its rows holds until the next one.

    `stated_balance_cents` is what the last row of totals says is open.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.payer = ""
        self.stated_balance_cents: int | None = None
        self._by_field: dict[Field, int] = {}
        for index, field in layout.columns.items():
            self._by_field.setdefault(field, index)
        self._buckets = [i for i, f in layout.columns.items() if f is Field.BUCKET]
        self._headed = {i: layout.keys[i] for i in layout.columns}

    def column_of(self, field: Field) -> tuple[str, str]:
        """Return letter and heading of a field's column, ("", its name) where it has none."""
        at = self._by_field.get(field, -1)
        known = 0 <= at < len(self.layout.keys)
        return (letter(at), self.layout.keys[at]) if known else ("", FIELD_NAMES[field])

    def read(self, row_number: int, row: Sequence[Cell]) -> SheetRow | list[CellFault] | None:
        """Return what a row says, its faults, or None for a row that is about no claim."""
        texts = [(index, text) for index, cell in enumerate(row) if (text := text_of(cell))]
        if not texts or self._is_heading(row):
            return None
        if self._is_total(row, texts[0][1]):
            return None
        if self._is_above(texts):
            return None
        return _Row(self, row_number, row).read()

    def _is_heading(self, row: Sequence[Cell]) -> bool:
        at = self._by_field.get(Field.CLAIM_NUMBER, -1)
        if 0 <= at < len(row) and isinstance(row[at], Decimal):
            return False
        if 0 <= at < len(row) and heading_key(row[at]) != self.layout.keys[at]:
            return False
        same = sum(i < len(row) and heading_key(row[i]) == key for i, key in self._headed.items())
        return same * 2 > len(self._headed)

    def _is_total(self, row: Sequence[Cell], first: str) -> bool:
        at = self._by_field.get(Field.CLAIM_NUMBER, -1)
        number = text_of(row[at]) if 0 <= at < len(row) else ""
        if number and not _TOTAL.match(number) and not _FOOTER.match(number):
            return False
        labels = [text_of(c) for c in row if isinstance(c, str) and text_of(c)]
        if _FOOTER.match(first):
            return True
        is_bare = not labels and not any(isinstance(cell, date) for cell in row)
        if is_bare or any(map(_TOTAL.match, labels)):
            self._note_total(row)
            return True
        return False

    def _note_total(self, row: Sequence[Cell]) -> None:
        try:
            found = self.balance(row)
        except CellError:
            return
        if found is not None:
            self.stated_balance_cents = found

    def _is_above(self, texts: Sequence[tuple[int, str]]) -> bool:
        """Whether a row is but a heading above the rows that follow: a text alone, or with a count."""
        at = self._by_field.get(Field.CLAIM_NUMBER, -1)
        if len(texts) > 2 or any(index == at and len(texts) > 1 for index, _ in texts):
            return False
        first = texts[0][1]
        is_named = bool(_ABOVE.match(first))
        if not (self.layout.payer_above or is_named):
            return False
        if not any(c.isalpha() for c in first):
            return False
        self.payer = _CONTINUED.sub("", _ABOVE.sub("", first)).strip()
        return True

    def balance(self, row: Sequence[Cell]) -> int | None:
        """Return what a row says is open with the payer: one column, or the sum of those by age."""
        at = self._by_field.get(Field.PAYER_BALANCE)
        columns = [at] if at is not None else self._buckets
        found = [readers.amount(row[i]) for i in columns if i < len(row)]
        known = [value for value in found if value is not None]
        return sum(known) if known else None


class _Row:
    """One row while it is read: what is wrong with it gathers in `faults`."""

    def __init__(self, reader: RowReader, row_number: int, row: Sequence[Cell]) -> None:
        self.reader = reader
        self.layout = reader.layout
        self.number = row_number
        self.row = row
        self.faults: list[CellFault] = []

    def read(self) -> SheetRow | list[CellFault]:
        claim_number = self._claim_number()
        name = self._name()
        dates = {f: self._day(f) for f in _DATES}
        payer = self._text(Field.PAYER) or self.reader.payer
        if not payer:
            self._fault(Field.PAYER, "No payer is named.", "a payer's name")
        found = SheetRow(
            row_number=self.number,
            claim_number=claim_number,
            payer=payer[:200],
            payer_id=self._get(Field.PAYER_ID, readers.identifier, "")[:80],
            last_name=name.last,
            first_name=name.first,
            middle_name=name.middle,
            birth_on=dates[Field.BIRTH_DATE],
            member_id=self._get(Field.MEMBER_ID, readers.identifier, "")[:80],
            service_from_on=dates[Field.SERVICE_FROM],
            service_through_on=dates[Field.SERVICE_THROUGH] or dates[Field.SERVICE_FROM],
            submitted_on=dates[Field.SUBMITTED_ON],
            charge_cents=self._get(Field.CHARGE, readers.amount, None),
            payer_balance_cents=self._balance(),
            patient_balance_cents=self._get(Field.PATIENT_BALANCE, readers.amount, None),
            payer_claim_number=self._get(Field.PAYER_CLAIM_NUMBER, readers.identifier, "")[:50],
            billing_npi=self._get(Field.BILLING_NPI, readers.npi, ""),
            denied_on=dates[Field.DENIED_ON],
            reasons=self._reasons(),
        )
        self._check(found)
        return self.faults or found

    def _cell(self, field: Field) -> Cell:
        at = self.reader._by_field.get(field, -1)
        return self.row[at] if 0 <= at < len(self.row) else None

    def _text(self, field: Field) -> str:
        return text_of(self._cell(field))

    def _get(self, field: Field, read: Callable[[Cell], T], default: T) -> T:
        cell = self._cell(field)
        if cell is None:
            return default
        try:
            return read(cell)
        except CellError as error:
            self._fault(field, f"{FIELD_NAMES[field]} cannot be read.", str(error))
            return default

    def _fault(self, field: Field, reason: str, expected: str) -> None:
        column, heading = self.reader.column_of(field)
        found = self._text(field)[:120]
        self.faults.append(CellFault(self.number, column, heading, reason, expected, found))

    def _claim_number(self) -> str:
        field = Field.CLAIM_NUMBER
        number = self._get(field, readers.identifier, "")
        expected = f"a claim number of up to {LONGEST_NUMBER} characters"
        if number in ("", "0") and not self.faults:
            self._fault(field, "The row has no claim number.", expected)
        elif len(number) > LONGEST_NUMBER:
            self._fault(field, "The claim number is too long.", expected)
        return number

    def _name(self) -> readers.Name:
        order = self.layout.name_order
        last, first = self._text(Field.LAST_NAME), self._text(Field.FIRST_NAME)
        if last:
            given, _, middle = first.partition(" ")
            return readers.Name(last, given, middle.strip())
        if not self._text(Field.PATIENT_NAME):
            return readers.Name("")
        return self._get(
            Field.PATIENT_NAME, lambda cell: readers.person(cell, order), readers.Name("")
        )

    def _day(self, field: Field) -> date | None:
        at = self.reader._by_field.get(field, -1)
        order = self.layout.date_orders.get(at)
        latest = self.layout.as_of + timedelta(days=1)
        found = self._get(field, lambda cell: day(cell, order, latest=latest), None)
        if found is None:
            return None
        earliest = date(1900, 1, 1) if field is Field.BIRTH_DATE else EARLIEST_SERVICE
        if not earliest <= found <= latest:
            expected = f"a day from {earliest} to {latest}"
            self._fault(field, f"{FIELD_NAMES[field]} cannot be right.", expected)
        return found

    def _balance(self) -> int | None:
        try:
            return self.reader.balance(self.row)
        except CellError as error:
            at = next(
                (f for f in (Field.PAYER_BALANCE, Field.BUCKET) if f in self.reader._by_field),
                Field.PAYER_BALANCE,
            )
            self._fault(at, "An amount cannot be read.", str(error))
            return None

    def _reasons(self) -> tuple[tuple[str, str], ...]:
        found: list[tuple[str, str]] = self._get(Field.REASON_CODE, readers.reasons, [])
        unknown = [code for _, code in found if not carc(code).is_known]
        if unknown:
            self._fault(
                Field.REASON_CODE, "The reason code is not a CARC.", "a code such as CO-197"
            )
        return tuple(found)

    def _check(self, row: SheetRow) -> None:
        if self.faults:
            return
        if row.charge_cents is not None and row.charge_cents < 0:
            self._fault(Field.CHARGE, "A claim charges less than nothing.", "0 or more")
        for field, value in self._needed(row):
            if value is None:
                what = EXPECTED if field is Field.DENIED_ON else "an amount such as 1,234.50"
                self._fault(field, f"{FIELD_NAMES[field]} is not given.", what)
        if self.layout.kind is ReportKind.DENIALS and not row.reasons:
            self._fault(Field.REASON_CODE, "No reason is given.", "a reason code such as CO-197")
        through, start = row.service_through_on, row.service_from_on
        if through and start and through < start:
            field = Field.SERVICE_THROUGH
            self._fault(field, "The service ends before it begins.", f"{start} or later")

    def _needed(self, row: SheetRow) -> Iterator[tuple[Field, Any]]:
        if self.layout.kind is ReportKind.AGING:
            yield Field.PAYER_BALANCE, row.payer_balance_cents
        elif self.layout.kind is ReportKind.DENIALS:
            yield Field.DENIED_ON, row.denied_on
        elif row.payer_balance_cents is None:
            yield Field.CHARGE, row.charge_cents


_DATES = (
    Field.BIRTH_DATE,
    Field.SERVICE_FROM,
    Field.SERVICE_THROUGH,
    Field.SUBMITTED_ON,
    Field.DENIED_ON,
)
