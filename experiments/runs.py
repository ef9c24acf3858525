"""Single runs of the pattern experiment, each a function of a seed: for a pool of processes."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from dueline.core.patterns import find_jumps, find_patterns
from dueline.core.patterns.jumps import business_day, calendar_day
from dueline.sample.planted import Invented, Options, Plant, invent
from experiments import rivals
from experiments.truth import Report, Score, counts, score

NIGHTS = 10
JUMP_OPTIONS = Options(lines=200_000, patterns=0, jump_on=250)
_A = TypeVar("_A")
_R = TypeVar("_R")


@dataclass(frozen=True)
class Run:
    """What one run of one method found."""

    plants: tuple[Plant, ...]
    named: tuple[int, ...]
    reported: int
    false: int
    exact: int
    intervals: int = 0  # true findings whose interval holds the planted lift
    seconds: float = 0.0


@dataclass(frozen=True)
class JumpRun:
    """Nights until one planted jump was found (None: not within NIGHTS), and nights with a false one."""

    found_after: int | None
    false_nights: int
    is_planted: bool


def in_parallel(work: Callable[[_A], _R], tasks: Sequence[_A], processes: int) -> list[_R]:
    """Return the results in the order of the tasks; with one process, without any other."""
    if processes <= 1:
        return [work(task) for task in tasks]
    with ProcessPoolExecutor(processes) as pool:
        return list(pool.map(work, tasks))


def _run(invented: Invented, found: Score, seconds: float, intervals: int = 0) -> Run:
    return Run(
        invented.plants,
        found.named,
        found.reported,
        found.false,
        found.exact,
        intervals,
        seconds,
    )


def planted(options: Options) -> Run:
    """Run Dueline's search on one invented practice."""
    invented = invent(options)
    start = time.process_time()
    findings = find_patterns(invented.table).findings
    seconds = time.process_time() - start
    found = score(invented, [(f.reason, f.conditions) for f in findings])
    holding = sum(
        f.lift_low <= invented.plants[match].lift <= f.lift_high
        for f, match in zip(findings, found.matches)
        if match >= 0
    )
    return _run(invented, found, seconds, holding)


def rivalry(options: Options) -> dict[str, Run]:
    """Run all methods on one invented practice."""
    invented = invent(options)
    reasons = {plant.reason for plant in invented.plants}
    methods: dict[str, Callable[[], list[Report]]] = {
        "Dueline": lambda: [
            (f.reason, f.conditions) for f in find_patterns(invented.table).findings
        ],
        "pivot, largest ten cells": lambda: rivals.pivot_by_count(invented.table),
        "pivot, ten highest rates": lambda: rivals.pivot_by_rate(invented.table),
        "pysubgroup, ten best": lambda: rivals.subgroups(invented.table, reasons),
    }
    runs = {}
    for name, method in methods.items():
        start = time.process_time()
        reports = method()
        runs[name] = _run(invented, score(invented, reports), time.process_time() - start)
    return runs


def jump(options: Options) -> JumpRun | None:
    """Look every night after a planted jump; None where no payer has the wanted volume."""
    invented = invent(options)
    planted_jump = invented.jump
    if planted_jump is None:
        return None
    is_planted = options.jump_lift > 1
    first = int(business_day(np.asarray([planted_jump.since_day]))[0])
    found_after, false_nights = None, 0
    for night in range(1, NIGHTS + 1):
        report = find_jumps(invented.table, as_of=calendar_day(first + night) - 1)
        true = [
            j
            for j in report.jumps
            if is_planted
            and (j.reason, j.condition.value) == (planted_jump.reason, planted_jump.payer)
        ]
        false_nights += len(report.jumps) > len(true)
        if true and found_after is None:
            found_after = night
    return JumpRun(found_after, false_nights, is_planted)


def seeds(options: Options, count: int, first: int = 1000) -> list[Options]:
    return [replace(options, seed=first + number) for number in range(count)]


def must_find(runs: Sequence[Run]) -> tuple[int, int]:
    """Return how many plants must be found (40 claims, lift 3), and how many are."""
    due = sum(counts(plant) for run in runs for plant in run.plants)
    found = sum(counts(run.plants[number]) for run in runs for number in run.named)
    return due, found
