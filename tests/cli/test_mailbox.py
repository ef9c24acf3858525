"""`dueline mailbox` and `dueline exchange`: set-up by folder, a round, and what bad input gets."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from dueline.core.exchange import MailboxKind
from dueline.exchange.models import Mailbox
from tests.apps.sending.conftest import make_claims, payer, practice, put

__all__ = ["make_claims", "payer", "practice", "put"]


def mailbox(*words: str) -> Result:
    from dueline.cli.mailbox import app

    return CliRunner().invoke(app, [*words, "--practice", "lakeside"])


def exchange(*words: str) -> Result:
    from dueline.cli.exchange import app

    return CliRunner().invoke(app, list(words))


def add(*words: str) -> Result:
    return mailbox("add", "--name", "share", "--kind", "folder", *words)


def test_a_folder_is_added_listed_used_and_switched_off(
    practice: Any, put: Any, make_claims: Any, tmp_path: Path
) -> None:
    done = add("--out", str(tmp_path))
    assert (done.exit_code, done.stdout) == (0, "Added share; it is on.\n")
    row = put(make_claims(1))
    Mailbox.objects.update(on_since=row.made_at)  # the file is of a replayed day
    told = json.loads(exchange("--json").stdout)["mailboxes"]
    assert told == [
        {
            "practice": "lakeside",
            "name": "share",
            "sent": [row.name],
            "received": [],
            "set_aside": [],
            "trouble": "",
        }
    ]
    assert (tmp_path / row.name).is_file()
    (listed,) = json.loads(mailbox("list", "--json").stdout)
    assert (listed["name"], listed["delivered"]) == ("share", 1)
    assert mailbox("off", "--name", "share").stdout == "share is off.\n"
    assert exchange().exit_code == 1


def test_a_folder_that_is_gone_is_said_and_fails(practice: Any, tmp_path: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    add("--in", str(place))
    place.rmdir()
    done = exchange("--practice", "lakeside")
    assert done.exit_code == 1
    assert "No such file or directory" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--out", "relative"), "expected a path from the root"),
        (("--out", "/nowhere/at/all"), "is not there, or is no folder"),
        ((), "expected one to put files into"),
        (("--out", "/tmp/../etc"), "expected a path without .."),
        (("--in", "/tmp", "--after", "archive"), "expected where fetched files are moved to"),
        (("--out", "/tmp", "--in", "/tmp"), "found one named twice"),
        (("--kind", "sftp", "--out", "in", "--host", "-x"), "Host: expected a name"),
        (("--kind", "sftp", "--out", "in", "--host", "h", "--port", "0"), "Port: expected 1"),
        (("--kind", "sftp", "--out", "in", "--host", "h"), "User name: expected"),
        (
            ("--kind", "sftp", "--out", "in", "--host", "h", "--username", "u"),
            "expected one of them, found neither",
        ),
    ],
)
def test_what_cannot_be_a_mailbox(practice: Any, words: tuple[str, ...], said: str) -> None:
    done = add(*words)
    assert done.exit_code == 1
    assert said in done.output
    assert not Mailbox.objects.exists()


def test_a_key_that_is_none_is_refused(practice: Any, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("not a key")
    words = ("--host", "h", "--username", "u", "--out", "in", "--key-file", str(key))
    done = mailbox("add", "--name", "x", "--kind", MailboxKind.SFTP, *words)
    assert "expected an OpenSSH or PEM private key" in done.output
