"""Filters and their addresses, the call sheet for any day, the figures of Today."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.aging import bucket, days_outstanding, watch
from dueline.core.enums import (
    AgingBucket,
    DueCause,
    Holder,
    Means,
    NextAction,
    Order,
    Outcome,
    PayerStatus,
    Role,
    Watch,
    WorkStatus,
)
from dueline.worklist.actions import apply_follow_up, refresh, take_next
from dueline.worklist.models import DailyPricing, WorklistItem
from dueline.worklist.queries import (
    Figure,
    FilterError,
    ItemFilters,
    call_sheet,
    figure_of_items,
    item_document,
    items,
    today,
    usual_filters,
)

MONDAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 10:30 am in New York

FILTERS = st.builds(
    ItemFilters,
    queue=st.sampled_from(["all", "mine", "L1", "L2"]),
    holder=st.one_of(st.none(), st.sampled_from(Holder)),
    means=st.one_of(st.none(), st.sampled_from(Means)),
    due=st.one_of(st.sampled_from(["now", "all"]), st.dates().map(date.isoformat)),
    payer=st.one_of(st.none(), st.integers(0, 10**9)),
    next_action=st.one_of(st.none(), st.sampled_from(NextAction)),
    payer_status=st.one_of(st.none(), st.sampled_from(PayerStatus)),
    work_status=st.one_of(st.none(), st.sampled_from(WorkStatus)),
    watch=st.one_of(st.none(), st.sampled_from(Watch)),
    bucket=st.one_of(st.none(), st.sampled_from(AgingBucket)),
    cause=st.one_of(st.none(), st.sampled_from(DueCause)),
)


@given(FILTERS)
def test_a_filter_survives_its_address(filters):
    assert ItemFilters.from_query(QueryDict(filters.query())) == filters


def test_an_address_names_its_queue_so_that_it_means_the_same_for_everyone():
    assert ItemFilters().query() == "queue=all"
    usual = usual_filters(Role.L1_CALLER)
    assert ItemFilters.from_query(QueryDict("queue=all"), usual) == ItemFilters()


@pytest.mark.parametrize("role", [Role.L1_CALLER, Role.L2_CALLER])
def test_an_address_without_a_queue_narrows_what_the_role_works(role):
    usual = usual_filters(role)
    assert (usual.queue, usual.holder) == (role.name[:2], Holder.CALLERS)
    found = ItemFilters.from_query(QueryDict("cause=overdue"), usual)
    assert found == replace(usual, cause=DueCause.OVERDUE)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        pytest.param("queue=L3", "Expected all, mine, L1 or L2", id="no such queue"),
        pytest.param("due=2026-13-01", "Expected now, all or a date", id="no such day"),
        pytest.param("payer=one", "Expected a payer's number", id="not a number"),
        pytest.param("payer=²", "Expected a payer's number", id="a digit that is none"),
        pytest.param("watch=soon", "watched, chased, escalated, lost", id="no such watch"),
    ],
)
def test_an_address_that_means_nothing_is_refused_in_words(query, words):
    with pytest.raises(FilterError, match=words):
        ItemFilters.from_query(QueryDict(query))


def listed(practice, query, user=None):
    filters = ItemFilters.from_query(QueryDict(query))
    found = items(practice, order=Order.PRIORITY, filters=filters, as_of=MONDAY, user=user)
    return [item.claim.patient_control_number for item in found]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "days", [-400, -121, -120, -90, -61, -60, -31, -30, -8, -1, 0, 1, 6, 7, 14, 15]
)
def test_filters_by_age_and_deadline_equal_the_rules(practice, make_claim, days):
    day = MONDAY + timedelta(days=days)
    make_claim(service_from_on=day)
    refresh(practice=practice, as_of=MONDAY)
    WorklistItem.objects.update(deadline_on=day)
    for one in AgingBucket:
        is_in = bucket(days_outstanding(day, as_of=MONDAY)) is one
        assert bool(listed(practice, ItemFilters(due="all", bucket=one).query())) is is_in
    for one in Watch:
        assert bool(listed(practice, f"due=all&watch={one}")) is (watch(day, as_of=MONDAY) is one)


@pytest.mark.django_db
def test_each_filter_narrows_the_list(practice, make_claim, make_user, other_payer):
    caller = make_user()
    make_claim(patient_control_number="first")
    make_claim(patient_control_number="other", payer=other_payer, service_from_on=None)
    make_claim(patient_control_number="denied", payer_status=PayerStatus.DENIED, denial_carc="197")
    make_claim(
        patient_control_number="waits",
        payer_status=PayerStatus.PENDING,
        payer_status_on=MONDAY,
        first_submitted_on=MONDAY,
    )
    refresh(practice=practice, as_of=MONDAY)
    # Without a service date "other" cannot be called: it waits with a request.
    assert set(listed(practice, "")) == {"first", "denied"}
    assert set(listed(practice, "due=all")) == {"first", "other", "denied", "waits"}
    assert listed(practice, "queue=L2") == ["denied"]
    assert listed(practice, f"payer={other_payer.pk}&due=all") == ["other"]
    assert listed(practice, "payer_status=denied") == ["denied"]
    assert listed(practice, "next_action=check_portal&due=all") == ["waits"]
    assert listed(practice, "work_status=waiting&due=all") == ["waits"]
    assert listed(practice, "bucket=unknown&due=all") == ["other"]
    assert set(listed(practice, "due=2026-11-23")) == {"first", "denied"}
    taken = take_next(practice=practice, user=caller, as_of=MONDAY, now=MORNING)
    assert listed(practice, "queue=mine", caller) == [taken.claim.patient_control_number]


@pytest.fixture
def receivable(practice, make_claim, payer, other_payer, caller):
    """Thirty claims of every status, age and payer; some followed up."""
    for number in range(30):
        claim = make_claim(
            payer_status=list(PayerStatus)[number % len(PayerStatus)],
            payer=other_payer if number % 3 else payer,
            payer_balance_cents=10_000 + 3331 * (number % 7),
            denial_carc="197" if number % 2 else "16",
            service_from_on=None if number == 11 else MONDAY - timedelta(days=13 * number),
            payer_status_on=MONDAY - timedelta(days=number),
        )
        if number % 5 == 0:
            apply_follow_up(
                claim=claim,
                next_action=NextAction.CALL,
                next_due_on=date(2026, 11, 18) + timedelta(days=number),
                outcome=Outcome.IN_PROCESS,
                by=caller,
                as_of=date(2026, 11, 10),
                promised_on=date(2026, 11, 19) if number % 2 else None,
            )
    return practice


@pytest.mark.django_db
@pytest.mark.parametrize("shown", ["workable", "due", "open"])
@pytest.mark.parametrize("order", Order)
def test_a_sheet_computed_for_a_day_equals_the_stored_one(receivable, order, shown):
    asked = {"order": order, "limit": 25, "as_of": MONDAY, "shown": shown}
    DailyPricing.objects.update(priced_on=date(2020, 1, 1))
    before = list(WorklistItem.objects.order_by("pk").values())
    computed = call_sheet(receivable, **asked)
    assert list(WorklistItem.objects.order_by("pk").values()) == before
    refresh(practice=receivable, as_of=MONDAY)
    assert call_sheet(receivable, **asked) == computed


FIELDS = [
    "patient_control_number",
    "payer",
    "payer_balance",
    "charge",
    "service_on",
    "days_since_service",
    "days_since_submission",
    "days_since_action",
    "bucket",
    "payer_status",
    "work_status",
    "level",
    "deadlines",
    "due_on",
    "priority",
    "parts",
    "next_action",
]


@pytest.mark.django_db
def test_a_document_has_every_field_and_its_money_is_text_with_cents(receivable):
    refresh(practice=receivable, as_of=MONDAY)
    for item in WorklistItem.objects.all():
        found = item_document(item, MONDAY)
        assert set(FIELDS) <= set(found)
        json.dumps(found)
        for name in ("payer_balance", "charge"):
            assert found[name].split(".")[1].isdigit()
            assert len(found[name].split(".")[1]) == 2
        value = {part["name"]: part["value"] for part in found["parts"]}
        assert value["balance"] == found["payer_balance"]


@pytest.mark.django_db
def test_today_counts_each_claim_once_and_its_sums_equal_the_list(receivable, make_user):
    refresh(practice=receivable, as_of=MONDAY)
    for role in (Role.LEAD, Role.L1_CALLER, Role.L2_CALLER):
        figures = today(receivable, make_user(role), MONDAY, MORNING)
        due = items(receivable, order=Order.OLDEST, filters=figures.usual, as_of=MONDAY)
        assert figures.all_due.claims == len(due) > 0
        assert figures.all_due.cents == sum(item.payer_balance_cents for item in due)
        parts = [*figures.due.values()]
        assert sum(part.cents for part in parts) == figures.all_due.cents
        assert sum(figures.by.values(), Figure()) == figures.all_due
        for means, figure in figures.by.items():
            filters = replace(figures.usual, means=means)
            listed = items(receivable, order=Order.OLDEST, filters=filters, as_of=MONDAY)
            assert figure == figure_of_items(listed)
        for cause, figure in figures.due.items():
            assert figure.claims == len([item for item in due if item.due_cause == cause])


@pytest.mark.django_db
def test_today_shows_the_claim_that_is_given_next(receivable, make_user):
    lead = make_user(Role.LEAD)
    refresh(practice=receivable, as_of=MONDAY)
    figures = today(receivable, lead, MONDAY, MORNING)
    taken = take_next(practice=receivable, user=lead, as_of=MONDAY, now=MORNING)
    assert figures.next_item == taken
    assert figures.next_because.startswith("First because ")


@pytest.mark.django_db
def test_what_is_about_to_be_lost(practice, make_claim, caller):
    for days in (-30, -3, -2, 0, 6, 7, 14, 15):
        claim = make_claim(payer_balance_cents=100 + days)
        refresh(practice=practice, as_of=MONDAY, claim_ids=[claim.pk])
        WorklistItem.objects.filter(claim=claim).update(deadline_on=MONDAY + timedelta(days=days))
    figures = today(practice, caller, MONDAY, MORNING)
    assert {name: figure.claims for name, figure in figures.watches.items()} == {
        Watch.WATCHED: 1,
        Watch.CHASED: 2,
        Watch.ESCALATED: 2,
        Watch.LOST: 3,
    }
    assert figures.newly_lost.claims == 2  # since Friday
    assert [i.deadline_on - MONDAY for i in figures.most_urgent] == [
        timedelta(days=days) for days in (0, 6, 7, 14)
    ]


@pytest.mark.django_db
def test_today_takes_few_queries(receivable, make_user, django_assert_max_num_queries):
    lead = make_user(Role.LEAD)
    refresh(practice=receivable, as_of=MONDAY)
    with django_assert_max_num_queries(20):
        today(receivable, lead, MONDAY, MORNING)


@pytest.mark.django_db
def test_without_a_claim_today_is_empty_and_says_nothing_false(practice, caller):
    figures = today(practice, caller, MONDAY, MORNING)
    assert figures.all_due.claims == 0
    assert figures.next_item is None
    assert figures.payers == []
    assert figures.came_in.remittances == 0


@pytest.mark.django_db
def test_today_counts_what_was_missed_for_three_working_days(practice, make_claim, caller):
    claims = {day: make_claim() for day in (18, 19, 23)}
    refresh(practice=practice, as_of=MONDAY)
    for day, claim in claims.items():
        found = WorklistItem.objects.filter(claim=claim)
        found.update(is_due=True, due_cause="overdue", due_on=date(2026, 11, day))
    figures = today(practice, caller, MONDAY, MORNING)
    assert (figures.missed.claims, figures.missed_on) == (1, date(2026, 11, 18))
    assert figures.due["overdue"].claims == 3
    missed = ItemFilters.from_query({"cause": "overdue", "due": "2026-11-18"})
    listed = items(practice, order=Order.PRIORITY, filters=missed, as_of=MONDAY, user=caller)
    assert [item.claim_id for item in listed] == [claims[18].pk]
