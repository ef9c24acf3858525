"""The pages of requests: what stands on them, and what a refusal leaves."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dueline.accounts.actions import add_practice, add_user
from dueline.accounts.models import Practice
from dueline.core.enums import ClaimOrigin, ClaimType, PayerStatus, PayerType, Role
from dueline.ledger.models import Claim, Patient
from dueline.payers.models import Payer
from dueline.worklist.actions import refresh
from dueline.worklist.models import Request

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)
BACKEND = "django.contrib.auth.backends.ModelBackend"
pytestmark = pytest.mark.django_db


@pytest.fixture
def practice(monkeypatch: pytest.MonkeyPatch) -> Practice:
    monkeypatch.setenv("DUELINE_AS_OF", AS_OF.isoformat())
    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    return add_practice(
        code="lakeside",
        name="Lakeside",
        tax_id="995550187",
        npis=[("1999936606", "")],
        by="tests",
        at=NOW,
    )


@pytest.fixture
def claim(practice: Practice) -> Claim:
    payer = Payer.objects.create(
        practice=practice,
        name="Harborlight",
        payer_type=PayerType.COMMERCIAL,
        opens_at=time(8),
        closes_at=time(18),
    )
    patient = Patient.objects.create(
        practice=practice, identity_key="ada", last_name="Quill", birth_on=date(1980, 4, 2)
    )
    return Claim.objects.create(
        practice=practice,
        patient_control_number="LKS-1",
        patient_control_key="LKS-1",
        origin=ClaimOrigin.SUBMISSION,
        claim_type=ClaimType.PROFESSIONAL,
        payer=payer,
        patient=patient,
        service_from_on=date(2026, 10, 1),
        first_submitted_on=date(2026, 10, 3),
        charge_cents=50_000,
        payer_balance_cents=50_000,
        payer_status=PayerStatus.NOT_ON_FILE,
        payer_status_on=date(2026, 11, 20),
    )


@pytest.fixture
def as_role(practice: Practice) -> Any:
    def act(role: Role) -> Client:
        roles = {practice: role}
        user = add_user(username=role.value, password=None, memberships=roles, by="tests", at=NOW)
        client = Client()
        client.force_login(user, backend=BACKEND)
        return client

    return act


def address(name: str, *keys: int) -> str:
    return reverse(f"web:{name}", args=["lakeside", *keys])


def text_of(client: Client, name: str, *keys: int, **query: str) -> str:
    return str(client.get(address(name, *keys), query).content.decode())


def test_requests_stand_in_the_bar_for_those_who_answer(claim: Claim, as_role: Any) -> None:
    refresh(practice=claim.practice, as_of=AS_OF)
    assert "Requests <span" in text_of(as_role(Role.BILLER), "worklist")
    assert ">Requests" not in text_of(as_role(Role.L1_CALLER), "worklist")


def test_the_list_narrows_to_an_owner(claim: Claim, as_role: Any) -> None:
    refresh(practice=claim.practice, as_of=AS_OF)
    biller = as_role(Role.BILLER)
    assert "Quill" in text_of(biller, "requests", owner="front_desk")
    assert "Nothing is asked here" in text_of(biller, "requests", owner="coding")
    assert "Quill" in text_of(biller, "requests", owner="no one")


def test_a_lead_allows_the_call_and_says_why(claim: Claim, as_role: Any) -> None:
    refresh(practice=claim.practice, as_of=AS_OF)
    lead = as_role(Role.LEAD)
    assert "Allow the call with a reason" in text_of(lead, "claim", claim.pk)
    refused = lead.post(address("override", claim.pk), {"check": "member_id", "reason": " "})
    assert refused.status_code == 422
    assert "The reason is empty" in refused.content.decode()
    done = lead.post(
        address("override", claim.pk), {"check": "member_id", "reason": "By name."}, follow=True
    )
    text = done.content.decode()
    assert "<h2>Ready to call</h2>" in text
    assert "Call allowed without: member ID. By name." in text


def test_what_was_typed_in_a_question_stays_when_it_is_refused(claim: Claim, as_role: Any) -> None:
    refresh(practice=claim.practice, as_of=AS_OF)
    caller = as_role(Role.L1_CALLER)
    given = {"owner": "coding", "question": "Which modifier?", "due_on": "2026-11-28"}
    answer = caller.post(address("ask", claim.pk), given)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "11/28/2026 is a weekend" in text
    assert "Which modifier?</textarea>" in text
    assert 'value="coding" selected' in text
    for wrong, words in (
        ({**given, "owner": "no one"}, "Choose who has the answer"),
        ({**given, "due_on": "soon"}, "That is no date"),
        ({"check": "tax_id"}, "known meanwhile"),
    ):
        assert words in caller.post(address("ask", claim.pk), wrong).content.decode()
    assert Request.objects.filter(check_key="").count() == 0


def test_a_practice_without_tax_id_says_so_instead_of_nothing(
    practice: Practice, claim: Claim, as_role: Any
) -> None:
    Practice.objects.update(tax_id="")
    lead, caller = as_role(Role.LEAD), as_role(Role.L1_CALLER)
    text = caller.post(address("next-claim")).content.decode()
    assert "The practice’s tax ID is not known" in text
    assert "Billing is asked for it" in text
    page = text_of(lead, "requests")
    assert "Every claim" in page
    request = Request.objects.get(claim=None)
    lead.post(address("answer", request.pk), {"fact": "99-5550187"})
    practice.refresh_from_db()
    assert practice.tax_id == "995550187"
    assert "not known, and every payer" not in caller.post(address("next-claim")).content.decode()
