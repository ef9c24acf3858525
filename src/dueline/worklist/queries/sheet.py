"""The call sheet: the first items of an order with their reasons, for the stored day or computed for another."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from math import inf
from typing import Any, Literal

from dueline.accounts.models import Practice
from dueline.core.enums import Holder, Level, NextAction, Order
from dueline.ledger.models import Claim
from dueline.worklist.models import DailyPricing, WorklistItem
from dueline.worklist.queries.blocks import held_rows, kept_rows
from dueline.worklist.queries.filters import ItemFilters
from dueline.worklist.queries.items import document, items
from dueline.worklist.queries.outcomes import denial_outcomes, paid_outcomes, times_to_pay
from dueline.worklist.queries.pricing import Pricing, pricing
from dueline.worklist.queries.rows import ItemState, Row

Found = tuple[Row, ItemState]
_NO_DATE = date.max
Shown = Literal["workable", "due", "open"]


def _urgent(found: Found) -> tuple[int, int]:
    return -found[1].urgency, -found[1].priority


def _key(row: Row) -> tuple[float, int]:
    """Return the place of an item among equals: items not made yet come last, in the order of claims."""
    return (inf if row.item_id is None else row.item_id), row.claim_id


# The orders of `items`, for rows that are not stored.
KEYS: dict[Order, Callable[[Found, Pricing], tuple[Any, ...]]] = {
    Order.PRIORITY: lambda f, p: (*_urgent(f), *_key(f[0])),
    Order.DEADLINE: lambda f, p: (f[1].deadline_on or _NO_DATE, *_urgent(f), *_key(f[0])),
    Order.OLDEST: lambda f, p: (f[1].service_on or _NO_DATE, *_key(f[0])),
    Order.LARGEST: lambda f, p: (-f[1].payer_balance_cents, *_key(f[0])),
    Order.PAYER: lambda f, p: (f[1].payer_name, f[0].payer_id, *_urgent(f), *_key(f[0])),
}


def call_sheet(
    practice: Practice,
    *,
    order: Order,
    limit: int,
    as_of: date,
    level: Level | None = None,
    shown: Shown = "workable",
) -> list[dict[str, object]]:
    """Return the first `limit` items as documents (`item_document`). Writes nothing.

    `shown`: what callers can work on the day, or also what is due and with others, or every open claim.

    Where the practice is priced for `as_of`, the stored items are read; for any other day every open
    claim is scheduled and priced for it, from the ledger and the items as they stand now.
    """
    shared = DailyPricing.objects.filter(practice=practice, priced_on=as_of).first()
    if shared is None:
        return _computed(practice, order, limit, as_of, level, shown)
    filters = ItemFilters(
        queue=level or "all",
        due="all" if shown == "open" else "now",
        holder=Holder.CALLERS if shown == "workable" else None,
    )
    rows = items(practice, order=order, filters=filters, as_of=as_of)[:limit]
    return documents(rows, pricing(practice, as_of=as_of, shared=shared))


def documents(rows: Iterable[WorklistItem], rules: Pricing) -> list[dict[str, object]]:
    """Return the documents of items, in their order. A few queries for all."""
    claims = {item.claim_id: item.claim for item in rows}
    found = kept_rows(rules, Claim.objects.filter(pk__in=claims))
    return [
        document(claim, found[pk], rules.state(found[pk]), rules) for pk, claim in claims.items()
    ]


def _computed(
    practice: Practice,
    order: Order,
    limit: int,
    as_of: date,
    level: Level | None,
    shown: Shown,
) -> list[dict[str, object]]:
    shared = DailyPricing(
        practice=practice,
        denial_outcomes=denial_outcomes(practice, as_of=as_of),
        paid_outcomes=paid_outcomes(practice),
        times_to_pay=times_to_pay(practice, as_of=as_of),
    )
    first = pricing(practice, as_of=as_of, shared=shared)
    calls = Counter(dict.fromkeys(first.payers, 0))
    calls.update(
        row.payer_id
        for row, state in _states(practice, first)
        if state.is_for_caller and state.next_action == NextAction.CALL
    )
    shared.call_counts = {str(pk): count for pk, count in calls.items()}
    rules = pricing(practice, as_of=as_of, shared=shared)
    wanted = (
        (row, state)
        for row, state in _states(practice, rules)
        if _is_shown(state, shown) and level in (None, state.level)
    )
    top = heapq.nsmallest(limit, wanted, key=lambda found: KEYS[order](found, rules))
    claims = Claim.objects.in_bulk([row.claim_id for row, _ in top])
    return [document(claims[row.claim_id], row, state, rules) for row, state in top]


def _is_shown(state: ItemState, shown: Shown) -> bool:
    return state.is_for_caller if shown == "workable" else state.is_due or shown == "open"


def _states(practice: Practice, rules: Pricing) -> Iterator[Found]:
    claims = Claim.objects.filter(practice=practice, is_open=True).order_by("pk")
    for row in held_rows(rules, claims):
        yield row, rules.state(row)
