"""What counts as a denial: every rule of docs/explanation/denials.md, from money and reason codes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.codes import carcs
from dueline.core.denials import (
    NO_DENIAL,
    DenialFinding,
    classify,
    classify_claim_payment,
    is_denying,
    is_held,
    patient_share_cents,
)
from dueline.core.x12.model import Adjustment, ClaimPayment, LinePayment

GROUPS = ("CO", "OA", "PI", "PR", "CR")


def cas(*texts: str) -> tuple[Adjustment, ...]:
    """Return adjustments from texts such as "CO-45 30.00"."""
    found = []
    for text in texts:
        reason, amount = text.split()
        group, code = reason.split("-")
        found.append(Adjustment(group, code, round(float(amount) * 100)))
    return tuple(found)


def line(charge: int, paid: int, *texts: str) -> LinePayment:
    return LinePayment(charge_cents=charge, paid_cents=paid, adjustments=cas(*texts))


def finding(
    *texts: str,
    clp02: str = "1",
    charge: int = 10000,
    paid: int = 0,
    patient: int | None = 0,
    lines: tuple[LinePayment, ...] = (),
) -> DenialFinding:
    return classify(
        status_code=clp02,
        charge_cents=charge,
        paid_cents=paid,
        patient_responsibility_cents=patient,
        adjustments=cas(*texts),
        lines=lines,
    )


# ---------------------------------------------------------------- one adjustment


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("code", ["16", "29", "50", "96", "97", "109", "197"])
def test_a_denial_code_denies_in_every_group(group: str, code: str) -> None:
    assert is_denying(group, code)
    assert is_denying(group, f" {code} ", is_allowed=True)


@pytest.mark.parametrize("is_allowed", [False, True])
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("code", ["1", "2", "3", "18", "23", "45", "59", "253"])
def test_what_never_denies(group: str, code: str, is_allowed: bool) -> None:
    assert not is_denying(group, code, is_allowed=is_allowed)


DEPENDS = sorted(code for code, meaning in carcs().items() if meaning.is_denial == "depends")


@pytest.mark.parametrize("code", DEPENDS)
def test_a_code_that_depends_denies_where_nothing_was_allowed(code: str) -> None:
    assert is_denying("CO", code)
    assert not is_denying("CO", code, is_allowed=True)
    assert not is_denying("PR", code)


def test_a_code_not_listed_denies_where_nothing_was_allowed() -> None:
    assert "ZZ9" not in carcs()
    assert is_denying("CO", "ZZ9")
    assert not is_denying("CO", "ZZ9", is_allowed=True)


@pytest.mark.parametrize("code", sorted(carcs()))
def test_every_listed_code_is_decided_by_its_own_entry(code: str) -> None:
    kind = carcs()[code].is_denial
    denies = [is_denying("CO", code, is_allowed=allowed) for allowed in (False, True)]
    never, always = [False, False], [True, True]
    expected = {"no": never, "yes": always, "depends": [True, False]}[kind]
    assert denies == (never if code == "18" else expected)


def test_a_duplicate_is_held_and_not_denied() -> None:
    assert is_held("OA", "18")
    assert is_held("CO", " 18 ")
    assert not is_held("CO", "45")
    assert is_held("OA", "133")


def test_patient_share_leaves_out_what_denies_and_what_is_not_listed() -> None:
    shares = cas("PR-1 10.00", "PR-2 5.00", "PR-3 2.00", "PR-27 50.00", "PR-ZZ9 7.00", "CO-45 3.00")
    assert patient_share_cents(shares) == 1700


# ---------------------------------------------------------------- a claim payment

WHOLE = DenialFinding(is_denial=True, is_full=True, denied_cents=10000, leading=("CO", "197"))


@pytest.mark.parametrize("clp02", ["1", "2", "3", "4", "19", "20", "21", "99", ""])
def test_the_status_does_not_make_a_denial_and_does_not_hide_one(clp02: str) -> None:
    assert finding("CO-197 100.00", clp02=clp02) == WHOLE
    assert finding("CO-45 20.00", clp02=clp02, paid=8000) == NO_DENIAL
    assert finding("CO-45 100.00", clp02=clp02) == NO_DENIAL


@pytest.mark.parametrize("clp02", ["22", "23", "25"])
def test_what_is_no_result_of_this_payer_decides_nothing(clp02: str) -> None:
    assert finding("CO-197 100.00", clp02=clp02) == NO_DENIAL


@pytest.mark.parametrize("charge", [0, -10000])
def test_without_a_charge_nothing_is_denied(charge: int) -> None:
    assert finding("CO-197 100.00", charge=charge) == NO_DENIAL


def test_a_reversal_sent_with_another_status_is_known_by_its_charge() -> None:
    assert finding("CO-197 -100.00", charge=-10000, paid=-8000) == NO_DENIAL


@pytest.mark.parametrize(
    ("texts", "paid", "patient"),
    [
        pytest.param(("CO-45 20.00",), 8000, 0, id="contract reduction"),
        pytest.param(("CO-45 100.00",), 0, 0, id="all of it contract reduction"),
        pytest.param(("PR-1 100.00",), 0, 10000, id="deductible"),
        pytest.param(("CO-45 20.00", "PR-2 16.00"), 6400, 1600, id="coinsurance"),
        pytest.param(("CO-45 20.00", "PR-3 80.00"), 0, 8000, id="copay takes all that is allowed"),
        pytest.param(("CO-253 1.60", "CO-45 20.00"), 7840, 0, id="sequestration"),
        pytest.param(("OA-23 80.00", "CO-45 20.00"), 0, 0, id="earlier payers paid it all"),
        pytest.param((), 10000, 0, id="paid in full"),
        pytest.param((), 0, 0, id="nothing paid and no reason given"),
    ],
)
def test_no_denial(texts: tuple[str, ...], paid: int, patient: int) -> None:
    assert finding(*texts, paid=paid, patient=patient) == NO_DENIAL


@pytest.mark.parametrize(
    "texts",
    [pytest.param(("OA-18 100.00",), id="OA"), pytest.param(("CO-18 100.00",), id="CO")],
)
def test_a_duplicate_stands_apart(texts: tuple[str, ...]) -> None:
    assert finding(*texts) == DenialFinding(is_duplicate=True, held_cents=10000)


def test_a_denial_beside_a_duplicate_line_keeps_both() -> None:
    lines = (line(6000, 0, "CO-197 60.00"), line(4000, 0, "OA-18 40.00"))
    assert finding(lines=lines) == DenialFinding(
        is_denial=True,
        is_full=True,
        denied_cents=6000,
        leading=("CO", "197"),
        is_duplicate=True,
        held_cents=4000,
    )


def test_under_review_is_held() -> None:
    assert finding("OA-133 100.00") == DenialFinding(held_cents=10000)


def test_a_denied_line_beside_a_paid_one_is_a_denial_in_part() -> None:
    lines = (line(6000, 4000, "CO-45 20.00"), line(4000, 0, "CO-97 40.00"))
    assert finding(paid=4000, lines=lines) == DenialFinding(
        is_denial=True, denied_cents=4000, leading=("CO", "97")
    )


def test_a_denied_line_beside_a_deductible_is_a_denial_in_part() -> None:
    lines = (line(6000, 0, "PR-1 60.00"), line(4000, 0, "CO-97 40.00"))
    assert not finding(patient=6000, lines=lines).is_full
    assert finding(patient=6000, lines=lines).denied_cents == 4000


def test_claim_level_and_line_level_adjustments_count_the_same() -> None:
    on_lines = (line(6000, 0, "CO-197 60.00"), line(4000, 0, "CO-197 40.00"))
    assert finding(lines=on_lines) == WHOLE == finding("CO-197 100.00")
    assert finding("CO-197 60.00", lines=(line(4000, 0, "CO-197 40.00"),)) == WHOLE


def test_a_code_that_depends_is_judged_on_its_own_line() -> None:
    code = DEPENDS[0]
    lines = (line(6000, 5000, f"CO-{code} 10.00"), line(4000, 0, f"CO-{code} 40.00"))
    assert finding(paid=5000, lines=lines).denied_cents == 4000


def test_the_leading_reason_denied_most_over_all_lines() -> None:
    lines = (
        line(3000, 0, "CO-97 30.00"),
        line(4000, 0, "CO-197 40.00"),
        line(3000, 0, "CO-97 30.00"),
    )
    assert finding(lines=lines).leading == ("CO", "97")


def test_of_two_reasons_that_denied_the_same_the_first_named_leads() -> None:
    assert finding("CO-97 50.00", "CO-197 50.00").leading == ("CO", "97")
    assert finding("CO-197 50.00", "CO-97 50.00").leading == ("CO", "197")


def test_a_denial_that_is_taken_back_within_the_claim_nets_to_nothing() -> None:
    assert not finding("CO-197 100.00", "CO-197 -100.00").is_denial


def test_a_denial_put_under_patient_responsibility_is_a_denial() -> None:
    assert finding("PR-27 100.00", patient=10000) == DenialFinding(
        is_denial=True, is_full=True, denied_cents=10000, leading=("PR", "27")
    )


def test_patient_share_of_the_claim_counts_only_where_no_adjustment_says_it() -> None:
    assert not finding("CO-197 60.00", patient=4000).is_full
    assert finding("CO-197 60.00", "PR-27 40.00", patient=4000).is_full
    assert finding("CO-197 100.00", patient=None) == WHOLE


def test_classify_claim_payment_reads_the_same_facts() -> None:
    claim = ClaimPayment(status_code="1", charge_cents=10000, adjustments=cas("CO-197 100.00"))
    assert classify_claim_payment(claim) == WHOLE


# ---------------------------------------------------------------- properties

CODES = ("1", "2", "3", "16", "18", "23", "45", "50", "97", "133", "197", "253", "ZZ9", *DEPENDS)
REASONS = st.tuples(st.sampled_from(GROUPS), st.sampled_from(CODES), st.integers(0, 50_000))


@st.composite
def balanced_lines(draw: st.DrawFn) -> tuple[LinePayment, ...]:
    """Lines whose charge is what was paid and adjusted, as the 835 requires."""
    lines = []
    for _ in range(draw(st.integers(1, 4))):
        paid = draw(st.integers(0, 50_000))
        parts = tuple(Adjustment(*reason) for reason in draw(st.lists(REASONS, max_size=4)))
        charge = paid + sum(part.amount_cents for part in parts)
        lines.append(LinePayment(charge_cents=charge, paid_cents=paid, adjustments=parts))
    return tuple(lines)


def of_lines(lines: tuple[LinePayment, ...]) -> DenialFinding:
    return classify(
        status_code="1",
        charge_cents=sum(part.charge_cents for part in lines),
        paid_cents=sum(part.paid_cents for part in lines),
        patient_responsibility_cents=None,
        adjustments=(),
        lines=lines,
    )


@given(balanced_lines())
def test_never_more_is_denied_and_held_than_was_charged(lines: tuple[LinePayment, ...]) -> None:
    found = of_lines(lines)
    unpaid = sum(part.charge_cents - part.paid_cents for part in lines)
    assert 0 <= found.denied_cents + found.held_cents <= unpaid


@given(balanced_lines())
def test_a_finding_agrees_with_itself(lines: tuple[LinePayment, ...]) -> None:
    found = of_lines(lines)
    assert found.is_denial is (found.denied_cents > 0) is (found.leading is not None)
    assert found.is_denial or not found.is_full
    assert not (found.is_full and any(part.paid_cents for part in lines))


@given(balanced_lines(), st.randoms(use_true_random=False))
def test_the_order_of_lines_and_adjustments_does_not_matter(lines, random) -> None:
    shuffled = [
        LinePayment(
            charge_cents=part.charge_cents,
            paid_cents=part.paid_cents,
            adjustments=tuple(random.sample(part.adjustments, len(part.adjustments))),
        )
        for part in lines
    ]
    random.shuffle(shuffled)
    found, other = of_lines(lines), of_lines(tuple(shuffled))
    # Of two reasons that denied the same, the first named leads.
    assert replace(other, leading=None) == replace(found, leading=None)
