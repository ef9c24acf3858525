"""Moving the date on which a claim is due: a decision, with a reason, within what its deadline allows."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from dueline import clock
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.web.views.claim import claim_or_404, item_of, show
from dueline.web.views.typed import typed
from dueline.worklist.actions import move_due_date
from dueline.worklist.errors import DateRefused


@require_POST
@in_practice
@requires(Permission.MOVE_DUE_DATE)
def move_date(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Move the due date of a claim; what is refused is said beside its field, and what was typed stays."""
    claim = claim_or_404(practice, pk)
    item = item_of(claim)
    if item is None:
        raise Http404
    given = {name: typed(request, name) for name in ("due_on", "reason")}
    try:
        move_due_date(
            item=item,
            due_on=_day(given["due_on"]),
            reason=given["reason"],
            by=request.user,
            as_of=clock.today(),
            now=clock.now(),
        )
    except DateRefused as refused:
        move = {**given, "error": str(refused)}
        return show(request, practice, claim, move=move, status=422)
    return redirect("web:claim", practice=practice.code, pk=pk)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DateRefused(
            "No date was given. Expected a working day, such as 12/14/2026."
        ) from None
