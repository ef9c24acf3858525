"""What differs between two versions of a script, told part by part."""

import pytest

from dueline.core.scripts import differences, parse, shipped_text

BASE = shipped_text("S16")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param(("title: Benefit", "title: The benefit"), ["script, title"], id="title"),
        pytest.param(("note: Denial", "note: Refusal"), ["step denial, note"], id="note"),
        pytest.param(("level: L1", "level: L2"), ["script, level"], id="level"),
        pytest.param(("", ""), [], id="nothing"),
    ],
)
def test_difference_names_its_place(change: tuple[str, str], told: list[str]) -> None:
    after = parse(BASE.replace(*change, 1) if change[0] else BASE)
    assert [one.place for one in differences(parse(BASE), after)] == told


def test_step_added_and_ending_gone_are_told() -> None:
    before = parse(
        "{key: S31, title: T, level: L1, first: a, steps: {a: {ask: A, note: N, to: end.x}}, "
        "endings: {x: {outcome: denied, next: appeal, says: Old.}}}"
    )
    after = parse(
        "{key: S31, title: T, level: L1, first: a, steps: {a: {ask: A, note: N, to: b}, "
        "b: {ask: B, note: N, to: end.y}}, endings: {y: {outcome: denied, next: appeal, says: New.}}}"
    )
    found = [(one.place, one.before, one.after) for one in differences(before, after)]
    assert found == [
        ("step a, leads to", "end.x", "b"),
        ("step b", "", "B"),
        ("ending x", "Old.", ""),
        ("ending y", "", "New."),
    ]


def test_new_script_is_told_as_a_whole() -> None:
    (one,) = differences(None, parse(BASE))
    assert one.before == ""
    assert "steps" in one.after
