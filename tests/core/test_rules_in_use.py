"""Of the rules that hold for a payer, those that its claims meet, and why."""

from datetime import date

import pytest

from dueline.core.deadlines import Rule, StartEvent, Unit
from dueline.core.enums import ClaimType, DeadlineKind, PayerClock, PayerType
from dueline.core.payer_rules import Coverage, Scope, in_order
from dueline.core.rules_in_use import rules_in_use

COVERAGE = Coverage(payer=7, payer_type=PayerType.COMMERCIAL, contracts=frozenset({3}))
ANY, TYPE = Scope(), Scope(payer_type="commercial")
PAYER, CONTRACT = Scope(payer=7), Scope(payer=7, contract=3)
FACILITY = Scope(payer=7, claim_type="I")
FILING, CORRECTED = DeadlineKind.FILING, DeadlineKind.CORRECTED_CLAIM
REFUND, CHECK = DeadlineKind.REFUND_RESPONSE, PayerClock.FIRST_CHECK
SERVICE, REMITTANCE = StartEvent.SERVICE, StartEvent.REMITTANCE
PRIMARY, NOTICE = StartEvent.PRIMARY_REMITTANCE, StartEvent.ELIGIBILITY_NOTICE
DEMAND, FOUND = StartEvent.REFUND_DEMAND, StartEvent.OVERPAYMENT_FOUND


def rule(kind, scope, event, count):
    return Rule(
        kind=kind,
        count=count,
        unit=Unit.DAYS,
        start_event=event,
        is_met_when_received=True,
        presumed_receipt_days=0,
        effective_from=None,
        effective_to=None,
        source="Manual",
        checked_on=date(2026, 11, 2),
        confidence="H",
        payer_name_or_type="Prairie Mutual",
        scope=scope,
    )


CASES = [
    ("the narrowest wins", FILING, [(TYPE, SERVICE), (CONTRACT, SERVICE), (PAYER, SERVICE)], [1]),
    ("a narrower one from another known day hides it", CORRECTED,
     [(TYPE, REMITTANCE), (PAYER, SERVICE)], [1]),
    ("a first claim after a primary payer has its own", FILING,
     [(TYPE, PRIMARY), (PAYER, SERVICE), (TYPE, SERVICE)], [1, 0]),
    ("and so has one after a late word of eligibility", FILING,
     [(PAYER, NOTICE), (TYPE, SERVICE)], [0, 1]),
    ("events of which either may come stand both", REFUND, [(TYPE, DEMAND), (TYPE, FOUND)], [0, 1]),
    ("a payer's clock starts anew with each event", CHECK,
     [(PAYER, SERVICE), (ANY, REMITTANCE), (ANY, SERVICE)], [0, 1]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "given", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_rules_that_claims_meet(kind, given, expected):
    rules = [rule(kind, scope, event, n) for n, (scope, event) in enumerate(given)]
    found = rules_in_use(in_order(rules, COVERAGE))
    assert [one.rule.count for one in found] == expected


def test_a_rule_for_one_kind_of_claim_leaves_the_others_to_the_wider_one():
    rules = [rule(FILING, TYPE, SERVICE, 90), rule(FILING, FACILITY, SERVICE, 60)]
    found = rules_in_use(in_order(rules, COVERAGE))
    assert [(one.rule.count, one.claim_types) for one in found] == [
        (60, (ClaimType.INSTITUTIONAL,)),
        (90, (ClaimType.PROFESSIONAL, ClaimType.DENTAL)),
    ]


def test_each_says_why():
    rules = [rule(FILING, TYPE, SERVICE, 90), rule(FILING, PAYER, SERVICE, 60)]
    rules += [rule(FILING, TYPE, PRIMARY, 30)]
    found = rules_in_use(in_order(rules, COVERAGE))
    assert [one.why for one in found] == [
        "It names this payer and so comes before the rule for the payer's type.",
        "It is the only rule known for the payer's type.",
    ]
