"""What stands of decisions about balances: never more than there is, whatever comes first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.write_offs import (
    OPEN_STATES,
    REASON_WORDS,
    REASONS,
    TRANSITIONS,
    Decided,
    WriteOffEvent,
    WriteOffKind,
    WriteOffReason,
    WriteOffState,
    effects,
    in_force,
    next_state,
    persons_needed,
    why_not_to_patient,
)

K = WriteOffKind
DECISIONS = st.lists(st.builds(Decided, st.sampled_from(K), st.integers(1, 50_000)), max_size=6)
CENTS = st.integers(-60_000, 60_000)


@given(DECISIONS, CENTS, CENTS)
def test_no_more_is_given_up_than_there_is(
    decided: list[Decided], payer: int, patient: int
) -> None:
    stands = in_force(decided, payer_cents=payer, patient_cents=patient)
    left = [payer, patient]
    for one, cents in zip(decided, stands):
        assert 0 <= cents <= one.amount_cents
        moved = effects(one.kind, cents)
        left = [left[0] + moved[0], left[1] + moved[1]]
    assert left[0] >= min(payer, 0)  # a credit stays as it was
    assert left[1] >= min(patient, 0)
    if payer < 0:
        assert left[0] == payer


@given(DECISIONS, st.integers(0, 60_000), st.integers(0, 60_000), st.integers(0, 60_000))
def test_a_payment_that_is_taken_back_leaves_what_was_before(
    decided: list[Decided], payer: int, patient: int, paid: int
) -> None:
    before = in_force(decided, payer_cents=payer, patient_cents=patient)
    in_force(decided, payer_cents=payer - paid, patient_cents=patient)
    assert in_force(decided, payer_cents=payer, patient_cents=patient) == before


@pytest.mark.parametrize(
    ("payer", "patient", "expected"),
    [
        (10_000, 0, [4_000, 6_000, 0]),  # the rest goes to the patient, who owes it
        (3_000, 0, [3_000, 0, 0]),  # a payment of 70.00 came: nothing is left to move
        (-500, 2_000, [0, 0, 1_000]),  # the payer paid too much: that is a credit, not given up
        (10_000, 2_000, [4_000, 6_000, 1_000]),
    ],
)
def test_worked_by_hand(payer: int, patient: int, expected: list[int]) -> None:
    """$40.00 written off, $80.00 moved to the patient, of whom $10.00 is forgiven."""
    decided = [Decided(K.PAYER, 4_000), Decided(K.TRANSFER, 8_000), Decided(K.PATIENT, 1_000)]
    found = in_force(decided, payer_cents=payer, patient_cents=patient)
    assert found[:2] == expected[:2]
    assert found[2] == min(1_000, max(patient, 0) + expected[1])


def test_the_table_accounts_for_every_state_and_event() -> None:
    for state in WriteOffState:
        found = {event: next_state(state, event) for event in WriteOffEvent}
        ends = not any(found.values())
        assert ends == (state in {"returned", "withdrawn", "undone"})
    assert {state for state, _ in TRANSITIONS} - OPEN_STATES == {WriteOffState.POSTED}


def test_every_reason_has_words_and_a_use() -> None:
    assert set(REASON_WORDS) == set(WriteOffReason)
    assert {one for kind in K for one in REASONS[kind]} == set(WriteOffReason)


def test_two_persons_above_the_limit() -> None:
    assert (persons_needed(50_000, 50_000), persons_needed(50_001, 50_000)) == (1, 2)


@pytest.mark.parametrize(("group", "may"), [("CO", False), ("PI", False), ("PR", True), ("", True)])
def test_what_the_patient_may_not_be_billed_for(group: str, may: bool) -> None:
    assert (why_not_to_patient(group) == "") is may
