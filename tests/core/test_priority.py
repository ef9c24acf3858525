"""The cost of waiting: parts add up exactly, urgency stands above cost, deadlines weigh more as they come near."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.codes import carcs
from dueline.core.enums import DeadlineKind, DueCause, PayerStatus
from dueline.core.priority import (
    DEADLINE_WORDS,
    LEAD_DAYS,
    TALK_MINUTES,
    PriorityFacts,
    cost_words,
    day_words,
    decay,
    hazard,
    price,
    score,
    share_of,
)
from dueline.core.recovery import Rate

MONDAY = date(2026, 11, 23)

# The claim of the design's reason panel: an appeal two days before its end, three claims in one call.
APPEAL = PriorityFacts(
    payer_name="Harborlight Health Plan",
    payer_status=PayerStatus.DENIED,
    payer_status_on=date(2026, 11, 20),
    payer_balance_cents=185_000,
    share=Rate(3310, "33.1 % of charges on 14 claims this payer paid here"),
    chance=Rate(7400, "31 of 42 such denials won here"),
    age_days=132,
    days_since_submission=130,
    next_day=date(2026, 11, 24),
    due_on=MONDAY,
    due_cause=DueCause.DATE,
    last_action_on=date(2026, 11, 20),
    promised_on=None,
    deadline_on=date(2026, 11, 25),
    deadline_kind=DeadlineKind.APPEAL_1,
    business_days_left=2,
    scenario="S07",
    is_call=True,
    hold_minutes=11,
    batch_count=3,
)


def parts_of(facts=APPEAL, as_of=MONDAY):
    return {part.name: part for part in price(facts, as_of=as_of).parts}


def test_every_status_reason_and_deadline_is_accounted_for():
    assert {code.scenario for code in carcs().values()} <= set(TALK_MINUTES)
    assert set(LEAD_DAYS) == set(DEADLINE_WORDS) == set(DeadlineKind)


def test_the_reason_panel_reads_as_designed():
    found = price(APPEAL, as_of=MONDAY)
    assert found.sentence == (
        "Left until tomorrow, it likely loses $183.98. "
        "Settling it takes 18 minutes: $10.22 a minute."
    )
    assert [chip.text for chip in found.reasons] == ["Denied Nov 20", "Harborlight ×3"]
    figures = {name: part.figure for name, part in parts_of().items()}
    assert figures == {
        "balance": "$1,850.00",
        "share": "× 33.1 %",
        "expected": "$612.35",
        "chance": "× 74 %",
        "recoverable": "$453.14",
        "deadline": "$181.26",
        "age": "$2.72",
        "lost": "$183.98",
        "talk": "14 min",
        "hold": "4 min",
        "minutes": "18 min",
        "cost_of_waiting": "$10.22",
    }


MONEY = st.integers(-50_000_00, 5_000_000_00)
LEFT = st.one_of(st.none(), st.integers(-1, 400))
AGE = st.one_of(st.none(), st.integers(0, 2000))


@st.composite
def facts(draw):
    cause = draw(st.one_of(st.none(), st.sampled_from(DueCause)))
    left = draw(LEFT)
    deadline_on = None if left is None else draw(st.dates(date(2026, 1, 1), date(2028, 1, 1)))
    return PriorityFacts(
        payer_name="Prairie Union Health",
        payer_status=draw(st.sampled_from(PayerStatus)),
        payer_status_on=draw(st.one_of(st.none(), st.just(date(2026, 11, 20)))),
        payer_balance_cents=draw(MONEY),
        share=Rate(draw(st.integers(0, 10_000)), "share"),
        chance=Rate(draw(st.integers(0, 9500)), "chance"),
        age_days=draw(AGE),
        days_since_submission=draw(AGE),
        next_day=date(2026, 11, draw(st.integers(24, 28))),
        due_on=draw(st.dates(date(2026, 1, 1), MONDAY)),
        due_cause=cause,
        last_action_on=None,
        promised_on=date(2026, 11, 18),
        deadline_on=deadline_on,
        deadline_kind="" if left is None else draw(st.sampled_from(DeadlineKind)),
        business_days_left=left,
        scenario=draw(st.sampled_from(sorted(TALK_MINUTES))),
        is_call=draw(st.booleans()),
        hold_minutes=draw(st.integers(0, 90)),
        batch_count=draw(st.integers(1, 10)),
    )


@given(facts())
def test_the_parts_add_up_to_the_figure_shown(facts):
    found = price(facts, as_of=MONDAY)
    value = {part.name: part.value for part in found.parts}
    if facts.payer_balance_cents > 0:
        assert value["expected"] == share_of(value["balance"], value["share"])
    assert value["recoverable"] == share_of(value["expected"], value["chance"])
    assert value["lost"] == value["deadline"] + value["age"] <= value["recoverable"]
    assert value["minutes"] == value["talk"] + value["hold"] > 0
    assert value["cost_of_waiting"] == value["lost"] * 100 // value["minutes"]
    assert value["cost_of_waiting"] == found.cents_per_minute_hundredths >= 0


@given(facts())
def test_a_reason_is_one_or_two_facts_with_at_most_one_strong(facts):
    chips = price(facts, as_of=MONDAY).reasons
    assert 1 <= len(chips) <= 2
    assert sum(chip.is_strong for chip in chips) <= 1
    assert all(chip.text for chip in chips)


@pytest.mark.parametrize(
    ("left", "points"),
    [
        pytest.param(None, 0, id="no deadline"),
        pytest.param(-1, 0, id="past: nothing more to lose"),
        pytest.param(0, 4000, id="today"),
        pytest.param(1, 4000, id="the day it takes to prepare"),
        pytest.param(2, 2400, id="one day to spare"),
        pytest.param(3, 1440, id="two to spare"),
        pytest.param(100, 0, id="far off"),
    ],
)
def test_hazard_of_a_first_claim(left, points):
    assert hazard(DeadlineKind.FILING, left) == points


@pytest.mark.parametrize("kind", DeadlineKind)
def test_hazard_never_falls_as_days_run_out(kind):
    row = [hazard(kind, left) for left in range(60)]
    assert row == sorted(row, reverse=True)


@pytest.mark.parametrize(
    ("age", "points"),
    [
        (None, 5),
        (0, 5),
        (30, 5),
        (31, 10),
        (60, 10),
        (61, 20),
        (90, 20),
        (91, 40),
        (120, 40),
        (121, 60),
    ],
)
def test_decay_by_age(age, points):
    assert decay(age) == points


@given(st.integers(1, 10**9), st.integers(1, 10**9), LEFT, AGE)
def test_of_two_alike_the_larger_balance_costs_no_less_to_leave(one, other, left, age):
    small, large = sorted([one, other])

    def cost(balance):
        return score(balance, 5000, 5000, DeadlineKind.FILING, left, age, 1, 10, 15, 3).per_minute

    assert cost(small) <= cost(large)


def test_a_lost_claim_keeps_a_tenth_of_its_chance():
    lost = replace(APPEAL, business_days_left=-1, deadline_on=date(2026, 11, 20))
    assert parts_of(lost)["chance"].value == 740
    assert parts_of(lost)["deadline"].value == 0
    assert "Deadline passed Nov 20" in [c.text for c in price(lost, as_of=MONDAY).reasons]


def test_a_credit_balance_costs_nothing_to_leave():
    credit = replace(APPEAL, payer_balance_cents=-5000, deadline_on=None, business_days_left=None)
    found = price(credit, as_of=MONDAY)
    assert found.cents_per_minute_hundredths == 0
    assert found.parts[0].figure == "−$50.00"


def test_nobody_waits_on_hold_for_a_portal():
    assert parts_of(replace(APPEAL, is_call=False))["hold"].value == 0


@pytest.mark.parametrize(
    ("changes", "chips"),
    [
        pytest.param(
            {"due_cause": DueCause.PROMISE_BROKEN, "promised_on": date(2026, 11, 18)},
            ["Promise broken Nov 18", "Harborlight ×3"],
            id="promise",
        ),
        pytest.param(
            {"due_cause": DueCause.OVERDUE, "due_on": date(2026, 11, 19), "batch_count": 1},
            ["Overdue 2 days", "Denied Nov 20"],
            id="overdue",
        ),
        pytest.param(
            {"due_cause": DueCause.DEADLINE, "is_call": False},
            ["7-day watch reached", "Denied Nov 20"],
            id="forced",
        ),
        pytest.param(
            {"payer_status": PayerStatus.SENT, "batch_count": 1},
            ["No acceptance on file"],
            id="no acceptance",
        ),
    ],
)
def test_chips_are_facts(changes, chips):
    found = price(replace(APPEAL, **changes), as_of=MONDAY).reasons
    assert [chip.text for chip in found] == chips


@pytest.mark.parametrize(
    ("amount", "points", "part"),
    [(1, 5000, 1), (-1, 5000, -1), (3, 3333, 1), (0, 9999, 0), (10**12, 1, 10**8)],
)
def test_share_of_rounds_halves_away_from_zero(amount, points, part):
    assert share_of(amount, points) == part


def test_words_of_days_and_costs():
    assert day_words(date(2026, 11, 24), as_of=MONDAY) == "tomorrow"
    assert day_words(date(2026, 11, 30), as_of=date(2026, 11, 27)) == "Mon Nov 30"
    assert cost_words(124_223) == "$12.42"
