"""Lines that a payer allowed less for than its contract says, and a person's word on them."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice
from dueline.core.enums import UnderpaymentState
from dueline.core.underpayment_states import TRANSITIONS
from dueline.underpayments.actions import decide_underpayment
from dueline.underpayments.errors import UnderpaymentRefused
from dueline.underpayments.models import Underpayment
from dueline.underpayments.queries.lists import (
    by_payer,
    contracts,
    underpayment_for,
    underpayments,
)
from dueline.web.templatetags.words import spoken
from dueline.web.views.typed import row_number, typed

PAGE = 25
ALL = "all"
_ACTS = {
    UnderpaymentState.DISPUTED: "The payer was asked",
    UnderpaymentState.ACCEPTED: "Accept it",
    UnderpaymentState.OPEN: "Open it again",
}


@require_safe
@in_practice
def underpayments_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    return _show(request, practice)


def _show(
    request: PracticeRequest, practice: Practice, *, error: str = "", status: int = 200
) -> HttpResponse:
    asked = request.GET.get("state", "")
    state = UnderpaymentState(asked) if asked in set(UnderpaymentState) else UnderpaymentState.OPEN
    payer = row_number(request.GET.get("payer", ""))
    found = underpayments(practice, state=None if asked == ALL else state, payer=payer)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action="view_underpayments",
        at=clock.now(),
        detail={"claims": [row.claim_id for row in page]},
    )
    context = {
        "page": "denials",
        "rows": [(row, _acts(row)) for row in page],
        "paging": page,
        "by_payer": by_payer(underpayments(practice, state=None if asked == ALL else state)),
        "payer": payer,
        "exports_query": f"state={ALL if asked == ALL else state.value}{f'&payer={payer}' if payer else ''}",
        "state": ALL if asked == ALL else state.value,
        "states": [(one.value, spoken(one)) for one in UnderpaymentState] + [(ALL, "Any")],
        "has_terms": any(terms for _, terms in contracts(practice)),
        "error": error,
        "why_not": why_not(request.role, Permission.WORK_UNDERPAYMENTS),
    }
    return render(request, "web/underpayments.html", context, status=status)


def _acts(row: Underpayment) -> list[tuple[str, str]]:
    allowed = TRANSITIONS[UnderpaymentState(row.state)]
    return [(one.value, words) for one, words in _ACTS.items() if one in allowed]


@require_POST
@in_practice
def decide(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    try:
        row = underpayment_for(practice, pk)
    except Underpayment.DoesNotExist:
        raise Http404 from None
    text: Any = typed(request, "state")
    try:
        if text not in set(UnderpaymentState):
            raise UnderpaymentRefused("Choose what is to become of it.")
        decide_underpayment(
            underpayment=row,
            state=UnderpaymentState(text),
            reason=typed(request, "reason"),
            by=request.user,
            now=clock.now(),
        )
    except UnderpaymentRefused as refused:
        return _show(request, practice, error=str(refused), status=422)
    except NotAllowed as refused:
        return render(request, "accounts/not_allowed.html", {"reason": str(refused)}, status=403)
    messages.success(request, "Saved.")
    return redirect("web:underpayments", practice=practice.code)
