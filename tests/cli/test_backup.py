"""`dueline backup` and `restore`: what comes back is what was there; nothing is replaced unasked or unchecked."""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DUELINE = Path(sys.executable).with_name("dueline")
PRACTICE = "code: {0}\nname: Hill Practice\nnpis:\n- npi: '1999936606'\n"


@pytest.fixture
def run(command_environment: dict[str, str], tmp_path: Path) -> Callable[..., Any]:
    def act(*args: str, text: str = "") -> Any:
        return subprocess.run(
            [DUELINE, *args],
            env=command_environment,
            cwd=tmp_path,
            input=text,
            capture_output=True,
            text=True,
            check=False,
        )

    return act


@pytest.fixture
def backup(run: Any, tmp_path: Path, command_environment: dict[str, str]) -> Path:
    (tmp_path / "hill.yaml").write_text(PRACTICE.format("hill"))
    assert run("practice", "add", "hill.yaml").returncode == 0
    kept = Path(command_environment["DUELINE_HOME"], "files", "hill", "a b.835")
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"ISA*00")
    done = run("backup", "all.zip", "--json")
    assert done.returncode == 0, done.stderr
    assert "files/files/hill/a b.835" in json.loads(done.stdout)["members"]
    return tmp_path / "all.zip"


def _codes(run: Any) -> list[str]:
    return [p["code"] for p in json.loads(run("practice", "list", "--json").stdout)]


def test_restore_brings_back_database_and_files(
    run: Any, backup: Path, tmp_path: Path, command_environment: dict[str, str]
) -> None:
    other = PRACTICE.format("summit").replace("1999936606", "1999936614")
    (tmp_path / "summit.yaml").write_text(other)
    assert run("practice", "add", "summit.yaml").returncode == 0
    kept = Path(command_environment["DUELINE_HOME"], "files", "hill", "a b.835")
    kept.unlink()
    refused = run("restore", "all.zip")
    assert (refused.returncode, _codes(run)) == (1, ["hill", "summit"])
    assert "--force" in refused.stderr
    done = run("restore", "all.zip", "--force")
    assert done.returncode == 0, done.stderr
    assert _codes(run) == ["hill"]
    assert kept.read_bytes() == b"ISA*00"
    # numbers go on after those restored
    (tmp_path / "later.yaml").write_text(other.replace("summit", "later"))
    assert run("practice", "add", "later.yaml").returncode == 0, "a number was given twice"


def test_backup_is_for_its_owner_only_and_replaces_nothing(run: Any, backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0
    before = backup.read_bytes()
    done = run("backup", "all.zip")
    assert (done.returncode, "exists already" in done.stderr) == (1, True)
    assert backup.read_bytes() == before
    assert [path.name for path in backup.parent.glob(".*")] == []


def _rewrite(backup: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    with zipfile.ZipFile(backup) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    with zipfile.ZipFile(backup, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _manifest(parts: dict[str, bytes], **changes: Any) -> None:
    parts["manifest.json"] = json.dumps({**json.loads(parts["manifest.json"]), **changes}).encode()


def _outside(parts: dict[str, bytes]) -> None:
    members = json.loads(parts["manifest.json"])["members"]
    parts["../../outside"] = b"x"
    _manifest(parts, members={**members, "../../outside": {"sha256": "", "bytes": 1}})


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "cut": (lambda p: p.write_bytes(p.read_bytes()[: p.stat().st_size // 2]), "not a whole backup"),
    "empty": (lambda p: p.write_bytes(b""), "not a whole backup"),
    "text": (lambda p: p.write_text("notes"), "not a whole backup"),
    "no manifest": (
        lambda p: _rewrite(p, lambda parts: parts.pop("manifest.json")),  # type: ignore[arg-type, return-value]
        "its manifest is missing",
    ),
    "part altered": (
        lambda p: _rewrite(p, lambda parts: parts.update({"files/files/hill/a b.835": b"ISA*01"})),
        "its checksum differs",
    ),
    "part added": (lambda p: _rewrite(p, lambda parts: parts.update(x=b"")), "were added"),
    "place outside": (lambda p: _rewrite(p, _outside), "outside the backup"),
    "other database": (
        lambda p: _rewrite(p, lambda parts: _manifest(parts, database="oracle")),
        "found one of oracle",
    ),
    "later format": (lambda p: _rewrite(p, lambda parts: _manifest(parts, format=9)), "format 1"),
    "later version": (
        lambda p: _rewrite(p, lambda parts: _manifest(parts, migrations=["ledger.9999_later"])),
        "later version",
    ),
}


@pytest.mark.slow
def test_damaged_backup_is_refused_and_changes_nothing(run: Any, backup: Path) -> None:
    """One backup, damaged in every way in turn: none of them may change what stands there."""
    for name, (damage, message) in DAMAGES.items():
        damaged = backup.with_name("damaged.zip")
        shutil.copy(backup, damaged)
        damage(damaged)
        done = run("restore", "damaged.zip", "--force")
        assert done.returncode == 1, name
        assert message in done.stderr, name
        assert "Traceback" not in done.stderr, name
        assert _codes(run) == ["hill"], name
