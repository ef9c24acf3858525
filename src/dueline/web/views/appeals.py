"""Appeals: the list, starting one from a denial, and one with its letter, facts, enclosures and history."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.appeals.actions import start_appeal
from dueline.appeals.errors import AppealRefused
from dueline.appeals.models import Appeal
from dueline.appeals.packet import packet_of
from dueline.appeals.queries.letters import letters_of
from dueline.appeals.queries.reading import (
    SHOWN,
    Draft,
    appeal_counts,
    appeal_for,
    appeals_in,
    draft_of,
    levels_of,
    needed_enclosures,
)
from dueline.appeals.storage import content_of
from dueline.core.appeals.facts import FACTS
from dueline.core.appeals.letters import LetterError, fill, fitting, split
from dueline.core.appeals.levels import LEVEL_NAMES, METHOD_NAMES, AppealLevel, next_level
from dueline.core.appeals.states import (
    DECIDED,
    TRANSITIONS,
    WRITTEN,
    AppealEvent,
    AppealState,
)
from dueline.core.enums import DenialCategory
from dueline.denials.models import Denial
from dueline.denials.queries import denial_for
from dueline.web.views.typed import typed

PAGE = 25
_LABELS = {
    "open": "Open",
    "late": "Late",
    "with_payer": "With the payer",
    "to_approve": "To approve",
    "decided": "Ended",
    "all": "All",
}


@require_safe
@in_practice
def appeals_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """The list of appeals; which of them is in the address."""
    as_of, shown = clock.today(), request.GET.get("show", "open")
    is_known = shown in SHOWN
    shown = shown if is_known else "open"
    found = appeals_in(practice, shown=shown, as_of=as_of)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    counts = appeal_counts(practice, as_of=as_of)
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action="view_appeals",
        at=clock.now(),
        detail={"claims": [row.claim_id for row in page]},
    )
    context = {
        "page": "denials",
        "as_of": as_of,
        "shown": shown,
        "exports_query": f"show={shown}",
        "lists": [(name, label, counts[name]) for name, label in _LABELS.items()],
        "paging": page,
        "rows": [(row, LEVEL_NAMES[AppealLevel(row.level)]) for row in page],
        "error": "" if is_known else "This list does not exist. Here are the open appeals.",
    }
    return render(request, "web/appeals.html", context, status=200 if is_known else 400)


@require_http_methods(["GET", "HEAD", "POST"])
@in_practice
@requires(Permission.WRITE_APPEALS)
def start_page(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Choose the level and the letter of an appeal, and start it as a draft."""
    try:
        denial = denial_for(practice, pk)
    except Denial.DoesNotExist:
        raise Http404 from None
    error = ""
    if request.method == "POST":
        try:
            appeal = start_appeal(
                practice=practice,
                denial=denial,
                level=_level(typed(request, "level")),
                template=typed(request, "template"),
                by=request.user,
                as_of=clock.today(),
                now=clock.now(),
            )
            return redirect("web:appeal", practice=practice.code, number=appeal.number)
        except AppealRefused as refused:
            error = str(refused)
    return _start(request, practice, denial, error)


def _level(text: str) -> AppealLevel:
    if text not in set(AppealLevel):
        raise AppealRefused("Level: choose one of the list.")
    return AppealLevel(text)


def _start(
    request: PracticeRequest, practice: Practice, denial: Denial, error: str
) -> HttpResponse:
    as_of = clock.today()
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action="view_denial",
        at=clock.now(),
        detail={"denial": denial.pk, "claim": denial.claim_id},
    )
    levels = levels_of(denial, as_of=as_of)
    letters = [one.template for one in letters_of(practice).values()]
    context = {
        "page": "denials",
        "denial": denial,
        "as_of": as_of,
        "levels": levels,
        "first_open": next((one.level for one in levels if one.is_open), None),
        "letters": fitting(letters, carc=denial.carc, category=DenialCategory(denial.category)),
        "filed": Appeal.objects.filter(claim_payment=denial.claim_payment_id).order_by("number"),
        "error": error,
    }
    return render(request, "web/appeal_start.html", context, status=422 if error else 200)


def appeal_or_404(practice: Practice, number: int) -> Appeal:
    try:
        return appeal_for(practice, number)
    except Appeal.DoesNotExist:
        raise Http404 from None


@require_safe
@in_practice
def appeal_page(request: PracticeRequest, practice: Practice, number: int) -> HttpResponse:
    return show(request, practice, appeal_or_404(practice, number))


def show(
    request: PracticeRequest,
    practice: Practice,
    appeal: Appeal,
    *,
    error: str = "",
    values: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Return the page of an appeal; after a refusal with what was typed."""
    as_of = clock.today()
    _audit(request, practice, appeal, "view_appeal")
    draft = draft_of(appeal, as_of=as_of)
    state = AppealState(appeal.state)
    reason = why_not(request.role, Permission.WRITE_APPEALS)
    context = {
        "page": "denials",
        "as_of": as_of,
        "appeal": appeal,
        "level": LEVEL_NAMES[AppealLevel(appeal.level)],
        "draft": draft,
        "facts": _facts(draft),
        "blank_labels": [(name, FACTS[name].label) for name in draft.letter.blanks],
        "steps": appeal.steps.order_by("-pk"),
        "method": METHOD_NAMES.get(appeal.method, ""),  # type: ignore[call-overload]
        "methods": [(one.value, words) for one, words in METHOD_NAMES.items()],
        "can": {event.value: (state, event) in TRANSITIONS for event in AppealEvent},
        "is_written": state in WRITTEN and not reason,
        "is_decided": state in DECIDED,
        "proposed": _proposed(appeal, state),
        "values": _values(draft) | (values or {}),
        "letters": [(key, one.template.title) for key, one in letters_of(practice).items()],
        "needed": needed_enclosures(draft, as_of=as_of),
        "error": error,
        "why_not": reason,
        "why_not_approve": why_not(request.role, Permission.APPROVE_APPEALS),
    }
    return render(request, "web/appeal.html", context, status=status)


def _values(draft: Draft) -> dict[str, str]:
    appeal = draft.appeal
    return {
        "template": appeal.template,
        "own_text": "\n\n".join(draft.paragraphs),
        "method": appeal.method,
        "send_to": appeal.send_to,
        "due_on": appeal.due_on.isoformat() if appeal.due_on else "",
    }


def _facts(draft: Draft) -> list[dict[str, Any]]:
    """Return the letter's facts, what is missing first, each with its source."""
    rows = []
    for name in draft.letter.used:
        value = draft.dossier.values.get(name)
        rows.append(
            {
                "name": name,
                "label": FACTS[name].label,
                "text": value.text if value else "",
                "source": value.source if value else "",
                "is_typed": bool(value and value.typed_by),
                "is_missing": value is None,
                "is_address": name == "send_to",
            }
        )
    return sorted(rows, key=lambda row: not row["is_missing"])


def _proposed(appeal: Appeal, state: AppealState) -> Any:
    """Return the level to go on with after a decision against us, None where there is none."""
    if state not in DECIDED or state is AppealState.OVERTURNED or appeal.denial is None:
        return None
    return next_level(levels_of(appeal.denial, as_of=clock.today()), AppealLevel(appeal.level))


def preview(request: PracticeRequest, practice: Practice, appeal: Appeal) -> HttpResponse:
    """Return the letter as it would read with what is typed, without saving it."""
    _audit(request, practice, appeal, "view_appeal")
    draft = draft_of(appeal, as_of=clock.today())
    key, error, letter = typed(request, "template"), "", draft.letter
    templates = letters_of(practice)
    template = templates[key].template if key in templates else draft.template
    try:
        text = typed(request, "own_text")
        texts = split(text) if text else template.paragraphs
        letter = fill(template.subject, texts, draft.dossier.values)
    except LetterError as refused:
        error = str(refused)
    context = {"letter": letter, "letter_error": error, "draft": draft, "appeal": appeal}
    return render(request, "web/_appeal_letter.html", context)


def _audit(request: PracticeRequest, practice: Practice, appeal: Appeal, action: str) -> None:
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action=action,
        at=clock.now(),
        object_kind="appeal",
        object_key=str(appeal.pk),
        detail={"claim": appeal.claim_id, "state": appeal.state},
    )


@require_safe
@in_practice
def packet(request: PracticeRequest, practice: Practice, number: int) -> HttpResponse:
    """The packet as a PDF: as it was approved or waits for approval, else as it would be now."""
    appeal = appeal_or_404(practice, number)
    try:
        content = (
            content_of(practice, appeal.packet_sha256)
            if appeal.packet_sha256
            else packet_of(draft_of(appeal, as_of=clock.today()), as_of=clock.today()).content
        )
    except AppealRefused as refused:
        return show(request, practice, appeal, error=str(refused), status=422)
    except OSError:
        gone = "The packet’s file is gone from DUELINE_HOME. Restore it from the backup."
        return show(request, practice, appeal, error=gone, status=500)
    _audit(request, practice, appeal, "export_appeal_packet")
    answer = HttpResponse(content, content_type="application/pdf")
    name = f"appeal-{practice.code}-{appeal.number}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer
