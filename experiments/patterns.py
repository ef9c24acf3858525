"""The planted-pattern experiment: what the search for patterns finds, misses and invents, where the truth is known.

Use: .venv/bin/python -m experiments.patterns [--quick]. Writes docs/reference/pattern-experiment.md (not with --quick).
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from dueline.sample.planted import Options
from experiments import runs as one
from experiments.runs import JUMP_OPTIONS, NIGHTS, Run, in_parallel, must_find, seeds
from experiments.truth import EXACT, LEAST_CLAIMS, LEAST_LIFT

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "pattern-experiment.md"
BASE = Options()
NONE = replace(BASE, patterns=0)
VARIANTS = {
    "as above": BASE,
    "half of the patterns overlap": replace(BASE, overlap=0.5),
    "six of ten begin late": replace(BASE, drift=0.6),
    "patients very prone (variance 3)": replace(BASE, frailty=3.0),
    "twelve patterns": replace(BASE, patterns=12),
    "20,000 lines": replace(BASE, lines=20_000, most_refused=150),
    "150,000 lines": replace(BASE, lines=150_000, most_refused=800),
}
VOLUMES = (5.0, 10.0, 20.0, 40.0)
CLAIM_BANDS = ((1, 40), (40, 60), (60, 100), (100, 10**6))
LIFT_BANDS = ((1.0, 3.0), (3.0, 4.5), (4.5, 8.0), (8.0, 1e9))
MOST_FALSE, LEAST_RECALL = 0.10, 0.90
Table = list[str]


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} % ({part} of {whole})" if whole else "–"


def verdict(is_met: bool) -> str:
    return "met" if is_met else "MISSED"


def row(*cells: object) -> str:
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def header(*cells: str) -> Table:
    return [row(*cells), row(*("---" for _ in cells))]


def main_table(planted: Sequence[Run], none: Sequence[Run]) -> Table:
    """Return the four figures that have a target, and what goes with them."""
    due, found = must_find(planted)
    reported, false = sum(r.reported for r in planted), sum(r.false for r in planted)
    true = reported - false
    with_report = sum(r.reported > 0 for r in none)
    return [
        *header("what", "figure", "target"),
        row(
            f"found, of patterns with {LEAST_CLAIMS} claims and a lift of {LEAST_LIFT:.0f} or more",
            share(found, due),
            f"at least 90 %: {verdict(found >= LEAST_RECALL * due)}",
        ),
        row(
            "false, of those reported",
            share(false, reported),
            f"at most 10 %: {verdict(false <= MOST_FALSE * reported)}",
        ),
        row(
            "none planted: runs with any report",
            share(with_report, len(none)),
            f"at most one in ten: {verdict(10 * with_report <= len(none))}",
        ),
        row(
            f"true reports that are exact (share {EXACT:.0%} of the lines)",
            share(sum(r.exact for r in planted), true),
            "",
        ),
        row(
            "true reports whose 95 % interval holds the planted lift",
            share(sum(r.intervals for r in planted), true),
            "",
        ),
        row(
            "processor time a run",
            f"{sum(r.seconds for r in planted) / max(1, len(planted)):.1f} s",
            "",
        ),
    ]


def power_table(planted: Sequence[Run]) -> Table:
    """Return the share found by size and lift."""
    lines = header("claims refused", *(_band("lift", band) for band in LIFT_BANDS))
    for claims in CLAIM_BANDS:
        cells = []
        for lift in LIFT_BANDS:
            due = found = 0
            for run in planted:
                for number, plant in enumerate(run.plants):
                    if (
                        claims[0] <= plant.claims < claims[1]
                        and lift[0] <= round(plant.lift, 6) < lift[1]
                    ):
                        due += 1
                        found += number in run.named
            cells.append(f"{found} of {due}" if due else "–")
        lines.append(row(_band("", claims), *cells))
    return lines


def _band(what: str, band: tuple[float, float]) -> str:
    text = f"{band[0]:g} and more" if band[1] >= 10**6 else f"{band[0]:g} to under {band[1]:g}"
    return f"{what} {text}".strip()


def variant_table(count: int, processes: int) -> Table:
    """Return recall and false share for other kinds of data."""
    lines = header(
        "data", "found of those due", "false of those reported", "exact of the true ones"
    )
    for name, options in VARIANTS.items():
        done = in_parallel(one.planted, seeds(options, count, 5000), processes)
        due, found = must_find(done)
        reported, false = sum(r.reported for r in done), sum(r.false for r in done)
        exact = sum(r.exact for r in done)
        cells = share(found, due), share(false, reported), share(exact, reported - false)
        lines.append(row(name, *cells))
    return lines


def rival_table(count: int, processes: int) -> Table:
    """Return all methods side by side on the same data."""
    done = in_parallel(one.rivalry, seeds(BASE, count, 9000), processes)
    lines = header("method", "found of those due", "false of those reported", "seconds a run")
    for name in done[0] if done else ():
        mine = [methods[name] for methods in done]
        due, found = must_find(mine)
        reported, false = sum(r.reported for r in mine), sum(r.false for r in mine)
        seconds = sum(r.seconds for r in mine) / len(mine)
        lines.append(row(name, share(found, due), share(false, reported), f"{seconds:.1f}"))
    return lines


def jump_table(count: int, processes: int) -> Table:
    """Return how soon jumps are found, by the volume before."""
    lines = header(
        "refusals in ten business days before",
        f"found within {NIGHTS} business days",
        "median business days",
        "nights with a false alarm",
    )
    tasks = [(f"{v:g} to {2 * v:g}", replace(JUMP_OPTIONS, jump_volume=v)) for v in VOLUMES]
    tasks.append(("no jump planted", replace(JUMP_OPTIONS, jump_lift=1.0)))
    for name, options in tasks:
        done = [run for run in in_parallel(one.jump, seeds(options, count), processes) if run]
        found = sorted(run.found_after for run in done if run.found_after)
        median = str(found[len(found) // 2]) if found else "–"
        is_planted = any(run.is_planted for run in done)
        false = share(sum(run.false_nights for run in done), NIGHTS * len(done))
        cells = (share(len(found), len(done)), median) if is_planted else ("–", "–")
        lines.append(row(name, *cells, false))
    return lines


def sections(*, is_quick: bool, processes: int) -> list[tuple[str, str, Table]]:
    """Run everything; return headings, words and tables."""
    many, some, few = (3, 1, 1) if is_quick else (50, 15, 5)
    planted = in_parallel(one.planted, seeds(BASE, many), processes)
    none = in_parallel(one.planted, seeds(NONE, many, 3000), processes)
    return [
        ("In short", WORDS.format(many=many, lines=BASE.lines), main_table(planted, none)),
        ("By size and lift", POWER, power_table(planted)),
        ("Other data", VARIANT.format(some=some), variant_table(some, processes)),
        ("Beside what is usual", RIVAL.format(few=few), rival_table(few, processes)),
        ("A jump of three times at one payer", JUMP.format(some=some), jump_table(some, processes)),
    ]


WORDS = """{many} practices with six patterns each and {many} with none, {lines:,} lines each, 13 attributes, 12
reasons. Patterns have one to three values, at least 40 lines and about 40 to 300 refusals, lifts of 3, 4, 6, 10 or
20; a tenth lie across an earlier one with the same reason, a fifth begin late. Payers, procedures, diagnoses,
providers and delays differ by ordinary factors of 0.6 to 1.6; patients come back (five lines each on average), are
more or less prone to each reason (variance 1), and half of refusals take whole claims."""
POWER = "Found, of all patterns planted, also those too small or too weak to be due."
VARIANT = """{some} practices each. A pattern that begins late counts with its lift over the whole time."""
RIVAL = """All on the same {few} practices. The pivots and pysubgroup return ten each, as many as asked for.
pysubgroup is told which reasons hold a pattern; Dueline is not."""
JUMP = """{some} practices each with 200,000 lines a year. One reason at one payer is refused three times as often by
answers from one day on; every night is looked at as if it were today."""
HEAD = """# The planted-pattern experiment

Made by `make experiment-patterns`. What the search for patterns finds, misses and invents, on invented data whose
truth is known. What the words mean is in [how patterns are found](../explanation/patterns.md).

A report is *exact* if it shares nine tenths of its lines with a planted pattern of the same reason. It is *true* if
it is exact, or if at least half of the refusals it covers were caused by one planted pattern and it covers at least
half of those which that pattern caused. Anything else is *false*: also a second report of the same pattern, and one
that mixes two. A pattern's *claims* are claims refused for its reason within it; its *lift* is how many times as
often its lines are refused as without it, for single values as other values.
"""


def main(arguments: Sequence[str]) -> int:
    """Run the experiment, print its tables, write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few runs of each; writes no page")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args(arguments)
    start = time.perf_counter()
    parts = sections(is_quick=given.quick, processes=given.processes)
    text = HEAD + "".join(
        f"\n## {title}\n\n{words}\n\n" + "\n".join(table) + "\n" for title, words, table in parts
    )
    print(text)
    print(f"{time.perf_counter() - start:.0f} s")
    if not given.quick:
        PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
