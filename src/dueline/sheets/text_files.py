"""CSV in the forms that systems write: any usual delimiter and encoding, quotes, a line "sep=;" at the head."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from dueline.core.sheets.cells import Cell
from dueline.sheets.errors import SheetError

DELIMITERS = ",;\t|~^"
ROWS_TRIED = 60
_PIECE = 1 << 20
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class TextBook:
    """A text file of one sheet. Raises SheetError where it holds no rows of several columns."""

    sheets = ["CSV"]

    def __init__(self, path: Path) -> None:
        self.path = path
        self.encoding = encoding_of(path)
        self.delimiter, self._skipped = self._delimiter()

    def close(self) -> None:
        """Nothing stays open between readings."""

    def rows(self, sheet: str) -> Iterator[tuple[int, list[Cell]]]:
        """Yield the rows that are not blank, numbered as a spreadsheet would show them."""
        number = 0
        try:
            with self.path.open(encoding=self.encoding, newline="") as file:
                for _ in range(self._skipped):
                    file.readline()
                lines = (line.replace("\x00", "") for line in file)
                for number, row in enumerate(csv.reader(lines, delimiter=self.delimiter), 1):
                    cells = [text if text.strip() else None for text in row]
                    if any(cells):
                        yield number + self._skipped, list(cells)
        except csv.Error:
            raise SheetError(
                f"After row {number}: a quote is opened and not closed, or a cell is longer than "
                "131,072 characters."
            ) from None
        except UnicodeError:
            raise SheetError(
                f"After row {number}: the text is not whole {self.encoding.upper()}."
            ) from None

    def _delimiter(self) -> tuple[str, int]:
        with self.path.open(encoding=self.encoding, newline="", errors="replace") as file:
            lines = [line for _, line in zip(range(ROWS_TRIED), file)]
        first = lines[0].strip().strip('"') if lines else ""
        if first.lower().startswith("sep=") and len(first) == 5:
            return first[4], 1
        best = max(DELIMITERS, key=lambda delimiter: _score(lines, delimiter))
        if not _score(lines, best):
            raise SheetError(
                "The file has no columns. Expected CSV: cells separated by commas, semicolons, tabs or |."
            )
        return best, 0


def encoding_of(path: Path) -> str:
    """Return the encoding of a text file: by its mark, else UTF-8 where all of it is, else Windows Latin."""
    with path.open("rb") as file:
        head = file.read(4)
        for mark, name in _MARKS:
            if head.startswith(mark):
                return name
        file.seek(0)
        sample = file.read(4096)
        nulls = sample[1::2].count(0), sample[::2].count(0)
        if max(nulls) * 4 > len(sample):
            return "utf-16-le" if nulls[0] > nulls[1] else "utf-16-be"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while piece := file.read(_PIECE):
                decoder.decode(piece)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return "latin-1" if _has_gaps(path) else "cp1252"
    return "utf-8"


def _has_gaps(path: Path) -> bool:
    """Whether a file holds bytes that Windows Latin leaves out."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            if any(gap in piece for gap in (b"\x81", b"\x8d", b"\x8f", b"\x90", b"\x9d")):
                return True
    return False


def _score(lines: list[str], delimiter: str) -> int:
    """Return how well a delimiter parts the lines: columns beyond the first, over the rows that agree."""
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if len(row) > 1]
    except csv.Error:
        return 0
    if not widths:
        return 0
    width, count = Counter(widths).most_common(1)[0]
    return (width - 1) * count
