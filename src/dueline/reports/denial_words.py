"""Figures of denials in words, the same on the page, in files and in a terminal."""

from collections.abc import Iterable
from datetime import date

from dueline.core.denial_figures import LEAST_CLAIMS, Figure, Period, Share
from dueline.core.money import money
from dueline.denials.queries.analysis import KeyFigure, Measure, Row, TrendBasis

PERIODS = {
    Period.QUARTER: "Last 3 months",
    Period.YEAR: "Last 12 months",
    Period.ALL: "All answers",
}
MEASURES = {Measure.DOLLARS: "Dollars", Measure.CLAIMS: "Claims", Measure.RATE: "Rate"}
BASES = {TrendBasis.SERVICE: "Month of service", TrendBasis.ANSWER: "Month of answer"}
TOO_LITTLE = f"Fewer than {LEAST_CLAIMS} claims: too little to conclude"
NONE = "–"


def percent(rate: float | None) -> str:
    """Return 0.1737 as "17.4 %"; a dash of nothing."""
    return NONE if rate is None else f"{rate * 100:.1f} %"


def share_words(share: Share) -> str:
    """Return "17.4 %"."""
    return percent(share.rate)


def interval_words(share: Share) -> str:
    """Return "95 %: 15.4 to 19.6 %", the interval, or that there is too little."""
    if not share.is_enough or share.interval is None:
        return TOO_LITTLE
    low, high = share.interval
    return f"95 %: {low * 100:.1f} to {high * 100:.1f} %"


def value_words(one: KeyFigure) -> str:
    """Return a key figure's value: "17.4 %", "16", "$5,118.07"."""
    if one.share is not None:
        return share_words(one.share)
    if one.cents is not None:
        return f"${money(one.cents)}"
    return NONE if one.days is None else str(one.days)


def basis_words(one: KeyFigure) -> str:
    """Return on what it stands: "215 of 1,238 claims answered"."""
    share = one.share
    if share is not None and one.is_cents:
        return f"${money(share.part)} of ${money(share.whole)}"
    if share is not None:
        what = "decided" if one.figure is Figure.OVERTURN_RATE else "claims answered"
        return f"{share.part:,} of {share.whole:,} {what}"
    if one.days is not None:
        return f"median of {claims_words(one.count)}"
    return claims_words(one.count)


def remark_words(one: KeyFigure, total: Row) -> str:
    """Return how sure it is, or what it leaves out; "" where there is nothing to say."""
    if one.figure is Figure.OVERTURN_RATE and one.share is not None:
        still = total.refused - one.share.whole
        still_open = f"{still:,} still open" if still else "none still open"
        return still_open if one.share.is_enough else f"{TOO_LITTLE}; {still_open}"
    if one.share is not None and not one.is_cents:
        return interval_words(one.share)
    if one.cents is None and one.count < LEAST_CLAIMS:
        return TOO_LITTLE
    if one.is_cents and one.count < LEAST_CLAIMS:
        return TOO_LITTLE
    return ""


def claims_words(count: int) -> str:
    return f"{count:,} claim{'' if count == 1 else 's'}"


def period_words(first: date | None, last: date) -> str:
    """Return "Claims answered Aug 24 to Nov 23, 2026"."""
    until = f"{last:%b} {last.day}, {last.year}"
    if first is None:
        return f"Claims answered up to {until}"
    year = "" if first.year == last.year else f", {first.year}"
    return f"Claims answered {first:%b} {first.day}{year} to {until}"


def size(row: Row, measure: Measure) -> float:
    """Return what a bar or a cell stands for: cents, claims or a rate, never below zero."""
    if measure is Measure.DOLLARS:
        return max(row.refused_cents, 0)
    return row.refused if measure is Measure.CLAIMS else row.share.rate or 0


def cell_words(row: Row, measure: Measure) -> str:
    """Return what stands in a cell: whole dollars, claims or the rate."""
    if measure is Measure.DOLLARS:
        return f"{round(row.refused_cents / 100):,}"
    return f"{row.refused:,}" if measure is Measure.CLAIMS else percent(row.share.rate)


def axis_top(rates: Iterable[float | None]) -> float:
    """Return the top of an axis of rates: one whose quarters are whole percents."""
    largest = max((rate for rate in rates if rate is not None), default=0.0)
    return next((top for top in (0.04, 0.08, 0.2, 0.4, 0.6, 0.8) if largest <= top), 1.0)
