"""Drafts that an assistant left: a person confirms or discards each. Nothing of one counts before."""

from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.api.actions.drafts import confirm, discard
from dueline.api.errors import DraftRefused
from dueline.api.models import Draft
from dueline.api.queries.drafts import draft_for, waiting_drafts
from dueline.calls.errors import CallsError
from dueline.core.drafts import DraftKind
from dueline.core.follow_up import FollowUpError
from dueline.web.follow_up_words import LABELS, told
from dueline.web.templatetags.words import action, spoken

PAGE = 20
_TITLES = {
    DraftKind.FOLLOW_UP: "Follow-up",
    DraftKind.NOTE: "Note",
    DraftKind.APPEAL: "Appeal text",
}


@require_safe
@in_practice
def drafts_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    return _show(request, practice)


def _show(request: PracticeRequest, practice: Practice, **more: Any) -> HttpResponse:
    page = Paginator(waiting_drafts(practice), PAGE).get_page(request.GET.get("page"))
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action="view_drafts",
        at=clock.now(),
        detail={"claims": [draft.claim_id for draft in page]},
    )
    context = {
        "page": "drafts",
        "rows": [(draft, _TITLES[DraftKind(draft.kind)], _facts(draft)) for draft in page],
        "paging": page,
        "why_not": why_not(request.role, Permission.RECORD_FOLLOW_UP),
        **more,
    }
    return render(request, "web/drafts.html", context, status=422 if more.get("error") else 200)


def _facts(draft: Draft) -> list[tuple[str, str]]:
    """Return a follow-up's fields as they are shown: label and value, in the order of the form."""
    given = {**draft.facts, **draft.facts.get("facts", {})}
    words = {"next_action": action, "outcome": spoken, "channel": spoken}
    return [
        (LABELS[name], words.get(name, _plain)(given[name]))
        for name in LABELS
        if given.get(name) not in (None, "")
    ]


def _plain(value: object) -> str:
    """Return a fact as it is shown: days and moments as they are read here."""
    text = str(value)
    try:
        if len(text) == len("2026-11-23"):
            return f"{date.fromisoformat(text):%m/%d/%Y}"
        return f"{datetime.fromisoformat(text):%m/%d/%Y %H:%M %z}"
    except ValueError:
        return text


def _draft_or_404(practice: Practice, pk: int) -> Draft:
    try:
        return draft_for(practice, pk if pk < 2**63 else 0)
    except Draft.DoesNotExist:
        raise Http404 from None


@require_POST
@in_practice
@requires(Permission.RECORD_FOLLOW_UP)
def draft_confirm(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Let a draft count; what keeps a follow-up from being recorded is told beside it."""
    draft = _draft_or_404(practice, pk)
    try:
        confirm(draft=draft, by=request.user, as_of=clock.today(), now=clock.now())
    except FollowUpError as refused:
        said = " ".join(
            f"{LABELS.get(one.field, one.field)}: {told(one)}" for one in refused.problems
        )
        return _show(request, practice, error=said, wrong=pk)
    except (CallsError, DraftRefused) as refused:
        return _show(request, practice, error=str(refused), wrong=pk)
    return redirect("web:drafts", practice=practice.code)


@require_POST
@in_practice
@requires(Permission.RECORD_FOLLOW_UP)
def draft_discard(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    draft = _draft_or_404(practice, pk)
    try:
        discard(draft=draft, by=request.user, now=clock.now())
    except DraftRefused as refused:
        return _show(request, practice, error=str(refused), wrong=pk)
    return redirect("web:drafts", practice=practice.code)
