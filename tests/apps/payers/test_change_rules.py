"""Rules of a practice: versions that never rewrite the past, overrides, and nothing half-saved."""

from datetime import UTC, date, datetime

import pytest

from dueline.accounts.models import AuditEvent, Practice
from dueline.core.deadlines import deadlines
from dueline.core.enums import DeadlineKind, PayerType
from dueline.core.payer_rules import Purpose
from dueline.core.rule_check import check_rules, fields_of
from dueline.payers.actions import (
    add_payer,
    apply_payers,
    change_rules,
    seed_default_rules,
    withdraw_rule,
)
from dueline.payers.errors import RulesRefused
from dueline.payers.models import Payer, PayerContact, PayerRule
from dueline.payers.queries import (
    contact_for,
    known_rules,
    payer_facts,
    rule_book,
    rule_drafts,
    unchecked_rules,
)
from dueline.sample.payers import PAYERS

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LATER = date(2026, 12, 7)
RULE = {
    "payer": "Prairie Mutual",
    "kind": "filing",
    "count": "120",
    "unit": "days",
    "start_event": "service",
    "source": "Manual 2024",
    "checked_on": "2026-11-02",
    "confidence": "M",
}


@pytest.fixture
def practice():
    made = Practice.objects.create(code="hill", name="Hill Practice", state="OH")
    seed_default_rules(practice=made)
    add_payer(
        practice=made,
        name="Prairie Mutual",
        payer_type=PayerType.COMMERCIAL,
        identifiers=[("PI", "70001")],
        source="test",
    )
    return made


def change(practice, *rows, on=TODAY):
    drafts, problems = check_rules([{**RULE, **row} for row in rows], as_of=on)
    assert problems == []
    return change_rules(practice=practice, drafts=drafts, by="bea", at=NOON, on=on)


def filing_rule(practice, service_on, *, as_of=None, plan=None):
    """Return the rule that the first claim of a service has, by what was known on a day."""
    from dueline.core.claim_clocks import ClaimDates
    from dueline.core.enums import ClaimType, PayerStatus

    payer = Payer.objects.get(practice=practice, name="Prairie Mutual")
    book = rule_book(practice, as_of=as_of)
    rules = book.rules_for(payer.pk, PayerType(payer.payer_type), service_on, plan)
    none = (None, None, None, None, None)
    dates = ClaimDates(
        service_on, service_on, *none, PayerStatus.SENT, ClaimType.PROFESSIONAL, False
    )
    clocks = {clock.kind: clock for clock in deadlines(rules, dates, as_of=TODAY)}
    return clocks[DeadlineKind.FILING].rule


def test_a_payer_has_the_default_until_it_has_its_own(practice):
    assert filing_rule(practice, date(2026, 6, 1)).count == 90
    changes = change(practice, {})
    assert (len(changes.changes), changes.unchanged) == (1, 0)
    assert changes.changes[0].before is None
    found = filing_rule(practice, date(2026, 6, 1))
    assert (found.count, found.source, found.payer_name_or_type) == (
        120,
        "Manual 2024",
        "Prairie Mutual",
    )


def test_a_new_version_ends_the_old_one_and_older_claims_keep_theirs(practice):
    change(practice, {})
    change(practice, {"count": "60", "source": "Manual 2026", "effective_from": "2026-07-01"})
    assert filing_rule(practice, date(2026, 6, 30)).source == "Manual 2024"
    assert filing_rule(practice, date(2026, 6, 30)).effective_to == date(2026, 6, 30)
    assert filing_rule(practice, date(2026, 7, 1)).source == "Manual 2026"


def test_a_corrected_rule_leaves_what_was_known_before_as_it_was(practice):
    change(practice, {}, on=TODAY)
    changes = change(practice, {"count": "90", "source": "Contract read again"}, on=LATER)
    assert changes.changes[0].before.count == 120
    assert changes.changes[0].after.count == 90
    seen = date(2026, 6, 1)
    assert filing_rule(practice, seen).count == 90
    assert filing_rule(practice, seen, as_of=TODAY).count == 120
    assert filing_rule(practice, seen, as_of=LATER).count == 90
    old = PayerRule.objects.get(source="Manual 2024")
    assert (old.withdrawn_on, old.withdrawn_by) == (LATER, "bea")


def test_the_same_rules_again_change_nothing(practice):
    change(practice, {})
    before = PayerRule.objects.count()
    changes = change(practice, {})
    assert (changes.changes, changes.unchanged) == ([], 1)
    assert PayerRule.objects.count() == before


REFUSED = [
    ("a payer not known", {"payer": "Nobody"}, "no payer named 'Nobody'"),
    ("a plan not known", {"plan": "Gold"}, "no plan named 'Gold'"),
    ("a contract not known", {"contract": "2026"}, "no contract named '2026'"),
    (
        "a version that cuts into the past",
        {"effective_from": "2025-01-01", "effective_to": "2026-03-31"},
        "overlaps the version in force from 2026-01-01",
    ),
    (
        "a version that ends before the one it follows",
        {"effective_from": "2026-02-01", "effective_to": "2026-03-31"},
        "overlaps the version in force",
    ),
]


@pytest.mark.parametrize(
    ("row", "reason"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_is_refused_saves_nothing_of_its_file(practice, row, reason):
    change(practice, {"effective_from": "2026-01-01"})
    rules = list(PayerRule.objects.order_by("pk").values())
    events = AuditEvent.objects.count()
    with pytest.raises(RulesRefused, match="row 2") as error:
        change(practice, {"kind": "appeal_1", "start_event": "denial_notice"}, row)
    assert reason in str(error.value)
    assert list(PayerRule.objects.order_by("pk").values()) == rules
    assert AuditEvent.objects.count() == events


def test_a_new_version_may_not_overlap_several(practice):
    change(practice, {"effective_to": "2025-12-31"}, {"effective_from": "2026-01-01"})
    with pytest.raises(RulesRefused, match="more than one version"):
        change(practice, {"effective_from": "2025-06-01"})


def test_each_change_is_in_the_audit_trail(practice):
    change(practice, {})
    event = AuditEvent.objects.get(action="change_rules")
    rule = PayerRule.objects.get(payer__isnull=False)
    assert (event.username, event.detail) == ("bea", {"added": [rule.pk], "withdrawn": []})


def test_a_withdrawn_rule_gives_way_to_the_next(practice):
    change(practice, {})
    rule = PayerRule.objects.get(payer__isnull=False)
    withdraw_rule(rule=rule, by="bea", at=NOON, on=TODAY)
    assert filing_rule(practice, date(2026, 6, 1)).count == 90
    assert not known_rules(practice).filter(pk=rule.pk).exists()


def test_plan_and_contract_come_before_the_payer(practice):
    facts = {
        "name": "Prairie Mutual",
        "plans": [{"name": "Gold", "group_numbers": ["g-100"]}],
        "contracts": [
            {"name": "2026", "effective_from": "2026-01-01", "effective_to": "2026-12-31"}
        ],
    }
    apply_payers(practice=practice, facts=[facts], by="bea", at=NOON, on=TODAY)
    change(
        practice,
        {},
        {"plan": "Gold", "count": "200", "source": "Gold plan"},
        {"contract": "2026", "count": "180", "source": "Our contract"},
    )
    payer = Payer.objects.get(name="Prairie Mutual")
    gold = rule_book(practice).plan_of(payer.pk, " G-100 ")
    assert gold is not None
    assert filing_rule(practice, date(2025, 6, 2)).source == "Manual 2024"
    assert filing_rule(practice, date(2025, 6, 2), plan=gold).source == "Gold plan"
    assert filing_rule(practice, date(2026, 6, 1), plan=gold).source == "Our contract"
    assert filing_rule(practice, date(2026, 6, 1)).payer_name_or_type == (
        "Prairie Mutual, contract 2026"
    )


def test_another_practice_keeps_its_rules(practice):
    other = Practice.objects.create(code="dale", name="Dale Practice")
    seed_default_rules(practice=other)
    before = rule_drafts(other)
    change(practice, {})
    assert rule_drafts(other) == before
    assert rule_book(other).payers == {}


def test_what_is_written_out_and_read_in_changes_nothing(practice):
    change(practice, {}, {"kind": "appeal_1", "start_event": "denial_notice"})
    rows = [fields_of(draft) for draft in rule_drafts(practice)]
    drafts, problems = check_rules(rows, as_of=TODAY)
    assert problems == []
    again = change_rules(practice=practice, drafts=drafts, by="bea", at=NOON, on=TODAY)
    assert (again.changes, again.unchanged) == ([], len(rows))


def test_rules_unchecked_for_longer_than_their_interval_are_named(practice):
    change(practice, {"checked_on": "2026-05-01", "review_days": "180"})
    assert unchecked_rules(practice, as_of=date(2026, 10, 28)) == []
    assert [r.source for r in unchecked_rules(practice, as_of=date(2026, 10, 29))] == [
        "Manual 2024"
    ]


@pytest.mark.parametrize("sample", PAYERS, ids=lambda payer: payer.code)
def test_each_sample_payer_comes_with_its_contacts_and_time_to_pay(practice, sample):
    payer = add_payer(
        practice=practice,
        name=sample.name,
        payer_type=sample.kind,
        identifiers=[("PI", sample.identifier)],
        source="test",
    )
    assert {c.purpose for c in PayerContact.objects.filter(payer=payer)} == set(Purpose)
    contact = contact_for(payer, Purpose.CLAIM_STATUS)
    assert contact.phone
    assert contact.ivr_path
    assert contact.hours["mon"]
    book = rule_book(practice)
    own = next(rule for rule in book.clocks if rule.scope.payer == payer.pk)
    assert own.count == sample.days[1]
    coverage = book.coverage(payer.pk, sample.kind, None)
    assert book.clocks_for(coverage)[0] == own
    assert book.proof_for(coverage).words.startswith("277CA")


def test_payers_are_changed_whole_or_not_at_all(practice):
    good = {"name": "New Mutual", "time_zone": "America/Chicago"}
    with pytest.raises(RulesRefused, match="row 2: time_zone"):
        apply_payers(
            practice=practice,
            facts=[good, {"name": "Prairie Mutual", "time_zone": "Mars"}],
            by="bea",
            at=NOON,
            on=TODAY,
        )
    assert not Payer.objects.filter(name="New Mutual").exists()
    assert not AuditEvent.objects.filter(action="change_payer").exists()


REFUSED_PAYERS = [
    (
        "an identifier of another payer",
        [{"name": "New Mutual", "identifiers": [{"kind": "PI", "value": "70001"}]}],
        "PI 70001 is another payer's",
    ),
    ("a payer twice", [{"name": "New Mutual"}, {"name": "NEW MUTUAL"}], "is there twice"),
]


@pytest.mark.parametrize(
    ("facts", "reason"), [c[1:] for c in REFUSED_PAYERS], ids=[c[0] for c in REFUSED_PAYERS]
)
def test_payers_refused_save_nothing(practice, facts, reason):
    with pytest.raises(RulesRefused, match=reason):
        apply_payers(practice=practice, facts=facts, by="bea", at=NOON, on=TODAY)
    assert not Payer.objects.filter(name__iexact="New Mutual").exists()


def test_what_a_file_leaves_out_of_a_payer_stays(practice):
    facts = payer_facts(practice)[0]
    assert facts["identifiers"] == [
        {"kind": "PI", "value": "70001"},
        {"kind": "NAME", "value": "PRAIRIE MUTUAL"},
    ]
    apply_payers(
        practice=practice,
        facts=[{"name": "prairie mutual", "state": "TX"}],
        by="bea",
        at=NOON,
        on=TODAY,
    )
    payer = Payer.objects.get(practice=practice)
    assert (payer.name, payer.state, payer.payer_type) == ("Prairie Mutual", "TX", "commercial")
    assert payer_facts(practice)[0] == {**facts, "state": "TX"}
