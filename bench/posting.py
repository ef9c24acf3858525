"""How fast an intake into an empty database is, against the database's own bulk load of the same rows."""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from bench.report import Report
from dueline.bulk import columns_of, insert

AS_OF = date(2026, 11, 23)
CLAIMS = 20_000
CHUNK = 5_000
Load = Callable[[Any, list[tuple[Any, ...]]], None]
TARGET_PERCENT = 40
NOT_LOADED = ("DailyPricing", "WorkCount", "DayCount")  # a row of JSON; counts the database keeps
APPS = ("ledger", "worklist", "intake")  # what an intake writes by the row


def run(out: Report) -> None:
    """Take a sample in, then load the very rows it made with the database's bulk statement."""
    from dueline.environment import home

    folder = home() / f"sample-{out.database}"
    practice = _practice(folder)
    taken = _intake(practice, folder)
    tables = _rows()
    count = sum(len(rows) for _, rows in tables)
    loaded = _bulk_load(tables, _load)
    own = _bulk_load(tables, insert)
    percent = loaded * 100 / taken
    out.section(
        f"Posting {CLAIMS:,} claims with a year of answers, {out.database}",
        "Intake reads, matches, balances, posts set by set with an audit event each, and makes the worklist. The bulk "
        "load gives the same rows, but for the audit events, to the same tables, indexes and constraints, already at "
        "hand and in one transaction: by executemany on SQLite, by COPY on PostgreSQL. Dueline's own inserts, of up to "
        "1,000 rows a statement on SQLite, are faster than that; their time is given beside it.",
    )
    out.row("intake", f"{count / taken:,.0f} rows/s", ratio=f"{CLAIMS / taken:,.0f} claims/s")
    out.row("bulk load of the same rows", f"{count / loaded:,.0f} rows/s")
    out.row("the same by Dueline's own inserts", f"{count / own:,.0f} rows/s")
    out.row(
        "intake against bulk load",
        f"{percent:.0f} %",
        target=f"at least {TARGET_PERCENT} %",
        is_met=percent >= TARGET_PERCENT,
    )


def _practice(folder: Path) -> Any:
    from dueline.accounts.actions import add_practice
    from dueline.core.enums import PayerType
    from dueline.payers.actions import add_payer, seed_default_rules
    from dueline.sample import practice_plan, write_sample
    from dueline.sample.payers import PAYERS

    plan = practice_plan(code="lakeside", claim_count=CLAIMS, seed=1, as_of=AS_OF)
    write_sample(plan, folder)
    npis = [(party.identifier, party.last_name) for party in (plan.billing, plan.facility)]
    practice = add_practice(
        code="lakeside", name=plan.name, npis=npis, by="bench", at=datetime.now(UTC)
    )
    seed_default_rules(practice=practice)
    for payer in PAYERS:
        add_payer(
            practice=practice,
            name=payer.name,
            payer_type=PayerType(payer.kind),
            identifiers=[("PI", payer.identifier), ("TIN", f"1{payer.tax_id}")],
            source="bench",
        )
    return practice


def _intake(practice: Any, folder: Path) -> float:
    """Return the seconds of the intake."""
    from dueline.intake.actions import intake_paths

    start = time.perf_counter()
    summary = intake_paths(
        practice=practice,
        paths=[folder / "files"],
        by="bench",
        as_of=AS_OF,
        clock=lambda: datetime.now(UTC),
    )
    if summary.total("quarantined_count"):
        raise RuntimeError("a sample's set was quarantined")
    return time.perf_counter() - start


def _rows() -> list[tuple[Any, list[tuple[Any, ...]]]]:
    """Return every table of the apps with its rows, referenced tables first."""
    from django.apps import apps

    models = [
        model
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if model.__name__ not in NOT_LOADED
    ]
    models.sort(key=lambda model: _DEPTH.get(model.__name__, 9))
    return [
        (model, list(model._base_manager.order_by("pk").values_list(*columns_of(model))))
        for model in models
    ]


_DEPTH = {"SourceFile": 1, "TransactionSet": 2}
_DEPTH |= {"Provider": 1, "Patient": 1, "Claim": 3, "Coverage": 4, "Submission": 4}
_DEPTH |= {"ServiceLine": 5, "Remittance": 4, "ClaimPayment": 6, "LinePayment": 7, "Entry": 8}


def _load(model: Any, rows: list[tuple[Any, ...]]) -> None:
    """Load rows as the database's own driver does: executemany on SQLite, COPY on PostgreSQL."""
    from django.db import connection

    if connection.vendor == "postgresql":
        insert(model, rows)
        return
    columns = columns_of(model)
    target = f"{model._meta.db_table} ({', '.join(columns)})"
    places = ", ".join("?" * len(columns))
    connection.connection.executemany(f"INSERT INTO {target} VALUES ({places})", rows)  # noqa: S608


def _bulk_load(tables: list[tuple[Any, list[tuple[Any, ...]]]], load: Load) -> float:
    """Empty the tables and return the seconds of loading their rows again, in one transaction."""
    from django.db import connection, transaction

    names = [model._meta.db_table for model, _ in tables]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(names)} CASCADE")
        else:
            cursor.execute("PRAGMA foreign_keys = OFF")
            for name in reversed(names):
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608  names come from our models
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA foreign_keys = ON")
    start = time.perf_counter()
    with transaction.atomic():
        for model, rows in tables:
            for first in range(0, len(rows), CHUNK):
                load(model, rows[first : first + CHUNK])
    return time.perf_counter() - start
