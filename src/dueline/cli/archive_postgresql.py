"""A PostgreSQL database as one COPY file a table, for backup archives: needs no programs of PostgreSQL's own."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

FOLDER = "tables"
_CHUNK = 1 << 20


def migrations() -> list[str]:
    """Return the state of the database's tables: every migration applied."""
    applied = MigrationRecorder(connection).applied_migrations()
    return sorted(f"{app}.{name}" for app, name in applied)


def known_migrations() -> set[str]:
    """Return every migration that this version of Dueline knows."""
    loader = MigrationLoader(None)
    return {f"{app}.{name}" for app, name in loader.disk_migrations}


def _tables() -> dict[str, list[str]]:
    """Return the columns of each table, content types and permissions with them: rows point at those."""
    models = apps.get_models(include_auto_created=True, include_swapped=False)
    return {
        model._meta.db_table: [str(field.column) for field in model._meta.local_concrete_fields]
        for model in models
        if model._meta.managed and not model._meta.proxy
    }


def _copy(table: str, columns: list[str], direction: str) -> sql.Composed:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) " + direction).format(sql.Identifier(table), names)


def _cursor() -> Any:
    connection.ensure_connection()
    return connection.connection.cursor()  # psycopg's own: Django's does not copy


def write_tables(folder: Path) -> list[tuple[Path, str]]:
    """Write every table as of one moment; return the files with their names in the archive."""
    (folder / FOLDER).mkdir()
    written = []
    with transaction.atomic():
        cursor = _cursor()
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        for table, columns in _tables().items():
            path = folder / FOLDER / f"{table}.copy"
            with path.open("wb") as target, cursor.copy(_copy(table, columns, "TO STDOUT")) as rows:
                for chunk in rows:
                    target.write(chunk)
            written.append((path, f"{FOLDER}/{path.name}"))
    return written


def read_tables(folder: Path) -> None:
    """Replace the content of every table in one transaction; foreign keys are checked at its end."""
    tables = _tables()
    with transaction.atomic():
        cursor = _cursor()
        names = sql.SQL(", ").join(map(sql.Identifier, tables))
        cursor.execute(sql.SQL("TRUNCATE {}").format(names))
        for table, columns in tables.items():
            path = folder / FOLDER / f"{table}.copy"
            with (
                path.open("rb") as source,
                cursor.copy(_copy(table, columns, "FROM STDIN")) as rows,
            ):
                while chunk := source.read(_CHUNK):
                    rows.write(chunk)
        for table, columns in tables.items():
            if "id" in columns and _is_numbered(cursor, table):
                _continue_numbers(cursor, table)


def _is_numbered(cursor: Any, table: str) -> bool:
    """Say whether a table's ids come from a sequence; some tables of libraries have UUIDs."""
    cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [f'"{table}"'])
    return cursor.fetchone()[0] is not None


def _continue_numbers(cursor: Any, table: str) -> None:
    """Let the next row get the number after the highest."""
    statement = sql.SQL(
        "SELECT setval(s.name, coalesce((SELECT max(id) FROM {table}), 0) + 1, false) "
        "FROM (SELECT pg_get_serial_sequence({text}, 'id') AS name) s WHERE s.name IS NOT NULL"
    )
    cursor.execute(statement.format(table=sql.Identifier(table), text=sql.Literal(f'"{table}"')))
