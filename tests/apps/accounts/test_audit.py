"""The trail of events: whole when left alone, and every tampering is named."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)


DROP = {
    "sqlite": "DROP TRIGGER accounts_auditevent_unalterable",
    "postgresql": "DROP TRIGGER accounts_auditevent_unalterable ON accounts_auditevent",
}


def _sql(statement: str) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(DROP[connection.vendor])
        cursor.execute(statement)


@pytest.fixture
def trail(practice: Any) -> Any:
    from dueline.accounts.audit import record

    for number in range(4):
        record(
            practice=practice,
            by="ana",
            action="view_claim",
            at=NOW,
            object_kind="claim",
            object_key=str(number),
            detail={"lines": number, "what": ["é", None]},
        )
    return practice


def test_verify_chain_of_untouched_trail_is_clean(trail: Any) -> None:
    from dueline.accounts.audit import verify_chain
    from dueline.accounts.models import AuditEvent

    assert AuditEvent.objects.filter(scope="lakeside").count() == 5
    assert verify_chain("lakeside") == []
    assert verify_chain("") == []


T = "accounts_auditevent"
TAMPERINGS = {
    "who": (f"UPDATE {T} SET username='eve' WHERE sequence=3", "event 3 was altered"),
    "what": (f"UPDATE {T} SET action='nothing' WHERE sequence=2", "event 2 was altered"),
    "whom": (f"UPDATE {T} SET object_key='9' WHERE sequence=4", "event 4 was altered"),
    "detail": (f"UPDATE {T} SET detail='{{}}' WHERE sequence=5", "event 5 was altered"),
    "middle removed": (f"DELETE FROM {T} WHERE sequence=3", "event 3 is missing"),
    "first removed": (f"DELETE FROM {T} WHERE sequence=1", "event 1 is missing"),
    "last removed": (f"DELETE FROM {T} WHERE sequence=5", "its end is missing"),
    "order": (
        f"UPDATE {T} SET sequence = 12 - sequence WHERE sequence IN (2, 3)",
        "event 2 is missing",
    ),
}


@pytest.mark.parametrize(("statement", "breach"), TAMPERINGS.values(), ids=TAMPERINGS)
def test_verify_chain_names_tampering(trail: Any, statement: str, breach: str) -> None:
    from dueline.accounts.audit import verify_chain

    _sql(statement)
    assert any(breach in text for text in verify_chain("lakeside"))
    assert verify_chain("") == []


def _save(event: Any) -> None:
    event.username = "eve"
    event.save()


def _by_sql(event: Any) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {T} SET username = 'eve'")


@pytest.mark.parametrize(
    "tamper",
    [
        _save,
        lambda event: event.delete(),
        lambda event: type(event).objects.update(username="eve"),
        lambda event: type(event).objects.all().delete(),
        _by_sql,
    ],
    ids=["save", "delete", "update all", "delete all", "by SQL"],
)
def test_event_cannot_be_changed(trail: Any, tamper: Callable[[Any], None]) -> None:
    from django.db import DatabaseError

    from dueline.accounts.audit import verify_chain
    from dueline.accounts.errors import AppendOnlyError
    from dueline.accounts.models import AuditEvent

    with pytest.raises((AppendOnlyError, DatabaseError)):
        tamper(AuditEvent.objects.get(scope="lakeside", sequence=2))
    assert verify_chain("lakeside") == []


def test_event_goes_with_the_transaction_that_failed(trail: Any) -> None:
    from django.db import transaction

    from dueline.accounts.audit import record, verify_chain
    from dueline.accounts.models import AuditEvent

    with transaction.atomic():
        record(practice=trail, by="ana", action="view_claim", at=NOW)
        transaction.set_rollback(True)
    assert AuditEvent.objects.filter(scope="lakeside").count() == 5
    assert verify_chain("lakeside") == []


@pytest.mark.django_db(transaction=True)
def test_extend_outside_a_transaction_is_refused() -> None:
    from dueline.accounts.chains import extend

    with pytest.raises(RuntimeError, match="within a transaction"):
        extend("audit", "", {})
