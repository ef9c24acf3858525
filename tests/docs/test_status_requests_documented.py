"""docs/reference/status-requests.md says what the code does."""

import re
from pathlib import Path

from dueline.core.status_requests import USUAL_DAYS, NotAsked, RequestState

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "status-requests.md"


def table(name: str) -> list[list[str]]:
    """Return the rows of the table under a marker, without its heading."""
    after = PAGE.read_text().split(f"<!-- table: {name} -->\n", 1)[1]
    rows = re.match(r"(?:\|.*\n)+", after)
    assert rows
    return [
        [cell.strip() for cell in row.strip("|\n").split("|")] for row in rows[0].splitlines()[2:]
    ]


def test_every_reason_and_state_is_explained() -> None:
    for name, members in (("reasons", NotAsked), ("states", RequestState)):
        assert [row[0] for row in table(name)] == [one.replace("_", " ") for one in members]


def test_the_intervals_equal_the_code() -> None:
    told = {row[0]: 0 if row[1] == "none taken" else int(row[1]) for row in table("intervals")}
    assert told == {kind.replace("_", " "): days for kind, days in USUAL_DAYS.items()}
