"""What a cell says: amounts, names, numbers and reason codes as they are written in practice.

A cell is text, a Decimal, a date, or None where it is empty. What cannot be read raises CellError, which says
what was expected.
"""

import re
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dueline.core.money import LARGEST_CENTS, cents
from dueline.core.npi import is_npi
from dueline.core.sheets.fields import NameOrder

Cell = str | Decimal | date | None

LONGEST_EXACT = 15  # digits that a spreadsheet keeps of a number
_HAIR = Decimal("0.000001")  # what a spreadsheet's binary numbers are off by
_WRAPPED = re.compile(r'="(?P<text>[^"]*)"\Z')  # how exports keep Excel from eating zeros
_CREDIT = re.compile(r"\A(?:CR\s*(?P<before>.+)|(?P<after>.+?)\s*CR)\Z", re.IGNORECASE)
_DEBIT = re.compile(r"\s*DR\Z", re.IGNORECASE)
_FIGURE = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]{0,2}0*)?\Z")
_NOTHING = frozenset({"-", "--", "—", "–", "$-", "$ -", "n/a", "N/A"})
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]+\Z", re.IGNORECASE)
_REASON = re.compile(
    r"(?:(?P<group>CO|PR|OA|PI|CR)[\s:/-]*)?(?P<code>[0-9]{1,3}|[A-Z][0-9]{1,2})\b"
)
_BRACKETS = re.compile(r"\s*[(\[][^)\]]*[)\]]\s*")


class CellError(ValueError):
    """A cell cannot be read; the message is what was expected."""


class Name(NamedTuple):
    last: str
    first: str = ""
    middle: str = ""


def text_of(cell: Cell) -> str:
    """Return a cell as text: whole numbers without decimals, single spaces, "" where it is empty."""
    if cell is None:
        return ""
    if isinstance(cell, Decimal):
        return f"{cell:f}".rstrip("0").rstrip(".") if cell != cell.to_integral() else f"{cell:.0f}"
    if isinstance(cell, date):
        return cell.isoformat()
    wrapped = _WRAPPED.match(cell.strip())
    return " ".join((wrapped["text"] if wrapped else cell).split())


def identifier(cell: Cell) -> str:
    """Return a number that names something, as text.

    Raises CellError where the spreadsheet has lost digits of it.
    """
    text = text_of(cell)
    is_cut = isinstance(cell, Decimal) and len(text) > LONGEST_EXACT
    if is_cut or _SCIENTIFIC.match(text):
        raise CellError("the whole number as text; the spreadsheet has cut its last digits")
    return text


def amount(cell: Cell) -> int | None:
    """Return the cents of an amount, None where the cell is empty.

    Brackets, a minus before or after, and CR make it negative: "($1,234.50)", "1,234.50-", "5.00 CR".
    """
    if isinstance(cell, Decimal):
        return _of_number(cell)
    if isinstance(cell, date):
        raise CellError("an amount such as 1,234.50, not a date")
    text = text_of(cell)
    if not text:
        return None
    return 0 if text in _NOTHING else _of_text(text)


def _of_number(number: Decimal) -> int:
    if not number.is_finite() or abs(number) * 100 > LARGEST_CENTS:
        raise CellError("an amount such as 1,234.50")
    exact = round(number, 2)
    if abs(number - exact) > _HAIR:
        raise CellError("an amount of whole cents such as 1,234.50")
    return int(exact.scaleb(2))


def _of_text(text: str) -> int:
    credit = _CREDIT.match(text)
    rest = (credit["before"] or credit["after"]) if credit else _DEBIT.sub("", text)
    is_negative = credit is not None
    rest = rest.replace("−", "-").replace("USD", "").replace(" ", "")
    if rest.startswith("(") and rest.endswith(")"):
        is_negative, rest = True, rest[1:-1]
    for sign in ("-", "+"):
        at_end = rest.endswith(sign)
        if at_end or rest.lstrip("$").startswith(sign):
            is_negative = is_negative or sign == "-"
            rest = rest[:-1] if at_end else rest.replace(sign, "", 1)
            break
    rest = rest.removeprefix("$").removesuffix("$")
    if not _FIGURE.match(rest) or not any(c.isdigit() for c in rest):
        raise CellError("an amount such as 1,234.50")
    try:
        value = cents(rest.replace(",", ""))
    except ValueError:
        raise CellError("an amount such as 1,234.50") from None
    return -value if is_negative else value


def person(cell: Cell, order: NameOrder) -> Name:
    """Return a person's name. "DOE, JANE Q" is last, first, middle; `order` says how one without a comma stands.

    Raises CellError for what holds no letter.
    """
    text = _BRACKETS.sub(" ", text_of(cell)).strip()
    if not any(c.isalpha() for c in text):
        raise CellError("a name such as DOE, JANE")
    last, comma, given = (part.strip() for part in text.partition(","))
    if comma:
        first, _, middle = given.partition(" ")
        return Name(last, first.rstrip(","), middle.strip())
    words = text.split()
    if len(words) == 1:
        return Name(text)
    if order is NameOrder.LAST_FIRST:
        return Name(words[0], words[1], " ".join(words[2:]))
    return Name(words[-1], words[0], " ".join(words[1:-1]))


def npi(cell: Cell) -> str:
    """Return an NPI, "" where the cell is empty."""
    text = identifier(cell)
    if text and not is_npi(text):
        raise CellError("an NPI: ten digits, the last a check digit")
    return text


def reasons(cell: Cell) -> list[tuple[str, str]]:
    """Return the (group code, CARC) pairs of a cell: "CO-197", "CO45, PR 1", "197". Empty for none.

    Raises CellError for text that names no reason code.
    """
    text = text_of(cell).upper()
    found: list[tuple[str, str]] = []
    group = ""
    for part in re.split(r"[,;|+]|\s{2,}|\n", text):
        match = _REASON.match(part.strip())
        if match:
            group = match["group"] or group
            found.append((group, match["code"].lstrip("0") or "0"))
    if text and not found:
        raise CellError("a reason code such as CO-197")
    return found
