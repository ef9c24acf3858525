"""A reason that one payer gives far more often from a day on; and what only looks like it."""

from datetime import date, timedelta

import numpy as np
import pytest

from dueline.core.patterns import AnsweredLines, Attribute, JumpSettings, Verdict, find_jumps
from dueline.core.patterns.jumps import business_day, calendar_day

MONDAY = date(2026, 3, 2).toordinal()
PAYERS = ("Harborlight", "Prairie", "Tri Rivers")


def answers(
    chance: np.ndarray,
    *,
    days: int = 100,
    a_day: int = 60,
    patients: np.ndarray | None = None,
    waited: np.ndarray | None = None,
) -> AnsweredLines:
    """So many answers each business day, the last on a Friday; `chance` by (payer, day), 0 the first."""
    rng = np.random.default_rng(4)
    count = days * a_day
    day = np.repeat(np.arange(days), a_day)
    payer = rng.integers(0, len(PAYERS), count)
    first = int(business_day(np.asarray([MONDAY]))[0]) - days
    answered = np.asarray([calendar_day(first + d) for d in day.tolist()])
    refused = np.flatnonzero(rng.random(count) < chance[payer, day])
    return AnsweredLines.of(
        [Attribute("payer", payer, PAYERS)],
        patients=np.arange(count) if patients is None else patients,
        service_days=answered - (20 if waited is None else waited),
        answer_days=answered,
        reasons=["CO-16"],
        refused_lines=refused,
        refused_reasons=np.zeros(len(refused), dtype=np.int64),
        refused_cents=np.full(len(refused), 8_000),
    )


def level(days: int = 100) -> np.ndarray:
    return np.full((len(PAYERS), days), 0.06)


def jumping(after: int, times: float = 3.0) -> np.ndarray:
    chance = level()
    chance[1, after:] *= times
    return chance


def test_a_jump_is_found_with_its_beginning() -> None:
    [jump] = find_jumps(answers(jumping(90))).jumps
    assert (jump.condition.value, jump.reason) == ("Prairie", "CO-16")
    assert (
        abs(
            business_day(np.asarray([jump.since_day]))[0]
            - business_day(np.asarray([MONDAY]))[0]
            + 10
        )
        <= 2
    )
    assert jump.lift_low < 3.0 < jump.lift_high
    assert jump.refused_cents == 8_000 * jump.refused
    assert jump.before_lines > jump.lines
    assert jump.q_value <= 0.05


@pytest.mark.parametrize(
    "chance",
    [
        pytest.param(level(), id="nothing changes"),
        pytest.param(jumping(90, 1.3), id="a little more"),
        pytest.param(jumping(90, 0.3), id="less"),
        pytest.param(jumping(100), id="not yet"),
    ],
)
def test_no_jump_where_none_is(chance: np.ndarray) -> None:
    report = find_jumps(answers(chance))
    assert report.verdict is Verdict.NOTHING_FOUND
    assert report.jumps == ()


def test_one_patient_is_no_jump() -> None:
    table = answers(jumping(90))
    late = table.answer_days > MONDAY - 14
    patients = np.where(late & (table.attributes[0].codes == 1), -1, table.patients)
    again = AnsweredLines.of(
        table.attributes,
        patients=patients,
        service_days=table.service_days,
        answer_days=table.answer_days,
        reasons=table.reasons,
        refused_lines=table.refusals.lines,
        refused_reasons=table.refusals.reasons,
        refused_cents=table.refusals.cents,
    )
    assert find_jumps(again).jumps == ()


def test_working_off_old_claims_is_no_jump() -> None:
    """Old claims are refused six times as often at all times; in the last days one payer answers mostly old ones."""
    rng = np.random.default_rng(8)
    days, a_day = 100, 90
    day = np.repeat(np.arange(days), a_day)
    payer = np.tile(np.arange(3), days * a_day // 3)
    is_old = rng.random(len(day)) < np.where((payer == 1) & (day >= 92), 0.8, 0.15)
    first = int(business_day(np.asarray([MONDAY]))[0]) - days
    answered = np.asarray([calendar_day(first + d) for d in day.tolist()])
    refused = np.flatnonzero(rng.random(len(day)) < np.where(is_old, 0.24, 0.04))

    def table(service_days: np.ndarray) -> AnsweredLines:
        return AnsweredLines.of(
            [Attribute("payer", payer, PAYERS)],
            patients=np.arange(len(day)),
            service_days=service_days,
            answer_days=answered,
            reasons=["CO-29"],
            refused_lines=refused,
            refused_reasons=np.zeros(len(refused), dtype=np.int64),
            refused_cents=np.zeros(len(refused), dtype=np.int64),
        )

    assert find_jumps(table(answered - np.where(is_old, 120, 20))).jumps == ()
    assert find_jumps(table(answered - 20)).jumps  # it would be one, were the claims not old


def test_as_of_looks_at_nothing_later() -> None:
    table = answers(jumping(90))
    report = find_jumps(table, as_of=MONDAY - 15)
    assert report.jumps == ()
    assert report.through_day == MONDAY - 15


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(answers(level(3), days=3, a_day=1), id="three claims"),
        pytest.param(answers(level(10), days=10), id="ten days"),
        pytest.param(answers(level(1), days=1, a_day=0), id="none"),
    ],
)
def test_too_little_is_said(table: AnsweredLines) -> None:
    report = find_jumps(table)
    assert report.verdict is Verdict.TOO_LITTLE
    assert report.why.startswith("Too little to conclude")


def test_an_attribute_the_table_does_not_have_is_passed_over() -> None:
    report = find_jumps(answers(jumping(90)), JumpSettings(by=("payer", "plan")))
    assert len(report.jumps) == 1


@pytest.mark.parametrize("offset", range(14))
def test_business_days_leave_no_gap(offset: int) -> None:
    day = date(2026, 3, 2) + timedelta(days=offset)
    number = int(business_day(np.asarray([day.toordinal()]))[0])
    back = date.fromordinal(calendar_day(number))
    following = day if day.weekday() < 5 else day + timedelta(days=7 - day.weekday())
    assert back == following
