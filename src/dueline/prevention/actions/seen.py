"""What a file has billed so far: its claim numbers and lines, so that what comes twice is seen."""

from dataclasses import replace

from dueline.core.claim_checks import Alike, ClaimFacts, line_keys
from dueline.core.matching import patient_control_key
from dueline.core.x12.model import SubmittedClaim


class Seen:
    """Remembers keys of eight bytes, and at most so many lines that memory stays bounded."""

    MOST_LINES = 1_000_000
    WHY_FULL = f"Only the first {MOST_LINES:,} lines of a file are compared with each other."

    def __init__(self) -> None:
        self._claims: dict[int, tuple[str, int]] = {}  # with lines: number and segment, by position
        self._lines: dict[int, int] = {}  # first claim's position, by the line's key
        self._numbers: set[str] = set()
        self.is_full = False

    def add(self, claim: SubmittedClaim, facts: ClaimFacts, position: int) -> ClaimFacts:
        """Return the facts of a claim with what came before it in the file, and remember the claim."""
        number = patient_control_key(claim.patient_control_number)
        sequence = claim.subscriber.sequence
        key = f"{number}|{sequence}|{claim.frequency_code}"
        is_repeated = key in self._numbers
        repeats = []
        for line, line_key in line_keys(claim):
            short = int.from_bytes(line_key[:8], "big") ^ ord(sequence[:1] or " ")
            first = self._lines.get(short)
            if first is None:
                self._remember(short, claim, position)
            elif first != position and patient_control_key(self._claims[first][0]) != number:
                other, segment = self._claims[first]
                said = f"in this file, segment {segment:,}"
                repeats.append(Alike(other, line.line_number, said))
        if len(self._numbers) < self.MOST_LINES:
            self._numbers.add(key)
        return replace(facts, repeats=tuple(repeats), is_number_repeated=is_repeated)

    def _remember(self, line_key: int, claim: SubmittedClaim, position: int) -> None:
        if len(self._lines) >= self.MOST_LINES:
            self.is_full = True
            return
        self._lines[line_key] = position
        if position not in self._claims:
            self._claims[position] = (claim.patient_control_number[:38], claim.segment_number)
