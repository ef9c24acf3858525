"""The runner: what `make` lists, and what it sets up."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
TARGETS = ("demo", "run", "test", "check", "fix", "bench", "docs", "lock", "setup", "clean")


def make(*words: str) -> str:
    """Run make in the project and return what it printed."""
    done = subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=PROJECT,
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    return done.stdout


@pytest.mark.skipif(not shutil.which("make"), reason="make is not here")
@pytest.mark.parametrize("target", TARGETS)
def test_make_alone_lists_target_with_its_purpose(target: str) -> None:
    assert re.search(rf"^make {target} +\S+ \S+", make(), re.MULTILINE)


@pytest.mark.skipif(not shutil.which("make"), reason="make is not here")
@pytest.mark.parametrize(
    ("words", "flag"),
    [
        pytest.param(("SERVE=no",), True, id="SERVE=no stops before serving"),
        pytest.param((), False, id="serves unless told otherwise"),
        pytest.param(("SERVE=yes",), False, id="SERVE=yes serves"),
    ],
)
def test_make_demo_passes_serve_on(words: tuple[str, ...], flag: bool) -> None:
    assert ("--no-serve" in make("--dry-run", "demo", *words)) is flag


@pytest.mark.parametrize("lock", ["runtime", "test", "bench", "node"])
def test_lock_pins_every_package_by_hash(lock: str) -> None:
    text = (PROJECT / "requirements" / f"{lock}.lock").read_text()
    packages = [block for block in re.split(r"\n(?=\S)", text) if not block.startswith("#")]
    assert packages
    assert [block for block in packages if "==" not in block or "--hash=sha256:" not in block] == []


def test_test_and_bench_locks_hold_all_that_runs_with_the_same_versions() -> None:
    def pins(name: str) -> set[str]:
        text = (PROJECT / "requirements" / f"{name}.lock").read_text()
        return set(re.findall(r"^[a-z][^ ]*==[^ ]+", text, re.MULTILINE))

    assert pins("runtime") <= pins("test") & pins("bench")
