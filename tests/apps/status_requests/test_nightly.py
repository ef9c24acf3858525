"""Status requests of a night: only where switched on, once, by the worker; and what the command prints."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from dueline import clock
from dueline.accounts.models import AuditEvent
from dueline.sending.models import OutgoingFile
from dueline.status_requests import tasks
from dueline.status_requests.actions import switch_nightly
from dueline.status_requests.models import NightlyStatusRequests

from .conftest import MONDAY, NOON


@pytest.fixture
def today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: MONDAY)
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 9, 18, tzinfo=UTC))


def test_nothing_is_written_by_itself_until_it_is_switched_on(practice, make_claim, today):
    make_claim()
    assert tasks.write_tonight() == 0
    switch_nightly(practice=practice, is_on=True, by="lena", at=NOON)
    assert tasks.write_tonight() == 1
    assert tasks.write_tonight() == 0, "it is under way"
    tasks.write.func(practice.pk, tasks.NIGHT)
    row = OutgoingFile.objects.get()
    assert row.made_by == "nightly"
    assert NightlyStatusRequests.objects.get().ran_on == MONDAY
    switch_nightly(practice=practice, is_on=False, by="lena", at=NOON)
    assert tasks.write_tonight() == 0
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"switch_nightly_status_requests", "write_outgoing_file"} <= actions


def test_the_command_tells_and_writes(practice, make_claim, today):
    from dueline.cli.status_requests import app

    make_claim()
    asked = ["--practice", "lakeside", "--as-of", "2026-11-09", "--json"]
    told = json.loads(CliRunner().invoke(app, asked).stdout)
    assert (told["due"], told["out"], told["nightly"]) == (1, 0, False)
    done = json.loads(CliRunner().invoke(app, [*asked, "--write"]).stdout)
    assert (done["due"], done["out"], done["written"]["requests"]) == (0, 1, 1)
    assert done["written"]["files"] == [OutgoingFile.objects.get().name]
    plain = CliRunner().invoke(app, asked[:-1]).stdout
    assert "Harborlight: 0 due, 1 out, 0 answered - 0 left to call = 0 calls spared" in plain
    assert CliRunner().invoke(app, [*asked, "--nightly", "maybe"]).exit_code != 0
