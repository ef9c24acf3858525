"""Payers and rules from a file: what it would change, and saving all of what was shown, or nothing."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dueline import clock
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.core.rule_check import Problem, check_rules
from dueline.denials.actions import save_rules
from dueline.payers.errors import FileRefused, NotAsSeen, RulesRefused
from dueline.payers.files import FORMS, contents_of, form_of, text_of
from dueline.web.views.rule_preview import preview
from dueline.web.views.typed import typed
from dueline.worklist.actions import try_rules

MOST_BYTES = 1_000_000  # a practice's own rules are about 60,000
MOST_PROBLEMS = 100


@require_http_methods(["GET", "POST"])
@in_practice
@requires(Permission.CHANGE_PAYERS)
def import_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Take a file and show what it would change; then save what was shown."""
    if request.method != "POST":
        return _answer(request)
    try:
        text, form = _handed_in(request)
        contents = contents_of(text, form)
        if not contents.rules and not contents.payers:
            raise FileRefused("holds no rule and no payer")
        drafts, problems = check_rules(contents.rules, as_of=clock.today())
        if problems:
            raise RulesRefused(problems)
        return _try_or_save(request, practice, text, form, drafts, contents.payers)
    except FileRefused as refused:
        return _answer(request, refusal=f"The file was refused: {refused}.", status=422)
    except RulesRefused as refused:
        return _answer(request, problems=refused.problems, status=422)


def _handed_in(request: PracticeRequest) -> tuple[str, str]:
    """Return text and form of the file, or of the one that was shown before. Raises FileRefused."""
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile):
        if (file.size or 0) > MOST_BYTES:
            raise FileRefused(f"expected at most {MOST_BYTES:,} bytes, found {file.size:,}")
        return text_of(file.read()), form_of(file.name or "")
    text, form = request.POST.get("text", ""), typed(request, "form")
    if not text or form not in FORMS:
        raise FileRefused("no file came with the form; choose a .csv or .yaml file")
    return text, form


def _try_or_save(
    request: PracticeRequest,
    practice: Practice,
    text: str,
    form: str,
    drafts: list[Any],
    payers: list[dict[str, Any]],
) -> HttpResponse:
    who: dict[str, Any] = {
        "practice": practice,
        "drafts": drafts,
        "payers": payers,
        "by": request.user.get_username(),
        "at": clock.now(),
        "on": clock.today(),
    }
    is_stale = False
    if seen := typed(request, "save"):
        try:
            found = save_rules(**who, seen=seen)
        except NotAsSeen:
            is_stale = True
        else:
            messages.success(
                request,
                f"Saved {len(found.changes)} rules and {len(found.payers)} payers. Deadlines of "
                f"{found.moved.count:,} open claims moved.",
            )
            return redirect("web:payers", practice=practice.code)
    shown = preview(practice, try_rules(**who))
    return _answer(request, preview=shown, text=text, form=form, is_stale=is_stale)


def _answer(
    request: PracticeRequest,
    *,
    problems: list[Problem] | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    found = problems or []
    context = {
        "page": "payers",
        "as_of": clock.today(),
        "problems": found[:MOST_PROBLEMS],
        "problem_count": len(found),
        **more,
    }
    return render(request, "web/payer_import.html", context, status=status)
