"""`dueline denials`: lists, one claim with its playbook, working out again, and what bad input gets."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from dueline.accounts.models import AuditEvent
from tests.apps.denials.conftest import practice, remit, submit, take_in

__all__ = ["practice", "remit", "submit", "take_in"]  # fixtures of the app's own tests
Act = Callable[..., Any]
DAY = ("--practice", "lakeside", "--as-of", "2026-11-23")


@pytest.fixture
def refused(practice: Any, submit: Act, remit: Act) -> None:
    submit("2026-09-03", "LKS-1")
    remit(
        "2026-10-01",
        "CLP*LKS-1*1*150*0*0*12*ICN1*11*1 / SVC*HC:99214*150*0 / CAS*CO*197*150",
        "CLP*LKS-2*1*900*0*0*12*ICN2*11*1 / SVC*HC:93306*900*0 / CAS*CO*50*900 / LQ*HE*N115",
    )


def dueline(*words: str) -> Result:
    from dueline.cli.denials import app

    return CliRunner().invoke(app, [*words])


def test_list_prints_what_is_to_be_worked(refused: None) -> None:
    done = dueline("list", *DAY, "--order", "amount")
    assert done.exit_code == 0, done.output
    first, *rows = done.stdout.splitlines()
    assert first == "Lakeside: 2 of 2 denials, by amount"
    assert rows[0].startswith("LKS-2  Harborlight  $900.00  CO-50 not medically necessary  open")
    assert AuditEvent.objects.filter(action="export_denials").count() == 1


def test_list_as_json_and_filters(refused: None) -> None:
    done = dueline(
        "list", *DAY, "--category", "medical_necessity", "--payer", "Harborlight", "--json"
    )
    (row,) = json.loads(done.stdout)
    assert row["patient_control_number"] == "LKS-2"
    assert (row["amount"], row["rarcs"], row["state"]) == ("900.00", ["N115"], "open")
    assert json.loads(dueline("list", *DAY, "--state", "recovered", "--json").stdout) == []
    assert "No denial fits" in dueline("list", *DAY, "--state", "recovered").stdout


def test_show_says_what_to_do(refused: None) -> None:
    done = dueline("show", "LKS-1", *DAY)
    assert done.exit_code == 0, done.output
    assert "Is there an authorization on the claim? None is on the claim." in done.stdout
    assert "Chance" in done.stdout
    (row,) = json.loads(dueline("show", "LKS-1", *DAY, "--json").stdout)
    assert (row["way"], row["script"], row["is_call"]) == ("reconsideration", "S07", False)
    assert {check["question"] for check in row["checks"]} >= {"authorization_on_claim"}
    assert AuditEvent.objects.filter(action="view_denial").count() == 2


def test_refresh_changes_nothing_twice(refused: None) -> None:
    done = dueline("refresh", *DAY, "--json")
    assert json.loads(done.stdout) == {"opened": 0, "changed": 0, "removed": 0}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("list", "--state", "nope"), "Expected live, all or one of"),
        (("list", "--category", "nope"), "Expected one of"),
        (("list", "--payer", "Nobody"), "no payer"),
        (("list", "--order", "nope"), "--order"),
        (("show", "NOPE-1"), "no claim with this number"),
    ],
)
def test_bad_input_is_told_and_fails(refused: None, words: tuple[str, ...], said: str) -> None:
    done = dueline(*words, *DAY)
    assert done.exit_code != 0
    assert said in done.output
    assert "Traceback" not in done.output
