"""A transaction set Dueline has no use for: its segments are counted, and it is named as such."""

from collections.abc import Iterator

from dueline.core.x12.loops import SetState, segments_of_set
from dueline.core.x12.model import Item


class UnknownReader:
    """Reads past a set of another kind."""

    def __init__(self, state: SetState) -> None:
        self.state = state

    def pages(self) -> Iterator[list[Item]]:
        """Yield one empty page."""
        number = 0
        for number, _ in segments_of_set(self.state):  # noqa: B007  the last number is what counts
            pass
        self.state.remark(
            "unknown_set",
            "Dueline has no use for this kind of transaction set.",
            number,
            "ST",
            "",
            element="ST01",
            expected="837, 835, 276, 277 or 999",
        )
        yield []
