"""One item for each open claim, scheduled by the payer's word; people's dates are never pushed."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dueline.core.deadlines import Due
from dueline.core.enums import (
    DeadlineKind,
    DueCause,
    Level,
    NextAction,
    Order,
    Outcome,
    PayerStatus,
    WorkStatus,
)
from dueline.ledger.models import Claim
from dueline.worklist.actions import apply_follow_up, ensure_priced, refresh
from dueline.worklist.models import DailyPricing, Request, WorklistItem
from dueline.worklist.queries import ItemFilters, explain, items, verify
from dueline.worklist.queries.pricing import Pricing

MONDAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 10:30 am in New York
pytestmark = pytest.mark.django_db


def item_of(claim):
    return WorklistItem.objects.get(claim=claim)


def say(claim, status, on, **changes):
    """Let the payer say something of a claim."""
    values = {"payer_status": status, "payer_status_on": on, **changes}
    Claim.objects.filter(pk=claim.pk).update(**values)


def test_every_open_claim_gets_one_item_and_a_settled_claim_none(practice, make_claim):
    open_claims = [make_claim(), make_claim(payer_balance_cents=-500)]
    make_claim(payer_balance_cents=0)
    result = refresh(practice=practice, as_of=MONDAY)
    assert (result.opened, result.priced) == (2, 2)
    assert set(WorklistItem.objects.values_list("claim", flat=True)) == {c.pk for c in open_claims}
    assert list(verify(practice)) == []


def test_a_second_refresh_changes_nothing(practice, make_claim):
    for status in PayerStatus:
        make_claim(payer_status=status)
    refresh(practice=practice, as_of=MONDAY)
    before = list(WorklistItem.objects.order_by("pk").values())
    result = refresh(practice=practice, as_of=MONDAY)
    assert (result.opened, result.changed, result.closed) == (0, 0, 0)
    assert list(WorklistItem.objects.order_by("pk").values()) == before


def test_a_settled_claim_leaves_the_list_and_comes_back_when_money_is_taken_back(
    practice, make_claim, caller
):
    claim = make_claim()
    refresh(practice=practice, as_of=MONDAY)
    WorklistItem.objects.update(leased_by=caller, leased_until=MORNING)
    say(claim, PayerStatus.PAID, MONDAY, payer_balance_cents=0, is_open=False)
    assert refresh(practice=practice, as_of=MONDAY, claim_ids=[claim.pk]).closed == 1
    item = item_of(claim)
    assert (item.is_open, item.work_status, item.leased_by) == (False, WorkStatus.CLOSED, None)
    say(claim, PayerStatus.REVERSED, MONDAY, payer_balance_cents=7000, is_open=True)
    refresh(practice=practice, as_of=MONDAY, claim_ids=[claim.pk])
    item = item_of(claim)
    assert (item.is_open, item.level, item.payer_balance_cents) == (True, Level.L2, 7000)
    assert list(verify(practice)) == []


@pytest.mark.parametrize(
    ("changes", "level", "work_status", "is_for_caller"),
    [
        pytest.param({}, Level.L1, WorkStatus.READY, True, id="not on file: L1"),
        pytest.param(
            {"payer_status": PayerStatus.DENIED, "denial_carc": "197"},
            Level.L2,
            WorkStatus.READY,
            True,
            id="no authorization: L2",
        ),
        pytest.param(
            {"payer_status": PayerStatus.REJECTED},
            Level.L1,
            WorkStatus.WITH_BILLING,
            False,
            id="rejected: billing, not the callers",
        ),
        pytest.param(
            {"payer_balance_cents": -100}, Level.L2, WorkStatus.READY, True, id="credit balance: L2"
        ),
        pytest.param(
            {"payer_status": PayerStatus.PENDING, "payer_status_on": MONDAY},
            Level.L1,
            WorkStatus.WAITING,
            False,
            id="pending since today: waits",
        ),
    ],
)
def test_where_a_new_claim_goes(practice, make_claim, changes, level, work_status, is_for_caller):
    make_claim(**changes)
    refresh(practice=practice, as_of=MONDAY)
    item = WorklistItem.objects.get()
    assert (item.level, item.work_status, item.is_for_caller) == (level, work_status, is_for_caller)


def follow_up(claim, due_on, by, *, action=NextAction.AWAIT_PAYMENT, **more):
    return apply_follow_up(
        claim=claim,
        next_action=action,
        next_due_on=due_on,
        outcome=more.pop("outcome", Outcome.IN_PROCESS),
        by=by,
        as_of=more.pop("as_of", MONDAY),
        **more,
    )


def test_a_follow_up_takes_the_claim_off_the_list_until_its_date(practice, make_claim, caller):
    claim = make_claim()
    refresh(practice=practice, as_of=MONDAY)
    assert item_of(claim).is_due
    item = follow_up(claim, date(2026, 12, 7), caller)
    assert (item.is_due, item.due_on, item.last_action_on) == (False, date(2026, 12, 7), MONDAY)
    refresh(practice=practice, as_of=date(2026, 12, 4))
    assert not item_of(claim).is_due
    refresh(practice=practice, as_of=date(2026, 12, 7))
    assert item_of(claim).due_cause == DueCause.DATE
    refresh(practice=practice, as_of=date(2026, 12, 8))
    assert (item_of(claim).due_cause, item_of(claim).urgency) == (DueCause.OVERDUE, 1)


def test_a_promise_that_passes_is_broken_when_its_date_comes(practice, make_claim, caller):
    claim = make_claim()
    follow_up(claim, date(2026, 12, 2), caller, promised_on=date(2026, 11, 30))
    refresh(practice=practice, as_of=date(2026, 12, 1))
    assert not item_of(claim).is_due
    refresh(practice=practice, as_of=date(2026, 12, 2))
    item = item_of(claim)
    assert (item.due_cause, item.urgency) == (DueCause.PROMISE_BROKEN, 2)
    assert explain(item, as_of=date(2026, 12, 2)).reasons[0].text == "Promise broken Nov 30"


@pytest.mark.parametrize(
    ("status", "on", "due_on", "action"),
    [
        pytest.param(
            PayerStatus.DENIED, MONDAY, MONDAY, NextAction.CALL, id="a denial brings it to today"
        ),
        pytest.param(
            PayerStatus.PENDING,
            MONDAY,
            date(2026, 12, 1),
            NextAction.AWAIT_PAYMENT,
            id="pending would push it: the date stays",
        ),
    ],
)
def test_the_payers_word_brings_a_persons_date_nearer_but_never_pushes_it(
    practice, make_claim, caller, status, on, due_on, action
):
    claim = make_claim()
    follow_up(claim, date(2026, 12, 1), caller)
    say(claim, status, on)
    refresh(practice=practice, as_of=MONDAY, claim_ids=[claim.pk])
    item = item_of(claim)
    assert (item.due_on, item.next_action) == (due_on, action)


def test_an_acceptance_moves_our_own_first_date(practice, make_claim):
    claim = make_claim(
        payer_status=PayerStatus.SENT, accepted_on=None, last_submitted_on=date(2026, 11, 20)
    )
    make_claim()  # another claim of this payer was accepted: it does acknowledge
    refresh(practice=practice, as_of=MONDAY)
    assert item_of(claim).due_on == date(2026, 11, 25)
    say(claim, PayerStatus.ACCEPTED, MONDAY, accepted_on=MONDAY)
    refresh(practice=practice, as_of=MONDAY, claim_ids=[claim.pk])
    assert item_of(claim).due_on == date(2026, 12, 23)


def test_a_payer_that_never_acknowledges_is_not_chased_for_it(practice, make_claim):
    claim = make_claim(payer_status=PayerStatus.SENT, accepted_on=None)
    refresh(practice=practice, as_of=MONDAY)
    assert "this payer reports none" in item_of(claim).due_reason


def test_pricing_runs_once_a_day(practice, make_claim):
    make_claim()
    assert ensure_priced(practice=practice, as_of=MONDAY, now=MORNING)
    assert not ensure_priced(practice=practice, as_of=MONDAY, now=MORNING)
    assert ensure_priced(practice=practice, as_of=MONDAY + timedelta(days=1), now=MORNING)


def test_a_pricing_run_of_another_is_not_repeated_until_it_is_abandoned(practice, make_claim):
    make_claim()
    DailyPricing.objects.create(practice=practice, started_for=MONDAY, started_at=MORNING)
    later = MORNING + timedelta(minutes=14)
    assert not ensure_priced(practice=practice, as_of=MONDAY, now=later)
    assert ensure_priced(practice=practice, as_of=MONDAY, now=later + timedelta(minutes=2))


def test_the_price_explained_is_the_price_stored(practice, make_claim, other_payer):
    for number, status in enumerate(PayerStatus):
        make_claim(
            payer_status=status,
            payer_balance_cents=12_345 + 777 * number,
            denial_carc="50" if number % 2 else "",
            service_from_on=MONDAY - timedelta(days=17 * number),
            denied_on=MONDAY - timedelta(days=80) if number % 3 == 0 else None,
        )
    make_claim(payer=other_payer, service_from_on=None)
    refresh(practice=practice, as_of=MONDAY)
    for item in WorklistItem.objects.all():
        found = explain(item, as_of=MONDAY)
        assert found.cents_per_minute_hundredths == item.priority
        assert found.urgency == item.urgency


def test_a_price_says_how_many_claims_share_a_call(practice, make_claim):
    for _ in range(2):
        make_claim()
    refresh(practice=practice, as_of=MONDAY)
    item = WorklistItem.objects.first()
    hold = next(part for part in explain(item, as_of=MONDAY).parts if part.name == "hold")
    assert hold.basis == "15 min over 2 claims in one call"
    assert hold.value == 8


CLAIM = st.fixed_dictionaries(
    {
        "payer_balance_cents": st.sampled_from([100, 50_000, 50_000, 123_456]),
        "payer_status": st.sampled_from(PayerStatus),
        "service_from_on": st.sampled_from([None, date(2026, 6, 1), date(2026, 10, 1)]),
        "accepted_on": st.sampled_from([None, date(2026, 10, 5)]),
    }
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CLAIM, min_size=1, max_size=12))
def test_every_order_is_total_and_stable_and_keeps_urgency_above_cost(
    practice, make_claim, caller, claims
):
    for model in (Request, WorklistItem, Claim):
        model.objects.all().delete()
    made = [make_claim(**values) for values in claims]
    refresh(practice=practice, as_of=MONDAY)
    for number, claim in enumerate(made):
        if number % 3 == 0:  # some were worked, and their follow-up is late
            WorklistItem.objects.filter(claim=claim).update(
                last_action_on=date(2026, 11, 2), due_on=date(2026, 11, 18), has_set_date=True
            )
    refresh(practice=practice, as_of=MONDAY)
    everything = ItemFilters(due="all")
    for order in Order:
        listed = list(items(practice, order=order, filters=everything, as_of=MONDAY))
        again = list(items(practice, order=order, filters=everything, as_of=MONDAY))
        assert [i.pk for i in listed] == [i.pk for i in again]
        assert len({i.pk for i in listed}) == len(made)
    by_priority = list(items(practice, order=Order.PRIORITY, filters=everything, as_of=MONDAY))
    ranks = [(-i.urgency, -i.priority, i.pk) for i in by_priority]
    assert ranks == sorted(ranks)
    late = [i for i in by_priority if i.due_cause in (DueCause.OVERDUE, DueCause.PROMISE_BROKEN)]
    idle = [i for i in by_priority if i.due_cause in ("", DueCause.DATE)]
    if late and idle:
        assert by_priority.index(late[-1]) < by_priority.index(idle[0])
    assert list(verify(practice)) == []


def test_verify_names_a_claim_without_an_item(practice, make_claim):
    claim = make_claim()
    found = list(verify(practice))
    assert [breach.where for breach in found] == [f"claim {claim.pk}"]
    refresh(practice=practice, as_of=MONDAY)
    WorklistItem.objects.update(level="", payer_balance_cents=1)
    assert {breach.rule for breach in verify(practice)} == {"worklist queue", "worklist balance"}


def test_verify_names_a_near_deadline_that_no_one_sees(practice, make_claim):
    make_claim()
    refresh(practice=practice, as_of=MONDAY)
    found = WorklistItem.objects.filter(practice=practice, is_open=True)
    found.update(
        is_due=False,
        due_on=MONDAY + timedelta(days=8),
        deadline_on=MONDAY + timedelta(days=7),
        last_action_on=MONDAY - timedelta(days=9),
    )
    assert [breach.rule for breach in verify(practice)] == ["worklist deadline"]
    found.update(last_action_on=MONDAY)
    assert list(verify(practice)) == []


def test_no_schedule_passes_the_safe_date_and_verify_names_one_that_does(
    practice, make_claim, monkeypatch
):
    """Whatever the payer's word asks for, the claim is seen by the safe date of its deadline."""
    due = Due(DeadlineKind.APPEAL_1, date(2026, 12, 22), date(2026, 11, 25))
    monkeypatch.setattr(Pricing, "deadline", lambda rules, row: due)
    claim = make_claim(payer_status=PayerStatus.PENDING, payer_status_on=MONDAY)
    refresh(practice=practice, as_of=MONDAY)
    item = item_of(claim)
    assert (item.due_on, item.safe_on, item.is_due) == (due.safe_on, due.safe_on, False)
    assert list(verify(practice)) == []
    WorklistItem.objects.filter(pk=item.pk).update(due_on=date(2026, 11, 30))
    assert [breach.rule for breach in verify(practice)] == ["worklist deadline"]
    refresh(practice=practice, as_of=due.safe_on)
    assert item_of(claim).is_due


def test_missed_follow_up_is_escalated_once_and_verify_names_one_that_is_not(
    practice, make_claim, caller
):
    """Three working days after its date the lead sees to it too; acting on it ends that."""
    claim = make_claim()
    refresh(practice=practice, as_of=date(2026, 11, 16))
    follow = {"outcome": Outcome.IN_PROCESS, "next_action": NextAction.CALL, "by": caller}
    apply_follow_up(claim=claim, next_due_on=date(2026, 11, 17), as_of=date(2026, 11, 16), **follow)
    assert item_of(claim).last_action_by == caller
    for day, escalated_on in ((18, None), (20, date(2026, 11, 20)), (23, date(2026, 11, 20))):
        refresh(practice=practice, as_of=date(2026, 11, day))
        assert item_of(claim).escalated_on == escalated_on
        assert list(verify(practice)) == []
    WorklistItem.objects.update(escalated_on=None)
    assert [breach.rule for breach in verify(practice)] == ["worklist escalation"]
    apply_follow_up(claim=claim, next_due_on=date(2026, 11, 30), as_of=MONDAY, **follow)
    assert item_of(claim).escalated_on is None


def test_a_date_from_before_the_claim_was_last_sent_is_set_anew(practice, make_claim):
    """A replayed day, or what was sent before, left a date that means nothing for what was sent since."""
    claim = make_claim(
        payer_status=PayerStatus.SENT,
        payer_status_on=MONDAY,
        last_submitted_on=MONDAY,
        accepted_on=None,
    )
    refresh(practice=practice, as_of=MONDAY)
    old = {"due_on": date(2026, 11, 18), "due_reason": "By a day gone by"}
    WorklistItem.objects.filter(claim=claim).update(**old)
    refresh(practice=practice, as_of=MONDAY, claim_ids=[claim.pk])
    item = WorklistItem.objects.get(claim=claim)
    assert item.due_on > MONDAY
    assert item.due_reason != "By a day gone by"


def test_what_did_not_change_is_of_the_day_all_the_same(practice, make_claim):
    """A credit costs nothing to leave: its item is on Tuesday as it was, and verify finds no older price."""
    make_claim(payer_balance_cents=-5_000, is_open=True, payer_status=PayerStatus.PAID)
    make_claim()
    for days in (0, 1):
        refresh(practice=practice, as_of=MONDAY + timedelta(days=days))
    assert not [breach for breach in verify(practice) if breach.rule == "worklist day"]
