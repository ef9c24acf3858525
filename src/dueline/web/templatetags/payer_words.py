"""Payers and their rules as people read them. No rules: what to show is decided by the views."""

from collections.abc import Mapping
from datetime import date, datetime, time

from django import template

from dueline.core.deadline_words import KIND_NAMES, source_words, terms_words
from dueline.core.deadlines import Rule
from dueline.core.payer_rules import PROOF
from dueline.core.rule_check import Problem
from dueline.payers.models import PayerRule
from dueline.payers.queries import rule_of, whose_words
from dueline.payers.queries.versions import KindRules, ShownRule
from dueline.web.phones import dialed as dialed_number
from dueline.web.problems import told as told_problem
from dueline.web.templatetags.words import day, weekday, zone

register = template.Library()

_IDENTIFIERS = {
    "PI": "Payer ID",
    "XV": "National plan ID",
    "2U": "Payer ID (2U)",
    "TIN": "Remittance ID",
    "NAME": "Name",
}


@register.filter
def get(values: Mapping[str, object], name: str) -> object:
    """Return one of several values by its name, "" where it is not there."""
    return values.get(name, "")


@register.filter
def rule_kind(kind: str) -> str:
    """Return what a rule is for, in the trade's words."""
    return KIND_NAMES[kind]


@register.filter
def identifier_kind(kind: str) -> str:
    return _IDENTIFIERS.get(kind, kind)


@register.filter
def dialed(phone: str) -> str:
    return dialed_number(phone)


@register.filter
def terms(rule: Rule) -> str:
    """Return what a rule says, without whose it is."""
    return terms_words(rule)


@register.filter
def source(rule: Rule, as_of: date) -> str:
    """Return whose rule it is, its source, when it was checked, and how sure it is."""
    return source_words(rule, as_of)


@register.filter
def stands(row: PayerRule) -> str:
    """Return a stored rule with whose it is and where it is from."""
    words = row.note if row.deadline_kind == PROOF else terms_words(rule_of(row))
    return f"{words} {whose_words(row)}: {row.source}; checked {day(row.checked_on)}."


@register.filter
def versions(kind: KindRules) -> list[tuple[str, ShownRule]]:
    """Return the versions of a kind that are not in use, with how each stands."""
    return [
        *(("Coming", shown) for shown in kind.coming),
        *(("Behind a narrower rule", shown) for shown in kind.behind),
        *(("Earlier", shown) for shown in kind.earlier),
    ]


@register.simple_tag
def period(row: PayerRule) -> str:
    """Return when a version was or will be in force."""
    first, last = row.effective_from, row.effective_to
    if first and last:
        return f"{day(first)} to {day(last)}."
    if first:
        return f"From {day(first)}."
    return f"Until {day(last)}." if last else ""


@register.filter
def hours(text: str) -> str:
    """Return "08:00-16:30" as "8 am to 4:30 pm"."""
    first, dash, last = text.partition("-")
    return f"{_time(first)} to {_time(last)}" if dash else text


def _time(text: str) -> str:
    found = time.fromisoformat(text)
    minutes = f":{found.minute:02d}" if found.minute else ""
    return f"{found.hour % 12 or 12}{minutes} {'am' if found.hour < 12 else 'pm'}"


@register.simple_tag
def open_words(until: datetime | None, opens_at: datetime | None, as_of: date) -> str:
    """Return "Open until 6 pm ET" or "Opens Tue Nov 24, 8 am ET", in the payer's own time."""
    if until is not None:
        return f"Open until {_moment(until)}"
    if opens_at is None:
        return "Closed"
    on = "" if opens_at.date() == as_of else f"{weekday(opens_at.date())}, "
    return f"Opens {on}{_moment(opens_at)}"


def _moment(value: datetime) -> str:
    return f"{_time(value.time().isoformat())} {zone(value)}"


@register.filter
def told(problem: Problem) -> str:
    """Return what is wrong with a field: found, expected."""
    return told_problem(problem)
