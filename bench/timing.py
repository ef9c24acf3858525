"""Fair timing: contestants take turns, each in several rounds; the median round counts."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping

from bench.report import Report


def median_seconds(
    contestants: Mapping[str, Callable[[], object]], *, rounds: int
) -> dict[str, float]:
    """Return the median seconds of each contestant, all run in turn in every round.

    Each starts with garbage collected and the collector on; what it returns is let go outside
    its time.
    """
    measured: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            gc.collect()
            gc.enable()
            start = time.perf_counter()
            result = contestant()
            measured[name].append(time.perf_counter() - start)
            del result
    return {name: statistics.median(rounds) for name, rounds in measured.items()}


def times(work: Callable[[], object], rounds: int) -> list[float]:
    """Return the seconds of each round, after one that is not counted."""
    work()
    return [seconds(work) for _ in range(rounds)]


def seconds(work: Callable[[], object]) -> float:
    """Return how long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def p95_row(
    out: Report, what: str, found: list[float], target_ms: int | None = None, *, ratio: str = ""
) -> None:
    """Report the median and the 95th percentile."""
    ordered = sorted(found)
    p95 = ordered[min(len(ordered) - 1, -(-len(ordered) * 95 // 100) - 1)] * 1000
    middle = statistics.median(ordered) * 1000
    out.row(
        what,
        f"p50 {middle:.1f} ms, p95 {p95:.1f} ms",
        ratio=ratio,
        target="" if target_ms is None else f"p95 under {target_ms} ms",
        is_met=None if target_ms is None else p95 < target_ms,
    )
