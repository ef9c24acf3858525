"""A claim's clocks in the worklist: its plan, what the payer asked for, and what a change of rules moves."""

from datetime import UTC, date, datetime

import pytest

from dueline.accounts.models import Practice
from dueline.core.deadlines import nearest
from dueline.core.enums import DeadlineKind, PayerStatus, PayerType
from dueline.core.rule_check import check_rules
from dueline.ledger.models import Claim
from dueline.payers.actions import add_payer, apply_payers, change_rules, seed_default_rules
from dueline.payers.directory import PayerDirectory
from dueline.payers.models import Payer
from dueline.payers.queries import rule_book
from dueline.worklist.actions import refresh
from dueline.worklist.models import WorklistItem
from dueline.worklist.queries import clocks_of, moved_deadlines, open_payer_ids

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 17, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.fixture
def practice():
    made = Practice.objects.create(code="hill", name="Hill Practice")
    seed_default_rules(practice=made)
    for name, kind in (
        ("Prairie Mutual", PayerType.COMMERCIAL),
        ("Medicare West", PayerType.MEDICARE),
    ):
        add_payer(practice=made, name=name, payer_type=kind, identifiers=[], source="test")
    plans = [{"name": "Gold", "group_numbers": ["G-100"]}]
    facts = [{"name": "Prairie Mutual", "plans": plans}]
    apply_payers(practice=made, facts=facts, by="bea", at=NOON, on=TODAY)
    return made


def add_claim(practice, number, payer="Prairie Mutual", **facts):
    said = {
        "service_from_on": date(2026, 9, 1),
        "first_submitted_on": date(2026, 9, 2),
        "payer_status": PayerStatus.SENT,
        "payer_balance_cents": 10_000,
    }
    return Claim.objects.create(
        practice=practice,
        patient_control_number=number,
        patient_control_key=number,
        origin="submission",
        claim_type="P",
        payer=Payer.objects.get(practice=practice, name=payer),
        charge_cents=10_000,
        **{**said, **facts},
    )


def change(practice, **row):
    said = {
        "payer": "Prairie Mutual",
        "kind": "filing",
        "count": "200",
        "unit": "days",
        "start_event": "service",
        "source": "Plan document",
        "checked_on": "2026-11-02",
        "confidence": "M",
    }
    drafts, problems = check_rules([{**said, **row}], as_of=TODAY)
    assert problems == []
    change_rules(practice=practice, drafts=drafts, by="bea", at=NOON, on=TODAY)


def test_the_group_number_of_a_claim_chooses_its_plan(practice):
    gold = add_claim(practice, "GOLD", group_number="g-100 ")
    plain = add_claim(practice, "PLAIN", group_number="G-200")
    change(practice, plan="Gold")
    assert clocks_of(gold, as_of=TODAY).deadlines[0].due_on == date(2027, 3, 19)
    assert clocks_of(plain, as_of=TODAY).deadlines[0].due_on == date(2026, 11, 30)


def test_a_request_for_information_starts_the_records_clock(practice):
    claim = add_claim(
        practice,
        "ASKED",
        payer="Medicare West",
        payer_status=PayerStatus.INFORMATION_REQUESTED,
        payer_status_on=date(2026, 11, 2),
    )
    refresh(practice=practice, as_of=TODAY)
    item = WorklistItem.objects.get(claim=claim)
    assert (item.deadline_kind, item.deadline_on) == ("records_response", date(2026, 12, 17))


@pytest.mark.parametrize("status", PayerStatus)
def test_the_worklist_has_the_nearest_of_the_clocks_shown(practice, status):
    claim = add_claim(
        practice,
        "ONE",
        payer="Medicare West",
        payer_status=status,
        payer_status_on=date(2026, 10, 5),
        denied_on=date(2026, 10, 5),
        last_remitted_on=date(2026, 10, 5),
    )
    refresh(practice=practice, as_of=TODAY)
    shown = nearest(clocks_of(claim, as_of=TODAY).deadlines)
    item = WorklistItem.objects.get(claim=claim)
    assert (item.deadline_on, item.deadline_kind) == (
        (shown.due_on, shown.kind) if shown else (None, "")
    )


def test_a_change_names_the_open_claims_whose_deadlines_it_moves(practice):
    moved = add_claim(practice, "MOVED")
    add_claim(practice, "FILED", payer_status=PayerStatus.PENDING)
    add_claim(practice, "OTHER", payer="Medicare West")
    add_claim(practice, "PAID", is_open=False, payer_balance_cents=0)
    before = rule_book(practice)
    change(practice)
    found = list(moved_deadlines(practice, before=before, after=rule_book(practice), as_of=TODAY))
    assert [(one.claim_id, one.clocks) for one in found] == [
        (moved.pk, [(DeadlineKind.FILING, date(2026, 11, 30), date(2027, 3, 19))])
    ]


def test_a_deadline_given_on_an_earlier_day_keeps_its_rule(practice):
    claim = add_claim(practice, "KEPT")
    given = clocks_of(claim, as_of=date(2026, 11, 20)).deadlines[0]
    change(practice)
    again = clocks_of(claim, as_of=date(2026, 11, 20)).deadlines[0]
    now = clocks_of(claim, as_of=TODAY).deadlines[0]
    assert again == given
    assert (now.due_on, now.rule.source) == (date(2027, 3, 19), "Plan document")


def test_a_payer_first_seen_in_a_file_gets_the_rules_of_its_group(practice):
    directory = PayerDirectory(practice)
    pk = directory.payer_id("AETNA LIFE", [("PI", "60054")], "CI", "837")
    rules = rule_book(practice).rules_for(pk, PayerType.COMMERCIAL, date(2026, 6, 1))
    filing = next(rule for rule in rules if rule.kind == DeadlineKind.FILING)
    assert filing.payer_name_or_type == "Aetna, default rule"


OPEN = [
    ("in its own hours", {"mon": "09:00-18:00"}, "2026-11-23 22:30", True),
    ("before its own hours", {"mon": "09:00-18:00"}, "2026-11-23 13:30", False),
    ("on a weekday it does not name", {"tue": "09:00-18:00"}, "2026-11-23 15:00", False),
    ("without hours of its own, in the usual ones", {}, "2026-11-23 15:00", True),
    ("without hours of its own, after the usual ones", {}, "2026-11-23 22:30", False),
]


@pytest.mark.parametrize(
    ("hours", "moment", "expected"), [case[1:] for case in OPEN], ids=[case[0] for case in OPEN]
)
def test_telephone_work_follows_the_hours_of_the_claim_status_line(
    practice, hours, moment, expected
):
    contacts = [
        {"purpose": "claim_status", "phone": "1-800-555-0102", "hours": hours},
        {"purpose": "appeals", "hours": {"mon": "00:00-23:59"}},
    ]
    facts = [{"name": "Prairie Mutual", "contacts": contacts}]
    apply_payers(practice=practice, facts=facts, by="bea", at=NOON, on=TODAY)
    now = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    payer = Payer.objects.get(practice=practice, name="Prairie Mutual")
    assert (payer.pk in open_payer_ids(practice, now=now)) is expected
