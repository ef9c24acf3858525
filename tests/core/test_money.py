"""Money comes in through one door: exact cents, or refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.money import (
    LARGEST_CENTS,
    cents,
    cents_text,
    dollar_words,
    dollars,
    money,
    to_cents,
)

ANY_CENTS = st.integers(-LARGEST_CENTS, LARGEST_CENTS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("-0", 0),
        ("1", 100),
        ("12.5", 1250),
        ("12.05", 1205),
        ("12.", 1200),
        (".5", 50),
        ("-.5", -50),
        ("-3", -300),
        ("+3", 300),
        ("0012", 1200),
        ("12.3400", 1234),
        ("100000000000", 10_000_000_000_000),
    ],
)
def test_cents_are_exact(text: str, expected: int) -> None:
    assert cents(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            ".",
            "-",
            "+",
            "-.",
            " 1",
            "1 ",
            "1\n",
            "--3",
            "1-",
            "1e5",
            "1E5",
            "12.345",
            "12.341",
        ),
        *("1,000", "$5", "0x10", "NaN", "inf", "1_000", "1.2.3", "\uff11\uff12", "١٢", "1²"),
        *("100000000000.01", "9" * 30, "0" * 41, "9" * 100_000),
    ],
    ids=lambda text: repr(text[:16]),
)
def test_what_is_no_exact_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        cents(text)


@given(ANY_CENTS)
def test_cents_read_what_cents_text_writes(value: int) -> None:
    assert cents(cents_text(value)) == value


@given(ANY_CENTS)
def test_cents_agree_with_decimal(value: int) -> None:
    assert dollars(value) * 100 == value
    assert cents(f"{dollars(value):f}") == value
    assert to_cents(dollars(value)) == value


@given(st.text("0123456789.-+eE ", max_size=12))
def test_cents_never_disagree_with_decimal(text: str) -> None:
    try:
        value = cents(text)
    except ValueError:
        return
    assert Decimal(value) / 100 == Decimal(text)


@pytest.mark.parametrize(
    ("value", "x12", "people"),
    [
        (0, "0", "0.00"),
        (5, "0.05", "0.05"),
        (50, "0.5", "0.50"),
        (-300, "-3", "−3.00"),
        (-5, "-0.05", "−0.05"),
        (123450, "1234.5", "1,234.50"),
        (123456789, "1234567.89", "1,234,567.89"),
    ],
)
def test_cents_are_written_for_x12_and_for_people(value: int, x12: str, people: str) -> None:
    assert cents_text(value) == x12
    assert money(value) == people


@pytest.mark.parametrize(
    ("value", "expected"),
    [(Decimal("12.34"), 1234), (Decimal("1e3"), 100_000), (12, 1200), ("12.5", 1250)],
)
def test_to_cents_takes_what_is_exact(value: Decimal | int | str, expected: int) -> None:
    assert to_cents(value) == expected


@pytest.mark.parametrize("value", [1.0, True, None, 1j], ids=repr)
def test_to_cents_refuses_a_float(value: object) -> None:
    with pytest.raises(TypeError, match="never a float"):
        to_cents(value)  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [Decimal("0.001"), Decimal("NaN"), Decimal("Infinity")], ids=str)
def test_to_cents_refuses_parts_of_a_cent(value: Decimal) -> None:
    with pytest.raises(ValueError, match="exact"):
        to_cents(value)


def test_a_sum_has_its_sign_before_the_dollar() -> None:
    assert [dollar_words(n) for n in (-300_000, -5, 0, 123_450)] == [
        "−$3,000.00",
        "−$0.05",
        "$0.00",
        "$1,234.50",
    ]
