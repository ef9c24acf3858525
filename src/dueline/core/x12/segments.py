"""A file's bytes as batches of segment texts, whatever its delimiters, line breaks and encodings.

Only a batch is held in memory. Nothing is skipped in silence: text outside any interchange, a segment
without an end and one of absurd length are problems.
"""

import re
from typing import BinaryIO

from dueline.core.x12.delimiters import LONGEST_ISA, IsaFault, read_isa
from dueline.core.x12.faults import REPLACEMENT, ProblemLog
from dueline.core.x12.model import Delimiters, Interchange

CHUNK_BYTES = 1 << 20
LONGEST_SEGMENT = 1 << 20  # characters
LONGEST_MAGIC = 8
_FOREIGN = [
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a ZIP or Office file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"II*\x00", "a picture"),
    (b"MM\x00*", "a picture"),
    (b"\xff\xfe", "UTF-16 text"),
    (b"\xfe\xff", "UTF-16 text"),
    (b"{", "JSON"),
    (b"<", "XML or HTML"),
]
# Between segments: line breaks, end-of-file marks, and byte-order marks as Latin-1 shows them.
_PADDING = "\xef\xbb\xbf\x00\x1a \t\r\n"
_LEADING_PADDING = re.compile(f"[{_PADDING}]*")
_ISA = re.compile(r"[Ii][Ss][Aa][^A-Za-z0-9 \r\n]")
_ISA_BYTES = 4
_LOWER_CASE = re.compile("[a-z][a-z0-9]{1,2}")
LEFT_OUT = "?"  # stands where a segment was left out: the count stays right, the set becomes faulty


class SegmentStream:
    """Segment texts of one file, a batch at a time.

    `batch[index:]` is what has not been taken; segment `batch[i]` has the number `base + i`. A batch never
    spans two interchanges, and an ISA is always a batch of its own. Bytes are looked at as Latin-1, where
    every byte is a character; a segment that is valid UTF-8 becomes that, whatever stands beside it.
    """

    def __init__(self, source: BinaryIO, problems: ProblemLog) -> None:
        self.source = source
        self.problems = problems
        self.batch: list[str] = []
        self.index = 0
        self.base = 1
        self.is_at_isa = False  # the batch is the ISA of the next interchange
        self.delimiters = Delimiters()
        self.interchange: Interchange | None = None
        self.bytes_read = 0
        self.ends_unterminated = False
        self.bad_characters: list[int] = []  # numbers of segments that hold a NUL
        self._text = ""
        self._at = 0  # where in the text the next segment starts
        self._is_at_start = True
        self._is_exhausted = False
        self._lower_case = re.compile("")
        self._has_lower_case = False

    def refill(self) -> bool:
        """Load the next batch; False at the end of the file. Any untaken segments are given up."""
        self.base += len(self.batch)
        self.batch = []
        self.index = 0
        self.is_at_isa = False
        while not self.batch:
            if self._is_at_start:
                if not self._start_interchange():
                    return False
            elif not self._cut():
                return False
        return True

    def _read(self) -> bool:
        """Add one chunk to the text; False at the end of the file."""
        if self._is_exhausted:
            return False
        chunk = self.source.read(CHUNK_BYTES)
        if not self.bytes_read:
            while chunk and len(chunk) < LONGEST_MAGIC and (more := self.source.read(CHUNK_BYTES)):
                chunk += more
            if self._refuse_foreign(chunk):
                return False
        if not chunk:
            self._is_exhausted = True
            return False
        self.bytes_read += len(chunk)
        self._text = self._text[self._at :] + chunk.decode("latin-1")
        self._at = 0
        return True

    def _refuse_foreign(self, chunk: bytes) -> bool:
        for magic, name in _FOREIGN:
            if chunk.startswith(magic):
                sentence = f"This is {name}, not X12."
                self.problems.record("not_x12", expected="ISA", found=name, sentence=sentence)
                self._is_exhausted = True
                return True
        return False

    def _start_interchange(self) -> bool:
        """Take the next ISA as a batch, reporting whatever stands before it; False when there is none."""
        while True:
            padding = _LEADING_PADDING.match(self._text, self._at)
            self._at = padding.end() if padding else self._at
            if len(self._text) - self._at >= LONGEST_ISA or not self._read():
                break
        at = self._at
        if at == len(self._text):
            if not self.problems and self.interchange is None:
                self.problems.record("empty_file", expected="ISA", found="nothing")
            return False
        if self._text[at : at + 3].upper() != "ISA":
            is_first = self.interchange is None
            self.problems.record(
                "not_x12" if is_first else "text_between_interchanges",
                number=0 if is_first else self.base,
                expected="ISA",
                found=self._text[at : at + 3],
            )
            return self._skip_to_isa()
        head = self._text[at : at + LONGEST_ISA].replace("\x00", REPLACEMENT)
        answer = read_isa(head)
        if isinstance(answer, IsaFault):
            self.problems.record(
                answer.code,
                number=self.base,
                identifier="ISA",
                expected=answer.expected,
                found=answer.found,
            )
            self._at += 3
            return self._skip_to_isa()
        self._take_isa(head, *answer)
        return True

    def _take_isa(self, head: str, interchange: Interchange, length: int) -> None:
        interchange.segment_number = self.base
        self.interchange = interchange
        self.delimiters = interchange.delimiters
        self.batch = ["ISA" + head[3 : length - 1]]
        self._at += length
        self._is_at_start = False
        self.is_at_isa = True
        self._lower_case = re.compile(re.escape(self.delimiters.segment) + "[a-z]")

    def _skip_to_isa(self) -> bool:
        """Go on at the next ISA; False when there is none."""
        while True:
            found = _ISA.search(self._text, self._at)
            if found:
                self._at = found.start()
                return True
            self._at = max(self._at, len(self._text) - _ISA_BYTES + 1)
            if not self._read():
                self._at = len(self._text)
                return False

    def _cut(self) -> bool:
        """Make a batch of the whole segments at hand; False at the end of the file."""
        if len(self._text) - self._at < CHUNK_BYTES:
            self._read()
        border = self._next_isa()
        text, at = self._text, self._at
        if border is not None:
            self._is_at_start = True
            self._at = border
            self.batch = self._split(text[at:border])
            return True
        stop = text.rfind(self.delimiters.segment, at) + 1
        if stop > at:
            self._at = stop
            self.batch = self._split(text[at:stop])
            return True
        if not self._is_exhausted:
            if len(text) - at >= LONGEST_SEGMENT:
                self._skip_endless()
            else:
                self._read()
            return True
        self._at = len(text)
        rest = text[at:].strip("\x00\x1a \t\r\n")
        if not rest:
            return False
        self.ends_unterminated = True
        self.batch = self._split(rest)
        return bool(self.batch)

    def _next_isa(self) -> int | None:
        """Return where the next interchange starts in the text, if it does; reads on where that is open."""
        while True:
            start = self._candidate(self._at)
            while start is not None and len(self._text) - start >= LONGEST_ISA:
                if self._is_isa(start):
                    return start
                start = self._candidate(start + 3)
            if start is None or not self._read():
                break
        while start is not None and not self._is_isa(start):
            start = self._candidate(start + 3)
        return start

    def _candidate(self, at: int) -> int | None:
        """Return where ISA or isa stands next, at the start of a segment or of a line."""
        places = []
        for word in ("ISA", "isa"):
            start = self._text.find(word, at)
            while start >= 0 and not (self._begins_segment(start) or self._begins_line(start)):
                start = self._text.find(word, start + 3)
            if start >= 0:
                places.append(start)
        return min(places, default=None)

    def _begins_segment(self, start: int) -> bool:
        text, end = self._text, self.delimiters.segment
        before = start - 1
        while before >= self._at and text[before] != end and text[before] in _PADDING:
            before -= 1
        return before < self._at or text[before] == end

    def _begins_line(self, start: int) -> bool:
        return start > self._at and self._text[start - 1] in "\r\n"

    def _is_isa(self, start: int) -> bool:
        """Tell whether an interchange starts here. At the start of a mere line it must be a sound ISA."""
        follows = self._text[start + 3 : start + 4]
        if follows.isalnum():
            return False
        if self._begins_segment(start):
            return True
        answer = read_isa(self._text[start : start + LONGEST_ISA])
        return not isinstance(answer, IsaFault) and answer[0].version.isdigit()

    def _skip_endless(self) -> None:
        """Report a segment longer than any real one and go on after its end."""
        end = self.delimiters.segment
        self.problems.record(
            "segment_too_long", number=self.base, expected="a segment terminator", found="none"
        )
        while (stop := self._text.find(end, self._at)) < 0:
            self._at = len(self._text)
            if not self._read():
                return
        self._text = LEFT_OUT + self._text[stop:]
        self._at = 0

    def _split(self, text: str) -> list[str]:
        """Return the segments of `text`, line breaks and padding between them taken off."""
        end = self.delimiters.segment
        if end != "\n":
            text = text.replace("\n", "")
        if end != "\r":
            text = text.replace("\r", "")
        pieces = text.split(end)
        if not pieces[-1]:
            pieces.pop()
        has_lower_case = text[:1].islower() or bool(self._lower_case.search(text))
        if f"{end} " in text or "\t" in text or text[:1] == " ":
            pieces = [piece.lstrip(" \t") for piece in pieces]
            has_lower_case = any(piece[:1].islower() for piece in pieces)
        if "" in pieces:
            pieces = [piece for piece in pieces if piece]
        if not text.isascii():
            pieces = [piece if piece.isascii() else _decoded(piece) for piece in pieces]
        if "\x00" in text:
            pieces = [self._without_nul(piece, index) for index, piece in enumerate(pieces)]
        if has_lower_case:
            pieces = [self._capitalized(piece, index) for index, piece in enumerate(pieces)]
        return pieces

    def _without_nul(self, piece: str, index: int) -> str:
        if "\x00" not in piece:
            return piece
        self.bad_characters.append(self.base + index)
        return piece.replace("\x00", REPLACEMENT)

    def _capitalized(self, piece: str, index: int) -> str:
        separator = self.delimiters.element
        identifier, _, rest = piece.partition(separator)
        if not _LOWER_CASE.fullmatch(identifier):
            return piece
        capitals = identifier.upper()
        if not self._has_lower_case:
            self._has_lower_case = True
            self.problems.record(
                "lower_case_identifier",
                number=self.base + index,
                identifier=identifier,
                expected=capitals,
                found=identifier,
            )
        if rest.islower():  # all of it: codes such as co and hc mean what they mean in capitals
            rest = rest.upper()
        return f"{capitals}{separator}{rest}" if rest else capitals


def _decoded(piece: str) -> str:
    """Return a segment as UTF-8 where its bytes are that, else as the Latin-1 it is."""
    try:
        return piece.encode("latin-1").decode()
    except UnicodeDecodeError:
        return piece
