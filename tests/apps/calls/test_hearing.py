"""What a recorded contact changes: the payer's number, a payment as told, clocks; and when to look by rule."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dueline.core.enums import DeadlineKind, PayerStatus, PayerType
from dueline.core.follow_up import FollowUpError

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)
DENIED = {
    "payer_status": PayerStatus.DENIED,
    "payer_status_on": date(2026, 11, 9),
    "denied_on": date(2026, 11, 9),
    "denial_carc": "197",
    "denial_group": "CO",
    "last_remitted_on": date(2026, 11, 9),
}


@pytest.fixture
def rules(practice: Any) -> None:
    from dueline.payers.actions import seed_default_rules

    seed_default_rules(practice=practice)


def clock(claim: Any, kind: DeadlineKind) -> Any:
    from dueline.worklist.queries import deadlines_of

    claim.refresh_from_db()
    return next(one for one in deadlines_of(claim, as_of=AS_OF) if one.kind is kind)


def test_payer_claim_number_is_on_the_claim_and_finds_it_later(claim: Any, record: Any) -> None:
    record(claim, payer_claim_number="PCN777")
    claim.refresh_from_db()
    assert claim.payer_claim_control_number == "PCN777"
    assert [one.number for one in claim.payer_claim_numbers.all()] == ["PCN777"]


def test_number_that_a_file_brought_stays(make_claim: Any, record: Any) -> None:
    claim = make_claim(payer_claim_control_number="FROMFILE")
    record(claim, payer_claim_number="PCN777")
    claim.refresh_from_db()
    assert claim.payer_claim_control_number == "FROMFILE"
    assert [one.number for one in claim.payer_claim_numbers.all()] == ["PCN777"]


def test_payment_as_told_is_kept_beside_the_ledger(claim: Any, record: Any) -> None:
    paid = {"paid_on": "2026-11-17", "amount": "120.00", "eft_number": "EFT 8812"}
    record(claim, outcome="paid", promised_on=None, **paid)
    claim.refresh_from_db()
    assert (claim.told_paid_on, claim.told_trace_number) == (date(2026, 11, 17), "EFT 8812")
    assert claim.paid_cents == 0  # only a remittance moves money


@pytest.mark.parametrize(
    ("outcome", "facts"),
    [
        pytest.param("reprocessing", {"expected_on": "2026-12-21"}, id="sent back for processing"),
        pytest.param("payment_promised", {"promised_on": "2026-12-04"}, id="payment promised"),
    ],
)
@pytest.mark.usefixtures("rules")
def test_promise_does_not_stop_the_appeal_clock(
    make_claim: Any, record: Any, outcome: str, facts: dict[str, str]
) -> None:
    claim = make_claim(**DENIED)
    before = clock(claim, DeadlineKind.APPEAL_1)
    given = {"promised_on": None, "next_due_on": "2026-12-07"} | facts
    record(claim, outcome=outcome, next_action="await_answer", **given)
    after = clock(claim, DeadlineKind.APPEAL_1)
    assert (after.is_running, after.due_on) == (True, before.due_on)
    assert claim.payer_status == PayerStatus.PENDING
    assert claim.item.deadline_on is not None


@pytest.mark.usefixtures("rules")
def test_appeal_that_was_sent_stops_its_clock_until_it_is_decided(
    make_claim: Any, record: Any
) -> None:
    claim = make_claim(**DENIED)
    assert clock(claim, DeadlineKind.APPEAL_1).is_running
    sent = {"sent": "Appeal, level 1", "sent_on": "2026-11-20", "sent_to": "Fax 1-800-555-0100"}
    record(claim, outcome="submitted", promised_on=None, next_action="await_answer", **sent)
    first = clock(claim, DeadlineKind.APPEAL_1)
    assert (first.is_running, first.is_met) == (False, True)
    decided = {
        "denied_on": "2026-11-09",
        "carc": "CO-197",
        "appeal_due_on": "2027-01-15",
        "decided_on": "2026-11-23",
        "decision": "Upheld",
    }
    record(claim, key="k2", outcome="denied", promised_on=None, next_action="appeal", **decided)
    assert not clock(claim, DeadlineKind.APPEAL_1).is_running
    assert clock(claim, DeadlineKind.APPEAL_2).is_running


@pytest.mark.usefixtures("rules")
def test_answer_that_shows_the_payer_has_the_claim_ends_the_filing_limit(
    make_claim: Any, record: Any
) -> None:
    """The filing limit is near, yet the date that the payer gave is proposed: it has the claim."""
    from dueline.calls.queries import proposal
    from dueline.core.enums import Outcome

    claim = make_claim(
        payer_status=PayerStatus.SENT,
        accepted_on=None,
        service_from_on=date(2026, 9, 1),
        first_submitted_on=date(2026, 9, 2),
        last_submitted_on=date(2026, 9, 2),
    )
    assert claim.item.deadline_kind == DeadlineKind.FILING
    facts = {"expected_on": "2026-12-10"}
    found = proposal(claim, outcome=Outcome.IN_PROCESS, facts=facts, as_of=AS_OF)
    assert found.due_on == date(2026, 12, 10)


@pytest.mark.usefixtures("rules")
def test_last_day_of_the_appeal_as_just_heard_limits_the_date(make_claim: Any) -> None:
    from dueline.calls.queries import proposal
    from dueline.core.enums import Outcome

    claim = make_claim(**DENIED)
    facts = {"denied_on": "2026-11-09", "carc": "CO-197", "appeal_due_on": "2026-11-25"}
    found = proposal(claim, outcome=Outcome.DENIED, facts=facts, as_of=AS_OF)
    assert found.due_on <= date(2026, 11, 24)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"occurred_at": "2026-09-30T10:00:00-04:00"}, "occurred_at", id="the contact"),
        pytest.param({"received_on": "2020-01-02"}, "received_on", id="what was received"),
    ],
)
def test_nothing_happened_before_the_service(
    claim: Any, record: Any, changes: dict[str, str], field: str
) -> None:
    with pytest.raises(FollowUpError) as refused:
        record(claim, **changes)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert "2026-10-01 or later" in str(refused.value)


def test_payers_own_rule_says_when_to_look_again(
    practice: Any, make_claim: Any, rules: None
) -> None:
    from dueline.payers.models import PayerRule
    from dueline.worklist.actions import refresh

    claim = make_claim(payer_status=PayerStatus.PENDING, payer_status_on=date(2026, 11, 20))
    assert claim.item.due_on == date(2026, 12, 2)  # 7 business days, Thanksgiving left out
    default = PayerRule.objects.get(
        practice=practice, payer_type=PayerType.COMMERCIAL, deadline_kind="check_interval"
    )
    default.pk = None
    default.payer, default.payer_type, default.count, default.source = claim.payer, "", 2, "Manual"
    default.save()
    refresh(practice=practice, as_of=AS_OF)
    fresh = make_claim("LKS-2", payer_status=PayerStatus.PENDING, payer_status_on=AS_OF)
    assert fresh.item.due_on == date(2026, 11, 25)
    assert "by Manual" in fresh.item.due_reason


def test_hold_and_claims_per_call_are_those_of_the_payers_line(
    practice: Any, claim: Any, make_user: Callable[..., Any]
) -> None:
    from dueline.payers.models import PayerContact
    from dueline.payers.queries import status_lines

    assert status_lines(practice)[claim.payer_id] == (15, 3)
    PayerContact.objects.create(
        practice=practice,
        payer=claim.payer,
        purpose="claim_status",
        claims_per_call=5,
        hold_minutes=40,
    )
    assert status_lines(practice)[claim.payer_id] == (40, 5)
