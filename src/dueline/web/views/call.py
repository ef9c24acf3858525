"""The call console: one call, its claims, everything typed kept at once."""

from datetime import datetime

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.calls import actions
from dueline.calls.errors import CallsError, Unfinished, Unseen
from dueline.calls.models import Call, CallClaim
from dueline.calls.queries import (
    batch,
    call_for,
    call_of,
    claims_per_call,
    missing,
    parts_of,
    talk_of,
)
from dueline.calls.queries.talk import CHOSEN
from dueline.core.facts import FACTS
from dueline.denials.actions import finish_call
from dueline.web.views.call_page import console, named_differences, pieces
from dueline.web.views.claim import claim_or_404
from dueline.web.views.typed import row_number, typed
from dueline.worklist.actions import take_next
from dueline.worklist.errors import ItemTaken

OTHER_TAB = "Another tab has changed what you typed here. See below, and go on with what is right."
CONTACT = ("contact_name", "no_contact_reason", "reference_number", "no_reference_reason")


@require_POST
@in_practice
@requires(Permission.RECORD_FOLLOW_UP)
def start(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Begin a call about a claim; with "batch", about the payer's other ready claims too."""
    claim = claim_or_404(practice, pk)
    now = clock.now()
    claims = [claim]
    if "batch" in request.POST and call_of(request.user) is None:
        room = claims_per_call(claim.payer)
        items = batch(practice, claim.payer, request.user, now=now, limit=room)
        claims += [item.claim for item in items if item.claim_id != claim.pk][: room - 1]
    try:
        call = actions.start_call(
            practice=practice, claims=claims, by=request.user, as_of=clock.today(), now=now
        )
    except (CallsError, ItemTaken) as refused:
        running = call_of(request.user)
        context = {"reason": str(refused), "running": running}
        return render(request, "web/refused.html", context, status=409)
    part = parts_of(call).get(claim_id=claim.pk)
    return _at(call, part.position)


def _at(call: Call, position: int) -> HttpResponse:
    page = redirect("web:call", practice=call.practice.code, pk=call.pk)
    page["Location"] += f"?claim={position}" if position > 1 else ""
    return page


def _call_or_404(request: PracticeRequest, practice: Practice, pk: int) -> Call:
    try:
        return call_for(practice, request.user, pk)
    except Call.DoesNotExist:
        raise Http404 from None


def _part_or_404(call: Call, position: str) -> CallClaim:
    number = int(position) if position.isascii() and position.isdigit() and len(position) < 4 else 0
    parts = parts_of(call)
    part = parts.filter(position=number).first() if position else parts.first()
    if part is None:
        raise Http404
    return part


@require_safe
@in_practice
@requires(Permission.RECORD_FOLLOW_UP)
def call_page(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    call = _call_or_404(request, practice, pk)
    part = _part_or_404(call, request.GET.get("claim", ""))
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action="view_claim",
        at=clock.now(),
        object_kind="claim",
        object_key=str(part.claim_id),
    )
    if call.ended_at is not None:
        return render(
            request, "web/call_over.html", {"call": call, "parts": parts_of(call), "page": "call"}
        )
    return _show(request, call, part)


def _show(
    request: PracticeRequest,
    call: Call,
    part: CallClaim,
    *,
    refused: str = "",
    differs: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    context = console(call, part, user=request.user, as_of=clock.today(), now=now)
    template = "web/call.html#console" if request.htmx else "web/call.html"
    context |= {"refused": refused, "differs": named_differences(differs or {})}
    return render(request, template, context, status=status)


@require_POST
@in_practice
@requires(Permission.RECORD_FOLLOW_UP)
def work(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Keep all that was typed, then do what was asked: answer, go back, switch, hold, drop, save."""
    call = _call_or_404(request, practice, pk)
    if call.ended_at is not None:
        return _leave(request, "web:call", practice=practice.code, pk=call.pk)
    form = {name: typed(request, name) for name in request.POST}
    part = _part_or_404(call, form.get("claim", ""))
    now = clock.now()
    try:
        if form.get("do") == "stay":
            actions.stay(call, by=request.user, now=now)
            return HttpResponse(status=204)
        differs = _keep(request, call, part, form, now)
        if differs and form.get("do", "keep") in ("answer", "save"):
            return _show(request, call, part, refused=OTHER_TAB, differs=differs, status=409)
        return _do(request, call, part, form, now, differs)
    except Unfinished as refused:
        call.refresh_from_db()
        position = min(refused.problems)
        return _show(
            request, call, _part_or_404(call, str(position)), refused=str(refused), status=422
        )
    except Unseen as refused:
        call.refresh_from_db()
        at = _part_or_404(call, str(refused.position or part.position))
        return _show(request, call, at, refused=str(refused), status=409)
    except (CallsError, ItemTaken) as refused:
        call.refresh_from_db()
        return _show(
            request, call, _part_or_404(call, str(part.position)), refused=str(refused), status=409
        )


def _keep(
    request: PracticeRequest, call: Call, part: CallClaim, form: dict[str, str], now: datetime
) -> dict[str, str] | None:
    """Keep what was typed. Return what another tab has changed, by field; None: overtaken on its way."""
    step = form.get("step", "")
    for name in ("next_due_on", "was-next_due_on"):
        if name in form and form[name] == form.get("proposed_due_on"):
            form[name] = ""  # left as proposed: it follows the answers
    facts = {
        name[5:]: value
        for name, value in form.items()
        if name.startswith("fact-") and name[5:] in FACTS
    }
    was = {name[4:].removeprefix("fact-"): v for name, v in form.items() if name[:4] == "was-"}
    differs = actions.keep(
        part,
        by=request.user,
        now=now,
        facts=facts,
        chosen={name: form[name] for name in CHOSEN if name in form},
        words=form.get("words"),
        confirmed={step: "confirmed" in form} if "can_confirm" in form else {},
        pending={step: form["choice"]} if step and "choice" in form else {},
        turn=row_number(form.get("turn", "")) or 0,
        was=was,
    )
    if differs is None:
        return None
    found = {f"fact-{name}" if name in facts else name: value for name, value in differs.items()}
    contact = {name: form[name] for name in CONTACT if name in form}
    if contact:
        found |= actions.keep_contact(call, by=request.user, now=now, was=was, **contact)
    return found


def _do(
    request: PracticeRequest,
    call: Call,
    part: CallClaim,
    form: dict[str, str],
    now: datetime,
    differs: dict[str, str] | None,
) -> HttpResponse:
    deed, user = form.get("do", "keep"), request.user
    step, choice = form.get("step", ""), form.get("choice", "")
    to = part.position
    match deed:
        case "keep":
            return _pieces(request, call, part, differs)
        case "answer":
            actions.answer(part, by=user, now=now, step=step, choice=choice)
        case "switch":
            actions.switch(part, by=user, now=now, scenario=form.get("scenario", ""))
        case "seen":
            actions.see_others(part, by=user, now=now)
        case "hold" | "talk":
            actions.set_hold(call, by=user, is_held=deed == "hold", now=now)
        case "drop":
            actions.drop(call, by=user, now=now)
        case "resume":
            actions.resume(call, by=user, now=now)
        case "remove":
            actions.remove_claim(part, by=user, now=now)
            if not parts_of(call).exists():
                return _leave(request, "web:today", practice=call.practice.code)
        case "end":
            actions.end_call(call, by=user, now=now)
            return _leave(request, "web:today", practice=call.practice.code)
        case "save":
            unfinished = _unfinished(call, part)
            if unfinished is None:
                finish_call(call, by=user, as_of=clock.today(), now=now)
                return _next(request, call, now)
            to = unfinished
        case _ if deed.startswith("reopen "):
            actions.reopen(part, by=user, now=now, step=deed[7:])
        case _ if deed.startswith("claim "):
            to = int(deed[6:]) if deed[6:].isdigit() else to
        case _ if deed.startswith("add "):
            to = _add(request, call, deed[4:], now)
    return _go(request, call, to)


def _unfinished(call: Call, part: CallClaim) -> int | None:
    """Return the next claim that is not complete, None where all are. Raises Unfinished where this one is not."""
    as_of = clock.today()
    call = call_for(call.practice, call.caller, call.pk)
    lacking = {one.position: missing(talk_of(one, as_of=as_of), call) for one in parts_of(call)}
    if lacking[part.position]:
        raise Unfinished({part.position: lacking[part.position]})
    after = sorted(lacking, key=lambda position: (position < part.position, position))
    return next((position for position in after if lacking[position]), None)


def _add(request: PracticeRequest, call: Call, pk: str, now: datetime) -> int:
    claim = claim_or_404(call.practice, int(pk) if pk.isdigit() and len(pk) < 19 else 0)
    part = actions.add_claim(call, claim, by=request.user, as_of=clock.today(), now=now)
    return part.position


def _go(request: PracticeRequest, call: Call, to: int) -> HttpResponse:
    """Show the call at a claim: as a part of the page, or as the page again."""
    if not request.htmx:
        return _at(call, to)
    call = call_for(call.practice, request.user, call.pk)
    part = parts_of(call).filter(position=to).first() or _part_or_404(call, "")
    page = _show(request, call, part)
    page["HX-Replace-Url"] = f"?claim={part.position}"
    return page


def _pieces(
    request: PracticeRequest, call: Call, part: CallClaim, differs: dict[str, str] | None
) -> HttpResponse:
    """Show only what follows from what was typed; the fields stay as they are. 202: overtaken, nothing was kept."""
    call = call_for(call.practice, request.user, call.pk)
    parts = list(parts_of(call))
    mine = next(one for one in parts if one.pk == part.pk)
    talk = talk_of(mine, as_of=clock.today())
    context = pieces(call, talk, parts, user=request.user, as_of=clock.today())
    context |= {
        "call": call,
        "part": mine,
        "is_piece": True,
        "kept_at": clock.now(),
        "now_key": talk.position.key,
        "differs": named_differences(differs or {}),
    }
    status = 202 if differs is None else 200
    return render(request, "web/call_pieces.html", context, status=status)


def _next(request: PracticeRequest, call: Call, now: datetime) -> HttpResponse:
    item = take_next(practice=call.practice, user=request.user, as_of=clock.today(), now=now)
    if item is None:
        return _leave(request, "web:call", practice=call.practice.code, pk=call.pk)
    return _leave(request, "web:claim", practice=call.practice.code, pk=item.claim_id)


def _leave(request: PracticeRequest, to: str, **where: str | int) -> HttpResponse:
    url = reverse(to, kwargs=where)
    return HttpResponse(headers={"HX-Redirect": url}) if request.htmx else redirect(url)
