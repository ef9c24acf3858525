"""Rows by the hundred thousand: ids from blocks, inserts in bulk, on SQLite and PostgreSQL.

A table's rows are objects with one attribute for each column (`row_type`) or plain tuples in column order.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import make_dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import count
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.fields import NOT_PROVIDED

BLOCK = 1000  # ids asked of PostgreSQL at once

# Python 3.12 gives up its own; Django's text form of a date is the same.
sqlite3.register_adapter(date, date.isoformat)
sqlite3.register_adapter(datetime, lambda moment: moment.isoformat(" "))


@lru_cache
def columns_of(model: type[Model]) -> tuple[str, ...]:
    """Return the column names of a model, the id first."""
    return tuple(field.attname for field in model._meta.concrete_fields)


@lru_cache
def row_type(model: type[Model]) -> type:
    """Return a light class with an attribute for each column; a new row has the fields' defaults."""
    return make_dataclass(
        f"{model.__name__}Row",
        [(field.attname, object, _default(field)) for field in model._meta.concrete_fields],
        eq=False,
    )


def _default(field: Any) -> object:
    if field.default is not NOT_PROVIDED:
        return field.default
    is_text = field.get_internal_type() in ("CharField", "TextField")
    return "" if is_text and not field.null else None


@lru_cache
def tuple_of(model: type[Model]) -> Callable[[Any], tuple[Any, ...]]:
    """Return the function that turns a row object into its tuple."""
    return attrgetter(*columns_of(model))


def new_ids(model: type[Model]) -> Iterator[int]:
    """Yield ids that no other row has or gets.

    SQLite lets one writer in at a time, so counting on from the highest id is safe within one
    transaction. PostgreSQL's sequences give each number once: there an iterator serves a whole run.
    """
    table = model._meta.db_table
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            row = cursor.fetchone()
        yield from count((row[0] if row else 0) + 1)
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, BLOCK],
            )
            found = [number for (number,) in cursor.fetchall()]
        yield from found


def ids_outlive_transactions() -> bool:
    """Say whether an iterator of `new_ids` may serve more than one transaction."""
    return connection.vendor == "postgresql"


def insert(model: type[Model], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert tuples in column order."""
    if not rows:
        return
    columns = columns_of(model)
    names = ", ".join(f'"{name}"' for name in columns)
    table = f'"{model._meta.db_table}"'
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        places = ", ".join("?" * len(columns))
        # The driver's own cursor: Django's would rewrite the statement's placeholders for every call.
        cursor.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)


def update(model: type[Model], rows: Sequence[Any], names: Sequence[str]) -> None:
    """Write some columns of row objects that exist already."""
    if not rows:
        return
    table = f'"{model._meta.db_table}"'
    values = attrgetter(*names, "id")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _update_by_copy(cursor, table, [values(row) for row in rows], names)
            return
        settings = ", ".join(f'"{name}" = ?' for name in names)
        cursor.connection.executemany(
            f'UPDATE {table} SET {settings} WHERE "id" = ?', [values(row) for row in rows]
        )


def _update_by_copy(
    cursor: Any, table: str, rows: Iterable[tuple[Any, ...]], names: Sequence[str]
) -> None:
    """Bring the new values in by COPY and move them with one statement."""
    listed = ", ".join(f'"{name}"' for name in (*names, "id"))
    cursor.execute(
        f"CREATE TEMP TABLE changed_rows ON COMMIT DROP AS SELECT {listed} FROM {table} WITH NO DATA"
    )
    with cursor.copy(f"COPY changed_rows ({listed}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    settings = ", ".join(f'"{name}" = changed_rows."{name}"' for name in names)
    cursor.execute(
        f"UPDATE {table} SET {settings} FROM changed_rows WHERE {table}.id = changed_rows.id"
    )
    cursor.execute("DROP TABLE changed_rows")
