"""Two people never hold the same claim; what cannot be worked now is not given out."""

import threading
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest

from dueline.accounts.models import AuditEvent, Membership, Practice, User
from dueline.core.deadlines import Due
from dueline.core.enums import (
    DeadlineKind,
    Level,
    NextAction,
    PayerStatus,
    RequestOwner,
    Role,
    WorkStatus,
)
from dueline.core.lease import LEASE
from dueline.worklist.actions import (
    apply_follow_up,
    ask_request,
    extend,
    move_due_date,
    refresh,
    release,
    take,
    take_next,
)
from dueline.worklist.errors import DateRefused, ItemTaken, NotYours
from dueline.worklist.models import DueDateChange, WorklistItem
from dueline.worklist.queries import explain, today, work_status_of
from dueline.worklist.queries.pricing import Pricing

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 10:30 am in New York


def take_one(practice, user, **more):
    return take_next(
        practice=practice, user=user, as_of=MONDAY, now=more.pop("now", MORNING), **more
    )


def test_next_is_the_costliest_to_leave_and_the_taking_is_audited(practice, make_claim, caller):
    make_claim(payer_balance_cents=10_000)
    large = make_claim(payer_balance_cents=900_000)
    item = take_one(practice, caller)
    assert item.claim_id == large.pk
    assert (item.leased_by, item.leased_until) == (caller, MORNING + LEASE)
    assert work_status_of(item, now=MORNING) is WorkStatus.IN_WORK
    assert work_status_of(item, now=MORNING + LEASE + timedelta(seconds=1)) is WorkStatus.READY
    event = AuditEvent.objects.get(scope="lakeside", action="take_next")
    assert (event.username, event.object_key) == (caller.username, str(item.pk))


def test_each_caller_gets_another_claim_until_none_is_left(practice, make_claim, make_user):
    for _ in range(3):
        make_claim()
    taken = [take_one(practice, make_user()) for _ in range(4)]
    assert taken[3] is None
    assert len({item.pk for item in taken[:3]}) == 3


@pytest.mark.parametrize(
    ("role", "level", "is_given"),
    [
        pytest.param(Role.L1_CALLER, None, False, id="an L1 caller is not given L2 work"),
        pytest.param(Role.L1_CALLER, Level.L2, True, id="unless asked for"),
        pytest.param(Role.L2_CALLER, None, True, id="an L2 caller is"),
        pytest.param(Role.LEAD, None, True, id="a lead is"),
        pytest.param(Role.AUDITOR, None, False, id="an auditor works no claims"),
    ],
)
def test_queues(practice, make_claim, make_user, role, level, is_given):
    make_claim(payer_status=PayerStatus.DENIED, denial_carc="197")
    assert (take_one(practice, make_user(role), level=level) is not None) is is_given


@pytest.mark.parametrize(
    ("hour", "is_given"),
    [
        pytest.param(datetime(2026, 11, 23, 12, 59, tzinfo=UTC), False, id="7:59 am: closed"),
        pytest.param(datetime(2026, 11, 23, 13, 0, tzinfo=UTC), True, id="8:00 am: open"),
        pytest.param(datetime(2026, 11, 23, 22, 59, tzinfo=UTC), True, id="5:59 pm: open"),
        pytest.param(datetime(2026, 11, 23, 23, 0, tzinfo=UTC), False, id="6:00 pm: closed"),
        pytest.param(datetime(2026, 11, 26, 15, 30, tzinfo=UTC), False, id="Thanksgiving"),
    ],
)
def test_telephone_work_is_given_only_while_the_payer_answers(
    practice, make_claim, caller, hour, is_given
):
    make_claim()
    refresh(practice=practice, as_of=MONDAY)
    assert WorklistItem.objects.get().next_action == NextAction.CALL
    assert (take_one(practice, caller, now=hour) is not None) is is_given


def test_what_needs_no_telephone_is_given_at_night(practice, make_claim, caller, payer):
    make_claim(payer_status=PayerStatus.INFORMATION_REQUESTED)
    payer.opens_at, payer.closes_at = time(1), time(2)
    payer.save()
    assert take_one(practice, caller).next_action == NextAction.SEND_RECORDS


def test_a_lease_that_ran_out_returns_the_claim(practice, make_claim, make_user):
    make_claim()
    first, second = make_user(), make_user()
    item = take_one(practice, first)
    assert take_one(practice, second, now=MORNING + LEASE - timedelta(seconds=1)) is None
    later = MORNING + LEASE + timedelta(seconds=1)
    assert take_one(practice, second, now=later).pk == item.pk
    with pytest.raises(NotYours):
        extend(item=item, user=first, now=later)


def test_release_returns_the_claim_and_extend_keeps_it(practice, make_claim, make_user):
    make_claim()
    first, second = make_user(), make_user()
    item = take_one(practice, first)
    assert extend(item=item, user=first, now=MORNING + timedelta(minutes=20)) == (
        MORNING + timedelta(minutes=50)
    )
    with pytest.raises(NotYours):
        release(item=item, user=second, now=MORNING)
    release(item=item, user=first, now=MORNING)
    assert take_one(practice, second).pk == item.pk


def test_taking_by_choice_respects_who_holds_or_owns_the_claim(practice, make_claim, make_user):
    make_claim()
    first, second = make_user(), make_user()
    refresh(practice=practice, as_of=MONDAY)
    item = WorklistItem.objects.get()
    take(item=item, user=first, now=MORNING)
    take(item=item, user=first, now=MORNING)  # again by the same: extends
    with pytest.raises(ItemTaken, match="working on this claim"):
        take(item=item, user=second, now=MORNING)
    release(item=item, user=first, now=MORNING)
    WorklistItem.objects.update(owner=first)
    with pytest.raises(ItemTaken, match="own"):
        take(item=item, user=second, now=MORNING)
    assert take_one(practice, second) is None
    assert take_one(practice, first).pk == item.pk


def test_another_practices_claims_are_never_given(practice, make_claim, make_user):
    make_claim()
    refresh(practice=practice, as_of=MONDAY)
    other = Practice.objects.create(code="summit", name="Summit Orthopedics")
    user = User.objects.create(username="elsewhere")
    Membership.objects.create(practice=other, user=user, role=Role.L1_CALLER)
    assert take_one(other, user) is None
    assert take_one(practice, user) is None


def test_a_moved_date_is_kept_with_its_reason(practice, make_claim, caller):
    claim = make_claim(accepted_on=None)
    refresh(practice=practice, as_of=MONDAY)
    item = WorklistItem.objects.get(claim=claim)
    change = move_due_date(
        item=item,
        due_on=date(2026, 11, 30),
        reason="Payer's system is down this week",
        by=caller,
        as_of=MONDAY,
        now=MORNING,
    )
    item.refresh_from_db()
    assert (item.due_on, item.is_due) == (date(2026, 11, 30), False)
    assert DueDateChange.objects.get() == change
    assert AuditEvent.objects.filter(action="move_due_date").exists()


@pytest.mark.parametrize(
    ("due_on", "reason", "words"),
    [
        pytest.param(date(2026, 11, 30), "  ", "Say why", id="no reason"),
        pytest.param(date(2026, 11, 20), "why", "is past", id="past"),
        pytest.param(date(2026, 11, 26), "why", "federal holiday", id="Thanksgiving"),
        pytest.param(date(2026, 11, 28), "why", "weekend", id="Saturday"),
        pytest.param(date(2026, 12, 11), "why", "too late for the deadline", id="after deadline"),
        pytest.param(date(2028, 11, 24), "why", "more than two years off", id="wrong year"),
        pytest.param(date.max, "why", "more than two years off", id="the last day there is"),
        pytest.param(date(2026, 11, 30), "w" * 301, "shorter", id="reason too long"),
    ],
)
def test_a_date_that_may_not_be_set_is_refused_in_words(
    practice, make_claim, caller, due_on, reason, words
):
    make_claim()
    refresh(practice=practice, as_of=MONDAY)
    WorklistItem.objects.update(deadline_on=date(2026, 12, 10))
    item = WorklistItem.objects.get()
    with pytest.raises(DateRefused, match=words):
        move_due_date(item=item, due_on=due_on, reason=reason, by=caller, as_of=MONDAY, now=MORNING)
    assert not DueDateChange.objects.exists()


def test_a_follow_up_on_a_settled_claim_has_no_item_to_move(practice, make_claim, caller):
    claim = make_claim(payer_balance_cents=0)
    found = apply_follow_up(
        claim=claim,
        next_action=NextAction.NONE,
        next_due_on=None,
        outcome="paid",
        by=caller,
        as_of=MONDAY,
    )
    assert found is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_32_callers_at_once_are_never_given_the_same_claim(practice, make_claim, make_user):
    from django.db import connection

    for _ in range(64):
        make_claim()
    refresh(practice=practice, as_of=MONDAY)
    users = [make_user() for _ in range(32)]
    given, failures = [], []

    def work(user):
        try:
            for _ in range(2):
                given.append(take_one(practice, user).pk)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(user,)) for user in users]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [pk for pk, times in Counter(given).items() if times > 1] == []
    assert len(given) == 64
    assert WorklistItem.objects.filter(leased_by__isnull=False).count() == 64


@pytest.mark.parametrize(
    ("role", "indexes"),
    [
        (Role.L1_CALLER, ["item_next"]),
        (Role.LEAD, ["item_deadline", "item_with_lead", "item_next", "item_next"]),
    ],
)
def test_the_next_claim_is_found_by_indexes_without_sorting(
    practice, make_claim, make_user, payer, role, indexes
):
    from django.db import connection

    from dueline.worklist.queries.next_claim import next_statements

    for _ in range(40):
        make_claim()
    refresh(practice=practice, as_of=MONDAY)
    statements = next_statements(
        practice, make_user(role), role, open_payers=[payer.pk], as_of=MONDAY, now=MORNING
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE worklist_worklistitem")
            # so small a table is read whole
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
        for (statement, values), index in zip(statements, indexes, strict=True):
            how = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
            cursor.execute(f"{how} {statement}", values)
            plan = "\n".join(str(row) for row in cursor.fetchall())
            assert index in plan
            assert "Sort" not in plan
            assert "TEMP B-TREE" not in plan


def test_a_lead_is_given_what_is_about_to_be_lost_whoever_has_it(
    practice, make_claim, make_user, caller, monkeypatch
):
    """Its deadline is today, and it waits with coding: no caller is given it, and the lead is, first."""
    lead = make_user(Role.LEAD)
    for _ in range(3):
        make_claim(payer_balance_cents=900_000)
    lost_soon = make_claim(payer_balance_cents=4_200)
    refresh(practice=practice, as_of=MONDAY)
    ask_request(
        claim=lost_soon,
        owner=RequestOwner.CODING,
        question="Which modifier fits?",
        by=caller,
        as_of=MONDAY,
        now=MORNING,
    )
    for days, is_seen in [(6, True), (7, False), (0, True)]:
        due = Due(DeadlineKind.APPEAL_1, MONDAY + timedelta(days=days), None)
        monkeypatch.setattr(
            Pricing,
            "deadline",
            lambda rules, row, d=due: d if row.claim_id == lost_soon.pk else None,
        )
        refresh(practice=practice, as_of=MONDAY)
        item = WorklistItem.objects.get(claim=lost_soon)
        assert (item.is_due, item.is_for_caller, item.urgency) == (is_seen, False, int(is_seen))
        figures = today(practice, lead, MONDAY, MORNING)
        assert (figures.next_item == item) is is_seen
        whom = "coding" if days else "the lead"
        watch = "7-day watch reached" if days else "Deadline is today"
        chips = [chip.text for chip in explain(item, as_of=MONDAY).reasons]
        assert chips == [watch, f"With {whom}"]
        assert (f"it is with {whom}" in figures.next_because) is is_seen
    assert take_one(practice, caller) != item
    assert take_one(practice, lead) == item


def test_a_lead_is_given_what_waits_with_the_lead_before_the_callers_claims(
    practice, make_claim, make_user
):
    make_claim(payer_balance_cents=900_000)
    claim = make_claim(payer_balance_cents=100)
    refresh(practice=practice, as_of=MONDAY)
    WorklistItem.objects.filter(claim=claim).update(work_status="with_lead", is_for_caller=False)
    lead = make_user(Role.LEAD)
    assert take_one(practice, lead).claim == claim
