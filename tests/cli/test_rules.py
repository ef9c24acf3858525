"""`dueline rules` and `dueline deadlines`: files in and out, what moves, and one claim's clocks."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from dueline.core.enums import PayerStatus, PayerType
from dueline.core.rule_check import FIELDS

ROOT = Path(__file__).resolve().parents[2]
AS_OF = ("--practice", "hill", "--as-of", "2026-11-23")
RULE = {
    "payer": "Prairie Mutual",
    "kind": "filing",
    "count": "60",
    "unit": "days",
    "start_event": "service",
    "source": "Manual 2026",
    "checked_on": "2026-11-02",
    "confidence": "H",
}


@pytest.fixture
def practice(db, monkeypatch):
    from dueline.accounts.models import Practice
    from dueline.cli import deadlines, rules
    from dueline.ledger.models import Claim
    from dueline.payers.actions import add_payer, seed_default_rules

    for module in (deadlines, rules):
        monkeypatch.setattr(module, "ready", lambda: None)  # Django is ready in tests
    made = Practice.objects.create(code="hill", name="Hill Practice")
    seed_default_rules(practice=made)
    payer = add_payer(
        practice=made,
        name="Prairie Mutual",
        payer_type=PayerType.COMMERCIAL,
        identifiers=[],
        source="test",
    )
    for number, service in enumerate([date(2026, 10, 1), date(2026, 11, 2)]):
        Claim.objects.create(
            practice=made,
            patient_control_number=f"HIL-{number}",
            patient_control_key=f"HIL-{number}",
            origin="submission",
            claim_type="P",
            payer=payer,
            service_from_on=service,
            first_submitted_on=date(2026, 11, 5),
            charge_cents=10_000,
            payer_balance_cents=10_000,
            payer_status=PayerStatus.SENT if number else PayerStatus.DENIED,
            denied_on=None if number else date(2026, 11, 16),
            last_remitted_on=None if number else date(2026, 11, 16),
        )
    return made


@pytest.fixture
def rules(practice):
    from dueline.cli import rules

    return lambda *words: CliRunner().invoke(rules.app, [*map(str, words), *AS_OF])


@pytest.fixture
def deadlines(practice):
    from dueline.cli import deadlines

    return lambda *words: CliRunner().invoke(deadlines.app, [*words, *AS_OF])


@pytest.fixture
def write(tmp_path):
    def as_csv(*rows, name="rules.csv"):
        path = tmp_path / name
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, FIELDS)
            writer.writeheader()
            writer.writerows({**RULE, **row} for row in rows)
        return path

    return as_csv


def stored():
    from dueline.payers.models import PayerRule

    return list(PayerRule.objects.order_by("pk").values())


def test_check_says_what_would_change_and_saves_nothing(rules, write):
    before = stored()
    result = rules("check", write({}))
    assert result.exit_code == 0, result.output
    assert result.stdout == (
        "Prairie Mutual: filing\n"
        "  before  90 days; Commercial payers, default rule: Shortest common contract of national payers; "
        "90 to 180 days occur; checked Mon Nov 23; confidence medium.\n"
        "  after   60 days service; in force from not known; Manual 2026\n"
        "1 rules would change, 0 are as they were.\n"
        "Deadlines of 1 open claims would move.\n"
        "  HIL-1                filing           2027-01-29 to 2026-12-31\n"
    )
    assert stored() == before


def test_import_saves_and_moves_the_worklist(rules, write):
    from dueline.worklist.models import WorklistItem

    result = rules("import", write({}), "--json")
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert said["moved"] == {
        "claims": 1,
        "first": [
            {
                "patient_control_number": "HIL-1",
                "deadlines": [{"kind": "filing", "before": "2027-01-29", "after": "2026-12-31"}],
            }
        ],
    }
    item = WorklistItem.objects.get(claim__patient_control_number="HIL-1")
    assert item.deadline_on == date(2026, 12, 31)
    again = json.loads(rules("import", write({}), "--json").stdout)
    assert (again["changes"], again["unchanged"], again["moved"]["claims"]) == ([], 1, 0)


WRONG = [
    ("no start event", {"start_event": ""}, "row 2: start_event: is missing"),
    ("negative days", {"count": "-30"}, "row 2: count: is negative: -30"),
    ("overlapping versions", {}, "row 2: effective_from: overlaps the version of row 1"),
    ("a payer not known", {"payer": "Nobody"}, "row 2: payer: no payer named 'Nobody'"),
]


@pytest.mark.parametrize(("row", "reason"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
@pytest.mark.parametrize("command", ["check", "import"])
def test_a_file_with_one_wrong_row_is_refused_whole(rules, write, command, row, reason):
    before = stored()
    result = rules(command, write({}, row))
    assert result.exit_code == 1
    assert reason in result.stderr
    assert "nothing was saved" in result.stderr
    assert stored() == before


def test_refusals_are_told_as_json(rules, write):
    result = rules("import", write({"count": "-30"}), "--json")
    assert json.loads(result.stdout) == {
        "problems": [{"row": 1, "field": "count", "problem": "is negative: -30"}]
    }


FILES = [
    ("not there", "none.csv", None, "No such file"),
    ("another kind", "rules.txt", "x", "expected a .csv or .yaml file"),
    ("not UTF-8", "rules.csv", b"\xff\xfe", "not UTF-8"),
    ("not YAML", "rules.yaml", "rules: [", "not YAML, line"),
    ("another document", "rules.yaml", "rulez: []", "expected payers and rules"),
    ("rules as text", "rules.yaml", "rules: all", "rules: expected a list"),
    ("a list in a field", "rules.yaml", "rules: [{kind: [filing]}]", "row 1: expected text"),
    ("too many values", "rules.csv", "kind\nfiling,90\n", "row 1: has more values"),
    (
        "an unknown time zone",
        "rules.yaml",
        "payers: [{name: Prairie Mutual, time_zone: Eastern}]",
        "row 1: time_zone: expected a time zone such as America/New_York, found 'Eastern'",
    ),
]


@pytest.mark.parametrize(
    ("name", "text", "reason"), [case[1:] for case in FILES], ids=[case[0] for case in FILES]
)
def test_a_file_that_cannot_be_read_says_why(rules, tmp_path, name, text, reason):
    before, path = stored(), tmp_path / name
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    result = rules("import", path)
    assert result.exit_code == 1
    assert reason in result.stderr.replace("\n", " ")
    assert stored() == before


@pytest.mark.parametrize("name", ["rules.csv", "rules.yaml"])
def test_what_is_exported_imports_as_it_was(rules, write, tmp_path, name):
    rules("import", write({}, {"kind": "appeal_1", "start_event": "denial_notice"}))
    before, path = stored(), tmp_path / f"out-{name}"
    assert rules("export", "--output", path).exit_code == 0
    result = rules("import", path, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["changes"] == []
    assert stored() == before


def test_export_prints_what_was_known_on_a_day(rules, write, practice):
    from dueline.cli import rules as command

    rules("import", write({}))
    assert "Manual 2026" in rules("export").stdout
    earlier = ["export", "--practice", "hill", "--as-of", "2026-11-22"]
    assert "Manual 2026" not in CliRunner().invoke(command.app, earlier).stdout
    both = yaml.safe_load(rules("export", "--format", "yaml").stdout)
    assert [payer["name"] for payer in both["payers"]] == ["Prairie Mutual"]
    assert both.keys() == json.loads(rules("export", "--json").stdout).keys()
    assert rules("export", "--format", "xml").exit_code == 1


def test_a_practice_can_take_the_default_rules_again(rules, practice, tmp_path):
    from dueline.payers.models import PayerRule

    path, before = tmp_path / "defaults.csv", len(stored())
    PayerRule.objects.filter(payer_type="medicare").delete()
    assert rules("export", "--defaults", "--output", path).exit_code == 0
    said = json.loads(rules("import", path, "--json").stdout)
    assert {change["after"]["payer_type"] for change in said["changes"]} == {"medicare"}
    assert len(stored()) == before


def test_check_without_a_file_names_rules_not_checked_in_time(rules, write):
    result = rules("check")
    assert (result.exit_code, result.stdout[:2]) == (0, "0 ")
    rules("import", write({"checked_on": "2025-01-06"}))
    result = rules("check")
    assert result.exit_code == 1
    assert "Prairie Mutual: filing, checked 2025-01-06: Manual 2026" in result.stdout
    assert json.loads(rules("check", "--json").stdout)[0]["source"] == "Manual 2026"


def test_deadlines_of_a_claim_with_their_rules(deadlines):
    said = json.loads(deadlines("HIL-0", "--json").stdout)
    clocks = {clock["kind"]: clock for clock in said["deadlines"]}
    assert clocks["filing"]["is_met"]
    appeal = clocks["appeal_1"]
    assert (appeal["due_on"], appeal["is_running"]) == ("2027-05-14", True)
    assert appeal["safe_on"] == "2027-04-30"
    assert "180 days from the denial of Mon Nov 16" in appeal["sentence"]
    assert appeal["why"] == "It is the only rule known for the payer's type."
    expected = {clock["kind"]: clock["on"] for clock in said["payer_clocks"]}
    assert (expected["expected_payment"], expected["payment_floor"]) == ("2026-12-05", None)
    assert said["proof_accepted"]["words"].startswith("277CA")


def test_deadlines_are_printed_in_words_and_viewing_is_audited(deadlines):
    from dueline.accounts.models import AuditEvent

    result = deadlines("HIL-1")
    assert result.exit_code == 0, result.output
    assert "First claim                legal 2027-01-29  safe 2027-01-14  running" in result.stdout
    assert "Payment due by law         not known" in result.stdout
    assert "No rule is known." in result.stdout
    assert AuditEvent.objects.filter(action="view_claim").count() == 1


def test_deadlines_of_an_unknown_claim(deadlines):
    result = deadlines("NONE")
    assert result.exit_code == 1
    assert "no claim with this number in hill" in result.stderr


def test_the_example_of_the_guide_imports(rules, tmp_path):
    text = (ROOT / "docs/how-to/keep-payer-rules.md").read_text()
    path = tmp_path / "guide.yaml"
    path.write_text(text.split("```yaml\n")[1].split("```")[0])
    said = json.loads(rules("import", path, "--json").stdout)
    assert said["payers"] == ["Harborlight Health Plan"]
    assert said["changes"][0]["after"]["contract"] == "Agreement 2026"
