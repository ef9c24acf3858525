"""Figures of patterns and cases as people read them."""

from django import template

from dueline.core.case_effect import Verdict

register = template.Library()

_VERDICTS = {
    Verdict.WORKED: "It worked.",
    Verdict.NOT_WORKED: "It did not work.",
    Verdict.TOO_EARLY: "Too early to say.",
}


@register.filter
def verdict(value: str) -> str:
    return _VERDICTS[Verdict(value)]


@register.filter
def grouped(number: int) -> str:
    """Return 407178 as "407,178"."""
    return f"{number:,}"


@register.filter
def times(lift: float) -> str:
    """Return "31", or "2.4" where a tenth says something."""
    return f"{lift:,.0f}" if lift >= 10 else f"{lift:.1f}"


@register.filter
def points(share: float) -> str:
    """Return a change of a share in percentage points: "−45", "+3"."""
    number = round(100 * share)
    return f"+{number}" if number > 0 else f"{number}".replace("-", "\N{MINUS SIGN}")


@register.filter
def chance(share: float) -> str:
    """Return an adjusted significance in percent: "< 0.1 %", "1.6 %"."""
    return "< 0.1 %" if share < 0.001 else f"{100 * share:.1f} %"
