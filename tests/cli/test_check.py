"""`dueline check`: what it prints, its exit status, and what bad input gets."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from dueline.prevention.models import CheckRun
from tests.apps.prevention.conftest import clean_claims, file_of, practice
from tests.apps.prevention.test_check_file import FAULTS

__all__ = ["practice"]
Act = Callable[..., Any]
DAY = ("--practice", "lakeside", "--as-of", "2026-11-23")


@pytest.fixture
def write(practice: Any, tmp_path: Path) -> Callable[[str, str], str]:
    def one(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return one


def dueline(*words: str) -> Result:
    from dueline.cli.check import app

    return CliRunner().invoke(app, [*words, *DAY])


def test_clean_file_exits_0(write: Act) -> None:
    done = dueline(write("clean.837", file_of(clean_claims(1))))
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(
        "clean.837: 1 claim, 0 with warnings: 0 will be refused, 0 may be refused, "
        "0 worth a look. Expected loss $0.00."
    )
    assert "not looked: coverage_refused: No payer has answered a claim" in done.stdout


def test_claim_that_will_be_refused_exits_1_and_is_named(write: Act) -> None:
    bad = FAULTS["member_id_malformed"](clean_claims(1)[0])
    done = dueline(write("bad.837", file_of([bad])))
    assert done.exit_code == 1
    number = bad.subscriber.party.last_name
    assert f"  {bad.patient_control_number}, claim 1 of the file" in done.stdout
    assert "will be refused: Member ID malformed (member_id_malformed): segment " in done.stdout
    assert "loop 2010BA, NM109" in done.stdout
    assert "found a blank in it." in done.stdout
    assert "MED 1000123" not in done.output
    assert number not in done.output, "no patient's name"


def test_what_may_be_refused_exits_0(write: Act) -> None:
    done = dueline(write("may.837", file_of([FAULTS["modifier_twice"](clean_claims(1)[0])])))
    assert (done.exit_code, "may be refused: Modifier twice" in done.stdout) == (0, True)


def test_json_has_every_fact(write: Act) -> None:
    bad = FAULTS["member_id_missing"](clean_claims(1)[0])
    done = dueline(write("a.837", file_of([bad])), write("b.837", "%PDF-1.7"), "--json")
    assert done.exit_code == 2, "one of them cannot be read"
    first, second = json.loads(done.stdout)
    (warning,) = first["warnings"]
    assert warning | {"segment": 0, "payer": "", "charge": "", "expected_loss": ""} == {
        "patient_control_number": bad.patient_control_number,
        "set": "0001",
        "claim_in_file": 1,
        "line": None,
        "payer": "",
        "check": "member_id_missing",
        "name": "Member ID missing",
        "grade": "will_be_refused",
        "segment": 0,
        "loop": "2010BA",
        "element": "NM109",
        "reason": "Without the member ID the payer does not find the coverage.",
        "expected": "the member ID as on the card",
        "found": "nothing",
        "suggestion": "Enter the member ID from the card or an eligibility answer.",
        "owner": "front_desk",
        "prevents": ["31", "16 N382 MA61 MA27", "140"],
        "charge": "",
        "expected_loss": "",
    }
    assert warning["charge"] == f"{bad.charge_cents / 100:.2f}"
    assert (second["state"], second["refusal"]) == ("refused", "This is a PDF, not X12.")
    assert second["warnings"] == []


@pytest.mark.parametrize("content", ["", "%PDF-1.7", "ISA*broken"])
def test_unreadable_file_exits_2_in_words(write: Act, content: str) -> None:
    done = dueline(write("x.837", content))
    assert done.exit_code == 2
    assert "x.837: not looked at. " in done.stdout
    assert "Traceback" not in done.output


def test_file_cut_short_exits_2_with_what_was_found(write: Act) -> None:
    text = file_of([FAULTS["member_id_missing"](clean_claims(1)[0])])
    done = dueline(write("cut.837", text[: text.index("SE*")]))
    assert done.exit_code == 2
    assert "The transaction set ends without its SE" in done.stdout
    assert "Member ID missing" in done.stdout


def test_missing_file_and_practice_are_told(practice: Any, tmp_path: Path) -> None:
    from dueline.cli.check import app

    assert dueline(str(tmp_path / "none.837")).exit_code == 2
    path = tmp_path / "a.837"
    path.write_text("x")
    done = CliRunner().invoke(app, [str(path), "--practice", "nowhere"])
    assert done.exit_code == 1
    assert not CheckRun.objects.exists()
