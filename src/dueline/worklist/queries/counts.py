"""How many open items there are of a kind, and their balance: read from the counts that are kept, not counted."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet, Sum

from dueline.accounts.models import Practice
from dueline.core.breach import Breach
from dueline.core.enums import CountedDay, DueCause, Holder
from dueline.worklist.counting import COUNTS, ITEMS, CountKind, counted
from dueline.worklist.models import DayCount, WorkCount, WorklistItem
from dueline.worklist.queries.filters import (
    ALL,
    MINE,
    ItemFilters,
    holder_condition,
    means_condition,
    watch_condition,
)


@dataclass(frozen=True)
class Figure:
    """Claims and their payer balance in cents."""

    claims: int = 0
    cents: int = 0

    def __add__(self, other: "Figure") -> "Figure":
        return Figure(self.claims + other.claims, self.cents + other.cents)

    def __sub__(self, other: "Figure") -> "Figure":
        return Figure(self.claims - other.claims, self.cents - other.cents)


def work_figure(practice: Practice, **which: object) -> Figure:
    """Return the figure of the open items that are so; `which` names fields of WorkCount."""
    return figure_of(WorkCount.objects.filter(practice=practice, **which))


def figure_of(counts: QuerySet[Any]) -> Figure:
    found = counts.aggregate(c=Sum("claims"), m=Sum("cents"))
    return Figure(int(found["c"] or 0), int(found["m"] or 0))


def figure_of_items(items: QuerySet[WorklistItem]) -> Figure:
    """Return the figure of some items, counted one by one."""
    found = items.order_by().aggregate(c=Count("pk"), m=Sum("payer_balance_cents"))
    return Figure(found["c"], found["m"] or 0)


def figure_for(practice: Practice, filters: ItemFilters, *, as_of: date) -> Figure | None:
    """Return how many items the filters let through, and their balance; None where no count is kept of it."""
    counts: QuerySet[Any] | None = work_counts(practice, filters)
    if counts is None:
        counts = _day_counts(practice, filters, as_of)
    return None if counts is None else figure_of(counts)


def work_counts(practice: Practice, filters: ItemFilters) -> QuerySet[WorkCount] | None:
    """Return the counts that add up to what the filters let through; None where they do not tell it."""
    is_of_days = filters.watch is not None or filters.due not in ("now", ALL)
    if filters.queue == MINE or filters.bucket is not None or is_of_days:
        return None
    which: dict[str, object] = {
        "level": None if filters.queue == ALL else filters.queue,
        "payer": filters.payer,
        "next_action": filters.next_action,
        "seen_status": filters.payer_status,
        "work_status": filters.work_status,
        "due_cause": filters.cause,
        "is_due": True if filters.due == "now" else None,
    }
    found = WorkCount.objects.filter(practice=practice)
    found = found.filter(**{name: value for name, value in which.items() if value is not None})
    if filters.holder is not None:
        found = found.filter(holder_condition(filters))
    if filters.means is not None:
        found = found.filter(means_condition(filters.means))
    return found


def _day_counts(practice: Practice, filters: ItemFilters, as_of: date) -> QuerySet[DayCount] | None:
    """Return the counts of days that add up to what the filters let through, as `work_counts` does."""
    only = replace(
        ItemFilters(),
        queue=filters.queue,
        due=filters.due,
        watch=filters.watch,
        cause=filters.cause,
        holder=filters.holder,
    )
    if filters != only or filters.queue == MINE or filters.holder is Holder.OTHERS:
        return None
    found = DayCount.objects.filter(practice=practice)
    if filters.queue != ALL:
        found = found.filter(level=filters.queue)
    if filters.watch is not None and filters.due == ALL and filters.cause is None:
        near = watch_condition(filters.watch, as_of=as_of, day="day")
        return found.filter(near, kind=CountedDay.DEADLINE) if filters.holder is None else None
    if filters.watch is None and filters.cause is DueCause.OVERDUE:
        if filters.holder is not None:
            found = found.filter(is_for_caller=True)
        return found.filter(kind=CountedDay.OVERDUE, day__lte=filters.due)
    return None


def day_figures(practice: Practice, kind: CountedDay) -> Iterator[tuple[int, date, Figure]]:
    """Yield payer id, day and figure of what is counted by payer, in no order. One query."""
    rows = (
        DayCount.objects.filter(practice=practice, kind=kind)
        .values_list("payer_id", "day")
        .annotate(Sum("claims"), Sum("cents"))
        .order_by()
    )
    for payer_id, day, claims, cents in rows.iterator():
        yield payer_id, day, Figure(int(claims), int(cents))


def payer_figures(practice: Practice) -> dict[int, Figure]:
    """Return the figures of the open items by payer id; payers without any are left out. One query."""
    rows = (
        WorkCount.objects.filter(practice=practice)
        .values_list("payer_id")
        .annotate(Sum("claims"), Sum("cents"))
        .order_by()
    )
    return {pk: Figure(int(claims), int(cents)) for pk, claims, cents in rows if claims}


def verify_counts(practice: Practice) -> Iterator[Breach]:
    """Yield a breach for each kind of count that differs from the items themselves."""
    for count in COUNTS:
        with connection.cursor() as cursor:
            cursor.execute(_differing(count), [practice.pk, practice.pk])
            found = cursor.fetchone()[0]
        if found:
            text = f"{found} counts of open items by {count.name} differ from the items."
            yield Breach("worklist counts", f"practice {practice.code}", text)


def _differing(count: CountKind) -> str:
    columns = count.columns()
    kept = f"SELECT {columns}, -claims AS claims, -cents AS cents FROM {count.table} "  # noqa: S608
    kept += "WHERE practice_id = %s"
    kind = dict(count.key).get("kind")
    kept += f" AND kind = {kind}" if kind else ""
    items = f"{counted(ITEMS, count)} AND i.practice_id = %s"
    return (
        f"SELECT COUNT(*) FROM (SELECT 1 AS one FROM ({items} UNION ALL {kept}) t "  # noqa: S608
        f"GROUP BY {columns} HAVING SUM(claims) <> 0 OR SUM(cents) <> 0) d"
    )
