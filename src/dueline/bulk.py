"""Rows by the hundred thousand: ids from blocks, inserts in bulk, on SQLite and PostgreSQL.

A table's rows are objects with one attribute for each column (`row_type`) or plain tuples in column order.
What the driver itself refuses is raised as Django's error, as from its own queries.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import make_dataclass
from datetime import UTC, date, datetime
from functools import lru_cache, partial
from itertools import chain, compress, count, repeat
from operator import attrgetter, itemgetter, ne
from threading import local
from typing import Any

from django.db import connection
from django.db.models import Model
from django.db.models.fields import NOT_PROVIDED

BLOCKS = (500, 2_000, 8_000, 32_000)  # ids asked of PostgreSQL at once, more as more are needed
ROWS_A_STATEMENT = 1000  # inserted at once into SQLite, which takes
MOST_PARAMETERS = 32_766  # in a statement, from 3.32 on


def _moment(value: datetime) -> str:
    """Return a moment as Django writes it: UTC, without an offset, so that texts sort as moments."""
    return (value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value).isoformat(" ")


# Python 3.12 gives up its own; the text forms are Django's.
sqlite3.register_adapter(date, date.isoformat)
sqlite3.register_adapter(datetime, _moment)


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
    for block in chain(BLOCKS, repeat(BLOCKS[-1])):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(name) FROM (SELECT pg_get_serial_sequence(%s, 'id')::regclass AS name"
                " OFFSET 0) AS sequence, generate_series(1, %s)",
                [table, block],
            )
            found = [number for (number,) in cursor.fetchall()]
        yield from found


def count_anew(models: Iterable[type[Model]]) -> None:
    """Let PostgreSQL count what the tables hold, by which it plans its queries, after many rows came.

    It does so by itself within a minute or two; until then a query for thousands of claims may read a
    whole table for each of them. SQLite plans without counts.
    """
    if connection.vendor == "postgresql":
        names = ", ".join(f'"{model._meta.db_table}"' for model in models)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {names}")


def ids_outlive_transactions() -> bool:
    """Say whether an iterator of `new_ids` may serve more than one transaction."""
    return connection.vendor == "postgresql"


def insert(model: type[Model], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert tuples in column order."""
    if not rows:
        return
    columns = columns_of(model)
    names = ", ".join(f'"{name}"' for name in columns)
    table = f'"{model._meta.db_table}" ({names})'
    _write(_copy if connection.vendor == "postgresql" else _insert, table, rows)


def _write(write: Callable[..., None], *arguments: Any) -> None:
    """Have a function write by the driver's own connection: now, or, within `writing_aside`, by its thread.

    Django's cursor would rewrite a statement's placeholders for every call, and belongs to one thread.
    """
    connection.ensure_connection()
    aside = _Aside.of_thread()
    if aside is not None:
        aside.begin(partial(write, connection.connection, *arguments))
        return
    with connection.wrap_database_errors:
        write(connection.connection, *arguments)


def _copy(driver: Any, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def _insert(driver: Any, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many rows with a statement: SQLite works on it without holding Python up."""
    places = f"({', '.join('?' * len(rows[0]))})"
    size = min(ROWS_A_STATEMENT, MOST_PARAMETERS // len(rows[0]))
    statement = f"INSERT INTO {table} VALUES {places}"
    whole = len(rows) - len(rows) % size
    if whole:
        long = f"{statement}{f', {places}' * (size - 1)}"
        for first in range(0, whole, size):
            driver.execute(long, list(chain.from_iterable(rows[first : first + size])))
    driver.executemany(statement, rows[whole:])


class _Aside:
    """A thread that writes rows in the order given, by the connection of the thread that gives them.

    That thread asks the database for nothing else meanwhile: it waits first.
    """

    _current = local()

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "rows")
        self._begun: list[Future[None]] = []

    @classmethod
    def of_thread(cls) -> "_Aside | None":
        return getattr(cls._current, "aside", None)

    def begin(self, write: Callable[[], None]) -> None:
        self._begun.append(self._thread.submit(write))

    def wait(self) -> None:
        """Wait until all is written. Raises what the database said, as Django's error."""
        begun, self._begun = self._begun, []
        with connection.wrap_database_errors:
            for future in begun:
                future.result()

    def before(self, execute: Callable[..., Any], *arguments: Any) -> Any:
        """Wait before a statement of Django's: a wrapper as `connection.execute_wrapper` takes it."""
        self.wait()
        return execute(*arguments)

    def __enter__(self) -> None:
        self._current.aside = self

    def __exit__(self, *_: object) -> None:
        self._current.aside = None
        self._thread.shutdown(cancel_futures=True)


@contextmanager
def writing_aside() -> Iterator[None]:
    """Let a thread insert rows within the block while this one goes on; all is written when it ends.

    Any other statement waits for them. What the database refuses is raised by the next one, or at the end.
    PostgreSQL looks for what rows refer to as they come, not when all are there: referenced ones come first.
    """
    aside = _Aside()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with aside, connection.execute_wrapper(aside.before):
        yield
        aside.wait()


def _settled(cursor: Any) -> Any:
    """Return the driver's own connection, once what is written aside is written."""
    aside = _Aside.of_thread()
    if aside is not None:
        aside.wait()
    return cursor.connection


def rows_in(
    model: type[Model],
    columns: Sequence[str],
    column: str,
    values: Iterable[Any],
    *,
    practice_id: int | None = None,
    also: str = "",
    is_locked: bool = False,
) -> list[tuple[Any, ...]]:
    """Return columns of the rows in which `column` has one of the values, in no order.

    One statement and one parameter for any number of values. `also` is a further condition in SQL.
    With `is_locked` nobody else changes the rows until the transaction ends (SQLite has one writer).
    (Ordering by id would make SQLite walk the table instead of the index.)
    """
    wanted = list(values)
    if not wanted:
        return []
    names = ", ".join(f'"{name}"' for name in columns)
    is_postgresql = connection.vendor == "postgresql"
    among = "= ANY(%s)" if is_postgresql else "IN (SELECT value FROM json_each(?))"
    where = [f'"{column}" {among}', *([also] if also else [])]
    parameters: list[Any] = [wanted if is_postgresql else json.dumps(wanted)]
    if practice_id is not None:
        # "+" keeps SQLite from walking the practice's rows where ids are given.
        plus = "+" if column == "id" else ""
        where.insert(0, f"{plus}practice_id = {practice_id:d}")
    sql = f'SELECT {names} FROM "{model._meta.db_table}" WHERE {" AND ".join(where)}'
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if is_postgresql:
            cursor.execute(f"{sql} FOR NO KEY UPDATE" if is_locked else sql, parameters)
            return list(cursor.fetchall())
        return list(_settled(cursor).execute(sql, parameters))


def update(model: type[Model], rows: Iterable[Any]) -> None:
    """Write the columns in which row objects differ from `row.stored`, their tuple when they were read."""
    as_tuple = tuple_of(model)
    by_change: dict[tuple[int, ...], list[tuple[Any, ...]]] = {}
    for row in rows:
        now = as_tuple(row)
        if now == row.stored:
            continue
        changed = tuple(compress(count(), map(ne, now, row.stored)))
        by_change.setdefault(changed, []).append(now)
        row.stored = now
    if not by_change:
        return
    is_postgresql = connection.vendor == "postgresql"
    if is_postgresql:
        everything = sorted({index for changed in by_change for index in changed})
        by_change = {tuple(everything): [row for some in by_change.values() for row in some]}
    columns = columns_of(model)
    table = f'"{model._meta.db_table}"'
    for changed, some in by_change.items():
        names = [columns[index] for index in changed]
        values = itemgetter(*changed, 0)  # the id last
        write = _update_by_copy if is_postgresql else _update
        _write(write, table, names, [values(row) for row in some])


def _update(driver: Any, table: str, names: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    settings = ", ".join(f'"{name}" = ?' for name in names)
    driver.executemany(f'UPDATE {table} SET {settings} WHERE "id" = ?', rows)


def _update_by_copy(
    driver: Any, table: str, names: Sequence[str], rows: list[tuple[Any, ...]]
) -> None:
    """Bring the new values in by COPY and move them with one statement."""
    listed = ", ".join(f'"{name}"' for name in (*names, "id"))
    driver.execute(
        f"CREATE TEMP TABLE changed_rows ON COMMIT DROP AS SELECT {listed} FROM {table} WITH NO DATA"
    )
    _copy(driver, f"changed_rows ({listed})", rows)
    settings = ", ".join(f'"{name}" = changed_rows."{name}"' for name in names)
    driver.execute(
        f"UPDATE {table} SET {settings} FROM changed_rows WHERE {table}.id = changed_rows.id"
    )
    driver.execute("DROP TABLE changed_rows")


def set_flag(
    model: type[Model], name: str, is_set: bool, *, column: str, values: Iterable[int]
) -> None:
    """Set or clear a flag of the rows in which `column` has one of the values."""
    wanted = list(values)
    if not wanted:
        return
    head = f'UPDATE "{model._meta.db_table}" SET "{name}" ='
    if connection.vendor == "postgresql":
        _write(_run, f'{head} %s WHERE "{column}" = ANY(%s)', (is_set, wanted))
    else:
        among = "IN (SELECT value FROM json_each(?))"
        _write(_run, f'{head} ? WHERE "{column}" {among}', (int(is_set), json.dumps(wanted)))


def _run(driver: Any, statement: str, parameters: Sequence[Any]) -> None:
    driver.execute(statement, parameters)
