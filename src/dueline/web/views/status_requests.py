"""Status requests: what is due tonight, what is out, what was answered, how many calls were spared, by payer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.sending.queries import submitter_of
from dueline.status_requests.actions import switch_nightly
from dueline.status_requests.errors import StatusRequestRefused
from dueline.status_requests.queries import PayerFigures, due_tonight, figures, nightly_of
from dueline.status_requests.queries.standing import SHOWN_DAYS
from dueline.status_requests.tasks import ask_to_write, is_writing
from dueline.web.views.typed import typed

_SUMMED = ("due", "asked", "out", "answered", "left_to_call", "spared", "spared_minutes", "overdue")


@require_safe
@in_practice
def status_requests_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """The figures by payer, with what is not asked about and why."""
    return _show(request, practice)


def _show(
    request: PracticeRequest, practice: Practice, *, error: str = "", status: int = 200
) -> HttpResponse:
    as_of = clock.today()
    rows = figures(practice, due_tonight(practice, as_of=as_of, now=clock.now()), as_of=as_of)
    context = {
        "page": "intake",
        "rows": rows,
        "total": _total(rows),
        "nightly": nightly_of(practice),
        "submitter": submitter_of(practice),
        "is_writing": is_writing(practice),
        "shown_days": SHOWN_DAYS,
        "why_not": why_not(request.role, Permission.SEND_FILES),
        "error": error,
    }
    return render(request, "web/status_requests.html", context, status=status)


def _total(rows: list[PayerFigures]) -> dict[str, int]:
    return {name: sum(getattr(row, name) for row in rows) for name in _SUMMED}


@require_POST
@in_practice
@requires(Permission.SEND_FILES)
def status_requests_write(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Have what is due written now, by the worker beside the server."""
    if ask_to_write(practice, request.user.get_username()):
        messages.success(request, "The requests are being written. Reload to see the files.")
    else:
        messages.error(request, "They are being written already.")
    return redirect("web:status-requests", practice=practice.code)


@require_POST
@in_practice
@requires(Permission.SEND_FILES)
def status_requests_nightly(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Switch the nightly requests on or off."""
    by, is_on = request.user.get_username(), typed(request, "on") == "yes"
    try:
        switch_nightly(practice=practice, is_on=is_on, by=by, at=clock.now())
    except StatusRequestRefused as refused:
        return _show(request, practice, error=str(refused), status=422)
    return redirect("web:status-requests", practice=practice.code)
