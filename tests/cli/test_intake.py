"""`dueline intake`: what a run says and how it exits."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

DUELINE = Path(sys.executable).with_name("dueline")
ACKNOWLEDGMENT = (
    "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *260302*1015*^*00501*000000101*0*P*:~\n"
    "GS*FA*SENDER*RECEIVER*20260302*1015*7*X*005010X231A1~\nST*999*0001*005010X231A1~\n"
    "AK1*HC*7*005010X222A1~\nAK2*837*0001*005010X222A1~\nIK5*A~\nAK9*A*1*1*1~\nSE*6*0001~\n"
    "GE*{sets}*7~\nIEA*{groups}*000000101~\n"
)


@pytest.fixture
def intake(command_environment: dict[str, str], tmp_path: Path) -> Callable[..., Any]:
    """Take a text in as a file of the practice hill."""
    (tmp_path / "hill.yaml").write_text("code: hill\nname: Hill\n")

    def run(*args: str) -> Any:
        return subprocess.run(
            [DUELINE, *args],
            env=command_environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    assert run("practice", "add", "hill.yaml").returncode == 0

    def act(text: str, *options: str) -> Any:
        (tmp_path / "a.999").write_text(text)
        return run("intake", "a.999", "--practice", "hill", *options)

    return act


@pytest.mark.parametrize(("sets", "groups", "place"), [(2, 1, "GE01"), (1, 3, "IEA01")])
def test_a_wrong_count_in_the_envelope_is_told_and_fails(
    intake: Callable[..., Any], sets: int, groups: int, place: str
) -> None:
    """The sets there are post; what the count says is missing must not go unseen."""
    done = intake(ACKNOWLEDGMENT.format(sets=sets, groups=groups))
    assert done.returncode == 1
    assert (
        "a.999: posted, and the file itself is faulty. Ask its sender for it again." in done.stdout
    )
    assert f"{place}: " in done.stdout
    assert f"Expected 1. Found {max(sets, groups)}." in done.stdout
    again = intake(ACKNOWLEDGMENT.format(sets=sets, groups=groups))
    assert (again.returncode, "Nothing changed." in again.stdout) == (0, True)


def test_a_sound_file_exits_with_zero(intake: Callable[..., Any]) -> None:
    done = intake(ACKNOWLEDGMENT.format(sets=1, groups=1), "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["posted_count"] == 1
