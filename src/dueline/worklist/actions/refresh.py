"""Keeps exactly one item for each open claim, scheduled by the payer's latest word and priced for the day."""

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import count, pairwise
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from dueline.accounts.models import Practice
from dueline.core.enums import WorkStatus
from dueline.ledger.models import Claim
from dueline.payers.models import Payer
from dueline.worklist.actions.asking import (
    Asking,
    ask_all,
    ask_for_practice,
    asked,
    askings,
    end_needless,
    end_settled,
    escalate,
)
from dueline.worklist.actions.counts import fold
from dueline.worklist.models import DailyPricing, WorklistItem
from dueline.worklist.queries.blocks import blocked_checks, holds_of
from dueline.worklist.queries.outcomes import (
    acknowledging_payers,
    call_counts,
    denial_outcomes,
    paid_outcomes,
    times_to_pay,
)
from dueline.worklist.queries.pricing import Pricing, pricing
from dueline.worklist.queries.rows import STATE_FIELDS, ItemState, Row, claim_rows

_LEARNED = ("denial_outcomes", "paid_outcomes", "call_counts", "times_to_pay", "acknowledging")
BATCH = 5000  # claims read, priced and written in one transaction
FOLD_AFTER = 20  # batches after which the counts are added up
ABANDONED_AFTER = timedelta(minutes=15)  # a pricing run that has not ended by then is taken over


@dataclass(frozen=True)
class RefreshResult:
    """Counts of items: new, changed, closed; and the open claims looked at."""

    opened: int
    changed: int
    closed: int
    priced: int


def refresh(
    *,
    practice: Practice,
    as_of: date,
    claim_ids: Iterable[int] | None = None,
    now: datetime | None = None,
) -> RefreshResult:
    """Make the items right for the claims given, or for all of the practice, as on `as_of`.

    For all: what prices learn is counted anew. For some: prices use what the day's pricing counted, so
    that prices of one day compare; where the day has none yet, everything is refreshed. What blocks a
    claim that is due is asked of its owner, once. Repeatable: a second run changes nothing. `now` dates
    what is asked; without it, the beginning of the day.
    """
    at = now or datetime.combine(as_of, time(), UTC)
    shared, _ = DailyPricing.objects.get_or_create(practice=practice)
    if claim_ids is None or shared.priced_on != as_of:
        return _refresh_all(practice, shared, as_of=as_of, at=at)
    ids = _sorted(claim_ids)
    _acknowledge(practice, shared, ids)
    rules = pricing(practice, as_of=as_of, shared=shared)
    opened = changed = closed = priced = 0
    for start in range(0, len(ids), BATCH):
        part = ids[start : start + BATCH].tolist()
        with transaction.atomic():
            claims = Claim.objects.filter(practice=practice, pk__in=part)
            some = _write(practice, rules, claims, at)
            closed += _close(practice, Q(claim__in=part), at)
        opened, changed, priced = opened + some[0], changed + some[1], priced + some[2]
        if (start // BATCH) % FOLD_AFTER == FOLD_AFTER - 1:
            fold(practice)
    if len(ids) > BATCH:
        fold(practice)
    return RefreshResult(opened, changed, closed, priced)


def _sorted(claim_ids: Iterable[int]) -> "array[int]":
    """Return the ids, each once, in eight bytes each: there may be a million."""
    ids = array("q", claim_ids)
    if any(a >= b for a, b in pairwise(ids)):
        ids = array("q", sorted(set(ids)))
    return ids


def _acknowledge(practice: Practice, shared: DailyPricing, ids: "array[int]") -> None:
    """Note the payers whose first acceptance report came with one of these claims."""
    if shared.acknowledging is None:
        found = set(acknowledging_payers(practice))
    else:
        found = set()
        others = Payer.objects.filter(practice=practice).exclude(pk__in=shared.acknowledging)
        payers = list(others.values_list("pk", flat=True))
        news = Claim.objects.filter(payer__in=payers, accepted_on__isnull=False).order_by()
        for start in range(0, len(ids) if payers else 0, BATCH):
            some = news.filter(pk__in=ids[start : start + BATCH].tolist())
            found.update(some.values_list("payer_id", flat=True).distinct())
    if found or shared.acknowledging is None:
        with transaction.atomic():
            held = DailyPricing.objects.select_for_update().get(pk=shared.pk)
            shared.acknowledging = sorted({*(held.acknowledging or ()), *found})
            shared.save(update_fields=["acknowledging"])


def ensure_priced(*, practice: Practice, as_of: date, now: datetime) -> bool:
    """Price the practice for `as_of` unless that was done; True when this call did it.

    One run at a time: whoever comes while it runs goes on with the prices there are. A run that ended
    without a word is taken over after 15 minutes.
    """
    shared, _ = DailyPricing.objects.get_or_create(practice=practice)
    if shared.priced_on == as_of:
        return False
    free = Q(started_at__isnull=True) | Q(started_at__lt=now - ABANDONED_AFTER)
    mine = DailyPricing.objects.filter(free, pk=shared.pk).exclude(priced_on=as_of)
    if not mine.update(started_at=now, started_for=as_of):
        return False
    try:
        _refresh_all(practice, shared, as_of=as_of, at=now)
    finally:
        DailyPricing.objects.filter(pk=shared.pk).update(started_at=None, started_for=None)
    return True


def _refresh_all(
    practice: Practice, shared: DailyPricing, *, as_of: date, at: datetime
) -> RefreshResult:
    shared.denial_outcomes = denial_outcomes(practice, as_of=as_of)
    shared.paid_outcomes = paid_outcomes(practice)
    shared.times_to_pay = times_to_pay(practice, as_of=as_of)
    shared.acknowledging = sorted(acknowledging_payers(practice))
    shared.call_counts = {}
    first = pricing(practice, as_of=as_of, shared=shared)
    with transaction.atomic():
        escalate(practice, as_of=as_of, at=at)
        ask_for_practice(practice, first.practice_lacks, as_of=as_of, at=at)
    opened, changed, priced = _write_all(practice, first, Q(), at)
    closed = _close(practice, Q(), at)
    # How many claims share a call is known once all are scheduled: payers with fewer due than a call
    # takes are priced again with that count.
    shared.call_counts = call_counts(practice)
    for payer_id in first.payers:
        shared.call_counts.setdefault(str(payer_id), 0)
    second = pricing(practice, as_of=as_of, shared=shared)
    few = [pk for pk in first.payers if second.batch_count(pk) != first.batch_count(pk)]
    if few:
        changed += _write_all(practice, second, Q(payer__in=few), at)[1]
    # What is as it was is not written again; its price is of this day all the same.
    items = WorklistItem.objects.filter(practice=practice, is_open=True)
    items.exclude(priced_on=as_of).update(priced_on=as_of)
    shared.priced_on = as_of
    shared.save(update_fields=["priced_on", *_LEARNED])
    fold(practice)
    return RefreshResult(opened, changed, closed, priced)


def _write_all(practice: Practice, rules: Pricing, which: Q, at: datetime) -> tuple[int, int, int]:
    opened = changed = priced = 0
    claims = Claim.objects.filter(which, practice=practice, is_open=True).order_by("pk")
    last = 0
    for batch in count(1):
        with transaction.atomic():
            ids = list(claims.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH])
            if not ids:
                return opened, changed, priced
            part = claims.filter(pk__gt=last, pk__lte=ids[-1])
            some = _write(practice, rules, part, at)
        opened, changed, priced = opened + some[0], changed + some[1], priced + some[2]
        last = ids[-1]
        if batch % FOLD_AFTER == 0:
            fold(practice)
    raise AssertionError  # it ends with the claims


def _write(
    practice: Practice, rules: Pricing, claims: QuerySet[Claim], at: datetime
) -> tuple[int, int, int]:
    """Write the items of these open claims that are new or differ; return (new, changed, seen)."""
    # By their ids alone: of a practice whose first claims came just now the database knows no statistics,
    # takes "claims of this practice" for one, and looks each up among all requests.
    ids = list(claims.order_by().values_list("pk", flat=True))
    claims = Claim.objects.filter(pk__in=ids, is_open=True).order_by("pk")
    _lock(practice, claims)
    opened = changed = seen = 0
    values = []
    for row, state in _states(practice, rules, claims, at):
        seen += 1
        if row.item == state:
            continue
        opened, changed = opened + (row.item_id is None), changed + (row.item_id is not None)
        values.append(_parameters(practice, row, state, rules.as_of))
    if values:
        _upsert(values)
    return opened, changed, seen


def _upsert(values: list[tuple[Any, ...]]) -> None:
    """Write items, on PostgreSQL as one statement: its counts are then kept once for all of them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_UPSERT.format(rows=_AS_ARRAYS), [list(one) for one in zip(*values)])
        else:
            cursor.executemany(_UPSERT.format(rows=_AS_VALUES), values)


def _states(
    practice: Practice, rules: Pricing, claims: QuerySet[Claim], at: datetime
) -> Iterator[tuple[Row, ItemState]]:
    """Yield what each item is to be; then ask for what blocks those that would be worked today."""
    blocked = blocked_checks(practice, claims, as_of=rules.as_of)
    end_needless(practice, claims, blocked, at=at)
    made: list[Asking] = []
    for row in claim_rows(claims, holds_of(practice, claims, blocked)):
        state = rules.state(row)
        if row.hold.to_ask and rules.is_worked(state):
            new = askings(
                row.claim_id,
                row.payer_status_on,
                row.hold,
                blocked[row.claim_id],
                deadline_on=state.deadline_on,
                safe_on=state.safe_on,
                as_of=rules.as_of,
            )
            made += new
            state = rules.state(row._replace(hold=asked(row.hold, new, as_of=rules.as_of)))
        yield row, state
    ask_all(practice, made, as_of=rules.as_of, at=at)


def _lock(practice: Practice, claims: QuerySet[Claim]) -> None:
    """Hold the items while they are read and written, so that no follow-up falls between. SQLite holds all."""
    if connection.vendor == "postgresql":
        items = WorklistItem.objects.filter(practice=practice, claim__in=claims).order_by("pk")
        list(items.select_for_update().values_list("pk", flat=True))


def _close(practice: Practice, which: Q, at: datetime) -> int:
    """Close the items, and what is asked, of claims with nothing left at the payer."""
    end_settled(practice, which, at=at)
    done = WorklistItem.objects.filter(which, practice=practice, is_open=True, claim__is_open=False)
    return done.update(
        is_open=False,
        work_status=WorkStatus.CLOSED,
        payer_balance_cents=0,
        is_due=False,
        is_for_caller=False,
        is_held=False,
        escalated_on=None,
        due_cause="",
        urgency=0,
        priority=0,
        promised_on=None,
        asked_on=None,
        deadline_on=None,
        safe_on=None,
        deadline_kind="",
        leased_by=None,
        leased_until=None,
    )


def _column(name: str) -> str:
    return str(WorklistItem._meta.get_field(name).get_attname_column()[1])  # type: ignore[union-attr]


_TABLE = WorklistItem._meta.db_table
_COLUMNS = ["practice_id", "claim_id", "priced_on", *map(_column, STATE_FIELDS)]
_TYPES = [
    {"BooleanField": "boolean", "DateField": "date", "CharField": "text"}.get(
        field.get_internal_type(), "bigint"
    )
    for field in map(
        WorklistItem._meta.get_field, ["practice", "claim", "priced_on", *STATE_FIELDS]
    )
]
_ASSIGNED = ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS[2:])
_UPSERT = " ".join(  # names of our own table and columns only; values are parameters
    [
        "INSERT INTO",
        _TABLE,
        f"({', '.join(_COLUMNS)})",
        "{rows}",
        "ON CONFLICT (claim_id) DO UPDATE SET",
        _ASSIGNED,
    ]
)


_AS_VALUES = f"VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
_AS_ARRAYS = f"SELECT * FROM unnest({', '.join(f'%s::{kind}[]' for kind in _TYPES)})"  # noqa: S608


def _parameters(practice: Practice, row: Row, state: ItemState, as_of: date) -> tuple[Any, ...]:
    return tuple(map(_plain, (practice.pk, row.claim_id, as_of, *state)))


def _plain(value: object) -> object:
    """Return a value as any driver takes it, also within an array."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, StrEnum) else value
