"""Counting combinations of attribute values: each line's place among them, and what is in each place.

A combination of values is a number in mixed radix, so that one `bincount` counts a whole table of them. Counts of
separate days can be added.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from dueline.core.patterns.model import UNKNOWN, AnsweredLines, Attribute, Integers

DENSE_CELLS = 2_000_000  # a table of combinations larger than this is counted by sorting
SAME_COVER = 0.95  # a combination with this share of a simpler one's lines is the simpler one

Subset = tuple[int, ...]  # positions of attributes, rising


@dataclass
class Columns:
    """Attribute columns made ready: codes from 0, the unknown as the last value; only attributes that can tell.

    `order` sorts the table's lines by patient and service day; everything here is in that order. `sizes` includes the
    unknown.
    """

    names: list[str]
    labels: list[tuple[str, ...]]
    codes: list[Integers]
    sizes: list[int]
    order: Integers
    patients: Integers
    visits: Integers  # a number for each patient and service day, rising with the lines
    not_compared: list[str] = field(default_factory=list)
    unknown_values: int = 0

    def __len__(self) -> int:
        return len(self.patients)

    def subsets(self, most: int) -> Iterator[Subset]:
        """Yield combinations of attributes, simple ones first."""
        for level in range(1, most + 1):
            yield from combinations(range(len(self.names)), level)

    def cells(self, subset: Subset) -> int:
        return math.prod(self.sizes[at] for at in subset)

    def numbered(self, subset: Subset) -> tuple[Integers, Integers]:
        """Return a number for each line's combination, and the place of each number.

        All places are numbered where they are few or the combination is of one or two values, else those that occur.
        """
        places, cells = self.places(subset), self.cells(subset)
        if cells <= DENSE_CELLS or len(subset) < 3:
            return places, np.arange(cells)
        occurring, numbers = np.unique(places, return_inverse=True)
        return numbers.astype(np.int64), occurring

    def places(self, subset: Subset, lines: Integers | None = None) -> Integers:
        """Return for each line (or these) the number of its combination of these attributes' values."""
        first, *others = (c if lines is None else c[lines] for c in (self.codes[a] for a in subset))
        place = first
        for at, codes in zip(subset[1:], others):
            place = place * self.sizes[at] + codes
        return place

    def values(self, subset: Subset, places: Integers) -> list[Integers]:
        """Return the codes of each attribute for these places."""
        digits: list[Integers] = []
        rest = places
        for at in reversed(subset):
            rest, digit = np.divmod(rest, self.sizes[at])
            digits.append(digit)
        return digits[::-1]

    def place_of(self, subset: Subset, values: Sequence[Integers]) -> Integers:
        """Return the places of these codes."""
        place = values[0]
        for at, codes in zip(subset[1:], values[1:]):
            place = place * self.sizes[at] + codes
        return place


def ready(table: AnsweredLines, least_lines: int) -> Columns:
    """Return the table's columns sorted by patient and day, so that what belongs together is side by side."""
    order = np.lexsort((table.service_days, table.patients))
    patients, days = table.patients[order], table.service_days[order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (patients[1:] != patients[:-1]) | (days[1:] != days[:-1])
    columns = Columns([], [], [], [], order, patients, np.cumsum(begins))
    for attribute in sorted(table.attributes, key=lambda a: a.name):
        codes, labels, unknown = _tidy(attribute, least_lines)
        columns.unknown_values += unknown
        if len(labels) == 0 or np.all(codes == codes[0]):
            columns.not_compared.append(attribute.name)
            continue
        columns.names.append(attribute.name)
        columns.labels.append(labels)
        columns.codes.append(codes[order])
        columns.sizes.append(len(labels) + 1)
    return columns


def _tidy(attribute: Attribute, least_lines: int) -> tuple[Integers, tuple[str, ...], int]:
    """Return codes by rising label, and how many are unknown.

    Last stands what belongs to no pattern: the unknown, and values on fewer lines than a pattern needs.
    """
    count = len(attribute.labels)
    known = (attribute.codes > UNKNOWN) & (attribute.codes < count)
    texts = sorted(set(attribute.labels))  # equal labels are one value
    at = {text: i for i, text in enumerate(texts)}
    renumber = np.asarray([*(at[label] for label in attribute.labels), len(texts)], dtype=np.int64)
    codes = renumber[np.where(known, attribute.codes, count)]
    common = np.bincount(codes, minlength=len(texts) + 1)[: len(texts)] >= least_lines
    labels = tuple(text for text, is_common in zip(texts, common) if is_common)
    closer = np.full(len(texts) + 1, len(labels), dtype=np.int64)
    closer[:-1][common] = np.arange(len(labels))
    return closer[codes], labels, int(len(codes) - known.sum())
