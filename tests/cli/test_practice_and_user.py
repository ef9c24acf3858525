"""`dueline practice` and `dueline user`: a file becomes a practice, a fault in it is named, people get roles."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

GOOD: dict[str, Any] = {
    "code": "hill",
    "name": "Hill Practice",
    "tax_id": "012345678",
    "npis": [{"npi": "1999936606", "name": "Hill"}],
    "address": {"city": "Anytown", "state": "NY"},
    "time_zone": "America/Chicago",
    "payers": [
        {
            "name": "Harborlight Health Plan",
            "type": "commercial",
            "identifiers": [{"kind": "PI", "value": "90002"}],
        }
    ],
}


@pytest.fixture
def run(db: None) -> Callable[..., Any]:
    from dueline.cli.main import app

    return lambda *args, text="": CliRunner().invoke(app, [str(a) for a in args], input=text)


@pytest.fixture
def add(run: Any, tmp_path: Path) -> Callable[..., Any]:
    def act(facts: Any, *options: str) -> Any:
        path = tmp_path / "practice.yaml"
        path.write_text(facts if isinstance(facts, str) else yaml.safe_dump(facts))
        return run("practice", "add", path, *options)

    return act


def test_practice_add_makes_practice_payers_and_rules(add: Any, run: Any) -> None:
    from dueline.accounts.models import Practice
    from dueline.payers.models import Payer, PayerRule

    result = add(GOOD)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("Added Hill Practice with ")
    assert "its code is hill" in result.stdout
    assert "Next: dueline user add NAME --practice hill --role lead" in result.stdout
    practice = Practice.objects.get()
    assert (practice.tax_id, practice.time_zone, practice.city) == (
        "012345678",
        "America/Chicago",
        "Anytown",
    )
    assert Payer.objects.get(practice=practice).name == "Harborlight Health Plan"
    assert PayerRule.objects.filter(practice=practice).count() > 20
    listed = run("practice", "list", "--json")
    assert json.loads(listed.stdout) == [{"code": "hill", "name": "Hill Practice"}]


def test_practice_add_keeps_leading_zeros_without_quotes(add: Any) -> None:
    from dueline.accounts.models import Practice

    text = "code: hill\nname: Hill Practice\ntax_id: 012345670\nnpis:\n- npi: 1999936606\n"
    assert add(text).exit_code == 0
    assert Practice.objects.get().tax_id == "012345670"


WRONG: dict[str, tuple[Any, str]] = {
    "not YAML": ("code: [", "not YAML, line"),
    "a list": ("- code", "expected fields such as code and name"),
    "unknown field": (
        {**GOOD, "codee": "x"},
        "codee is no field of a practice file. Its fields are address, code",
    ),
    "no code": ({k: v for k, v in GOOD.items() if k != "code"}, "code is missing"),
    "wrong NPI": ({**GOOD, "npis": [{"npi": "1999936607"}]}, "npis: expected ten digits"),
    "NPIs as text": ({**GOOD, "npis": "1999936606"}, "npis: expected a list of fields, found text"),
    "address as text": ({**GOOD, "address": "Main Street"}, "address: expected"),
    "payer type": (
        {**GOOD, "payers": [{"name": "X", "type": "bank"}]},
        "payer 1 of payers: type: expected one of",
    ),
    "payer without a name": (
        {**GOOD, "payers": [{"type": "auto"}]},
        "payer 1 of payers: name is missing",
    ),
    "time zone": ({**GOOD, "time_zone": "Here"}, "time_zone: expected"),
}


@pytest.mark.parametrize(("facts", "message"), WRONG.values(), ids=WRONG)
def test_practice_add_names_file_and_field(add: Any, facts: Any, message: str) -> None:
    from dueline.accounts.models import Practice

    result = add(facts)
    assert result.exit_code == 1
    assert "practice.yaml: " in result.stderr
    assert message in result.stderr
    assert not Practice.objects.exists()


def test_practice_add_twice_is_refused(add: Any) -> None:
    add(GOOD)
    assert "a practice 'hill' exists already" in add(GOOD).stderr


def test_practice_add_of_missing_file(run: Any, tmp_path: Path) -> None:
    result = run("practice", "add", tmp_path / "none.yaml")
    assert (result.exit_code, "No such file" in result.stderr) == (1, True)


def test_user_add_role_and_list(add: Any, run: Any) -> None:
    from dueline.accounts.models import User

    add(GOOD)
    options = ["--practice", "hill", "--role", "l1_caller", "--password-stdin"]
    result = run("user", "add", "ana", *options, text="a-long-enough-phrase\n")
    assert (result.exit_code, result.stdout) == (0, "Added ana: L1 caller in Hill Practice.\n")
    assert User.objects.get().check_password("a-long-enough-phrase")
    assert run("user", "role", "ana", "--practice", "hill", "--role", "lead").exit_code == 0
    (row,) = json.loads(run("user", "list", "--json").stdout)
    assert (row["username"], row["practice"], row["role"]) == ("ana", "hill", "lead")


@pytest.mark.parametrize(
    ("options", "text", "message"),
    [
        (["--password-stdin"], "short\n", "password: "),
        (["--password-stdin"], "", "password: expected one, found nothing"),
        ([], "", "expected --password-stdin"),
    ],
    ids=["weak", "empty", "no terminal"],
)
def test_user_add_refuses(add: Any, run: Any, options: list[str], text: str, message: str) -> None:
    from dueline.accounts.models import User

    add(GOOD)
    result = run("user", "add", "ana", "--practice", "hill", "--role", "lead", *options, text=text)
    assert result.exit_code == 1
    assert message in result.stderr
    assert not User.objects.exists()
