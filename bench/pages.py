"""How fast whole pages come at 1 million open claims: address, view, queries and template, by Django's test client."""

import os
import time
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from bench.practice import AS_OF, NOW, analyze, make_claims, people
from bench.report import Report
from bench.timing import p95_row, times

SIZE = 1_000_000
ROUNDS = 20
TARGET_MS = 200
NOTE = (
    "As a caller opens them, by Django's test client: sign-in, view, queries, audit event and template. "
    f"{ROUNDS} times each. *Of its own*: processor time of the process, SQLite's work within it; "
    "where it is far below the median, the machine was busy with other things."
)
BACKEND = "django.contrib.auth.backends.ModelBackend"


def run(out: Report) -> None:
    """Measure on the database that is set up."""
    from dueline.worklist.actions import refresh

    practice, users = people(SIZE)
    make_claims(practice, SIZE)
    refresh(practice=practice, as_of=AS_OF)
    analyze()
    out.section(
        f"Whole pages, {SIZE:,} open claims, {out.database}",
        NOTE,
    )
    measure(out, practice, users[0])


def measure(out: Report, practice: Any, user: Any) -> None:
    """Time every page of a practice that is priced for the day."""
    from django.test import Client

    os.environ["DUELINE_AS_OF"] = AS_OF.isoformat()
    client = Client(SERVER_NAME="localhost")
    client.force_login(user, backend=BACKEND)
    with patch("dueline.clock.now", lambda: NOW):
        for what, address, form in _pages(client, practice):

            def one(address: str = address, form: dict[str, str] | None = form) -> None:
                answer = client.get(address) if form is None else client.post(address, form)
                assert answer.status_code == 200, (address, answer.status_code)

            began = time.process_time()
            found = times(one, ROUNDS)
            own = (time.process_time() - began) / (ROUNDS + 1) * 1000
            p95_row(out, what, found, TARGET_MS, ratio=f"{own:.0f} ms of its own")


def _pages(client: Any, practice: Any) -> Iterator[tuple[str, str, dict[str, str] | None]]:
    """Yield name, address and, for a POST, form of each page. The claim is the first to telephone."""
    from dueline.core.enums import NextAction
    from dueline.worklist.models import WorklistItem

    base = f"/practices/{practice.code}/"
    found = WorklistItem.objects.filter(
        practice=practice, is_for_caller=True, next_action=NextAction.CALL
    )
    item = found.order_by("level", "-urgency", "-priority", "pk")[0]
    yield "Today", f"{base}today/", None
    for order in ("priority", "deadline", "oldest", "largest", "payer"):
        yield f"Worklist by {order}", f"{base}worklist/?order={order}", None
    for name, narrowed in (
        ("one queue", "queue=L1"),
        ("any day", "due=all"),
        ("one payer", f"payer={item.payer_id}"),
        ("to telephone", "next_action=call"),
        ("denied", "payer_status=denied"),
        ("7 to 14 days left", "due=all&watch=chased&order=deadline"),
        ("missed", "cause=overdue&due=2026-11-18"),
    ):
        yield f"Worklist, {name}", f"{base}worklist/?{narrowed}", None
    yield "Claim", f"{base}claims/{item.claim_id}/", None
    opened = client.post(f"{base}claims/{item.claim_id}/call/", {"batch": "1"})
    yield "Call console", opened["Location"], None
    yield "Requests", f"{base}requests/", None
    yield "Aging", f"{base}aging/", None
    yield (
        "Aging, a payer's claims of 31-60 days",
        f"{base}aging/?payer={item.payer_id}&bucket=31-60",
        None,
    )
    yield "Aging, all claims of 0-30 days", f"{base}aging/?bucket=0-30", None
    yield "Payers", f"{base}payers/", None
    yield "a payer", f"{base}payers/{item.payer_id}/", None
    yield "Search by claim number", f"{base}search/", {"text": "B500000"}
    yield "Search by member ID", f"{base}search/", {"text": "M500001"}
    yield "Search by name", f"{base}search/", {"text": "Sample P777"}
