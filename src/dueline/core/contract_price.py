"""What a contract pays for a service line: the arithmetic in words, or why it cannot be said.

Nothing is guessed: where a modifier changes the price and the schedule has no amount with it, the line has no price.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from dueline.core.money import dollar_words

# Places that Medicare prices as a facility; anywhere else the practice bears the cost of the room.
# Source: CMS, Medicare Claims Processing Manual, chapter 26, section 10.5.
FACILITY_PLACES = frozenset(
    "02 19 21 22 23 24 26 31 34 41 42 51 52 53 56 61".split()
)  # 02: telehealth not at home
FACILITY, OFFICE = "F", "N"  # as a schedule's amounts name them; "" is for both
# Modifiers by which payers pay another amount; each contract says which. Source: CMS, the same, chapter 12, section 20.
PRICING_MODIFIERS = frozenset("22 26 50 51 52 53 54 55 56 62 66 73 74 78 80 81 82 AS TC".split())
FULL_PERCENT = 10_000  # basis points
LEAST_CENTS = 100  # what is less than this below the contract is not worth a letter
LEAST_SHARE = Decimal("0.01")  # and less than this part of it: rounding and interest


@dataclass(frozen=True, slots=True)
class ContractLine:
    """A service line as it was billed. `modifiers` in their order; `units` as billed, None for one."""

    procedure_code: str
    modifiers: tuple[str, ...]
    place_of_service: str
    units: Decimal | None
    charge_cents: int


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """How a contract pays: a share of a schedule in basis points, and whether the charge is the most it pays."""

    percent: int = FULL_PERCENT
    is_lesser_of_charge: bool = True


@dataclass(frozen=True, slots=True)
class Price:
    """What is expected, in cents, with its arithmetic; or None and the reason there is none."""

    cents: int | None
    words: str


# (procedure code, modifier or "", FACILITY, OFFICE or "") to cents, None where the schedule has none
Amounts = Callable[[str, str, str], int | None]


def place_kind(place_of_service: str) -> str:
    """Return FACILITY or OFFICE; "" where the place is not known."""
    if not place_of_service.strip():
        return ""
    return FACILITY if place_of_service.strip() in FACILITY_PLACES else OFFICE


def price(line: ContractLine, terms: ContractTerms, amounts: Amounts) -> Price:
    """Return what the contract pays for a line."""
    code, pricing = line.procedure_code.strip().upper(), _pricing(line.modifiers)
    if len(pricing) > 1:
        return Price(None, f"Modifiers {' and '.join(pricing)} together change the price.")
    modifier = pricing[0] if pricing else ""
    where = place_kind(line.place_of_service)
    base = _amount(amounts, code, modifier, where)
    if base is None:
        told = f"{code}-{modifier}" if modifier else code
        return Price(None, f"The schedule has no amount for {told}.")
    units = Decimal(1) if line.units is None else line.units
    if units <= 0:
        return Price(None, "The line has no units.")
    cents = _whole(Decimal(base) * units * terms.percent / FULL_PERCENT)
    return _capped(cents, _words(code, modifier, base, units, terms, cents), line, terms)


def _pricing(modifiers: Sequence[str]) -> list[str]:
    return [m.strip().upper() for m in modifiers if m.strip().upper() in PRICING_MODIFIERS]


def _amount(amounts: Amounts, code: str, modifier: str, where: str) -> int | None:
    """Return the amount for the very place, else the one that holds for every place."""
    found = amounts(code, modifier, where) if where else None
    return amounts(code, modifier, "") if found is None else found


def _words(
    code: str, modifier: str, base: int, units: Decimal, terms: ContractTerms, cents: int
) -> str:
    parts = [f"{code}{f'-{modifier}' if modifier else ''} {dollar_words(base)}"]
    if units != 1:
        parts.append(f"× {units.normalize():f}")
    if terms.percent != FULL_PERCENT:
        parts.append(f"× {Decimal(terms.percent).scaleb(-2).normalize():f} %")
    return " ".join([*parts, f"= {dollar_words(cents)}"]) if len(parts) > 1 else parts[0]


def _capped(cents: int, words: str, line: ContractLine, terms: ContractTerms) -> Price:
    if terms.is_lesser_of_charge and line.charge_cents < cents:
        return Price(
            line.charge_cents, f"{words}; the charge is less: {dollar_words(line.charge_cents)}"
        )
    return Price(cents, words)


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def is_underpaid(expected_cents: int, allowed_cents: int) -> bool:
    """Tell whether a payer allowed so much less than its contract says that it is worth asking for."""
    short = expected_cents - allowed_cents
    return short >= LEAST_CENTS and short >= expected_cents * LEAST_SHARE
