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


def test_rates_print_figures_with_their_formulas(refused: None) -> None:
    done = dueline("rates", *DAY, "--by", "carc")
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0] == "Lakeside: Claims answered Aug 24 to Nov 23, 2026"
    assert lines[1] == (
        "  Initial denial rate: 100.0 % (2 of 2 claims answered;"
        " Fewer than 30 claims: too little to conclude)"
    )
    assert lines[3].startswith("  By dollars: 100.0 % ($1,050.00 of $1,050.00")
    assert "  50 not medically necessary: 1 of 2, 50.0 %" in done.stdout
    assert AuditEvent.objects.filter(action="export_denials").count() == 1


def test_rates_as_json(refused: None) -> None:
    told = json.loads(dueline("rates", *DAY, "--by", "payer", "--json").stdout)
    rate = told["figures"]["initial_rate"]
    assert (rate["numerator"], rate["denominator"], rate["is_enough"]) == (2, 2, False)
    assert told["figures"]["dollar_rate"]["numerator"] == "1050.00"
    assert told["figures"]["days_to_appeal"] | {"formula": "", "source": ""} == {
        "formula": "",
        "source": "",
        "days": None,
        "claims": 0,
    }
    (row,) = told["rows"]
    assert (row["words"], row["refused"], row["refused_dollars"]) == ("Harborlight", 2, "1050.00")


def test_rates_of_an_earlier_day_and_of_nothing(refused: None) -> None:
    day = ("--practice", "lakeside", "--as-of", "2026-09-30")
    assert "Nothing was answered in this time." in dueline("rates", *day).stdout


@pytest.mark.parametrize(("option", "value"), [("--by", "moon"), ("--period", "2m")])
def test_rates_say_what_they_expect(refused: None, option: str, value: str) -> None:
    done = dueline("rates", *DAY, option, value)
    assert done.exit_code != 0
    assert "expected one of" in done.stderr
