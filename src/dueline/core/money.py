"""The one door for money: text and numbers become whole cents, exactly, or are refused."""

import re
from decimal import Decimal

_AMOUNT = re.compile(
    r"(?P<sign>[+-]?)(?=\.?[0-9])(?P<whole>[0-9]*)(?:\.(?P<fraction>[0-9]{0,2})0*)?\Z"
)
LARGEST_CENTS = (
    10**13
)  # a hundred billion dollars: a thousand times what the guides allow an amount
LONGEST_TEXT = 40  # characters; also keeps `int` from work that grows with the square of the digits


def cents(text: str) -> int:
    """Return the cents of an X12 amount such as "1250.5", ".5" or "-3".

    Raises ValueError for what is not an exact amount of cents: "1e5", "--3", "12.345", "", " 1".
    Source: X12 data type R.
    """
    match = _AMOUNT.match(text) if len(text) <= LONGEST_TEXT else None
    if match is None:
        raise ValueError("not an amount")
    fraction = match["fraction"] or ""
    value = int(match["whole"] or "0") * 100 + int(fraction.ljust(2, "0") or "0")
    if value > LARGEST_CENTS:
        raise ValueError("amount too large")
    return -value if match["sign"] == "-" else value


def cents_text(value: int) -> str:
    """Return cents as X12 writes them: no trailing zeros, "0" for none."""
    whole, fraction = divmod(abs(value), 100)
    text = f"{whole}.{fraction:02d}".rstrip("0").rstrip(".") if fraction else str(whole)
    return f"-{text}" if value < 0 else text


def dollars(value: int) -> Decimal:
    """Return cents as exact dollars with two decimals."""
    return Decimal(value).scaleb(-2)


def money(value: int) -> str:
    """Return cents as people read them in a column: "1,234.50", "−3.00"."""
    sign = "−" if value < 0 else ""
    whole, fraction = divmod(abs(value), 100)
    return f"{sign}{whole:,}.{fraction:02d}"


def dollar_words(value: int) -> str:
    """Return cents as people read them in a sentence or a sum: "$1,234.50", "−$3.00"."""
    return f"{'−' if value < 0 else ''}${money(abs(value))}"


def to_cents(value: Decimal | int | str) -> int:
    """Return the cents of an amount in dollars.

    Raises TypeError for a float, which is never exact, and ValueError for a fraction of a cent.
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise TypeError("money is a Decimal, an int or text, never a float")
    if isinstance(value, str):
        return cents(value)
    scaled = Decimal(value).scaleb(2)
    if not scaled.is_finite() or scaled != scaled.to_integral_value():
        raise ValueError("not an exact amount of cents")
    return int(scaled)
