"""States of a correction, what stops one, what may change and what never does."""

from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest

from dueline.core.correction import (
    OPEN_STATES,
    CorrectionError,
    CorrectionKind,
    Standing,
    can_move,
    changes,
    corrected,
    next_state,
    why_stopped,
)
from dueline.core.correction import CorrectionEvent as E
from dueline.core.correction import CorrectionState as S
from dueline.core.enums import PayerStatus
from dueline.core.x12.model import (
    Diagnosis,
    Party,
    Procedure,
    ServiceLine,
    SubmittedClaim,
    Subscriber,
)

R, V, N = CorrectionKind.REPLACEMENT, CorrectionKind.VOID, CorrectionKind.RESEND
DAY = date(2026, 11, 23)
#        change  ask                  approve     return      write      answer      reject      withdraw  call back
NEXT = {
    S.DRAFT: (S.DRAFT, S.AWAITING_APPROVAL, None, None, None, None, None, S.WITHDRAWN, None),
    S.AWAITING_APPROVAL: (
        S.DRAFT,
        None,
        S.APPROVED,
        S.RETURNED,
        None,
        None,
        None,
        S.WITHDRAWN,
        None,
    ),
    S.RETURNED: (S.DRAFT, None, None, None, None, None, None, S.WITHDRAWN, None),
    S.APPROVED: (S.DRAFT, None, None, None, S.WRITTEN, None, None, S.WITHDRAWN, None),
    S.WRITTEN: (None, None, None, None, None, S.ANSWERED, S.REJECTED, None, S.DRAFT),
    S.ANSWERED: (None,) * 9,
    S.REJECTED: (None,) * 9,
    S.WITHDRAWN: (None,) * 9,
}


@pytest.mark.parametrize("state", S)
def test_every_state_and_event(state: S) -> None:
    found = tuple(next_state(state, e) if can_move(state, e) else None for e in E)
    assert found == NEXT[state]
    assert (state in OPEN_STATES) == any(NEXT[state])


@pytest.mark.parametrize("status", PayerStatus)
def test_every_payer_status_says_what_may_be_done(status: PayerStatus) -> None:
    may = {
        k
        for k in (R, V, N)  # the claim to the next payer has rules of its own
        if not why_stopped(k, Standing(status, payer_number="I1"), as_of=DAY)
    }
    if status in (PayerStatus.REJECTED, PayerStatus.NOT_ON_FILE):
        assert may == {N}
    elif status in (PayerStatus.NOT_SENT, PayerStatus.SENT, PayerStatus.VOIDED):
        assert may == set()
    else:
        assert may == {R, V}


@pytest.mark.parametrize(
    ("kind", "due_on", "number", "said"),
    [
        (R, DAY, "I1", ""),
        (R, date(2026, 11, 22), "I1", "ended on 11/22/2026. Rule."),
        (V, date(2026, 11, 22), "I1", ""),
        (R, None, "", "Expected the payer's claim number"),
        (V, None, "", "Expected the payer's claim number"),
    ],
)
def test_window_and_payer_number(
    kind: CorrectionKind, due_on: date | None, number: str, said: str
) -> None:
    standing = Standing(PayerStatus.DENIED, True, number, due_on=due_on, due_words="Rule.")
    found = why_stopped(kind, standing, as_of=DAY)
    assert said in found
    assert bool(found) == bool(said)


def a_claim() -> SubmittedClaim:
    lines = tuple(
        ServiceLine(
            line_number=at,
            procedure=Procedure("HC", "99213"),
            charge_cents=10_000,
            units=Decimal(1),
            diagnosis_pointers=(1,),
            service_elements=("SV1", "", "", "", "", "", "", "1"),
            service_from_on=DAY,
            service_through_on=DAY,
        )
        for at in (1, 2)
    )
    party = Party(
        entity="IL", is_person=True, last_name="SAMPLE", id_qualifier="MI", identifier="M1"
    )
    return SubmittedClaim(
        patient_control_number="A1",
        charge_cents=20_000,
        facility_code="11",
        billing_provider=Party(entity="85", last_name="LAKESIDE", identifier="1999936606"),
        payer=Party(entity="PR", last_name="HARBORLIGHT", identifier="HL1"),
        subscriber=Subscriber(relationship="18", party=party),
        service_from_on=DAY,
        service_through_on=DAY,
        diagnoses=(Diagnosis("ABK", "M5450", present_on_admission="Y"), Diagnosis("ABF", "E119")),
        lines=lines,
    )


def test_the_charge_is_the_sum_of_the_lines_that_stay_and_the_original_is_not_touched() -> None:
    original = a_claim()
    before = deepcopy(original)
    edits = {"1.removed": "yes", "2.charge": "1,234.50", "2.service_from": "11/20/2026"}
    claim = corrected(original, edits, kind=R, payer_number="I1")
    assert original == before
    assert [line.line_number for line in claim.lines] == [1]
    assert claim.charge_cents == sum(line.charge_cents for line in claim.lines) == 123_450
    assert claim.service_from_on == date(2026, 11, 20)
    told = [
        (c.place, c.label, c.after) for c in changes(original, edits, kind=R, payer_number="I1")
    ]
    assert ("Line 1", "Line", "Removed") in told
    assert ("Line 2", "Charge", "1234.5") in told


def test_what_identifies_the_claim_never_changes() -> None:
    original = a_claim()
    edits = {"member_id": "M2", "patient_last_name": "OTHER", "birth_on": "1980-04-02", "sex": "f"}
    claim = corrected(original, edits, kind=R, payer_number="I1")
    assert claim.patient_control_number == original.patient_control_number
    assert (claim.billing_provider, claim.payer) == (original.billing_provider, original.payer)
    assert (claim.treated.last_name, claim.treated.sex) == ("OTHER", "F")


def test_diagnoses_in_another_order_keep_what_was_said_of_each() -> None:
    claim = corrected(a_claim(), {"diagnoses": "e11.9, m54.50"}, kind=R, payer_number="I1")
    told = [(d.qualifier, d.code, d.present_on_admission) for d in claim.diagnoses]
    assert told == [("ABK", "E119", ""), ("ABF", "M5450", "Y")]


def test_a_provider_emptied_is_none_and_one_named_is_there() -> None:
    edits = {"rendering_provider_last_name": "DOE", "rendering_provider_npi": "1234567893"}
    claim = corrected(a_claim(), edits, kind=R, payer_number="I1")
    assert claim.rendering_provider is not None
    assert claim.rendering_provider.identifier == "1234567893"
    empty = dict.fromkeys(edits, "")
    assert corrected(claim, empty, kind=R, payer_number="I1").rendering_provider is None


@pytest.mark.parametrize(
    "edits",
    [
        {"1.charge": "-1"},
        {"1.charge": "9" * 60},
        {"1.units": "NaN"},
        {"1.units": "0"},
        {"1.modifiers": "25 26 27 28 29"},
        {"1.procedure": ""},
        {"1.pointers": "13"},
        {"1.service_through": "2026-11-01"},
        {"sex": "X"},
        {"member_id": ""},
        {"diagnoses": ""},
        {"diagnoses": "E119 E11.9"},
        {"patient_last_name": "A~B"},
        {"patient_last_name": "A\x00B"},
        {"billing_provider": "X"},
        {"3.charge": "1"},
    ],
)
def test_what_cannot_stand_is_refused_without_repeating_it(edits: dict[str, str]) -> None:
    with pytest.raises(CorrectionError) as refused:
        corrected(a_claim(), edits, kind=R, payer_number="I1")
    assert "A~B" not in str(refused.value)


def test_a_void_changes_nothing() -> None:
    with pytest.raises(CorrectionError, match="A void repeats"):
        corrected(a_claim(), {"sex": "F"}, kind=V, payer_number="I1")
    assert corrected(a_claim(), {}, kind=V, payer_number="I1").frequency_code == "8"
