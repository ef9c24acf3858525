"""The first rows of a sheet: what its columns are proposed to be, and how its rows would be taken."""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path

from dueline.accounts.models import Practice
from dueline.core.sheets.cells import Cell
from dueline.core.sheets.dates import Orders
from dueline.core.sheets.fields import DateOrder, Field, NameOrder, ReportKind
from dueline.core.sheets.headings import (
    ROWS_LOOKED_AT,
    header_row,
    heading_keys,
    signature,
    stated_day,
)
from dueline.core.sheets.mapping import Mapping, date_columns
from dueline.core.sheets.proposing import Proposal, guess_kind, propose
from dueline.core.sheets.reading import CellFault, Layout, RowReader, SheetRow
from dueline.core.sheets.templates import Template, template_for
from dueline.sheets.books import Book, NumberedRow, open_book
from dueline.sheets.errors import SheetError
from dueline.sheets.models import SheetMapping

ROWS_PROPOSED_BY = 300  # below the headings
ROWS_SHOWN = 12


@dataclass(frozen=True)
class Look:
    """The head of one sheet of a file. `rows` stand below the headings, numbered as in the sheet."""

    sheets: list[str]
    sheet: str
    heading_number: int
    headings: list[Cell]
    keys: list[str]
    rows: list[NumberedRow]
    stated_on: date | None  # the day of the figures, as a title above the headings says it

    @property
    def signature(self) -> str:
        return signature(self.keys)

    def proposals(self, kind: ReportKind) -> list[Proposal]:
        return propose(self.headings, [row for _, row in self.rows], kind=kind)


def look(path: Path, sheet: str = "") -> Look:
    """Look at a sheet, by default the first one that has headings. Raises SheetError."""
    with closing(open_book(path)) as book:
        return _look(book, sheet)


def _look(book: Book, sheet: str) -> Look:
    if sheet and sheet not in book.sheets:
        raise SheetError(f"There is no sheet “{sheet}”. There are: {', '.join(book.sheets)}.")
    for name in [sheet] if sheet else book.sheets:
        head = list(islice(book.rows(name), ROWS_LOOKED_AT + ROWS_PROPOSED_BY))
        at = header_row([row for _, row in head])
        if at is None:
            continue
        number, headings = head[at]
        width = max(len(row) for _, row in head[at:])
        headings = [*headings, *[None] * (width - len(headings))]
        below = head[at + 1 : at + 1 + ROWS_PROPOSED_BY]
        on = stated_day([row for _, row in head[:at]])
        return Look(book.sheets, name, number, headings, heading_keys(headings), below, on)
    raise SheetError(
        f"No row of headings was found in the first {ROWS_LOOKED_AT} rows. Expected one such as "
        "Claim Number, Patient, Payer, Service Date, Balance."
    )


@dataclass(frozen=True)
class Suggestion:
    """A mapping for a sheet, and where it is from: one saved before, a template, or the headings."""

    mapping: Mapping
    saved: SheetMapping | None = None
    template: Template | None = None


def suggest(practice: Practice, seen: Look, kind: ReportKind | None = None) -> Suggestion:
    """Return how to read a sheet: as the practice read one with these headings, else as it is proposed."""
    saved = saved_for(practice, seen, kind)
    if saved is not None:
        return Suggestion(Mapping.from_json(saved.mapping), saved=saved)
    template = template_for(seen.keys)
    wanted = kind or (template.kind if template else guess_kind(seen.headings))
    fields = {
        key: one.field
        for key, one in zip(seen.keys, seen.proposals(wanted))
        if one.field is not None
    }
    if template is not None and template.kind is wanted:
        known = template.fields_for(seen.keys)
        others = {key: one for key, one in fields.items() if one not in known.values()}
        fields = known | others
    mapping = Mapping(
        wanted,
        fields,
        name_order=NameOrder.LAST_FIRST,
        payer_above=Field.PAYER not in fields.values(),
    )
    return Suggestion(mapping, template=template if template and template.kind is wanted else None)


def saved_for(
    practice: Practice, seen: Look, kind: ReportKind | None = None
) -> SheetMapping | None:
    """Return the mapping saved last for these headings; else one whose columns are all there."""
    found = SheetMapping.objects.filter(practice=practice).order_by("-saved_at", "-id")
    if kind is not None:
        found = found.filter(kind=kind.value)
    same = found.filter(signature=seen.signature).first()
    if same is not None:
        return same
    return next((one for one in found if Mapping.from_json(one.mapping).fits(seen.keys)), None)


def orders_in(rows: Sequence[Sequence[Cell]], columns: Table[int, Field]) -> dict[int, Orders]:
    """Return what rows tell of the order of dates, by column."""
    found = {index: Orders() for index in date_columns(columns)}
    for row in rows:
        for index, orders in found.items():
            if index < len(row):
                orders.see(row[index])
    return found


def layout_of(
    mapping: Mapping, keys: Sequence[str], orders: Table[int, Orders], *, as_of: date
) -> Layout:
    """Return how to read the rows: the order of dates as the mapping says, else as each column tells."""
    columns = mapping.columns(keys)
    chosen: dict[int, DateOrder | None] = {
        index: mapping.date_order or seen.order for index, seen in orders.items()
    }
    return Layout(
        kind=mapping.kind,
        columns=columns,
        keys=keys,
        date_orders=chosen,
        name_order=mapping.name_order,
        payer_above=mapping.payer_above,
        as_of=as_of,
    )


@dataclass(frozen=True)
class PreviewRow:
    """A row of the sheet as it would be taken: what it says, why it would not be, or neither: left out."""

    number: int
    row: SheetRow | None = None
    faults: Sequence[CellFault] = ()


@dataclass(frozen=True)
class Preview:
    """The first rows as a mapping reads them. `asked`: headings of dates whose order nothing tells."""

    rows: list[PreviewRow]
    faulty: int  # of all rows looked at
    looked_at: int
    asked: list[str]


def preview(seen: Look, mapping: Mapping, *, as_of: date) -> Preview:
    """Read the rows looked at as the mapping says."""
    columns = mapping.columns(seen.keys)
    orders = orders_in([row for _, row in seen.rows], columns)
    asked = [] if mapping.date_order else [seen.keys[i] for i, o in orders.items() if o.is_open]
    reader = RowReader(layout_of(mapping, seen.keys, orders, as_of=as_of))
    shown: list[PreviewRow] = []
    faulty = 0
    for number, row in seen.rows:
        found = reader.read(number, row)
        if isinstance(found, list):
            faulty += 1
        if len(shown) < ROWS_SHOWN:
            is_fault = isinstance(found, list)
            shown.append(
                PreviewRow(
                    number,
                    found if isinstance(found, SheetRow) else None,
                    found if is_fault else (),  # type: ignore[arg-type]
                )
            )
    return Preview(shown, faulty, len(seen.rows), asked)
