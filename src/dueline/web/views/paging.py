"""Pages of long lists: the length from the counts that are kept, the rows by their ids."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Model, QuerySet


class _Rows:
    """A list of which a slice first finds ids, where it can by an index alone, and then their rows."""

    ordered = True

    def __init__(self, ids: QuerySet[Any, int], rows: QuerySet[Any]) -> None:
        self.ids, self.rows = ids, rows

    def __getitem__(self, part: slice) -> list[Model]:
        ids = list(self.ids[part])
        rows = {row.pk: row for row in self.rows.filter(pk__in=ids)}
        return [rows[pk] for pk in ids if pk in rows]

    def __iter__(self) -> Iterator[Model]:
        return iter(self.rows)


class _Counted(Paginator[Any]):
    count = 0  # Paginator would ask the database


def paginator(
    ids: QuerySet[Any, int], rows: QuerySet[Any], size: int, *, count: int
) -> Paginator[Any]:
    """Return the pages of the rows with these ids, in their order. `count` is how many there are."""
    pages = _Counted(_Rows(ids, rows.order_by()), size)  # type: ignore[arg-type]
    pages.count = count
    return pages
