"""docs/reference/outgoing-files.md says what the code does."""

import re
from pathlib import Path

import pytest

from dueline.core.outgoing import RULES, OutgoingEvent, OutgoingState

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "outgoing-files.md"


def table(name: str) -> list[list[str]]:
    """Return the rows of the table under a marker, without its heading."""
    after = PAGE.read_text().split(f"<!-- table: {name} -->\n", 1)[1]
    rows = re.match(r"(?:\|.*\n)+", after)
    assert rows
    return [
        [cell.strip() for cell in row.strip("|\n").split("|")] for row in rows[0].splitlines()[2:]
    ]


def words(name: str) -> str:
    return name.replace("_", " ")


@pytest.mark.parametrize(
    ("name", "members"), [("states", OutgoingState), ("events", OutgoingEvent)]
)
def test_every_state_and_event_is_explained(
    name: str, members: type[OutgoingState | OutgoingEvent]
) -> None:
    rows = table(name)
    assert [row[0] for row in rows] == [words(member) for member in members]
    assert all(row[1].endswith(".") for row in rows)


def test_the_rules_equal_the_code() -> None:
    expected = []
    for event, (becomes, kept) in RULES.items():
        unless = [words(s) for s in OutgoingState if s in kept and s is not becomes]
        expected.append([words(event), words(becomes), ", ".join(unless)])
    assert table("rules") == expected
