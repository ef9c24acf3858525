"""Versions and overrides: the narrowest rule in force on the day on which the clock starts, and why."""

from dataclasses import replace
from datetime import date

import pytest

from dueline.core.deadlines import deadlines, nearest, nearest_due
from dueline.core.enums import DeadlineKind, PayerStatus
from dueline.core.payer_rules import in_order, narrowed_by, review_due_on

from .conftest import CHECKED, claim, coverage_of, default_rules, rules_from, table

COLUMNS = (
    "payer plan contract payer_type kind count unit start_event effective_from effective_to source"
)
# One payer, Harborlight, with versions, a plan and two contracts of ours. "-" is blank.
TABLE = """
-          -       -     commercial filing   90  days service       -          -          Common default
-          -       -     commercial appeal_1 180 days denial_notice -          -          Common default
Harborlight -      -     -          filing   120 days service       -          2025-06-30 Manual 2024
Harborlight -      -     -          filing   150 days service       2025-07-01 2026-03-31 Manual 2025
Harborlight -      -     -          filing   100 days service       2026-04-01 -          Manual 2026
Harborlight Gold   -     -          filing   200 days service       -          -          Gold plan document
Harborlight -      C2026 -          filing   180 days service       2026-01-01 -          Contract 2026, section 5
Harborlight Gold   C2026 -          filing   240 days service       2026-01-01 -          Contract 2026, Gold
Harborlight -      -     -          appeal_1 60  days denial_notice -          2026-02-28 Bulletin 11
Harborlight -      -     -          appeal_1 90  days denial_notice 2026-03-01 -          Bulletin 12
Harborlight -      -     -          appeal_2 30  days appeal_decision 2026-06-01 -        Bulletin 13
"""


def rows():
    names = COLUMNS.split()
    for line in TABLE.strip().splitlines():
        *parts, source = [line.split(maxsplit=len(names) - 1)][0]
        row = {n: "" if v == "-" else v for n, v in zip(names, [*parts, source], strict=True)}
        yield {**row, "checked_on": "2026-11-02", "confidence": "M"}


RULES = rules_from(rows())
CASES = table("which_rule_wins.txt")


def clocks_of(payer, plan, contract, happened):
    coverage = coverage_of("commercial", payer=payer, plan=plan, contracts=frozenset({contract}))
    found = deadlines(in_order(RULES, coverage), claim(happened), as_of=CHECKED)
    return {clock.kind: clock for clock in found}


@pytest.mark.parametrize(
    ("payer", "plan", "contract", "happened", "kind", "source", "legal"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_the_rule_that_wins(payer, plan, contract, happened, kind, source, legal):
    clock = clocks_of(payer, plan, contract, happened)[DeadlineKind(kind)]
    assert clock.rule.source == source
    assert f": {source}" in clock.sentence
    assert clock.due_on == date.fromisoformat(legal)


def test_the_page_can_say_why_a_rule_won():
    gold = clocks_of("Harborlight", "Gold", "C2026", "seen 2026-04-01")[DeadlineKind.FILING]
    version = clocks_of("Prairie", "-", "-", "seen 2026-04-01")[DeadlineKind.FILING]
    payer = clocks_of("Harborlight", "-", "-", "seen 2026-04-01")[DeadlineKind.FILING]
    assert gold.why == "It names the plan and so comes before the rule for the practice's contract."
    assert version.why == "It is the only rule known for the payer's type."
    assert payer.why == "It names this payer and so comes before the rule for the payer's type."


def test_of_versions_the_page_says_which_day_decided():
    bulletins = [rule for rule in RULES if rule.source in ("Bulletin 11", "Bulletin 12")]
    found = deadlines(bulletins, claim("seen 2026-01-05 denied 2026-03-01"), as_of=CHECKED)
    clock = next(clock for clock in found if clock.kind is DeadlineKind.APPEAL_1)
    assert clock.why == "It is the version in force on Mar 1, 2026, when the clock starts."


def test_a_day_before_the_first_version_has_no_rule_and_none_is_invented():
    clock = clocks_of(
        "Harborlight", "-", "-", "seen 2026-01-05 denied 2026-03-02 decided 2026-05-29"
    )[DeadlineKind.APPEAL_2]
    assert (clock.due_on, clock.rule, clock.sentence) == (None, None, "No rule is known.")


@pytest.mark.parametrize(
    ("checked", "days", "as_of", "unchecked"),
    [("2025-11-23", 365, "2026-11-23", False), ("2025-11-22", 365, "2026-11-23", True)],
    ids=["on the last day of the interval", "the day after"],
)
def test_a_rule_unchecked_for_longer_than_its_interval_is_flagged(checked, days, as_of, unchecked):
    day = date.fromisoformat(as_of)
    rule = replace(RULES[0], checked_on=date.fromisoformat(checked), review_days=days)
    found = deadlines([rule], claim("seen 2026-05-05"), as_of=day)
    clock = next(clock for clock in found if clock.kind is DeadlineKind.FILING)
    assert clock.is_unchecked is unchecked
    assert (day >= review_due_on(rule.checked_on, days)) is unchecked


STATES = [
    (
        "filing is met once accepted",
        "filing",
        "seen 2026-01-05 sent 2026-01-06 accepted 2026-01-08",
        False,
        True,
    ),
    (
        "records are met once mailed",
        "records_response",
        "seen 2026-01-05 asked 2026-02-02 mailed 2026-02-10",
        False,
        True,
    ),
    (
        "records mailed before a later request do not count",
        "records_response",
        "seen 2026-01-05 asked 2026-03-02 mailed 2026-02-10",
        True,
        False,
    ),
    (
        "a refund demand is met once answered",
        "refund_response",
        "seen 2026-01-05 demanded 2026-02-02 answered 2026-02-02",
        False,
        True,
    ),
    (
        "level 1 is over once decided",
        "appeal_1",
        "seen 2026-01-05 denied 2026-02-02 decided 2026-05-04",
        False,
        True,
    ),
    ("no level 1 without a denial", "appeal_1", "seen 2026-01-05", False, False),
]


@pytest.mark.parametrize(
    ("kind", "happened", "is_running", "is_met"),
    [s[1:] for s in STATES],
    ids=[s[0] for s in STATES],
)
def test_a_clock_runs_until_it_is_met(kind, happened, is_running, is_met):
    rules = in_order(default_rules(), coverage_of("medicare"))
    dates = claim(happened)
    if "accepted" in happened:
        dates = replace(dates, payer_status=PayerStatus.ACCEPTED)
    clock = {c.kind: c for c in deadlines(rules, dates, as_of=CHECKED)}[DeadlineKind(kind)]
    assert (clock.is_running, clock.is_met) == (is_running, is_met)


@pytest.mark.parametrize("happened", ["seen 2026-01-05", "seen 2026-01-05 denied 2026-02-02"])
def test_only_clocks_that_apply_now_are_shown(happened):
    kinds = [c.kind for c in deadlines([], claim(happened), as_of=CHECKED)]
    assert kinds == [DeadlineKind.FILING, DeadlineKind.CORRECTED_CLAIM, DeadlineKind.APPEAL_1]


def test_the_nearest_deadline_counts_what_has_happened():
    rules = in_order(default_rules(), coverage_of("medicare"))
    dates = claim("seen 2026-06-01 sent 2026-06-02 asked 2026-09-01")
    safe_on = date(2026, 10, 1)  # ten business days before, Columbus Day not counted
    assert nearest_due(rules, dates) == (
        DeadlineKind.RECORDS_RESPONSE,
        date(2026, 10, 16),
        safe_on,
    )
    shown = nearest(deadlines(rules, dates, as_of=CHECKED))
    assert (shown.kind, shown.due_on) == (DeadlineKind.RECORDS_RESPONSE, date(2026, 10, 16))


def test_what_narrows_a_rule_is_said_in_words():
    assert narrowed_by(RULES[0].scope) == "the payer's type"
