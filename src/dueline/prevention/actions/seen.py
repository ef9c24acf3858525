"""What a file has billed so far, so that what comes twice is seen: twelve bytes kept for each line."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dueline.bulk import rows_in
from dueline.core.claim_checks import Alike, line_keys
from dueline.core.matching import patient_control_key
from dueline.core.x12.model import SubmittedClaim
from dueline.prevention.models import CheckedClaim, CheckRun

RECENT = 50_000  # lines kept in a dictionary before they are sorted in


class FirstBilled:
    """Which claim of the file billed a line first, by the line's key of eight bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.is_full = False
        self._recent: dict[int, int] = {}
        self._keys: NDArray[np.uint64] = np.empty(0, dtype=np.uint64)
        self._positions: NDArray[np.uint32] = np.empty(0, dtype=np.uint32)

    def add(self, key: int, position: int) -> int | None:
        """Return the position of the claim that billed this first; remember this one where none did."""
        first = self._recent.get(key)
        if first is None:
            first = self._sorted_in(key)
        if first is not None:
            return first
        if len(self._keys) + len(self._recent) >= self.most:
            self.is_full = True
            return None
        self._recent[key] = position
        if len(self._recent) >= RECENT:
            self._sort_in()
        return None

    def _sorted_in(self, key: int) -> int | None:
        place = int(np.searchsorted(self._keys, np.uint64(key)))
        if place < len(self._keys) and int(self._keys[place]) == key:
            return int(self._positions[place])
        return None

    def _sort_in(self) -> None:
        keys = np.fromiter(self._recent.keys(), dtype=np.uint64, count=len(self._recent))
        positions = np.fromiter(self._recent.values(), dtype=np.uint32, count=len(self._recent))
        self._recent = {}
        keys = np.concatenate([self._keys, keys])
        order = np.argsort(keys, kind="stable")
        self._keys = keys[order]
        self._positions = np.concatenate([self._positions, positions])[order]


class Seen:
    """The claims and lines of one run so far; earlier batches are asked of the database."""

    MOST_LINES = 2_000_000
    WHY_FULL = f"Only the first {MOST_LINES:,} lines of a file are compared with each other."

    def __init__(self, run: CheckRun) -> None:
        self.run = run
        self._first = FirstBilled(self.MOST_LINES)

    @property
    def is_full(self) -> bool:
        return self._first.is_full

    def repeats(
        self, batch: Sequence[tuple[int, SubmittedClaim]]
    ) -> list[tuple[bool, tuple[Alike, ...]]]:
        """Return for each claim whether its number came before in the file, and the claims that bill its lines too.

        `batch` are claims with their positions. Two queries at most; call it before the batch is stored.
        """
        here: dict[int, str] = {p: claim.patient_control_number for p, claim in batch}
        alike = [self._alike(position, claim) for position, claim in batch]
        elsewhere = {first for found in alike for _, first in found} - here.keys()
        numbers = here | self._stored_numbers(elsewhere)
        repeated = self._repeated(batch)
        return [
            (position in repeated, _named(claim, found, numbers))
            for (position, claim), found in zip(batch, alike)
        ]

    def _alike(self, position: int, claim: SubmittedClaim) -> list[tuple[int, int]]:
        """Return (line, position of the claim that billed it first) for lines billed before."""
        sequence = ord(claim.subscriber.sequence[:1] or " ")
        found = []
        for line, key in line_keys(claim):
            first = self._first.add(int.from_bytes(key[:8], "big") ^ sequence, position)
            if first is not None and first != position:
                found.append((line.line_number, first))
        return found

    def _stored_numbers(self, positions: set[int]) -> dict[int, str]:
        rows = rows_in(
            CheckedClaim,
            ("position", "patient_control_number"),
            "position",
            positions,
            also=f"run_id = {self.run.pk:d}",
        )
        return dict(rows)

    def _repeated(self, batch: Sequence[tuple[int, SubmittedClaim]]) -> set[int]:
        """Return the positions of claims whose number another claim of the file has, sent the same way."""
        ways = {position: _way(claim) for position, claim in batch}
        stored = rows_in(
            CheckedClaim,
            ("patient_control_key", "sending"),
            "patient_control_key",
            {key for key, _ in ways.values()},
            practice_id=self.run.practice_id,
            also=f"run_id = {self.run.pk:d} AND is_latest AND answered_on IS NULL",
        )
        known = set(stored)
        found = set()
        for position, way in ways.items():
            if way in known:
                found.add(position)
            known.add(way)
        return found


def sending_of(claim: SubmittedClaim) -> str:
    """Return how a claim is sent: the payer's place in line and the frequency, as "P1"."""
    return f"{claim.subscriber.sequence[:1]:1}{claim.frequency_code[:1]:1}"


def _way(claim: SubmittedClaim) -> tuple[str, str]:
    return patient_control_key(claim.patient_control_number)[:38], sending_of(claim)


def _named(
    claim: SubmittedClaim, found: Sequence[tuple[int, int]], numbers: dict[int, str]
) -> tuple[Alike, ...]:
    """Return the claims alike by their numbers; one of the same number is told by its number alone."""
    own = patient_control_key(claim.patient_control_number)
    return tuple(
        Alike(numbers[first], line, f"claim {first:,} of this file")
        for line, first in found
        if first in numbers and patient_control_key(numbers[first]) != own
    )
