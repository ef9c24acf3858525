"""What else a practice would use: the top-ten pivot table, and an established subgroup-discovery library.

Both always return as many as asked; neither says how many of them are chance.
"""

import warnings
from collections.abc import Callable, Collection
from itertools import combinations

import numpy as np

from dueline.core.patterns.model import AnsweredLines, Condition
from experiments.truth import Report

TOP = 10
LEAST_REFUSED = 10  # a pivot's cell with fewer is not looked at
BEAM = 10


def pivot_by_count(table: AnsweredLines) -> list[Report]:
    """Return the ten largest cells of the usual pivot: payer × procedure × reason, by number refused."""
    return _pivot(table, [("payer", "procedure")], lambda refused, lines: refused)


def pivot_by_rate(table: AnsweredLines) -> list[Report]:
    """Return the ten highest rates among all pairs of attributes × reason, of cells with ten refused or more."""
    pairs = list(combinations([a.name for a in table.attributes], 2))
    return _pivot(table, pairs, lambda refused, lines: refused / np.maximum(lines, 1))


Measure = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _pivot(table: AnsweredLines, pairs: list[tuple[str, str]], measure: Measure) -> list[Report]:
    columns = {a.name: a for a in table.attributes}
    rows, found = table.refusals, []
    for one, other in pairs:
        a, b = columns[one], columns[other]
        width = len(b.labels)
        place = a.codes * width + b.codes
        lines = np.bincount(place, minlength=len(a.labels) * width)
        for number, reason in enumerate(table.reasons):
            refused = np.bincount(place[rows.lines[rows.reasons == number]], minlength=len(lines))
            value = np.where(refused >= LEAST_REFUSED, measure(refused, lines), 0.0)
            for cell in np.argsort(-value, kind="stable")[:TOP].tolist():
                conditions = (
                    Condition(one, a.labels[cell // width]),
                    Condition(other, b.labels[cell % width]),
                )
                found.append((float(value[cell]), (reason, conditions)))
    found.sort(key=lambda pair: -pair[0])
    return [report for _, report in found[:TOP]]


def subgroups(table: AnsweredLines, reasons: Collection[str]) -> list[Report]:
    """Return pysubgroup's ten best over these reasons: beam search to depth three, binomial quality (√n · (p − p0)).

    It is slow here, and so is told which reasons hold something.

    Lemmerich & Becker, pysubgroup: Easy-to-Use Subgroup Discovery in Python (ECML PKDD 2018).
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandas as pd
        import pysubgroup as ps

        frame = pd.DataFrame(
            {a.name: np.asarray(a.labels, dtype=object)[a.codes] for a in table.attributes}
        )
        found = []
        for number, reason in enumerate(table.reasons):
            if reason not in reasons:
                continue
            refused = np.zeros(len(table), dtype=bool)
            refused[table.refusals.lines[table.refusals.reasons == number]] = True
            frame["refused"] = refused
            task = ps.SubgroupDiscoveryTask(
                frame,
                ps.BinaryTarget("refused", True),
                ps.create_nominal_selectors(frame, ignore=["refused"]),
                result_set_size=TOP,
                depth=3,
                qf=ps.StandardQF(0.5),
            )
            result = ps.BeamSearch(beam_width=BEAM).execute(task)
            base = float(refused.mean())
            scale = 1.0 / np.sqrt(base * (1 - base))  # one scale for all reasons
            for quality, subgroup, _ in result.results:
                conditions = tuple(
                    Condition(s.attribute_name, s.attribute_value) for s in subgroup.selectors
                )
                found.append((float(quality) * scale, (reason, conditions)))
    found.sort(key=lambda pair: -pair[0])
    return [report for _, report in found[:TOP]]
