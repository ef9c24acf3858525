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
        (day.day, part, [e.item.patient_control_number for e in events])
        for day, part, events in days.days()
    ]
    assert found == [(2, 1, ["b", "e"]), (5, 1, ["d"]), (9, 1, ["a", "c"])]
    assert not (tmp_path / "days").exists()


def test_a_busy_day_comes_in_portions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spill, "BUFFERED", 1)
    days = spill.DaySpill(tmp_path / "days")
    for name in "abcde":
        days.add(event(9, name))
    found = [
        (part, [e.item.patient_control_number for e in events])
        for _, part, events in days.days(most=2)
    ]
    assert found == [(1, ["a", "b"]), (2, ["c", "d"]), (3, ["e"])]


def test_no_events_give_no_days(tmp_path: Path) -> None:
    assert list(spill.DaySpill(tmp_path / "days").days()) == []


def test_a_practice_with_busy_days_adds_up_as_one_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Portions make more files of a day, and change no claim and no money."""
    from dueline.sample import practice_plan, write_sample

    plan = practice_plan(code="busy", claim_count=150, seed=3, as_of=date(2026, 11, 23))
    whole = write_sample(plan, tmp_path / "whole")
    monkeypatch.setattr(spill.DaySpill.days, "__defaults__", (1,))
    monkeypatch.setattr(spill, "BUFFERED", 1)
    parts = write_sample(plan, tmp_path / "parts")
    assert parts.files > whole.files
    same = ("claims", "charge_cents", "claim_payments", "claim_payment_cents", "open_claims")
    assert [getattr(parts, n) for n in same] == [getattr(whole, n) for n in same]
