"""When a payer's lines are open, in its own time: weekdays, holidays, days of its own, daylight saving."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from dueline.core.opening import Opening, hours_from, is_open, opens_next

CHICAGO = ZoneInfo("America/Chicago")
WEEK = hours_from(
    dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-17:00") | {"sat": "09:00-12:00"}
)
LINE = Opening(CHICAGO, WEEK, closed_on=frozenset({date(2026, 11, 27)}))
# what is asked, moment in UTC, open, opens next in the payer's time
CASES = [
    ("a Monday morning there", "2026-11-23 15:00", True, "2026-11-24 08:00"),
    ("the minute it opens", "2026-11-23 14:00", True, "2026-11-24 08:00"),
    ("the minute before", "2026-11-23 13:59", False, "2026-11-23 08:00"),
    ("the minute it closes", "2026-11-23 23:00", False, "2026-11-24 08:00"),
    ("Monday in London, Sunday there", "2026-11-23 04:00", False, "2026-11-23 08:00"),
    ("Thanksgiving, and the Friday it names", "2026-11-26 16:00", False, "2026-11-28 09:00"),
    ("a Saturday morning", "2026-11-28 16:00", True, "2026-11-30 08:00"),
    ("before the clocks go back", "2026-10-30 13:00", True, "2026-10-31 09:00"),
    (
        "after the clocks go back, an hour later in UTC",
        "2026-11-02 13:30",
        False,
        "2026-11-02 08:00",
    ),
    (
        "after the clocks go forward, an hour sooner in UTC",
        "2026-03-09 13:30",
        True,
        "2026-03-10 08:00",
    ),
    ("before the clocks go forward", "2026-03-06 13:30", False, "2026-03-06 08:00"),
]


@pytest.mark.parametrize(
    ("moment", "expected", "next_at"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_open_now_and_next(moment, expected, next_at):
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    assert is_open(LINE, now) is expected
    assert opens_next(LINE, now) == datetime.fromisoformat(next_at).replace(tzinfo=CHICAGO)


def test_a_line_may_answer_on_federal_holidays():
    line = Opening(CHICAGO, {"thu": (time(8), time(17))}, keeps_federal_holidays=False)
    assert is_open(line, datetime(2026, 11, 26, 16, tzinfo=UTC))


def test_a_line_that_never_opens_has_no_next_time():
    assert opens_next(Opening(CHICAGO, {}), datetime(2026, 11, 26, 16, tzinfo=UTC)) is None
