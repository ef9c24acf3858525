"""The table of an appeal's states: every member accounted for, every path to an end, the page in step."""

from pathlib import Path

import pytest

from dueline.core.appeals.states import (
    DECISIONS,
    ENDED,
    OPEN,
    RULES,
    TRANSITIONS,
    AppealEvent,
    AppealState,
    why_not,
)


@pytest.mark.parametrize("state", AppealState)
@pytest.mark.parametrize("event", AppealEvent)
def test_each_event_in_each_state_leads_somewhere_or_says_why_not(state, event):
    after = TRANSITIONS.get((state, event))
    assert (after is None) == bool(why_not(state, event))
    assert after is None or state not in ENDED


@pytest.mark.parametrize("state", sorted(OPEN))
def test_every_open_state_can_be_left_by_withdrawal(state):
    assert TRANSITIONS[state, AppealEvent.WITHDRAW] is AppealState.WITHDRAWN


def test_nothing_is_sent_unapproved_and_nothing_decided_unsent():
    assert [s for s, e in TRANSITIONS if e is AppealEvent.SEND] == [AppealState.APPROVED]
    for event in DECISIONS:
        before = {state for state, one in TRANSITIONS if one is event}
        assert before == {AppealState.SENT, AppealState.RECEIVED}


def test_the_reference_lists_the_table():
    page = (Path(__file__).resolve().parents[3] / "docs/reference/appeals.md").read_text()
    for event, (before, after) in RULES.items():
        states = ", ".join(state.value for state in AppealState if state in before)
        assert f"| {event.value} | {states} | {after.value} |" in page
