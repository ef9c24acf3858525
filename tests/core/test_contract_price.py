"""What a contract pays for a line, as a biller would reckon it by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.contract_price import (
    ContractLine,
    ContractTerms,
    is_underpaid,
    place_kind,
    price,
)

SCHEDULE = {
    ("99213", "", "N"): 92_00,
    ("99213", "", "F"): 68_50,
    ("71046", "", ""): 31_00,
    ("71046", "26", ""): 9_10,
    ("J3301", "", ""): 1_85,
}


def amounts(code: str, modifier: str, where: str) -> int | None:
    return SCHEDULE.get((code, modifier, where))


def line(
    code: str, *modifiers: str, place: str = "11", units: str = "1", charge: int = 500_00
) -> ContractLine:
    return ContractLine(code, modifiers, place, Decimal(units), charge)


@pytest.mark.parametrize(
    ("billed", "terms", "cents", "words"),
    [
        (line("99213"), ContractTerms(), 92_00, "99213 $92.00"),
        (line("99213", place="22"), ContractTerms(), 68_50, "99213 $68.50"),
        (line("99213", place=""), ContractTerms(), None, "The schedule has no amount for 99213."),
        (line("99213", "25"), ContractTerms(), 92_00, "99213 $92.00"),
        (line("71046", "26"), ContractTerms(), 9_10, "71046-26 $9.10"),
        (line("71046", "TC"), ContractTerms(), None, "The schedule has no amount for 71046-TC."),
        (line("71046", "26", "52"), ContractTerms(), None,
         "Modifiers 26 and 52 together change the price."),
        (line("J3301", units="4"), ContractTerms(), 7_40, "J3301 $1.85 × 4 = $7.40"),
        (line("J3301", units="4"), ContractTerms(percent=11_250), 8_33,  # 8.325
         "J3301 $1.85 × 4 × 112.5 % = $8.33"),
        (line("99213", charge=80_00), ContractTerms(), 80_00,
         "99213 $92.00; the charge is less: $80.00"),
        (line("99213", charge=80_00), ContractTerms(is_lesser_of_charge=False), 92_00, "99213 $92.00"),
        (line("99213", units="0"), ContractTerms(), None, "The line has no units."),
        (line("00000"), ContractTerms(), None, "The schedule has no amount for 00000."),
    ],
)  # fmt: skip
def test_price(billed: ContractLine, terms: ContractTerms, cents: int | None, words: str) -> None:
    assert (price(billed, terms, amounts).cents, price(billed, terms, amounts).words) == (
        cents,
        words,
    )


@pytest.mark.parametrize(
    ("place", "kind"), [("11", "N"), ("10", "N"), ("02", "F"), ("22", "F"), (" ", "")]
)
def test_place_kind(place: str, kind: str) -> None:
    assert place_kind(place) == kind


@pytest.mark.parametrize(
    ("expected", "allowed", "answer"),
    [
        (92_00, 92_00, False),
        (92_00, 91_01, False),  # under a dollar
        (92_00, 91_00, True),
        (500_00, 496_00, False),  # under one in a hundred
        (500_00, 495_00, True),
        (92_00, 100_00, False),  # more than the contract
    ],
)
def test_is_underpaid(expected: int, allowed: int, answer: bool) -> None:
    assert is_underpaid(expected, allowed) is answer


@given(
    st.integers(1, 10_000_00), st.integers(1, 100), st.integers(1, 30_000), st.integers(0, 10_000_00)
)  # fmt: skip
def test_the_charge_is_the_most_and_half_cents_go_up(
    base: int, units: int, percent: int, charge: int
) -> None:
    billed = ContractLine("99213", (), "11", Decimal(units), charge)

    def flat(code: str, modifier: str, where: str) -> int | None:
        return base

    full = price(billed, ContractTerms(percent, is_lesser_of_charge=False), flat).cents
    assert full == (2 * base * units * percent + 10_000) // 20_000
    assert price(billed, ContractTerms(percent), flat).cents == min(full, charge)
