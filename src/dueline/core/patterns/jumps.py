"""Changes in time: a reason that one payer (or other value) gives far more often from a business day on.

Each value's last days, in windows of several lengths that end today, against its own days before: a scan of windows,
each tested as two Poisson counts (conditionally binomial, here in the negative binomial form of `significance`), with
Bonferroni over the windows and Benjamini-Hochberg over the series.

Days are those of the answer, so that claims still unanswered cannot matter. Should a payer work off old claims all at
once, that changes how old the claims are that it answers: what is expected is taken by age of the claim at its
answer. Events are visits (patient and service day) with a refusal; counts are divided by their design effect, the
larger of what repeated visits of one patient and days that clump (remittances come in batches) give.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from dueline.core.patterns.counting import ready
from dueline.core.patterns.model import (
    AnsweredLines,
    Condition,
    Floats,
    Integers,
    Jump,
    JumpReport,
    JumpSettings,
    Verdict,
)
from dueline.core.patterns.significance import (
    false_shares,
    gain,
    lift_interval,
    log_upper_tail,
)

WINDOWS = (1, 3, 6, 10, 20)  # business days
AGES = (15, 31, 61, 91)  # bounds of the age bands, in days from service to answer
LEAST_WINDOW_LINES = 10
LEAST_COMPARE_LINES = 50
BAND_PRIOR = 200.0  # lines for which an age band is taken to be like all ages
_HALF = 0.5
DEFAULT = JumpSettings()


@dataclass
class _Series:
    """One value and reason: lines and refused visits by business day and age band, 0 the first day to compare."""

    condition: Condition
    reason: str
    lines: Integers  # (days, bands)
    events: Integers  # (days, bands)
    event_days: Integers  # of each event
    event_patients: Integers
    hit_days: Integers  # of each refused line
    hit_cents: list[int]


@dataclass
class _Best:
    """A series' most surprising window; `start` is a position among the days."""

    series: _Series
    start: int
    log_p: float
    log_bound: float = 0.0


def business_day(days: Integers) -> Integers:
    """Number the days from Monday to Friday without a gap; a weekend counts to the Monday that follows."""
    weeks, weekdays = np.divmod(days - 1, 7)  # day 1 was a Monday
    return np.asarray(weeks * 5 + np.minimum(weekdays, 5))


def calendar_day(number: int) -> int:
    """Return the ordinal of a numbered business day."""
    weeks, weekday = divmod(number, 5)
    return weeks * 7 + weekday + 1


def find_jumps(
    table: AnsweredLines, settings: JumpSettings = DEFAULT, *, as_of: int | None = None
) -> JumpReport:
    """Return the reasons that became far more frequent within the last `longest_days` business days.

    `as_of`: the last answer day to count (an ordinal); by default the table's last. Never raises for what the data
    holds.
    """
    known = table.answer_days[table.answer_days > 0]
    through = as_of if as_of is not None else int(known.max(initial=0))
    series = list(_series(table, settings, through)) if through > 0 else []
    judged = [best for one in series if (best := _judge(one, settings))]
    too_small = len(series) - len(judged)
    if not judged:
        why = "Too little to conclude: no value has enough answered lines, now and before, to compare."
        return JumpReport(Verdict.TOO_LITTLE, why, (), 0, too_small, through)
    tests = len(judged) * len(WINDOWS)
    for best in judged:
        best.log_bound = best.log_p + float(np.log(tests))
    promising = [b for b in judged if b.log_bound <= 0.0]
    jumps = []
    for best, q_value in zip(promising, false_shares([b.log_bound for b in promising])):
        if q_value <= settings.false_share:
            jump = _jump(best, settings, through, float(q_value))
            if jump:
                jumps.append(jump)
    jumps.sort(key=lambda j: (-j.refused_cents, j.key))
    verdict = Verdict.FOUND if jumps else Verdict.NOTHING_FOUND
    return JumpReport(verdict, "", tuple(jumps), tests, too_small, through)


def _series(table: AnsweredLines, settings: JumpSettings, through: int) -> Iterator[_Series]:
    """Yield the series of each value and reason, by name."""
    columns = ready(table, 1)
    order = columns.order
    answered = table.answer_days[order]
    span = settings.compare_days + settings.longest_days
    last = int(business_day(np.asarray([through]))[0])
    day = business_day(answered) - (last - span + 1)
    counts = (answered > 0) & (answered <= through) & (day >= 0)
    age = answered - table.service_days[order]
    band = np.where(table.service_days[order] > 0, np.searchsorted(AGES, age, side="right"), 0)
    place = np.where(counts, day * (len(AGES) + 1) + band, 0)
    size = span * (len(AGES) + 1)
    position = np.empty(len(table), dtype=np.int64)
    position[order] = np.arange(len(table))
    rows = table.refusals
    hit_lines = position[rows.lines]
    for name in sorted(set(settings.by)):
        attribute = next((a for a in table.attributes if a.name == name), None)
        if attribute is None:
            continue
        labels = sorted(set(attribute.labels))
        at = {label: i for i, label in enumerate(labels)}
        renumber = np.asarray([*(at[label] for label in attribute.labels), -1], dtype=np.int64)
        is_known = (attribute.codes >= 0) & (attribute.codes < len(attribute.labels))
        codes = renumber[np.where(is_known, attribute.codes, -1)][order]
        for value, label in enumerate(labels):
            mine = counts & (codes == value)
            lines = np.bincount(place[mine], minlength=size).reshape(span, -1)
            for number, reason in sorted(enumerate(table.reasons), key=lambda pair: pair[1]):
                of_reason = np.flatnonzero((rows.reasons == number) & mine[hit_lines])
                hits = hit_lines[of_reason]
                events = hits[np.unique(columns.visits[hits], return_index=True)[1]]
                yield _Series(
                    Condition(name, label),
                    reason,
                    lines,
                    np.bincount(place[events], minlength=size).reshape(span, -1),
                    day[events],
                    columns.patients[events],
                    day[hits],
                    rows.cents[of_reason].tolist(),
                )


def _expected(series: _Series, start: int, compare_days: int) -> tuple[float, float, float]:
    """Return events expected from `start` on, and events and lines of the days compared with."""
    first = max(0, start - compare_days)
    lines, events = series.lines[first:start].sum(axis=0), series.events[first:start].sum(axis=0)
    total, hits = float(lines.sum()), float(events.sum())
    rate = (hits + _HALF) / max(total, 1.0)
    by_band = (events + BAND_PRIOR * rate) / (lines + BAND_PRIOR)
    by_band *= (hits + _HALF) / max(float((by_band * lines).sum()), 1e-9)
    return float((series.lines[start:].sum(axis=0) * by_band).sum()), hits, total


def _design_effect(series: _Series, start: int, compare_days: int) -> float:
    """Return how many events count as one: by patient within the window, and by day before it."""
    inside = series.event_patients[series.event_days >= start]
    by_patient = np.unique(inside, return_counts=True)[1].astype(np.float64)
    patients = float((by_patient**2).sum() / max(by_patient.sum(), 1.0))
    first = max(0, start - compare_days)
    lines = series.lines[first:start].sum(axis=1).astype(np.float64)
    events = series.events[first:start].sum(axis=1)
    expected = lines * events.sum() / max(float(lines.sum()), 1.0)
    used = expected > 0
    days = float(((events - expected)[used] ** 2 / expected[used]).sum() / max(used.sum() - 1, 1))
    return max(1.0, patients, days)


def _log_p(series: _Series, start: int, settings: JumpSettings) -> float:
    expected, hits, _ = _expected(series, start, settings.compare_days)
    events, design = (
        series.events[start:].sum(),
        _design_effect(series, start, settings.compare_days),
    )
    if events <= expected:
        return 0.0
    tail = log_upper_tail(events / design, expected / design, (hits + _HALF) / design)
    return float(tail)


def _judge(series: _Series, settings: JumpSettings) -> _Best | None:
    """Return the most surprising window; None where there is too little to compare."""
    span = len(series.lines)
    starts = [span - window for window in WINDOWS if window < span]
    usable = []
    for start in starts:
        before = series.lines[max(0, start - settings.compare_days) : start].sum(axis=1)
        days, lines = int((before > 0).sum()), int(before.sum())
        inside = int(series.lines[start:].sum())
        if days >= settings.least_compare_days and lines >= LEAST_COMPARE_LINES:
            if inside >= LEAST_WINDOW_LINES:
                usable.append(start)
    if not usable:
        return None
    if not series.events[min(usable) :].any():
        return _Best(series, usable[0], 0.0)
    return min(
        (_Best(series, s, _log_p(series, s, settings)) for s in usable), key=lambda b: b.log_p
    )


def _jump(best: _Best, settings: JumpSettings, through: int, q_value: float) -> Jump | None:
    """Return the jump with the beginning that makes the data likeliest; None if it is small."""
    series, span = best.series, len(best.series.lines)
    start = _beginning(series, settings)
    start = start if _log_p(series, start, settings) <= best.log_p + np.log(10.0) else best.start
    expected, hits, lines_before = _expected(series, start, settings.compare_days)
    inside = series.event_days >= start
    patients = len(np.unique(series.event_patients[inside]))
    events = int(inside.sum())
    lift = events / max(expected, 1e-9)
    if lift < settings.least_lift or patients < settings.least_patients:
        return None
    design = _design_effect(series, start, settings.compare_days)
    low, high = lift_interval(lift, events / design, (hits + _HALF) / design)
    is_mine = series.hit_days >= start
    last = int(business_day(np.asarray([through]))[0])
    refused = int(is_mine.sum())
    before = (series.hit_days >= max(0, start - settings.compare_days)) & ~is_mine
    return Jump(
        reason=series.reason,
        condition=series.condition,
        since_day=calendar_day(last - span + 1 + start),
        through_day=through,
        business_days=span - start,
        refused=refused,
        lines=int(series.lines[start:].sum()),
        before_refused=int(before.sum()),
        before_lines=int(lines_before),
        expected=refused / lift,
        lift=lift,
        lift_low=low,
        lift_high=high,
        refused_cents=sum(c for c, mine in zip(series.hit_cents, is_mine.tolist()) if mine),
        refused_patients=patients,
        p_value=float(np.exp(best.log_p)),
        q_value=q_value,
    )


def _beginning(series: _Series, settings: JumpSettings) -> int:
    """Return the likeliest first day, among days with a refusal."""
    span = len(series.lines)
    first = span - settings.longest_days
    days = np.unique(series.event_days[series.event_days >= first])

    def worth(start: int) -> Floats:
        expected, _, _ = _expected(series, start, settings.compare_days)
        return gain(series.events[start:].sum(), expected)

    return int(max(days.tolist(), key=lambda start: (float(worth(start)), start)))
