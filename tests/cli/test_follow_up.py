"""`dueline follow-up`: JSON in, follow-ups recorded one by one, every fault named with its line."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dueline.core.enums import ClaimOrigin, ClaimType, PayerStatus, PayerType, Role

NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)
GOOD = {
    "patient_control_number": "LKS-1",
    "occurred_at": "2026-11-20T10:26:00-05:00",
    "channel": "call",
    "contact_name": "Dana M.",
    "reference_number": "7741-20C",
    "said": "Payment goes out on December 4.",
    "outcome": "payment_promised",
    "promised_on": "2026-12-04",
    "amount": 125.50,
    "next_action": "await_payment",
    "next_due_on": "2026-12-07",
}


@pytest.fixture
def practice(db: None) -> Any:
    from dueline.accounts.actions import add_practice, add_user
    from dueline.ledger.models import Claim
    from dueline.payers.models import Payer

    practice = add_practice(code="lakeside", name="Lakeside", by="tests", at=NOW)
    for role in (Role.L1_CALLER, Role.AUDITOR):
        roles = {practice: role}
        add_user(username=role.value, password=None, memberships=roles, by="tests", at=NOW)
    payer = Payer.objects.create(
        practice=practice, name="Harborlight", payer_type=PayerType.COMMERCIAL
    )
    for number in ("LKS-1", "LKS-2"):
        Claim.objects.create(
            practice=practice,
            patient_control_number=number,
            patient_control_key=number,
            origin=ClaimOrigin.SUBMISSION,
            claim_type=ClaimType.PROFESSIONAL,
            payer=payer,
            service_from_on=date(2026, 10, 1),
            first_submitted_on=date(2026, 10, 3),
            charge_cents=50_000,
            payer_balance_cents=50_000,
            payer_status=PayerStatus.SENT,
            payer_status_on=date(2026, 10, 3),
        )
    return practice


@pytest.fixture
def run(practice: Any) -> Callable[..., Any]:
    from dueline.cli.main import app

    def act(text: str, *options: str, user: str = "l1_caller") -> Any:
        args = ["follow-up", "--practice", "lakeside", "--user", user, "--as-of", "2026-11-23"]
        return CliRunner().invoke(app, [*args, *options], input=text)

    return act


def _rows() -> list[Any]:
    from dueline.calls.models import FollowUp

    return list(FollowUp.objects.order_by("sequence"))


def test_object_is_recorded_with_its_exact_amount(run: Any) -> None:
    result = run(json.dumps(GOOD, indent=2))
    assert (result.exit_code, result.stdout) == (
        0,
        "line 1: follow-up 1 recorded, next 2026-12-07.\n",
    )
    (row,) = _rows()
    assert row.facts == {"promised_on": "2026-12-04", "amount": "125.50"}
    assert row.recorded_by.username == "l1_caller"


def test_same_input_twice_records_once(run: Any) -> None:
    text = json.dumps(GOOD)
    run(text)
    result = run(text)
    assert result.exit_code == 0
    assert "follow-up 1 recorded already" in result.stdout
    assert len(_rows()) == 1


def test_bad_lines_are_named_and_good_ones_recorded(run: Any) -> None:
    lines = [
        json.dumps(GOOD),
        json.dumps({**GOOD, "patient_control_number": "LKS-2", "promised_on": None}),
        "{not json",
        "",
        json.dumps({**GOOD, "patient_control_number": "NOBODY"}),
        json.dumps({**GOOD, "patient_control_number": " lks-2 ", "request_key": "two"}),
    ]
    result = run("\n".join(lines) + "\n", "--json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert [r["line"] for r in found] == [1, 2, 3, 5, 6]
    assert [r.get("follow_up") for r in found] == [1, None, None, None, 2]
    fields = [[p["field"] for p in r.get("problems", [])] for r in found]
    assert fields == [[], ["promised_on"], ["JSON"], ["patient_control_number"], []]
    assert "line 2: promised_on: found nothing. Expected" in result.stderr
    assert "NOBODY" not in result.stderr
    assert [row.claim.patient_control_number for row in _rows()] == ["LKS-1", "LKS-2"]


def test_list_is_taken(run: Any) -> None:
    result = run(json.dumps([GOOD, {**GOOD, "patient_control_number": "LKS-2"}], indent=1))
    assert result.exit_code == 0
    assert len(_rows()) == 2


def test_correction_points_at_the_old(run: Any) -> None:
    run(json.dumps(GOOD))
    result = run(json.dumps({**GOOD, "said": "December 5.", "corrects": 1}))
    assert result.exit_code == 0, result.stderr
    assert _rows()[1].corrects == _rows()[0]
    other = run(json.dumps({**GOOD, "patient_control_number": "LKS-2", "corrects": 1}))
    assert other.exit_code == 1
    assert "corrects: found no such follow-up" in other.stderr


INPUTS = {
    "nothing": ("", "expected JSON, found nothing"),
    "no JSON": ("paid, all good", "found no JSON from column 1 on"),
    "a number": ("12", "found no JSON object"),
    "NaN": ('{"amount": NaN}', "found no JSON object"),
    "nested too deep": ("[" * 100_000, "found no JSON"),
}


@pytest.mark.parametrize(("text", "message"), INPUTS.values(), ids=INPUTS)
def test_input_that_is_no_follow_up_is_refused_with_words(
    run: Any, text: str, message: str
) -> None:
    result = run(text)
    assert result.exit_code == 1
    assert message in result.stderr
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert _rows() == []


def test_role_that_may_not_record_is_told_so(run: Any) -> None:
    result = run(json.dumps(GOOD), user="auditor")
    assert result.exit_code == 1
    assert "Only these roles may record follow-ups" in result.stderr
    assert _rows() == []


def test_unknown_user_and_practice(run: Any, practice: Any) -> None:
    from dueline.cli.main import app

    assert "--user: expected the username" in run(json.dumps(GOOD), user="nobody").stderr
    args = ["follow-up", "--practice", "nowhere", "--user", "auditor"]
    result = CliRunner().invoke(app, args, input="{}")
    assert result.exit_code == 1
    assert "no practice 'nowhere'" in result.stderr


def test_schema_needs_neither_practice_nor_database(tmp_path: Path) -> None:
    dueline = Path(sys.executable).with_name("dueline")
    environment = {**os.environ, "DUELINE_DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}
    done = subprocess.run(
        [dueline, "follow-up", "--schema"], env=environment, capture_output=True, check=True
    )
    schema = json.load(io.BytesIO(done.stdout))
    assert schema["properties"]["outcome"]["enum"][0] == "paid"
