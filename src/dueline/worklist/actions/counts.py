"""Adding up the counts of open items, where each change of items left a row of its own."""

from django.db import connection

from dueline.accounts.models import Practice
from dueline.worklist.counting import COUNTS

_COLUMNS = {count.table: count.columns() for count in COUNTS}
_FOLD = """
    WITH free AS (SELECT id FROM {table} WHERE practice_id = %s FOR UPDATE SKIP LOCKED),
    gone AS (DELETE FROM {table} WHERE id IN (SELECT id FROM free) RETURNING *)
    INSERT INTO {table} ({columns}, claims, cents)
    SELECT {columns}, SUM(claims), SUM(cents) FROM gone
    GROUP BY {columns} HAVING SUM(claims) <> 0 OR SUM(cents) <> 0
"""
_DROP_EMPTY = "DELETE FROM {table} WHERE practice_id = %s AND claims = 0 AND cents = 0"


def fold(practice: Practice) -> None:
    """Leave one row for each count, and none where nothing is left to count. The counts stay what they are.

    One statement takes rows and writes their sum, so whoever counts meanwhile finds either. Rows that others
    add or fold meanwhile stay: nobody waits for anybody.
    """
    statement = _FOLD if connection.vendor == "postgresql" else _DROP_EMPTY
    with connection.cursor() as cursor:
        for table, columns in _COLUMNS.items():
            cursor.execute(statement.format(table=table, columns=columns), [practice.pk])
