"""Which lines have a combination of values: looked up once for all combinations under study."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from dueline.core.patterns.counting import DENSE_CELLS, Columns
from dueline.core.patterns.model import Integers

Key = tuple[tuple[int, int], ...]  # (attribute, value), rising


def lines_of(columns: Columns, wanted: Iterable[Key]) -> dict[Key, NDArray[np.int32]]:
    """Return for each combination its lines, rising."""
    by_subset: dict[tuple[int, ...], set[tuple[int, ...]]] = {}
    for key in wanted:
        subset = tuple(a for a, _ in key)
        by_subset.setdefault(subset, set()).add(tuple(v for _, v in key))
    lines: dict[Key, NDArray[np.int32]] = {}
    for subset, values in by_subset.items():
        ordered = sorted(values)
        codes = [np.asarray([v[i] for v in ordered], dtype=np.int64) for i in range(len(subset))]
        for value, rows in zip(ordered, _split(columns, subset, codes)):
            lines[tuple(zip(subset, value))] = rows
    return lines


def _split(
    columns: Columns, subset: tuple[int, ...], codes: list[Integers]
) -> list[NDArray[np.int32]]:
    """Return the lines of each of these combinations (rising by values) of one table."""
    wanted = columns.place_of(subset, codes)
    count, places = len(wanted), columns.places(subset)
    if columns.cells(subset) <= DENSE_CELLS:
        number = np.full(columns.cells(subset), -1, dtype=np.int32)
        number[wanted] = np.arange(count, dtype=np.int32)
        which = number[places]
    else:
        which = np.minimum(np.searchsorted(wanted, places), count - 1).astype(np.int32)
        which[wanted[which] != places] = -1
    rows = np.flatnonzero(which >= 0)
    which = which[rows]
    order = np.argsort(which, kind="stable")
    ends = np.cumsum(np.bincount(which, minlength=count))
    return np.split(rows[order].astype(np.int32), ends[:-1])
