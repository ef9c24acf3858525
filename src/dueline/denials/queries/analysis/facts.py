"""The facts of a practice as DuckDB sees them: two views, claims and refusals. See denials.fact_store."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from dueline.accounts.models import Practice
from dueline.denials.fact_store import Edition, connect, edition_of, folder_of
from dueline.denials.models import FactChange, FactState
from dueline.denials.queries.fact_rows import fact_columns

_TYPES = {"O": "VARCHAR", "i": "BIGINT", "b": "BOOLEAN"}  # by kind of NumPy's


@dataclass(frozen=True)
class FactsState:
    """When the facts were counted, None where they never were, and whether something changed since."""

    counted_at: datetime | None
    is_behind: bool


def facts_state(practice: Practice) -> FactsState:
    """Return how current a practice's facts are. Two queries."""
    state = FactState.objects.filter(practice=practice).first()
    is_behind = FactChange.objects.filter(practice=practice).exists()
    return FactsState(state.counted_at if state else None, is_behind)


class Facts:
    """One connection to the facts; asked by SQL with parameters, answers with rows."""

    def __init__(self, database: duckdb.DuckDBPyConnection) -> None:
        self._database = database

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self._database.execute(sql, list(parameters)).fetchall()

    def columns(self, sql: str) -> dict[str, Any]:
        """Return the answer as NumPy arrays by name, for what is counted there."""
        return self._database.execute(sql).fetchnumpy()


@contextmanager
def facts_of(practice: Practice) -> Iterator[Facts]:
    """Open the edition in place; without one there are views without rows."""
    edition = _edition(practice)
    with connect() as database:
        for place, kind in enumerate(("claims", "refusals")):
            names = [names[place] for names in edition.parts.values() if names[place]]
            _view(database, kind, [folder_of(practice) / name for name in names], practice)
        yield Facts(database)


def _edition(practice: Practice) -> Edition:
    """Return the edition that the database knows of. Files of another database, or of a practice that had the code
    before, are not the practice's."""
    found = edition_of(practice)
    known = FactState.objects.filter(practice=practice).values_list("edition", flat=True).first()
    return found if found is not None and found.name == known else Edition("", {})


def _view(
    database: duckdb.DuckDBPyConnection, kind: str, paths: Sequence[Path], practice: Practice
) -> None:
    if paths:
        database.read_parquet([str(path) for path in paths]).create_view(kind)
        return
    empty = fact_columns(practice, [])[kind]
    database.register(f"no_{kind}", dict(empty))
    typed = ", ".join(f'"{name}"::{_TYPES[values.dtype.kind]}' for name, values in empty.items())
    names = ", ".join(f'"{name}"' for name in empty)
    database.execute(f"CREATE VIEW {kind} ({names}) AS SELECT {typed} FROM no_{kind}")
