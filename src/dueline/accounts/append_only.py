"""Triggers by which the database itself refuses to change a record that is only added to."""

from typing import Any

from django.apps import apps
from django.db import connection

# SQLite keeps deletion open, since emptying a table in tests is a DELETE there; a chain with a record
# missing is found by `dueline verify` on both.
_SQLITE = (
    "CREATE TRIGGER {table}_unalterable BEFORE UPDATE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END"
)
_FUNCTION = (
    "CREATE OR REPLACE FUNCTION {table}_unalterable() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '{table} rows are never changed or deleted'; END $$"
)
_POSTGRESQL = (
    "CREATE TRIGGER {table}_unalterable BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION {table}_unalterable()"
)


def protect(schema_editor: Any, table: str) -> None:
    """Make the database refuse changes of the table's rows."""
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for statement in (_FUNCTION, _POSTGRESQL) if is_postgresql else (_SQLITE,):
        schema_editor.execute(statement.format(table=table), params=None)


def release(schema_editor: Any, table: str) -> None:
    """Take the refusal away: for migrations back."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP TRIGGER {table}_unalterable ON {table}", params=None)
        schema_editor.execute(f"DROP FUNCTION {table}_unalterable()", params=None)
    else:
        schema_editor.execute(f"DROP TRIGGER {table}_unalterable", params=None)


def unprotected() -> list[str]:
    """Return the tables that are only added to, and whose refusal to change is gone."""
    from dueline.accounts.models import AppendOnly

    tables = {m._meta.db_table for m in apps.get_models() if issubclass(m, AppendOnly)}
    names = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgenabled = 'O'",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(names[connection.vendor])
        found = {name for (name,) in cursor.fetchall()}
    return sorted(table for table in tables if f"{table}_unalterable" not in found)
