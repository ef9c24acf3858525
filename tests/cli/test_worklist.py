"""`dueline worklist`: the fields others build on, and a call sheet that a stranger understands."""

import json
from datetime import date
from typing import Any

import pytest
from typer.testing import CliRunner

from dueline.core.enums import NextAction, Order, PayerStatus

ARGUMENTS = ["worklist", "--practice", "lakeside", "--as-of", "2026-11-23"]
FIELDS = [
    "patient_control_number",
    "payer",
    "payer_balance",
    "charge",
    "service_on",
    "days_since_service",
    "days_since_submission",
    "days_since_action",
    "bucket",
    "payer_status",
    "work_status",
    "level",
    "deadlines",
    "due_on",
    "priority",
    "parts",
    "next_action",
]


@pytest.fixture
def lakeside(db: None) -> Any:
    from dueline.accounts.models import Practice
    from dueline.ledger.models import Claim, Patient
    from dueline.payers.models import Payer

    practice = Practice.objects.create(
        code="lakeside", name="Lakeside Multispecialty", tax_id="995550187"
    )
    practice.npis.create(npi="1999936606")
    patient = Patient.objects.create(
        practice=practice,
        identity_key="ada",
        last_name="Quill",
        first_name="Ada",
        birth_on=date(1980, 4, 2),
    )
    payer = Payer.objects.create(practice=practice, name="Harborlight Health Plan")
    for number, cents in enumerate([150_050, 99_999, 20_000]):
        Claim.objects.create(
            practice=practice,
            patient_control_number=f"LKS-{number}",
            patient_control_key=f"LKS-{number}",
            origin="submission",
            claim_type="P",
            payer=payer,
            patient=patient,
            member_id="HLH4471203",
            service_from_on=date(2026, 10, 1 + number),
            first_submitted_on=date(2026, 10, 5),
            charge_cents=cents,
            payer_balance_cents=cents,
            payer_status=PayerStatus.NOT_ON_FILE if number < 2 else PayerStatus.PENDING,
            payer_status_on=date(2026, 11, 20),
        )
    return practice


@pytest.fixture
def run(lakeside: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    from dueline.cli import worklist

    monkeypatch.setattr(worklist, "ready", lambda: None)  # Django is ready in tests

    def call(*arguments: str) -> Any:
        return CliRunner().invoke(worklist.app, [*ARGUMENTS[1:], *arguments])

    return call


@pytest.mark.parametrize("order", Order)
def test_json_has_the_named_fields_in_every_order(run, order):
    result = run("--order", order.value, "--json")
    assert result.exit_code == 0, result.output
    rows = json.loads(result.stdout)
    assert len(rows) == 2
    for row in rows:
        assert set(FIELDS) <= set(row)
    assert {row["payer_balance"] for row in rows} == {"1500.50", "999.99"}


def test_largest_first_and_the_limit(run):
    rows = json.loads(run("--order", "largest", "--limit", "1", "--all", "--json").stdout)
    assert [row["patient_control_number"] for row in rows] == ["LKS-0"]


def test_all_shows_what_waits_with_its_date(run):
    rows = json.loads(run("--all", "--json").stdout)
    waiting = [row for row in rows if not row["is_due"]]
    assert [(row["patient_control_number"], row["work_status"]) for row in waiting] == [
        ("LKS-2", "waiting")
    ]


def test_the_call_sheet_says_what_to_do_why_and_how_much(run):
    text = run().stdout
    assert text.startswith(
        "Lakeside Multispecialty, Monday, November 23, 2026: 2 claims to work now, "
    )
    for words in ("LKS-0", "Harborlight Health Plan", "$1,500.50", "Do: call the payer (L1)"):
        assert words in text
    assert "Why: Left until tomorrow, it likely loses $" in text
    assert "53 since service, 49 since sent" in text


def test_the_sheet_holds_nothing_that_waits_with_billing_unless_it_is_asked_for(run):
    from dueline.ledger.models import Claim

    # Rejected before the payer looked: the largest balance, and nothing that a caller can do.
    Claim.objects.filter(patient_control_number="LKS-0").update(payer_status=PayerStatus.REJECTED)
    rows = json.loads(run("--json").stdout)
    assert [row["patient_control_number"] for row in rows] == ["LKS-1"]
    rows = json.loads(run("--with-others", "--json").stdout)
    assert {row["patient_control_number"]: row["work_status"] for row in rows} == {
        "LKS-1": "ready",
        "LKS-0": "with_billing",
    }


def test_a_day_without_work_says_so(run):
    from dueline.ledger.models import Claim

    Claim.objects.update(payer_status=PayerStatus.PENDING, payer_status_on=date(2026, 11, 23))
    assert "Nothing can be worked now." in run().stdout


def test_printing_leaves_an_audit_event_and_no_item(run):
    from dueline.accounts.models import AuditEvent
    from dueline.worklist.models import WorklistItem

    run()
    assert AuditEvent.objects.get(action="export_worklist").detail["claims"] == 2
    assert not WorklistItem.objects.exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(["--practice", "nowhere"], "no practice 'nowhere'", id="no such practice"),
        pytest.param(["--as-of", "2026-13-01"], "expected a date", id="no such day"),
        pytest.param(["--order", "newest"], "newest", id="no such order"),
        pytest.param(["--limit", "0"], "greater than or equal to 1", id="no limit"),
    ],
)
def test_a_wrong_argument_is_an_error_of_one_line(run, arguments, words):
    result = run(*arguments)
    assert result.exit_code != 0
    assert words in result.output
    assert "Traceback" not in result.output


def test_every_next_action_has_words():
    from dueline.cli.worklist import ACTION_WORDS, HEAD

    assert set(ACTION_WORDS) == set(NextAction)
    assert set(HEAD) == set(Order)
