"""Which row of a sheet holds the headings, and how a heading is known again."""

import csv
import hashlib
import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.resources import files

from dueline.core.sheets.cells import Cell, CellError, text_of
from dueline.core.sheets.dates import day
from dueline.core.sheets.fields import DateOrder, Field

ROWS_LOOKED_AT = 60  # a title, an address and the choices of the report stand above the headings
_NOT_KEPT = re.compile(r"[^A-Z0-9#+<>/-]+")
_AS_OF = re.compile(r"\bas of( date)?\W{1,3}(?P<day>[A-Z0-9][A-Z0-9 ,./-]{4,20}[0-9])", re.I)
_CONTINUED = re.compile(r"\s*\(?CONT(?:INUED|'D|D)?\.?\)?$")


def heading_key(cell: Cell) -> str:
    """Return a heading for comparing: upper case, no punctuation, and without "(continued)"."""
    return _NOT_KEPT.sub(" ", _CONTINUED.sub("", text_of(cell).upper())).strip()


def heading_keys(row: Sequence[Cell]) -> list[str]:
    """Return a key for each column, each once: the second BALANCE is "BALANCE (2)", one without a heading "(C)"."""
    seen: dict[str, int] = {}
    found = []
    for index, cell in enumerate(row):
        key = heading_key(cell) or f"({letter(index)})"
        seen[key] = seen.get(key, 0) + 1
        found.append(key if seen[key] == 1 else f"{key} ({seen[key]})")
    return found


def signature(keys: Sequence[str]) -> str:
    """Return what a sheet's headings are known again by: 32 hex digits."""
    return hashlib.sha256("\x1f".join(keys).encode()).hexdigest()[:32]


def letter(index: int) -> str:
    """Return a column's letter as spreadsheets show it: 0 is A, 26 is AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


@cache
def synonyms() -> dict[str, Field]:
    """Return the headings that are known, by their keys."""
    text = files("dueline.core.sheets").joinpath("data/headings.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {heading_key(row["heading"]): Field(row["field"]) for row in rows}


def header_row(rows: Sequence[Sequence[Cell]]) -> int | None:
    """Return the index of the row that holds the headings, among the first rows of a sheet.

    It is the first with the most headings that are known, two at least; else the first with three texts or
    more, all different, under which a row as wide follows. None where there is neither.
    """
    known = synonyms()
    best, most = None, 1
    for index, row in enumerate(rows[:ROWS_LOOKED_AT]):
        count = len({heading_key(c) for c in row if isinstance(c, str)} & known.keys())
        if count > most:
            best, most = index, count
    if best is not None:
        return best
    for index, row in enumerate(rows[:ROWS_LOOKED_AT]):
        texts = [c for c in row if isinstance(c, str) and c.strip()]
        below = rows[index + 1] if index + 1 < len(rows) else ()
        if len(texts) > 2 and len(set(texts)) == len(texts) == _filled(row) <= _filled(below):
            return index
    return None


def stated_day(rows: Sequence[Sequence[Cell]]) -> date | None:
    """Return the day that a title above the headings names: "Aging as of 11/20/2026". None for none.

    Only proposed, and shown: where the order is open, the month is taken to stand first.
    """
    for cell in (cell for row in rows for cell in row if isinstance(cell, str)):
        match = _AS_OF.search(cell)
        if match is None:
            continue
        try:
            return day(match["day"], DateOrder.MONTH_FIRST, latest=date.max)
        except CellError:
            continue
    return None


def _filled(row: Sequence[Cell]) -> int:
    return sum(1 for cell in row if text_of(cell))
