"""Checks of claims in words. No rules: what to show is decided by queries and views."""

from django import template

from dueline.core.claim_checks import Check, checks
from dueline.core.enums import WarningGrade, WarningOutcome

register = template.Library()

_LOOKS = {
    WarningGrade.WILL_BE_REFUSED: "dl-due escalate",
    WarningGrade.MAY_BE_REFUSED: "dl-chip strong",
    WarningGrade.WORTH_A_LOOK: "dl-chip",
}

_BECAME = {
    WarningOutcome.WAITING: "Not answered yet",
    WarningOutcome.CONFIRMED: "Refused for it",
    WarningOutcome.NOT_CONFIRMED: "Not refused",
    WarningOutcome.REFUSED_OTHERWISE: "Refused for something else",
    WarningOutcome.MENDED: "Mended before sending",
    WarningOutcome.SUPERSEDED: "Found again by a later look",
}


@register.filter
def check_of(check_id: str) -> Check | None:
    """Return the check of an id, None for one that is no more."""
    return checks().get(check_id)


@register.filter
def grade_look(grade: str) -> str:
    """Return the classes of a grade's chip: red is an error, the others have no colour."""
    return _LOOKS[WarningGrade(grade)]


@register.filter
def became(outcome: str) -> str:
    """Return what became of a warning, as of the latest answer."""
    return _BECAME[WarningOutcome(outcome)]


@register.filter
def grouped(count: int) -> str:
    """Return a count as 180,000."""
    return f"{count:,}"
