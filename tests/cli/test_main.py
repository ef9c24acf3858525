"""The command line as a whole: what is listed, what starts without Django, and that the reference is up to date."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dueline.cli.main import COMMANDS, app
from dueline.cli.reference import reference

PROJECT = Path(__file__).resolve().parents[2]
NAMES = (
    "demo demo-life practice user token mcp sample read check intake sheet outgoing mailbox exchange "
    "status-requests secondary worklist aging claim deadlines packet ready request denials "
    "underpayments write-offs appeal rules follow-up note verify serve simulate-clearinghouse backup "
    "restore"
)


def test_commands_are_those_promised() -> None:
    assert list(COMMANDS) == NAMES.split()


@pytest.mark.parametrize("name", COMMANDS)
def test_command_has_help(name: str) -> None:
    result = CliRunner().invoke(app, [name, "--help"])
    assert result.exit_code == 0, result.exception
    assert "Usage:" in result.stdout


def test_unknown_command_is_refused() -> None:
    assert CliRunner().invoke(app, ["rea"]).exit_code == 2


@pytest.mark.parametrize("name", ["read", "sample"])
def test_command_that_needs_files_only_does_not_import_django(name: str) -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from dueline.cli.main import app; "
        f"r = CliRunner().invoke(app, ['{name}', '--help']); "
        "sys.exit(r.exit_code or 'django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=dict(os.environ), check=False)
    assert done.returncode == 0


def test_database_that_cannot_be_opened_is_one_clear_line() -> None:
    environment = {**os.environ, "DUELINE_DATABASE_URL": "sqlite:////nowhere/at/all.sqlite3"}
    dueline = Path(sys.executable).with_name("dueline")
    done = subprocess.run(
        [dueline, "practice", "list"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("dueline: the database cannot be reached")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("variable", "value"), [("DUELINE_DEBUG", "maybe"), ("DUELINE_SECRET_KEY", "short")]
)
def test_wrong_setting_is_one_clear_line(variable: str, value: str) -> None:
    dueline = Path(sys.executable).with_name("dueline")
    done = subprocess.run(
        [dueline, "practice", "list"],
        env={**os.environ, variable: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith(f"dueline: {variable}: expected")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            "worklist --practice lake --order foo",
            "--order: 'foo' is none of the choices. "
            "Choose priority, deadline, oldest, largest or payer. More: dueline worklist --help",
        ),
        (
            "worklist --practice lake --limit 0",
            "--limit: expected 1 or more. More: dueline worklist --help",
        ),
        (
            "worklist --practice lake --limit few",
            "--limit: expected a whole number. More: dueline worklist --help",
        ),
        ("worklist", "--practice: missing. The practice's code. More: dueline worklist --help"),
        (
            "backup",
            "FILE: missing. The file to write; it must not exist. More: dueline backup --help",
        ),
        ("wroklist", "No such command 'wroklist'. More: dueline --help"),
    ],
)
def test_command_typed_wrong_is_told_in_one_line_of_words(arguments: str, words: str) -> None:
    dueline = Path(sys.executable).with_name("dueline")
    done = subprocess.run(
        [dueline, *arguments.split()], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"dueline: {words}\n")


def test_reference_is_what_the_commands_say() -> None:
    page = (PROJECT / "docs/reference/commands.md").read_text()
    assert page == reference(), (
        "run: .venv/bin/python -m dueline.cli.reference > docs/reference/commands.md"
    )
