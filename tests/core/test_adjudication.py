"""What a claim payment moves between the payer's balance and the patient's: docs/explanation/ledger.md."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.adjudication import AdjustmentFacts, Effect, adjustment_facts, effects
from dueline.core.x12.model import Adjustment, ClaimPayment, LinePayment


def facts(text: str, *, is_allowed: bool = True) -> AdjustmentFacts:
    """Return an adjustment from a text such as "CO-45 30"."""
    reason, amount = text.split()
    group, code = reason.split("-")
    return AdjustmentFacts(group, code, int(amount), is_allowed)


def moved(
    *texts: str,
    paid: int = 0,
    balance: int = 100,
    next_payer: bool = False,
    secondary: bool = False,
    is_allowed: bool = True,
) -> list[tuple[int, int]]:
    """Return what the payment and each adjustment add to (payer, patient)."""
    found = effects(
        adjustments_in_order=[facts(text, is_allowed=is_allowed) for text in texts],
        paid_cents=paid,
        open_payer_cents=balance,
        has_next_payer=next_payer,
        is_secondary=secondary,
    )
    return [tuple(effect) for effect in found]


# ---------------------------------------------------------------- a first payer


@pytest.mark.parametrize(
    ("texts", "paid", "expected"),
    [
        pytest.param((), 100, [(-100, 0)], id="paid in full"),
        pytest.param(("CO-45 20",), 80, [(-80, 0), (-20, 0)], id="contract reduction"),
        pytest.param(("OA-45 20",), 80, [(-80, 0), (-20, 0)], id="reduction under OA"),
        pytest.param(("PI-45 20",), 80, [(-80, 0), (-20, 0)], id="reduction under PI"),
        pytest.param(
            ("CO-45 20", "PR-1 10", "PR-2 6", "PR-3 4"),
            60,
            [(-60, 0), (-20, 0), (-10, 10), (-6, 6), (-4, 4)],
            id="deductible, coinsurance, copay",
        ),
        pytest.param(
            ("CO-45 20", "CO-253 2"), 78, [(-78, 0), (-20, 0), (-2, 0)], id="sequestration"
        ),
        pytest.param(("CO-197 100",), 0, [(0, 0), (0, 0)], id="denied: the money stays open"),
        pytest.param(
            ("CO-45 20", "CO-97 40"), 40, [(-40, 0), (-20, 0), (0, 0)], id="denied in part"
        ),
        pytest.param(("PR-27 100",), 0, [(0, 0), (0, 0)], id="a denial put under PR"),
        pytest.param(("OA-18 100",), 0, [(0, 0), (0, 0)], id="duplicate"),
        pytest.param(("OA-133 100",), 0, [(0, 0), (0, 0)], id="under review"),
        pytest.param(("XX-45 20",), 80, [(-80, 0), (0, 0)], id="a group that is not listed"),
    ],
)
def test_primary(texts: tuple[str, ...], paid: int, expected: list[tuple[int, int]]) -> None:
    assert moved(*texts, paid=paid) == expected


def test_the_claim_of_the_documentation() -> None:
    texts = ("CO-45 9840", "PR-3 3500", "CO-97 28500")
    found = moved(*texts, paid=10660, balance=52500)
    assert found == [(-10660, 0), (-9840, 0), (-3500, 3500), (0, 0)]
    assert 52500 + sum(payer for payer, _ in found) == 28500
    assert sum(patient for _, patient in found) == 3500


def test_with_a_next_payer_the_patient_share_stays_open() -> None:
    texts = ("CO-45 20", "PR-1 20")
    assert moved(*texts, paid=60, next_payer=True) == [(-60, 0), (-20, 0), (0, 0)]


def test_a_code_not_listed_leaves_the_money_only_where_nothing_was_allowed() -> None:
    assert moved("CO-ZZ9 20", paid=80) == [(-80, 0), (-20, 0)]
    assert moved("CO-ZZ9 100", is_allowed=False) == [(0, 0), (0, 0)]


# ---------------------------------------------------------------- a second payer


def test_secondary_pays_what_the_primary_left() -> None:
    assert moved("OA-23 80", paid=20, balance=20, secondary=True) == [(-20, 0), (0, 0)]


def test_secondary_repeats_of_the_contract_reduction_move_nothing() -> None:
    found = moved("OA-23 60", "CO-45 20", paid=20, balance=20, secondary=True)
    assert found == [(-20, 0), (0, 0), (0, 0)]


def test_secondary_leaves_a_share_to_the_patient() -> None:
    found = moved("OA-23 80", "PR-3 5", paid=15, balance=20, secondary=True)
    assert found == [(-15, 0), (0, 0), (-5, 5)]


def test_secondary_denies_what_the_primary_left() -> None:
    found = moved("OA-23 80", "CO-197 20", balance=20, secondary=True)
    assert found == [(0, 0), (0, 0), (0, 0)]


def test_earlier_payers_of_a_first_payer_reduce() -> None:
    assert moved("OA-23 80", paid=20) == [(-20, 0), (-80, 0)]


# ---------------------------------------------------------------- the cap


def test_reductions_stop_at_nothing() -> None:
    assert moved("CO-45 50", paid=80) == [(-80, 0), (-20, 0)]


def test_the_last_reduction_gives_way_first() -> None:
    assert moved("CO-45 30", "CO-253 20", paid=60) == [(-60, 0), (-30, 0), (-10, 0)]


def test_reductions_give_way_before_the_patient_share() -> None:
    assert moved("PR-1 30", "CO-45 40", paid=50) == [(-50, 0), (-30, 30), (-20, 0)]


def test_the_patient_share_gives_way_last_and_on_both_sides() -> None:
    assert moved("PR-1 30", "CO-45 40", paid=90) == [(-90, 0), (-10, 10), (0, 0)]


def test_what_is_denied_is_not_taken_by_a_reduction() -> None:
    assert moved("CO-45 50", "CO-97 40", paid=40) == [(-40, 0), (-20, 0), (0, 0)]


def test_what_waits_for_the_next_payer_is_not_taken_by_a_reduction() -> None:
    assert moved("CO-45 50", "PR-2 20", paid=60, next_payer=True) == [(-60, 0), (-20, 0), (0, 0)]


def test_a_payment_beyond_the_balance_is_a_credit_and_takes_no_reduction() -> None:
    assert moved("CO-45 20", paid=120) == [(-120, 0), (0, 0)]


# ---------------------------------------------------------------- adjustments of a claim payment


def test_adjustments_in_posting_order_each_judged_where_it_stands() -> None:
    claim = ClaimPayment(
        charge_cents=300,
        paid_cents=50,
        adjustments=(Adjustment("CO", "253", 1),),
        lines=(
            LinePayment(charge_cents=100, paid_cents=50, adjustments=(Adjustment("CO", "45", 49),)),
            LinePayment(charge_cents=100, adjustments=(Adjustment("CO", "97", 100),)),
            LinePayment(charge_cents=100, adjustments=(Adjustment("PR", "1", 100),)),
        ),
    )
    assert adjustment_facts(claim) == [
        AdjustmentFacts("CO", "253", 1, True),
        AdjustmentFacts("CO", "45", 49, True),
        AdjustmentFacts("CO", "97", 100, False),
        AdjustmentFacts("PR", "1", 100, True),
    ]


# ---------------------------------------------------------------- properties

ADJUSTMENTS = st.lists(
    st.builds(
        AdjustmentFacts,
        st.sampled_from(("CO", "OA", "PI", "PR", "CR", "XX")),
        st.sampled_from(("1", "2", "3", "18", "23", "24", "45", "97", "133", "197", "ZZ9")),
        st.integers(0, 50_000),
        st.booleans(),
    ),
    max_size=6,
)
AMOUNTS = st.integers(0, 100_000)


def of(
    adjustments: list[AdjustmentFacts], paid: int, balance: int, next_payer: bool, secondary: bool
) -> list[Effect]:
    return effects(
        adjustments_in_order=adjustments,
        paid_cents=paid,
        open_payer_cents=balance,
        has_next_payer=next_payer,
        is_secondary=secondary,
    )


@given(ADJUSTMENTS, AMOUNTS, AMOUNTS, st.booleans(), st.booleans())
def test_the_sums_reconcile(adjustments, paid, balance, next_payer, secondary) -> None:
    payment, *moves = of(adjustments, paid, balance, next_payer, secondary)
    assert payment == Effect(-paid, 0)
    assert len(moves) == len(adjustments)
    for adjustment, move in zip(adjustments, moves, strict=True):
        assert -adjustment.amount_cents <= move.payer_cents <= 0
        assert move.patient_cents in (0, -move.payer_cents)
    left = balance - paid + sum(move.payer_cents for move in moves)
    assert left >= min(balance - paid, 0)


@given(ADJUSTMENTS, AMOUNTS, st.booleans())
def test_a_balanced_first_remittance_accounts_for_every_cent(adjustments, paid, next_payer) -> None:
    charge = paid + sum(a.amount_cents for a in adjustments)
    moves = of(adjustments, paid, charge, next_payer, False)[1:]
    open_after = charge - paid + sum(move.payer_cents for move in moves)
    untouched = [a for a, move in zip(adjustments, moves, strict=True) if not move.payer_cents]
    assert open_after == sum(a.amount_cents for a in untouched)


@given(ADJUSTMENTS, AMOUNTS, AMOUNTS, st.booleans())
def test_nothing_goes_to_the_patient_while_a_payer_comes_next(
    adjustments, paid, balance, secondary
) -> None:
    assert all(not move.patient_cents for move in of(adjustments, paid, balance, True, secondary))
