"""From a table of answered lines to a report: the one way in for patterns."""

from dataclasses import dataclass, replace

import numpy as np

from dueline.core.patterns.candidates import Reason
from dueline.core.patterns.counting import Columns, ready
from dueline.core.patterns.expectation import Expectation, fit_all
from dueline.core.patterns.lines_of import Key, lines_of
from dueline.core.patterns.model import (
    AnsweredLines,
    Condition,
    Finding,
    Integers,
    PatternReport,
    PatternSettings,
    Verdict,
)
from dueline.core.patterns.onset import onset
from dueline.core.patterns.peeling import Found, Peeler
from dueline.core.patterns.search import look
from dueline.core.patterns.significance import false_shares, lift_interval

LEAST_LINES = 200  # fewer answered lines, or
LEAST_REFUSED_PATIENTS = 15  # fewer patients with a refusal, are too little to conclude from
SAME_REFUSALS = 0.8  # findings of two reasons that share this part of their refusals are one
DEFAULT = PatternSettings()


@dataclass
class _Reason:
    """One reason's refusals, each line once, in the order of the columns; cents of each."""

    name: str
    hits: Integers
    cents: list[int]


@dataclass
class _Named:
    """A pattern with the reason it is of."""

    reason: _Reason
    found: Found
    q_value: float = 1.0


def find_patterns(table: AnsweredLines, settings: PatternSettings = DEFAULT) -> PatternReport:
    """Return the combinations of attribute values in which a reason is far more frequent than the rest explains.

    About 30 s for a million lines with 13 attributes and 12 reasons. Never raises for what the data
    holds; what is too little says so in `verdict` and `why`. Methods: docs/explanation/patterns.md.
    """
    columns = ready(table, settings.least_lines)
    reasons = _reasons(table, columns, settings)
    why = _too_little(table, columns, reasons)
    if why:
        return _report(table, columns, Verdict.TOO_LITTLE, why)
    fitted = [Expectation(columns.codes, columns.sizes, r.hits) for r in reasons]
    fit_all(fitted, columns.patients)
    counts, kept = look(columns, fitted, settings)
    keys = [[cells.key(at) for at in range(len(cells))] for cells in kept]
    lines = lines_of(columns, (key for some in keys for key in some))
    named: list[_Named] = []
    for reason, one, mine in zip(reasons, fitted, keys):
        peeler = Peeler(Reason.of(counts, one, len(reasons)), mine, lines, settings)
        peeler.run()
        named += [_Named(reason, found) for found in peeler.found]
    findings, hints = _judged(table, columns, named, settings)
    verdict = Verdict.FOUND if findings else Verdict.NOTHING_FOUND
    report = _report(table, columns, verdict, "")
    looked_at = sum(counts.tests.values()) * len(reasons)
    return replace(report, findings=findings, hints=hints, looked_at=looked_at)


def _reasons(table: AnsweredLines, columns: Columns, settings: PatternSettings) -> list[_Reason]:
    """Return the reasons that enough patients have, by name."""
    position = np.empty(len(table), dtype=np.int64)
    position[columns.order] = np.arange(len(table))
    rows = table.refusals
    found = []
    for number, name in sorted(enumerate(table.reasons), key=lambda pair: pair[1]):
        mine = np.flatnonzero(rows.reasons == number)
        hits, which = np.unique(position[rows.lines[mine]], return_inverse=True)
        if len(np.unique(columns.patients[hits])) < settings.least_patients:
            continue
        cents = [0] * len(hits)
        for at, amount in zip(which.tolist(), rows.cents[mine].tolist()):
            cents[at] += amount
        found.append(_Reason(name, hits, cents))
    return found


def _too_little(table: AnsweredLines, columns: Columns, reasons: list[_Reason]) -> str:
    """Return why nothing can be concluded, or nothing."""
    if len(table) < LEAST_LINES:
        return (
            f"Too little to conclude: {len(table)} answered lines, at least {LEAST_LINES} needed."
        )
    patients = len(np.unique(table.patients[table.refusals.lines]))
    if patients < LEAST_REFUSED_PATIENTS or not reasons:
        return (
            f"Too little to conclude: {patients} patients with a refusal, at least "
            f"{LEAST_REFUSED_PATIENTS} needed, and several for one reason."
        )
    if not columns.names:
        return "Too little to conclude: no attribute has two values to compare."
    return ""


def _report(table: AnsweredLines, columns: Columns, verdict: Verdict, why: str) -> PatternReport:
    return PatternReport(
        verdict=verdict,
        why=why,
        findings=(),
        hints=(),
        lines=len(table),
        refused=len(np.unique(table.refusals.lines)),
        patients=len(np.unique(table.patients)),
        looked_at=0,
        not_compared=tuple(columns.not_compared),
        unknown_values=columns.unknown_values,
    )


def _judged(
    table: AnsweredLines, columns: Columns, named: list[_Named], settings: PatternSettings
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Return findings and hints: one for each pattern, adjusted together over all reasons."""
    merged = _merge(named)
    q_values = false_shares([named.found.log_bound for named, _ in merged])
    for (one, _), q_value in zip(merged, q_values.tolist()):
        one.q_value = q_value
    findings: list[Finding] = []
    hints: list[Finding] = []
    for one, others in merged:
        if one.q_value <= settings.hint_share:
            into = findings if one.q_value <= settings.false_share else hints
            into.append(_finding(table, columns, one, others))
    findings.sort(key=lambda f: (-f.avoidable_cents, f.key))
    hints.sort(key=lambda f: (f.q_value, f.key))
    return tuple(findings[: settings.most_findings]), tuple(hints[: settings.most_hints])


def _merge(named: list[_Named]) -> list[tuple[_Named, list[str]]]:
    """Put findings of several reasons together where they are about the same refusals (a CARC and its category)."""
    merged: list[tuple[_Named, list[str]]] = []
    seen: list[Integers] = []
    for one in sorted(named, key=lambda n: (n.found.log_bound, len(n.reason.hits), n.reason.name)):
        refused = np.intersect1d(one.found.lines, one.reason.hits)
        for number, (first, others) in enumerate(merged):
            shared = len(np.intersect1d(seen[number], refused))
            union = len(seen[number]) + len(refused) - shared
            if first.reason.name != one.reason.name and shared >= SAME_REFUSALS * union:
                others.append(one.reason.name)
                break
        else:
            merged.append((one, []))
            seen.append(refused)
    return merged


def _conditions(columns: Columns, key: Key) -> tuple[Condition, ...]:
    return tuple(Condition(columns.names[a], columns.labels[a][v]) for a, v in key)


def _finding(
    table: AnsweredLines, columns: Columns, named: _Named, other_reasons: list[str]
) -> Finding:
    """Return a pattern with its figures in the table's own words."""
    found, reason = named.found, named.reason
    inside = np.zeros(len(table), dtype=bool)
    inside[found.lines] = True
    mine = inside[reason.hits]
    hits = reason.hits[mine]
    counted = np.intersect1d(found.counted, reason.hits)
    by_patient = np.unique(columns.patients[counted], return_counts=True)[1].astype(np.float64)
    events = float(by_patient.sum() ** 2 / (by_patient**2).sum())
    low, high = lift_interval(found.lift, events, found.evidence)
    days = table.answer_days[columns.order]
    return Finding(
        reason=reason.name,
        conditions=_conditions(columns, found.key),
        refused=len(hits),
        lines=len(found.lines),
        rest_refused=len(reason.hits) - len(hits),
        rest_lines=len(table) - len(found.lines),
        expected=len(hits) / found.lift,
        lift=found.lift,
        lift_low=low,
        lift_high=high,
        refused_cents=sum(c for c, is_mine in zip(reason.cents, mine.tolist()) if is_mine),
        refused_patients=len(np.unique(columns.patients[hits])),
        since_day=onset(days[found.lines], days[hits]),
        first_day=int(days[hits].min()),
        last_day=int(days[hits].max()),
        p_value=float(np.exp(found.log_p)),
        q_value=named.q_value,
        names=tuple(_conditions(columns, name) for name in found.names),
        other_reasons=tuple(sorted(other_reasons)),
    )
