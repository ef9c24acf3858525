"""Fair timing: contestants take turns, each in several rounds; the median round counts."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping


def median_seconds(
    contestants: Mapping[str, Callable[[], object]], *, rounds: int
) -> dict[str, float]:
    """Return the median seconds of each contestant, all run in turn in every round.

    Each starts with garbage collected and the collector on; what it returns is let go outside
    its time.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            gc.collect()
            gc.enable()
            start = time.perf_counter()
            result = contestant()
            seconds[name].append(time.perf_counter() - start)
            del result
    return {name: statistics.median(rounds) for name, rounds in seconds.items()}
