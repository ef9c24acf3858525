"""Deadlines in billers' words: cases.txt, on the rules as shipped.

The dates of the table come from the rules' sources, reckoned apart from this code.
"""

from datetime import date

import pytest

from dueline.core.deadlines import deadlines
from dueline.core.enums import DeadlineKind

from .conftest import CHECKED, claim, default_rules, rules_for, table

CASES = table("cases.txt")


def test_the_table_has_150_cases_over_every_kind_of_deadline():
    assert len(CASES) >= 150
    assert {case[2] for case in CASES} == set(DeadlineKind)
    assert all(case[6].strip() for case in CASES)


@pytest.mark.parametrize(
    ("payer", "kind", "happened", "legal", "safe", "source"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_deadline(payer, kind, happened, legal, safe, source):
    clocks = {
        clock.kind: clock for clock in deadlines(rules_for(payer), claim(happened), as_of=CHECKED)
    }
    clock = clocks[DeadlineKind(kind)]
    assert (clock.due_on, clock.safe_on) == (date.fromisoformat(legal), date.fromisoformat(safe))
    assert source in clock.sentence
    assert clock.is_running
    assert clock.why


@pytest.mark.parametrize("kind", DeadlineKind)
def test_the_table_has_a_case_of_every_default_deadline_rule_of_a_payer_type(kind):
    """A payer type with a rule of this kind has a case of it: no default row stands untested."""
    shipped = {(r.scope.payer_type, r.scope.group) for r in default_rules() if r.kind == kind}
    tried = {tuple((*case[1].split()[0].split("/"), "")[:2]) for case in CASES if case[2] == kind}
    assert {one for one in shipped if one[0]} - tried == set()
