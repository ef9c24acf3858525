"""Opening a case: about a pattern, or about whatever a person has noticed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dueline import clock
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.cases.actions import open_case
from dueline.cases.errors import CaseRefused
from dueline.cases.models import Case, Pattern
from dueline.cases.queries.answered import ATTRIBUTES
from dueline.cases.queries.reading import Told, pattern_for, told, told_of
from dueline.core.denial_attributes import NAMES, Attribute
from dueline.core.denial_figures import Period
from dueline.denials.queries.analysis import (
    AnalysisFilterError,
    AnalysisFilters,
    Labels,
    Row,
    analysis,
)
from dueline.denials.tasks import keep_up
from dueline.web.views.typed import typed

_MENU = 200  # values that a menu offers, the most refused first
_NOT_ENOUGH = "Choose a reason and at least one value, such as a payer or a procedure."
_CHOICES = (Attribute.CARC, *(Attribute(name) for name in ATTRIBUTES))


@dataclass(frozen=True)
class _About:
    """What a case is to be about: a reason and values."""

    carc: str
    conditions: list[tuple[str, str]]
    pattern: Pattern | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@in_practice
@requires(Permission.WORK_CASES)
def open_from_pattern(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Open a case about a pattern: the statement is proposed, and can be said otherwise."""
    try:
        pattern = pattern_for(practice, pk)
    except Pattern.DoesNotExist:
        raise Http404 from None
    about = _About(pattern.carc, [(name, value) for name, value in pattern.conditions], pattern)
    words = told(practice, [pattern])[pattern.pk]
    counts = (pattern.refused, pattern.lines, "lines", pattern.refused_cents)
    return _open(request, practice, about, words, {"counts": counts, "is_pattern": True})


@require_http_methods(["GET", "HEAD", "POST"])
@in_practice
@requires(Permission.WORK_CASES)
def open_anew(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Open a case about a reason and values that a person chooses; the address keeps the choice."""
    keep_up(practice=practice, now=clock.now())
    try:
        chosen = _chosen((request.POST if request.method == "POST" else request.GET).dict())
    except AnalysisFilterError as refused:
        return _choose(request, _counted(practice, {})[1], str(refused))
    total, menus = _counted(practice, chosen)
    carc = chosen.get(Attribute.CARC, "")
    values = [(one.value, chosen[one]) for one in _CHOICES[1:] if one in chosen]
    if not carc or not values:
        return _choose(request, menus, _NOT_ENOUGH if request.method == "POST" else "")
    if not total.refused:
        return _choose(request, menus, "No claim with these values was refused for this reason.")
    context = {
        "counts": (total.refused, total.answered, "claims", total.refused_cents),
        "menus": menus,
        "chosen": [(one.value, value) for one, value in chosen.items()],
    }
    words = told_of(practice, carc, values)
    return _open(request, practice, _About(carc, values), words, context)


def case_query(values: Mapping[Attribute, str]) -> str:
    """Return the query of the page that opens a case about these values; "" where they do not make one."""
    found = {one.value: values[one] for one in _CHOICES if values.get(one)}
    is_enough = Attribute.CARC.value in found and len(found) > 1
    return urlencode(found) if is_enough else ""


def _chosen(query: Mapping[str, str]) -> dict[Attribute, str]:
    """Return the values that the address names; what is not known cannot be what a case is about."""
    values = AnalysisFilters.from_query(query).values
    return {one: values[one] for one in _CHOICES if values.get(one)}


def _choose(request: PracticeRequest, menus: list[dict[str, Any]], error: str) -> HttpResponse:
    """Ask for a reason and a value first."""
    context = {"page": "denials", "menus": menus, "error": error}
    return render(request, "web/case_open.html", context, status=422 if error else 200)


def _counted(
    practice: Practice, chosen: Mapping[Attribute, str]
) -> tuple[Row, list[dict[str, Any]]]:
    """Return how many claims the choice is about, and the menus to choose from."""
    filters = AnalysisFilters(chosen, Period.ALL)
    with analysis(practice, filters, as_of=clock.today()) as asked:
        total = asked.total()
        values = {one: [v for v in asked.values(one, _MENU) if v] for one in _CHOICES}
    labels = Labels(practice, ((one, value) for one in _CHOICES for value in values[one]))
    menus = []
    for one in _CHOICES:
        own = chosen.get(one, "")
        listed = [*values[one], *([own] if own and own not in values[one] else [])]
        options = [("", "Choose" if one is Attribute.CARC else "Any")]
        options += [(value, labels.of(one, value)) for value in listed]
        menus.append({"name": one.value, "label": NAMES[one], "options": options, "chosen": own})
    return total, menus


def _open(
    request: PracticeRequest,
    practice: Practice,
    about: _About,
    words: Told,
    context: dict[str, Any],
) -> HttpResponse:
    """Show what the case would be about, or open it."""
    statement = words.title if request.method != "POST" else typed(request, "statement")
    error, status = "", 200
    if request.method == "POST":
        try:
            case = _opened(request, practice, about, statement)
            return redirect("web:case", practice=practice.code, number=case.number)
        except CaseRefused as refused:
            error, status = str(refused), 422
    context |= {"page": "denials", "told": words, "statement": statement[:300], "error": error}
    return render(request, "web/case_open.html", context, status=status)


def _opened(request: PracticeRequest, practice: Practice, about: _About, statement: str) -> Case:
    return open_case(
        practice=practice,
        by=request.user,
        statement=statement,
        carc=about.carc,
        conditions=about.conditions,
        pattern=about.pattern,
        as_of=clock.today(),
        now=clock.now(),
    )
