"""Requests: what is asked and of whom, the answers, and a lead's leave to call although a check blocks."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.core.enums import CheckKey, RequestOwner
from dueline.core.given import GivenError
from dueline.core.readiness import FACTS
from dueline.ledger.models import Claim
from dueline.web.views.claim import claim_or_404, show
from dueline.web.views.paging import paginator
from dueline.web.views.readiness import owner_name
from dueline.web.views.typed import typed
from dueline.worklist.actions import (
    answer_request,
    ask_request,
    ensure_priced,
    override_readiness,
    withdraw_request,
)
from dueline.worklist.errors import WorklistError
from dueline.worklist.models import Request
from dueline.worklist.queries import open_counts, open_requests, readiness_of, request_for

PAGE = 25


@require_safe
@in_practice
def requests_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    as_of, now = clock.today(), clock.now()
    ensure_priced(practice=practice, as_of=as_of, now=now)
    return _page(request, practice, request.GET.get("owner", ""))


def _page(
    request: PracticeRequest,
    practice: Practice,
    owner: str,
    *,
    typed_in: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the open requests; an answer that was refused stands as typed, with the reason beside it."""
    chosen = RequestOwner(owner) if owner in set(RequestOwner) else None
    counts = open_counts(practice)
    count = counts.get(chosen, 0) if chosen else sum(counts.values())
    found = open_requests(practice, owner=chosen)
    pages = paginator(found.values_list("pk", flat=True), found, PAGE, count=count)
    paging = pages.get_page(request.GET.get("page"))
    rows = list(paging)
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action="view_requests",
        at=clock.now(),
        detail={"claims": [row.claim_id for row in rows if row.claim_id]},
    )
    context = {
        "page": "requests",
        "as_of": clock.today(),
        "rows": [(row, row.check_key in FACTS) for row in rows],
        "paging": paging,
        "owner": chosen.value if chosen else "",
        "owners": [(one.value, owner_name(one), count) for one, count in counts.items()],
        "total": sum(counts.values()),
        "typed_in": typed_in or {},
        "why_not": why_not(request.role, Permission.ANSWER_REQUESTS),
    }
    return render(request, "web/requests.html", context, status=status)


def _request_or_404(practice: Practice, pk: int) -> Request:
    try:
        return request_for(practice, pk)
    except Request.DoesNotExist:
        raise Http404 from None


@require_POST
@in_practice
@requires(Permission.ANSWER_REQUESTS)
def answer(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Answer a request, with the fact that was asked for where it was one."""
    row = _request_or_404(practice, pk)
    given = {name: typed(request, name) for name in ("fact", "answer")}
    try:
        answer_request(
            request=row,
            answer=given["answer"],
            fact=given["fact"],
            by=request.user,
            as_of=clock.today(),
            now=clock.now(),
        )
    except (WorklistError, GivenError) as refused:
        return _refused(request, practice, row, given, str(refused))
    return _back(request, practice)


@require_POST
@in_practice
@requires(Permission.ASK_REQUESTS)
def withdraw(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Take a question back, with the reason."""
    row = _request_or_404(practice, pk)
    given = {"answer": typed(request, "answer"), "fact": ""}
    try:
        withdraw_request(
            request=row,
            reason=given["answer"],
            by=request.user,
            as_of=clock.today(),
            now=clock.now(),
        )
    except (WorklistError, NotAllowed) as refused:
        return _refused(request, practice, row, given, str(refused))
    return _back(request, practice)


def _refused(
    request: PracticeRequest, practice: Practice, row: Request, given: dict[str, str], why: str
) -> HttpResponse:
    typed_in = {**given, "pk": str(row.pk), "error": why}
    return _page(request, practice, typed(request, "owner"), typed_in=typed_in, status=422)


def _back(request: PracticeRequest, practice: Practice) -> HttpResponse:
    answer = redirect("web:requests", practice=practice.code)
    owner = typed(request, "owner")
    if owner in set(RequestOwner):
        answer["Location"] += f"?owner={owner}"
    return answer


@require_POST
@in_practice
@requires(Permission.ASK_REQUESTS)
def ask(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Ask about a claim: what a check is about, or a question of one's own."""
    claim = claim_or_404(practice, pk)
    given = {name: typed(request, name) for name in ("owner", "question", "due_on", "check")}
    try:
        owner, question, key = _asked(claim, given)
        ask_request(
            claim=claim,
            owner=owner,
            question=question,
            check_key=key,
            due_on=_day(given["due_on"]),
            by=request.user,
            as_of=clock.today(),
            now=clock.now(),
        )
    except (WorklistError, GivenError) as refused:
        values = {**given, "error": str(refused)}
        return show(request, practice, claim, ask=values, status=422)
    return redirect("web:claim", practice=practice.code, pk=pk)


def _asked(claim: Claim, given: dict[str, str]) -> tuple[RequestOwner, str, CheckKey | None]:
    """Return whom to ask, and what: of a check that does not hold, its own question."""
    if given["check"]:
        for check in readiness_of(claim, as_of=clock.today(), now=clock.now()):
            if check.key == given["check"] and check.owner is not None:
                return check.owner, check.question, check.key
        raise WorklistError("This is known meanwhile. Nothing was asked.")
    if given["owner"] not in set(RequestOwner):
        raise WorklistError("No one to ask was chosen. Choose who has the answer.")
    return RequestOwner(given["owner"]), given["question"], None


def _day(text: str) -> date | None:
    """Return the day typed; None leaves it to the usual one."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WorklistError(
            "That is no date. Expected a working day, such as 12/14/2026."
        ) from None


@require_POST
@in_practice
@requires(Permission.OVERRIDE_READINESS)
def override(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Allow the call of a claim although a check blocks it, with the reason."""
    claim = claim_or_404(practice, pk)
    given = {name: typed(request, name) for name in ("check", "reason")}
    try:
        if given["check"] not in set(CheckKey):
            raise WorklistError("No check was chosen. Choose the one that blocks.")
        override_readiness(
            claim=claim,
            check_key=CheckKey(given["check"]),
            reason=given["reason"],
            by=request.user,
            as_of=clock.today(),
            now=clock.now(),
        )
    except WorklistError as refused:
        return show(request, practice, claim, allow={**given, "error": str(refused)}, status=422)
    return redirect("web:claim", practice=practice.code, pk=pk)
