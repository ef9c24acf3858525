"""The deadline that a million claims are priced by is the one that the claim page shows."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from dueline.core.deadlines import (
    ClaimDates,
    Rule,
    StartEvent,
    Unit,
    deadlines,
    nearest,
    nearest_due,
)
from dueline.core.enums import ClaimType, DeadlineKind, PayerStatus

DAYS = st.one_of(st.none(), st.dates(date(2025, 1, 1), date(2026, 11, 23)))
RULES = st.builds(
    Rule,
    kind=st.sampled_from(DeadlineKind),
    count=st.integers(1, 24),
    unit=st.sampled_from(Unit),
    start_event=st.sampled_from(StartEvent),
    is_met_when_received=st.booleans(),
    presumed_receipt_days=st.sampled_from([0, 5]),
    effective_from=st.none(),
    effective_to=st.none(),
    source=st.just("invented"),
    checked_on=st.just(date(2026, 11, 1)),
    confidence=st.just("M"),
    payer_name_or_type=st.just("commercial"),
    rolls_forward=st.booleans(),
)
CLAIMS = st.builds(
    ClaimDates,
    service_from_on=DAYS,
    service_through_on=DAYS,
    first_submitted_on=DAYS,
    accepted_on=DAYS,
    last_remitted_on=DAYS,
    denied_on=DAYS,
    primary_remitted_on=DAYS,
    payer_status=st.sampled_from(PayerStatus),
    claim_type=st.sampled_from(ClaimType),
    is_secondary=st.booleans(),
)


@given(st.lists(RULES, max_size=8), CLAIMS)
def test_nearest_due_is_the_nearest_of_the_deadlines_shown(rules, claim):
    shown = nearest(deadlines(rules, claim, as_of=date(2026, 11, 23)))
    expected = None if shown is None else (shown.kind, shown.due_on)
    assert nearest_due(rules, claim) == expected
