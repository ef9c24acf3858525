"""How fast the next claim and the worklist page come at 10 thousand, 100 thousand and 1 million open claims."""

import multiprocessing
import os
import threading
import time
from collections import Counter
from datetime import timedelta
from queue import Queue
from typing import Any

from bench.practice import AS_OF, CALLERS, NOW, analyze, make_claims, people
from bench.report import Report
from bench.timing import p95_row, seconds, times

SIZES = (10_000, 100_000, 1_000_000)
ALONE = 100  # claims taken by one caller
EACH = 10  # claims taken by each of the callers at once
TARGET_MS = {"SQLite": 50, "PostgreSQL": 20}
PAGE = 50
PAGE_TARGET_MS = 200


def run(out: Report) -> None:
    """Measure on the database that is set up, at each size."""
    for size in SIZES:
        practice, users = people(size)
        make_claims(practice, size)
        out.section(
            f"Next claim, {size:,} open claims, {out.database}",
            "One statement finds and leases the claim, and its taking is audited, all in the time given.",
        )
        _price(out, practice, size)
        _take(out, practice, users)
        _pages(out, practice, users[0])


def _price(out: Report, practice: Any, size: int) -> None:

    from dueline.worklist.actions import refresh

    start = time.perf_counter()
    refresh(practice=practice, as_of=AS_OF)
    took = time.perf_counter() - start
    out.row("first items, scheduled, priced and written", f"{size / took:,.0f} a second")
    rate = _pricing_rate(practice, size)
    out.row(
        "of it scheduling and pricing alone",
        f"{rate:,.0f} a second",
        target="at least 30,000",
        is_met=rate >= 30_000,
    )
    start = time.perf_counter()
    refresh(practice=practice, as_of=AS_OF + timedelta(days=1))
    took = time.perf_counter() - start
    out.row(
        "the morning after: deadlines, readiness and prices anew",
        f"{took:,.1f} s",
        target="under 300 s",
        is_met=took < 300,
    )
    refresh(practice=practice, as_of=AS_OF)
    analyze()


def _pricing_rate(practice: Any, size: int) -> float:
    from dueline.ledger.models import Claim
    from dueline.worklist.queries import pricing_for
    from dueline.worklist.queries.rows import claim_rows

    rules = pricing_for(practice, as_of=AS_OF)
    claims = Claim.objects.filter(practice=practice, is_open=True).order_by("pk")
    rows = list(claim_rows(claims[: min(size, 50_000)]))
    for row in rows[:2000]:
        rules.state(row)
    start = time.perf_counter()
    for row in rows:
        rules.state(row)
    return len(rows) / (time.perf_counter() - start)


def _take(out: Report, practice: Any, users: list[Any]) -> None:
    from dueline.worklist.actions import take_next
    from dueline.worklist.models import WorklistItem

    taken = []

    def one() -> None:
        item = take_next(practice=practice, user=users[0], as_of=AS_OF, now=NOW)
        assert item is not None
        taken.append(item.pk)

    alone = [seconds(one) for _ in range(ALONE)]
    p95_row(out, "next claim, one caller", alone, TARGET_MS[out.database])
    together, given = _at_once(out.database, practice.pk, [user.pk for user in users])
    twice = [pk for pk, count in Counter(taken + given).items() if count > 1]
    p95_row(out, f"next claim, {CALLERS} callers at once", together)
    out.row(
        f"claims given twice, of {len(taken) + len(given)}",
        str(len(twice)),
        target="none",
        is_met=not twice,
    )
    WorklistItem.objects.filter(practice=practice).exclude(leased_by=None).update(
        leased_by=None, leased_until=None
    )


def _at_once(database: str, practice: int, users: list[int]) -> tuple[list[float], list[int]]:
    """Let every caller take claims at once: threads of one server on SQLite, processes on PostgreSQL.

    That is how they are served: SQLite by one process, PostgreSQL by as many as one likes.
    """
    kind: Any = multiprocessing.get_context("spawn").Process
    results: Any = multiprocessing.get_context("spawn").Queue()
    start: Any = multiprocessing.get_context("spawn").Event()
    if database == "SQLite":
        kind, results, start = threading.Thread, Queue(), threading.Event()
    callers = [kind(target=_caller, args=(practice, user, start, results)) for user in users]
    for caller in callers:
        caller.start()
    for _ in callers:
        assert results.get(timeout=300) == "ready"
    start.set()
    waited, given = [], []
    for _ in callers:
        some_times, some_given = results.get(timeout=600)
        waited += some_times
        given += some_given
    for caller in callers:
        caller.join()
    return waited, given


def _caller(practice_id: int, user_id: int, start: Any, results: Any) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "dueline.settings"
    import django

    django.setup()
    from django.db import connection

    from dueline.accounts.models import Practice, User
    from dueline.worklist.actions import take_next
    from dueline.worklist.queries import open_payer_ids

    practice, user = Practice.objects.get(pk=practice_id), User.objects.get(pk=user_id)
    given: list[int] = []

    def one() -> None:
        item = take_next(practice=practice, user=user, as_of=AS_OF, now=NOW)
        assert item is not None
        given.append(item.pk)

    open_payer_ids(practice, now=NOW)  # as a server that runs: holidays are loaded
    results.put("ready")
    start.wait()
    results.put(([seconds(one) for _ in range(EACH)], given))
    connection.close()


def _pages(out: Report, practice: Any, user: Any) -> None:
    from dueline.core.enums import AgingBasis, Order
    from dueline.reports.queries import aging
    from dueline.worklist.queries import ItemFilters, items, today

    for order in Order:
        shown = items(practice, order=order, filters=ItemFilters(), as_of=AS_OF)

        def page(shown: Any = shown) -> None:
            list(shown[:PAGE])

        p95_row(out, f"worklist page by {order}", times(page, 7), PAGE_TARGET_MS)
    figures = times(lambda: today(practice, user, AS_OF, NOW), 5)
    p95_row(out, "the figures of Today", figures, PAGE_TARGET_MS)
    report = times(lambda: aging(practice, basis=AgingBasis.SERVICE, as_of=AS_OF), 3)
    p95_row(out, "the aging report", report)
