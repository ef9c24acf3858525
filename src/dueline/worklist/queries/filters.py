"""Which items a list shows, as a value that stands for its address: parsed from a query string and written back."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q

from dueline.accounts.models import User
from dueline.core.aging import CHASE_DAYS, ESCALATE_DAYS
from dueline.core.enums import (
    AgingBucket,
    DueCause,
    Holder,
    Level,
    Means,
    NextAction,
    PayerStatus,
    Role,
    Watch,
    WorkStatus,
)
from dueline.core.holds import WITH_OTHERS
from dueline.worklist.levels import LEADS, levels_of
from dueline.worklist.queries.buckets import bucket_range

MINE = "mine"
ALL = "all"
BY_PORTAL = (NextAction.CHECK_PORTAL, NextAction.AWAIT_PAYMENT, NextAction.AWAIT_ANSWER)


class FilterError(ValueError):
    """A filter in an address that does not exist; the message names it and what is expected."""


@dataclass(frozen=True)
class ItemFilters:
    """Each field narrows the list; its default does not, but for `due`. `queue`: all, mine, L1 or L2.

    `due`: "now" for what is to be worked on the day, "all", or a date through which due dates count.
    """

    queue: str = ALL
    due: str = "now"
    holder: Holder | None = None
    payer: int | None = None
    next_action: NextAction | None = None
    means: Means | None = None
    payer_status: PayerStatus | None = None
    work_status: WorkStatus | None = None
    watch: Watch | None = None
    bucket: AgingBucket | None = None
    cause: DueCause | None = None

    @classmethod
    def from_query(
        cls, query: Mapping[str, str], usual: "ItemFilters | None" = None
    ) -> "ItemFilters":
        """Read a query string's mapping; other keys are left alone. Raises FilterError.

        An address that names no queue asks for the `usual` list, narrowed by what else it names.
        """
        values: dict[str, Any] = {}
        if usual is not None and "queue" not in query:
            values = {field.name: getattr(usual, field.name) for field in fields(cls)}
        for name, read in _READERS.items():
            text = query.get(name, "")
            if not text:
                continue
            try:
                values[name] = read(text)
            except ValueError as error:
                raise FilterError(f"The address asks for {name} “{text[:40]}”. {error}") from None
        return cls(**values)

    @property
    def due_by(self) -> date | None:
        """The day through which due dates count; None where none is named."""
        return None if self.due in ("now", ALL) else date.fromisoformat(self.due)

    def query(self) -> str:
        """Return the query string of this filter: the queue, and what is not at its default.

        "queue=L1&watch=chased" means the same list for everyone who follows it, but for "queue=mine".
        """
        pairs = [
            (field.name, str(getattr(self, field.name)))
            for field in fields(self)
            if field.name == "queue" or getattr(self, field.name) != field.default
        ]
        return urlencode(pairs)


def usual_filters(role: Role | None) -> ItemFilters:
    """Return the list a role works: a caller's own queue, as far as it can be worked now; else all that is due.

    Every count of what is due, and the list behind it, is of this.
    """
    levels = levels_of(role)
    if not levels or role in LEADS:
        return ItemFilters()
    return ItemFilters(queue=levels[0].value, holder=Holder.CALLERS)


def _queue(text: str) -> str:
    if text in (ALL, MINE, *Level):
        return text
    raise ValueError("Expected all, mine, L1 or L2.")


def _due(text: str) -> str:
    if text in ("now", "all"):
        return text
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError("Expected now, all or a date such as 2026-11-23.") from None


def _payer(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    raise ValueError("Expected a payer's number.")


def _member(enum: type) -> Any:
    def read(text: str) -> Any:
        try:
            return enum(text)
        except ValueError:
            names = ", ".join(member.value for member in enum)  # type: ignore[attr-defined]
            raise ValueError(f"Expected one of: {names}.") from None

    return read


_READERS = {
    "queue": _queue,
    "due": _due,
    "holder": _member(Holder),
    "payer": _payer,
    "next_action": _member(NextAction),
    "means": _member(Means),
    "payer_status": _member(PayerStatus),
    "work_status": _member(WorkStatus),
    "watch": _member(Watch),
    "bucket": _member(AgingBucket),
    "cause": _member(DueCause),
}


def condition(filters: ItemFilters, *, as_of: date, user: User | None) -> Q:
    """Return the condition on items that a filter means; `user` is whose "mine" it is."""
    found = Q()
    if filters.queue == MINE:
        found &= Q(owner=user) | Q(leased_by=user)
    elif filters.queue != ALL:
        found &= Q(level=filters.queue)
    if filters.due == "now":
        found &= Q(is_due=True)
    elif filters.due_by is not None:
        found &= Q(due_on__lte=filters.due_by)
    if filters.holder is not None:
        found &= holder_condition(filters)
    if filters.payer is not None:
        found &= Q(payer_id=filters.payer)
    if filters.next_action is not None:
        found &= Q(next_action=filters.next_action)
    if filters.means is not None:
        found &= means_condition(filters.means)
    if filters.payer_status is not None:
        found &= Q(seen_status=filters.payer_status)
    if filters.work_status is not None:
        found &= Q(work_status=filters.work_status)
    if filters.cause is not None:
        found &= Q(due_cause=filters.cause)
    if filters.watch is not None:
        found &= watch_condition(filters.watch, as_of=as_of)
    if filters.bucket is not None:
        found &= bucket_range("service_on", filters.bucket, as_of=as_of)
    return found


def holder_condition(filters: ItemFilters) -> Q:
    """Return the condition on items or on their counts. What is due and the callers' can be worked now."""
    if filters.holder is Holder.OTHERS:
        return Q(work_status__in=WITH_OTHERS)
    if filters.due == "now" or filters.cause is not None:
        return Q(is_for_caller=True)
    return ~Q(work_status__in=WITH_OTHERS)


def means_of(next_action: str) -> Means:
    if next_action == NextAction.CALL:
        return Means.TELEPHONE
    return Means.PORTAL if next_action in BY_PORTAL else Means.OTHER


def means_condition(means: Means) -> Q:
    """Return `means_of` as a condition on items or on their counts."""
    return Q(next_action__in=[action for action in NextAction if means_of(action) is means])


def watch_condition(watch: Watch, *, as_of: date, day: str = "deadline_on") -> Q:
    """Return `core.aging.watch` as a condition on a deadline's field; a test holds the two equal."""
    chased = as_of + timedelta(days=ESCALATE_DAYS)
    watched = as_of + timedelta(days=CHASE_DAYS)
    match watch:
        case Watch.LOST:
            return Q((f"{day}__lt", as_of))
        case Watch.ESCALATED:
            return Q((f"{day}__gte", as_of), (f"{day}__lt", chased))
        case Watch.CHASED:
            return Q((f"{day}__gte", chased), (f"{day}__lte", watched))
        case Watch.WATCHED:
            return Q((f"{day}__gt", watched))
