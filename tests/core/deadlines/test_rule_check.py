"""What a rule or a payer must say: every refusal with its reason, and what is right read back as written."""

import csv
import zoneinfo
from datetime import date

import pytest

from dueline.core.payer_check import check_payer
from dueline.core.payer_groups import GROUPS, group_name, group_of
from dueline.core.rule_check import FIELDS, check_rule, check_rules, fields_of

from .conftest import CHECKED, DEFAULTS

GOOD = {
    "payer": "Harborlight",
    "kind": "filing",
    "count": "120",
    "unit": "days",
    "start_event": "service",
    "received_or_sent": "received",
    "effective_from": "2026-01-01",
    "source": "Provider manual 2026, page 14",
    "checked_on": "2026-11-02",
    "confidence": "H",
}
# what is wrong, what is said instead, the field named, part of the reason
WRONG = [
    ("no kind", {"kind": ""}, "kind", "is missing"),
    ("a kind not known", {"kind": "filling"}, "kind", "expected one of filing"),
    ("no start event", {"start_event": ""}, "start_event", "needs the event it starts from"),
    ("a start event not known", {"start_event": "birth"}, "start_event", "expected one of"),
    (
        "a first claim that waits for its denial",
        {"start_event": "denial_notice"},
        "start_event",
        "cannot wait",
    ),
    (
        "a level 1 that waits for a decision",
        {"kind": "appeal_1", "start_event": "appeal_decision"},
        "start_event",
        "level 2",
    ),
    (
        "a first claim from the last check",
        {"start_event": "last_check"},
        "start_event",
        "check interval",
    ),
    ("negative days", {"count": "-30"}, "count", "is negative: -30"),
    ("no days", {"count": "0"}, "count", "1 or more"),
    ("count left out", {"count": ""}, "count", "1 or more"),
    ("half a day", {"count": "1.5"}, "count", "whole number"),
    ("a century", {"count": "36500"}, "count", "at most 3660"),
    ("eleven years", {"count": "11", "unit": "years"}, "count", "at most 10"),
    ("no unit", {"unit": ""}, "unit", "is missing"),
    ("a unit not known", {"unit": "weeks"}, "unit", "expected one of days"),
    (
        "neither received nor sent",
        {"received_or_sent": "faxed"},
        "received_or_sent",
        "received, sent",
    ),
    (
        "negative presumed receipt",
        {"presumed_receipt_days": "-5"},
        "presumed_receipt_days",
        "is negative",
    ),
    (
        "presumed receipt of months",
        {"presumed_receipt_days": "60"},
        "presumed_receipt_days",
        "at most 30",
    ),
    ("a date that is none", {"effective_from": "2026-02-29"}, "effective_from", "expected a date"),
    ("an American date", {"effective_from": "01/01/2026"}, "effective_from", "expected a date"),
    (
        "an end before the start",
        {"effective_to": "2025-12-31"},
        "effective_to",
        "is before effective_from",
    ),
    ("no source", {"source": ""}, "source", "say where the rule is from"),
    ("a source too long", {"source": "x" * 301}, "source", "at most 300"),
    ("a control character", {"source": "Manual\x0712"}, "source", "control character"),
    ("checked on a day not said", {"checked_on": ""}, "checked_on", "is missing"),
    ("checked in the future", {"checked_on": "2026-11-24"}, "checked_on", "in the future"),
    ("no confidence", {"confidence": ""}, "confidence", "expected H, M or L"),
    ("confidence not known", {"confidence": "X"}, "confidence", "expected one of H, M, L"),
    ("never reviewed", {"review_days": "0"}, "review_days", "1 or more"),
    ("a state not known", {"state": "ZZ"}, "state", "a state such as TX"),
    ("a network not known", {"network": "near"}, "network", "in, out"),
    ("a plan of nobody", {"payer": "", "plan": "Gold"}, "plan", "names no payer"),
    ("a contract of nobody", {"payer": "", "contract": "2026"}, "contract", "names no payer"),
    ("a payer and a type", {"payer_type": "commercial"}, "payer", "give one"),
    ("a type not known", {"payer": "", "payer_type": "private"}, "payer_type", "expected one of"),
    ("a column not known", {"days": "90"}, "days", "not a field of a rule"),
    (
        "proof without words",
        {"kind": "proof_accepted", "count": "", "unit": "", "start_event": ""},
        "note",
        "accepts as proof",
    ),
    ("proof with a clock", {"kind": "proof_accepted", "note": "277CA"}, "unit", "has no clock"),
]


def test_a_rule_that_is_right_is_read_and_written_back():
    draft, problems = check_rule(GOOD, as_of=CHECKED)
    assert problems == []
    assert (draft.count, draft.effective_from, draft.review_days) == (120, date(2026, 1, 1), 365)
    assert check_rule(fields_of(draft), as_of=CHECKED) == (draft, [])


@pytest.mark.parametrize(
    ("said", "field", "reason"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG]
)
def test_a_rule_that_is_wrong_is_refused_with_the_reason(said, field, reason):
    draft, problems = check_rule({**GOOD, **said}, as_of=CHECKED, row=7)
    assert draft is None
    assert [p for p in problems if p.field == field and reason in p.words], problems
    assert str(problems[0]).startswith("row 7: ")


def test_every_reason_is_told_at_once():
    _, problems = check_rule({**GOOD, "count": "-1", "unit": "weeks", "source": ""}, as_of=CHECKED)
    assert {problem.field for problem in problems} == {"count", "unit", "source"}


OVERLAPS = [
    ("both open", ("", ""), ("", ""), True),
    ("the second begins while the first is in force", ("2026-01-01", ""), ("2026-07-01", ""), True),
    ("they share one day", ("2026-01-01", "2026-06-30"), ("2026-06-30", ""), True),
    (
        "one ends the day before the other begins",
        ("2026-01-01", "2026-06-30"),
        ("2026-07-01", ""),
        False,
    ),
    ("in the other order", ("2026-07-01", ""), ("", "2026-06-30"), False),
]


@pytest.mark.parametrize(
    ("first", "second", "overlaps"), [o[1:] for o in OVERLAPS], ids=[o[0] for o in OVERLAPS]
)
def test_versions_of_one_rule_must_not_overlap(first, second, overlaps):
    rows = [{**GOOD, "effective_from": a, "effective_to": b} for a, b in (first, second)]
    drafts, problems = check_rules(rows, as_of=CHECKED)
    assert bool(problems) is overlaps
    assert len(drafts) == (0 if overlaps else 2)
    if overlaps:
        assert str(problems[0]).startswith("row 2: effective_from: overlaps the version of row 1")


@pytest.mark.parametrize("field", ["payer", "plan", "state", "network", "kind", "start_event"])
def test_rules_of_different_scope_or_event_do_not_overlap(field):
    other = {"payer": "Prairie", "plan": "Gold", "state": "TX", "network": "out"}
    other |= {"kind": "retro_authorization", "start_event": "discharge"}
    _, problems = check_rules([GOOD, {**GOOD, field: other[field]}], as_of=CHECKED)
    assert problems == []


def test_one_wrong_row_refuses_the_whole_file():
    drafts, problems = check_rules(
        [GOOD, {**GOOD, "payer": "Prairie", "count": "x"}], as_of=CHECKED
    )
    assert drafts == []
    assert [problem.row for problem in problems] == [2]


def test_the_default_rules_are_right_and_each_names_its_source():
    with DEFAULTS.open(encoding="utf-8", newline="") as file:
        rows = [{**row, "checked_on": str(CHECKED)} for row in csv.DictReader(file)]
    drafts, problems = check_rules(rows, as_of=CHECKED)
    assert problems == []
    assert len(drafts) == len(rows)
    assert {draft.group for draft in drafts} - {""} == set(GROUPS)
    assert set(rows[0]) <= set(FIELDS)


ZONES = zoneinfo.available_timezones()
PAYER = {
    "name": "Harborlight",
    "type": "commercial",
    "time_zone": "America/New_York",
    "identifiers": [{"kind": "PI", "value": "90002"}],
    "plans": [{"name": "Gold", "group_numbers": ["G-100"]}],
    "contracts": [{"name": "2026", "effective_from": "2026-01-01"}],
    "contacts": [
        {
            "purpose": "claim_status",
            "phone": "1-800-555-0102",
            "ivr_path": "1, 3, then 0",
            "hours": {"mon": "08:00-18:00"},
            "closed_on": ["2026-11-27"],
            "portal": "https://harborlight.example/claims",
            "claims_per_call": "5",
            "hold_minutes": "15",
        }
    ],
}
CONTACT = PAYER["contacts"][0]
WRONG_PAYERS = [
    ("no name", {"name": ""}, "name", "is missing"),
    ("a time zone not known", {"time_zone": "Eastern"}, "time_zone", "such as America/New_York"),
    ("a type not known", {"type": "private"}, "type", "expected one of"),
    ("a state not known", {"state": "ZZ"}, "state", "such as TX"),
    ("a field not known", {"fone": "1"}, "fone", "not known here"),
    (
        "an identifier without value",
        {"identifiers": [{"kind": "PI"}]},
        "identifiers: kind",
        "a value",
    ),
    ("a plan twice", {"plans": [{"name": "A"}, {"name": "A"}]}, "plans: name", "twice"),
    (
        "a contract that ends first",
        {
            "contracts": [
                {"name": "A", "effective_from": "2026-02-01", "effective_to": "2026-01-31"}
            ]
        },
        "contracts: effective_to",
        "is before",
    ),
    ("contacts as text", {"contacts": "call them"}, "contacts", "a list of fields"),
    ("two contacts for one purpose", {"contacts": [CONTACT, CONTACT]}, "contacts", "twice"),
    (
        "a purpose not known",
        {"contacts": [{**CONTACT, "purpose": "lunch"}]},
        "contacts: purpose",
        "expected one of",
    ),
    (
        "a telephone that is none",
        {"contacts": [{**CONTACT, "phone": "call us"}]},
        "contacts: phone",
        "1-800-555-0100",
    ),
    (
        "closes before it opens",
        {"contacts": [{**CONTACT, "hours": {"mon": "17:00-08:00"}}]},
        "contacts: hours",
        "before it opens",
    ),
    (
        "hours of a day not known",
        {"contacts": [{**CONTACT, "hours": {"monday": "08:00-17:00"}}]},
        "contacts: hours",
        "expected one of mon",
    ),
    (
        "hours that are none",
        {"contacts": [{**CONTACT, "hours": {"mon": "8-5"}}]},
        "contacts: hours",
        "08:00-17:00",
    ),
    (
        "a closed day that is none",
        {"contacts": [{**CONTACT, "closed_on": ["Friday"]}]},
        "contacts: closed_on",
        "expected a date",
    ),
    (
        "a portal without https",
        {"contacts": [{**CONTACT, "portal": "http://x.example"}]},
        "contacts: portal",
        "https://",
    ),
    (
        "no claims in a call",
        {"contacts": [{**CONTACT, "claims_per_call": "0"}]},
        "contacts: claims_per_call",
        "from 1 to 99",
    ),
]


def test_a_payer_that_is_right_is_read():
    draft, problems = check_payer(PAYER, time_zones=ZONES)
    assert problems == []
    assert draft.plans == (("Gold", ("G-100",)),)
    assert draft.contacts[0].hours == {"mon": "08:00-18:00"}
    assert (draft.contacts[0].claims_per_call, draft.contacts[0].hold_minutes) == (5, 15)


@pytest.mark.parametrize(
    ("said", "field", "reason"), [c[1:] for c in WRONG_PAYERS], ids=[c[0] for c in WRONG_PAYERS]
)
def test_a_payer_that_is_wrong_is_refused_with_the_reason(said, field, reason):
    draft, problems = check_payer({**PAYER, **said}, time_zones=ZONES)
    assert draft is None
    assert [p for p in problems if p.field == field and reason in p.words], problems


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("UnitedHealthcare Insurance Company", "unitedhealthcare"),
        ("UHC Community Plan of Ohio", "unitedhealthcare"),
        ("AETNA BETTER HEALTH", "aetna"),
        ("Anthem Blue Cross", "anthem"),
        ("Harborlight Health Plan", ""),
    ],
)
def test_a_name_may_mean_a_national_payer(name, group):
    assert group_of(name) == group


def test_a_group_of_the_practice_is_shown_by_its_code():
    assert (group_name("aetna"), group_name("our_group")) == ("Aetna", "our_group")
