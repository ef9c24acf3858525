"""Recording contacts: what is kept, what moves, what is refused, and that twice is once."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dueline.core.enums import Level, NextAction, Outcome, PayerStatus, Role, WorkStatus
from dueline.core.follow_up import FollowUpError

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)


def _count() -> int:
    from dueline.calls.models import FollowUp

    return FollowUp.objects.count()


def test_record_follow_up_keeps_everything_and_moves_the_claim(record: Any, claim: Any) -> None:
    from dueline.accounts.models import AuditEvent
    from dueline.calls.queries import follow_ups_of

    row = record(claim)
    assert list(follow_ups_of(claim)) == [row]
    assert row.facts == {"promised_on": "2026-12-04"}
    assert (row.sequence, row.contact_name, row.reference_number) == (1, "Dana M.", "7741-20C")
    assert row.occurred_at == datetime(2026, 11, 23, 15, 26, tzinfo=UTC)
    item = claim.item
    assert (item.due_on, item.next_action) == (date(2026, 12, 7), NextAction.AWAIT_PAYMENT)
    assert (item.last_action_on, item.promised_on) == (AS_OF, date(2026, 12, 4))
    assert not item.is_due
    event = AuditEvent.objects.get(action="record_follow_up")
    assert (event.username, event.object_key) == ("l1_caller", str(claim.pk))
    assert event.detail == {"follow_up": 1, "outcome": "payment_promised"}


def test_recorded_claim_comes_back_on_its_day(record: Any, claim: Any, caller: Any) -> None:
    from dueline.worklist.actions import take_next

    def given(day: date) -> Any:
        now = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
        item = take_next(practice=claim.practice, user=caller, as_of=day, now=now)
        return item.claim if item else None

    assert given(AS_OF) == claim
    record(claim, promised_on="2026-12-02", next_due_on="2026-12-03")
    assert [given(date(2026, 11, day)) for day in (23, 24, 30)] == [None, None, None]
    assert given(date(2026, 12, 2)) is None
    assert given(date(2026, 12, 3)) == claim


def test_record_follow_up_ends_the_lease(record: Any, claim: Any, caller: Any) -> None:
    from dueline.worklist.actions import take

    take(item=claim.item, user=caller, now=NOW)
    record(claim)
    claim.item.refresh_from_db()
    assert claim.item.leased_by is None


HEARD = {
    "not on file": (Outcome.NOT_ON_FILE, {"searches": "ID"}, PayerStatus.NOT_ON_FILE),
    "promise": (Outcome.PAYMENT_PROMISED, {"promised_on": "2026-12-04"}, PayerStatus.PENDING),
    "in process": (Outcome.IN_PROCESS, {"expected_on": "2026-12-04"}, PayerStatus.PENDING),
    "no answer": (Outcome.NO_ANSWER, {"attempt": "closed"}, PayerStatus.ACCEPTED),
    "patient owes": (
        Outcome.SENT_TO_PATIENT,
        {"processed_on": "2026-11-02", "patient_amount": "5", "patient_reason": "copay"},
        PayerStatus.PATIENT_RESPONSIBLE,
    ),
}


@pytest.mark.parametrize(("outcome", "facts", "status"), HEARD.values(), ids=HEARD)
def test_contact_changes_what_the_payer_has_said(
    record: Any, claim: Any, outcome: Outcome, facts: dict[str, str], status: PayerStatus
) -> None:
    record(claim, outcome=outcome.value, **{"promised_on": None, **facts})
    claim.refresh_from_db()
    assert claim.payer_status == status
    assert claim.payer_balance_cents == 50_000


def test_denial_heard_goes_to_l2_with_its_date_and_reason(record: Any, claim: Any) -> None:
    record(
        claim,
        outcome="denied",
        promised_on=None,
        denied_on="2026-11-09",
        carc="CO-197",
        appeal_due_on="2027-01-08",
        next_action="appeal",
        next_due_on="2026-11-24",
    )
    claim.refresh_from_db()
    assert (claim.payer_status, claim.denied_on) == (PayerStatus.DENIED, date(2026, 11, 9))
    assert (claim.denial_group, claim.denial_carc) == ("CO", "197")
    assert claim.payer_said.startswith("CO-197 ")
    claim.item.refresh_from_db()
    assert claim.item.level == Level.L2


def test_escalation_goes_to_the_lead(record: Any, claim: Any) -> None:
    record(claim, next_action="escalate")
    assert claim.item.work_status == WorkStatus.WITH_LEAD


def test_same_request_twice_records_once(record: Any, claim: Any) -> None:
    from dueline.accounts.models import AuditEvent

    assert record(claim) == record(claim)
    assert _count() == 1
    assert AuditEvent.objects.filter(action="record_follow_up").count() == 1


def test_same_key_for_something_else_is_refused(
    record: Any, claim: Any, make_claim: Callable[..., Any]
) -> None:
    from dueline.calls.errors import KeyUsed

    record(claim)
    with pytest.raises(KeyUsed):
        record(claim, said="Something else.")
    with pytest.raises(KeyUsed):
        record(make_claim("LKS-2"))
    assert _count() == 1


@pytest.mark.parametrize("key", ["", "k" * 65])
def test_request_key_has_a_length(record: Any, claim: Any, key: str) -> None:
    from dueline.calls.errors import KeyUsed

    with pytest.raises(KeyUsed):
        record(claim, key=key)


REFUSED = {
    "open claim without a date": {"next_due_on": None},
    "date past": {"next_due_on": "2026-11-20"},
    "weekend": {"next_due_on": "2026-12-05"},
    "time to come": {"occurred_at": "2026-11-23T15:43:00+00:00"},
}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED)
def test_refused_follow_up_leaves_nothing(record: Any, claim: Any, changes: Any) -> None:
    from dueline.accounts.models import AuditEvent
    from dueline.calls.verify import verify_chain

    due_on = claim.item.due_on
    with pytest.raises(FollowUpError):
        record(claim, **changes)
    claim.item.refresh_from_db()
    assert (_count(), claim.item.due_on) == (0, due_on)
    assert not AuditEvent.objects.filter(action="record_follow_up").exists()
    assert verify_chain(claim.practice) == []


def test_date_after_the_deadline_needs_a_reason(record: Any, claim: Any) -> None:
    from dueline.worklist.models import WorklistItem

    WorklistItem.objects.filter(claim=claim).update(deadline_on=date(2026, 12, 2))
    with pytest.raises(FollowUpError) as caught:
        record(claim, next_due_on="2026-12-07")
    assert caught.value.field == "next_due_on"
    assert "2026-12-01" in caught.value.expected
    record(claim, next_due_on="2026-12-07", next_due_reason="Extended in writing by the payer")
    claim.item.refresh_from_db()
    assert claim.item.due_on == date(2026, 12, 7)


@pytest.mark.parametrize(
    "role", [Role.ANALYST, Role.QUALITY, Role.BILLER, Role.AUDITOR], ids=lambda role: role.value
)
def test_role_that_may_not_record_is_refused(
    record: Any, claim: Any, make_user: Any, role: Role
) -> None:
    from dueline.accounts.errors import NotAllowed

    with pytest.raises(NotAllowed, match="Only these roles may record follow-ups"):
        record(claim, by=make_user(role))
    assert _count() == 0


def test_user_of_another_practice_is_refused(record: Any, claim: Any, make_user: Any) -> None:
    from dueline.accounts.actions import add_practice
    from dueline.accounts.errors import NotAllowed

    other = add_practice(code="summit", name="Summit", by="tests", at=NOW)
    with pytest.raises(NotAllowed):
        record(claim, by=make_user(Role.LEAD, other))


def test_claim_of_another_practice_is_not_found(
    claim: Any, make_user: Any, make_facts: Any
) -> None:
    from dueline.accounts.actions import add_practice
    from dueline.calls.actions import record_follow_up

    other = add_practice(code="summit", name="Summit", by="tests", at=NOW)
    with pytest.raises(type(claim).DoesNotExist):
        record_follow_up(
            practice=other,
            claim=claim,
            facts=make_facts(),
            by=make_user(Role.LEAD, other),
            as_of=AS_OF,
            now=NOW,
            request_key="k",
        )


def test_closed_claim_needs_no_date_and_gets_no_item(record: Any, make_claim: Any) -> None:
    closed = make_claim("LKS-9", is_open=False, payer_balance_cents=0)
    record(closed, next_due_on=None, next_action="none")
    assert not hasattr(closed, "item")
    assert _count() == 1


def test_verify_names_a_follow_up_without_the_facts_of_its_outcome(
    practice: Any, record: Any, claim: Any
) -> None:
    from dueline.accounts.chains import extend
    from dueline.calls.actions.follow_ups import KIND, hashed
    from dueline.calls.models import FollowUp
    from dueline.calls.verify import verify_chain

    row = record(claim)
    row.pk, row.request_key, row.facts = None, "slipped in", {"amount": "12.00"}
    row._state.adding = True
    link = extend(KIND, practice.code, hashed(row, None))
    row.sequence, row.previous_hash, row.hash = link.sequence, link.previous_hash, link.hash
    row.save(force_insert=True)
    assert FollowUp.objects.count() == 2
    assert verify_chain(practice) == ["follow-ups of lakeside: number 2 lacks promised_on"]
