"""The table of a denial's states: every member of it is accounted for."""

import pytest

from dueline.core.denial_states import (
    ENDED,
    LIVE,
    RULES,
    TRANSITIONS,
    WAITING,
    DenialEvent,
    next_state,
)
from dueline.core.enums import DenialState


def test_every_state_and_event_is_in_the_table() -> None:
    assert set(RULES) == set(DenialEvent)
    assert set(TRANSITIONS) == {(s, e) for s in DenialState for e in DenialEvent}
    assert set(TRANSITIONS.values()) <= set(DenialState)


def test_every_state_is_ended_or_live() -> None:
    assert frozenset(DenialState) == ENDED | LIVE
    assert not ENDED & LIVE
    assert WAITING | {DenialState.OPEN} == LIVE


@pytest.mark.parametrize("state", sorted(set(DenialState) - {DenialState.OPEN}))
def test_every_state_is_reached_by_an_event(state: DenialState) -> None:
    assert state in {becomes for becomes, _ in RULES.values()}


@pytest.mark.parametrize("event", DenialEvent)
def test_an_open_denial_is_moved_by_all_but_what_undoes(event: DenialEvent) -> None:
    undoes = {DenialEvent.UPHELD, DenialEvent.PAYMENT_TAKEN_BACK}
    assert (next_state(DenialState.OPEN, event) is DenialState.OPEN) == (event in undoes)


@pytest.mark.parametrize("event", sorted(set(DenialEvent) - {DenialEvent.PAYMENT_TAKEN_BACK}))
def test_only_its_payment_taken_back_ends_a_recovery(event: DenialEvent) -> None:
    assert next_state(DenialState.RECOVERED, event) is DenialState.RECOVERED


@pytest.mark.parametrize("event", DenialEvent)
def test_what_goes_on_as_another_denial_stays_ended(event: DenialEvent) -> None:
    assert next_state(DenialState.REFUSED_AGAIN, event) is DenialState.REFUSED_AGAIN
