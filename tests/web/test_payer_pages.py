"""The pages of payers: who sees and changes what, what is shown before it is saved, and bad input."""

import html
import re
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dueline.accounts.actions import add_user
from dueline.accounts.models import AuditEvent, Practice
from dueline.core.enums import PayerStatus, PayerType, Role
from dueline.ledger.models import Claim
from dueline.payers.actions import add_payer, apply_payers, seed_default_rules
from dueline.payers.models import Payer, PayerContact, PayerRule
from dueline.payers.queries import payer_facts, rule_drafts
from dueline.worklist.actions import refresh
from dueline.worklist.models import WorklistItem

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 10:30 am in New York
RULE = {
    "holds_for": "payer",
    "kind": "filing",
    "count": "60",
    "unit": "days",
    "start_event": "service",
    "received_or_sent": "received",
    "presumed_receipt_days": "0",
    "rolls_forward": "no",
    "source": "Manual 2026",
    "checked_on": "2026-11-02",
    "confidence": "H",
    "review_days": "365",
}
LINE = {"phone": "1-800-555-0100", "mon": "08:00-17:00", "time_zone": "America/New_York"}


def _claim(practice, payer, number, service, **facts):
    known = {
        "patient_control_key": number,
        "origin": "submission",
        "claim_type": "P",
        "payer": payer,
        "service_from_on": service,
        "first_submitted_on": date(2026, 11, 5),
        "charge_cents": 10_000,
        "payer_balance_cents": 10_000,
        "payer_status": PayerStatus.SENT,
        **facts,
    }
    return Claim.objects.create(practice=practice, patient_control_number=number, **known)


@pytest.fixture
def practice(monkeypatch):
    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    monkeypatch.setattr("dueline.clock.today", lambda: TODAY)
    made = Practice.objects.create(code="hill", name="Hill Practice", state="OH")
    seed_default_rules(practice=made)
    return made


def _payer(practice, name, payer_type, *identifiers):
    return add_payer(
        practice=practice,
        name=name,
        payer_type=payer_type,
        identifiers=identifiers,
        source="test",
    )


@pytest.fixture
def payer(practice):
    return _payer(practice, "Prairie Mutual", PayerType.COMMERCIAL, ("PI", "70001"))


@pytest.fixture
def claims(practice, payer):
    made = [
        _claim(practice, payer, "HIL-1", date(2026, 11, 2)),
        _claim(practice, payer, "HIL-2", date(2026, 9, 1), payer_balance_cents=25_000),
        _claim(practice, payer, "HIL-3", date(2026, 10, 5), payer_status=PayerStatus.ACCEPTED),
    ]
    refresh(practice=practice, as_of=TODAY)
    return made


@pytest.fixture
def sign_in(practice):
    def client(role):
        user = add_user(
            username=f"her-{role.value}",
            password=None,
            memberships={practice: role},
            by="tests",
            at=NOW,
        )
        found = Client()
        found.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return found

    return client


@pytest.fixture
def lead(sign_in):
    return sign_in(Role.LEAD)


def _url(name, *, pk=None, **parts):
    kwargs = {"practice": "hill", **parts, **({"pk": pk} if pk else {})}
    return reverse(f"web:{name}", kwargs=kwargs)


def _text(answer):
    """Return what a person reads: no tags, one space between words."""
    body = re.sub(r"<(head|script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.S)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def _stored():
    return list(PayerRule.objects.order_by("pk").values())


def _preview(client, payer, **said):
    """Return the page that shows what a rule would change, and the value that saves it."""
    answer = client.post(_url("payer-rule", pk=payer.pk), {**RULE, **said})
    assert answer.status_code == 200, _text(answer)
    return answer, re.search(r'name="save" value="(\w+)"', answer.content.decode())[1]


def _save(client, payer, **said):
    _, seal = _preview(client, payer, **said)
    answer = client.post(_url("payer-rule", pk=payer.pk), {**RULE, **said, "save": seal})
    assert answer.status_code == 302, _text(answer)


# ---------------------------------------------------------------- the list


def test_list_shows_what_is_open_and_who_answers_now(lead, practice, payer, claims):
    weekdays = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "08:00-16:30")
    line = {"purpose": "claim_status", "phone": "1-800-555-0199 x12", "hours": weekdays}
    facts = {"name": payer.name, "time_zone": "America/Chicago", "contacts": [line]}
    apply_payers(practice=practice, facts=[facts], by="bea", at=NOW, on=TODAY)
    answer = lead.get(_url("payers"))
    assert "Prairie Mutual Commercial 3 450.00 1-800-555-0199 x12 Open until 4:30 pm CT" in _text(
        answer
    )
    assert 'href="tel:18005550199,12"' in answer.content.decode()


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 11, 23, 12, 59, tzinfo=UTC), "Opens 8 am ET"),
        (datetime(2026, 11, 23, 13, 0, tzinfo=UTC), "Open until 5 pm ET"),
        (datetime(2026, 11, 23, 22, 0, tzinfo=UTC), "Opens Tue Nov 24, 8 am ET"),
        (datetime(2026, 11, 25, 23, 0, tzinfo=UTC), "Opens Fri Nov 27, 8 am ET"),  # Thanksgiving
    ],
)
def test_list_says_when_a_payer_opens(lead, payer, monkeypatch, now, words):
    monkeypatch.setattr("dueline.clock.now", lambda: now)
    text = _text(lead.get(_url("payers")))
    assert f"{words} hours assumed" in text


def test_rules_not_checked_for_too_long_are_counted_and_filtered(lead, practice, payer):
    _payer(practice, "Medicare", PayerType.MEDICARE)
    commercial = PayerRule.objects.filter(payer_type="commercial", rule_group="", state="")
    commercial.filter(deadline_kind__in=["filing", "appeal_1"]).update(
        checked_on=date(2025, 11, 22)
    )
    text = _text(lead.get(_url("payers"), {"show": "wanting"}))
    assert "2 not checked" in text
    assert "Medicare" not in text
    assert "2 rules have not been checked" in _text(lead.get(_url("payer", pk=payer.pk)))
    _save(lead, payer)  # its own rule now comes before the unchecked one
    assert "1 not checked" in _text(lead.get(_url("payers")))


def test_more_payers_and_rules_take_no_more_queries(lead, practice, payer, claims):
    def count(url):
        with CaptureQueriesContext(connection) as queries:
            assert lead.get(url).status_code == 200
        return len(queries)

    urls = [_url("payers"), _url("payer", pk=payer.pk)]
    for url in urls:
        count(url)
    before = [count(url) for url in urls]
    for number in range(12):
        other = _payer(practice, f"Other {number}", PayerType.OTHER)
        _claim(practice, other, f"OTH-{number}", date(2026, 11, 2), payer_sequence="S")
    for day in ("01", "02", "03", "04"):
        _save(lead, payer, effective_from=f"2026-11-{day}", kind="appeal_1", start_event="denial_notice")  # fmt: skip
    assert [count(url) for url in urls] == before


# ---------------------------------------------------------------- one payer


def test_payer_shows_its_rule_before_the_default_and_says_why(lead, payer, claims):
    text = _text(lead.get(_url("payer", pk=payer.pk)))
    assert "90 days from service, received by then. Default rule" in text
    _save(lead, payer, effective_from="2026-01-01")
    text = _text(lead.get(_url("payer", pk=payer.pk)))
    assert "First claim 60 days from service, received by then. Checked today" in text
    assert "It names this payer and so comes before the rule for the payer's type." in text
    assert "Behind a narrower rule. 90 days from service" in text


def test_payer_shows_coming_and_earlier_versions(lead, payer):
    _save(lead, payer, effective_from="2025-01-01")
    _save(lead, payer, effective_from="2026-01-01", count="75")
    answer, _ = _preview(lead, payer, effective_from="2027-01-01", count="45")
    before = "75 days from service; in force from Jan 1, 2026. Manual 2026; checked Nov 2, 2026; "
    assert f"{before}confidence high. Ends Dec 31, 2026. 45 days from service" in _text(answer)
    assert "No deadline of an open claim moves" in _text(answer)
    _save(lead, payer, effective_from="2027-01-01", count="45")
    text = _text(lead.get(_url("payer", pk=payer.pk)))
    assert "First claim 75 days from service" in text
    assert "3 other versions, 1 coming" in text
    assert "Coming. 45 days from service, received by then. From Jan 1, 2027." in text
    assert "Earlier. 60 days from service, received by then. Jan 1, 2025 to Dec 31, 2025." in text


def test_payer_shows_whom_to_reach(lead, practice, payer):
    line = {
        "purpose": "claim_status",
        "phone": "1-800-555-0199",
        "ivr_path": "2, then say agent",
        "hours": {**dict.fromkeys(("mon", "tue", "wed", "thu"), "08:00-16:30"), "fri": "09:00-12:00"},
        "fax": "1-800-555-0111",
        "portal": "https://prairie.example/p",
        "claims_per_call": "5",
        "hold_minutes": "25",
    }  # fmt: skip
    facts = {
        "name": payer.name,
        "contacts": [line],
        "plans": [{"name": "Gold", "group_numbers": ["G-1"]}],
    }
    apply_payers(practice=practice, facts=[facts], by="bea", at=NOW, on=TODAY)
    answer = lead.get(_url("payer", pk=payer.pk))
    text = _text(answer)
    for words in (
        "To a person 2, then say agent",
        "Mon to Thu 8 am to 4:30 pm ; Fri 9 am to 12 pm ; Sat to Sun closed",
        "One call 5 claims Typical hold 25 minutes Checked Nov 23 by bea",
        "Payer ID 70001",
        "Plan Gold group G-1",
    ):
        assert words.replace(" ;", ";") in text.replace(" ;", ";"), words
    assert 'href="tel:18005550199"' in answer.content.decode()
    assert "Provider enrollment Add" in text


def test_without_a_rule_for_secondary_claims_it_says_so_and_leads_to_the_form(
    lead, practice, payer, claims
):
    assert "after a primary payer. No rule says" not in _text(lead.get(_url("payer", pk=payer.pk)))
    _claim(practice, payer, "SEC-1", date(2026, 10, 1), payer_sequence="S")
    assert "No secondary rule" in _text(lead.get(_url("payers")))
    page = lead.get(_url("payer", pk=payer.pk)).content.decode()
    assert "1 open claim here, $100.00, comes after a primary payer" in page
    link = re.search(r'href="([^"]+)">Add the rule for secondary claims', page)[1]
    form = lead.get(html.unescape(link)).content.decode()
    assert '<option value="primary_remittance" selected>' in form
    assert '<option value="filing" selected>' in form
    _save(lead, payer, start_event="primary_remittance")
    assert "No secondary rule" not in _text(lead.get(_url("payers")))
    assert "After a primary payer: 60 days" in _text(lead.get(_url("payer", pk=payer.pk)))


@pytest.mark.parametrize("role", [Role.L1_CALLER, Role.BILLER, Role.AUDITOR, Role.QUALITY])
def test_who_may_not_change_sees_all_and_no_way_to_change(sign_in, payer, claims, role):
    client = sign_in(role)
    for url in (_url("payers"), _url("payer", pk=payer.pk)):
        page = client.get(url).content.decode().partition("<footer")[0]
        assert "Prairie Mutual" in page
        assert not re.search(r"New version|Checked today|Add a rule|>Edit|>Import", page)
    before = _stored()
    rule = PayerRule.objects.first()
    for url in (
        _url("payer-rule", pk=payer.pk),
        _url("payer-contact", pk=payer.pk, purpose="appeals"),
        _url("rule-checked", pk=rule.pk),
        _url("take-default-rules"),
        _url("payers-import"),
    ):
        assert client.post(url, RULE).status_code == 403
    assert _stored() == before
    assert not PayerContact.objects.exists()


# ---------------------------------------------------------------- a new version


def test_what_is_shown_is_what_is_saved(lead, practice, payer, claims):
    before, items = _stored(), list(WorklistItem.objects.order_by("pk").values())
    answer, seal = _preview(lead, payer)
    text = _text(answer)
    assert "First claim Prairie Mutual 90 days; Commercial payers, default rule" in text
    assert "60 days from service; from the start. Manual 2026; checked Nov 2, 2026" in text
    assert "Deadlines of 2 open claims move, $350.00" in text
    assert "1 of them, $250.00, would be past its deadline at once." in text
    assert "HIL-2 Sep 1 First claim Mon Nov 30 Fri Oct 30 Lost 250.00" in text
    assert "HIL-1 Nov 2 First claim Fri Jan 29, 2027 Thu Dec 31 38 days 100.00" in text
    assert text.index("HIL-2") < text.index("HIL-1")  # the most money first
    assert "HIL-3" not in text  # the payer has it: its clock has stopped
    assert (_stored(), list(WorklistItem.objects.order_by("pk").values())) == (before, items)
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.username, event.detail) == (
        "check_rules",
        "her-lead",
        {"claims_moved": 2},
    )

    answer = lead.post(_url("payer-rule", pk=payer.pk), {**RULE, "save": seal}, follow=True)
    assert "Saved. Deadlines of 2 open claims moved" in _text(answer)
    rule = PayerRule.objects.get(payer=payer)
    assert (rule.count, rule.checked_by, rule.added_by) == (60, "her-lead", "her-lead")
    deadlines = dict(
        WorklistItem.objects.values_list("claim__patient_control_number", "deadline_on")
    )
    assert deadlines["HIL-1"] == date(2026, 12, 31)
    assert deadlines["HIL-2"] == date(2026, 10, 30)
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.detail) == ("change_rules", {"added": [rule.pk], "withdrawn": []})


def test_what_was_not_shown_is_not_saved(lead, payer, claims):
    _, seal = _preview(lead, payer)
    before = _stored()
    answer = lead.post(_url("payer-rule", pk=payer.pk), {**RULE, "count": "45", "save": seal})
    assert "Not saved: this would change something else" in _text(answer)
    assert "45 days from service" in _text(answer)
    assert _stored() == before


def test_saving_twice_saves_once(lead, payer, claims):
    _, seal = _preview(lead, payer)
    for _ in range(2):
        answer = lead.post(_url("payer-rule", pk=payer.pk), {**RULE, "save": seal})
    assert "Nothing would change" in _text(answer)
    assert PayerRule.objects.filter(payer=payer).count() == 1


def test_the_default_for_all_such_payers_can_be_changed(lead, practice, payer, claims):
    other = _payer(practice, "Bluff Health", PayerType.COMMERCIAL)
    _claim(practice, other, "BLU-1", date(2026, 11, 2))
    default = PayerRule.objects.get(
        deadline_kind="filing", payer_type="commercial", rule_group="", state="", network="",
        claim_type="", start_event="service", payer=None,
    )  # fmt: skip
    said = {"from": str(default.pk), "holds_for": "same"}
    answer, _ = _preview(lead, payer, **said)
    assert "Commercial 90 days from service" in _text(answer)
    assert "Deadlines of 3 open claims move" in _text(answer)
    _save(lead, payer, **said)
    kept = PayerRule.objects.get(pk=default.pk)
    assert (kept.count, kept.withdrawn_on, kept.withdrawn_by) == (90, TODAY, "her-lead")
    made = PayerRule.objects.latest("pk")
    assert (made.payer, made.payer_type, made.count) == (None, "commercial", 60)


def test_a_rule_can_hold_for_a_contract_or_a_plan(lead, practice, payer):
    facts = {
        "name": payer.name,
        "plans": [{"name": "Gold", "group_numbers": ["G-1"]}],
        "contracts": [{"name": "Agreement 2026"}],
    }
    apply_payers(practice=practice, facts=[facts], by="bea", at=NOW, on=TODAY)
    _save(lead, payer, holds_for=f"contract-{payer.contracts.get().pk}")
    _save(lead, payer, holds_for=f"plan-{payer.plans.get().pk}", count="30")
    rules = {(rule.contract_id, rule.plan_id): rule.count for rule in payer.rules.all()}
    assert rules == {(payer.contracts.get().pk, None): 60, (None, payer.plans.get().pk): 30}
    text = _text(lead.get(_url("payer", pk=payer.pk)))
    assert "It names the practice's contract and so comes before" in text


BAD = [
    ("no start event", {"start_event": ""}, "start_event", "Found nothing; a clock needs the event"),
    ("negative days", {"count": "-30"}, "count", "Found -30. Expected 1 or more. Type how many"),
    ("no number", {"count": "ninety"}, "count", "Found 'ninety'. Expected a whole number."),
    ("too many", {"count": "12", "unit": "years"}, "count", "Found 12. Expected at most 10."),
    ("overlapping versions", {"effective_from": "2026-03-01", "effective_to": "2026-06-30"},
     "effective_from", "Found a period that overlaps the version in force from 2026-01-01."),
    ("ends before it begins", {"effective_from": "2027-02-01", "effective_to": "2027-01-01"},
     "effective_to", "Found 2027-01-01. Expected 2027-02-01 or later."),
    ("no source", {"source": ""}, "source", "Found nothing; say where the rule is from."),
    ("checked tomorrow", {"checked_on": "2026-11-24"}, "checked_on", "Found 2026-11-24, a day to come."),
    ("a first claim from its denial", {"start_event": "denial_notice"}, "start_event",
     "A first claim cannot wait for the payer's answer to it."),
    ("a control character", {"source": "Man\tual"}, "source", "Found a control character."),
    ("for a plan of nobody", {"holds_for": "plan-999"}, "holds_for", "Is not one of the choices"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "name", "words"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
@pytest.mark.parametrize("save", ["", "x"])
def test_bad_input_is_refused_beside_its_field(lead, payer, claims, said, name, words, save):
    _save(lead, payer, effective_from="2026-01-01")
    before, events = _stored(), AuditEvent.objects.count()
    typed = {**RULE, "note": "kept as typed", **said, "save": save}
    answer = lead.post(_url("payer-rule", pk=payer.pk), typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    error = re.search(rf'<p class="dl-error" id="e-{name}">(.*?)</p>', page)
    assert words in html.unescape(error[1])
    assert 'value="kept as typed"' in page
    assert f'id="f-{name}" name="{name}"' in page
    assert 'name="save" value=' not in page
    assert (_stored(), AuditEvent.objects.count()) == (before, events)


def test_a_rule_of_another_payer_is_not_a_base(lead, practice, payer):
    other = _payer(practice, "Bluff Health", PayerType.OTHER)
    _save(lead, other)
    rule = PayerRule.objects.get(payer=other)
    url = _url("payer-rule", pk=payer.pk)
    assert lead.get(url, {"from": rule.pk}).status_code == 404
    assert lead.post(url, {**RULE, "from": rule.pk, "holds_for": "same"}).status_code == 404


def test_rules_of_another_practice_stay_theirs(lead, practice, payer):
    theirs = Practice.objects.create(code="dale", name="Dale Practice")
    seed_default_rules(practice=theirs)
    far = _payer(theirs, "Far Health", PayerType.OTHER)
    rule = PayerRule.objects.filter(practice=theirs).first()
    before = _stored()
    assert lead.get(_url("payer", pk=far.pk)).status_code == 404
    assert lead.get(_url("payer-rule", pk=payer.pk), {"from": rule.pk}).status_code == 404
    assert lead.post(_url("rule-checked", pk=rule.pk)).status_code == 404
    assert lead.post(_url("payer-contact", pk=far.pk, purpose="edi"), LINE).status_code == 404
    assert "Far Health" not in lead.get(_url("payers-export", form="yaml")).content.decode()
    assert _stored() == before


def test_of_two_payers_with_one_name_neither_gets_the_others_rule(lead, practice, payer):
    twin = Payer.objects.create(practice=practice, name="Prairie Mutual")
    answer = lead.post(_url("payer-rule", pk=twin.pk), RULE)
    assert answer.status_code == 422
    assert "Another payer goes by the same name" in _text(answer)


def test_a_rule_is_marked_as_checked_and_the_old_word_kept(lead, payer, claims):
    default = PayerRule.objects.filter(payer_type="commercial", deadline_kind="filing").first()
    PayerRule.objects.filter(pk=default.pk).update(checked_on=date(2024, 1, 2))
    moved = list(WorklistItem.objects.order_by("pk").values("deadline_on"))
    url = _url("rule-checked", pk=default.pk)
    answer = lead.post(url, {"payer": payer.pk}, follow=True)
    assert answer.redirect_chain[-1][0] == _url("payer", pk=payer.pk)
    old, new = PayerRule.objects.get(pk=default.pk), PayerRule.objects.latest("pk")
    assert (old.checked_on, old.withdrawn_on) == (date(2024, 1, 2), TODAY)
    assert (new.checked_on, new.checked_by, new.count) == (TODAY, "her-lead", old.count)
    assert "other version" not in _text(answer).partition("Corrected claim")[0]
    assert list(WorklistItem.objects.order_by("pk").values("deadline_on")) == moved
    event = AuditEvent.objects.latest("pk")
    assert event.detail == {"added": [new.pk], "withdrawn": [old.pk]}
    assert lead.post(url).status_code == 404  # it does not stand any more
    assert lead.get(url).status_code == 405


# ---------------------------------------------------------------- whom to reach


def test_a_contact_is_saved_with_its_event(lead, payer):
    url = _url("payer-contact", pk=payer.pk, purpose="appeals")
    said = {**LINE, "closed_on": "2026-11-27, 2026-12-24", "keeps_federal_holidays": "no"}
    assert lead.post(url, {**said, "claims_per_call": "4"}).status_code == 302
    found = PayerContact.objects.get(payer=payer)
    assert (found.phone, found.hours, found.claims_per_call) == (
        "1-800-555-0100",
        {"mon": "08:00-17:00"},
        4,
    )
    assert found.closed_on == ["2026-11-27", "2026-12-24"]
    assert (found.keeps_federal_holidays, found.checked_on) == (False, TODAY)
    assert AuditEvent.objects.latest("pk").action == "change_payer"
    shown = lead.get(url).content.decode()
    assert 'value="2026-11-27, 2026-12-24"' in shown
    assert lead.get(_url("payer-contact", pk=payer.pk, purpose="lunch")).status_code == 404


@pytest.mark.parametrize(
    ("said", "name", "words"),
    [
        ({"time_zone": "America/Gotham"}, "time_zone", "Found 'America/Gotham'. Expected a time zone"),
        ({"tue": "17:00-08:00"}, "tue", "Found closing at 08:00. Expected a time after 17:00"),
        ({"wed": "all day"}, "wed", "Found 'allday'. Expected hours such as 08:00-17:00."),
        ({"phone": "ask Dana"}, "phone", "Found 'ask Dana'. Expected a number"),
        ({"closed_on": "Friday"}, "closed_on", "Found 'Friday'. Expected a date"),
        ({"portal": "javascript:alert(1)"}, "portal", "Expected an address that begins with https://"),
    ],
)  # fmt: skip
def test_a_bad_contact_is_refused_beside_its_field(lead, payer, said, name, words):
    url = _url("payer-contact", pk=payer.pk, purpose="edi")
    answer = lead.post(url, {**LINE, "ivr_path": "kept as typed", **said})
    assert answer.status_code == 422
    page = answer.content.decode()
    error = re.search(rf'<p class="dl-error" id="e-{name}">(.*?)</p>', page)
    assert words in html.unescape(error[1])
    assert 'value="kept as typed"' in page
    assert not PayerContact.objects.exists()
    payer.refresh_from_db()
    assert payer.time_zone == "America/New_York"


# ---------------------------------------------------------------- files


def _upload(client, text, name="rules.csv"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return client.post(_url("payers-import"), {"file": SimpleUploadedFile(name, text.encode())})


def _handed_back(answer):
    """Return what the form of the preview sends."""
    page = answer.content.decode()
    return {
        "form": re.search(r'name="form" value="(\w+)"', page)[1],
        "save": re.search(r'name="save" value="(\w+)"', page)[1],
        "text": answer.context["text"].replace("\n", "\r\n"),
    }


HEAD = "payer,kind,count,unit,start_event,source,checked_on,confidence\n"
GOOD = HEAD + "Prairie Mutual,filing,60,days,service,Manual 2026,2026-11-02,H\n"


def test_a_file_is_shown_then_saved_whole(lead, payer, claims):
    before = _stored()
    answer = _upload(lead, GOOD)
    assert "Deadlines of 2 open claims move, $350.00" in _text(answer)
    assert _stored() == before
    said = _handed_back(answer)
    answer = lead.post(_url("payers-import"), said, follow=True)
    assert "Saved 1 rules and 0 payers. Deadlines of 2 open claims moved." in _text(answer)
    assert PayerRule.objects.get(payer=payer).count == 60
    answer = lead.post(_url("payers-import"), said)
    assert "Nothing would change" in _text(answer)
    assert PayerRule.objects.filter(payer=payer).count() == 1


def test_a_file_with_payers_is_saved_with_them(lead, practice, payer, claims):
    text = (
        "payers:\n- name: New Plan\n  type: commercial\n  contacts:\n"
        "  - {purpose: claim_status, phone: 1-800-555-0123}\n"
        "rules:\n- {payer: New Plan, kind: filing, count: '45', unit: days, start_event: service,"
        " source: Manual, checked_on: '2026-11-02', confidence: M}\n"
    )
    answer = _upload(lead, text, "all.yaml")
    assert "1 payer set as the file says: New Plan." in _text(answer)
    assert not Payer.objects.filter(name="New Plan").exists()
    lead.post(_url("payers-import"), _handed_back(answer))
    assert Payer.objects.get(name="New Plan").rules.get().count == 45


WRONG = [
    ("no start event", "filing,60,days,,Manual,2026-11-02,H", "2 start_event Found nothing"),
    ("negative days", "filing,-3,days,service,Manual,2026-11-02,H", "2 count Found -3."),
    ("overlapping versions", "filing,60,days,service,Manual,2026-11-02,H", "2 effective_from Over"),
    ("too many values", "filing,60,days,service,Manual,2026-11-02,H,x", "row 2: has more values"),
]


@pytest.mark.parametrize(("row", "words"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_one_wrong_row_refuses_the_whole_file(lead, payer, claims, row, words):
    before, events = _stored(), AuditEvent.objects.count()
    answer = _upload(lead, f"{GOOD}Prairie Mutual,{row}\n")
    assert answer.status_code == 422
    assert words in _text(answer)
    assert "nothing was saved" in _text(answer).lower()
    assert (_stored(), AuditEvent.objects.count()) == (before, events)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("rules.xlsx", GOOD, "expected a .csv or .yaml file"),
        ("csv", GOOD, "expected a .csv or .yaml file"),
        ("rules.csv", HEAD, "holds no rule and no payer"),
        ("rules.yaml", "rules: [{kind: {a: b}}]", "expected text in every field"),
        ("rules.yaml", "[" * 5000, "not YAML"),
        ("rules.yaml", "payers:\n- name: X\n  time_zone: Mars/Base\n", "Found 'Mars/Base'"),
        ("rules.csv", "x" * 1_000_001, "expected at most 1,000,000 bytes"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(lead, payer, name, text, words):
    answer = _upload(lead, text, name)
    assert answer.status_code == 422
    assert words in _text(answer)


@pytest.mark.parametrize("form", ["csv", "yaml"])
def test_what_is_exported_changes_nothing_when_it_is_taken_in(lead, practice, payer, claims, form):
    _save(lead, payer, effective_from="2026-01-01")
    known = rule_drafts(practice), payer_facts(practice)
    answer = lead.get(_url("payers-export", form=form))
    assert f"payer-rules-hill-2026-11-23.{form}" in answer["Content-Disposition"]
    shown = _upload(lead, answer.content.decode(), f"own.{form}")
    assert shown.status_code == 200, _text(shown)
    assert "move" not in _text(shown).partition("What would change")[2].partition("Save")[
        0
    ].replace("No deadline of an open claim moves", "")
    assert (rule_drafts(practice), payer_facts(practice)) == known


# ---------------------------------------------------------------- the defaults


def test_a_practice_without_default_rules_can_take_them(lead, sign_in, practice, payer, claims):
    assert "Take the default rules" not in _text(lead.get(_url("payers")))
    shipped = PayerRule.objects.count()
    PayerRule.objects.all().delete()
    refresh(practice=practice, as_of=TODAY)
    assert set(WorklistItem.objects.values_list("deadline_on", flat=True)) == {None}
    for url in (_url("payers"), _url("payer", pk=payer.pk)):
        assert "Take the default rules" in _text(lead.get(url))
    caller = sign_in(Role.L1_CALLER)
    assert "Only these roles may change payers" in _text(caller.get(_url("payers")))
    answer = lead.post(_url("take-default-rules"), follow=True)
    assert f"{shipped} default rules taken. Deadlines of 2 open claims moved." in _text(answer)
    assert PayerRule.objects.count() == shipped
    assert date(2027, 1, 29) in WorklistItem.objects.values_list("deadline_on", flat=True)
    assert AuditEvent.objects.filter(action="change_rules").count() == 1
    lead.post(_url("take-default-rules"))
    assert PayerRule.objects.count() == shipped
