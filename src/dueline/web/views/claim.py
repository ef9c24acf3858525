"""A claim: its facts, money, deadlines and timeline, and the form that records a follow-up."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.calls.errors import CallsError
from dueline.calls.queries import call_of, contact_entries, is_in_call, others_of, proposal
from dueline.core.aging import days_outstanding
from dueline.core.enums import Channel, NextAction, Outcome
from dueline.core.facts import FACTS
from dueline.core.follow_up import REQUIRED, FollowUpError, FollowUpFacts
from dueline.denials.actions import record_follow_up
from dueline.denials.queries import cards_of
from dueline.ledger.models import Claim
from dueline.ledger.queries import claim_for, claim_story
from dueline.web.follow_up_words import LABELS, in_order, told
from dueline.web.templatetags.words import action, spoken
from dueline.web.views.neighbors import neighbors_of
from dueline.web.views.nothing import nothing_due
from dueline.web.views.readiness import readiness_context
from dueline.web.views.typed import typed
from dueline.worklist.actions import release, take, take_next
from dueline.worklist.errors import ItemTaken, NotYours
from dueline.worklist.models import WorklistItem
from dueline.worklist.queries import (
    clocks_of,
    explain_each,
    move_entries,
    moves_of,
    pricing_for,
    times_put_off,
)

FORM_FIELDS = (
    "occurred_at",
    "channel",
    "contact_name",
    "no_contact_reason",
    "reference_number",
    "no_reference_reason",
    "outcome",
    "said",
    "next_action",
    "next_due_on",
    "next_due_reason",
)


def claim_or_404(practice: Practice, pk: int) -> Claim:
    try:
        return claim_for(practice, pk)
    except Claim.DoesNotExist:
        raise Http404 from None


def item_of(claim: Claim) -> WorklistItem | None:
    items = WorklistItem.objects.select_related("leased_by", "payer", "practice", "claim")
    return items.filter(claim=claim, is_open=True).first()


@require_safe
@in_practice
def claim_page(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    claim = claim_or_404(practice, pk)
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action="view_claim",
        at=clock.now(),
        object_kind="claim",
        object_key=str(claim.pk),
    )
    return show(request, practice, claim)


def show(
    request: PracticeRequest,
    practice: Practice,
    claim: Claim,
    *,
    values: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    move: dict[str, str] | None = None,
    ask: dict[str, str] | None = None,
    allow: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show a claim. Forms that were refused stand open, with what was typed and why it was refused."""
    as_of, now = clock.today(), clock.now()
    item = item_of(claim)
    story = claim_story(claim)
    rules = pricing_for(practice, as_of=as_of)
    ready, asked = readiness_context(
        request, claim, item, rules=rules, now=now, ask=ask, allow=allow
    )
    moves = moves_of(claim)
    told = [*story.timeline, *contact_entries(claim), *asked, *move_entries(claim, moves)]
    timeline = sorted(told, key=lambda entry: entry.on, reverse=True)
    is_leased = bool(item and item.leased_until and item.leased_until > now)
    holder = item.leased_by if item and is_leased else None
    context = {
        "page": "claim",
        "as_of": as_of,
        "claim": claim,
        "story": story,
        "sums": {n: story.total(f"{n}_cents") for n in _COLUMNS},
        "timeline": timeline,
        "clocks": clocks_of(claim, as_of=as_of, rules=rules),
        "denials": cards_of(claim, as_of=as_of),
        "item": item,
        "times_put_off": times_put_off(moves),
        "price": explain_each([item], rules=rules)[0] if item else None,
        "holder": holder,
        "is_mine": holder == request.user,
        "since_service": days_outstanding(claim.service_from_on, as_of=as_of),
        "since_sent": days_outstanding(claim.first_submitted_on, as_of=as_of),
        "since_action": days_outstanding(item.last_action_on, as_of=as_of) if item else None,
        "why_not": why_not(request.role, Permission.RECORD_FOLLOW_UP),
        "form": _form(request, claim, values or {}, errors or {}),
        "is_form_open": bool(errors) or "record" in request.GET,
        "ready": ready,
        "move": move or {},
        "is_move_open": bool(move) or "move" in request.GET,
        "move_why_not": why_not(request.role, Permission.MOVE_DUE_DATE),
        "neighbors": neighbors_of(
            practice, request.user, request.GET, claim_id=claim.pk, as_of=as_of
        ),
    }
    return render(request, "web/claim.html", context, status=status)


_FAR = timedelta(days=3660)
_COLUMNS = ("charge", "contract", "denied", "patient", "paid")


# ---------------------------------------------------------------- the form


def _form(
    request: PracticeRequest, claim: Claim, values: dict[str, str], errors: dict[str, str]
) -> dict[str, Any]:
    """Return what the form shows: what was typed stays; the rest is proposed from the outcome."""
    zone = ZoneInfo(request.user.time_zone)
    outcome = values.get("outcome", "")
    given = {"occurred_at": f"{clock.now().astimezone(zone):%Y-%m-%dT%H:%M}", "channel": "call"}
    given.update({name: value for name, value in values.items() if value})
    errors = in_order(errors)
    faults = [(name, LABELS[name]) for name in errors if name in LABELS]
    form: dict[str, Any] = {
        "values": given,
        "errors": errors,
        "faults": faults,
        "focus": faults[0][0] if faults else "channel",
        "request_key": values.get("request_key") or uuid.uuid4().hex,
        "seen": others_of(claim, request.user, now=clock.now()).mark,
        "zone": zone.key,
        "channels": [(c.value, spoken(c.value)) for c in Channel],
        "outcomes": [(o.value, spoken(o.value)) for o in Outcome],
        "actions": [(a.value, action(a.value)) for a in NextAction],
    }
    form.update(_outcome_part(claim, outcome, given))
    return form


def _outcome_part(claim: Claim, outcome: str, given: dict[str, str]) -> dict[str, Any]:
    """Return the facts an outcome needs, and the proposed action and date with its reason."""
    if outcome not in set(Outcome):
        return {"facts": [], "proposal": None, "next_action": "", "next_due_on": ""}
    chosen = Outcome(outcome)
    facts = [
        {
            "names": names,
            "fields": [
                {
                    "name": name,
                    "meaning": FACTS[name].meaning,
                    "kind": FACTS[name].kind.value,
                    "value": given.get(name, ""),
                }
                for name in names
            ],
        }
        for names in REQUIRED[chosen]
    ]
    known = {name: given[name] for name in FACTS if given.get(name)}
    proposed = proposal(claim, outcome=chosen, facts=_valid(known), as_of=clock.today())
    due_on = given.get("next_due_on") or (proposed.due_on.isoformat())
    return {
        "facts": facts,
        "proposal": proposed,
        "next_action": given.get("next_action") or proposed.next_action.value,
        "next_due_on": due_on,
    }


def _valid(known: dict[str, str]) -> dict[str, str]:
    """Return the typed facts without dates that cannot be meant: a proposal needs no complaint."""
    return {
        name: value
        for name, value in known.items()
        if not name.endswith("_on") or _is_near(value, clock.today())
    }


def _is_near(text: str, as_of: date) -> bool:
    """Whether a text is a date that a claim can be about, some years off at most."""
    try:
        return abs(date.fromisoformat(text) - as_of) < _FAR
    except ValueError:
        return False


@require_safe
@in_practice
def fields(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """The part of the form that an outcome decides."""
    claim = claim_or_404(practice, pk)
    outcome = request.GET.get("outcome", "")
    given = {"outcome": outcome}
    context = {"form": _form(request, claim, given, {}), "claim": claim, "practice": practice}
    return render(request, "web/claim.html#outcome", context)


def _mapping(request: PracticeRequest) -> dict[str, str]:
    """Return the form's fields as the facts of a follow-up, the moment in the user's zone."""
    data = {name: request.POST.get(name, "").strip() for name in (*FORM_FIELDS, *FACTS)}
    moment = data["occurred_at"]
    try:
        local = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(request.user.time_zone))
        data["occurred_at"] = local.isoformat()
    except ValueError:
        pass  # the facts say what was expected
    return {name: value for name, value in data.items() if value}


@require_POST
@in_practice
@requires(Permission.RECORD_FOLLOW_UP)
def record(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Record a follow-up; then the next claim, or this one again."""
    claim = claim_or_404(practice, pk)
    as_of, now = clock.today(), clock.now()
    errors: dict[str, str] = {}
    try:
        facts = FollowUpFacts.from_mapping(_mapping(request), as_of=as_of)
        record_follow_up(
            practice=practice,
            claim=claim,
            facts=facts,
            by=request.user,
            as_of=as_of,
            now=now,
            request_key=typed(request, "request_key"),
            seen=typed(request, "seen") if "seen" in request.POST else None,
        )
    except FollowUpError as refused:
        for problem in refused.problems:
            errors.setdefault(problem.field if problem.field in LABELS else "form", told(problem))
    except CallsError as refused:
        errors["form"] = str(refused)
    if errors:
        values = {name: value for name, value in request.POST.items() if isinstance(value, str)}
        return show(request, practice, claim, values=values, errors=errors, status=422)
    if "next" in request.POST:
        item = take_next(practice=practice, user=request.user, as_of=as_of, now=now)
        if item is None:
            return nothing_due(request, practice)
        return redirect("web:claim", practice=practice.code, pk=item.claim_id)
    return redirect("web:claim", practice=practice.code, pk=claim.pk)


@require_POST
@in_practice
@requires(Permission.WORK_CLAIMS)
def take_claim(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Take this claim, if no one else holds it."""
    item = item_of(claim_or_404(practice, pk))
    if item is None:
        raise Http404
    try:
        take(item=item, user=request.user, now=clock.now())
    except ItemTaken as refused:
        return render(request, "web/refused.html", {"reason": str(refused)}, status=409)
    return redirect("web:claim", practice=practice.code, pk=pk)


@require_POST
@in_practice
def release_claim(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Give a claim back to its list."""
    item = item_of(claim_or_404(practice, pk))
    if item is None:
        raise Http404
    if is_in_call(request.user, item.claim):
        reason = "This claim is in your call. Take it out of the call there."
        context = {"reason": reason, "running": call_of(request.user)}
        return render(request, "web/refused.html", context, status=409)
    try:
        release(item=item, user=request.user, now=clock.now())
    except NotYours as refused:
        return render(request, "web/refused.html", {"reason": str(refused)}, status=409)
    return redirect("web:worklist", practice=practice.code)
