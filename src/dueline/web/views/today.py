"""Today: what is due, what is about to be lost, where to start."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, role_can
from dueline.accounts.web import PracticeRequest, current_practice, in_practice
from dueline.core.enums import Means, NextAction, Watch
from dueline.corrections.queries.next_payer import to_bill
from dueline.web.templatetags.words import CAUSE_WORDS, MEANS_WORDS
from dueline.web.views.nothing import lacking
from dueline.worklist.actions import ensure_priced
from dueline.worklist.queries import today


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
    next_item = figures.next_item
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
        "usual": figures.usual.query(),
        "means": [(m.value, MEANS_WORDS[m], figures.by[m]) for m in MEANS_WORDS],
        "by_telephone": figures.by[Means.TELEPHONE],
        "is_call": bool(
            next_item
            and next_item.is_for_caller
            and next_item.next_action == NextAction.CALL
            and role_can(request.role, Permission.RECORD_FOLLOW_UP)
        ),
        "lacks": lacking(practice),
        "to_bill_count": to_bill(practice).count()
        if role_can(request.role, Permission.CORRECT_CLAIMS)
        else 0,
        "causes": [(c.value, CAUSE_WORDS[c], figures.due[c]) for c in CAUSE_WORDS],
        "watches": [(w.value, label, look, figures.watches[w]) for w, label, look in watches],
    }
    return render(request, "web/today.html", context)
