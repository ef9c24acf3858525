"""Refusals, reason by reason: a table of remittance fragments as readable X12, and what must hold of any."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.denials import classify, classify_claim_payment
from dueline.core.refusals import UNKNOWN, meaning_of, refusals, refusals_of_claim_payment
from dueline.core.x12.model import Adjustment, LinePayment
from tests.core.denials.fragments import Case, cases, read_case, said

CASES = cases(Path(__file__).with_name("fragments.txt"))
EACH = pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])


def test_the_table_has_its_cases() -> None:
    assert len(CASES) >= 140
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(case.expected for case in CASES)


@EACH
def test_what_a_fragment_refuses(case: Case) -> None:
    assert said(read_case(case.segments)) == case.expected


@EACH
def test_the_sum_is_what_the_claim_payment_denied(case: Case) -> None:
    for claim in read_case(case.segments):
        finding = classify_claim_payment(claim)
        found = refusals_of_claim_payment(claim)
        denied = [one for one in found if not one.is_duplicate]
        assert sum(one.amount_cents for one in denied) == finding.denied_cents
        assert bool(denied) == finding.is_denial
        assert all(one.is_full == finding.is_full for one in denied)


_REASONS = ("CO-45", "CO-197", "PR-1", "PR-27", "OA-18", "OA-23", "OA-133", "CO-24", "PI-ZZ9")
_CAS = st.builds(
    lambda reason, cents: Adjustment(*reason.split("-"), cents),
    st.sampled_from(_REASONS),
    st.integers(-20_000, 20_000),
)
_LINE = st.builds(
    lambda charge, paid, adjustments: LinePayment(
        charge_cents=charge, paid_cents=paid, adjustments=tuple(adjustments)
    ),
    st.integers(-10_000, 50_000),
    st.integers(-10_000, 50_000),
    st.lists(_CAS, max_size=4),
)


@given(
    status=st.sampled_from(["1", "2", "4", "19", "22", "23", "25"]),
    charge=st.integers(-10_000, 100_000),
    paid=st.integers(-10_000, 100_000),
    patient=st.none() | st.integers(-5_000, 50_000),
    adjustments=st.lists(_CAS, max_size=4),
    lines=st.lists(_LINE, max_size=4),
)
def test_of_anything_the_sums_agree_and_no_amount_is_below_one_cent(
    status: str,
    charge: int,
    paid: int,
    patient: int | None,
    adjustments: list[Adjustment],
    lines: list[LinePayment],
) -> None:
    facts = {
        "status_code": status,
        "charge_cents": charge,
        "paid_cents": paid,
        "patient_responsibility_cents": patient,
        "adjustments": adjustments,
        "lines": lines,
    }
    finding, found = classify(**facts), refusals(**facts)
    denied = [one for one in found if not one.is_duplicate]
    assert sum(one.amount_cents for one in denied) == finding.denied_cents
    assert all(one.amount_cents > 0 for one in found)
    keys = [(one.line, one.group_code, one.carc) for one in found]
    assert len(keys) == len(set(keys))


def test_a_code_in_no_list_is_said_to_be_unknown() -> None:
    assert meaning_of("ZZ9") is UNKNOWN
    assert not UNKNOWN.is_known
    assert meaning_of(" b7 ").is_known
