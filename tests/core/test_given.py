"""A fact given by a person: what is accepted, in which form it is kept, and what is said of the rest."""

from datetime import date

import pytest

from dueline.core.enums import CheckKey
from dueline.core.given import GivenError, given
from dueline.core.readiness import FACTS

MONDAY = date(2026, 11, 23)
K = CheckKey


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        (K.MEMBER_ID, " HLH 4471-203 ", "HLH4471-203"),
        (K.BIRTH_DATE, "4/2/1980", date(1980, 4, 2)),
        (K.BIRTH_DATE, "1980-04-02", date(1980, 4, 2)),
        (K.SERVICE_DATE, "11/23/2026", MONDAY),
        (K.SUBMISSION_DATE, "10/03/2026", date(2026, 10, 3)),
        (K.PATIENT_NAME, "O'Brien ,  Ana María", "O'Brien, Ana María"),
        (K.PRACTICE_NAME, "Lakeside  Clinic", "Lakeside Clinic"),
        (K.TAX_ID, "99-5550187", "995550187"),
        (K.BILLING_NPI, "1999 936 606", "1999936606"),
    ],
)
def test_accepted(key, text, value):
    assert given(key, text, as_of=MONDAY) == value


def test_every_fact_that_is_asked_for_can_be_given():
    for key in FACTS:
        with pytest.raises(GivenError, match="expected"):
            given(key, "", as_of=MONDAY)


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        (K.MEMBER_ID, "<b>1</b>", "letters, digits and hyphens"),
        (K.MEMBER_ID, "9" * 81, "2 to 80"),
        (K.BIRTH_DATE, "13/41/1980", "month/day/year"),
        (K.BIRTH_DATE, "11/24/2026", "found a later one"),
        (K.BIRTH_DATE, "01/01/1850", "found an earlier one"),
        (K.SERVICE_DATE, "9999-12-31", "found a later one"),
        (K.SUBMISSION_DATE, "soon", "month/day/year"),
        (K.PATIENT_NAME, "Ada Quill", "last name, comma, first name"),
        (K.PATIENT_NAME, "Quill, A\x07da", "last name, comma, first name"),
        (K.PATIENT_NAME, "Q" * 81 + ", Ada", "at most 80 and 40"),
        (K.PRACTICE_NAME, "x" * 201, "1 to 200"),
        (K.TAX_ID, "12-34567", "nine digits"),
        (K.BILLING_NPI, "1999936607", "check digit"),
    ],
)
def test_refused_with_what_is_expected_and_without_what_was_typed(key, text, words):
    with pytest.raises(GivenError, match=words) as refused:
        given(key, text, as_of=MONDAY)
    assert text not in str(refused.value)
