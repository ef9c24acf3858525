"""Which claims a 276 asks about, never twice within an interval, and what each event makes of a request."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.calendars import add_business_days
from dueline.core.deadlines import Unit
from dueline.core.enums import NextAction, PayerStatus, PayerType, WorkStatus
from dueline.core.status import Event
from dueline.core.status_requests import (
    ASIDE_WORDS,
    RULES,
    SPARING,
    TRANSITIONS,
    USUAL_DAYS,
    WAITING_FOR_ANSWER,
    Aside,
    Due,
    NotAsked,
    RequestEvent,
    RequestRule,
    RequestState,
    again_after,
    is_writable,
    next_state,
    request_rule,
    why_aside,
    why_not,
)

MONDAY = date(2026, 11, 9)
RULE = RequestRule(7)
DUE = Due(PayerStatus.ACCEPTED, 10_000, MONDAY, NextAction.CHECK_PORTAL, WorkStatus.READY)


def test_a_claim_whose_answer_is_due_is_asked_about():
    assert why_not(DUE, RULE, as_of=MONDAY) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"payer_balance_cents": 0}, NotAsked.ANSWERED),
        ({"due_on": MONDAY + timedelta(days=1)}, NotAsked.NOT_DUE),
        ({"next_action": NextAction.APPEAL}, NotAsked.NOT_DUE),
        ({"work_status": WorkStatus.WITH_LEAD}, NotAsked.WITH_OTHERS),
        ({"is_leased": True}, NotAsked.WITH_OTHERS),
        ({"is_promised": True}, NotAsked.PROMISED),
        ({"next_action": NextAction.CALL, "has_set_date": True}, NotAsked.CALL_DECIDED),
        ({"next_action": NextAction.CALL, "is_unanswered": True}, NotAsked.CALL_DECIDED),
        ({"is_out": True}, NotAsked.ASKED_LATELY),
        ({"last_asked_on": MONDAY - timedelta(days=3)}, NotAsked.ASKED_LATELY),
        ({"has_payer_id": False}, NotAsked.NO_PAYER_ID),
    ],
)
def test_each_reason_not_to_ask(changes, reason):
    assert why_not(replace(DUE, **changes), RULE, as_of=MONDAY) is reason


@pytest.mark.parametrize("status", PayerStatus)
def test_only_a_claim_that_waits_for_its_payer_is_asked_about(status):
    found = why_not(replace(DUE, payer_status=status), RULE, as_of=MONDAY)
    assert found is (None if status in WAITING_FOR_ANSWER else NotAsked.ANSWERED)


def test_a_late_claim_is_asked_about_before_anyone_calls():
    assert why_not(replace(DUE, next_action=NextAction.CALL), RULE, as_of=MONDAY) is None


def test_a_payer_that_takes_none_is_never_asked():
    assert why_not(DUE, RequestRule(0), as_of=MONDAY) is NotAsked.NOT_TAKEN


@given(
    days=st.lists(st.integers(0, 5), min_size=2, max_size=60),
    count=st.integers(1, 20),
    unit=st.sampled_from([Unit.DAYS, Unit.BUSINESS_DAYS]),
)
def test_never_twice_within_the_payers_interval(days, count, unit):
    """However often the run comes, two requests about a claim are the interval apart."""
    rule, day, asked = RequestRule(count, unit), MONDAY, []
    for step in days:
        day += timedelta(days=step)
        last = asked[-1] if asked else None
        if why_not(replace(DUE, last_asked_on=last), rule, as_of=day) is None:
            asked.append(day)
    assert asked[0] == MONDAY + timedelta(days=days[0])
    for first, second in pairwise(asked):
        assert second >= rule.again_on(first) > first


@pytest.mark.parametrize("payer_type", PayerType)
def test_every_type_of_payer_has_a_usual_interval(payer_type):
    rule = request_rule([], payer_type, as_of=MONDAY)
    assert rule.count == USUAL_DAYS[payer_type]
    assert rule.is_taken == (rule.count > 0)


def test_every_state_and_event_has_a_transition():
    assert set(RULES) == set(RequestEvent)
    assert set(TRANSITIONS) == {(state, event) for state in RequestState for event in RequestEvent}


@pytest.mark.parametrize("event", RequestEvent)
def test_an_answered_request_stays_answered(event):
    assert next_state(RequestState.ANSWERED, event) is RequestState.ANSWERED


def test_an_answer_closes_whatever_waits():
    for state in (RequestState.OUT, RequestState.OVERDUE, RequestState.REFUSED):
        assert next_state(state, RequestEvent.ANSWERED) is RequestState.ANSWERED
        assert why_aside(state, is_latest=True, is_awaiting=True) is None
        assert why_aside(state, is_latest=False, is_awaiting=True) is Aside.LATE_ANSWER
        assert why_aside(state, is_latest=True, is_awaiting=False) is Aside.LATE_ANSWER


def test_what_is_set_aside_has_its_reason_in_words():
    assert set(ASIDE_WORDS) == set(Aside)
    found = why_aside(RequestState.ANSWERED, is_latest=True, is_awaiting=True)
    assert found is Aside.DOUBLE_ANSWER


def test_calls_that_electronics_cannot_spare():
    assert set(Event) - SPARING == {
        Event.SUBMITTED,
        Event.CORRECTION_SUBMITTED,
        Event.SUBMITTED_TO_NEXT_PAYER,
        Event.ACKNOWLEDGED_999_REJECTED,
        Event.NOT_ON_FILE,
        Event.PAID,
        Event.PARTLY_DENIED,
        Event.REVERSED,
    }


def test_an_answer_about_an_earlier_sending_does_not_hold_a_later_one():
    assert again_after(MONDAY, None, 5) == add_business_days(MONDAY, 5)
    assert again_after(None, MONDAY, 5) is None
    assert again_after(MONDAY, MONDAY + timedelta(days=1), 5) is None


@pytest.mark.parametrize(
    "text", ["A*B", "A~B", "A:B", "A^B", "A\nB", "Müller", "A\x00B", "\u202eA"]
)
def test_what_x12_cannot_carry(text):
    assert not is_writable(text)
    assert is_writable("O'NEIL-SMITH 3.")
