"""Writing status requests: who is asked about, once, and what the file says."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction

from dueline.core.calendars import add_business_days
from dueline.core.enums import NextAction, PayerStatus, PayerType, WorkStatus
from dueline.core.status_requests import NotAsked, RequestState
from dueline.core.x12 import FileReader
from dueline.payers.actions import add_payer
from dueline.sending.models import OutgoingFile
from dueline.sending.queries import content
from dueline.status_requests.actions import switch_nightly
from dueline.status_requests.errors import StatusRequestRefused
from dueline.status_requests.models import StatusRequest
from dueline.status_requests.verify import verify
from dueline.worklist.actions import refresh

from .conftest import MONDAY, NOON


def _items(row):
    with content(row).open("rb") as file:
        return [item for found in FileReader(file, row.name).sets() for item in found.items()]


def test_a_claim_whose_answer_is_due_is_asked_about(make_claim, write):
    claim = make_claim(payer_claim_control_number="ICN7")
    (row,) = write().files
    (item,) = _items(row)
    assert item.trace_number == StatusRequest.objects.get().trace_number
    assert item.trace_type == "1"
    assert (item.source.last_name, item.source.identifier) == ("Harborlight", "HL001")
    assert (item.receiver.identifier, item.provider.identifier) == ("LAKE1", "1999936606")
    who = item.subscriber
    assert (who.last_name, who.first_name, who.identifier) == ("QUILL", "ADA", "HLH4471203")
    assert (who.birth_on, who.sex) == (date(1980, 4, 2), "F")
    assert item.payer_claim_control_number == "ICN7"
    assert item.patient_account == claim.patient_control_number
    assert item.charge_cents == 50_000
    assert item.service_from_on == date(2026, 10, 1)
    assert not list(verify(claim.practice))


def test_the_claim_waits_for_the_answer_and_becomes_a_call_when_none_comes(make_claim, write):
    claim = make_claim()
    write()
    item = claim.item
    assert item.due_on == date(2026, 11, 12), "Veterans Day is no business day"
    assert item.work_status == WorkStatus.WAITING
    assert item.due_reason == "Asked by 276 on Nov 9: call where no answer has come by Nov 12"
    refresh(practice=claim.practice, as_of=date(2026, 11, 10))
    item.refresh_from_db()
    assert item.due_on == date(2026, 11, 12), "a refresh leaves the wait as it is"

    later = date(2026, 11, 13)
    refresh(practice=claim.practice, as_of=later)
    assert not write(later).files
    item.refresh_from_db()
    assert item.is_due
    assert item.next_action == NextAction.CALL
    assert StatusRequest.objects.get().state == RequestState.OVERDUE
    long_after = date(2026, 12, 28)
    refresh(practice=claim.practice, as_of=long_after)
    assert not write(long_after).files, "a person calls first"


def test_a_second_run_of_a_day_asks_nothing(make_claim, write):
    make_claim()
    assert write().asked == 1
    assert write().asked == 0
    assert OutgoingFile.objects.count() == 1


def test_the_database_refuses_a_second_request_while_one_is_out(make_claim, write):
    make_claim()
    write()
    again = StatusRequest.objects.get()
    again.pk, again.trace_number, again.outgoing_claim_id = None, "OTHER", 0
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


_CHANGES = {
    "denied": {"payer_status": PayerStatus.DENIED, "payer_status_on": date(2026, 11, 2)},
    "paid": {"payer_status": PayerStatus.PAID, "payer_status_on": date(2026, 11, 2)},
    "never sent": {"payer_status": PayerStatus.NOT_SENT, "first_submitted_on": None},
    "rejected": {"payer_status": PayerStatus.REJECTED},
    "no balance": {"payer_balance_cents": 0, "is_open": False},
    "accepted lately": {"accepted_on": date(2026, 11, 4), "payer_status_on": date(2026, 11, 4)},
    "no member ID": {"member_id": ""},
    "no patient": {"patient": None},
    "no provider": {"billing_provider": None},
    "no service date": {"service_from_on": None, "service_through_on": None},
    "a delimiter in the member ID": {"member_id": "A*B~C"},
    "a line break in the account": {"patient_control_number": "A\nB"},
    "letters beyond X12": {"member_id": "Ä12345"},
}


@pytest.mark.parametrize("changes", _CHANGES.values(), ids=_CHANGES)
def test_who_is_not_asked_about_keeps_no_one_else(make_claim, write, changes):
    make_claim(**changes)
    asked = make_claim()
    assert write().asked == 1
    assert StatusRequest.objects.get().claim == asked


def test_payers_that_take_none_or_have_no_id_are_left_out_with_the_reason(
    practice, make_claim, write
):
    auto, nameless = (
        add_payer(practice=practice, name=name, payer_type=kind, identifiers=ids, source="tests")
        for name, kind, ids in (
            ("Roadside", PayerType.AUTO, [("PI", "RS1")]),
            ("No Number", PayerType.COMMERCIAL, []),
        )
    )
    long_ago = {"accepted_on": date(2026, 9, 1), "payer_status_on": date(2026, 9, 1)}
    make_claim(payer=auto, **long_ago)
    make_claim(payer=nameless, **long_ago)
    run = write()
    assert not run.files
    assert run.due.left_out[auto.pk] == {NotAsked.NOT_TAKEN: 1}
    assert run.due.left_out[nameless.pk] == {NotAsked.NO_PAYER_ID: 1}


def test_each_payer_has_a_file_of_its_own(practice, make_claim, write):
    other = add_payer(
        practice=practice, name="Prairie", payer_type=PayerType.COMMERCIAL,
        identifiers=[("PI", "PU1")], source="tests",
    )  # fmt: skip
    make_claim()
    make_claim(payer=other)
    assert [row.payer.name for row in write().files] == ["Harborlight", "Prairie"]


def test_a_patient_who_is_not_the_subscriber_stands_under_them(make_claim, write):
    make_claim(subscriber_name="BEA MARIA QUILL")
    (row,) = write().files
    (item,) = _items(row)
    assert (item.subscriber.first_name, item.subscriber.last_name) == ("BEA MARIA", "QUILL")
    assert item.subscriber.birth_on is None
    assert (item.patient.first_name, item.patient.birth_on) == ("ADA", date(1980, 4, 2))


def test_a_claim_in_a_callers_hands_or_that_a_person_calls_is_left_alone(make_claim, write):
    held, decided = make_claim(), make_claim()
    held.item.__class__.objects.filter(claim=held).update(work_status=WorkStatus.WITH_BILLING)
    decided.item.__class__.objects.filter(claim=decided).update(
        has_set_date=True, next_action=NextAction.CALL
    )
    assert write().asked == 0


def test_what_a_receiver_cannot_be_told_keeps_no_other_payer(practice, make_claim, write, settings):
    practice.submitter.receiver_id = ""
    practice.submitter.save()
    far = add_payer(
        practice=practice, name="Far", payer_type=PayerType.COMMERCIAL,
        identifiers=[("PI", "LONGER-THAN-FIFTEEN")], source="tests",
    )  # fmt: skip
    make_claim(payer=far)
    make_claim()
    run = write()
    assert [row.payer.name for row in run.files] == ["Harborlight"]
    assert run.not_written[0][0] == "Far"
    assert StatusRequest.objects.count() == 1


def test_nightly_is_off_until_a_receiver_is_set(practice):
    practice.submitter.delete()
    practice.refresh_from_db()
    with pytest.raises(StatusRequestRefused, match="found none set"):
        switch_nightly(practice=practice, is_on=True, by="tests", at=NOON)


def test_never_twice_within_the_payers_interval(make_claim, write, take_in):
    """Whatever is answered, and whenever the run comes: two requests of a claim are an interval apart."""
    from .conftest import answer, response

    claim = make_claim()
    day = MONDAY
    for step in range(24):
        refresh(practice=claim.practice, as_of=day)
        write(day)
        out = StatusRequest.objects.filter(state=RequestState.OUT).first()
        if out is not None:
            word = answer(out.trace_number, ("P1", "A2", "A1")[step % 3], on=day, since=MONDAY)
            take_in(response(word, on=day, control=f"{step + 1:04d}"), on=day)
        day += timedelta(days=(1, 3, 2)[step % 3])
    asked = list(StatusRequest.objects.order_by("asked_on").values_list("asked_on", flat=True))
    assert len(asked) >= 3, "answered claims are asked about again"
    for first, second in pairwise(asked):
        assert second >= add_business_days(first, 7)
