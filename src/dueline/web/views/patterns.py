"""What the search for patterns found, and looking again."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.cases.models import Pattern
from dueline.cases.queries.reading import current_patterns, latest_run, told
from dueline.cases.tasks import ask_to_look, is_looking
from dueline.core.enums import PatternKind
from dueline.payers.models import Payer
from dueline.web.views.typed import row_number

_SECTIONS = (
    (PatternKind.JUMP, "Changes in the last weeks", "More frequent now than in the months before."),
    (PatternKind.PATTERN, "Patterns", "Refused far more often than everything else explains."),
    (
        PatternKind.HINT,
        "Hints",
        "Weaker: up to half of them are chance. Nothing to build a case on.",
    ),
)


@require_safe
@in_practice
def patterns_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """The findings of the latest run; with a payer, those that name it."""
    rows = current_patterns(practice)
    payer = _payer(request, practice)
    if payer is not None:
        rows = [row for row in rows if ["payer", str(payer.pk)] in row.conditions]
    words = told(practice, rows)
    audit.record(
        practice=practice, by=request.user.get_username(), action="view_patterns", at=clock.now()
    )
    context = {
        "page": "denials",
        "run": latest_run(practice),
        "is_looking": is_looking(practice),
        "payer": payer,
        "sections": [
            (title, note, [_row(row, words) for row in rows if row.kind == kind])
            for kind, title, note in _SECTIONS
        ],
        "count": len(rows),
        "why_not": why_not(request.role, Permission.WORK_CASES),
    }
    return render(request, "web/patterns.html", context)


def _payer(request: PracticeRequest, practice: Practice) -> Payer | None:
    pk = row_number(request.GET.get("payer", ""))
    return None if pk is None else Payer.objects.filter(practice=practice, pk=pk).first()


def _row(row: Pattern, words: dict[int, Any]) -> dict[str, Any]:
    case = max(row.cases.all(), key=lambda one: one.number, default=None)
    return {"pattern": row, "told": words[row.pk], "case": case}


@require_POST
@in_practice
@requires(Permission.WORK_CASES)
def look_again(request: PracticeRequest, practice: Practice) -> HttpResponse:
    ask_to_look(practice, request.user.get_username())
    return redirect("web:patterns", practice=practice.code)
