"""How values of attributes are grouped, at the edges of each group."""

from datetime import date

import pytest

from dueline.core.denial_attributes import (
    CATEGORIES,
    NAMES,
    Attribute,
    age_band,
    chapter,
    diagnosis_group,
    lag_band,
    month,
    place,
    place_words,
    weekday,
)
from dueline.core.enums import DenialCategory

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("birth", "band"),
    [
        ("2026-11-23", "0-17"),
        ("2008-11-24", "0-17"),
        ("2008-11-23", "18-44"),
        ("1981-11-23", "45-64"),
        ("1961-11-24", "45-64"),
        ("1961-11-23", "65-79"),
        ("1946-11-23", "80+"),
        ("2026-11-24", ""),  # born after the service: mistyped
    ],
)
def test_age_is_that_of_the_day_of_service(birth: str, band: str) -> None:
    assert age_band(date.fromisoformat(birth), DAY) == band


@pytest.mark.parametrize(
    ("sent", "band"),
    [
        ("2026-11-22", "before service"),
        ("2026-11-23", "0-7"),
        ("2026-11-30", "0-7"),
        ("2026-12-01", "8-14"),
        ("2027-02-21", "61-90"),
        ("2027-02-22", "91+"),
    ],
)
def test_lag_counts_from_service_to_sending(sent: str, band: str) -> None:
    assert lag_band(DAY, date.fromisoformat(sent)) == band


@pytest.mark.parametrize(
    ("diagnoses", "group", "words"),
    [
        ("M54.50 J06.9", "M54", "Muscles, bones, joints"),
        ("H59.8", "H59", "Eye"),
        ("H60.00", "H60", "Ear"),
        ("D49.9", "D49", "Cancers and growths"),
        ("D50.0", "D50", "Blood and immune system"),
        ("T78.40", "T78", "Injuries and poisoning"),
        ("X58", "X58", "Causes from outside"),
        ("z0000", "Z00", "Reasons other than illness"),
        ("4019", "401", ""),  # ICD-9
        ("", "", ""),
        ("?", "?", ""),
    ],
)
def test_diagnoses_are_grouped_by_the_principal(diagnoses: str, group: str, words: str) -> None:
    assert diagnosis_group(diagnoses) == group
    assert chapter(group) == words


def test_an_institutional_claims_place_is_its_facility() -> None:
    assert place("P", "11") == "11"
    assert place("I", "13") == "I13"
    assert place("I", "") == ""
    assert place_words("11") == "11 office"
    assert place_words("I13") == "Bill type 13 hospital outpatient"
    assert place_words("77") == "77"


def test_what_is_not_known_has_no_value() -> None:
    assert (age_band(None, DAY), lag_band(DAY, None), weekday(None), month(None)) == ("",) * 4
    assert (weekday(DAY), month(DAY)) == ("1", "2026-11")


def test_every_attribute_and_category_has_a_name() -> None:
    assert set(NAMES) == set(Attribute)
    assert set(CATEGORIES) == set(DenialCategory)
