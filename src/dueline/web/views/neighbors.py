"""Where one came from: the claims before and after this one in the list it was opened from."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict

from dueline.accounts.models import Practice, User
from dueline.core.enums import Order
from dueline.worklist.queries import FilterError, ItemFilters, items


@dataclass(frozen=True)
class Neighbor:
    """A claim beside this one, and the query that keeps the list with it."""

    claim_id: int
    query: str


@dataclass(frozen=True)
class Neighbors:
    before: Neighbor | None = None
    after: Neighbor | None = None
    list_query: str = ""  # of the list itself: the way back


def order_of(text: str) -> Order:
    """Return the order an address asks for; priority where it asks for none that there is."""
    return Order(text) if text in set(Order) else Order.PRIORITY


def place_query(list_query: str, at: int) -> str:
    """Return the query by which a claim's page knows its list and its place there, counted from 0."""
    return urlencode({"list": list_query, "at": at})


def neighbors_of(
    practice: Practice, user: User, query: QueryDict, *, claim_id: int, as_of: date
) -> Neighbors:
    """Return the claims beside this one. The list may have changed meanwhile: its place then counts."""
    text, place = query.get("list"), query.get("at", "")
    if text is None or not (place.isascii() and place.isdigit()) or len(place) > 7:
        return Neighbors()
    asked = QueryDict(text)
    try:
        filters = ItemFilters.from_query(asked)
    except FilterError:
        return Neighbors()
    order = order_of(asked.get("order", ""))
    first = max(int(place) - 1, 0)
    found = items(practice, order=order, filters=filters, as_of=as_of, user=user)
    ids = list(found.values_list("claim_id", flat=True)[first : first + 3])
    here = ids.index(claim_id) if claim_id in ids else None
    at_before = (int(place) - first if here is None else here) - 1
    at_after = at_before + 1 if here is None else here + 1

    def beside(at: int) -> Neighbor | None:
        if not 0 <= at < len(ids):
            return None
        return Neighbor(ids[at], place_query(text, first + at))

    return Neighbors(beside(at_before), beside(at_after), text)
