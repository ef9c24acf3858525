"""The shapes of the denials page: lines and bars as SVG coordinates, and how dark a cell is. No rules, no colors."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from dueline.core.denial_figures import Share
from dueline.denials.queries.analysis import Breakdown, Heat, Measure, Row, Trend
from dueline.denials.queries.analysis.labels import month_words
from dueline.reports.denial_words import axis_top, share_words, size

WIDTH, HEIGHT = 640, 222
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 20, 26
_SHADES = 5


@dataclass(frozen=True)
class Mark:
    """A point of a line: where it is, whose month, what it says, and whether there is enough to rely on."""

    x: float
    y: float
    month: str
    words: str
    is_enough: bool


@dataclass(frozen=True)
class TrendChart:
    """Lines as pieces of (x1, y1, x2, y2, is still coming); ticks as (position, words)."""

    marks: tuple[Mark, ...]
    pieces: tuple[tuple[float, float, float, float, bool], ...]
    others: tuple[tuple[float, float, float, float, bool], ...]
    months: tuple[tuple[float, str], ...]
    ticks: tuple[tuple[float, str], ...]
    coming_x: float | None  # from here on answers are still coming
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM
    top: int = _TOP

    @property
    def plot_height(self) -> int:
        return self.bottom - self.top

    @property
    def coming_width(self) -> float:
        return 0.0 if self.coming_x is None else self.right - self.coming_x


def trend_chart(trend: Trend, *, has_others: bool) -> TrendChart:
    """Return the denial rate by month as a line, and that of all claims beside it where it is narrowed."""
    points = trend.points
    rates = [one.share.rate for one in points] + [
        one.all_share.rate for one in points if has_others
    ]
    top = axis_top(rates)
    step = (WIDTH - _LEFT - _RIGHT) / max(len(points) - 1, 1)
    xs = [round(_LEFT + place * step, 1) for place in range(len(points))]

    def y(rate: float) -> float:
        return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - min(rate, top) / top), 1)

    coming = [not one.is_complete for one in points]
    first_coming = next(
        (x for place, x in enumerate(xs) if all(coming[place:]) and points[place].known), None
    )
    marks = [
        Mark(
            x,
            y(one.share.rate),
            one.month,
            f"{month_words(one.month)}: {share_words(one.share)},"
            f" {one.refused:,} of {one.answered:,} answered",
            one.share.is_enough,
        )
        for x, one in zip(xs, points)
        if one.share.rate is not None
    ]
    return TrendChart(
        marks=tuple(marks),
        pieces=_pieces(xs, [one.share for one in points], coming, y),
        others=_pieces(xs, [one.all_share for one in points], coming, y) if has_others else (),
        months=tuple((x, month_words(one.month)[:3]) for x, one in zip(xs, points)),
        ticks=tuple((y(top * part / 4), _tick(top * part / 4)) for part in range(5)),
        coming_x=first_coming,
    )


def _pieces(
    xs: Sequence[float],
    shares: Sequence[Share],
    coming: Sequence[bool],
    y: Callable[[float], float],
) -> tuple[tuple[float, float, float, float, bool], ...]:
    known = [
        (x, y(share.rate), is_coming)
        for x, share, is_coming in zip(xs, shares, coming)
        if share.rate is not None
    ]
    return tuple((a[0], a[1], b[0], b[1], b[2]) for a, b in pairwise(known))


def _tick(rate: float) -> str:
    return f"{round(rate * 100)} %"


def bar_width(row: Row, breakdown: Breakdown, measure: Measure) -> str:
    """Return the length of a row's bar in percent of the longest."""
    longest = max((size(one, measure) for one in breakdown.rows), default=0)
    return f"{size(row, measure) / longest * 100:.1f}" if longest > 0 else "0"


def shade(row: Row, heat: Heat, measure: Measure) -> int:
    """Return how dark a cell is, 1 to 5, by its part of the largest cell shown."""
    shown = [
        size(cell, measure)
        for (a, b), cell in heat.cells.items()
        if a in heat.rows and b in heat.columns
    ]
    largest = max(shown, default=0)
    if largest <= 0:
        return 1
    return min(max(int(size(row, measure) / largest * _SHADES) + 1, 1), _SHADES)
