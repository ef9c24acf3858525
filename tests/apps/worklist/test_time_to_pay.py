"""Waits counted from the ledger's rows: what starts one, what answers it, what ends it unanswered; and its use."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dueline.core.enums import (
    EntryKind,
    MatchMethod,
    NextAction,
    Outcome,
    PayerStatus,
    PostingStatus,
    SetKind,
)
from dueline.core.time_to_pay import Learned, Step
from dueline.ledger.models import (
    Claim,
    ClaimEvent,
    ClaimPayment,
    Coverage,
    Entry,
    Remittance,
    SourceFile,
    Submission,
    TransactionSet,
)
from dueline.ledger.queries_time_to_pay import learned_times, times_to_pay
from dueline.payers.models import PayerPlan
from dueline.worklist.actions import apply_follow_up, refresh
from dueline.worklist.models import DailyPricing, WorklistItem

MONDAY = date(2026, 11, 23)
MORNING = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
SENT_ON = date(2026, 10, 1)
pytestmark = pytest.mark.django_db


class Ledger:
    """Writes rows of the ledger as intake would, days counted from SENT_ON."""

    def __init__(self, practice: Any, payer: Any, make_claim: Callable[..., Any]) -> None:
        self.practice, self.payer, self.make_claim = practice, payer, make_claim
        file = SourceFile.objects.create(
            practice=practice, name="a.x12", sha256="0", size_bytes=1, received_at=MORNING
        )
        self.number = 0
        self.file = file

    def a_set(self, kind: SetKind) -> TransactionSet:
        self.number += 1
        return TransactionSet.objects.create(
            practice=self.practice,
            source_file=self.file,
            kind=kind,
            status=PostingStatus.POSTED,
            segment_from=1,
            segment_through=2,
            content_hash=str(self.number),
            posted_at=MORNING,
        )

    def sent(self, claim: Claim, day: int, **changes: Any) -> Submission:
        values: dict[str, Any] = {
            "practice": self.practice,
            "claim": claim,
            "transaction_set": self.a_set(SetKind.CLAIM_PROFESSIONAL),
            "segment_number": 1,
            "payer": self.payer,
            "payer_sequence": "P",
            "submitted_on": SENT_ON + timedelta(days=day),
            "frequency_code": "1",
            "charge_cents": 100,
            "fingerprint": "first",
        }
        return Submission.objects.create(**(values | changes))

    def answered(self, claim: Claim, day: int, *, carc: str = "", **changes: Any) -> ClaimPayment:
        origin = self.a_set(SetKind.REMITTANCE)
        paid_on = SENT_ON + timedelta(days=day)
        remittance = Remittance.objects.create(
            practice=self.practice,
            transaction_set=origin,
            payer=self.payer,
            payment_cents=0,
            payment_method="ACH",
            paid_on=paid_on,
            trace_number=str(self.number),
        )
        values: dict[str, Any] = {
            "practice": self.practice,
            "remittance": remittance,
            "claim": claim,
            "match_method": next(iter(MatchMethod)),
            "segment_number": 1,
            "patient_control_number": claim.patient_control_number,
            "status_code": "1",
            "charge_cents": 100,
            "paid_cents": 100,
        }
        payment = ClaimPayment.objects.create(**(values | changes))
        if carc:
            Entry.objects.create(
                practice=self.practice,
                claim=claim,
                kind=EntryKind.ADJUSTMENT,
                transaction_set=origin,
                segment_number=2,
                claim_payment=payment,
                effective_on=paid_on,
                group_code="CO",
                carc=carc,
                amount_cents=100,
                payer_effect_cents=0,
                patient_effect_cents=0,
            )
        return payment

    def refused(self, claim: Claim, day: int) -> None:
        ClaimEvent.objects.create(
            practice=self.practice,
            claim=claim,
            transaction_set=self.a_set(SetKind.CLAIM_ACKNOWLEDGMENT),
            segment_number=1,
            happened_on=SENT_ON + timedelta(days=day),
            payer_status=PayerStatus.REJECTED,
            text="Rejected",
        )

    def history(self, days: int, count: int) -> None:
        """Write claims that were answered after so many days."""
        for _ in range(count):
            claim = self.make_claim(payer_balance_cents=0)
            self.sent(claim, 0)
            self.answered(claim, days)


@pytest.fixture
def ledger(practice: Any, payer: Any, make_claim: Callable[..., Any]) -> Ledger:
    return Ledger(practice, payer, make_claim)


def plain(books: Ledger, claim: Claim) -> None:
    books.sent(claim, 0)
    books.answered(claim, 20)


def waiting(books: Ledger, claim: Claim) -> None:
    books.sent(claim, 0)


def answered_after_today(books: Ledger, claim: Claim) -> None:
    books.sent(claim, 0)
    books.answered(claim, 60)


def answered_twice(books: Ledger, claim: Claim) -> None:
    plain(books, claim)
    books.answered(claim, 40)


def denied(books: Ledger, claim: Claim) -> None:
    books.sent(claim, 0)
    books.answered(claim, 20, carc="197", paid_cents=0, is_denial=True)


def taken_back_only(books: Ledger, claim: Claim) -> None:
    books.sent(claim, 0)
    books.answered(claim, 20, status_code="22", paid_cents=-100)


def answered_by_the_next_payer(books: Ledger, claim: Claim) -> None:
    books.sent(claim, 0)
    books.answered(claim, 20, status_code="2")


def sent_twice(books: Ledger, claim: Claim) -> None:
    first = books.sent(claim, 0)
    books.sent(claim, 8, duplicate_of=first)
    books.answered(claim, 12, carc="18", paid_cents=0)
    books.answered(claim, 20)


def refused_and_resent(books: Ledger, claim: Claim) -> None:
    first = books.sent(claim, 0)
    books.refused(claim, 1)
    books.sent(claim, 6, duplicate_of=first)
    books.answered(claim, 20)


def refused_and_left(books: Ledger, claim: Claim) -> None:
    books.sent(claim, 0)
    books.refused(claim, 1)


def corrected_after_denial(books: Ledger, claim: Claim) -> None:
    denied(books, claim)
    books.sent(claim, 20, frequency_code="7", fingerprint="second")
    books.answered(claim, 35)


def corrected_before_an_answer(books: Ledger, claim: Claim) -> None:
    books.sent(claim, 0)
    books.sent(claim, 9, frequency_code="7", fingerprint="second")
    books.answered(claim, 30)


def corrected_and_refused(books: Ledger, claim: Claim) -> None:
    plain(books, claim)
    books.sent(claim, 25, frequency_code="7", fingerprint="second")
    books.refused(claim, 26)


def voided_before_an_answer(books: Ledger, claim: Claim) -> None:
    books.sent(claim, 0)
    books.sent(claim, 5, frequency_code="8", fingerprint="void")
    books.answered(claim, 30, status_code="22")


def second_payer(books: Ledger, claim: Claim) -> None:
    books.sent(claim, 0, payer_sequence="S")
    books.answered(claim, 20, status_code="2")


def too_old(books: Ledger, claim: Claim) -> None:
    books.sent(claim, -400)
    books.answered(claim, -380)


def sent_after_today(books: Ledger, claim: Claim) -> None:
    books.sent(claim, 60)


TODAY = (MONDAY - SENT_ON).days


@pytest.mark.parametrize(
    ("happens", "answered_on_days", "waits"),
    [
        pytest.param(plain, [20], 1, id="answered"),
        pytest.param(waiting, [], 1, id="still waiting"),
        pytest.param(answered_after_today, [], 1, id="answered after the day asked about"),
        pytest.param(answered_twice, [20], 1, id="the first answer counts"),
        pytest.param(denied, [20], 1, id="a denial is an answer"),
        pytest.param(taken_back_only, [], 1, id="a takeback is none"),
        pytest.param(answered_by_the_next_payer, [], 1, id="another payer's turn is none"),
        pytest.param(sent_twice, [20], 1, id="a duplicate starts no wait; CO-18 answers none"),
        pytest.param(refused_and_resent, [14], 1, id="refused: from the resend"),
        pytest.param(refused_and_left, [], 0, id="refused: the payer never had it"),
        pytest.param(corrected_after_denial, [15, 20], 2, id="a corrected claim waits anew"),
        pytest.param(corrected_before_an_answer, [21], 2, id="replaced: waited until then"),
        pytest.param(corrected_and_refused, [20], 1, id="the correction never arrived"),
        pytest.param(voided_before_an_answer, [], 1, id="voided: waited until then"),
        pytest.param(second_payer, [], 0, id="a second payer is not counted"),
        pytest.param(too_old, [], 0, id="older than a year"),
        pytest.param(sent_after_today, [], 0, id="sent after the day asked about"),
    ],
)
def test_what_counts(ledger: Ledger, happens: Any, answered_on_days: list[int], waits: int) -> None:
    happens(ledger, ledger.make_claim())
    found = times_to_pay(ledger.practice, as_of=MONDAY)
    if not waits:
        assert found == {}
        return
    one = found[ledger.payer.pk, None]
    assert (one.claims, one.answered) == (waits, len(answered_on_days))
    assert [step.day for step in one.steps] == answered_on_days


@pytest.mark.parametrize(
    ("ends", "at_risk"),
    [
        pytest.param(waiting, 2, id="one that still waits is among those waiting on day 20"),
        pytest.param(voided_before_an_answer, 1, id="one voided on day 5 is not"),
        pytest.param(corrected_and_refused, 2, id="one answered on the day is"),
    ],
)
def test_a_wait_counts_for_the_days_it_lasted(ledger: Ledger, ends: Any, at_risk: int) -> None:
    plain(ledger, ledger.make_claim())
    ends(ledger, ledger.make_claim())
    one = times_to_pay(ledger.practice, as_of=MONDAY)[ledger.payer.pk, None]
    answers = 2 if ends is corrected_and_refused else 1
    assert one.steps == (Step(20, pytest.approx(answers / at_risk)),)


def test_by_plan_where_the_group_number_is_known(ledger: Ledger, other_payer: Any) -> None:
    values = {"practice": ledger.practice, "name": "Gold", "group_numbers": ["g-77"]}
    plan = PayerPlan.objects.create(payer=ledger.payer, **values)
    PayerPlan.objects.create(payer=other_payer, **values)
    for group, days in [(" G-77", 10), ("X", 30)]:
        claim = ledger.make_claim()
        Coverage.objects.create(
            practice=ledger.practice,
            claim=claim,
            sequence="P",
            payer=ledger.payer,
            group_number=group,
        )
        ledger.sent(claim, 0)
        ledger.answered(claim, days)
    found = learned_times(ledger.practice, as_of=MONDAY)
    assert found == {
        (ledger.payer.pk, None): Learned(2, 2, 10, 30, None, 0),
        (ledger.payer.pk, plan.pk): Learned(1, 1, 10, 10, None, 0),
    }


def test_nothing_of_another_practice(ledger: Ledger) -> None:
    from dueline.accounts.models import Practice

    ledger.history(20, 2)
    other = Practice.objects.create(code="summit", name="Summit Orthopedics")
    assert times_to_pay(other, as_of=MONDAY) == {}


def test_two_queries_however_many_claims(ledger: Ledger, django_assert_num_queries: Any) -> None:
    ledger.history(20, 5)
    with django_assert_num_queries(2):
        times_to_pay(ledger.practice, as_of=MONDAY)


# ---------------------------------------------------------------- in the worklist


@pytest.fixture
def accepted(make_claim: Callable[..., Any]) -> Any:
    """Sent 27 days ago and accepted a day later."""
    sent_on = MONDAY - timedelta(days=27)
    return make_claim(
        payer_status=PayerStatus.ACCEPTED,
        payer_status_on=sent_on + timedelta(days=1),
        accepted_on=sent_on + timedelta(days=1),
        first_submitted_on=sent_on,
        last_submitted_on=sent_on,
    )


def item_of(claim: Claim) -> WorklistItem:
    return WorklistItem.objects.get(claim=claim)


def test_fifty_answers_move_the_first_look_and_say_why(ledger: Ledger, accepted: Any) -> None:
    ledger.history(21, 49)
    refresh(practice=ledger.practice, as_of=MONDAY)
    item = item_of(accepted)
    assert (item.due_reason, item.is_due) == ("First look 30 days after acceptance", False)
    ledger.history(21, 1)
    refresh(practice=ledger.practice, as_of=MONDAY)
    item = item_of(accepted)
    assert (item.due_on, item.is_due) == (date(2026, 11, 18), True)
    words = "100 % of this payer's claims are answered by day 21; this is day "
    assert item.due_reason == f"{words}27"
    kept = DailyPricing.objects.get(practice=ledger.practice).times_to_pay
    assert kept == {str(ledger.payer.pk): [50, 50, 21, 21, 21, 100]}
    assert refresh(practice=ledger.practice, as_of=MONDAY).changed == 0
    refresh(practice=ledger.practice, as_of=MONDAY + timedelta(days=1))
    item = item_of(accepted)
    assert (item.due_on, item.due_reason) == (date(2026, 11, 18), f"{words}28")


def test_a_claim_that_is_due_stays_due_when_the_payer_turns_out_slower(
    ledger: Ledger, accepted: Any
) -> None:
    ledger.history(21, 50)
    refresh(practice=ledger.practice, as_of=MONDAY)
    ledger.history(45, 50)
    refresh(practice=ledger.practice, as_of=MONDAY)
    item = item_of(accepted)
    assert (item.due_on, item.is_due) == (date(2026, 11, 18), True)


def test_a_date_set_by_a_person_stays(ledger: Ledger, accepted: Any, caller: Any) -> None:
    refresh(practice=ledger.practice, as_of=MONDAY)
    apply_follow_up(
        claim=accepted,
        by=caller,
        outcome=Outcome.NO_ANSWER,
        next_action=NextAction.CALL,
        next_due_on=date(2026, 12, 4),
        as_of=MONDAY,
    )
    ledger.history(21, 50)
    refresh(practice=ledger.practice, as_of=MONDAY)
    assert item_of(accepted).due_on == date(2026, 12, 4)
