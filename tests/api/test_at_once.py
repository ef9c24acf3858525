"""Callers at the same moment: in a file of its own, since what is committed here outlives a test's rollback."""

import threading
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dueline.accounts.models import AuditEvent
from dueline.api.actions.tokens import revoke_token
from dueline.api.models import Token
from dueline.api.queries.tokens import hash_of
from dueline.core.enums import Role
from dueline.worklist.models import WorklistItem
from tests.api.site import NOW, build, call


@pytest.mark.django_db(transaction=True)
def test_same_key_at_once_has_one_effect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    monkeypatch.setattr("dueline.clock.today", lambda: date(2026, 11, 23))
    site = build(tmp_path)
    token = site.tokens[Role.LEAD]
    call(token, "get", "worklist")  # prices the day
    answers: list[Any] = []
    start = threading.Barrier(6)

    def ask() -> None:
        start.wait()
        answers.append(call(token, "post", "worklist/next", key="at-once-1"))
        connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(answer.status_code for answer in answers) == {200: 6}
    assert len({answer.json()["item"]["claim"] for answer in answers}) == 1
    assert WorklistItem.objects.exclude(leased_by=None).count() == 1
    row = Token.objects.get(hash=hash_of(token))
    revoke_token(token=row, by="tests", now=NOW)
    revoke_token(token=row, by="tests", now=NOW)
    assert AuditEvent.objects.filter(action="revoke_token").count() == 1
