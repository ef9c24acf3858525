"""Medicare numbers: eleven signs, each place of one kind, letters that look like digits left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.mbi import FORMAT, invented_mbi, is_mbi


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1EG4TE5MK73", True),  # the example on the card that CMS shows
        ("1EG4-TE5-MK73", False),  # as printed; X12 carries it without hyphens
        ("1eg4te5mk73", False),
        ("0EG4TE5MK73", False),
        ("1SG4TE5MK73", False),
        ("1EG4TE5MK7", False),
        ("1EG4TE5MK733", False),
        ("1EG4TE5MK73\n", False),
        ("123456789A", False),  # the number before 2020
        ("١EG4TE5MK73", False),
        ("", False),
    ],
)
def test_is_mbi(text: str, expected: bool) -> None:
    assert is_mbi(text) is expected


@given(st.integers(0, 19_999_999), st.integers(0, 19_999_999))
def test_invented_ones_have_the_form_and_differ(one: int, other: int) -> None:
    assert is_mbi(invented_mbi(one))
    assert (invented_mbi(one) == invented_mbi(other)) is (one == other)


@given(st.integers(0, 19_999_999), st.sampled_from("SLOIBZ"), st.integers(1, 10))
def test_letters_that_look_like_digits_are_refused(number: int, letter: str, place: int) -> None:
    text = invented_mbi(number)
    assert FORMAT[place] in "AXN"
    assert not is_mbi(text[:place] + letter + text[place + 1 :])
