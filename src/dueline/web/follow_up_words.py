"""What is wrong with a field of a follow-up, as it stands beside the field: its labels, no names of code."""

import re
from datetime import date

from dueline.core.facts import FACTS
from dueline.core.follow_up import FieldProblem

# In the order of the form.
LABELS = {
    "channel": "Channel",
    "occurred_at": "When",
    "contact_name": "Person spoken to",
    "no_contact_reason": "Why none",
    "reference_number": "Call reference",
    "no_reference_reason": "Why none",
    "said": "What was said",
    "outcome": "Outcome",
    **{name: fact.meaning for name, fact in FACTS.items()},
    "next_action": "Next action",
    "next_due_on": "Next date",
    "next_due_reason": "Why another date",
}
_CHOICES = frozenset({"channel", "outcome", "next_action"})
_NAME = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
_AS_TYPED = {"Use year-month-day.": "Use month/day/year."}


def told(problem: FieldProblem) -> str:
    """Return what is wrong: what was found, what was expected, what to do. What is only missing is asked for."""
    if problem.field in _CHOICES:
        return "Choose one."
    if problem.field == "occurred_at" and problem.found in ("nothing", "something else"):
        return "Give the date and time of the contact."
    remedy = _plain(_AS_TYPED.get(problem.remedy, problem.remedy))
    expected = _plain(problem.expected)
    if problem.found == "nothing":
        return f"Needed: {expected}. {remedy}"
    return f"Found {_plain(problem.found)}. Expected {expected}. {remedy}"


def _plain(text: str) -> str:
    return _DAY.sub(_us_date, _NAME.sub(_label, text))


def _label(name: re.Match[str]) -> str:
    return f"“{LABELS[name[0]]}”" if name[0] in LABELS else name[0].replace("_", " ")


def _us_date(day: re.Match[str]) -> str:
    try:
        return f"{date.fromisoformat(day[0]):%m/%d/%Y}"
    except ValueError:
        return day[0]


def in_order(errors: dict[str, str]) -> dict[str, str]:
    """Return the errors in the order of the form's fields; what belongs to no field comes first."""
    places = {name: place for place, name in enumerate(LABELS)}
    return dict(sorted(errors.items(), key=lambda one: places.get(one[0], -1)))
