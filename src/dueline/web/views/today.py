"""Today: what is due, what is about to be lost, where to start."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.web import PracticeRequest, current_practice, in_practice
from dueline.core.enums import DueCause, Watch
from dueline.worklist.actions import ensure_priced
from dueline.worklist.queries import today

_CAUSES = {
    DueCause.PROMISE_BROKEN: "Broken promises",
    DueCause.OVERDUE: "Overdue follow-ups",
    DueCause.DEADLINE: "A deadline forces it",
    DueCause.DATE: "Due by its date",
}


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Go to the practice last worked in."""
    return redirect("web:today", practice=current_practice(request).code)


@require_safe
@in_practice
def today_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    as_of, now = clock.today(), clock.now()
    ensure_priced(practice=practice, as_of=as_of, now=now)
    figures = today(practice, request.user, as_of, now)
    audit.record(practice=practice, by=request.user.get_username(), action="view_today", at=now)
    watches = [
        (Watch.ESCALATED, "Under 7 days", "escalate"),
        (Watch.CHASED, "7 to 14 days", "chase"),
        (Watch.WATCHED, "Over 14 days", ""),
        (Watch.LOST, "Lost and open", "lost"),
    ]
    context = {
        "page": "today",
        "as_of": as_of,
        "figures": figures,
        "causes": [(c.value, _CAUSES[c], figures.due[c]) for c in _CAUSES],
        "watches": [(w.value, label, look, figures.watches[w]) for w, label, look in watches],
    }
    return render(request, "web/today.html", context)
