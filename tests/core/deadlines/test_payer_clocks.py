"""When a payer should act and when to look, by the rules as shipped: payer_clocks.txt, in billers' words."""

from datetime import date

import pytest

from dueline.core.enums import PayerClock, PayerType
from dueline.core.payer_clocks import expectations
from dueline.core.schedule import INTERVALS
from dueline.core.status_requests import USUAL_DAYS

from .conftest import CHECKED, claim, default_rules, rules_for, table

CASES = table("payer_clocks.txt")


@pytest.mark.parametrize(
    ("payer", "kind", "happened", "on", "source"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_payer_clock(payer, kind, happened, on, source):
    (found,) = expectations(
        rules_for(payer), claim(happened), as_of=CHECKED, kinds=[PayerClock(kind)]
    )
    assert found.on == date.fromisoformat(on)
    assert source in found.sentence


def test_every_kind_of_payer_clock_has_a_case():
    assert {case[2] for case in CASES} == set(PayerClock)


def test_without_a_rule_nothing_is_expected():
    (found,) = expectations(
        [], claim("seen 2026-06-01"), as_of=CHECKED, kinds=[PayerClock.CALL_AFTER]
    )
    assert (found.on, found.rule, found.sentence) == (None, None, "No rule is known.")


@pytest.mark.parametrize("payer_type", PayerType)
def test_the_shipped_intervals_are_those_of_the_worklist(payer_type):
    def count(kind, start):
        return next(
            rule.count
            for rule in default_rules()
            if (rule.scope.payer_type, rule.kind, rule.start_event) == (payer_type, kind, start)
        )

    interval = INTERVALS[payer_type]
    assert count(PayerClock.FIRST_CHECK, "receipt") == interval.first_days
    assert count(PayerClock.CHECK_INTERVAL, "last_check") == interval.repeat_business_days
    assert count(PayerClock.CALL_AFTER, "submission") == interval.call_after_days
    assert count(PayerClock.STATUS_REQUEST, "last_check") == USUAL_DAYS[payer_type]


def test_a_payer_that_takes_no_status_requests_has_no_day_for_the_next():
    (found,) = expectations(
        rules_for("auto"),
        claim("seen 2026-05-01 checked 2026-06-29"),
        as_of=CHECKED,
        kinds=[PayerClock.STATUS_REQUEST],
    )
    assert found.on is None
    assert found.sentence.startswith("Takes no electronic status requests. ")
