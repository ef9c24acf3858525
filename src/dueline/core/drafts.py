"""What an assistant may leave for a person: drafts, and how each ends. Only a person ends one."""

from collections.abc import Mapping
from enum import StrEnum


class DraftKind(StrEnum):
    FOLLOW_UP = "follow_up"  # becomes a follow-up when a person confirms it
    NOTE = "note"  # a text to be used elsewhere
    APPEAL = "appeal"  # the text of a letter; nothing is sent


class DraftState(StrEnum):
    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    DISCARDED = "discarded"


TRANSITIONS: Mapping[DraftState, frozenset[DraftState]] = {
    DraftState.PROPOSED: frozenset({DraftState.CONFIRMED, DraftState.DISCARDED}),
    DraftState.CONFIRMED: frozenset(),
    DraftState.DISCARDED: frozenset(),
}


def may_become(state: DraftState, wanted: DraftState) -> bool:
    return wanted in TRANSITIONS[state]
