"""A practice's letterhead, its letters with a preview, and what payers ask for at each level of appeal."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dueline import clock
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.appeals.actions import (
    LetterheadFacts,
    save_letter,
    save_letterhead,
    save_terms,
    withdraw_letter,
)
from dueline.appeals.errors import AppealRefused
from dueline.appeals.models import LetterVersion, LevelTerms
from dueline.appeals.packet.files import LOGO_BYTES
from dueline.appeals.queries.letters import letter_versions, letterhead_of, letters_of
from dueline.core.appeals.facts import FACTS
from dueline.core.appeals.letters import LetterError, as_text, fill, parse
from dueline.core.appeals.levels import LEVEL_NAMES, METHOD_NAMES, AppealLevel, SendMethod
from dueline.core.money import to_cents
from dueline.payers.models import Payer
from dueline.web.views.typed import row_number, typed

_HEAD = ("name", "address", "phone", "fax", "tax_id", "npi")


@require_safe
@in_practice
def letters_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    return _show(request, practice)


def _show(
    request: PracticeRequest,
    practice: Practice,
    *,
    error: str = "",
    head: dict[str, str] | None = None,
    terms: dict[str, str] | None = None,
) -> HttpResponse:
    present = letterhead_of(practice)
    shown = LevelTerms.objects.filter(practice=practice).select_related("payer").order_by("-pk")
    context = {
        "page": "denials",
        "letterhead": present,
        "head": {name: getattr(present, name) for name in _HEAD} | (head or {}),
        "letters": list(letters_of(practice).values()),
        "terms": [(row, LEVEL_NAMES[AppealLevel(row.level)]) for row in shown[:100]],
        "typed": terms or {},
        "payers": Payer.objects.filter(practice=practice).order_by("name"),
        "levels": [(one.value, words) for one, words in LEVEL_NAMES.items()],
        "methods": [(one.value, words) for one, words in METHOD_NAMES.items()],
        "error": error,
        "why_not": why_not(request.role, Permission.CHANGE_LETTERS),
    }
    return render(request, "web/letters.html", context, status=422 if error else 200)


@require_POST
@in_practice
@requires(Permission.CHANGE_LETTERS)
def letterhead(request: PracticeRequest, practice: Practice) -> HttpResponse:
    values = {name: typed(request, name) for name in _HEAD}
    try:
        facts = LetterheadFacts(**values, logo=_logo(request))
        save_letterhead(practice=practice, facts=facts, by=request.user, now=clock.now())
    except AppealRefused as refused:
        return _show(request, practice, error=str(refused), head=values)
    return redirect("web:letters", practice=practice.code)


def _logo(request: PracticeRequest) -> bytes | None:
    file = request.FILES.get("logo")
    if file is None:
        return b"" if typed(request, "no_logo") else None
    if (file.size or 0) > LOGO_BYTES:
        raise AppealRefused("The logo is larger than 300 KB. Expected a small PNG or JPEG.")
    return file.read()


@require_POST
@in_practice
@requires(Permission.CHANGE_LETTERS)
def terms(request: PracticeRequest, practice: Practice) -> HttpResponse:
    names = ("payer", "level", "method", "send_to", "forms", "minimum", "source")
    values = {name: typed(request, name) for name in names}
    try:
        _save_terms(request, practice, values)
    except AppealRefused as refused:
        return _show(request, practice, error=str(refused), terms=values)
    return redirect("web:letters", practice=practice.code)


def _save_terms(request: PracticeRequest, practice: Practice, values: dict[str, str]) -> None:
    payer = Payer.objects.filter(practice=practice, pk=row_number(values["payer"]) or 0).first()
    if payer is None:
        raise AppealRefused("Payer: choose one of the list.")
    if values["level"] not in set(AppealLevel):
        raise AppealRefused("Level: choose one of the list.")
    if values["method"] and values["method"] not in set(SendMethod):
        raise AppealRefused("How it is sent: choose one of the list.")
    try:
        minimum = to_cents(values["minimum"].replace(",", "") or "0")
    except ValueError:
        raise AppealRefused("Least amount: expected dollars and cents, 0 for none.") from None
    save_terms(
        payer=payer,
        level=AppealLevel(values["level"]),
        method=SendMethod(values["method"]) if values["method"] else None,
        send_to=values["send_to"],
        forms=values["forms"].splitlines(),
        minimum_cents=minimum,
        source=values["source"],
        by=request.user,
        now=clock.now(),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_practice
def letter_page(request: PracticeRequest, practice: Practice, key: str) -> HttpResponse:
    """One letter: as it reads, its versions, and its text to change with a preview."""
    used = letters_of(practice).get(key)
    if used is None:
        raise Http404
    held = letter_versions(practice).get(key)
    text = typed(request, "text") if "text" in request.POST else as_text(used.template)
    error = ""
    if request.method == "POST" and not request.htmx:
        answer, error = _saved(request, practice, key, text)
        if answer is not None:
            return answer
    template, problem = _tried(text)
    context: dict[str, Any] = {
        "page": "denials",
        "key": key,
        "used": used,
        "text": text,
        "base": typed(request, "base") or (held.number if held else 0),
        "template": template,
        "letter": fill(template.subject, template.paragraphs, {}) if template else None,
        "needs": [FACTS[name].label for name in template.needs] if template else [],
        "problem": problem,
        "error": error,
        "reason": typed(request, "reason"),
        "versions": LetterVersion.objects.filter(practice=practice, key=key).order_by("-number"),
        "facts": FACTS.values(),
        "why_not": why_not(request.role, Permission.CHANGE_LETTERS),
    }
    name = "web/letter.html#preview" if request.htmx else "web/letter.html"
    return render(request, name, context, status=422 if error else 200)


def _saved(
    request: PracticeRequest, practice: Practice, key: str, text: str
) -> tuple[HttpResponse | None, str]:
    """Return where to go after saving, or the reason why it was refused."""
    reason = why_not(request.role, Permission.CHANGE_LETTERS)
    if reason:
        return render(request, "accounts/not_allowed.html", {"reason": reason}, status=403), ""
    given: dict[str, Any] = {
        "practice": practice,
        "key": key,
        "reason": typed(request, "reason"),
        "base": row_number(typed(request, "base")) or 0,
        "by": request.user,
        "now": clock.now(),
    }
    try:
        if typed(request, "withdraw"):
            withdraw_letter(**given)
        else:
            save_letter(text=text, **given)
    except AppealRefused as refused:
        return None, str(refused)
    return redirect("web:letters", practice=practice.code), ""


def _tried(text: str) -> tuple[Any, str]:
    try:
        return parse(text), ""
    except LetterError as refused:
        return None, str(refused)
