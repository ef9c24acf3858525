"""Pages of lists by cursor: where the last page ended, sealed, so that rows added meanwhile shift nothing.

A cursor holds the values of the last row by which the list is ordered. It is encrypted: it says nothing to
who reads an address, and cannot be made up. It is good for the same list with the same filters only.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from dueline.api.errors import BadInput
from dueline.sealed import NotSealed, seal, unseal

_M = TypeVar("_M", bound=Model)


@dataclass(frozen=True)
class Place:
    """One field by which a list is ordered. Of a field that may be null, nulls come last."""

    field: str
    is_descending: bool = False
    may_be_null: bool = False


@dataclass(frozen=True)
class Page(Generic[_M]):
    rows: list[_M]
    next_cursor: str | None


def page_of(
    found: "QuerySet[_M]",
    places: Sequence[Place],
    *,
    asked: Mapping[str, object],
    cursor: str | None,
    limit: int,
) -> Page[_M]:
    """Return the rows after a cursor, `limit` at most, and the cursor that goes on; None at the end.

    `found` is ordered by `places`, of which the last is unique. `asked` names the list and its filters.
    Raises BadInput for a cursor of another list, or one not made here.
    """
    key = _key(asked)
    if cursor is not None:
        found = found.filter(_after(places, _read(cursor, key, places)))
    rows = list(found[: limit + 1])
    if len(rows) <= limit:
        return Page(rows, None)
    rows = rows[:limit]
    values = [_plain(getattr(rows[-1], place.field)) for place in places]
    return Page(rows, seal(json.dumps([key, values])))


def _key(asked: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _plain(value: Any) -> Any:
    """Return a value as JSON keeps it; a moment and a day say which they are."""
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    return {"on": value.isoformat()} if isinstance(value, date) else value


def _value(kept: Any) -> Any:
    if isinstance(kept, dict):
        return (
            datetime.fromisoformat(kept["at"]) if "at" in kept else date.fromisoformat(kept["on"])
        )
    return kept


def _read(cursor: str, key: str, places: Sequence[Place]) -> list[Any]:
    try:
        kept, values = json.loads(unseal(cursor))
    except (NotSealed, ValueError):
        kept, values = "", []
    if kept != key or len(values) != len(places):
        raise BadInput("cursor", "Expected the next_cursor of a page of this list, unchanged.")
    return [_value(value) for value in values]


def _after(places: Sequence[Place], values: Sequence[Any]) -> Q:
    """Return the condition on rows that come after the values: greater in the first place that differs."""
    found, equal = Q(), Q()
    for place, value in zip(places, values):
        beyond = _beyond(place, value)
        found = found | (equal & beyond) if beyond is not None else found
        equal &= Q(**{f"{place.field}__isnull": True} if value is None else {place.field: value})
    first, last = places[0], values[0]
    if last is None or first.may_be_null:
        return found
    # What an index can begin with: the conditions above are alternatives.
    bound = "lte" if first.is_descending else "gte"
    return Q(**{f"{first.field}__{bound}": last}) & found


def _beyond(place: Place, value: Any) -> Q | None:
    if value is None:
        return None  # nulls are last
    beyond = Q(**{f"{place.field}__{'lt' if place.is_descending else 'gt'}": value})
    return beyond | Q(**{f"{place.field}__isnull": True}) if place.may_be_null else beyond
