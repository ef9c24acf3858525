"""The counts of open items: right after every way an item changes, on both databases, and proved by verify."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.db import connection, connections, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from dueline.core.enums import (
    CountedDay,
    DueCause,
    Holder,
    Level,
    Means,
    NextAction,
    Order,
    Outcome,
    PayerStatus,
    Watch,
)
from dueline.ledger.models import Claim
from dueline.worklist.actions import apply_follow_up, move_due_date, refresh, take_next
from dueline.worklist.actions.counts import fold
from dueline.worklist.models import DailyPricing, DayCount, WorkCount, WorklistItem
from dueline.worklist.queries import Figure, ItemFilters, items, verify, work_figure
from dueline.worklist.queries.counts import figure_for, figure_of_items, verify_counts

MONDAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)


@pytest.fixture
def priced(practice, make_claim, payer, other_payer):
    """Claims of every kind: due and not, with and without dates and deadlines, in both queues."""
    for number, (status, which) in enumerate(product(PayerStatus, (payer, other_payer))):
        service_on = None if number % 7 == 0 else MONDAY - timedelta(days=17 * number)
        make_claim(
            payer=which,
            payer_status=status,
            service_from_on=service_on,
            payer_balance_cents=1_001 + number,
            payer_status_on=MONDAY - timedelta(days=9 * number),
        )
    refresh(practice=practice, as_of=MONDAY)
    return practice


def _is_right(practice):
    assert list(verify_counts(practice)) == []
    return True


@pytest.mark.django_db
def test_counts_are_right_after_every_action(priced, caller):
    assert _is_right(priced)
    item = take_next(practice=priced, user=caller, as_of=MONDAY, now=MORNING)
    assert _is_right(priced)
    apply_follow_up(
        claim=item.claim,
        next_action=NextAction.CHECK_PORTAL,
        next_due_on=MONDAY + timedelta(days=8),
        outcome=Outcome.IN_PROCESS,
        by=caller,
        as_of=MONDAY,
    )
    assert _is_right(priced)
    other = WorklistItem.objects.filter(is_due=True, is_held=False).exclude(pk=item.pk)[0]
    later = MONDAY + timedelta(days=1)
    move_due_date(
        item=other, due_on=later, reason="Asked so.", by=caller, as_of=MONDAY, now=MORNING
    )
    assert _is_right(priced)
    Claim.objects.filter(pk=other.claim_id).update(is_open=False, payer_balance_cents=0)
    refresh(practice=priced, as_of=MONDAY, claim_ids=[other.claim_id])
    assert _is_right(priced)
    for days in (1, 9, 400):
        refresh(practice=priced, as_of=MONDAY + timedelta(days=days))
        assert _is_right(priced)
    assert work_figure(priced).claims == WorklistItem.objects.filter(is_open=True).count()


@pytest.mark.django_db
def test_counts_follow_any_write_whatever_its_form(priced):
    rows = WorklistItem.objects.filter(practice=priced)
    rows.filter(is_due=True).update(payer_balance_cents=F("payer_balance_cents") + 1)
    assert _is_right(priced)
    item = rows.filter(is_open=True)[0]
    item.level, item.deadline_on, item.service_on = Level.L2, MONDAY, None
    item.save()
    assert _is_right(priced)
    rows.filter(pk=item.pk).update(is_open=False)
    assert _is_right(priced)
    rows.filter(pk=item.pk).delete()
    assert _is_right(priced)
    with transaction.atomic():
        rows.update(due_cause=DueCause.OVERDUE, is_due=True)
        transaction.set_rollback(True)
    assert _is_right(priced)


@pytest.mark.django_db
def test_verify_names_the_counts_that_differ(priced):
    assert not [breach for breach in verify(priced) if breach.rule == "worklist counts"]
    WorkCount.objects.filter(pk=WorkCount.objects.values("pk")[:1]).update(claims=F("claims") + 1)
    DayCount.objects.filter(kind=CountedDay.SERVICE).delete()
    found = [b.text for b in verify(priced) if b.rule == "worklist counts"]
    assert len(found) == 2


@pytest.mark.django_db
def test_a_lease_changes_no_count(priced, caller):
    before = list(WorkCount.objects.values_list("pk", "claims"))
    take_next(practice=priced, user=caller, as_of=MONDAY, now=MORNING)
    assert list(WorkCount.objects.values_list("pk", "claims")) == before


@pytest.mark.django_db
def test_folding_leaves_one_row_for_each_count_and_the_same_sums(priced):
    WorklistItem.objects.filter(practice=priced).update(level=Level.L2)
    WorklistItem.objects.filter(practice=priced).update(level=Level.L1)
    before = work_figure(priced), work_figure(priced, is_due=True)
    fold(priced)
    keys = list(WorkCount.objects.values_list(
        "level", "work_status", "is_due", "is_for_caller", "due_cause", "next_action", "seen_status", "payer"
    ))  # fmt: skip
    assert len(keys) == len(set(keys))
    assert not WorkCount.objects.filter(claims=0).exists()
    assert (work_figure(priced), work_figure(priced, is_due=True)) == before
    assert _is_right(priced)


@pytest.mark.django_db
def test_the_figure_of_a_filter_equals_the_items_it_lets_through(priced, caller, payer):
    told = 0
    for queue, due, holder, whose, how, means, status, watch, cause in product(
        ("all", "L1", "mine"),
        ("now", "all", "2026-11-20"),
        (None, *Holder),
        (None, payer.pk),
        (None, NextAction.CALL),
        (None, Means.PORTAL),
        (None, PayerStatus.DENIED),
        (None, *Watch),
        (None, DueCause.OVERDUE),
    ):
        filters = ItemFilters(
            queue=queue,
            due=due,
            holder=holder,
            payer=whose,
            next_action=how,
            means=means,
            payer_status=status,
            watch=watch,
            cause=cause,
        )
        figure = figure_for(priced, filters, as_of=MONDAY)
        if figure is not None:
            told += 1
            found = items(priced, order=Order.PRIORITY, filters=filters, as_of=MONDAY, user=caller)
            assert figure == figure_of_items(found), filters
    assert told > 60
    whole = figure_for(priced, ItemFilters(due="all"), as_of=MONDAY)
    assert whole == Figure(work_figure(priced).claims, work_figure(priced).cents)


@pytest.mark.django_db
def test_another_practice_counts_its_own(priced):
    from dueline.accounts.models import Practice

    other = Practice.objects.create(code="summit", name="Summit")
    assert work_figure(other) == Figure()
    fold(other)
    assert _is_right(priced)
    assert work_figure(priced).claims > 0


@pytest.mark.django_db
def test_figures_are_read_without_counting_items(priced, caller):
    from dueline.worklist.queries import today

    with CaptureQueriesContext(connection) as queries:
        today(priced, caller, MONDAY, MORNING)
    counting = [q["sql"] for q in queries if "worklist_worklistitem" in q["sql"]]
    assert not [sql for sql in counting if "COUNT(" in sql or "SUM(" in sql]


@pytest.mark.django_db
def test_a_payers_first_acceptance_report_is_known_at_once(priced, make_claim, other_payer):
    shared = DailyPricing.objects.get(practice=priced)
    shared.acknowledging = []
    shared.save()
    claim = make_claim(payer=other_payer)
    refresh(practice=priced, as_of=MONDAY, claim_ids=[claim.pk])
    shared.refresh_from_db()
    assert shared.acknowledging == [other_payer.pk]


@pytest.mark.django_db(transaction=True)
def test_two_who_change_items_at_once_do_not_wait_for_each_other(priced):
    """On PostgreSQL; SQLite has one writer."""
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only")
    first, second = WorklistItem.objects.filter(is_open=True, level=Level.L1)[:2]
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
            with transaction.atomic():
                WorklistItem.objects.filter(pk=first.pk).update(level=Level.L2)
                cursor.execute(
                    "UPDATE worklist_worklistitem SET level = 'L2' WHERE id = %s", [second.pk]
                )
                fold(priced)
    finally:
        other.close()
    assert _is_right(priced)
