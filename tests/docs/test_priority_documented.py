"""docs/reference/priority.md says what the code does."""

import re
from pathlib import Path

import pytest

from dueline.core.enums import PayerType
from dueline.core.priority import DECAY_BY_AGE, DECAY_OLDEST, HAZARD_TODAY, LEAD_DAYS
from dueline.core.recovery import (
    CHANCE_BY_DENIAL,
    CHANCE_BY_STATUS,
    FACTOR_BY_PAYER_TYPE,
    PRIOR_DENIALS,
    PRIOR_PAID_CLAIMS,
    SHARE_BY_PAYER_TYPE,
    percent,
)
from dueline.core.schedule import INTERVALS

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "priority.md"


def table(name: str) -> list[list[str]]:
    """Return the rows of the table under a marker, without its heading."""
    after = PAGE.read_text().split(f"<!-- table: {name} -->\n", 1)[1]
    rows = re.match(r"(?:\|.*\n)+", after)
    assert rows
    return [
        [cell.strip() for cell in row.strip("|").split("|")] for row in rows[0].splitlines()[2:]
    ]


def words(name: str) -> str:
    return name.replace("_", " ")


PAYER_TYPES = [
    [
        words(kind),
        percent(FACTOR_BY_PAYER_TYPE[kind]),
        percent(SHARE_BY_PAYER_TYPE[kind]),
        str(INTERVALS[kind].first_days),
        str(INTERVALS[kind].repeat_business_days),
        str(INTERVALS[kind].call_after_days),
    ]
    for kind in PayerType
]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        (
            "decay",
            [
                *[[f"to {days}", percent(points)] for days, points in DECAY_BY_AGE],
                ["more", percent(DECAY_OLDEST)],
            ],
        ),
        ("chance by status", [[words(k), percent(v)] for k, v in CHANCE_BY_STATUS.items()]),
        ("chance by denial", [[words(k), percent(v)] for k, v in CHANCE_BY_DENIAL.items()]),
        ("payer types", PAYER_TYPES),
    ],
)
def test_tables_equal_the_code(name: str, rows: list[list[str]]):
    assert table(name) == rows


def test_figures_in_sentences_equal_the_code():
    text = PAGE.read_text()
    assert f"weighs as much as {PRIOR_PAID_CLAIMS} claims" in text
    assert f"(the prior weighs as much as {PRIOR_DENIALS})" in text
    assert f"{percent(HAZARD_TODAY)} when no day is left" in text
    assert sorted(set(LEAD_DAYS.values())) == [1, 3]
