"""How fast the next claim and the worklist page come at 10 thousand, 100 thousand and 1 million open claims."""

import multiprocessing
import os
import statistics
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from queue import Queue
from typing import Any

from bench.report import Report

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 10:30 am in New York: payers answer
SIZES = (10_000, 100_000, 1_000_000)
CALLERS = 32
ALONE = 100  # claims taken by one caller
EACH = 10  # claims taken by each of the callers at once
TARGET_MS = {"SQLite": 50, "PostgreSQL": 20}
PAGE = 50
PAGE_TARGET_MS = 200

# Claims made by the database itself from their number: no intake, and the mix of a real receivable.
_COLUMNS = (
    "practice_id, patient_control_number, patient_control_key, origin, claim_type, payer_id, "
    "payer_sequence, member_id, group_number, subscriber_name, facility_code, frequency_code, "
    "prior_authorization, diagnoses, payer_claim_control_number, payer_said, denial_carc, "
    "denial_group, charge_cents, payer_balance_cents, patient_balance_cents, paid_cents, is_open, "
    "service_from_on, service_through_on, first_submitted_on, last_submitted_on, accepted_on, "
    "denied_on, payer_status, payer_status_on, patient_id"
)
_STATUS = (
    "CASE n % 10 WHEN 0 THEN 'denied' WHEN 1 THEN 'denied' WHEN 2 THEN 'not_on_file' "
    "WHEN 3 THEN 'sent' WHEN 4 THEN 'partly_denied' WHEN 5 THEN 'pending' ELSE 'accepted' END"
)
# One denial in 30 is for coding, which no call settles; one claim in 50 has no member ID.
_CARC = (
    "CASE WHEN n % 10 IN (0, 1, 4) THEN CASE WHEN n % 30 = 0 THEN '4' "
    "WHEN n % 3 = 0 THEN '197' ELSE '16' END ELSE '' END"
)
_MEMBER = "CASE WHEN n % 50 = 7 THEN '' ELSE 'M' || n END"
_PATIENTS = """
    INSERT INTO ledger_patient (practice_id, identity_key, last_name, first_name, middle_name,
        search_name, birth_on, sex)
    SELECT %s, 'B' || n, 'Sample', 'P' || n, '', 'SAMPLE P' || n, {born}, '' FROM {numbers}
"""
CLAIMS_OF_A_PATIENT = 4
_INSERT = """
    INSERT INTO ledger_claim ({columns})
    SELECT %s, 'B' || n, 'B' || n, 'submission', 'P', %s + n % 15, 'P', {member}, '', '', '', '1', '',
        '', '', '', {carc}, '', {cents}, {cents}, 0, 0,
        {true}, {service}, {service}, {sent}, {sent},
        CASE WHEN n % 10 = 3 THEN NULL ELSE {heard} END,
        CASE WHEN n % 10 IN (0, 1, 4) THEN {heard} END, {status}, {heard},
        %s + (n - 1) / {share}
    FROM {numbers}
"""


def run(out: Report) -> None:
    """Measure on the database that is set up, at each size."""
    for size in SIZES:
        practice, users = _people(size)
        _make_claims(practice, size)
        out.section(
            f"Next claim, {size:,} open claims, {out.database}",
            "One statement finds and leases the claim, and its taking is audited, all in the time given.",
        )
        _price(out, practice, size)
        _take(out, practice, users)
        _pages(out, practice, users[0])


def _people(size: int) -> tuple[Any, list[Any]]:
    from dueline.accounts.models import Membership, Practice, User
    from dueline.core.enums import PayerType, Role
    from dueline.payers.actions import seed_default_rules
    from dueline.payers.models import Payer

    practice = Practice.objects.create(
        code=f"bench{size}", name=f"Bench {size}", tax_id="995550187"
    )
    practice.npis.create(npi="1999936606")
    seed_default_rules(practice=practice)
    types = list(PayerType)
    for number in range(15):
        Payer.objects.create(
            practice=practice, name=f"Payer {number:02d}", payer_type=types[number % len(types)]
        )
    users = [User.objects.create(username=f"caller{size}-{n}") for n in range(CALLERS)]
    for user in users:
        Membership.objects.create(practice=practice, user=user, role=Role.L1_CALLER)
    return practice, users


def _numbers(size: int) -> str:
    """Return a table of the numbers 1 to `size`, as `n`."""
    from django.db import connection

    if connection.vendor == "sqlite":
        counting = "SELECT 1 UNION ALL SELECT n + 1 FROM t"
        return f"(WITH RECURSIVE t(n) AS ({counting} LIMIT {size}) SELECT n FROM t)"  # noqa: S608
    return f"generate_series(1, {size}) AS t(n)"


def _make_patients(practice: Any, size: int, born: str) -> int:
    """Make a patient for every few claims; return the id of the first."""
    from django.db import connection

    from dueline.ledger.models import Patient

    count = size // CLAIMS_OF_A_PATIENT + 1
    with connection.cursor() as cursor:
        cursor.execute(_PATIENTS.format(born=born, numbers=_numbers(count)), [practice.pk])
    made = Patient.objects.filter(practice=practice).order_by("pk")
    return int(made.values_list("pk", flat=True)[0])


def _make_claims(practice: Any, size: int) -> None:
    from django.db import connection

    from dueline.payers.models import Payer

    first = Payer.objects.filter(practice=practice).order_by("pk").values_list("pk", flat=True)[0]

    def day(expression: str) -> str:
        if connection.vendor == "postgresql":
            return f"(DATE '{AS_OF}' - ({expression})::int)"
        return f"date('{AS_OF}', '-' || ({expression}) || ' days')"

    patient = _make_patients(practice, size, day("9000 + n"))
    age = "3 + (n * 31) % 300"
    statement = _INSERT.format(
        columns=_COLUMNS,
        member=_MEMBER.replace("%", "%%"),
        share=CLAIMS_OF_A_PATIENT,
        cents="5000 + ((n %% 100003) * 7919) %% 500000",
        carc=_CARC.replace("%", "%%"),
        status=_STATUS.replace("%", "%%"),
        true="TRUE" if connection.vendor == "postgresql" else "1",
        service=day(age.replace("%", "%%")),
        sent=day(f"({age} - 2)".replace("%", "%%")),
        heard=day(f"({age}) / 2".replace("%", "%%")),
        numbers=_numbers(size),
    )
    statement = statement.replace("+ n % 15", "+ n %% 15")
    statement = statement.replace("WHEN n % 10", "WHEN n %% 10")
    with connection.cursor() as cursor:
        cursor.execute(statement, [practice.pk, first, patient])


def _price(out: Report, practice: Any, size: int) -> None:
    from django.db import connection

    from dueline.worklist.actions import refresh

    start = time.perf_counter()
    refresh(practice=practice, as_of=AS_OF)
    seconds = time.perf_counter() - start
    out.row("first items, scheduled, priced and written", f"{size / seconds:,.0f} a second")
    rate = _pricing_rate(practice, size)
    out.row(
        "of it scheduling and pricing alone",
        f"{rate:,.0f} a second",
        target="at least 30,000",
        is_met=rate >= 30_000,
    )
    start = time.perf_counter()
    refresh(practice=practice, as_of=AS_OF + timedelta(days=1))
    seconds = time.perf_counter() - start
    out.row(
        "the morning after: deadlines, readiness and prices anew",
        f"{seconds:,.1f} s",
        target="under 300 s",
        is_met=seconds < 300,
    )
    refresh(practice=practice, as_of=AS_OF)
    with connection.cursor() as cursor:
        # What autovacuum does by itself on a server that has run for a while.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


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

    times = [_seconds(one) for _ in range(ALONE)]
    _p95_row(out, "next claim, one caller", times, TARGET_MS[out.database])
    together, given = _at_once(out.database, practice.pk, [user.pk for user in users])
    twice = [pk for pk, count in Counter(taken + given).items() if count > 1]
    _p95_row(out, f"next claim, {CALLERS} callers at once", together)
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
    times, given = [], []
    for _ in callers:
        some_times, some_given = results.get(timeout=600)
        times += some_times
        given += some_given
    for caller in callers:
        caller.join()
    return times, given


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
    results.put(([_seconds(one) for _ in range(EACH)], given))
    connection.close()


def _pages(out: Report, practice: Any, user: Any) -> None:
    from dueline.core.enums import AgingBasis, Order
    from dueline.reports.queries import aging
    from dueline.worklist.queries import ItemFilters, items, today

    for order in Order:
        shown = items(practice, order=order, filters=ItemFilters(), as_of=AS_OF)

        def page(shown: Any = shown) -> None:
            list(shown[:PAGE])

        _p95_row(out, f"worklist page by {order}", _times(page, 7), PAGE_TARGET_MS)
    figures = _times(lambda: today(practice, user, AS_OF, NOW), 5)
    _p95_row(out, "the figures of Today", figures, PAGE_TARGET_MS)
    report = _times(lambda: aging(practice, basis=AgingBasis.SERVICE, as_of=AS_OF), 3)
    _p95_row(out, "the aging report", report)


def _times(work: Callable[[], object], rounds: int) -> list[float]:
    work()
    return [_seconds(work) for _ in range(rounds)]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _p95_row(out: Report, what: str, times: list[float], target_ms: int | None = None) -> None:
    ordered = sorted(times)
    p95 = ordered[min(len(ordered) - 1, -(-len(ordered) * 95 // 100) - 1)] * 1000
    middle = statistics.median(ordered) * 1000
    out.row(
        what,
        f"p50 {middle:.1f} ms, p95 {p95:.1f} ms",
        target="" if target_ms is None else f"p95 under {target_ms} ms",
        is_met=None if target_ms is None else p95 < target_ms,
    )
