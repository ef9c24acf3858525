"""Corrected claims: what can be done about a claim, the editor with its preview, the steps, the list."""

from collections.abc import Callable
from typing import Any

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
from dueline.core.correction import (
    CLAIM_FIELDS,
    KIND_NAMES,
    LINE_FIELDS,
    NEXT_PAYER_FIELDS,
    CorrectionError,
    CorrectionEvent,
    CorrectionKind,
    CorrectionState,
    can_move,
    why_not_billed,
)
from dueline.core.correction.change import REMOVED
from dueline.corrections.actions import (
    approve,
    ask_approval,
    change_correction,
    return_correction,
    start_correction,
    withdraw_correction,
    write_correction,
)
from dueline.corrections.actions.steps import why_not_approve
from dueline.corrections.errors import CorrectionRefused
from dueline.corrections.models import Correction
from dueline.corrections.queries import (
    Prepared,
    choices_of,
    correction_for,
    corrections_of,
    edits_of,
    made,
    open_correction,
    prepared,
)
from dueline.corrections.queries.next_payer import to_bill, turn_of
from dueline.web.templatetags.words import spoken
from dueline.web.views.claim import claim_or_404
from dueline.web.views.typed import typed

PAGE = 50
KIND_WORDS = {
    CorrectionKind.RESEND: ("Send it anew", "frequency 1: the payer never accepted it"),
    CorrectionKind.REPLACEMENT: ("Replace it", "frequency 7: the payer takes the corrected claim"),
    CorrectionKind.VOID: ("Void it", "frequency 8: the whole claim is taken back"),
    CorrectionKind.NEXT_PAYER: (
        "Bill the next payer",
        "a claim to the payer whose turn it is, with what the payers before have answered",
    ),
}


@require_safe
@in_practice
def corrections_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    shown = request.GET.get("show", "open")
    if shown not in ("open", "all", *CorrectionState):
        shown = "open"
    page = Paginator(corrections_of(practice, shown=shown), PAGE).get_page(request.GET.get("page"))
    _audit(practice, request, "view_corrections", "", {"claims": [row.claim_id for row in page]})
    context = {
        "page": "denials",
        "shown": shown,
        "exports_query": f"show={shown}",
        "shows": [
            ("open", "Open"),
            *((s.value, spoken(s)) for s in CorrectionState),
            ("all", "All"),
        ],
        "paging": page,
        "rows": [(row, KIND_NAMES[CorrectionKind(row.kind)]) for row in page],
        "to_bill_count": to_bill(practice).count(),
        "approved_count": corrections_of(practice, shown=CorrectionState.APPROVED).count(),
        "why_not_write": why_not(request.role, Permission.SEND_FILES),
    }
    return render(request, "web/corrections.html", context)


def _audit(
    practice: Practice,
    request: PracticeRequest,
    action: str,
    key: str,
    detail: dict[str, Any],
    kind: str = "correction",
) -> None:
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action=action,
        at=clock.now(),
        object_kind=kind,
        object_key=key,
        detail=detail,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@in_practice
def correct_claim(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """What can be done about a claim, each with the reason that stops it; posted, the one chosen begins."""
    claim = claim_or_404(practice, pk)
    error, status = "", 200
    if request.method == "POST":
        kind = typed(request, "kind")
        try:
            if kind not in set(CorrectionKind):
                raise CorrectionRefused("Choose what is to be done.")
            made = start_correction(
                claim=claim,
                kind=CorrectionKind(kind),
                by=request.user,
                as_of=clock.today(),
                now=clock.now(),
                reason=typed(request, "reason"),
            )
            return redirect("web:correction", practice=practice.code, pk=made.pk)
        except CorrectionRefused as refused:
            error, status = str(refused), 422
        except NotAllowed as refused:
            told = {"reason": str(refused)}
            return render(request, "accounts/not_allowed.html", told, status=403)
    _audit(practice, request, "view_claim", str(claim.pk), {}, "claim")
    turn = turn_of(claim)
    shown: dict[str, Any] = {
        "page": "claim",
        "claim": claim,
        "choices": [(*KIND_WORDS[one.kind], one) for one in choices_of(claim, as_of=clock.today())],
        "turn": turn,
        "next": KIND_WORDS[CorrectionKind.NEXT_PAYER],
        "why_not_next": why_not_billed(turn),
        "may_say_why": turn.forwarded and not why_not_billed(turn, said="said"),
        "open": open_correction(claim),
        "error": error,
        "why_not": why_not(request.role, Permission.CORRECT_CLAIMS),
    }
    return render(request, "web/correct_claim.html", shown, status=status)


# ---------------------------------------------------------------- one correction


def _or_404(practice: Practice, pk: int) -> Correction:
    try:
        return correction_for(practice, pk)
    except Correction.DoesNotExist:
        raise Http404 from None


@require_safe
@in_practice
def correction_page(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    return _show(request, practice, _or_404(practice, pk))


def _show(
    request: PracticeRequest,
    practice: Practice,
    one: Correction,
    *,
    error: str = "",
    values: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a correction. What was refused stands there as typed, with the reason."""
    _audit(practice, request, "view_correction", str(one.pk), {"claim": one.claim_id})
    state = CorrectionState(one.state)
    found: Prepared | None = None
    try:
        found = prepared(one, as_of=clock.today())
    except (CorrectionRefused, CorrectionError) as refused:
        error = error or str(refused)
    may_change = can_move(state, CorrectionEvent.CHANGE) and one.kind != CorrectionKind.VOID
    context = {
        "page": "denials",
        "one": one,
        "kind": KIND_WORDS[CorrectionKind(one.kind)],
        "found": found,
        "is_x12": request.GET.get("show") == "x12",
        "rows": found.rows() if found and request.GET.get("show") == "x12" else [],
        "form": _form(found, values or edits_of(one)) if found and may_change else None,
        "is_next_payer": one.kind == CorrectionKind.NEXT_PAYER,
        "steps": one.steps.order_by("-pk"),
        "can": _can(request, practice, one, state, found),
        "error": error,
    }
    return render(request, "web/correction.html", context, status=status)


def _form(found: Prepared, edits: dict[str, str]) -> dict[str, Any]:
    """Return the fields of the claim and of each line, or those of the next payer, with what is typed or known."""
    if found.target is not None:
        known = [(one, one.get(found.target)) for one in NEXT_PAYER_FIELDS]
        fields = [(o.name, o.label, edits.get(o.name, at), o.input, at) for o, at in known]
        return {"fields": fields, "columns": [], "lines": []}
    claim = found.original
    fields = [
        (one.name, one.label, edits.get(one.name, one.get(claim)), one.input, one.get(claim))
        for one in CLAIM_FIELDS
        if claim.kind in one.kinds
    ]
    lines = []
    columns = [one for one in LINE_FIELDS if claim.kind in one.kinds]
    for place, line in enumerate(claim.lines, 1):
        cells = [
            (f"{place}.{c.name}", c.label, edits.get(f"{place}.{c.name}", c.get(line)), c.input)
            for c in columns
        ]
        lines.append((place, cells, edits.get(f"{place}.{REMOVED}") == "yes"))
    return {"fields": fields, "columns": [c.label for c in columns], "lines": lines}


def _can(
    request: PracticeRequest,
    practice: Practice,
    one: Correction,
    state: CorrectionState,
    found: Prepared | None,
) -> dict[str, dict[str, str]]:
    """Return the steps that are possible, each with why this person cannot take it ("": they can)."""
    needs = {
        CorrectionEvent.ASK: Permission.CORRECT_CLAIMS,
        CorrectionEvent.APPROVE: Permission.APPROVE_CORRECTIONS,
        CorrectionEvent.RETURN: Permission.APPROVE_CORRECTIONS,
        CorrectionEvent.WRITE: Permission.SEND_FILES,
        CorrectionEvent.WITHDRAW: Permission.CORRECT_CLAIMS,
        CorrectionEvent.CHANGE: Permission.CORRECT_CLAIMS,
    }
    told = {}
    for event, permission in needs.items():
        if can_move(state, event):
            reason = why_not(request.role, permission)
            if event is CorrectionEvent.ASK and not reason and found is not None:
                reason = _why_not_ask(found)
            if event is CorrectionEvent.APPROVE and not reason:
                reason = why_not_approve(one, request.user)
            told[event.value] = {"why_not": reason}
    return told


def _why_not_ask(found: Prepared) -> str:
    if found.missing:
        return "Something is not known yet: fill it in first."
    return "The checks stop it: mend what is shown as an error first." if found.errors else ""


@require_POST
@in_practice
@requires(Permission.CORRECT_CLAIMS)
def change(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    one = _or_404(practice, pk)
    try:
        edits = _edits(request, made(one, edits={}))
    except (CorrectionRefused, CorrectionError) as refused:
        return _show(request, practice, one, error=str(refused), status=422)
    return _acted(
        request,
        practice,
        one,
        lambda: change_correction(correction=one, edits=edits, by=request.user, now=clock.now()),
        values=edits,
    )


def _edits(request: PracticeRequest, sent: Prepared) -> dict[str, str]:
    """Return what the form says otherwise than the claim as sent, or than what is known of the next payer."""
    found: dict[str, str] = {}
    if sent.target is not None:
        for of_payer in NEXT_PAYER_FIELDS:
            name = of_payer.name
            if name in request.POST and typed(request, name) != of_payer.get(sent.target):
                found[name] = typed(request, name)
        return found
    claim = sent.original
    for one in CLAIM_FIELDS:
        if one.name in request.POST and typed(request, one.name) != one.get(claim):
            found[one.name] = typed(request, one.name)
    for place, line in enumerate(claim.lines, 1):
        for cell in LINE_FIELDS:
            key = f"{place}.{cell.name}"
            if key in request.POST and typed(request, key) != cell.get(line):
                found[key] = typed(request, key)
        if typed(request, f"{place}.{REMOVED}") == "yes":
            found[f"{place}.{REMOVED}"] = "yes"
    return found


@require_POST
@in_practice
def step(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Take one step with a correction: ask, approve, return, write or withdraw."""
    do = typed(request, "do")
    needed = {"approve": Permission.APPROVE_CORRECTIONS, "return": Permission.APPROVE_CORRECTIONS}
    needed["write"] = Permission.SEND_FILES
    reason_not = why_not(request.role, needed.get(do, Permission.CORRECT_CLAIMS))
    if reason_not:
        return render(request, "accounts/not_allowed.html", {"reason": reason_not}, status=403)
    one = _or_404(practice, pk)
    by, as_of, now, reason = request.user, clock.today(), clock.now(), typed(request, "reason")
    steps: dict[str, Callable[[], object]] = {
        "ask": lambda: ask_approval(correction=one, by=by, as_of=as_of, now=now),
        "approve": lambda: approve(correction=one, by=by, as_of=as_of, now=now),
        "return": lambda: return_correction(correction=one, reason=reason, by=by, now=now),
        "write": lambda: write_correction(correction=one, by=by, as_of=as_of, now=now),
        "withdraw": lambda: withdraw_correction(correction=one, reason=reason, by=by, now=now),
    }
    chosen = steps.get(do)
    if chosen is None:
        return _show(request, practice, one, error="Choose what is to be done.", status=422)
    return _acted(request, practice, one, chosen)


def _acted(
    request: PracticeRequest,
    practice: Practice,
    one: Correction,
    act: Callable[[], object],
    values: dict[str, str] | None = None,
) -> HttpResponse:
    try:
        act()
    except CorrectionRefused as refused:
        one.refresh_from_db()
        return _show(request, practice, one, error=str(refused), values=values, status=422)
    except NotAllowed as refused:
        return render(request, "accounts/not_allowed.html", {"reason": str(refused)}, status=403)
    return redirect("web:correction", practice=practice.code, pk=one.pk)
