"""Elements into values: amounts, dates, numbers and composites, each through a bounded cache.

Values recur within a file (dates, copays, procedures), so a dictionary look-up replaces most parsing. The
cached values are shared and must not be changed.
"""

import re
from datetime import date, time
from decimal import Decimal
from typing import Generic, TypeVar

from dueline.core import money
from dueline.core.x12.model import Procedure

Value = TypeVar("Value")


class BadElement(ValueError):
    """An element that cannot be read; the reader adds its place where `element` does not say it."""

    def __init__(self, text: str, code: str, expected: str, element: str = "") -> None:
        super().__init__(code)
        self.text = text
        self.code = code
        self.expected = expected
        self.element = element


class Cache(dict[str, Value], Generic[Value]):
    """A dictionary that parses what it does not hold, and starts afresh when full."""

    limit = 100_000
    longest = 100  # a longer text is parsed each time, so that a full cache stays small

    def __missing__(self, text: str) -> Value:
        value = self.parse(text)
        if len(text) <= self.longest:
            if len(self) >= self.limit:
                self.clear()
            self[text] = value
        return value

    def parse(self, text: str) -> Value:
        raise TypeError("a cache says how it parses")


class _Amounts(Cache[int]):
    def parse(self, text: str) -> int:
        try:
            return money.cents(text)
        except ValueError:
            raise BadElement(text, "bad_amount", "an amount such as 1250.00") from None


class _Dates(Cache[date]):
    def parse(self, text: str) -> date:
        if len(text) == 8 and text.isascii() and text.isdigit():
            try:
                return date(int(text[:4]), int(text[4:6]), int(text[6:]))
            except ValueError:
                pass
        raise BadElement(text, "bad_date", "a date as CCYYMMDD, such as 20261123")


class _Quantities(Cache[Decimal]):
    pattern = re.compile(r"[+-]?(?:[0-9]{1,12}(?:\.[0-9]{0,10})?|\.[0-9]{1,10})\Z")

    def parse(self, text: str) -> Decimal:
        if not self.pattern.match(text):
            raise BadElement(text, "bad_number", "a number such as 1 or 2.5")
        return Decimal(text)


class Procedures(Cache[Procedure]):
    """Procedure composites for one component separator."""

    def __init__(self, separator: str) -> None:
        super().__init__()
        self.separator = separator

    def parse(self, text: str) -> Procedure:
        parts = text.split(self.separator)
        code = parts[1] if len(parts) > 1 else ""
        modifiers = tuple(part for part in parts[2:6] if part)
        return Procedure(parts[0], code, modifiers, parts[6] if len(parts) > 6 else "")


amounts = _Amounts()
dates = _Dates()
quantities = _Quantities()


def whole_number(text: str) -> int:
    """Return a count of at most nine digits. Raises BadElement."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise BadElement(text, "bad_number", "a whole number")
    return int(text)


def period(qualifier: str, text: str) -> tuple[date, date]:
    """Return the first and last day of a D8, RD8 or DT value. Raises BadElement."""
    if qualifier == "RD8":
        first, dash, last = text.partition("-")
        if not dash:
            raise BadElement(text, "bad_date", "a period as CCYYMMDD-CCYYMMDD")
        return dates[first], dates[last]
    if qualifier not in ("D8", "DT"):
        raise BadElement(qualifier, "bad_date", "D8 or RD8", "DTP02")
    day = dates[text[:8]] if qualifier == "DT" else dates[text]
    return day, day


def short_date(text: str) -> date | None:
    """Return an ISA09 date (YYMMDD), or None where it is none: the envelope's dates are remarks."""
    try:
        return dates[f"20{text}"] if len(text) == 6 else dates[text]
    except BadElement:
        return None


def clock_time(text: str) -> time | None:
    """Return HHMM or HHMMSS as a time, or None where it is none."""
    if not (text.isascii() and text.isdigit() and len(text) in (4, 6, 8)):
        return None
    try:
        return time(int(text[:2]), int(text[2:4]), int(text[4:6] or 0))
    except ValueError:
        return None
