"""The figures of denials: which answers count, how sure a share is, which days a period has."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from dueline.core.denial_figures import (
    DEFINITIONS,
    Figure,
    Period,
    Share,
    first_day,
    is_first_answer,
    months_before,
)


@pytest.mark.parametrize(
    ("status", "charge", "settled", "held", "counts"),
    [
        pytest.param("1", 15000, 9000, 0, True, id="paid"),
        pytest.param("1", 15000, 15000, 0, True, id="refused"),
        pytest.param("4", 15000, 15000, 0, True, id="refused with status 4"),
        pytest.param(
            "1", 15000, 0, 0, True, id="all written down by contract: answered, not refused"
        ),
        pytest.param("1", 15000, 0, 15000, False, id="only a duplicate or a review"),
        pytest.param("1", 15000, 5000, 10000, True, id="one line paid, one under review"),
        pytest.param("22", -15000, 0, 0, False, id="reversal"),
        pytest.param("23", 15000, 0, 0, False, id="sent on as not this payer's"),
        pytest.param("25", 15000, 9000, 0, False, id="predetermination"),
        pytest.param("1", 0, 0, 0, False, id="no charge"),
        pytest.param("1", -100, 0, 0, False, id="a charge below zero"),
    ],
)
def test_what_is_a_first_answer(
    status: str, charge: int, settled: int, held: int, counts: bool
) -> None:
    found = is_first_answer(
        status_code=status, charge_cents=charge, settled_cents=settled, held_cents=held
    )
    assert found is counts


@given(st.integers(1, 5000), st.floats(0, 1))
def test_interval_is_wilsons(whole: int, part: float) -> None:
    share = Share(round(whole * part), whole)
    low, high = share.interval or (9, 9)
    expected = binomtest(share.part, whole).proportion_ci(method="wilson")
    assert low == pytest.approx(expected.low, abs=1e-9)
    assert high == pytest.approx(expected.high, abs=1e-9)


def test_share_of_nothing_says_nothing() -> None:
    assert Share(0, 0).rate is None
    assert Share(0, 0).interval is None
    assert not Share(0, 0).is_enough


@pytest.mark.parametrize(("whole", "enough"), [(29, False), (30, True)])
def test_thirty_claims_are_enough(whole: int, enough: bool) -> None:
    assert Share(1, whole).is_enough is enough


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        ("2026-11-23", 3, "2026-08-23"),
        ("2026-05-31", 3, "2026-02-28"),
        ("2024-05-31", 3, "2024-02-29"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-12-31", 12, "2025-12-31"),
        ("2026-03-31", 4, "2025-11-30"),
    ],
)
def test_months_before_keeps_the_day_where_there_is_one(
    day: str, months: int, earlier: str
) -> None:
    assert months_before(date.fromisoformat(day), months) == date.fromisoformat(earlier)


def test_quarter_begins_the_day_after_three_months_before() -> None:
    assert first_day(Period.QUARTER, as_of=date(2026, 11, 23)) == date(2026, 8, 24)
    assert first_day(Period.ALL, as_of=date(2026, 11, 23)) == date.min


def test_every_figure_says_what_it_is() -> None:
    assert set(DEFINITIONS) == set(Figure)
    for one in DEFINITIONS.values():
        assert one.formula.endswith(".")
        assert one.source
