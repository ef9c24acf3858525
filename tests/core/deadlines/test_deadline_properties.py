"""A later event never has an earlier deadline, and the safe date never lies after the legal one."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dueline.core.calendars import STATES, is_business_day
from dueline.core.deadlines import Unit, due_dates
from dueline.core.payer_rules import Scope

from .conftest import default_rules

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
