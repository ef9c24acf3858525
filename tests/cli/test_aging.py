"""`dueline aging`: open balances by payer and age, totals to the cent."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

MONDAY = date(2026, 11, 23)


@pytest.fixture
def run(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    from dueline.accounts.models import Practice
    from dueline.cli import aging
    from dueline.ledger.models import Claim
    from dueline.payers.models import Payer
    from dueline.worklist.actions import refresh

    practice = Practice.objects.create(code="lakeside", name="Lakeside Multispecialty")
    payer = Payer.objects.create(practice=practice, name="Harborlight Health Plan")
    for days, cents in [(30, 10_001), (31, 20_002), (400, 1_234_567)]:
        Claim.objects.create(
            practice=practice,
            patient_control_number=f"LKS-{days}",
            patient_control_key=f"LKS-{days}",
            origin="submission",
            claim_type="P",
            payer=payer,
            service_from_on=MONDAY - timedelta(days=days),
            charge_cents=cents,
            payer_balance_cents=cents,
            payer_status="pending",
        )
    refresh(practice=practice, as_of=MONDAY)
    monkeypatch.setattr(aging, "ready", lambda: None)

    def call(*arguments: str) -> Any:
        given = ["--practice", "lakeside", "--as-of", MONDAY.isoformat(), *arguments]
        return CliRunner().invoke(aging.app, given)

    return call


def test_json_by_service_date(run):
    found = json.loads(run("--basis", "service", "--json").stdout)
    (row,) = found["rows"]
    dollars = {name: cell["payer_balance"] for name, cell in row["buckets"].items()}
    assert dollars == {
        "0-30": "100.01",
        "31-60": "200.02",
        "61-90": "0.00",
        "91-120": "0.00",
        "121+": "12345.67",
        "unknown": "0.00",
    }
    assert found["total"] == row["total"] == {"claims": 3, "payer_balance": "12645.70"}


def test_a_basis_that_is_not_known_is_its_own_column(run):
    found = json.loads(run("--basis", "submission", "--json").stdout)
    assert found["totals"]["unknown"] == {"claims": 3, "payer_balance": "12645.70"}
    assert "unknown" in run("--basis", "submission").stdout


def test_the_table_names_its_basis_and_total(run):
    text = run("--basis", "service").stdout
    assert "age counted from service date" in text
    assert "$12,645.70" in text
    assert "unknown" not in text


@pytest.mark.parametrize(
    "arguments", [["--basis", "remittance"], ["--practice", "nowhere"]], ids=["basis", "practice"]
)
def test_a_wrong_argument_fails(run, arguments):
    assert run(*arguments).exit_code != 0
