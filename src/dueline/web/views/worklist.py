"""The worklist: filters in the address, orders, the reason for each place, and the next claim."""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.core.enums import NextAction, Order, PayerStatus, Watch
from dueline.payers.models import Payer
from dueline.web.templatetags.words import action, spoken
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
    pricing_for,
)

PAGE = 25


@require_safe
@in_practice
def worklist(request: PracticeRequest, practice: Practice) -> HttpResponse:
    as_of, now = clock.today(), clock.now()
    error = ""
    try:
        filters = ItemFilters.from_query(request.GET)
    except FilterError as refused:
        filters, error = ItemFilters(), str(refused)
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
        "filters": filters,
        "query": filters.query(),
        "order": order,
        "orders": [(one.value, spoken(one)) for one in Order],
        "rows": [(*row, place) for row, place in zip(rows, places)],
        "paging": page,
        "total_cents": figure.cents,
        "choices": _choices(practice, filters),
        "first": rows[0] if rows else None,
        "error": error,
    }
    return render(request, "web/worklist.html", context, status=400 if error else 200)


def _choices(practice: Practice, filters: ItemFilters) -> list[dict[str, Any]]:
    """Return the filter menus: name, label, options as (value, words), and what is chosen."""
    payers = Payer.objects.filter(practice=practice).order_by("name").values_list("id", "name")
    menus: list[tuple[str, str, list[tuple[str, str]]]] = [
        ("queue", "Queue", [("", "All"), ("mine", "Mine"), ("L1", "L1"), ("L2", "L2")]),
        ("due", "Due", [("", "Today or before"), ("all", "Any day")]),
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
    default = getattr(ItemFilters(), name)
    return "" if value == default else str(value)


@require_safe
@in_practice
def why(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """The reason panel of one row."""
    as_of = clock.today()
    try:
        item = item_for(practice, pk)
    except WorklistItem.DoesNotExist:
        raise Http404 from None
    context = {"item": item, "price": explain(item, as_of=as_of), "as_of": as_of}
    return render(request, "web/_why.html", context)


@require_POST
@in_practice
@requires(Permission.WORK_CLAIMS)
def next_claim(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Take the next claim and open it."""
    item = take_next(practice=practice, user=request.user, as_of=clock.today(), now=clock.now())
    if item is None:
        return nothing_due(request, practice)
    return redirect("web:claim", practice=practice.code, pk=item.claim_id)
