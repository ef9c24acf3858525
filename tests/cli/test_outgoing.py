"""`dueline outgoing`: what it lists and writes, and what bad input gets."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from dueline.accounts.models import AuditEvent
from dueline.sending.queries import content
from tests.apps.sending.conftest import make_claims, payer, practice, put

__all__ = ["make_claims", "payer", "practice", "put"]
Act = Callable[..., Any]


def dueline(*words: str) -> Result:
    from dueline.cli.outgoing import app

    return CliRunner().invoke(app, [*words, "--practice", "lakeside"])


def test_outgoing_lists_writes_once_and_marks(put: Act, make_claims: Act, tmp_path: Path) -> None:
    row = put(make_claims(2))
    done = dueline("--write", str(tmp_path))
    target = tmp_path / row.name
    assert done.exit_code == 0, done.output
    assert f"Wrote {target}" in done.stdout
    assert f"{row.number}  status requests  2 claims  to Harborlight  written" in done.stdout
    assert target.read_bytes() == content(row).read_bytes()
    assert target.stat().st_mode & 0o077 == 0
    target.write_text("mine")
    assert "Wrote" not in dueline("--write", str(tmp_path)).stdout
    assert target.read_text() == "mine"
    assert AuditEvent.objects.filter(action="export_outgoing_file").count() == 1

    (told,) = json.loads(dueline("--sent", str(row.number), "--json").stdout)
    assert (told["number"], told["state"], told["claims"]) == (row.number, "sent", 2)
    assert dueline("--state", "written").stdout == "Lakeside: 0 outgoing files\n"


def test_outgoing_refuses_in_a_line(put: Act, make_claims: Act, tmp_path: Path) -> None:
    row = put(make_claims(1))
    for words, said in (
        (("--sent", "17"), "--sent: no outgoing file 17"),
        (("--sent", str(row.number), "--sent", str(row.number)), "is sent already"),
        (("--state", "lost"), "expected one of written, sending, sent"),
        (("--write", str(tmp_path / "none")), "no such folder"),
    ):
        done = dueline(*words)
        assert done.exit_code == 1, words
        assert said in done.stderr.replace("\n", " "), words
