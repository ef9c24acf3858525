"""The denials to be worked, and one denial: what it means, what our own data answers, what to do and until when."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice
from dueline.appeals.queries.reading import appeals_of_claim
from dueline.core import codes
from dueline.core.enums import DenialCategory, DenialState, Level, RootCauseOwner, Watch
from dueline.denials.models import Denial
from dueline.denials.queries import (
    Card,
    DenialFilterError,
    DenialFilters,
    DenialOrder,
    card_of,
    denial_for,
    denials,
    denials_by_id,
    denials_of,
    own_meanings,
)
from dueline.ledger.queries import claim_for
from dueline.payers.models import Payer
from dueline.web.templatetags.words import spoken

PAGE = 25


@require_safe
@in_practice
def work(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """The list of denials; what the filters are is in the address."""
    as_of = clock.today()
    error = ""
    try:
        filters = DenialFilters.from_query(request.GET)
    except DenialFilterError as refused:
        filters, error = DenialFilters(), str(refused)
    asked = request.GET.get("order", "")
    order = DenialOrder(asked) if asked in set(DenialOrder) else DenialOrder.DEADLINE
    found = denials(practice, filters=filters, as_of=as_of, order=order)
    page = Paginator(found.values_list("pk", flat=True), PAGE).get_page(request.GET.get("page"))
    rows = denials_by_id(practice, list(page))
    _audit(request, practice, "view_denials", claims=[row.claim_id for row in rows])
    context = {
        "page": "denials",
        "as_of": as_of,
        "filters": filters,
        "query": filters.query(),
        "order": order,
        "orders": [(one.value, spoken(one)) for one in DenialOrder],
        "rows": rows,
        "paging": page,
        "total_cents": found.aggregate(cents=Sum("amount_cents"))["cents"] or 0,
        "choices": _choices(practice, filters),
        "card": _card(practice, denial_for(practice, rows[0].pk)) if rows else None,
        "error": error,
    }
    return render(request, "web/denial_work.html", context, status=400 if error else 200)


def _choices(practice: Practice, filters: DenialFilters) -> list[dict[str, Any]]:
    """Return the filter menus: name, label, options as (value, words), and what is chosen."""
    payers = Payer.objects.filter(practice=practice).order_by("name").values_list("id", "name")
    states = [("", "Open"), ("live", "Open or waiting"), ("all", "Any")]
    states += [(s.value, spoken(s)) for s in DenialState if s is not DenialState.OPEN]
    menus: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("state", "State", states),
        ("payer", "Payer", [("", "Any"), *((str(pk), name) for pk, name in payers)]),
        ("category", "Category", _members(DenialCategory)),
        ("owner", "Starts with", _members(RootCauseOwner)),
        ("level", "Level", _members(Level)),
        ("repeat", "Time", [("", "Any"), ("first", "First"), ("repeat", "Again")]),
        ("watch", "Appeal", _members(Watch)),
    ]
    default = DenialFilters()
    return [
        {
            "name": name,
            "label": label,
            "options": options,
            "chosen": ""
            if getattr(filters, name) == getattr(default, name)
            else str(getattr(filters, name)),
        }
        for name, label, options in menus
    ]


def _members(enum: Any) -> list[tuple[str, str]]:
    return [("", "Any"), *((one.value, spoken(one)) for one in enum)]


def _card(practice: Practice, denial: Denial) -> Card:
    return card_of(denial, claim_for(practice, denial.claim_id), as_of=clock.today())


def _audit(request: PracticeRequest, practice: Practice, action: str, **detail: object) -> None:
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action=action,
        at=clock.now(),
        detail=detail,
    )


def _denial_or_404(practice: Practice, pk: int) -> Denial:
    try:
        return denial_for(practice, pk)
    except Denial.DoesNotExist:
        raise Http404 from None


@require_safe
@in_practice
def why(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """What to do about one row of the list."""
    denial = _denial_or_404(practice, pk)
    _audit(request, practice, "view_denial", denial=denial.pk, claim=denial.claim_id)
    context = {"card": _card(practice, denial), "as_of": clock.today()}
    return render(request, "web/_denial_card.html", context | {"is_panel": True})


@require_safe
@in_practice
def denial_page(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """One denial with its playbook, its facts and the claim's other denials."""
    denial = _denial_or_404(practice, pk)
    claim = claim_for(practice, denial.claim_id)
    _audit(request, practice, "view_denial", denial=denial.pk, claim=denial.claim_id)
    listed = codes.carc(denial.carc)
    context = {
        "page": "denials",
        "as_of": clock.today(),
        "denial": denial,
        "claim": claim,
        "card": card_of(denial, claim, as_of=clock.today()),
        "listed": listed,
        "own": own_meanings(practice).get(denial.carc),
        "group": codes.group_name(denial.group_code),
        "appeals": appeals_of_claim(claim.pk),
        "others": denials_of(claim.pk).exclude(pk=denial.pk),
        "back": urlencode({"state": "all", "category": denial.category}),
        "why_not": why_not(request.role, Permission.RECORD_FOLLOW_UP),
    }
    return render(request, "web/denial.html", context)
