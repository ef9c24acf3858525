"""What answers do: close their request, schedule the claim by the payer's word, or are set aside."""

from datetime import date

import pytest

from dueline.core.enums import NextAction, PayerStatus, WorkStatus
from dueline.core.status_requests import RequestState
from dueline.ledger.models import Claim
from dueline.status_requests.models import StatusRequest
from dueline.status_requests.queries import due_tonight, figures
from dueline.status_requests.verify import verify
from dueline.worklist.actions import refresh

from .conftest import MONDAY, answer, noon, refusal, response

TUESDAY = date(2026, 11, 10)


@pytest.fixture
def asked(make_claim, write):
    """Give a claim that was asked about on Monday, and the request."""
    claim = make_claim()
    write()
    return claim, StatusRequest.objects.get()


@pytest.mark.parametrize(
    ("category", "code", "status", "action", "due_on", "spares"),
    [
        ("P1", "20", PayerStatus.PENDING, NextAction.CALL, date(2026, 11, 20), True),
        ("A2", "20", PayerStatus.ACCEPTED, NextAction.CALL, date(2026, 11, 20), True),
        ("F1", "65", PayerStatus.PAID, NextAction.CALL, TUESDAY, True),
        ("F2", "585", PayerStatus.DENIED, NextAction.CALL, TUESDAY, True),
        ("D0", "35", PayerStatus.NOT_ON_FILE, NextAction.CALL, TUESDAY, False),
        ("R4", "294", PayerStatus.INFORMATION_REQUESTED, NextAction.SEND_RECORDS, TUESDAY, True),
    ],
)
def test_an_answer_closes_its_request_and_schedules_the_claim(
    asked, take_in, category, code, status, action, due_on, spares
):
    claim, request = asked
    word = answer(request.trace_number, category, code, on=TUESDAY)
    assert take_in(response(word, on=TUESDAY), on=TUESDAY) == []
    request.refresh_from_db()
    claim.refresh_from_db()
    assert request.state == RequestState.ANSWERED
    assert request.spares_call is spares
    assert request.answer_set is not None
    assert claim.payer_status == status
    assert (claim.item.next_action, claim.item.due_on) == (action, due_on)
    assert not list(verify(claim.practice))


def test_a_claim_pending_since_long_is_not_looked_at_again_at_once(asked, take_in):
    claim, request = asked
    word = answer(request.trace_number, "P1", on=TUESDAY, since=date(2026, 10, 6))
    take_in(response(word, on=TUESDAY), on=TUESDAY)
    assert claim.item.due_on == date(2026, 11, 20), "seven working days after the answer"
    assert claim.item.work_status == WorkStatus.WAITING
    assert claim.item.due_reason.startswith("Look again 7 working days after a 276 was answered")
    refresh(practice=claim.practice, as_of=date(2026, 11, 13))
    claim.item.refresh_from_db()
    assert claim.item.due_on == date(2026, 11, 20)


def test_the_trace_comes_before_a_wrong_account_and_a_known_claim_needs_no_trace(
    asked, make_claim, take_in
):
    claim, request = asked
    other = make_claim()
    wrong = answer(request.trace_number, "P1", on=TUESDAY, account=other.patient_control_number)
    by_account = answer("0", "P1", on=TUESDAY, account=other.patient_control_number)
    take_in(response(wrong, on=TUESDAY), on=TUESDAY)
    assert Claim.objects.get(pk=claim.pk).payer_status == PayerStatus.PENDING
    assert Claim.objects.get(pk=other.pk).payer_status == PayerStatus.ACCEPTED
    take_in(response(by_account, on=TUESDAY, control="0002"), on=TUESDAY)
    assert Claim.objects.get(pk=other.pk).payer_status == PayerStatus.PENDING


def test_an_answer_about_a_claim_not_on_file_is_said(asked, take_in):
    words = [answer(trace, "P1", on=TUESDAY) for trace in ("NOBODY", "DL999999999C000001", "0")]
    found = take_in(response(*words, on=TUESDAY), on=TUESDAY)
    assert found == ["claim_not_on_file"] * 3
    assert StatusRequest.objects.get().state == RequestState.OUT


def test_a_second_answer_is_set_aside(asked, take_in):
    claim, request = asked
    take_in(response(answer(request.trace_number, "F2", "585", on=TUESDAY), on=TUESDAY), on=TUESDAY)
    later = date(2026, 11, 12)
    word = answer(request.trace_number, "P1", on=later)
    assert take_in(response(word, on=later, control="0002"), on=later) == ["double_answer"]
    assert Claim.objects.get(pk=claim.pk).payer_status == PayerStatus.DENIED


def test_one_set_may_answer_with_several_claims_of_the_payer(asked, take_in):
    claim, request = asked
    word = [answer(request.trace_number, c, on=TUESDAY) for c in ("A1", "P1")]
    assert take_in(response(*word, on=TUESDAY), on=TUESDAY) == []
    assert Claim.objects.get(pk=claim.pk).payer_status == PayerStatus.PENDING


def test_two_sets_of_one_file_that_answer_the_same(asked, take_in):
    _, request = asked
    sets = [
        response(answer(request.trace_number, word, on=TUESDAY), on=TUESDAY, control=control)
        for word, control in (("P1", "0001"), ("P2", "0002"))
    ]
    assert take_in(*sets, on=TUESDAY) == ["double_answer"]


def test_a_late_answer_still_closes_the_claims_latest_request(asked, write, take_in):
    claim, request = asked
    late = date(2026, 11, 20)
    refresh(practice=claim.practice, as_of=late)
    write(late)
    assert StatusRequest.objects.get().state == RequestState.OVERDUE
    assert take_in(response(answer(request.trace_number, "P1", on=late), on=late), on=late) == []
    claim.item.refresh_from_db()
    assert claim.item.work_status == WorkStatus.WAITING
    assert StatusRequest.objects.get().state == RequestState.ANSWERED


def test_an_answer_after_the_payer_decided_is_set_aside(asked, write, take_in):
    claim, request = asked
    Claim.objects.filter(pk=claim.pk).update(
        payer_status=PayerStatus.DENIED, payer_status_on=TUESDAY
    )
    late = date(2026, 11, 16)
    word = response(answer(request.trace_number, "P1", on=late), on=late)
    assert take_in(word, on=late) == ["late_answer"]
    assert Claim.objects.get(pk=claim.pk).payer_status == PayerStatus.DENIED
    write(late)
    assert StatusRequest.objects.get().state == RequestState.SETTLED


def test_an_answer_to_an_earlier_request_leaves_the_later_one_out(asked, write, take_in):
    claim, first = asked
    take_in(response(answer(first.trace_number, "P1", on=TUESDAY), on=TUESDAY), on=TUESDAY)
    StatusRequest.objects.update(state=RequestState.OVERDUE)  # as if it had not come
    again = date(2026, 11, 20)
    refresh(practice=claim.practice, as_of=again)
    assert write(again).asked == 1
    word = response(answer(first.trace_number, "F2", "585", on=again), on=again, control="0002")
    assert take_in(word, on=again) == ["late_answer"]
    assert StatusRequest.objects.latest("pk").state == RequestState.OUT
    assert Claim.objects.get(pk=claim.pk).payer_status == PayerStatus.PENDING


@pytest.mark.parametrize("refuse", ["by the payer's system", "by a 999"])
def test_a_request_that_is_refused_becomes_a_call_at_once(asked, take_in, refuse):
    claim, request = asked
    file = request.outgoing_claim.file
    if refuse == "by a 999":
        word = refusal(file.number)
    else:
        word = response(answer(request.trace_number, "E1", "0", on=TUESDAY), on=TUESDAY)
    take_in(word, on=TUESDAY)
    request.refresh_from_db()
    claim.item.refresh_from_db()
    assert request.state == RequestState.REFUSED
    assert not request.spares_call
    assert (claim.item.next_action, claim.item.due_on) == (NextAction.CALL, TUESDAY)
    assert claim.item.is_due
    assert (
        claim.item.due_reason == "A 276 was refused, or its answer says nothing of the claim: call"
    )


def test_another_practices_trace_is_not_ours(asked, take_in, db):
    from dueline.accounts.actions import add_practice
    from dueline.status_requests.actions import Answers

    other = add_practice(code="other", name="Other", npis=[], by="tests", at=noon(MONDAY))
    heard = Answers(other)
    word = answer(asked[1].trace_number, "P1", on=TUESDAY)
    assert list(heard.statuses(1, [word], None)) == [word]  # type: ignore[arg-type]


def test_the_figures_say_how_many_calls_were_spared(make_claim, write, take_in, practice):
    for _ in range(4):
        make_claim()
    write()
    traces = StatusRequest.objects.order_by("pk").values_list("trace_number", flat=True)
    words = [answer(t, c, on=TUESDAY) for t, c in zip(traces, ("P1", "P1", "D0"))]
    take_in(response(*words, on=TUESDAY), on=TUESDAY)
    due = due_tonight(practice, as_of=TUESDAY, now=noon(TUESDAY))
    (found,) = figures(practice, due, as_of=TUESDAY)
    assert (found.asked, found.out, found.answered, found.spared) == (4, 1, 3, 2)
    assert found.left_to_call == 1
    assert found.spared_minutes == 30, "two calls of 15 minutes on hold"
