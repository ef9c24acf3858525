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
from dueline.core.proportion import wilson
from dueline.payers.models import Payer
from dueline.web.views.typed import row_number

_SHOWN = 5  # on the analysis
_WIDTH = 160  # of the drawing of a share
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
    payer = payer_named(practice, request.GET.get("payer", ""))
    rows = _of_payer(current_patterns(practice), payer)
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


def payer_named(practice: Practice, text: str) -> Payer | None:
    pk = row_number(text)
    return None if pk is None else Payer.objects.filter(practice=practice, pk=pk).first()


def _row(row: Pattern, words: dict[int, Any]) -> dict[str, Any]:
    """Return a pattern in words, its latest case, and its shares: in percent, and as places of the drawing."""
    case = max(row.cases.all(), key=lambda one: one.number, default=None)
    low, high = wilson(row.refused, row.lines)
    lines = max(row.lines, 1)
    shares = {
        "share": row.refused / lines,
        "low": low,
        "high": high,
        "rest": min(row.expected / lines, 1.0),
    }
    percents = {
        "percent": shares["share"],
        "low_percent": low,
        "high_percent": high,
        "rest_percent": shares["rest"],
    }
    return {
        "pattern": row,
        "told": words[row.pk],
        "case": case,
        **{name: round(share * _WIDTH, 1) for name, share in shares.items()},
        **{name: round(100 * share, 1) for name, share in percents.items()},
    }


def panel(request: PracticeRequest, practice: Practice, payer: Payer | None) -> dict[str, Any]:
    """Return what the analysis shows of patterns: the most costly ones, of a payer where one is chosen."""
    rows = _of_payer(current_patterns(practice), payer)
    rows = [row for row in rows if row.kind != PatternKind.HINT]
    shown = rows[:_SHOWN]
    words = told(practice, shown)
    return {
        "run": latest_run(practice),
        "rows": [_row(row, words) for row in shown],
        "left": len(rows) - len(shown),
        "payer": payer,
        "why_not_case": why_not(request.role, Permission.WORK_CASES),
    }


def _of_payer(rows: list[Pattern], payer: Payer | None) -> list[Pattern]:
    if payer is None:
        return rows
    return [row for row in rows if ["payer", str(payer.pk)] in row.conditions]


@require_POST
@in_practice
@requires(Permission.WORK_CASES)
def look_again(request: PracticeRequest, practice: Practice) -> HttpResponse:
    ask_to_look(practice, request.user.get_username())
    return redirect("web:patterns", practice=practice.code)
