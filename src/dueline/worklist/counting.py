"""Triggers that keep the counts of open items with every change of an item. Used by migrations.

On SQLite, which lets one writer in at a time, a count is one row, changed in place. On PostgreSQL writers
would wait for each other at it, and two could wait forever; there each statement adds what it changed, and
`worklist.actions.counts.fold` adds the rows up.
"""

from dataclasses import dataclass
from typing import Any

ITEMS = "worklist_worklistitem"


@dataclass(frozen=True)
class CountKind:
    """Open items alike in a key are counted in a table. In the texts, {r} is the item's row."""

    name: str
    table: str
    key: tuple[tuple[str, str], ...]  # column, and what of the item it is
    when: str = ""  # a condition beside being open

    def columns(self) -> str:
        return ", ".join(["practice_id", *(column for column, _ in self.key)])

    def values(self, row: str) -> str:
        parts = ["{r}.practice_id", *(f"{value} AS {column}" for column, value in self.key)]
        return ", ".join(parts).format(r=row)

    def condition(self, row: str) -> str:
        return (f"{{r}}.is_open AND {self.when}" if self.when else "{r}.is_open").format(r=row)

    def sources(self) -> list[str]:
        """Return the item's columns that decide where, and with how much, it is counted."""
        named = (part for text in (self.when, *(value for _, value in self.key)) for part in [text])
        found = {
            word.removeprefix("{r}.") for text in named for word in text.split() if "{r}." in word
        }
        return sorted({"is_open", "practice_id", "payer_balance_cents", *found})


def _of_days(kind: str, day: str, whose: str, when: str) -> CountKind:
    """Return the count of a day by level or by payer."""
    level, is_for_caller, payer = (
        ("{r}.level", "{r}.is_for_caller", "CAST(NULL AS BIGINT)")
        if whose == "level"
        else ("''", "FALSE", "{r}.payer_id")
    )
    key = (
        ("kind", f"'{kind}'"),
        ("level", level),
        ("is_for_caller", is_for_caller),
        ("payer_id", payer),
        ("day", f"{{r}}.{day}"),
    )
    return CountKind(kind, "worklist_daycount", key, when)


COUNTS = (
    CountKind(
        "work",
        "worklist_workcount",
        tuple(
            (column, f"{{r}}.{column}")
            for column in (
                "level",
                "work_status",
                "is_due",
                "is_for_caller",
                "due_cause",
                "next_action",
                "seen_status",
                "payer_id",
            )
        ),
    ),
    _of_days("deadline", "deadline_on", "level", "{r}.deadline_on IS NOT NULL"),
    _of_days("overdue", "due_on", "level", "{r}.is_due AND {r}.due_cause = 'overdue'"),
    _of_days("service", "service_on", "payer", "{r}.service_on IS NOT NULL"),
    _of_days("submission", "first_submitted_on", "payer", "{r}.first_submitted_on IS NOT NULL"),
)
DEEDS = ("insert", "update", "delete")


def counted(items: str, count: CountKind, sign: int = 1) -> str:
    """Return the SELECT that counts the items of a table as one kind of count, row by row."""
    return (
        f"SELECT {count.values('i')}, {sign} AS claims, {sign} * i.payer_balance_cents AS cents "  # noqa: S608
        f"FROM {items} i WHERE {count.condition('i')}"
    )


def summed(count: CountKind, *parts: str) -> str:
    """Return the INSERT of the sums of such SELECTs; what adds up to nothing is left out."""
    columns = count.columns()
    return (
        f"INSERT INTO {count.table} ({columns}, claims, cents) "  # noqa: S608
        f"SELECT {columns}, SUM(claims), SUM(cents) FROM ({' UNION ALL '.join(parts)}) t "
        f"GROUP BY {columns} HAVING SUM(claims) <> 0 OR SUM(cents) <> 0"
    )


# ---------------------------------------------------------------- SQLite: row by row, in place


def _unique(table: str, columns: str) -> str:
    return columns.replace("payer_id", "COALESCE(payer_id, 0)") if "day" in columns else columns


def _sqlite_indexes() -> list[str]:
    found = {count.table: _unique(count.table, count.columns()) for count in COUNTS}
    return [f"CREATE UNIQUE INDEX {table}_once ON {table} ({key})" for table, key in found.items()]


def _sqlite_change(count: CountKind, row: str, sign: int) -> str:
    columns = count.columns()
    return (
        f"INSERT INTO {count.table} ({columns}, claims, cents) "
        f"SELECT {count.values(row)}, {sign}, {sign} * {row}.payer_balance_cents "
        f"WHERE {count.condition(row)} ON CONFLICT ({_unique(count.table, columns)}) "
        "DO UPDATE SET claims = claims + excluded.claims, cents = cents + excluded.cents;"
    )


def _sqlite_delete(count: CountKind) -> str:
    """Only what is counted is taken back: a test empties the tables in any order."""
    same = " AND ".join(
        f"{column} IS {value}".format(r="OLD")
        for column, value in (("practice_id", "{r}.practice_id"), *count.key)
    )
    return (
        f"UPDATE {count.table} SET claims = claims - 1, cents = cents - OLD.payer_balance_cents "  # noqa: S608
        f"WHERE {same} AND {count.condition('OLD')};"
    )


def _sqlite_triggers(count: CountKind) -> list[str]:
    name, sources = f"{ITEMS}_count_{count.name}", count.sources()
    differs = " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in sources)
    back, new = _sqlite_change(count, "OLD", -1), _sqlite_change(count, "NEW", 1)
    return [
        f"CREATE TRIGGER {name}_insert AFTER INSERT ON {ITEMS} BEGIN {new} END",
        f"CREATE TRIGGER {name}_update AFTER UPDATE OF {', '.join(sources)} ON {ITEMS} "
        f"WHEN {differs} BEGIN {back} {new} END",
        f"CREATE TRIGGER {name}_delete AFTER DELETE ON {ITEMS} BEGIN {_sqlite_delete(count)} END",
    ]


# ---------------------------------------------------------------- PostgreSQL: a statement at a time, added

_TABLES = {
    "insert": "NEW TABLE AS added",
    "update": "OLD TABLE AS gone NEW TABLE AS added",
    "delete": "OLD TABLE AS gone",
}


def _postgresql_body(deed: str) -> str:
    lines = []
    if deed == "update":
        sources = sorted({column for count in COUNTS for column in count.sources()})
        old, new = (", ".join(f"{r}.{column}" for column in sources) for r in ("g", "a"))
        lines.append(
            "IF NOT EXISTS (SELECT 1 FROM gone g JOIN added a ON a.id = g.id "  # noqa: S608
            f"WHERE ({old}) IS DISTINCT FROM ({new})) THEN RETURN NULL; END IF;"
        )
    for count in COUNTS:
        parts = [counted("added", count)] if deed != "delete" else []
        parts += [counted("gone", count, -1)] if deed != "insert" else []
        lines.append(f"{summed(count, *parts)};")
    return " ".join(lines)


def _postgresql(deed: str) -> list[str]:
    name = f"{ITEMS}_count_{deed}"
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {_postgresql_body(deed)} RETURN NULL; END $$",
        f"CREATE TRIGGER {name} AFTER {deed.upper()} ON {ITEMS} REFERENCING {_TABLES[deed]} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    ]


# ---------------------------------------------------------------- for migrations


def begin(schema_editor: Any) -> None:
    """Count the items there are, and keep the counts from now on."""
    for count in COUNTS:
        schema_editor.execute(summed(count, counted(ITEMS, count)), params=None)
    if schema_editor.connection.vendor == "postgresql":
        statements = [text for deed in DEEDS for text in _postgresql(deed)]
    else:
        triggers = [text for count in COUNTS for text in _sqlite_triggers(count)]
        statements = [*_sqlite_indexes(), *triggers]
    for text in statements:
        schema_editor.execute(text, params=None)


def end(schema_editor: Any) -> None:
    """Keep the counts no more, where they are kept: around a change of the tables, and for migrations back."""
    if schema_editor.connection.vendor == "postgresql":
        for deed in DEEDS:
            name = f"{ITEMS}_count_{deed}"
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {ITEMS}", params=None)
            schema_editor.execute(f"DROP FUNCTION IF EXISTS {name}()", params=None)
    else:
        for count in COUNTS:
            for deed in DEEDS:
                schema_editor.execute(
                    f"DROP TRIGGER IF EXISTS {ITEMS}_count_{count.name}_{deed}", params=None
                )
        for table in {count.table for count in COUNTS}:
            schema_editor.execute(f"DROP INDEX IF EXISTS {table}_once", params=None)
    for table in {count.table for count in COUNTS}:
        schema_editor.execute(f"DELETE FROM {table}", params=None)  # noqa: S608
