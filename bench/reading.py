"""Reading an 835 and an 837P: Dueline against pyx12, oxedi and the bare split of the same bytes."""

import gc
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import oxedi
import pyx12.error_handler
import pyx12.params
import pyx12.x12context

from bench import files
from bench.report import PROJECT, Report
from bench.timing import median_seconds
from dueline.core.enums import SetKind
from dueline.core.x12.reader import FileReader

CLAIMS = 10_000
ROUNDS = 3
BIG_BYTES = 200_000_000
TIMES_PYX12 = 40
TIMES_SPLIT = 3
MEMORY_BYTES = 300 * 2**20

NOTE = """One file of one transaction set with {claims:,} claims ({size:.1f} MB), in memory, without line
breaks. *Dueline* reads every loop into typed values and balances each line, claim and the set; it is timed
streaming, each claim let go when the next is asked for. *Bare split* is
`[s.split("*") for s in text.split("~")]`, all kept, as a parser that
returns lists would; much of its time is Python's garbage collector looking at the growing list, so it is also
given with the collector held off, and *streamed*: the same without keeping the pieces.
*pyx12* iterates the claim loops and looks at nothing in them. Median of {rounds} rounds in turn."""


def dueline(data: bytes) -> int:
    """Read everything; return the number of claims, all balanced."""
    claims = 0
    for one in FileReader(BytesIO(data), name="bench").sets():
        claims += sum(1 for _ in one.items())
        if one.is_fatal or not one.is_balanced:
            raise ValueError("the benchmark's own file does not balance")
    return claims


def dueline_kept(data: bytes) -> list[object]:
    """Read everything and keep it."""
    return [item for one in FileReader(BytesIO(data), name="bench").sets() for item in one.items()]


def oxedi_dicts(data: bytes) -> dict[str, list[dict[str, object]]]:
    """Read all of oxedi's tables into dictionaries, by its fastest way there."""
    tables = oxedi.parse(data).tables
    return {name: tables[name].to_polars().to_dicts() for name in tables}


def pyx12_loops(path: Path, loop: str) -> int:
    """Iterate pyx12's loops; return the number of claims."""
    errors = pyx12.error_handler.errh_null()
    with path.open() as source:
        reader = pyx12.x12context.X12ContextReader(pyx12.params.params(), errors, source)
        return sum(1 for tree in reader.iter_segments(loop) if tree.id == loop)


def bare_split(data: bytes) -> list[list[str]]:
    """Split into elements and keep them."""
    return [segment.split("*") for segment in data.decode("latin-1").split("~")]


def bare_split_uncollected(data: bytes) -> list[list[str]]:
    """Split into elements and keep them, the cyclic garbage collector held off."""
    gc.disable()
    try:
        return bare_split(data)
    finally:
        gc.enable()


def streamed_split(data: bytes) -> int:
    """Split into elements and let each segment go."""
    return sum(len(segment.split("*")) for segment in data.decode("latin-1").split("~"))


def measure(report: Report, title: str, text: str, claims: int, loop: str) -> None:
    """Time all readers of one file and report rates and ratios."""
    files.FOLDER.mkdir(parents=True, exist_ok=True)
    data = text.encode()
    path = files.FOLDER / f"{loop}.x12"
    path.write_bytes(data)
    contestants: dict[str, Callable[[], object]] = {
        "Dueline, streaming": lambda: dueline(data),
        "Dueline, all kept": lambda: dueline_kept(data),
        "bare split, kept": lambda: bare_split(data),
        "bare split, kept, collector off": lambda: bare_split_uncollected(data),
        "streamed split": lambda: streamed_split(data),
        "pyx12": lambda: pyx12_loops(path, loop),
    }
    if loop == "2100":
        contestants["oxedi, to dicts"] = lambda: oxedi_dicts(data)
        contestants["oxedi, to its own tables"] = lambda: oxedi.parse(data)
    read = {"Dueline": dueline(data), "pyx12": pyx12_loops(path, loop)}
    if set(read.values()) != {claims}:
        raise ValueError(f"of {claims} claims, read were {read}")
    seconds = median_seconds(contestants, rounds=ROUNDS)
    note = NOTE.format(claims=claims, size=len(data) / 1e6, rounds=ROUNDS)
    report.section(f"Reading {title}", note)
    for name in sorted(seconds, key=lambda name: seconds[name]):
        rate = claims / seconds[name]
        figure = f"{rate:,.0f} claims/s, {len(data) / 1e6 / seconds[name]:,.1f} MB/s"
        times = seconds[name] / seconds["Dueline, streaming"]
        report.row(name, figure, ratio=f"{times:.2f} x Dueline's time")
    judge(report, seconds)


def judge(report: Report, seconds: dict[str, float]) -> None:
    """Report the ratios that have a target."""
    ours = seconds["Dueline, streaming"]
    times = seconds["pyx12"] / ours
    target = f"at least {TIMES_PYX12} x"
    report.row(
        "Dueline's rate to pyx12's", f"{times:.1f} x", target=target, is_met=times >= TIMES_PYX12
    )
    if "oxedi, to dicts" in seconds:
        times = seconds["oxedi, to dicts"] / ours
        report.row(
            "Dueline's rate to oxedi's to dicts",
            f"{times:.2f} x",
            target="at least 1 x",
            is_met=times >= 1,
        )
    times = ours / seconds["bare split, kept"]
    target = f"at most {TIMES_SPLIT} x"
    report.row(
        "Dueline's time to the bare split's",
        f"{times:.2f} x",
        target=target,
        is_met=times <= TIMES_SPLIT,
    )


def measure_memory(report: Report, text: str) -> None:
    """Report the peak memory of reading 200 MB of remittances."""
    path = files.repeated(text, files.FOLDER / "big.835", BIG_BYTES)
    done = subprocess.run(
        [sys.executable, "-m", "bench.memory", str(path)],
        cwd=PROJECT,
        check=True,
        capture_output=True,
        text=True,
    )
    size = path.stat().st_size
    path.unlink()
    claims, peak = (int(number) for number in done.stdout.split())
    report.section(
        "Memory while reading",
        f"A file of {size / 1e6:.0f} MB of 835 with {claims:,} claims, read from disk in a process of its own.",
    )
    report.row(
        "peak memory, Python itself included",
        f"{peak / 2**20:.0f} MB",
        target=f"under {MEMORY_BYTES // 2**20} MB",
        is_met=peak < MEMORY_BYTES,
    )


def run(report: Report) -> None:
    """Measure reading of both files, and the memory it takes."""
    folder = files.sample(CLAIMS)
    for title, kind, code, loop in (
        ("an 835", SetKind.REMITTANCE, "HP", "2100"),
        ("an 837P", SetKind.CLAIM_PROFESSIONAL, "HC", "2300"),
    ):
        document = files.merged(files.documents(folder, kind), CLAIMS)
        text = files.text_of(document, code)
        measure(report, title, text, len(document.items), loop)
        if kind == SetKind.REMITTANCE:
            measure_memory(report, text)
