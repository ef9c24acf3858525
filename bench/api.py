"""How fast the next claim comes by the API, beside the page that gives it and the query alone, each in turn."""

import itertools
import os
from typing import Any
from unittest.mock import patch

from bench.practice import AS_OF, NOW, analyze, make_claims, people
from bench.report import Report
from bench.timing import p95_row, seconds

SIZE = 100_000
ROUNDS = 100
MOST = 1.5  # times the page's
BACKEND = "django.contrib.auth.backends.ModelBackend"
NOTE = (
    "One caller, by Django's test client, in turn: the query that both are about; the page's *Next claim* "
    "(session, query, audit event, and the address of the claim as answer); the API's (token, share of requests, "
    "Idempotency-Key kept with its answer, query, audit event, the claim as JSON)."
)


def run(out: Report) -> None:
    """Measure on the database that is set up."""
    from dueline.worklist.actions import refresh

    practice, users = people(SIZE)
    make_claims(practice, SIZE)
    refresh(practice=practice, as_of=AS_OF)
    analyze()
    out.section(f"Next claim by the API, {SIZE:,} open claims, {out.database}", NOTE)
    os.environ["DUELINE_AS_OF"] = AS_OF.isoformat()
    with patch("dueline.clock.now", lambda: NOW):
        measure(out, practice, users[0])


def measure(out: Report, practice: Any, user: Any) -> None:
    """Let the three take turns, each in as many rounds."""
    from django.conf import settings
    from django.test import Client

    from dueline.api.actions.tokens import make_token
    from dueline.core.scopes import Scope
    from dueline.worklist.actions import take_next

    settings.API_REQUESTS_A_MINUTE = 1_000_000
    _, token = make_token(user=user, practices=[practice], scopes=[Scope.WORK_CLAIMS], name="bench",
                          days=1, by="bench", now=NOW)  # fmt: skip
    page, program = Client(SERVER_NAME="localhost"), Client(SERVER_NAME="localhost")
    page.force_login(user, backend=BACKEND)
    keys = itertools.count()

    def query() -> None:
        assert take_next(practice=practice, user=user, as_of=AS_OF, now=NOW) is not None

    def by_page() -> None:
        answer = page.post(f"/practices/{practice.code}/worklist/next/")
        assert answer.status_code == 302, answer.status_code

    def by_api() -> None:
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"bench-{next(keys):06d}"}
        address = f"/api/v1/practices/{practice.code}/worklist/next"
        answer = program.post(address, headers=headers)
        assert answer.status_code == 200, answer.content
        assert answer.json()["item"]

    contestants = {"the query alone": query, "by the page": by_page, "by the API": by_api}
    found: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(5):
        for work in contestants.values():
            work()
    for _ in range(ROUNDS):
        for name, work in contestants.items():
            found[name].append(seconds(work))
    ratio = _p95(found["by the API"]) / _p95(found["by the page"])
    for name, took in found.items():
        p95_row(out, f"next claim, {name}", took)
    out.row(
        "p95 by the API, over that by the page",
        f"{ratio:.2f} x",
        target=f"at most {MOST} x",
        is_met=ratio <= MOST,
    )


def _p95(found: list[float]) -> float:
    return sorted(found)[int(len(found) * 0.95) - 1]
