"""Which claim is next for a caller: one statement, served by the index item_next in order."""

from datetime import datetime
from typing import Any

from django.db import connection

from dueline.accounts.models import Practice, User
from dueline.core.enums import Level, NextAction
from dueline.worklist.models import WorklistItem

_NEXT = """
    SELECT id FROM worklist_worklistitem
    WHERE practice_id = %s AND level = %s AND is_for_caller
      AND (next_action <> %s OR payer_id IN ({payers}))
      AND (owner_id IS NULL OR owner_id = %s)
      AND (leased_until IS NULL OR leased_until < %s)
    ORDER BY urgency DESC, priority DESC, id
    LIMIT 1
"""


def next_statement(
    practice: Practice, user: User, level: Level, *, open_payers: list[int], now: datetime
) -> tuple[str, list[Any]]:
    """Return the SQL that finds the next free claim of a queue, and its parameters.

    A claim to telephone counts only for payers that answer now; one that is another's own, or held,
    never.
    """
    marks = ", ".join(["%s"] * len(open_payers)) or "NULL"
    moment = connection.ops.adapt_datetimefield_value(now)
    values = [practice.pk, level, NextAction.CALL, *open_payers, user.pk, moment]
    return _NEXT.format(payers=marks), values


def peek_next(
    practice: Practice,
    user: User,
    levels: list[Level],
    *,
    open_payers: list[int],
    now: datetime,
) -> WorklistItem | None:
    """Return the claim that `take_next` would give now, without taking it."""
    for level in levels:
        statement, values = next_statement(practice, user, level, open_payers=open_payers, now=now)
        with connection.cursor() as cursor:
            cursor.execute(statement, values)
            found = cursor.fetchone()
        if found is not None:
            items = WorklistItem.objects.select_related("claim__patient", "payer", "practice")
            return items.get(pk=found[0])
    return None
