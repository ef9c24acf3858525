"""The first guess of a payer's type: by indicator, by name, and which of them wins."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.codes import short_list
from dueline.core.enums import PayerType
from dueline.core.payer_types import BY_INDICATOR, BY_NAME, NARROWED, payer_type_of

# Indicators that name no kind: the name decides.
SILENT = frozenset({"11", "ZZ"})


@pytest.mark.parametrize(
    ("indicator", "expected"),
    [
        ("MA", "medicare"),
        ("MB", "medicare"),
        ("16", "medicare_advantage"),
        ("MC", "medicaid"),
        ("BL", "blue_plan"),
        ("FI", "blue_plan"),
        ("CH", "tricare"),
        ("VA", "veterans"),
        ("WC", "workers_compensation"),
        ("AM", "auto"),
        ("CI", "commercial"),
        ("HM", "commercial"),
        ("12", "commercial"),
        ("13", "commercial"),
        ("14", "commercial"),
        ("15", "commercial"),
        ("17", "commercial"),
        ("09", "other"),
        ("LM", "other"),
        ("DS", "other"),
        ("OF", "other"),
        ("TV", "other"),
        ("11", "other"),
        ("ZZ", "other"),
        ("", "other"),
        ("??", "other"),
        ("mb", "medicare"),
        (" MB ", "medicare"),
    ],
)
def test_indicator_without_a_telling_name(indicator: str, expected: str) -> None:
    assert payer_type_of(indicator, "") == expected
    assert payer_type_of(indicator, "Acme Health of Anytown") == expected


def test_every_indicator_of_the_list_is_judged() -> None:
    assert set(BY_INDICATOR) == set(short_list("filing_indicator")) - SILENT


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("CHAMPVA", "champva"),
        ("TRICARE East", "tricare"),
        ("Tricare for Life", "tricare"),
        ("CHAMPUS", "tricare"),
        ("Veterans Affairs", "veterans"),
        ("Department of Veteran Affairs", "veterans"),
        ("Optum VA Community Care", "veterans"),
        ("VA CCN Region 1", "veterans"),
        ("Medicare", "medicare"),
        ("Palmetto GBA Railroad Medicare", "medicare"),
        ("Novitas Medicare Part B", "medicare"),
        ("Humana Medicare Advantage", "medicare_advantage"),
        ("Advantage Medicare of Anystate", "medicare_advantage"),
        ("Medicare Plus Blue", "medicare_advantage"),
        ("AARP Medicare Complete", "medicare_advantage"),
        ("Medicare HMO", "medicare_advantage"),
        ("Medicare Supplement Plan", "commercial"),
        ("Anystate Medicare Supp", "commercial"),
        ("Medigap Insurance", "commercial"),
        ("Medicaid of Ohio", "medicaid"),
        ("Medi-Cal", "medicaid"),
        ("MassHealth", "medicaid"),
        ("Molina Medicaid HMO", "medicaid_managed"),
        ("Managed Medicaid of Anystate", "medicaid_managed"),
        ("Medicaid Managed Care", "medicaid_managed"),
        ("UnitedHealthcare Community Plan", "medicaid_managed"),
        ("Community Health Plan of Washington", "medicaid_managed"),
        ("Workers Comp", "workers_compensation"),
        ("Worker's Comp", "workers_compensation"),
        ("Workers' Compensation Fund", "workers_compensation"),
        ("Workers Compensation Board", "workers_compensation"),
        ("Work Comp Services", "workers_compensation"),
        ("Workmen's Comp", "workers_compensation"),
        ("Workmans Compensation", "workers_compensation"),
        ("US DOL OWCP", "workers_compensation"),
        ("State Farm Auto", "auto"),
        ("Auto-Owners", "auto"),
        ("Automobile Club", "auto"),
        ("No-Fault Insurance", "auto"),
        ("PIP Claims", "auto"),
        ("Motor Club", "auto"),
        ("Blue Cross of Idaho", "blue_plan"),
        ("Blue Shield of California", "blue_plan"),
        ("BlueCross BlueShield of Texas", "blue_plan"),
        ("Anthem BCBS", "blue_plan"),
        ("Self-Funded Schools", "self_funded"),
        ("Self Insured Trust", "self_funded"),
        ("Painters Welfare Fund", "self_funded"),
        ("Teamsters Benefit Fund", "self_funded"),
        ("Employee Benefits Trust", "self_funded"),
        ("Acme Health", "other"),
        ("", "other"),
    ],
)
@pytest.mark.parametrize("indicator", ["", "ZZ", "11"], ids=["none", "ZZ", "11"])
def test_name_decides_where_the_indicator_is_silent(
    indicator: str, name: str, expected: str
) -> None:
    assert payer_type_of(indicator, name) == expected
    assert payer_type_of(indicator, name.upper()) == expected


@pytest.mark.parametrize(
    "name",
    [
        "Autonomy Health",
        "Pippin Insurance",
        "Motorola Health",
        "Medicarex",
        "Nova Community Care",
        "Companion Workers",
        "True Blue Health",
    ],
)
def test_part_of_a_word_tells_nothing(name: str) -> None:
    assert payer_type_of("ZZ", name) is PayerType.OTHER


@pytest.mark.parametrize(
    ("indicator", "name", "expected"),
    [
        # the name narrows
        ("CI", "Humana Medicare Advantage", "medicare_advantage"),
        ("HM", "Humana Medicare HMO", "medicare_advantage"),
        ("CI", "UnitedHealthcare Community Plan", "medicaid_managed"),
        ("12", "Blue Cross Blue Shield", "blue_plan"),
        ("CI", "Painters Welfare Fund", "self_funded"),
        ("MB", "Humana Medicare Advantage", "medicare_advantage"),
        ("MC", "Medicaid HMO", "medicaid_managed"),
        ("CH", "CHAMPVA", "champva"),
        ("VA", "CHAMPVA", "champva"),
        ("OF", "Medicare", "medicare"),
        ("OF", "Veterans Affairs", "veterans"),
        ("LM", "State Farm Auto", "auto"),
        # the name does not overrule
        ("CI", "Medicare", "commercial"),
        ("HM", "Medicaid", "commercial"),
        ("CI", "TRICARE", "commercial"),
        ("CI", "Medicare Supplement", "commercial"),
        ("MB", "Blue Cross Blue Shield", "medicare"),
        ("MB", "Medigap", "medicare"),
        ("MC", "Medicare", "medicaid"),
        ("BL", "Blue Cross Medicare Advantage", "blue_plan"),
        ("16", "Medicare", "medicare_advantage"),
        ("AM", "Medicare", "auto"),
        ("WC", "State Farm Auto", "workers_compensation"),
        ("VA", "TRICARE", "veterans"),
    ],
)
def test_indicator_and_name_together(indicator: str, name: str, expected: str) -> None:
    assert payer_type_of(indicator, name) == expected


def test_every_type_can_be_guessed_from_a_file() -> None:
    """A type that no file leads to would have default rules that no payer gets by itself."""
    found = set(BY_INDICATOR.values()) | {kind for _, kind in BY_NAME}
    assert found == set(PayerType)


def test_a_type_narrows_to_others_only() -> None:
    for kind, narrower in NARROWED.items():
        assert kind is PayerType.OTHER or kind not in narrower


@given(st.text(max_size=30), st.text(max_size=60))
def test_any_text_gets_a_type(indicator: str, name: str) -> None:
    assert payer_type_of(indicator, name) in PayerType


@given(st.sampled_from(sorted(BY_INDICATOR)), st.text(max_size=60))
def test_a_name_moves_an_indicator_only_where_it_narrows(indicator: str, name: str) -> None:
    plain = BY_INDICATOR[indicator]
    assert payer_type_of(indicator, name) in {plain} | NARROWED.get(plain, frozenset())
