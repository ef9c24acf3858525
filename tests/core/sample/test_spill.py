"""Events come back by day, whatever the order they were put in, and leave nothing on disk."""

from datetime import date
from pathlib import Path

import pytest

from dueline.core.x12.model import ClaimPayment
from dueline.sample import spill
from dueline.sample.life import Event


def event(day: int, name: str) -> Event:
    return Event(date(2026, 3, day), "835", "MEDB", ClaimPayment(name))


@pytest.mark.parametrize("buffered", [1, 2, 100], ids=["always full", "often full", "never full"])
def test_days_come_in_order_with_their_events_in_the_order_of_adding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, buffered: int
) -> None:
    monkeypatch.setattr(spill, "BUFFERED", buffered)
    days = spill.DaySpill(tmp_path / "days")
    for one in (event(9, "a"), event(2, "b"), event(9, "c"), event(5, "d"), event(2, "e")):
        days.add(one)
    found = [
        (day.day, [e.item.patient_control_number for e in events]) for day, events in days.days()
    ]
    assert found == [(2, ["b", "e"]), (5, ["d"]), (9, ["a", "c"])]
    assert not (tmp_path / "days").exists()


def test_no_events_give_no_days(tmp_path: Path) -> None:
    assert list(spill.DaySpill(tmp_path / "days").days()) == []
