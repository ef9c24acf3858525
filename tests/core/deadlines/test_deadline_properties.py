"""Later event, never an earlier deadline; safe never after legal; what prices a claim is what is shown."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dueline.core.calendars import STATES, is_business_day
from dueline.core.claim_clocks import ClaimDates, Events
from dueline.core.deadlines import Unit, deadlines, due_dates, nearest, nearest_due, running_dues
from dueline.core.enums import ClaimType, PayerStatus, PayerType
from dueline.core.payer_groups import GROUPS
from dueline.core.payer_rules import Coverage, Scope, in_order

from .conftest import CHECKED, default_rules

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
GAPS = st.integers(0, 400).map(lambda days: timedelta(days=days))
SHIPPED = st.sampled_from(default_rules())
INVENTED = st.builds(
    lambda rule, unit, count, presumed, rolls, state: replace(
        rule,
        unit=unit,
        count=count,
        presumed_receipt_days=presumed,
        rolls_forward=rolls,
        scope=Scope(state=state),
    ),
    SHIPPED,
    st.sampled_from(Unit),
    st.integers(1, 400),
    st.integers(0, 10),
    st.booleans(),
    st.sampled_from(["", *sorted(STATES)]),
)
RULES = SHIPPED | INVENTED


@given(RULES, DAYS, GAPS)
@settings(max_examples=400)
def test_a_later_event_never_has_an_earlier_deadline(rule, start, gap):
    legal, safe = due_dates(rule, start)
    later_legal, later_safe = due_dates(rule, start + gap)
    assert later_legal >= legal
    assert later_safe >= safe


@given(RULES, DAYS)
@settings(max_examples=400)
def test_the_safe_date_is_a_working_day_not_after_the_legal_one_nor_before_the_event(rule, start):
    legal, safe = due_dates(rule, start)
    assert is_business_day(legal, rule.scope.state)
    assert start <= safe <= max(legal, start)
    assert safe == start or is_business_day(safe, rule.scope.state)


@given(RULES, DAYS, st.integers(1, 30))
def test_presumed_receipt_lengthens_the_legal_time_and_never_the_safe_one(rule, start, days):
    plain = replace(rule, presumed_receipt_days=0)
    legal, safe = due_dates(plain, start)
    presumed = due_dates(replace(plain, presumed_receipt_days=days), start)
    assert presumed[0] >= legal
    assert presumed[1] == safe


SOME = st.none() | st.dates(date(2025, 1, 1), date(2026, 11, 23))
EVENTS = st.builds(
    Events,
    eligibility_noticed_on=SOME,
    records_requested_on=SOME,
    records_sent_on=SOME,
    appeals_decided_on=st.lists(st.dates(date(2025, 1, 1), date(2026, 11, 23)), max_size=5).map(
        lambda days: tuple(sorted(days))
    ),
    refund_demanded_on=SOME,
    overpayment_found_on=SOME,
    refund_answered_on=SOME,
    lacks_authorization=st.booleans(),
    is_surprise_bill=st.booleans(),
    negotiation_ended_on=SOME,
)
CLAIMS = st.builds(
    ClaimDates,
    service_from_on=SOME,
    service_through_on=SOME,
    first_submitted_on=SOME,
    accepted_on=SOME,
    last_remitted_on=SOME,
    denied_on=SOME,
    primary_remitted_on=SOME,
    payer_status=st.sampled_from(PayerStatus),
    claim_type=st.sampled_from(ClaimType),
    is_secondary=st.booleans(),
    events=st.none() | EVENTS,
)
COVERAGES = st.builds(
    Coverage,
    payer=st.none(),
    payer_type=st.sampled_from(PayerType),
    group=st.sampled_from(["", *GROUPS]),
    state=st.sampled_from(["", *sorted(STATES)]),
    is_in_network=st.booleans(),
)


@given(COVERAGES, CLAIMS)
@settings(max_examples=300)
def test_the_deadline_that_prices_a_claim_is_the_nearest_shown_whatever_has_happened(
    coverage, dates
):
    rules = in_order(default_rules(), coverage)
    clocks = deadlines(rules, dates, as_of=CHECKED)
    shown = nearest(clocks)
    assert nearest_due(rules, dates) == (shown and (shown.kind, shown.due_on, shown.safe_on))
    running = [
        (c.kind, c.due_on, c.safe_on) for c in clocks if c.is_running and not c.is_met and c.due_on
    ]
    assert running_dues(rules, dates) == running
    assert all(clock.rule is not None or clock.sentence == "No rule is known." for clock in clocks)
