"""Which levels are open: windows, order, no level twice, amounts in dispute."""

from dataclasses import replace
from datetime import date

import pytest

from dueline.core.appeals.levels import AppealLevel, Terms, choices, next_level, usual_terms
from dueline.core.appeals.states import AppealState
from dueline.core.deadlines import Deadline, Rule, StartEvent, Unit
from dueline.core.enums import DeadlineKind, PayerType

L, S, K = AppealLevel, AppealState, DeadlineKind
DUE = date(2026, 12, 9)
TWICE = "No level is gone through twice."
RULE = Rule(K.APPEAL_1, 30, Unit.DAYS, StartEvent.DENIAL_NOTICE, True, 0, None, None, "Manual",
            date(2026, 1, 2), "H", "Payer")  # fmt: skip
CLOCK = Deadline(K.APPEAL_1, DUE, None, False, True, RULE, "30 days.")
CLOCKS = [
    CLOCK,
    replace(CLOCK, kind=K.APPEAL_2, due_on=None),
    replace(CLOCK, kind=K.RECONSIDERATION),
]


def look(filed=None, clocks=CLOCKS, as_of=date(2026, 12, 1), terms=None, cents=15000):
    found = choices(clocks, terms or {}, filed or {}, disputed_cents=cents, as_of=as_of)
    return {one.level: one for one in found}


@pytest.mark.parametrize(
    ("as_of", "reason"),
    [
        (DUE, ""),
        (date(2026, 12, 10), "The window closed on 12/09/2026, 1 day ago."),
        (date(2026, 12, 11), "The window closed on 12/09/2026, 2 days ago."),
    ],
    ids=["open on the last day", "closed the day after", "closed"],
)
def test_window_of_a_level(as_of, reason):
    assert look(as_of=as_of)[L.APPEAL_1].why_not == reason


@pytest.mark.parametrize(
    ("filed", "level", "reason"),
    [
        ({}, L.APPEAL_2, "Appeal, level 1 comes before it."),
        ({}, L.EXTERNAL_REVIEW, "It comes after the payer’s own appeals."),
        ({L.APPEAL_1: S.DRAFT}, L.APPEAL_1, f"An appeal of this level is open (draft). {TWICE}"),
        ({L.APPEAL_1: S.UPHELD}, L.APPEAL_1, f"An appeal of this level is decided (upheld). {TWICE}"),
        ({L.APPEAL_1: S.SENT}, L.APPEAL_2, "Appeal, level 1 is not decided yet."),
        ({L.APPEAL_1: S.UPHELD}, L.APPEAL_2, ""),
        ({L.APPEAL_1: S.DISMISSED}, L.EXTERNAL_REVIEW, ""),
        ({L.APPEAL_1: S.PARTLY_OVERTURNED}, L.APPEAL_2, ""),
        ({L.APPEAL_1: S.OVERTURNED}, L.APPEAL_2, "Appeal, level 1 was decided for us."),
        ({L.APPEAL_1: S.UPHELD}, L.RECONSIDERATION, "A formal appeal has been made already."),
    ],
)  # fmt: skip
def test_order_of_levels(filed, level, reason):
    assert look(filed)[level].why_not == reason


def test_a_level_that_follow_ups_tell_of_is_not_gone_through_again():
    told = [replace(CLOCK, is_met=True, is_running=False), *CLOCKS[1:]]
    found = look(clocks=told)
    assert (
        found[L.APPEAL_1].why_not
        == "By the follow-ups on file an appeal of this level was sent already."
    )
    assert found[L.APPEAL_2].is_open


def test_levels_that_the_payer_does_not_have_are_not_named():
    found = look(clocks=[replace(CLOCK, due_on=None, rule=None)])
    assert set(found) == {L.APPEAL_1, L.EXTERNAL_REVIEW}
    assert found[L.APPEAL_1].is_open


@pytest.mark.parametrize(("cents", "is_open"), [(19_999, False), (20_000, True)])
def test_least_amount_in_dispute(cents, is_open):
    found = look(terms={L.APPEAL_1: Terms(L.APPEAL_1, minimum_cents=20_000)}, cents=cents)
    assert found[L.APPEAL_1].is_open is is_open
    if not is_open:
        assert (
            found[L.APPEAL_1].why_not == "At least $200.00 must be in dispute; here it is $199.99."
        )


@pytest.mark.parametrize(
    ("as_of", "cents"), [(date(2025, 6, 1), 19_000), (date(2026, 1, 1), 20_000)]
)
def test_amounts_of_medicare_are_dated(as_of, cents):
    terms = usual_terms(L.APPEAL_3, payer_type=PayerType.MEDICARE, is_in_network=True, as_of=as_of)
    assert terms.minimum_cents == cents


def test_waiver_is_asked_for_outside_a_contract_only():
    asked = [
        usual_terms(L.APPEAL_1, payer_type=PayerType.MEDICARE_ADVANTAGE, is_in_network=inside,
                    as_of=DUE).forms
        for inside in (True, False)
    ]  # fmt: skip
    assert asked == [(), ("Signed Waiver of Liability",)]


def test_next_level_after_a_decision():
    found = look({L.APPEAL_1: S.UPHELD}).values()
    proposed = next_level(found, L.APPEAL_1)
    assert proposed is not None
    assert proposed.level is L.APPEAL_2
