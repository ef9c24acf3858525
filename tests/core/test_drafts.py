"""How a draft ends: each member of its states is accounted for."""

import pytest

from dueline.core.drafts import TRANSITIONS, DraftState, may_become


def test_every_state_is_in_the_table() -> None:
    assert set(TRANSITIONS) == set(DraftState)


@pytest.mark.parametrize("state", list(DraftState))
@pytest.mark.parametrize("wanted", list(DraftState))
def test_only_what_is_proposed_can_be_decided(state: DraftState, wanted: DraftState) -> None:
    expected = state is DraftState.PROPOSED and wanted is not DraftState.PROPOSED
    assert may_become(state, wanted) is expected
