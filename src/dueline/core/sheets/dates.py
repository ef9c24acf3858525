"""Dates as spreadsheets write them. Whether the month or the day stands first is decided by a whole column."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dueline.core.sheets.cells import Cell, CellError, text_of
from dueline.core.sheets.fields import DateOrder

EXPECTED = "a date such as 1/5/2026"
_EPOCH = date(1899, 12, 30)  # of Excel's serial numbers
_SERIALS = range(3_000, 80_000)  # 1908 to 2119
_YEARS = range(1900, 2120)
_TIME = re.compile(r"[T\s]+[0-9]{1,2}:[0-9]{2}.*\Z")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})\Z")
_PARTS = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4}|[0-9]{2})\Z")
_EIGHT = re.compile(r"[0-9]{8}\Z")
_DAY_MONTH = re.compile(r"([0-9]{1,2})[-\s]([A-Z]{3,9})\.?,?[-\s]([0-9]{4}|[0-9]{2})\Z")
_MONTH_DAY = re.compile(r"([A-Z]{3,9})\.?\s([0-9]{1,2}),?\s([0-9]{4}|[0-9]{2})\Z")
_MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()


def day(cell: Cell, order: DateOrder | None, *, latest: date) -> date | None:
    """Return the date of a cell, None where it is empty.

    A year of two digits is the last such year in which the day is not after `latest`. Raises CellError
    for what is no date, and for one that depends on the order where that is None.
    """
    if isinstance(cell, date):
        return cell
    text = _TIME.sub("", text_of(cell)).upper()
    if not text or text in ("-", "00/00/0000", "00000000"):
        return None
    found = _plain(cell, text, latest) or _numbers(text, order, latest)
    if found is None or found.year not in _YEARS:
        raise CellError(EXPECTED)
    return found


def orders_of(cell: Cell) -> frozenset[DateOrder]:
    """Return the orders by which a date of numbers can be read; empty where the order says nothing.

    So for a real date, one with the year first or a month in letters, and 5/5/2026.
    """
    parts = _parts(_TIME.sub("", text_of(cell))) if isinstance(cell, str) else None
    if parts is None:
        return frozenset()
    first, second, _ = parts
    if first == second:
        return frozenset()
    found = set()
    if 1 <= first <= 12 and 1 <= second <= 31:
        found.add(DateOrder.MONTH_FIRST)
    if 1 <= second <= 12 and 1 <= first <= 31:
        found.add(DateOrder.DAY_FIRST)
    return frozenset(found)


@dataclass
class Orders:
    """What the dates of a column say of their order: how many fit one alone, and how many both."""

    month_first: int = 0
    day_first: int = 0
    either: int = 0

    def see(self, cell: Cell) -> None:
        found = orders_of(cell)
        if len(found) == 2:
            self.either += 1
        elif DateOrder.MONTH_FIRST in found:
            self.month_first += 1
        elif found:
            self.day_first += 1

    @property
    def is_mixed(self) -> bool:
        return bool(self.month_first and self.day_first)

    @property
    def is_open(self) -> bool:
        """Whether the order matters and the column does not tell it."""
        return self.is_mixed or bool(self.either and self.order is None)

    @property
    def order(self) -> DateOrder | None:
        """The order of the column; None where it does not matter, or is not told."""
        if self.is_mixed or not (self.month_first or self.day_first):
            return None
        return DateOrder.MONTH_FIRST if self.month_first else DateOrder.DAY_FIRST


def _plain(cell: Cell, text: str, latest: date) -> date | None:
    """Return a date that reads the same in any order, None where it is none."""
    if match := _ISO.match(text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if _EIGHT.match(text) and int(text[:4]) in _YEARS:
        return _date(int(text[:4]), int(text[4:6]), int(text[6:]))
    if match := _DAY_MONTH.match(text):
        return _date(int(match[3]), _month(match[2]), int(match[1]), latest, len(match[3]))
    if match := _MONTH_DAY.match(text):
        return _date(int(match[3]), _month(match[1]), int(match[2]), latest, len(match[3]))
    is_number = isinstance(cell, Decimal) or re.fullmatch(r"[0-9]{4,5}(\.[0-9]+)?", text)
    if is_number and int(Decimal(text)) in _SERIALS:
        return _EPOCH + timedelta(days=int(Decimal(text)))
    return None


def _parts(text: str) -> tuple[int, int, str] | None:
    if match := _PARTS.match(text):
        return int(match[1]), int(match[2]), match[3]
    if _EIGHT.match(text) and int(text[:4]) not in _YEARS:
        return int(text[:2]), int(text[2:4]), text[4:]
    return None


def _numbers(text: str, order: DateOrder | None, latest: date) -> date | None:
    parts = _parts(text)
    if parts is None:
        return None
    first, second, year = parts
    if order is None and first != second:
        raise CellError("to be told whether the month or the day stands first")
    month, number = (second, first) if order is DateOrder.DAY_FIRST else (first, second)
    return _date(int(year), month, number, latest, len(year))


def _date(
    year: int, month: int, number: int, latest: date = date.max, digits: int = 4
) -> date | None:
    if digits == 2:
        year += latest.year // 100 * 100
    try:
        found = date(year, month, number)
        if digits == 2 and found > latest:
            found = date(year - 100, month, number)
    except ValueError:
        return None
    return found


def _month(name: str) -> int:
    return _MONTHS.index(name[:3]) + 1 if name[:3] in _MONTHS else 0
