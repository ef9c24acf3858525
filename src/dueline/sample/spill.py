"""Events sorted into days on disk, so that memory does not grow with the practice."""

import pickle
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from dueline.sample.life import Event

BUFFERED = 20_000  # events held before they are written out
MOST_TOGETHER = 5_000  # events of a day given at once, to the next whole lot


class DaySpill:
    """Takes events in any order and gives them back day by day, in the order in which they were added.

    A busy day comes in portions.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._buffer: dict[date, list[Event]] = {}
        self._count = 0
        self._days: set[date] = set()

    def add(self, event: Event) -> None:
        self._buffer.setdefault(event.day, []).append(event)
        self._count += 1
        if self._count >= BUFFERED:
            self.flush()

    def flush(self) -> None:
        for day, events in self._buffer.items():
            with self._path(day).open("ab") as file:
                pickle.dump(events, file, protocol=pickle.HIGHEST_PROTOCOL)
            self._days.add(day)
        self._buffer = {}
        self._count = 0

    def days(self, most: int = MOST_TOGETHER) -> Iterator[tuple[date, int, list[Event]]]:
        """Yield each day with the number of the portion, from 1, and its events; delete what has been given."""
        self.flush()
        for day in sorted(self._days):
            path = self._path(day)
            for part, events in enumerate(_portions(path, most), 1):
                yield day, part, events
            path.unlink()
        self.folder.rmdir()

    def _path(self, day: date) -> Path:
        return self.folder / day.isoformat()


def _portions(path: Path, most: int) -> Iterator[list[Event]]:
    events: list[Event] = []
    with path.open("rb") as file:
        while True:
            try:
                events += pickle.load(file)
            except EOFError:
                break
            if len(events) >= most:
                yield events
                events = []
    if events:
        yield events
