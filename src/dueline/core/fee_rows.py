"""The rows of a fee schedule as practices and payers keep them in spreadsheets, read into amounts.

Headings vary; the words that are understood are listed here. Nothing is guessed: a row that is not understood is
named with what was expected, and a schedule with such rows is not loaded.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dueline.core.contract_price import FACILITY, OFFICE
from dueline.core.money import to_cents

_CODE = re.compile(r"[0-9]{4}[0-9FTUM]|[A-V][0-9]{4}")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_AMOUNT = re.compile(r"\$?\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(\.[0-9]{1,4})?\s*")
_HEADINGS = {
    "code": ("code", "procedure", "procedure code", "cpt", "cpt code", "hcpcs", "hcpcs code",
             "cpt/hcpcs", "hcpcs/cpt", "proc", "proc code", "service code"),
    "modifier": ("modifier", "mod", "modifiers", "mod 1", "modifier 1"),
    "place": ("place", "pos", "place of service", "setting"),
    "amount": ("amount", "fee", "rate", "allowed", "allowed amount", "allowable", "price",
               "contract rate", "fee amount", "schedule amount", "reimbursement"),
    FACILITY: ("facility", "facility fee", "facility price", "facility amount", "facility rate",
               "fac", "fac fee", "fac rate"),
    OFFICE: ("non-facility", "nonfacility", "non facility", "non-facility fee",
             "non-facility price", "non-facility amount", "non-facility rate", "non-fac",
             "non-fac fee", "office", "office fee", "nonfac"),
}  # fmt: skip
_NAMED = {heading: name for name, headings in _HEADINGS.items() for heading in headings}
_PLACES = {
    "": "", "all": "", "any": "", "f": FACILITY, "fac": FACILITY, "facility": FACILITY,
    "n": OFFICE, "nf": OFFICE, "office": OFFICE, "non-facility": OFFICE, "nonfacility": OFFICE,
    "11": OFFICE, "21": FACILITY, "22": FACILITY, "24": FACILITY,
}  # fmt: skip
MOST_CENTS = 10**11
HEADING_ROWS = 20  # within which the headings must stand
Key = tuple[str, str, str]  # procedure code, modifier or "", place or ""


@dataclass(frozen=True, slots=True)
class FeeRow:
    """One amount of a schedule, in cents."""

    key: Key
    cents: int


class _Fault(ValueError):
    pass


def fee_rows(rows: Iterable[tuple[int, Sequence[object]]]) -> Iterator[FeeRow | str]:
    """Yield the amounts of a schedule's numbered rows, and for each row not understood a sentence that names it.

    A row may give one amount, or one for facilities and one for elsewhere. The same amount twice counts once.
    """
    columns: dict[str, int] | None = None
    seen: dict[Key, int] = {}
    for number, row in rows:
        if columns is None:
            columns = _columns(row)
            if columns is None and number >= HEADING_ROWS:
                break
            continue
        if not any(_text(cell) for cell in row):
            continue
        try:
            for one in _of_row(row, columns):
                if seen.setdefault(one.key, one.cents) != one.cents:
                    raise _Fault(f"{_told(one.key)} has another amount before. Expected each once.")
                yield one
        except _Fault as fault:
            yield f"Row {number}: {fault}"
    if columns is None:
        yield (
            "No headings were found. Expected a row with a column for the procedure code and one for the amount, "
            "such as “Code” and “Amount”, or “Facility” and “Non-facility”."
        )


def _columns(row: Sequence[object]) -> dict[str, int] | None:
    """Return which column holds what, where this is the row of headings."""
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        name = _NAMED.get(" ".join(_text(cell).lower().replace("_", " ").split()))
        if name is not None:
            found.setdefault(name, place)
    has_amount = found.keys() & {"amount", FACILITY, OFFICE}
    return found if "code" in found and has_amount else None


def _of_row(row: Sequence[object], columns: dict[str, int]) -> list[FeeRow]:
    def cell(name: str) -> str:
        place = columns.get(name, len(row))
        return _text(row[place]) if place < len(row) else ""

    code, modifier = cell("code").upper(), cell("modifier").upper()
    if not _CODE.fullmatch(code):
        raise _Fault(f"expected a procedure code of five signs, found {code[:12] or 'nothing'}.")
    if modifier and not _MODIFIER.fullmatch(modifier):
        raise _Fault(f"expected one modifier of two signs, found {modifier[:12]}.")
    place = _PLACES.get(cell("place").lower())
    if place is None:
        raise _Fault(f"expected facility or office, found {cell('place')[:20]}.")
    told = [(place, cell("amount")), (FACILITY, cell(FACILITY)), (OFFICE, cell(OFFICE))]
    found = [FeeRow((code, modifier, where), _cents(text)) for where, text in told if text]
    if not found:
        raise _Fault("expected an amount, found nothing.")
    return found


def _cents(text: str) -> int:
    match = _AMOUNT.fullmatch(text)
    if match is None or not (match[1] or match[2]):
        raise _Fault(f"expected an amount such as 92.00, found {text[:20]}.")
    whole, fraction = (match[1] or "0").replace(",", ""), match[2] or ""
    try:
        cents = to_cents(f"{whole}{fraction.rstrip('0').rstrip('.')}")
    except ValueError:
        raise _Fault(
            f"expected whole cents, at most a billion dollars, found {text[:20]}."
        ) from None
    if cents > MOST_CENTS:
        raise _Fault(f"expected at most a billion dollars, found {text[:20]}.")
    return cents


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()


def _told(key: Key) -> str:
    code, modifier, place = key
    where = {FACILITY: ", facility", OFFICE: ", office"}.get(place, "")
    return f"{code}{f'-{modifier}' if modifier else ''}{where}"
