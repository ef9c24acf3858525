"""Cases: the work on a cause of denials, from its pattern to the measured effect of its fix."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import Membership, Practice, User
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice
from dueline.cases.actions import (
    CaseFacts,
    change_case,
    comment,
    reopen_case,
    see_case,
    set_fix,
    watch_case,
)
from dueline.cases.errors import CaseRefused
from dueline.cases.models import Case, CaseMeasure
from dueline.cases.queries.reading import (
    case_cents,
    case_for,
    cases_of,
    payer_of,
    told,
    with_news,
)
from dueline.core.enums import CaseState, RootCauseOwner
from dueline.core.proportion import wilson
from dueline.web.templatetags.words import spoken
from dueline.web.views.typed import row_number, typed

PAGE = 12
_WIDTH = 300  # of the drawing of four shares


@require_safe
@in_practice
def cases_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    shown = request.GET.get("show", "")
    found = cases_of(practice)
    rows = list(found.filter(watchers=request.user) if shown == "watched" else found)
    words = told(practice, rows)
    measures = _latest_measures(rows)
    context = {
        "page": "denials",
        "shown": shown,
        "rows": [(row, words[row.pk], measures.get(row.pk)) for row in rows],
        "news": set(with_news(practice, request.user).values_list("pk", flat=True)),
        "why_not": why_not(request.role, Permission.WORK_CASES),
    }
    return render(request, "web/cases.html", context)


def _latest_measures(rows: list[Case]) -> dict[int, CaseMeasure]:
    found = CaseMeasure.objects.filter(case__in=rows).order_by("measured_on")
    return {one.case_id: one for one in found}


def _case_or_404(practice: Practice, number: int) -> Case:
    try:
        return case_for(practice, number)
    except Case.DoesNotExist:
        raise Http404 from None


@require_safe
@in_practice
def case_page(request: PracticeRequest, practice: Practice, number: int) -> HttpResponse:
    case = _case_or_404(practice, number)
    return _show(request, practice, case)


def _show(
    request: PracticeRequest,
    practice: Practice,
    case: Case,
    *,
    error: str = "",
    values: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    claims = case.claims.select_related("claim__patient", "claim__payer").order_by(
        "-joined_on", "pk"
    )
    page = Paginator(claims, PAGE).get_page(request.GET.get("page"))
    see_case(case=case, by=request.user)
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action="view_case",
        at=clock.now(),
        object_kind="case",
        object_key=str(case.pk),
        detail={"claims": [row.claim_id for row in page]},
    )
    measure = case.measures.order_by("measured_on").last()
    is_shown = measure is not None and measure.fixed_on == case.fixed_on
    facts = {
        "statement": case.statement,
        "owner": case.owner,
        "assigned_to": str(case.assigned_to_id or ""),
        "suspected_cause": case.suspected_cause,
        "action": case.action,
        "training": case.training,
    }
    context = {
        "page": "denials",
        "case": case,
        "told": told(practice, [case])[case.pk],
        "cents": case_cents(case),
        "payer_id": payer_of(case),
        "values": facts | (values or {}),
        "owners": [(one.value, spoken(one)) for one in RootCauseOwner],
        "people": _people(practice),
        "paging": page,
        "notes": case.notes.order_by("-pk"),
        "measure": measure if is_shown else None,
        "sides": _sides(measure) if measure is not None and is_shown else [],
        "is_watching": case.watchers.filter(pk=request.user.pk).exists(),
        "is_open": case.state == CaseState.OPEN,
        "error": error,
        "why_not": why_not(request.role, Permission.WORK_CASES),
    }
    return render(request, "web/case.html", context, status=status)


def _people(practice: Practice) -> list[tuple[str, str]]:
    rows = Membership.objects.filter(practice=practice, user__is_active=True).select_related("user")
    found = [
        (str(row.user_id), row.user.get_full_name() or row.user.get_username()) for row in rows
    ]
    return sorted(found, key=lambda one: one[1].lower())


def _sides(measure: CaseMeasure) -> list[dict[str, Any]]:
    """Return the four shares with their intervals, and where they are drawn, in units of the drawing."""
    sides = (
        ("This case, before", measure.before_claims, measure.before_refused, "own"),
        ("This case, since", measure.after_claims, measure.after_refused, "own"),
        ("Similar claims, before", measure.others_before_claims, measure.others_before_refused, ""),
        ("Similar claims, since", measure.others_after_claims, measure.others_after_refused, ""),
    )
    return [
        _side(place, name, claims, refused, kind)
        for place, (name, claims, refused, kind) in enumerate(sides)
    ]


def _side(place: int, name: str, claims: int, refused: int, kind: str) -> dict[str, Any]:
    low, high = wilson(refused, claims)
    share = refused / claims if claims else 0.0
    return {
        "name": name,
        "claims": claims,
        "refused": refused,
        "percent": round(100 * share, 1),
        "kind": kind,
        "y": 8 + place * 26,
        "middle": 8 + place * 26 + 7,
        "width": round(share * _WIDTH, 1),
        "low": round(low * _WIDTH, 1),
        "high": round(high * _WIDTH, 1),
    }


def _acted(
    request: PracticeRequest,
    practice: Practice,
    number: int,
    act: Callable[[Case], object],
    values: dict[str, str] | None = None,
) -> HttpResponse:
    """Do something to a case and show it; what is refused stands there with what was typed."""
    case = _case_or_404(practice, number)
    try:
        act(case)
    except CaseRefused as refused:
        return _show(request, practice, case, error=str(refused), values=values, status=422)
    except NotAllowed as refused:
        return render(request, "accounts/not_allowed.html", {"reason": str(refused)}, status=403)
    return redirect("web:case", practice=practice.code, number=number)


@require_POST
@in_practice
def change(request: PracticeRequest, practice: Practice, number: int) -> HttpResponse:
    names = ("statement", "owner", "assigned_to", "suspected_cause", "action", "training")
    values = {name: typed(request, name) for name in names}

    def act(case: Case) -> None:
        facts = CaseFacts(
            statement=values["statement"],
            owner=_owner(values["owner"]),
            assigned_to=_person(practice, values["assigned_to"]),
            suspected_cause=values["suspected_cause"],
            action=values["action"],
            training=values["training"],
        )
        change_case(case=case, by=request.user, facts=facts, now=clock.now())

    return _acted(request, practice, number, act, values)


def _owner(text: str) -> RootCauseOwner:
    if text not in set(RootCauseOwner):
        raise CaseRefused("Starts with: choose one of the list.")
    return RootCauseOwner(text)


def _person(practice: Practice, text: str) -> User | None:
    if not text:
        return None
    pk = row_number(text) or 0
    row = Membership.objects.filter(practice=practice, user_id=pk).select_related("user").first()
    if row is None:
        raise CaseRefused("Person: choose one of the list.")
    return row.user


@require_POST
@in_practice
def fix(request: PracticeRequest, practice: Practice, number: int) -> HttpResponse:
    text = typed(request, "fixed_on")

    def act(case: Case) -> None:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise CaseRefused("Fixed on: expected a date.") from None
        set_fix(case=case, by=request.user, fixed_on=day, as_of=clock.today(), now=clock.now())

    return _acted(request, practice, number, act)


@require_POST
@in_practice
def reopen(request: PracticeRequest, practice: Practice, number: int) -> HttpResponse:
    reason = typed(request, "reason")
    return _acted(
        request,
        practice,
        number,
        lambda case: reopen_case(case=case, by=request.user, reason=reason, now=clock.now()),
    )


@require_POST
@in_practice
def add_note(request: PracticeRequest, practice: Practice, number: int) -> HttpResponse:
    text = typed(request, "text")
    return _acted(
        request,
        practice,
        number,
        lambda case: comment(case=case, by=request.user, text=text, now=clock.now()),
        {"text": text},
    )


@require_POST
@in_practice
def watch(request: PracticeRequest, practice: Practice, number: int) -> HttpResponse:
    wanted = typed(request, "watching") == "yes"
    return _acted(
        request,
        practice,
        number,
        lambda case: watch_case(case=case, by=request.user, is_watching=wanted, now=clock.now()),
    )
