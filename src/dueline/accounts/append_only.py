"""Triggers by which the database itself refuses to change a record that is only added to. Used by migrations."""

from typing import Any

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
