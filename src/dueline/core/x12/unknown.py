"""A transaction set Dueline has no use for: its segments are counted, and it is named as such."""

import sys
from collections.abc import Iterator

from dueline.core.x12.loops import SetState, segments_of_set
from dueline.core.x12.model import Item


class UnknownReader:
    """Reads past a set of another kind."""

    def __init__(self, state: SetState) -> None:
        self.state = state

    def pages(self) -> Iterator[list[Item]]:
        """Yield one empty page."""
        self.state.last_number = sys.maxsize
        first = 0
        for number, _ in segments_of_set(self.state):
            first = first or number
        self.state.problems.record(
            "unknown_set",
            number=max(first - 1, 0),
            identifier="ST",
            element="ST01",
            expected="837, 835, 276, 277, 997 or 999",
        )
        yield []
