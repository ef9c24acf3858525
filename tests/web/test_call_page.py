"""The call console as a browser without scripts, and as an unfriendly one, would use it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from dueline.accounts.actions import add_practice, add_user
from dueline.calls.models import Call, FollowUp
from dueline.core.enums import Role
from dueline.ledger.models import Claim, Patient
from dueline.payers.models import Payer
from dueline.worklist.actions import refresh
from dueline.worklist.models import WorklistItem

AS_OF = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)
HOSTILE = ("", "0", "-1", "99", "9" * 30, "1 or 1=1", "٣", "<script>alert(1)</script>", "\x00")


@pytest.fixture
def make_claim(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Claim]:
    monkeypatch.setattr("dueline.clock.now", lambda: NOW)
    monkeypatch.setattr("dueline.clock.today", lambda: AS_OF)

    def make(number: str, code: str = "lakeside") -> Claim:
        from dueline.accounts.models import Practice

        practice = Practice.objects.filter(code=code).first() or add_practice(
            code=code,
            name=code.title(),
            tax_id="995550187",
            npis=[("1234567893" if code == "lakeside" else "1999999992", "Clinic")],
            by="tests",
            at=NOW,
        )
        payer, _ = Payer.objects.get_or_create(
            practice=practice, name="Harborlight", payer_type="commercial"
        )
        patient, _ = Patient.objects.get_or_create(
            practice=practice,
            first_name="Ottoline",
            last_name="Samplewood",
            birth_on=date(1971, 3, 9),
        )
        claim = Claim.objects.create(
            practice=practice,
            patient=patient,
            patient_control_number=number,
            patient_control_key=number,
            origin="submission",
            claim_type="P",
            payer=payer,
            member_id="HLX0082",
            service_from_on=date(2026, 9, 1),
            service_through_on=date(2026, 9, 1),
            first_submitted_on=date(2026, 9, 3),
            last_submitted_on=date(2026, 9, 3),
            accepted_on=date(2026, 9, 5),
            charge_cents=50_000,
            payer_balance_cents=50_000,
            payer_status="accepted",
            payer_status_on=date(2026, 9, 5),
            is_open=True,
        )
        refresh(practice=practice, as_of=AS_OF)
        return claim

    return make


@pytest.fixture
def claim(make_claim: Callable[..., Claim]) -> Claim:
    return make_claim("LKS-1")


def person(claim: Claim, name: str = "ana", role: Role = Role.L1_CALLER) -> Client:
    user = add_user(
        username=name, password=None, memberships={claim.practice: role}, by="tests", at=NOW
    )
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def ana(claim: Claim) -> Client:
    return person(claim)


def begin(client: Client, claim: Claim, **data: str) -> HttpResponse:
    url = f"/practices/{claim.practice.code}/claims/{claim.pk}/call/"
    return client.post(url, data, follow=True)  # type: ignore[return-value]


def work(client: Client, do: str, **data: str) -> Any:
    call = Call.objects.latest("pk")
    values = {"do": do, "claim": "1", **{key.replace("__", "-"): v for key, v in data.items()}}
    return client.post(f"/practices/lakeside/calls/{call.pk}/work/", values, follow=True)


def test_packet_and_first_question_are_shown(ana: Client, claim: Claim) -> None:
    text = begin(ana, claim).content.decode()
    for told in ("Ottoline Samplewood", "HLX0082", "09/01/2026", "S02 Claim in process"):
        assert told in text
    assert "On which day did you receive it" in text


def test_batch_takes_the_payers_other_ready_claims(
    ana: Client, claim: Claim, make_claim: Callable[..., Claim]
) -> None:
    for number in ("LKS-2", "LKS-3", "LKS-4"):
        make_claim(number)
    text = begin(ana, claim, batch="1").content.decode()
    assert "3 of 3 allowed" in text
    assert WorklistItem.objects.filter(leased_by__isnull=False).count() == 3


def test_answer_without_its_facts_asks_again_and_keeps_what_was_typed(
    ana: Client, claim: Claim
) -> None:
    begin(ana, claim)
    answer = work(ana, "answer", step="S02.received", fact__payer_claim_number="HL-77")
    text = answer.content.decode()
    assert "On which day did you receive it" in text
    assert 'value="HL-77"' in text
    answer = work(ana, "answer", step="S02.received", fact__received_on="2026-09-05")
    assert "Count the days since receipt" in answer.content.decode()
    assert "09/05/2026" in answer.content.decode()


def test_wrong_fact_is_named_beside_its_field(ana: Client, claim: Claim) -> None:
    begin(ana, claim)
    text = work(ana, "answer", step="S02.received", fact__received_on="2026-12-01").content.decode()
    assert "Expected a day not after 11/23/2026" in text
    assert 'value="2026-12-01"' in text
    pieces = work(ana, "keep", fact__received_on="12/41/2026").content.decode()
    assert "Expected a date such as 12/14/2026" in pieces


def test_call_that_is_not_complete_is_not_saved(ana: Client, claim: Claim) -> None:
    begin(ana, claim)
    answer = work(ana, "save", words="It rang.")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "facts are missing before the call can be saved" in text
    assert "the call reference, or why none" in text
    assert 'value="It rang."' in text
    assert not FollowUp.objects.exists()


def test_proposed_date_left_alone_follows_the_answers(ana: Client, claim: Claim) -> None:
    begin(ana, claim)
    work(ana, "show", outcome="no_answer", fact__attempt="cut off", words="Twice.")
    work(ana, "keep", next_due_on="2026-11-24", proposed_due_on="2026-11-24")
    assert Call.objects.get().claims.get().talk["next_due_on"] == ""
    work(ana, "save", contact_name="Dana M.", reference_number="HB-1")
    assert FollowUp.objects.get().next_due_on == date(2026, 11, 24)


def test_saved_call_shows_what_was_recorded(ana: Client, claim: Claim) -> None:
    begin(ana, claim)
    said = {"contact_name": "Dana M.", "reference_number": "HB-1", "words": "Twice."}
    work(ana, "save", outcome="no_answer", fact__attempt="cut off", **said)
    text = work(ana, "save").content.decode()
    assert "ended" in text
    assert "No answer" in text
    assert FollowUp.objects.count() == 1


def test_call_is_seen_by_its_caller_alone(ana: Client, claim: Claim) -> None:
    begin(ana, claim)
    call = Call.objects.get()
    lead = person(claim, "lena", Role.LEAD)
    assert lead.get(f"/practices/lakeside/calls/{call.pk}/").status_code == 404
    assert lead.post(f"/practices/lakeside/calls/{call.pk}/work/").status_code == 404


def test_another_practices_claim_is_not_found(
    ana: Client, claim: Claim, make_claim: Callable[..., Claim]
) -> None:
    theirs = make_claim("SUM-1", "summit")
    assert begin(ana, theirs).status_code == 404
    begin(ana, claim)
    assert work(ana, f"add {theirs.pk}").status_code == 404
    assert Call.objects.get().claims.count() == 1


def test_second_call_leads_to_the_first(
    ana: Client, claim: Claim, make_claim: Callable[..., Claim]
) -> None:
    begin(ana, claim)
    answer = begin(ana, make_claim("LKS-2"))
    assert answer.status_code == 409
    assert "Go on with your call to Harborlight" in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["claim", "do", "step", "choice", "scenario", "outcome", "next_due_on", "fact-amount"]
)
def test_hostile_values_do_no_harm(ana: Client, claim: Claim, name: str) -> None:
    begin(ana, claim)
    page = f"/practices/lakeside/calls/{Call.objects.get().pk}/"
    for value in HOSTILE:
        for deed in ("keep", "answer", "switch"):
            data = {"do": deed, "claim": "1", "step": "S02.received", name: value}
            answer = ana.post(f"{page}work/", data, follow=True)
            assert answer.status_code in (200, 404, 409, 422)
            assert b"<script>alert" not in answer.content
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_places_do_no_harm(ana: Client, claim: Claim, value: str) -> None:
    begin(ana, claim)
    page = f"/practices/lakeside/calls/{Call.objects.get().pk}/"
    for deed in ("add", "claim", "reopen"):
        answer = ana.post(f"{page}work/", {"do": f"{deed} {value}", "claim": "1"}, follow=True)
        assert answer.status_code in (200, 404, 409)
    assert ana.get(f"{page}?claim={value}").status_code in (200, 404)
    assert Call.objects.get().claims.count() == 1


def _bo_takes(claim: Claim) -> None:
    bo = add_user(
        username="bo",
        password=None,
        memberships={claim.practice: Role.L1_CALLER},
        by="tests",
        at=NOW,
    )
    WorklistItem.objects.update(leased_by=bo, leased_until=NOW + timedelta(hours=1))


def test_sign_of_life_is_light(ana: Client, claim: Claim) -> None:
    begin(ana, claim)
    assert work(ana, "stay").status_code == 204


@pytest.mark.parametrize("deed", ["drop", "hold", "keep"])
def test_call_goes_on_where_another_took_its_claim(ana: Client, claim: Claim, deed: str) -> None:
    begin(ana, claim)
    _bo_takes(claim)
    assert work(ana, deed, words="It rang.").status_code == 200
    assert Call.objects.get().claims.get().words == "It rang."


@pytest.mark.parametrize("deed", ["remove", "end"])
def test_call_ends_where_another_took_its_claim(ana: Client, claim: Claim, deed: str) -> None:
    begin(ana, claim)
    _bo_takes(claim)
    assert work(ana, deed).status_code == 200
    assert Call.objects.get().ended_at is not None


def test_anothers_work_is_shown_before_ours_is_saved_too(ana: Client, claim: Claim) -> None:
    begin(ana, claim)
    _bo_takes(claim)
    said = {"contact_name": "Dana M.", "reference_number": "HB-1", "words": "Twice."}
    answer = work(ana, "save", outcome="no_answer", fact__attempt="cut off", **said)
    assert answer.status_code == 409
    assert "bo is working on this claim" in answer.content.decode()
    assert "Save ours too" in answer.content.decode()
    assert "bo is working" not in work(ana, "seen").content.decode()
    assert work(ana, "save").status_code == 200
    assert FollowUp.objects.count() == 1


def test_claim_of_ones_call_is_not_given_back_elsewhere(ana: Client, claim: Claim) -> None:
    begin(ana, claim)
    answer = ana.post(f"/practices/lakeside/claims/{claim.pk}/release/")
    assert answer.status_code == 409
    assert "in your call" in answer.content.decode()


def test_no_page_of_the_practice_is_stored_by_the_browser(ana: Client, claim: Claim) -> None:
    assert begin(ana, claim)["Cache-Control"] == "no-store"
    assert ana.get("/practices/lakeside/worklist/")["Cache-Control"] == "no-store"
    assert ana.post("/sign-out/")["Clear-Site-Data"] == '"storage"'
