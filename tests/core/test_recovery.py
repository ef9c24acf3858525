"""The chance of collecting: every status, denial family and payer type has a prior; own outcomes move it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.codes import carcs
from dueline.core.enums import PayerStatus, PayerType
from dueline.core.recovery import (
    CHANCE_BY_DENIAL,
    CHANCE_BY_STATUS,
    CHANCE_MOST,
    FACTOR_BY_PAYER_TYPE,
    SHARE_BY_PAYER_TYPE,
    WHOLE,
    Outcomes,
    age_factor,
    chance,
    expected_share,
    percent,
)


def chance_of(status=PayerStatus.DENIED, category="authorization_referral", age=10, **outcomes):
    return chance(
        payer_status=status,
        denial_category=category,
        payer_type=PayerType.COMMERCIAL,
        age_days=age,
        outcomes=Outcomes(**outcomes),
    )


def test_every_status_and_payer_type_has_a_prior():
    assert set(CHANCE_BY_STATUS) == set(PayerStatus)
    assert set(FACTOR_BY_PAYER_TYPE) == set(SHARE_BY_PAYER_TYPE) == set(PayerType)


def test_every_denial_family_has_a_prior():
    assert {code.category for code in carcs().values()} <= set(CHANCE_BY_DENIAL)


@pytest.mark.parametrize(
    ("age", "factor"),
    [
        pytest.param(None, 10_000, id="age not known counts as young"),
        pytest.param(0, 10_000, id="on the day"),
        pytest.param(30, 10_000, id="day 30"),
        pytest.param(31, 9800, id="day 31"),
        pytest.param(120, 8800, id="day 120"),
        pytest.param(121, 7800, id="day 121"),
        pytest.param(365, 4500, id="a year"),
        pytest.param(366, 2500, id="over a year"),
    ],
)
def test_age_factor(age, factor):
    assert age_factor(age) == factor


def test_chance_says_it_is_a_prior_when_nothing_is_known_here():
    found = chance_of()
    assert found.basis_points == 4500
    assert found.basis == "prior, ours: denied, authorization referral 45 %"


def test_chance_says_how_age_lowers_it():
    found = chance_of(age=95)
    assert found.basis_points == 3960
    assert found.basis.endswith("× 88 % at 95 days")


@pytest.mark.parametrize(
    ("won", "decided", "points"),
    [
        pytest.param(4, 4, 4500, id="too few: the prior"),
        pytest.param(30, 40, 5625, id="better than the prior: moved half way"),
        pytest.param(10, 40, 3375, id="worse than the prior"),
        pytest.param(4000, 4000, 8955, id="many: nearly all of the way"),
    ],
)
def test_own_outcomes_move_the_chance_of_a_denial(won, decided, points):
    found = chance_of(denials={PayerType.COMMERCIAL: (won, decided)})
    assert found.basis_points == points
    assert (f"{won} of {decided} such payers' denials" in found.basis) is (points != 4500)


def test_own_denials_say_nothing_about_a_claim_in_process():
    found = chance_of(PayerStatus.PENDING, "", denials={PayerType.COMMERCIAL: (1, 100)})
    assert found.basis_points == CHANCE_BY_STATUS[PayerStatus.PENDING]


@given(
    st.sampled_from(PayerStatus),
    st.sampled_from([*CHANCE_BY_DENIAL, ""]),
    st.sampled_from(PayerType),
    st.one_of(st.none(), st.integers(0, 2000)),
    st.integers(0, 10_000),
    st.integers(0, 10_000),
)
def test_chance_is_a_fraction_and_never_grows_with_age(status, category, kind, age, won, lost):
    outcomes = Outcomes(denials={kind: (won, won + lost)})

    def points(age):
        return chance(
            payer_status=status,
            denial_category=category,
            payer_type=kind,
            age_days=age,
            outcomes=outcomes,
        ).basis_points

    assert 0 <= points(age) <= CHANCE_MOST
    assert points((age or 0) + 30) <= points(age)


def share(status=PayerStatus.SENT, is_first=True, **outcomes):
    return expected_share(
        payer_id=7,
        payer_type=PayerType.MEDICARE,
        payer_status=status,
        is_first_payer=is_first,
        outcomes=Outcomes(**outcomes),
    )


@pytest.mark.parametrize(
    ("found", "points", "words"),
    [
        pytest.param(share(), 3500, "prior, ours", id="nothing paid here yet"),
        pytest.param(share(paid={7: (100, 200, 4)}), 3500, "prior", id="four claims are too few"),
        pytest.param(
            share(paid={7: (50_000, 100_000, 60)}), 4625, "50 % of charges on 60 claims", id="own"
        ),
        pytest.param(share(paid={8: (50_000, 100_000, 60)}), 3500, "prior", id="another payer's"),
        pytest.param(share(is_first=False), WHOLE, "already priced", id="second payer"),
        pytest.param(share(PayerStatus.PAID), WHOLE, "already priced", id="rest after payment"),
    ],
)
def test_expected_share(found, points, words):
    assert found.basis_points == points
    assert words in found.basis


@pytest.mark.parametrize(
    ("points", "words"),
    [(4500, "45 %"), (60, "0.6 %"), (5810, "58.1 %"), (0, "0 %"), (5, "0.05 %")],
)
def test_percent(points, words):
    assert percent(points) == words
