"""Write-offs: asking for one on a claim, the queue, agreeing, small balances together, and the limits."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.core.money import to_cents
from dueline.core.write_offs import (
    REASON_WORDS,
    REASONS,
    WriteOffEvent,
    WriteOffKind,
    WriteOffReason,
    WriteOffState,
    effects,
    next_state,
)
from dueline.web.templatetags.words import spoken
from dueline.web.views.claim import claim_or_404
from dueline.web.views.typed import typed
from dueline.write_offs import actions
from dueline.write_offs.errors import WriteOffRefused
from dueline.write_offs.models import WriteOff
from dueline.write_offs.queries import (
    counts_by_state,
    limits_of,
    open_write_off,
    seal_of,
    small_balances,
    write_off_for,
    write_offs_in,
)

PAGE = 50
SHOWN = 500  # small balances; all of them are meant
KIND_WORDS = {
    WriteOffKind.PAYER: "Write off the payer’s balance",
    WriteOffKind.PATIENT: "Write off the patient’s balance",
    WriteOffKind.TRANSFER: "Move the payer’s balance to the patient",
}
_EVENTS = {
    "return": actions.return_request,
    "withdraw": actions.withdraw,
}


@require_safe
@in_practice
@requires(Permission.VIEW_PRACTICE)
def write_offs_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """The requests, those to be decided first; which are shown is in the address."""
    return _list(request, practice)


def _list(request: PracticeRequest, practice: Practice, **more: Any) -> HttpResponse:
    shown = request.GET.get("show", WriteOffState.REQUESTED)
    shown = shown if shown in set(WriteOffState) else WriteOffState.REQUESTED
    page = Paginator(write_offs_in(practice, state=shown), PAGE).get_page(request.GET.get("page"))
    _audit(practice, request, "view_write_offs", "", {"claims": [row.claim_id for row in page]})
    context = {
        "page": "denials",
        "shown": shown,
        "shows": [
            (state, spoken(state), count)
            for state, (count, _) in counts_by_state(practice).items()
            if count or state == shown
        ],
        "paging": page,
        "exports_query": f"show={shown}",
        "rows": [(row, KIND_WORDS[WriteOffKind(row.kind)], _reason(row)) for row in page],
        "limits": limits_of(practice),
        "why_not_limits": why_not(request.role, Permission.ADMINISTER),
        "why_not_ask": why_not(request.role, Permission.REQUEST_WRITE_OFFS),
        **more,
    }
    status = 422 if more.get("error") else 200
    return render(request, "web/write_offs.html", context, status=status)


def _reason(row: WriteOff) -> str:
    return REASON_WORDS[WriteOffReason(row.reason)]


def _audit(
    practice: Practice, request: PracticeRequest, action: str, key: str, detail: dict[str, Any]
) -> None:
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action=action,
        at=clock.now(),
        object_kind="write_off",
        object_key=key,
        detail=detail,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_practice
@requires(Permission.REQUEST_WRITE_OFFS)
def ask_write_off(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Ask for a claim's balance to be written off or moved; what is refused stands with what was typed."""
    claim = claim_or_404(practice, pk)
    error = ""
    if request.method == "POST":
        try:
            made = actions.ask(
                claim=claim,
                kind=_chosen(WriteOffKind, typed(request, "kind"), "What"),
                reason=_chosen(WriteOffReason, typed(request, "reason"), "Reason"),
                amount_cents=_cents(typed(request, "amount"), "Amount"),
                note=typed(request, "note"),
                by=request.user,
                now=clock.now(),
            )
            return redirect("web:write-off", practice=practice.code, pk=made.pk)
        except WriteOffRefused as refused:
            error = str(refused)
    else:
        _audit(practice, request, "view_claim_to_write_off", str(claim.pk), {"claim": claim.pk})
    context = {
        "page": "worklist",
        "claim": claim,
        "open": open_write_off(claim),
        "kinds": list(KIND_WORDS.items()),
        "reasons": [
            (KIND_WORDS[kind], [(one, REASON_WORDS[one]) for one in REASONS[kind]])
            for kind in WriteOffKind
        ],
        "typed": {
            name: typed(request, name)[:500] for name in ("kind", "reason", "amount", "note")
        },
        "error": error,
    }
    return render(request, "web/write_off_ask.html", context, status=422 if error else 200)


def _chosen(kinds: Any, value: str, what: str) -> Any:
    if value not in set(kinds):
        raise WriteOffRefused(f"{what}: choose one of the list.")
    return kinds(value)


def _cents(text: str, what: str) -> int:
    try:
        return to_cents(text.replace(",", "").removeprefix("$"))
    except ValueError:
        raise WriteOffRefused(f"{what}: expected dollars such as 150.00.") from None


def _found(practice: Practice, pk: int) -> WriteOff:
    try:
        return write_off_for(practice, pk)
    except (WriteOff.DoesNotExist, OverflowError):
        raise Http404 from None


@require_safe
@in_practice
def write_off_page(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """One request: what it does to the balances, who asked and agreed, and what can be done."""
    row = _found(practice, pk)
    _audit(practice, request, "view_write_off", str(pk), {"claim": row.claim_id})
    return _show(request, practice, row)


def _show(
    request: PracticeRequest, practice: Practice, row: WriteOff, error: str = "", status: int = 200
) -> HttpResponse:
    claim, kind, state = row.claim, WriteOffKind(row.kind), WriteOffState(row.state)
    payer, patient = effects(kind, row.amount_cents)
    own = request.user.get_username()
    context = {
        "page": "denials",
        "row": row,
        "what": KIND_WORDS[kind],
        "reason": _reason(row),
        "payer_after": claim.payer_balance_cents + payer,
        "patient_after": claim.patient_balance_cents + patient,
        "is_open": next_state(state, WriteOffEvent.POST) is not None,
        "is_posted": state is WriteOffState.POSTED,
        "steps": row.steps.order_by("pk"),
        "why_not_approve": why_not(request.role, Permission.APPROVE_WRITE_OFFS)
        or ("You asked for it. Another person approves it." if own == row.requested_by else ""),
        "why_not_withdraw": why_not(request.role, Permission.REQUEST_WRITE_OFFS),
        "error": error,
    }
    return render(request, "web/write_off.html", context, status=status)


@require_POST
@in_practice
@requires(Permission.REQUEST_WRITE_OFFS)
def write_off_step(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Approve, return, withdraw or undo a request."""
    row, step = _found(practice, pk), typed(request, "step")
    given: dict[str, Any] = {"by": request.user, "now": clock.now()}
    try:
        if step == "approve":
            actions.approve(requests=[row], as_of=clock.today(), **given)
        elif step == "undo":
            reason = typed(request, "reason")
            actions.undo(request=row, reason=reason, as_of=clock.today(), **given)
        elif step in _EVENTS:
            _EVENTS[step](request=row, reason=typed(request, "reason"), **given)
        else:
            raise WriteOffRefused("What to do: choose one of the buttons.")
    except WriteOffRefused as refused:
        return _show(request, practice, _found(practice, pk), str(refused), 422)
    except NotAllowed as refused:
        return _show(request, practice, _found(practice, pk), str(refused), 403)
    return redirect("web:write-off", practice=practice.code, pk=pk)


@require_safe
@in_practice
@requires(Permission.REQUEST_WRITE_OFFS)
def small_balances_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """The small balances that may be written off together."""
    claims = list(small_balances(practice, as_of=clock.today()))
    _audit(practice, request, "view_small_balances", "", {"claims": len(claims)})
    context = {
        "page": "denials",
        "claims": claims[:SHOWN],
        "count": len(claims),
        "cents": sum(claim.payer_balance_cents for claim in claims),
        "seal": seal_of(claims),
        "limits": limits_of(practice),
    }
    return render(request, "web/small_balances.html", context)


@require_POST
@in_practice
@requires(Permission.REQUEST_WRITE_OFFS)
def ask_small_balances(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Ask for all small balances that were shown to be written off."""
    try:
        rows = actions.ask_small(
            practice=practice,
            seal=typed(request, "seal"),
            note=typed(request, "note"),
            by=request.user,
            as_of=clock.today(),
            now=clock.now(),
        )
    except WriteOffRefused as refused:
        messages.error(request, str(refused))
        return redirect("web:small-balances", practice=practice.code)
    messages.success(request, f"Asked for {len(rows):,}. Another person approves them.")
    return redirect("web:write-offs", practice=practice.code)


@require_POST
@in_practice
@requires(Permission.APPROVE_WRITE_OFFS)
def approve_batch(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Approve all small balances that were asked for together."""
    batch = typed(request, "batch")
    waiting = write_offs_in(practice, state=WriteOffState.REQUESTED)
    rows = list(waiting.filter(batch=batch)) if batch and batch.isalnum() else []
    try:
        if not rows:
            raise WriteOffRefused("These were decided already, or are not there.")
        actions.approve(requests=rows, by=request.user, as_of=clock.today(), now=clock.now())
        messages.success(request, f"Approved and posted: {len(rows):,}.")
    except (WriteOffRefused, NotAllowed) as refused:
        messages.error(request, str(refused))
    return redirect("web:write-offs", practice=practice.code)


@require_POST
@in_practice
@requires(Permission.ADMINISTER)
def write_off_limits(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Set how much one person approves, and what a small balance is."""
    days = typed(request, "small_days")
    try:
        if not (days.isascii() and days.isdigit() and len(days) < 6):
            raise WriteOffRefused("Days: expected a whole number.")
        actions.set_limits(
            practice=practice,
            one_person_cents=_cents(typed(request, "one_person"), "One person"),
            small_cents=_cents(typed(request, "small"), "Small balance"),
            small_days=int(days),
            by=request.user,
            now=clock.now(),
        )
    except WriteOffRefused as refused:
        return _list(request, practice, error=str(refused), is_limits_open=True)
    return redirect("web:write-offs", practice=practice.code)
