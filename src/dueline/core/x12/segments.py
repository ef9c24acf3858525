"""A file's bytes as batches of segment texts, whatever its delimiters, line breaks and encodings.

Only a batch is held in memory. Nothing is skipped in silence: text outside any interchange, a segment
without an end and one of absurd length are problems.
"""

import re
from typing import BinaryIO

from dueline.core.x12.delimiters import IsaFault, read_isa
from dueline.core.x12.model import Delimiters, Interchange, Problem

CHUNK_BYTES = 1 << 20
LONGEST_SEGMENT = 1 << 20
_FOREIGN = [
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"II*\x00", "a TIFF"),
    (b"MM\x00*", "a TIFF"),
    (b"{", "JSON"),
    (b"<", "XML or HTML"),
]


class SegmentStream:
    """Segment texts of one file, a batch at a time.

    `batch[index:]` is what has not been taken; segment `batch[i]` has the number `base + i`. A batch never
    spans two interchanges, and an ISA is always a batch of its own.
    """

    def __init__(self, source: BinaryIO, problems: list[Problem]) -> None:
        self.source = source
        self.problems = problems
        self.batch: list[str] = []
        self.index = 0
        self.base = 1
        self.delimiters = Delimiters()
        self.interchange: Interchange | None = None
        self.bytes_read = 0
        self.ends_unterminated = False
        self._pending = ""
        self._is_at_start = True
        self._is_exhausted = False

    def refill(self) -> bool:
        """Load the next batch; False at the end of the file. Any untaken segments are given up."""
        self.base += len(self.batch)
        self.batch = []
        self.index = 0
        while not self.batch:
            if self._is_at_start:
                if not self._start_interchange():
                    return False
            elif not self._cut():
                return False
        return True

    def _read(self) -> bool:
        """Add one decoded chunk to what is pending; False at the end of the file."""
        if self._is_exhausted:
            return False
        chunk = self.source.read(CHUNK_BYTES)
        if not chunk:
            self._is_exhausted = True
            return False
        if not self.bytes_read:
            chunk = chunk.removeprefix(b"\xef\xbb\xbf")
            self._refuse_foreign(chunk)
        self.bytes_read += len(chunk)
        # UTF-8 where it is; a stray Latin-1 byte makes the whole chunk Latin-1. A character cut in two by
        # the chunk's end is completed first, so that both halves are decoded alike.
        while not self._is_exhausted and chunk[-1] >= 0x80:
            more = self.source.read(1)
            self._is_exhausted = not more
            self.bytes_read += len(more)
            chunk += more
        try:
            self._pending += chunk.decode()
        except UnicodeDecodeError:
            self._pending += chunk.decode("latin-1")
        return True

    def _refuse_foreign(self, chunk: bytes) -> None:
        for magic, name in _FOREIGN:
            if chunk.startswith(magic):
                self._report("not_x12", f"This is {name}, not X12.", expected="ISA", found=name)
                self._is_exhausted = True

    def _start_interchange(self) -> bool:
        """Take the next ISA as a batch, reporting whatever stands before it; False when there is none."""
        while len(self._pending) < 400 and self._read():
            self._pending = self._pending.lstrip("\ufeff\x00\x1a \t\r\n")
        text = self._pending.lstrip("\ufeff\x00\x1a \t\r\n")
        if not text:
            if not self.bytes_read:
                self._report("empty_file", "The file is empty.", expected="ISA", found="nothing")
            self._pending = ""
            return False
        if text[:3].upper() != "ISA":
            return self._skip_to_isa(text)
        answer = read_isa(text)
        if isinstance(answer, IsaFault):
            message = "The interchange header cannot be read; nothing after it in this file was."
            self._report(
                answer.code, message, identifier="ISA", expected=answer.expected, found=answer.found
            )
            self._give_up()
            return False
        self.interchange, length = answer
        self.interchange.segment_number = self.base
        self.delimiters = self.interchange.delimiters
        self.batch = [text[: length - 1]]
        self._pending = text[length:]
        self._is_at_start = False
        return True

    def _skip_to_isa(self, text: str) -> bool:
        """Report text that belongs to no interchange and go on at the next ISA, if there is one."""
        code = "text_between_interchanges" if self.interchange else "not_x12"
        if not (self.problems and self.problems[-1].code == "not_x12"):
            message = "Text that belongs to no interchange was left out."
            self._report(code, message, expected="ISA", found=text[:3])
        while True:
            found = re.search(r"ISA[^A-Za-z0-9\s]", text)
            if found:
                self._pending = text[found.start() :]
                return True
            self._pending = text[-3:]
            if not self._read():
                self._pending = ""
                return False
            text = self._pending

    def _give_up(self) -> None:
        self._pending = ""
        self._is_exhausted = True

    def _cut(self) -> bool:
        """Make a batch of the pending whole segments; False at the end of the file."""
        end = self.delimiters.segment
        if len(self._pending) < CHUNK_BYTES:
            self._read()
        text = self._pending
        border = self._next_isa(text)
        if border is not None:
            self._is_at_start = True
            self._pending = text[border:]
            self.batch = self._split(text[:border])
            return True
        last = text.rfind(end)
        if last >= 0:
            self._pending = text[last + 1 :]
            self.batch = self._split(text[: last + 1])
            return True
        if not self._is_exhausted:
            if len(text) > LONGEST_SEGMENT:
                self._skip_endless()
            return True
        self._pending = ""
        if not text.strip():
            return False
        self.ends_unterminated = True
        self.batch = self._split(text)
        return True

    def _next_isa(self, text: str) -> int | None:
        """Return where the next interchange starts in `text`: an ISA right after a terminator."""
        start = text.find("ISA")
        while start >= 0:
            before = text[max(0, start - 200) : start].rstrip(" \t\r\n")
            is_after_end = before.endswith(self.delimiters.segment) or (
                self.delimiters.segment == "\n" and "\n" in text[max(0, start - 3) : start]
            )
            if is_after_end and not text[start + 3 : start + 4].isalnum():
                return start
            start = text.find("ISA", start + 3)
        return None

    def _skip_endless(self) -> None:
        """Report a segment longer than any real one and go on after its end."""
        end = self.delimiters.segment
        self._report(
            "segment_too_long",
            "A segment has no end within a million characters and was left out.",
            number=self.base,
            expected="a segment terminator",
            found="none",
        )
        while end not in self._pending:
            self._pending = ""
            if not self._read():
                return
        # An empty identifier keeps the count and makes the set that holds it fatal.
        self._pending = "\x00" + end + self._pending.partition(end)[2]

    def _split(self, text: str) -> list[str]:
        """Return the segments of `text`, line breaks and padding between them taken off."""
        end = self.delimiters.segment
        if end != "\n" and "\n" in text:
            text = text.replace("\n", "")
        if end != "\r" and "\r" in text:
            text = text.replace("\r", "")
        if f"{end} " in text or "\t" in text or text[:1] == " ":
            return [piece.strip(" \t") for piece in text.split(end) if piece.strip(" \t")]
        pieces = text.split(end)
        if not pieces[-1]:
            pieces.pop()
        return [piece for piece in pieces if piece] if "" in pieces else pieces

    def _report(
        self,
        code: str,
        message: str,
        *,
        number: int = 0,
        identifier: str = "",
        expected: str = "",
        found: str = "",
    ) -> None:
        self.problems.append(
            Problem(
                code,
                message,
                segment_number=number or (self.base if identifier else 0),
                segment_identifier=identifier,
                expected=expected,
                found=found,
            )
        )
