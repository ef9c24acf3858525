"""`dueline ready` and `dueline request`: what blocks a call, what is asked, and the answer that lifts it."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from typer.testing import CliRunner

from dueline.core.enums import ClaimOrigin, ClaimType, PayerStatus, PayerType, Role

NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)
DAY = ("--practice", "lakeside", "--as-of", "2026-11-23")


@pytest.fixture
def claim(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make a claim without member ID, of a payer that is open, and the request that asks for it."""
    from dueline.accounts.actions import add_practice, add_user
    from dueline.ledger.models import Claim, Patient
    from dueline.payers.models import Payer
    from dueline.worklist.actions import refresh

    monkeypatch.setattr("dueline.clock.now_on", lambda day: NOW)
    practice = add_practice(
        code="lakeside",
        name="Lakeside",
        tax_id="995550187",
        npis=[("1999936606", "")],
        by="tests",
        at=NOW,
    )
    for role in (Role.BILLER, Role.L1_CALLER):
        roles = {practice: role}
        add_user(username=role.value, password=None, memberships=roles, by="tests", at=NOW)
    payer = Payer.objects.create(
        practice=practice,
        name="Harborlight",
        payer_type=PayerType.COMMERCIAL,
        opens_at=time(8),
        closes_at=time(18),
    )
    patient = Patient.objects.create(
        practice=practice, identity_key="ada", last_name="Quill", birth_on=date(1980, 4, 2)
    )
    made = Claim.objects.create(
        practice=practice,
        patient_control_number="LKS-1",
        patient_control_key="LKS-1",
        origin=ClaimOrigin.SUBMISSION,
        claim_type=ClaimType.PROFESSIONAL,
        payer=payer,
        patient=patient,
        service_from_on=date(2026, 10, 1),
        first_submitted_on=date(2026, 10, 3),
        charge_cents=50_000,
        payer_balance_cents=50_000,
        payer_status=PayerStatus.NOT_ON_FILE,
        payer_status_on=date(2026, 11, 20),
    )
    refresh(practice=practice, as_of=date(2026, 11, 23))
    return made


@pytest.fixture
def run(claim: Any) -> Callable[..., Any]:
    from dueline.cli.main import app

    return lambda *args: CliRunner().invoke(app, list(args))


def test_a_blocked_claim_exits_with_1_and_its_answer_makes_it_ready(
    run: Callable[..., Any], claim: Any
) -> None:
    blocked = run("ready", "lks-1", *DAY)
    assert blocked.exit_code == 1
    assert "LKS-1 cannot be called." in blocked.stdout
    assert "Ask the front desk: What is the patient's member ID" in blocked.stdout
    (asked,) = json.loads(run("request", "list", "--practice", "lakeside", "--json").stdout)
    assert (asked["owner"], asked["check"], asked["due_on"]) == (
        "front_desk",
        "member_id",
        "2026-11-27",
    )
    number = str(asked["request"])
    done = run("request", "answer", number, "--user", "biller", "--fact", "HLH4471203", *DAY)
    assert (
        done.stdout.strip() == f"Request {number} is answered. The claim is ready, due 2026-11-23."
    )
    claim.refresh_from_db()
    assert claim.member_id == "HLH4471203"
    ready = run("ready", "LKS-1", *DAY, "--json")
    assert (ready.exit_code, json.loads(ready.stdout)["is_ready"]) == (0, True)
    assert run("request", "list", "--practice", "lakeside").stdout.strip() == "Nothing is asked."


def test_requests_are_listed_in_words(run: Callable[..., Any]) -> None:
    listed = run("request", "list", "--practice", "lakeside", "--owner", "front_desk").stdout
    assert "due 2026-11-27  the front desk" in listed
    assert "LKS-1: What is the patient's member ID" in listed
    assert "Nothing" in run("request", "list", "--practice", "lakeside", "--owner", "coding").stdout


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        pytest.param(("ready", "LKS-9", *DAY), 2, "no claim with this number", id="no claim"),
        pytest.param(
            ("request", "answer", "999", "--user", "biller", "--text", "x", *DAY),
            1,
            "no request 999",
            id="no request",
        ),
        pytest.param(
            ("request", "answer", "$1", "--user", "l1_caller", "--text", "x", *DAY),
            1,
            "Only these roles may answer requests",
            id="may not",
        ),
        pytest.param(
            ("request", "answer", "$1", "--user", "nobody", "--text", "x", *DAY),
            1,
            "--user: expected",
            id="no such person",
        ),
        pytest.param(
            ("request", "answer", "$1", "--user", "biller", "--fact", "?", *DAY),
            1,
            "expected 2 to 80 letters",
            id="no member ID",
        ),
    ],
)
def test_what_is_refused(
    run: Callable[..., Any], args: tuple[str, ...], code: int, words: str
) -> None:
    from dueline.worklist.models import Request

    number = str(Request.objects.get().pk)
    found = run(*(number if arg == "$1" else arg for arg in args))
    assert found.exit_code == code
    assert words in found.stderr
    assert Request.objects.get().state == "open"


def test_a_settled_claim_is_not_called(run: Callable[..., Any], claim: Any) -> None:
    type(claim).objects.update(is_open=False, payer_balance_cents=0)
    found = run("ready", "LKS-1", *DAY)
    assert found.exit_code == 1
    assert "nothing is left open" in found.stderr
