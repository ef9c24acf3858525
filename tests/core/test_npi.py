"""NPIs: ten digits, the last a check digit over the number prefixed with 80840."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.npi import check_digit, grouped, is_npi

NINE = st.from_regex(r"[12][0-9]{8}", fullmatch=True)


def luhn_is_valid(number: str) -> bool:
    """Say it the textbook's way, over the whole number with its prefix."""
    total = 0
    for position, character in enumerate(reversed(number)):
        digit = int(character) * (2 if position % 2 else 1)
        total += sum(divmod(digit, 10))
    return total % 10 == 0


@pytest.mark.parametrize(
    ("nine", "digit"),
    [
        ("123456789", "3"),  # the example of the CMS text on the check digit
        ("199999991", "9"),
        ("100000000", "4"),
        ("200000000", "2"),
        ("199999999", "2"),
        ("000000000", "6"),
    ],
)
def test_check_digit(nine: str, digit: str) -> None:
    assert check_digit(nine) == digit
    assert luhn_is_valid(f"80840{nine}{digit}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1234567893", True),
        ("1999999919", True),
        ("1000000004", True),
        ("2000000002", True),
        ("1234567890", False),
        ("1234567983", False),
        ("0000000006", False),
        ("3000000000", False),
        ("123456789", False),
        ("12345678931", False),
        ("", False),
        ("          ", False),
        (" 1234567893", False),
        ("1234567893\n", False),
        ("123456789X", False),
        ("12345-6789", False),
        ("+123456789", False),
        ("1234567.93", False),
        ("１２３４５６７８９３", False),
        ("١٢٣٤٥٦٧٨٩٣", False),
        ("1²34567893", False),
        ("9" * 100_000, False),
    ],
    ids=[
        "cms-example",
        "sample-range",
        "lowest-of-1",
        "lowest-of-2",
        "wrong-digit",
        "two-digits-swapped",
        "starts-with-0",
        "starts-with-3",
        "nine",
        "eleven",
        "empty",
        "blank",
        "space-before",
        "newline-after",
        "letter",
        "hyphen",
        "plus",
        "point",
        "full-width",
        "arabic-digits",
        "superscript",
        "huge",
    ],
)
def test_is_npi(text: str, expected: bool) -> None:
    assert is_npi(text) is expected


@given(NINE)
def test_one_last_digit_of_ten_is_right(nine: str) -> None:
    right = [last for last in "0123456789" if is_npi(nine + last)]
    assert right == [check_digit(nine)]
    assert luhn_is_valid(f"80840{nine}{right[0]}")


@given(NINE, st.integers(1, 9), st.integers(1, 9))
def test_one_wrong_digit_is_found(nine: str, place: int, step: int) -> None:
    npi = nine + check_digit(nine)
    wrong = str((int(npi[place]) + step) % 10)
    assert not is_npi(npi[:place] + wrong + npi[place + 1 :])


@given(NINE, st.integers(1, 8))
def test_two_neighbors_swapped_are_found_save_0_and_9(nine: str, place: int) -> None:
    npi = nine + check_digit(nine)
    one, other = npi[place], npi[place + 1]
    swapped = npi[:place] + other + one + npi[place + 2 :]
    is_blind = one == other or {one, other} == {"0", "9"}
    assert is_npi(swapped) is is_blind


@given(st.text(max_size=12))
def test_any_text_is_judged(text: str) -> None:
    if is_npi(text):
        assert luhn_is_valid("80840" + text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1999999919", "1999 9999 19"),
        ("1234567893", "1234 5678 93"),
        ("1234567890", "1234 5678 90"),
        ("123456789", "123456789"),
        ("12345678931", "12345678931"),
        ("123456789X", "123456789X"),
        ("", ""),
    ],
    ids=["sample", "real-form", "wrong-digit", "nine", "eleven", "letter", "empty"],
)
def test_grouped(text: str, expected: str) -> None:
    assert grouped(text) == expected


@given(NINE)
def test_grouped_loses_no_digit(nine: str) -> None:
    npi = nine + check_digit(nine)
    assert grouped(npi).replace(" ", "") == npi
