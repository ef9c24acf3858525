"""Rows put aside on disk, so that a sheet is unpacked once and read twice, and memory does not grow with it."""

import pickle
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice

from dueline.environment import home
from dueline.sheets.books import NumberedRow
from dueline.sheets.errors import SheetError

MOST_ROWS = 1_000_000
_TOGETHER = 1_000


class Spool:
    """Keeps rows in a file without a name, which is gone when the run ends."""

    def __init__(self, rows: Iterable[NumberedRow]) -> None:
        folder = home() / "uploads"
        folder.mkdir(parents=True, exist_ok=True)
        self.count = 0
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (closed by close)
        iterator = iter(rows)
        while some := list(islice(iterator, _TOGETHER)):
            self.count += len(some)
            if self.count > MOST_ROWS:
                self.close()
                raise SheetError(
                    f"The sheet has more than {MOST_ROWS:,} rows. Split it, or export a shorter time."
                )
            pickle.dump(some, self._file, pickle.HIGHEST_PROTOCOL)

    def rows(self) -> Iterator[NumberedRow]:
        """Yield the rows again, in their order."""
        self._file.seek(0)
        left = self.count
        while left > 0:
            some = pickle.load(self._file)  # our own, written above
            left -= len(some)
            yield from some

    def close(self) -> None:
        self._file.close()
