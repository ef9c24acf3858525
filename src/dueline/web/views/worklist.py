"""The worklist: filters in the address, orders, the reason for each place, and the next claim."""

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, role_can
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.calls.queries import batch, claims_per_call
from dueline.core.enums import (
    Holder,
    NextAction,
    Order,
    PayerStatus,
    Watch,
)
from dueline.core.priority import Part, Price
from dueline.payers.models import Payer
from dueline.web.templatetags.words import CAUSE_WORDS, MEANS_WORDS, action, spoken, weekday
from dueline.web.views.neighbors import order_of, place_query
from dueline.web.views.nothing import nothing_due
from dueline.web.views.paging import paginator
from dueline.worklist.actions import ensure_priced, take_next
from dueline.worklist.models import WorklistItem
from dueline.worklist.queries import (
    FilterError,
    ItemFilters,
    explain,
    explain_each,
    figure_for,
    figure_of_items,
    item_for,
    items,
    open_payer_ids,
    pricing_for,
    usual_filters,
)

PAGE = 25


@require_safe
@in_practice
def worklist(request: PracticeRequest, practice: Practice) -> HttpResponse:
    as_of, now = clock.today(), clock.now()
    error = ""
    usual = usual_filters(request.role)
    try:
        filters = ItemFilters.from_query(request.GET, usual)
    except FilterError as refused:
        filters, error = usual, str(refused)
    order = order_of(request.GET.get("order", ""))
    ensure_priced(practice=practice, as_of=as_of, now=now)
    found = items(practice, order=order, filters=filters, as_of=as_of, user=request.user)
    figure = figure_for(practice, filters, as_of=as_of)
    if figure is None:
        figure = figure_of_items(found)
    ids = found.values_list("pk", flat=True)
    page = paginator(ids, found, PAGE, count=figure.claims).get_page(request.GET.get("page"))
    rules = pricing_for(practice, as_of=as_of)
    rows = list(zip(page, explain_each(list(page), rules=rules)))
    list_query = urlencode({**dict(parse_qsl(filters.query())), "order": order.value})
    places = [place_query(list_query, at) for at in range(page.start_index() - 1, page.end_index())]
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action="view_worklist",
        at=now,
        detail={"claims": [item.claim_id for item, _ in rows]},
    )
    context = {
        "page": "worklist",
        "as_of": as_of,
        "now": now,
        "filters": filters,
        "query": filters.query(),
        "is_usual": filters == usual,
        "link": request.build_absolute_uri(f"{request.path}?{list_query}"),
        "order": order,
        "orders": [(one.value, spoken(one)) for one in Order],
        "rows": [(*row, place) for row, place in zip(rows, places)],
        "open_payers": open_payer_ids(practice, now=now),
        "paging": page,
        "total_cents": figure.cents,
        "choices": _choices(practice, filters),
        "narrowed": _narrowed(filters),
        "error": error,
    }
    if rows:
        rank = f"{page.start_index()} of {figure.claims:,}"
        context |= _panel(request, *rows[0]) | {"rank": rank, "place": places[0]}
    return render(request, "web/worklist.html", context, status=400 if error else 200)


def _choices(practice: Practice, filters: ItemFilters) -> list[dict[str, Any]]:
    """Return the filter menus: name, label, options as (value, words), and what is chosen."""
    payers = Payer.objects.filter(practice=practice).order_by("name").values_list("id", "name")
    by = [(filters.due, f"By {weekday(filters.due_by)}")] if filters.due_by else []
    menus: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("queue", "Queue", [("all", "All"), ("mine", "Mine"), ("L1", "L1"), ("L2", "L2")]),
        ("due", "Due", [("", "Today or before"), *by, ("all", "Any day")]),
        (
            "holder",
            "With",
            [("", "Anyone"), (Holder.CALLERS, "Callers"), (Holder.OTHERS, "Billing or lead")],
        ),
        ("payer", "Payer", [("", "Any"), *((str(pk), name) for pk, name in payers)]),
        ("next_action", "How", [("", "Any"), *((a.value, action(a.value)) for a in NextAction)]),
        (
            "payer_status",
            "Payer status",
            [("", "Any"), *((s.value, spoken(s.value)) for s in PayerStatus)],
        ),
        (
            "watch",
            "Deadline",
            [("", "Any"), *((w.value, spoken(w.value)) for w in Watch)],
        ),
    ]
    return [
        {
            "name": name,
            "label": label,
            "options": options,
            "chosen": _chosen(filters, name),
        }
        for name, label, options in menus
    ]


def _chosen(filters: ItemFilters, name: str) -> str:
    value = getattr(filters, name)
    is_unsaid = name != "queue" and value == getattr(ItemFilters(), name)
    return "" if is_unsaid else str(value)


def _narrowed(filters: ItemFilters) -> list[dict[str, str]]:
    """Return what narrows the list and has no menu: name, value, words, and the query without it."""
    words: dict[str, str] = {}
    if filters.cause is not None:
        words["cause"] = CAUSE_WORDS[filters.cause]
    if filters.means is not None:
        words["means"] = MEANS_WORDS[filters.means]
    if filters.work_status is not None:
        words["work_status"] = spoken(filters.work_status)
    if filters.bucket is not None:
        words["bucket"] = f"{filters.bucket} days since service"
    usual = ItemFilters()
    return [
        {
            "name": name,
            "value": str(getattr(filters, name)),
            "words": text,
            "without": replace(filters, **{name: getattr(usual, name)}).query(),
        }
        for name, text in words.items()
    ]


_HEADINGS = (
    ("What can be recovered", ("balance", "share", "expected", "chance", "recoverable")),
    ("What a day of waiting loses", ("deadline", "age", "lost")),
    ("What it takes", ("talk", "hold", "minutes", "cost_of_waiting")),
)
_SUMS = frozenset({"recoverable", "lost", "minutes", "cost_of_waiting"})


def _panel(request: PracticeRequest, item: WorklistItem, price: Price) -> dict[str, Any]:
    """Return what the reason panel shows: the parts under their headings, and what one call settles."""
    parts = {part.name: part for part in price.parts}
    groups: list[tuple[str, list[tuple[Part, bool]]]] = [
        (heading, [(parts[name], name in _SUMS) for name in names if name in parts])
        for heading, names in _HEADINGS
    ]
    found: dict[str, Any] = {"item": item, "price": price, "groups": groups}
    is_call = item.is_for_caller and item.next_action == NextAction.CALL
    if is_call and role_can(request.role, Permission.RECORD_FOLLOW_UP):
        room = claims_per_call(item.payer)
        beside = batch(item.practice, item.payer, request.user, now=clock.now(), limit=room)
        others = [one for one in beside if one.pk != item.pk][: room - 1]
        found |= {
            "is_call": True,
            "takes": room,
            "ready_count": 1 + len(others),
            "ready_cents": sum(one.payer_balance_cents for one in (item, *others)),
        }
    return found


@require_safe
@in_practice
def why(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """The reason panel of one row."""
    as_of = clock.today()
    try:
        item = item_for(practice, pk)
    except WorklistItem.DoesNotExist:
        raise Http404 from None
    context = _panel(request, item, explain(item, as_of=as_of))
    rank, place = request.GET.get("rank", "")[:20], request.GET.get("place", "")[:300]
    return render(request, "web/_why.html", context | {"rank": rank, "place": place})


@require_POST
@in_practice
@requires(Permission.WORK_CLAIMS)
def next_claim(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Take the next claim and open it."""
    item = take_next(practice=practice, user=request.user, as_of=clock.today(), now=clock.now())
    if item is None:
        return nothing_due(request, practice)
    return redirect("web:claim", practice=practice.code, pk=item.claim_id)
