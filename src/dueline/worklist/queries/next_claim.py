"""Which claim is next for a user: a few statements, tried in turn, each served by an index in its order."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from dueline.accounts.models import Practice, User
from dueline.core.aging import ESCALATE_DAYS
from dueline.core.enums import Level, NextAction, Role
from dueline.worklist.levels import LEADS, levels_of
from dueline.worklist.models import WorklistItem

Statement = tuple[str, list[Any]]

_FROM = "SELECT id FROM worklist_worklistitem WHERE practice_id = %s"
_FREE = "(owner_id IS NULL OR owner_id = %s) AND (leased_until IS NULL OR leased_until < %s)"
_BY_PRIORITY = "urgency DESC, priority DESC, id LIMIT 1"
_OF_QUEUE = (
    f"{_FROM} AND level = %s AND is_for_caller AND (next_action <> %s OR payer_id IN ({{payers}})) "
    f"AND {_FREE} ORDER BY {_BY_PRIORITY}"
)
_NEAR = (
    f"{_FROM} AND is_open AND is_due AND deadline_on >= %s AND deadline_on < %s "
    f"AND (NOT is_for_caller OR next_action <> %s OR payer_id IN ({{payers}})) "
    f"AND {_FREE} ORDER BY deadline_on, {_BY_PRIORITY}"
)
_WITH_LEAD = f"{_FROM} AND work_status = 'with_lead' AND is_due AND {_FREE} ORDER BY {_BY_PRIORITY}"


def next_statements(
    practice: Practice,
    user: User,
    role: Role | None,
    *,
    open_payers: list[int],
    as_of: date,
    now: datetime,
    level: Level | None = None,
) -> Iterator[Statement]:
    """Yield the SQL that finds the next free claim for a role, and its parameters: the first that finds one counts.

    A lead is given first what is lost within 7 days, whoever has it, and what waits with the lead; then,
    as callers are, what can be worked now. A claim to telephone counts only for payers that answer now;
    one that is another's own, or held, never. `level` asks for one queue. Those who work no queue are
    shown what the callers would be given.
    """
    moment = connection.ops.adapt_datetimefield_value(now)
    free = [user.pk, moment]
    if role in LEADS and level is None:
        before = as_of + timedelta(days=ESCALATE_DAYS)
        days = [connection.ops.adapt_datefield_value(day) for day in (as_of, before)]
        values = [practice.pk, *days, NextAction.CALL, *open_payers, *free]
        yield _NEAR.format(payers=_marks(open_payers)), values
        yield _WITH_LEAD, [practice.pk, *free]
    for one in [level] if level is not None else (levels_of(role) or list(Level)):
        values = [practice.pk, one, NextAction.CALL, *open_payers, *free]
        yield _OF_QUEUE.format(payers=_marks(open_payers)), values


def _marks(ids: list[int]) -> str:
    return ", ".join(["%s"] * len(ids)) or "NULL"


def peek_next(
    practice: Practice,
    user: User,
    role: Role | None,
    *,
    open_payers: list[int],
    as_of: date,
    now: datetime,
) -> WorklistItem | None:
    """Return the claim that `take_next` would give now, without taking it."""
    for statement, values in next_statements(
        practice, user, role, open_payers=open_payers, as_of=as_of, now=now
    ):
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            found = cursor.fetchone()
        if found is not None:
            items = WorklistItem.objects.select_related("claim__patient", "payer", "practice")
            return items.get(pk=found[0])
    return None
