"""Call scripts: the list, one script as a flow with its versions, and the editor with its preview."""

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dueline import clock
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.calls.actions import Trial, save_script, try_script, withdraw_script
from dueline.calls.errors import ScriptStale
from dueline.calls.models import ScriptVersion
from dueline.calls.queries import ScriptInUse, scripts_in_use, versions_of
from dueline.core.facts import FACTS
from dueline.core.scripts import Script, ScriptError, parse, shipped, shipped_text
from dueline.web.views.typed import row_number, typed

_KEY = re.compile(r"S\d\d\Z")
_BLANK = """\
key: {key}
title:
level: L1
first: begin
steps:
  begin:
    ask:
    note:
    facts: []
    choices:
      yes: {{label: "Yes", to: end.done}}
      no: {{label: "No", to: end.done}}
endings:
  done: {{outcome: in_process, next: call, says: }}
"""


@require_safe
@in_practice
def scripts_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    found = scripts_in_use(practice)
    context = {
        "page": "scripts",
        "scripts": found.values(),
        "own_count": sum(one.is_own for one in found.values()),
        "free_key": _free_key(found),
        **_rights(request),
    }
    return render(request, "web/scripts.html", context)


def _free_key(found: dict[str, ScriptInUse]) -> str:
    """Return the next key for a script that Dueline has not; "" where none is free."""
    return next((key for key in (f"S{n:02}" for n in range(31, 100)) if key not in found), "")


def _rights(request: PracticeRequest) -> dict[str, str]:
    return {"why_not_change": why_not(request.role, Permission.CHANGE_SCRIPTS)}


@require_safe
@in_practice
def script_page(request: PracticeRequest, practice: Practice, key: str) -> HttpResponse:
    """Show a script as it holds, or, with ?version=2, as it was; "0" is Dueline's own."""
    used = scripts_in_use(practice).get(key)
    if used is None:
        raise Http404
    versions = versions_of(practice, key)
    asked = request.GET.get("version", "")
    script = _script_of_version(key, versions, asked) if asked else used.script
    context = {
        "page": "scripts",
        "used": used,
        "key": key,
        "script": script,
        "asked": asked,
        "versions": versions,
        "has_own_of_dueline": key in shipped(),
        "facts": FACTS,
        **_rights(request),
    }
    return render(request, "web/script.html", context)


def _script_of_version(key: str, versions: list[ScriptVersion], asked: str) -> Script | None:
    number = row_number(asked)
    if number == 0 and key in shipped():
        return shipped()[key]
    version = next((one for one in versions if one.number == number), None)
    if version is None or not version.text:
        raise Http404
    try:
        return parse(version.text)
    except ScriptError:
        raise Http404 from None


@require_http_methods(["GET", "POST"])
@in_practice
@requires(Permission.CHANGE_SCRIPTS)
def script_edit(request: PracticeRequest, practice: Practice, key: str) -> HttpResponse:
    """Show the editor; show what a text would be as a script; or save it."""
    if not _KEY.match(key):
        raise Http404
    used = scripts_in_use(practice).get(key)
    if request.method != "POST":
        text = _text_of(key, used)
        return _editor(request, practice, key, used, text, try_script(practice, key, text))
    text = (request.POST.get("text") or "").replace("\x00", "").replace("\r\n", "\n")
    if "save" not in request.POST:
        return _editor(request, practice, key, used, text, try_script(practice, key, text))
    reason = typed(request, "reason")
    try:
        version = save_script(
            practice=practice,
            key=key,
            text=text,
            reason=reason,
            base=row_number(typed(request, "base")) or 0,
            by=request.user,
            at=clock.now(),
        )
    except ScriptError as refused:
        trial = try_script(practice, key, text)
        trial = Trial(trial.script, trial.changes, list(refused.problems))
        return _editor(request, practice, key, used, text, trial, reason=reason, status=422)
    except ScriptStale as stale:
        trial = try_script(practice, key, text)
        context = {"reason": reason, "stale": str(stale)}
        return _editor(request, practice, key, used, text, trial, status=409, **context)
    messages.success(
        request, f"{key} version {version.number} holds for calls that begin from now on."
    )
    return redirect("web:script", practice=practice.code, key=key)


def _text_of(key: str, used: ScriptInUse | None) -> str:
    if used is not None and used.version is not None and used.version.text:
        return used.version.text
    return shipped_text(key) if key in shipped() else _BLANK.format(key=key)


def _editor(
    request: PracticeRequest,
    practice: Practice,
    key: str,
    used: ScriptInUse | None,
    text: str,
    trial: Trial,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    base = used.version.number if used and used.version else 0
    context = {
        "page": "scripts",
        "key": key,
        "used": used,
        "text": text,
        "base": base if status == 409 else (row_number(typed(request, "base")) or base),
        "trial": trial,
        "script": trial.script,
        "is_tried": request.method == "POST",
        "facts": FACTS,
        **more,
    }
    is_part = request.htmx and "save" not in request.POST
    template = "web/script_edit.html#preview" if is_part else "web/script_edit.html"
    return render(request, template, context, status=status)


@require_POST
@in_practice
@requires(Permission.CHANGE_SCRIPTS)
def withdraw(request: PracticeRequest, practice: Practice, key: str) -> HttpResponse:
    """Let Dueline's own script hold again; a practice's additional one is no longer used."""
    try:
        withdraw_script(
            practice=practice,
            key=key,
            reason=typed(request, "reason"),
            base=row_number(typed(request, "base")) or 0,
            by=request.user,
            at=clock.now(),
        )
    except ScriptError as refused:
        context = {"reason": " ".join(str(problem) for problem in refused.problems)}
        return render(request, "web/refused.html", context, status=422)
    except ScriptStale as stale:
        return render(request, "web/refused.html", {"reason": str(stale)}, status=409)
    messages.success(
        request, f"{key}: " + ("Dueline’s own holds again." if key in shipped() else "taken away.")
    )
    return redirect("web:scripts", practice=practice.code)
