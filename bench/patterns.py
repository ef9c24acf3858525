"""Denial patterns over a million claim lines, and changes in time; in this process, by one core."""

import gc
import time

from bench.memory import peak_bytes
from bench.report import Report
from dueline.core.patterns import AnsweredLines, find_jumps, find_patterns
from dueline.sample.planted import Options, invent

LINES = 1_000_000
PATTERNS = 20
SECONDS = 60.0
MEMORY_BYTES = 2 * 2**30

NOTE = f"""{LINES:,} invented lines with 13 attributes and 12 reasons, {PATTERNS} patterns planted; the table is in
memory, as an app hands it over. *Processor* is what this process used: where others use the machine too, it is less
than the time on the clock. Memory is the peak of the whole process, table and invention included. Whether what is
found is true: [the planted-pattern experiment](pattern-experiment.md)."""


def _table() -> AnsweredLines:
    return invent(Options(lines=LINES, patterns=PATTERNS, most_refused=4000, seed=1)).table


def run(report: Report) -> None:
    """Measure the search for patterns and for jumps."""
    table = _table()
    gc.collect()
    report.section("Denial patterns", NOTE)
    clock, processor = time.perf_counter(), time.process_time()
    found = find_patterns(table)
    seconds, used = time.perf_counter() - clock, time.process_time() - processor
    report.row(
        "patterns: combinations of up to three values",
        f"{seconds:.1f} s, {used:.1f} s processor",
        ratio=f"{found.looked_at / used:,.0f} tests/s",
        target=f"under {SECONDS:.0f} s",
        is_met=seconds < SECONDS,
    )
    report.row("patterns found", f"{len(found.findings)}, and {len(found.hints)} hints")
    clock = time.perf_counter()
    find_jumps(table)
    report.row("jumps, payer × reason", f"{time.perf_counter() - clock:.1f} s")
    peak = peak_bytes()
    report.row(
        "peak memory",
        f"{peak / 2**20:,.0f} MB",
        target=f"under {MEMORY_BYTES // 2**20:,} MB",
        is_met=peak < MEMORY_BYTES,
    )
