"""What a payer's answer says of a warning, and how sure a share of confirmed warnings is."""

import pytest
from scipy.stats import binomtest

from dueline.core.claim_checks import Counts, answer_outcome, chance_of, checks
from dueline.core.claim_checks.measure import Refused
from dueline.core.enums import WarningGrade, WarningOutcome
from dueline.core.proportion import wilson

O = WarningOutcome  # noqa: E741


@pytest.mark.parametrize(
    ("check", "line", "refused", "outcome"),
    [
        ("authorization_expected", 2, [], O.NOT_CONFIRMED),
        ("authorization_expected", 2, [Refused("197", (), 2)], O.CONFIRMED),
        ("authorization_expected", 2, [Refused("197")], O.CONFIRMED),
        ("authorization_expected", 2, [Refused("197", (), 1)], O.REFUSED_OTHERWISE),
        ("authorization_expected", 2, [Refused("50", (), 2)], O.REFUSED_OTHERWISE),
        ("member_id_missing", 0, [Refused("197", (), 1), Refused("31")], O.CONFIRMED),
        ("member_id_missing", 0, [Refused("16", ("N382",))], O.CONFIRMED),
        ("member_id_missing", 0, [Refused("16", ("M54",))], O.REFUSED_OTHERWISE),
        ("member_id_missing", 0, [Refused("16")], O.REFUSED_OTHERWISE),
        ("control_number_long", 0, [Refused("18")], O.REFUSED_OTHERWISE),
    ],
)
def test_answer_outcome(check, line, refused, outcome) -> None:
    assert answer_outcome(checks()[check], line, refused) is outcome


def test_warning_of_a_pattern_is_confirmed_by_its_own_reason() -> None:
    check = checks()["known_pattern"]
    assert answer_outcome(check, 1, [Refused("97", (), 1)], "97") is O.CONFIRMED
    assert answer_outcome(check, 1, [Refused("50", (), 1)], "97") is O.REFUSED_OTHERWISE
    assert answer_outcome(check, 1, [Refused("97", (), 1)]) is O.REFUSED_OTHERWISE


@pytest.mark.parametrize(
    ("count", "total"), [(0, 5), (5, 5), (1, 5), (30, 100), (3, 4000), (1, 1), (0, 1)]
)
def test_wilson_equals_an_established_library(count: int, total: int) -> None:
    expected = binomtest(count, total).proportion_ci(method="wilson")
    assert wilson(count, total) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_of_nothing_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_chance_is_the_prior_until_five_are_answered() -> None:
    few = chance_of(WarningGrade.MAY_BE_REFUSED, Counts(confirmed=4, waiting=90))
    assert few.basis_points == 3000
    assert "too few answered here" in few.basis
    many = chance_of(WarningGrade.MAY_BE_REFUSED, Counts(confirmed=20, not_confirmed=0))
    assert many.basis_points == 6500, "as many of our own as the prior weighs: half way"
    assert many.basis.endswith("20 of 20 confirmed here")
