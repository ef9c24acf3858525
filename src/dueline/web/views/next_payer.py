"""Claims whose rest is the next payer's: the list, and preparing all of them; writing all that is approved."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.corrections.actions import prepare_next_payer_claims, write_approved
from dueline.corrections.actions.preparing import MOST, Preparation
from dueline.corrections.queries.next_payer import to_bill

PAGE = 50


@require_POST
@in_practice
@requires(Permission.CORRECT_CLAIMS)
def prepare(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Make the claims of the list, as many as are made at once, and say what became of them."""
    told = prepare_next_payer_claims(
        practice=practice, by=request.user, as_of=clock.today(), now=clock.now()
    )
    for words in _told(told):
        messages.info(request, words)
    return redirect("web:next-payer", practice=practice.code)


@require_safe
@in_practice
def next_payer_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """The claims that wait to be billed to their next payer."""
    found = to_bill(practice)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action="view_next_payer",
        at=clock.now(),
        detail={"claims": [claim.pk for claim in page]},
    )
    context = {
        "page": "denials",
        "paging": page,
        "most": MOST,
        "cents": found.order_by().aggregate(cents=Sum("payer_balance_cents"))["cents"] or 0,
        "why_not": why_not(request.role, Permission.CORRECT_CLAIMS),
    }
    return render(request, "web/next_payer.html", context)


@require_POST
@in_practice
@requires(Permission.SEND_FILES)
def write_all(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Write what is approved, a file for each payer and kind, and say what became of it."""
    told = write_approved(practice=practice, by=request.user, as_of=clock.today(), now=clock.now())
    files = f"{told.files:,} file{'' if told.files == 1 else 's'}"
    if told.claims or not told.refused:
        messages.info(request, f"{_claims(told.claims)} written in {files}.")
    for why, count in told.refused.most_common(5):
        messages.info(request, f"{_claims(count)} not written: {why}")
    return redirect("web:corrections", practice=practice.code)


def _told(told: Preparation) -> list[str]:
    """Return what became of the claims, in sentences."""
    words = []
    if told.asked:
        words.append(f"{_claims(told.asked)} up for approval.")
    if told.lacking:
        words.append(
            f"{_claims(told.lacking)} prepared as drafts: something is missing, or a check stops it."
        )
    words += [f"{_claims(count)} left: {why}" for why, count in told.refused.most_common(5)]
    return words or ["No claim waits to be billed to its next payer."]


def _claims(count: int) -> str:
    return f"{count:,} claim{'' if count == 1 else 's'}"
