"""The page of call scripts says which script a call begins with, as the code decides it."""

from pathlib import Path

import pytest

from dueline.core.codes import carcs
from dueline.core.enums import PayerStatus
from dueline.core.scripts import Script, check, parse, shipped
from dueline.core.scripts.propose import SCENARIO_BY_STATUS

PAGE = (Path(__file__).resolve().parents[2] / "docs/reference/scripts.md").read_text()


def row_of(script: Script) -> str:
    statuses = [f"`{s.value}`" for s in PayerStatus if SCENARIO_BY_STATUS[s] == script.key]
    codes = [c.code for c in carcs().values() if c.scenario == script.key and c.is_denial != "no"]
    cells = (script.key, script.title, script.level.value, ", ".join(statuses), " ".join(codes))
    return f"| {' | '.join(cells)} |"


@pytest.mark.parametrize("script", shipped().values(), ids=lambda script: script.key)
def test_page_says_when_a_script_is_used(script: Script) -> None:
    assert row_of(script) in PAGE.splitlines()


def test_the_example_is_a_script() -> None:
    example = parse(PAGE.partition("```yaml\n")[2].partition("```")[0])
    assert check({example.key: example}) == []
