"""What blocks a call is asked of whoever has it; the claim waits, comes back answered, escalates unanswered."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dueline.accounts.actions import add_practice, add_user
from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import AuditEvent, Practice
from dueline.core.deadlines import Due
from dueline.core.enums import (
    CheckKey,
    DeadlineKind,
    Grade,
    Level,
    NextAction,
    Outcome,
    PayerStatus,
    RequestOwner,
    RequestState,
    Role,
    WorkStatus,
)
from dueline.core.given import GivenError
from dueline.ledger.models import Claim, ClaimPayment, Coverage, Patient, Provider
from dueline.worklist.actions import (
    answer_request,
    apply_follow_up,
    ask_request,
    ensure_priced,
    move_due_date,
    override_readiness,
    refresh,
    take_next,
    withdraw_request,
)
from dueline.worklist.errors import DateRefused, ItemTaken, OverrideRefused, RequestRefused
from dueline.worklist.models import ReadinessOverride, Request, WorklistItem
from dueline.worklist.queries import readiness_of, verify
from dueline.worklist.queries.pricing import Pricing

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
MORNING = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 10:30 am in New York
NIGHT = datetime(2026, 11, 23, 4, tzinfo=UTC)
DESK, BILLING, CODING = RequestOwner.FRONT_DESK, RequestOwner.BILLING, RequestOwner.CODING
pytestmark = pytest.mark.django_db


def item_of(claim):
    return WorklistItem.objects.get(claim=claim)


def next_of(practice, user, day=MONDAY, **more):
    now = MORNING + (day - MONDAY)
    return take_next(practice=practice, user=user, as_of=day, now=now, **more)


def open_request(claim):
    return Request.objects.get(claim=claim, state=RequestState.OPEN)


def ask(claim, by, owner=CODING, question="Which modifier fits?", day=MONDAY, **more):
    now = MORNING + (day - MONDAY)
    return ask_request(
        claim=claim, owner=owner, question=question, by=by, as_of=day, now=now, **more
    )


def answer(request, by, text="", fact="", day=MONDAY):
    now = MORNING + (day - MONDAY)
    return answer_request(request=request, answer=text, fact=fact, by=by, as_of=day, now=now)


def keys(claim, day=MONDAY, now=MORNING):
    claim.refresh_from_db()
    return [check.key for check in readiness_of(claim, as_of=day, now=now)]


def state_of(claim):
    item = item_of(claim)
    return item.work_status, item.due_on, item.is_for_caller


@pytest.fixture
def biller(make_user):
    return make_user(Role.BILLER)


@pytest.fixture
def lead(make_user):
    return make_user(Role.LEAD)


def test_a_claim_without_member_id_is_asked_for_answered_and_called(
    practice, make_claim, caller, biller
):
    claim = make_claim(member_id="")
    Coverage.objects.create(practice=practice, claim=claim, sequence="P", payer=claim.payer)
    # It cannot be called: it is given to no caller, and readiness says why and who has it.
    assert next_of(practice, caller) is None
    (check,) = readiness_of(claim, as_of=MONDAY, now=MORNING)
    assert (check.key, check.grade, check.owner) == (CheckKey.MEMBER_ID, Grade.BLOCKING, DESK)
    # It has become a request to the front desk, and waits with it.
    request = open_request(claim)
    assert (request.owner, request.check_key, request.asked_by) == (DESK, "member_id", "")
    assert request.due_on == date(2026, 11, 27)
    assert state_of(claim) == (WorkStatus.WITH_BILLING, request.due_on, False)
    assert item_of(claim).due_reason == "Asked the front desk on Nov 23"
    # A biller answers with the member ID, which is then on the claim and its coverage.
    answer(request, biller, fact="HLH 4471203", day=TUESDAY)
    claim.refresh_from_db()
    assert claim.member_id == Coverage.objects.get().member_id == "HLH4471203"
    actions = ["ask_request", "give_fact", "answer_request"]
    events = AuditEvent.objects.filter(scope="lakeside", action__in=actions).order_by("sequence")
    assert [event.action for event in events] == actions
    assert "4471203" not in str([event.detail for event in events])
    # It comes back ready, and is the next claim.
    assert keys(claim, TUESDAY) == []
    assert item_of(claim).due_reason == "Answered by the front desk on Nov 24"
    assert state_of(claim) == (WorkStatus.READY, TUESDAY, True)
    assert next_of(practice, caller, TUESDAY).claim_id == claim.pk
    assert list(verify(practice)) == []


def test_everything_that_is_missing_is_asked_at_once_and_once_only(practice, make_claim, biller):
    claim = make_claim(member_id="", first_submitted_on=None)
    for _ in range(2):
        refresh(practice=practice, as_of=MONDAY)
    asked = Request.objects.order_by("check_key").values_list("check_key", "owner")
    assert list(asked) == [("member_id", DESK), ("submission_date", BILLING)]
    answer(Request.objects.get(check_key="member_id"), biller, fact="HLH4471203")
    assert state_of(claim)[0] == WorkStatus.WITH_BILLING  # the other is still asked
    answer(Request.objects.get(check_key="submission_date"), biller, fact="10/03/2026")
    assert state_of(claim) == (WorkStatus.READY, MONDAY, True)
    claim.refresh_from_db()
    assert claim.first_submitted_on == date(2026, 10, 3)


def test_the_fact_that_a_file_brings_ends_the_request(practice, make_claim, caller):
    claim = make_claim(member_id="")
    refresh(practice=practice, as_of=MONDAY)
    Claim.objects.filter(pk=claim.pk).update(member_id="HLH4471203")
    refresh(practice=practice, as_of=MONDAY, claim_ids=[claim.pk])
    request = Request.objects.get()
    assert (request.state, request.answered_by) == (RequestState.WITHDRAWN, "")
    assert next_of(practice, caller).claim_id == claim.pk


def test_what_is_not_answered_by_its_date_is_the_leads(practice, make_claim, caller, biller):
    claim = make_claim(member_id="")
    refresh(practice=practice, as_of=MONDAY)
    request = open_request(claim)
    refresh(practice=practice, as_of=request.due_on)
    assert state_of(claim)[0] == WorkStatus.WITH_BILLING
    late = date(2026, 11, 30)
    refresh(practice=practice, as_of=late)
    request.refresh_from_db()
    assert request.escalated_on == late
    item = item_of(claim)
    assert (item.work_status, item.is_due, item.is_for_caller) == ("with_lead", True, False)
    expected = "Asked the front desk on Nov 23, not answered by Nov 27: decide how to go on"
    assert item.due_reason == expected
    assert list(verify(practice)) == []
    refresh(practice=practice, as_of=late)
    assert AuditEvent.objects.filter(action="escalate_request").count() == 1
    # The answer brings it back all the same.
    answer(request, biller, fact="HLH4471203", day=late)
    assert state_of(claim) == (WorkStatus.READY, late, True)


def test_an_answer_without_the_fact_leaves_the_claim_to_the_lead_who_may_allow_the_call(
    practice, make_claim, caller, biller, lead
):
    claim = make_claim(member_id="")
    refresh(practice=practice, as_of=MONDAY)
    answer(open_request(claim), biller, "The patient does not answer.")
    assert state_of(claim) == (WorkStatus.WITH_LEAD, MONDAY, False)
    assert "still blocked: member ID" in item_of(claim).due_reason
    refresh(practice=practice, as_of=TUESDAY)
    assert state_of(claim) == (WorkStatus.WITH_LEAD, MONDAY, False)  # asked once, and not again
    assert Request.objects.count() == 1
    allow = {"claim": claim, "check_key": CheckKey.MEMBER_ID, "as_of": TUESDAY, "now": MORNING}
    with pytest.raises(NotAllowed):
        override_readiness(**allow, reason="By name and birth date.", by=biller)
    with pytest.raises(OverrideRefused, match="empty"):
        override_readiness(**allow, reason=" ", by=lead)
    override_readiness(**allow, reason="By name and birth date.", by=lead)
    assert ReadinessOverride.objects.get().reason == "By name and birth date."
    assert keys(claim, TUESDAY) == []
    assert next_of(practice, caller, TUESDAY).claim_id == claim.pk
    with pytest.raises(OverrideRefused, match="blocks no call"):
        override_readiness(**allow, reason="Once more.", by=lead)


def test_a_denial_for_coding_goes_to_coding_and_its_answer_holds_until_the_payers_next_word(
    practice, make_claim, make_user, biller
):
    specialist = make_user(Role.L2_CALLER)
    claim = make_claim(payer_status=PayerStatus.DENIED, denial_group="CO", denial_carc="4")
    assert next_of(practice, specialist) is None
    request = open_request(claim)
    assert (request.owner, request.check_key) == (CODING, "no_call_settles")
    assert request.question.startswith("Denied CO-4 modifier missing or wrong. Check the codes")
    answer(request, biller, "Modifier 25 belongs on line 1.")
    assert keys(claim) == []
    item = next_of(practice, specialist)
    assert (item.claim_id, item.next_action) == (claim.pk, NextAction.SEND_CORRECTED_CLAIM)
    # Denied anew: another word, asked anew.
    Claim.objects.filter(pk=claim.pk).update(payer_status_on=MONDAY)
    assert keys(claim) == [CheckKey.NO_CALL_SETTLES]
    refresh(practice=practice, as_of=MONDAY, claim_ids=[claim.pk])
    assert open_request(claim).pk != request.pk


def test_what_someone_did_about_a_denial_stands(practice, make_claim, make_user):
    specialist = make_user(Role.L2_CALLER)
    claim = make_claim(payer_status=PayerStatus.DENIED, denial_carc="4")
    apply_follow_up(
        claim=claim,
        next_action=NextAction.AWAIT_ANSWER,
        next_due_on=TUESDAY,
        outcome=Outcome.SUBMITTED,
        by=specialist,
        as_of=MONDAY,
    )
    assert next_of(practice, specialist, TUESDAY).claim_id == claim.pk


def test_a_rejected_claim_is_billings_without_a_request(practice, make_claim):
    claim = make_claim(payer_status=PayerStatus.REJECTED)
    refresh(practice=practice, as_of=MONDAY)
    assert keys(claim) == [CheckKey.REJECTED]
    assert state_of(claim)[0] == WorkStatus.WITH_BILLING
    assert not Request.objects.exists()


def test_a_claim_that_is_not_due_is_not_asked_about(practice, make_claim):
    make_claim(member_id="", payer_status=PayerStatus.PENDING, payer_status_on=MONDAY)
    refresh(practice=practice, as_of=MONDAY)
    assert not Request.objects.exists()


def test_money_to_give_back_waits_for_nothing(practice, make_claim, make_user):
    claim = make_claim(member_id="", payer_balance_cents=-500)
    item = next_of(practice, make_user(Role.L2_CALLER))
    assert item.claim_id == claim.pk
    assert not Request.objects.exists()


@pytest.fixture
def undecided(practice, payer):
    """Make the payment of a remittance that may be a claim's, and waits for a person."""
    from dueline.intake.models import MatchProposal
    from dueline.ledger.models import Remittance, SourceFile, TransactionSet

    def make(claim):
        file = SourceFile.objects.create(
            practice=practice, name="a.835", sha256="0", size_bytes=1, received_at=MORNING
        )
        received = TransactionSet.objects.create(
            practice=practice,
            source_file=file,
            kind="835",
            status="posted",
            segment_from=1,
            segment_through=9,
            content_hash="0",
            posted_at=MORNING,
        )
        remittance = Remittance.objects.create(
            practice=practice,
            transaction_set=received,
            payer=payer,
            payment_cents=100,
            payment_method="ACH",
            trace_number="1",
        )
        payment = ClaimPayment.objects.create(
            practice=practice,
            remittance=remittance,
            match_method="undecided",
            segment_number=5,
            patient_control_number="LKS1",
            status_code="1",
            charge_cents=50_000,
            paid_cents=100,
        )
        proposal = MatchProposal.objects.create(practice=practice, claim_payment=payment)
        proposal.candidates.add(claim)
        return proposal

    return make


def test_a_claim_whose_answer_waits_for_a_match_is_not_called(
    practice, make_claim, caller, undecided
):
    claim = make_claim()
    proposal = undecided(claim)
    assert next_of(practice, caller) is None
    assert open_request(claim).owner == BILLING
    assert keys(claim) == [CheckKey.ANSWER_WAITING]
    proposal.decided_at = MORNING  # it was another claim's
    proposal.save()
    refresh(practice=practice, as_of=MONDAY, claim_ids=[claim.pk])
    assert next_of(practice, caller).claim_id == claim.pk


def test_what_the_practice_lacks_is_asked_once_for_all_claims(practice, make_claim, caller, biller):
    Practice.objects.update(tax_id="")
    practice.refresh_from_db()
    claims = [make_claim() for _ in range(3)]
    refresh(practice=practice, as_of=MONDAY)
    refresh(practice=practice, as_of=MONDAY)
    request = Request.objects.get()
    assert (request.claim, request.check_key, request.owner) == (None, "tax_id", BILLING)
    assert next_of(practice, caller) is None
    assert keys(claims[0])[0] == CheckKey.TAX_ID
    for text, fact, error in (("Ask the owner.", "", RequestRefused), ("", "12", GivenError)):
        with pytest.raises(error):
            answer(request, biller, text, fact)
    with pytest.raises(RequestRefused, match="Give it once"):
        withdraw_request(request=request, reason="No", by=biller, as_of=MONDAY, now=MORNING)
    answer(request, biller, fact="99-5550187")
    practice.refresh_from_db()
    assert practice.tax_id == "995550187"
    assert next_of(practice, caller) is not None
    assert list(verify(practice)) == []


# ---------------------------------------------------------------- asked by a person


def test_a_caller_asks_and_the_claim_waits_until_it_is_answered(practice, make_claim, caller, lead):
    claim = make_claim()
    assert next_of(practice, caller).claim_id == claim.pk
    request = ask(claim, caller)
    assert (request.asked_by, request.due_on) == (caller.username, date(2026, 11, 27))
    assert state_of(claim) == (WorkStatus.WITH_BILLING, request.due_on, False)
    assert item_of(claim).leased_by is None
    answer(request, lead, "25, on line 1.", day=TUESDAY)
    assert state_of(claim) == (WorkStatus.READY, TUESDAY, True)
    # Ready stays ready: the date is a person's, and no later word pushes it.
    say = {"payer_status": PayerStatus.PENDING, "payer_status_on": TUESDAY}
    Claim.objects.filter(pk=claim.pk).update(**say)
    refresh(practice=practice, as_of=TUESDAY)
    assert state_of(claim) == (WorkStatus.READY, TUESDAY, True)


def test_a_question_is_withdrawn_by_who_asked(practice, make_claim, caller, make_user):
    claim = make_claim()
    refresh(practice=practice, as_of=MONDAY)
    request = ask(claim, caller)
    take_back = {"request": request, "reason": "Found it.", "as_of": MONDAY, "now": MORNING}
    with pytest.raises(NotAllowed):
        withdraw_request(**take_back, by=make_user())
    withdraw_request(**take_back, by=caller)
    assert state_of(claim) == (WorkStatus.READY, MONDAY, True)
    with pytest.raises(RequestRefused, match="was withdrawn"):
        withdraw_request(**take_back, by=caller)


def test_what_is_refused(practice, make_claim, caller, make_user, biller):
    claim = make_claim(denied_on=None)
    refresh(practice=practice, as_of=MONDAY)
    with pytest.raises(RequestRefused, match="empty"):
        ask(claim, caller, question=" ")
    with pytest.raises(RequestRefused, match="300 characters"):
        ask(claim, caller, question="a" * 301)
    with pytest.raises(RequestRefused, match="cannot be printed"):
        ask(claim, caller, question="a\x07b")
    for day in (date(2026, 11, 20), date(2026, 11, 28)):
        with pytest.raises(DateRefused):
            ask(claim, caller, due_on=day)
    with pytest.raises(NotAllowed):
        ask(claim, make_user(Role.AUDITOR))
    first = ask(claim, caller)
    with pytest.raises(RequestRefused, match="asked already: of coding on 11/23/2026"):
        ask(claim, caller, question="Once more?")
    ask(claim, caller, owner=DESK)  # another is another question
    with pytest.raises(NotAllowed):
        answer(first, caller, "25")
    with pytest.raises(RequestRefused, match="No fact was asked"):
        answer(first, biller, fact="HLH4471203")
    answer(first, biller, "25")
    with pytest.raises(RequestRefused, match=f"was answered by {biller.username} meanwhile"):
        answer(first, biller, "26")


def test_another_callers_claim_is_not_asked_away(practice, make_claim, make_user):
    claim = make_claim()
    next_of(practice, make_user())
    with pytest.raises(ItemTaken):
        ask(claim, make_user())


def test_a_request_never_waits_past_the_safe_date_of_a_deadline(practice, make_claim, make_user):
    """CO-197, denied so long ago that the appeal is due on Wednesday."""
    specialist = make_user(Role.L2_CALLER)
    claim = make_claim(payer_status=PayerStatus.DENIED, denial_carc="197")
    refresh(practice=practice, as_of=MONDAY)
    WorklistItem.objects.update(deadline_on=date(2026, 11, 25))
    request = ask(claim, specialist)
    assert request.due_on == TUESDAY


def test_a_deadline_does_not_put_a_claim_on_the_list_that_was_asked_about(
    practice, make_claim, monkeypatch
):
    """The appeal is due in 12 days: it forced the claim 2 days ago, and someone asks today."""
    found = Due(DeadlineKind.APPEAL_1, date(2026, 12, 5), date(2026, 11, 20))
    monkeypatch.setattr(Pricing, "deadline", lambda rules, row: found)
    claim = make_claim(member_id="")
    refresh(practice=practice, as_of=MONDAY)
    assert (item_of(claim).work_status, item_of(claim).is_due) == ("with_billing", False)
    seven_days_before = date(2026, 11, 28)
    refresh(practice=practice, as_of=seven_days_before)
    assert item_of(claim).is_due  # and it is the lead's: the answer was due the day before
    assert item_of(claim).work_status == WorkStatus.WITH_LEAD


def test_a_settled_claim_asks_nothing(practice, make_claim):
    claim = make_claim(member_id="")
    refresh(practice=practice, as_of=MONDAY)
    settled = {"payer_balance_cents": 0, "is_open": False}
    Claim.objects.filter(pk=claim.pk).update(**settled, payer_status=PayerStatus.PAID)
    refresh(practice=practice, as_of=MONDAY, claim_ids=[claim.pk])
    assert Request.objects.get().state == RequestState.WITHDRAWN
    assert item_of(claim).is_held is False
    assert list(verify(practice)) == []


def test_another_practices_request_cannot_be_answered(practice, make_claim):
    claim = make_claim(member_id="")
    refresh(practice=practice, as_of=MONDAY)
    other = add_practice(code="hill", name="Hill", by="tests", at=MORNING)
    roles = {other: Role.ADMIN}
    stranger = add_user(username="else", password=None, memberships=roles, by="tests", at=MORNING)
    with pytest.raises(NotAllowed):
        answer(open_request(claim), stranger, fact="HLH4471203")
    with pytest.raises(NotAllowed):
        ask(claim, stranger)


@pytest.mark.parametrize(
    ("key", "changes", "fact", "read"),
    [
        pytest.param(
            CheckKey.PATIENT_NAME,
            {"patient": None},
            "Quill, Ada",
            lambda c: (c.patient.last_name, c.patient.search_name),
            id="name: a patient is made",
        ),
        pytest.param(
            CheckKey.SERVICE_DATE,
            {"service_from_on": None, "service_through_on": None},
            "2026-10-01",
            lambda c: (f"{c.service_from_on:%d}", f"{c.service_through_on:%d}"),
            id="service date",
        ),
    ],
)
def test_the_fact_of_an_answer_is_on_the_claim(
    practice, make_claim, biller, key, changes, fact, read
):
    claim = make_claim(**changes)
    refresh(practice=practice, as_of=MONDAY)
    answer(Request.objects.get(check_key=key), biller, fact=fact)
    claim.refresh_from_db()
    assert (
        read(claim)
        == {
            CheckKey.PATIENT_NAME: ("Quill", "QUILL ADA"),
            CheckKey.SERVICE_DATE: ("01", "01"),
        }[key]
    )


def test_a_birth_date_readies_every_claim_of_the_patient(practice, make_claim, patient, biller):
    Patient.objects.update(birth_on=None)
    claims = [make_claim(), make_claim()]
    refresh(practice=practice, as_of=MONDAY)
    assert Request.objects.count() == 2
    answer(open_request(claims[0]), biller, fact="04/02/1980")
    assert Patient.objects.get().birth_on == date(1980, 4, 2)
    assert [state_of(claim)[0] for claim in claims] == [WorkStatus.READY] * 2
    assert not Request.objects.filter(state=RequestState.OPEN).exists()


def test_a_billing_npi_makes_the_provider(practice, make_claim, biller):
    practice.npis.all().delete()
    claim = make_claim()
    refresh(practice=practice, as_of=MONDAY)
    with pytest.raises(GivenError, match="check digit"):
        answer(open_request(claim), biller, fact="1999936607")
    answer(open_request(claim), biller, fact="1999936606")
    assert Provider.objects.get().npi == "1999936606"
    assert state_of(claim)[0] == WorkStatus.READY


def test_a_fact_known_meanwhile_is_not_replaced(practice, make_claim, biller):
    claim = make_claim(member_id="")
    refresh(practice=practice, as_of=MONDAY)
    Claim.objects.filter(pk=claim.pk).update(member_id="FROMFILE1")
    with pytest.raises(GivenError, match="known meanwhile"):
        answer(open_request(claim), biller, fact="HLH4471203")
    claim.refresh_from_db()
    assert claim.member_id == "FROMFILE1"


# ---------------------------------------------------------------- the payer's hours


def test_a_closed_payer_blocks_the_call_and_says_when_it_opens(practice, make_claim, caller):
    claim = make_claim()
    refresh(practice=practice, as_of=MONDAY)
    (check,) = readiness_of(claim, as_of=MONDAY, now=NIGHT)
    assert check.sentence == "Harborlight Health Plan is closed until Mon Nov 23, 8:00 am ET."
    assert keys(claim, now=NIGHT + timedelta(hours=10)) == []


def test_what_is_advised_is_told_after_what_blocks(practice, make_claim):
    sent = dict.fromkeys(["first_submitted_on", "last_submitted_on"], MONDAY)
    claim = make_claim(member_id="", payer_status=PayerStatus.SENT, accepted_on=None, **sent)
    twin = make_claim()
    refresh(practice=practice, as_of=MONDAY)
    found = readiness_of(claim, as_of=MONDAY, now=MORNING)
    assert [check.key for check in found] == [
        CheckKey.MEMBER_ID,
        CheckKey.NOT_ACCEPTED,
        CheckKey.TOO_EARLY,
        CheckKey.LIKELY_DUPLICATE,
        CheckKey.PORTAL,
    ]
    assert twin.patient_control_number in found[3].sentence


def test_as_many_queries_for_many_claims_as_for_few(practice, make_claim):
    counts = []
    for number in (1, 15):
        for _ in range(number):
            make_claim(member_id="")
            make_claim(payer_status=PayerStatus.DENIED, denial_carc="4")
        with CaptureQueriesContext(connection) as queries:
            refresh(practice=practice, as_of=MONDAY)
        counts.append(len(queries))
    assert Request.objects.count() == 32
    assert counts[1] <= counts[0]


def test_the_day_is_priced_with_its_requests(practice, make_claim):
    make_claim(member_id="")
    ensure_priced(practice=practice, as_of=MONDAY, now=MORNING)
    assert Request.objects.get().asked_at == MORNING


def test_verify_names_what_does_not_wait_with_its_request(practice, make_claim):
    claim = make_claim(member_id="")
    refresh(practice=practice, as_of=MONDAY)
    WorklistItem.objects.update(work_status=WorkStatus.READY)
    assert [b.rule for b in verify(practice)] == ["request"]
    WorklistItem.objects.update(
        work_status=WorkStatus.WITH_BILLING, deadline_on=TUESDAY, due_on=TUESDAY
    )
    assert [b.rule for b in verify(practice)] == ["request deadline"]
    WorklistItem.objects.update(deadline_on=None)
    Request.objects.update(due_on=date(2026, 11, 20))
    assert [(b.rule, b.where) for b in verify(practice)] == [
        ("request escalation", f"request {open_request(claim).pk}")
    ]
    refresh(practice=practice, as_of=TUESDAY)
    assert list(verify(practice)) == []
    assert item_of(claim).level == Level.L1


def test_the_date_of_a_claim_that_waits_for_an_answer_is_not_moved(practice, make_claim, lead):
    claim = make_claim(member_id="")
    refresh(practice=practice, as_of=MONDAY)
    with pytest.raises(DateRefused, match="waits for an answer"):
        move_due_date(
            item=item_of(claim),
            due_on=TUESDAY,
            reason="Later.",
            by=lead,
            as_of=MONDAY,
            now=MORNING,
        )


STEPS = ("ask", "answer", "fact", "withdraw", "allow", "day", "deny", "pend", "settle", "call")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 1)), max_size=9))
def test_whatever_happens_every_claim_waits_where_its_requests_are(
    practice, make_claim, lead, steps
):
    for model in (Request, WorklistItem):
        model.objects.all().delete()
    Claim.objects.update(is_open=False, payer_balance_cents=0)
    claims = [make_claim(member_id=""), make_claim(first_submitted_on=None)]
    day = MONDAY
    refresh(practice=practice, as_of=day)
    for step, which in steps:
        claim = claims[which]
        claim.refresh_from_db()
        request = Request.objects.filter(claim=claim, state=RequestState.OPEN).first()
        with suppress(RequestRefused, OverrideRefused, GivenError):
            day = _step(step, claim, request, lead, day)
        refresh(practice=practice, as_of=day)
        assert list(verify(practice)) == []
        waits = Request.objects.filter(claim=claim, state=RequestState.OPEN).exists()
        item = WorklistItem.objects.filter(claim=claim, is_open=True).first()
        assert not (waits and item is None)
        assert item is None or not (item.is_for_caller and (waits or _blocks(claim, day)))


def _blocks(claim, day):
    claim.refresh_from_db()
    return [c for c in readiness_of(claim, as_of=day, now=MORNING) if c.grade is Grade.BLOCKING]


def _step(step, claim, request, lead, day):
    """Do one thing on a day; return the day it is then."""
    now = MORNING + (day - MONDAY)
    say = Claim.objects.filter(pk=claim.pk, is_open=True)
    match step:
        case "ask":
            ask(claim, lead, day=day)
        case "answer" if request:
            answer(request, lead, "Nobody knows.", day=day)
        case "fact" if request:
            fact = "HLH4471203" if request.check_key == "member_id" else "10/03/2026"
            answer(request, lead, fact=fact, day=day)
        case "withdraw" if request:
            withdraw_request(request=request, reason="No.", by=lead, as_of=day, now=now)
        case "allow":
            key = CheckKey.MEMBER_ID if not claim.member_id else CheckKey.SUBMISSION_DATE
            override_readiness(
                claim=claim, check_key=key, reason="Yes.", by=lead, as_of=day, now=now
            )
        case "day":
            return day + timedelta(days=7)
        case "deny":
            say.update(payer_status=PayerStatus.DENIED, denial_carc="4", payer_status_on=day)
        case "pend":
            say.update(payer_status=PayerStatus.PENDING, denial_carc="", payer_status_on=day)
        case "settle":
            say.update(payer_status=PayerStatus.PAID, payer_balance_cents=0, is_open=False)
        case "call":
            apply_follow_up(
                claim=claim,
                next_action=NextAction.ASK_BILLING,
                next_due_on=day,
                outcome=Outcome.IN_PROCESS,
                by=lead,
                as_of=day,
            )
    return day
