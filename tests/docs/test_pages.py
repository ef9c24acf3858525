"""Documents point at what is there, and say what the code knows."""

import re
from pathlib import Path

import pytest

from dueline.core.enums import CheckKey, Outcome, PostingStatus
from dueline.core.facts import FACTS
from dueline.core.follow_up import REQUIRED
from dueline.core.readiness import ASKED

PROJECT = Path(__file__).resolve().parents[2]
PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#:]+?)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(PROJECT)))
def test_links_lead_somewhere(page: Path) -> None:
    missing = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]
    assert missing == []


def test_follow_up_page_names_every_fact_and_outcome() -> None:
    page = (PROJECT / "docs/reference/follow-up.md").read_text()
    assert [name for name in FACTS if f"`{name}`" not in page] == []
    for outcome in Outcome:
        row = next(line for line in page.splitlines() if line.startswith(f"| `{outcome.value}` |"))
        assert [n for names in REQUIRED[outcome] for n in names if f"`{n}`" not in row] == []


def test_reading_page_names_every_code_the_reader_gives() -> None:
    page = (PROJECT / "docs/reference/reading.md").read_text()
    code = "\n".join(path.read_text() for path in (PROJECT / "src/dueline/core/x12").rglob("*.py"))
    call = r'(?:_problem|_report|remark|Problem|BadElement|IsaFault)\(\s*(?:text, )?"([a-z0-9_]+)"'
    given = set(re.findall(call, code)) | {"unbalanced_line", "unbalanced_claim"}
    assert {name for name in given if f"`{name}`" not in page} == set()


def test_intake_page_names_every_status() -> None:
    page = (PROJECT / "docs/reference/intake.md").read_text()
    assert [status for status in PostingStatus if f"| {status.value} |" not in page] == []


def test_readiness_page_names_every_check_in_its_grade() -> None:
    page = (PROJECT / "docs/reference/readiness.md").read_text()
    blocks, _, advises = page.partition("## Checks that advise")
    listed = (set(re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE)) for part in (blocks, advises))
    asked, advised = listed
    assert asked == {key.value for key in ASKED | {CheckKey.PAYER_CLOSED}}
    assert asked | advised == {key.value for key in CheckKey}
