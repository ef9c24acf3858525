"""The life of an invented claim: what is sent and what comes back, day by day, up to a date."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from dueline.core.calendars import add_business_days, next_business_day
from dueline.core.enums import PayerType
from dueline.core.x12.model import (
    ClaimPayment,
    ClaimStatus,
    OtherAdjudication,
    Party,
    Status,
    StatusCode,
    SubmittedClaim,
)
from dueline.sample import adjudication
from dueline.sample.adjudication import NOTHING_DENIED, Answer
from dueline.sample.books import Books
from dueline.sample.claims import Billed, billed_claim, payer_party, subscriber_of
from dueline.sample.payers import SamplePayer
from dueline.sample.practice import PracticePlan


@dataclass
class Event:
    """One item of a file of a day. `stream` is 837P, 837I, 277CA, 277 or 835; `payer` the payer's code."""

    day: date
    stream: str
    payer: str
    item: SubmittedClaim | ClaimStatus | ClaimPayment
    is_recovery: bool = False  # the payer takes money back by PLB with this payment


class Life:
    """Plays one claim's life. Every choice comes from the claim's own chance, so order does not matter."""

    def __init__(self, plan: PracticePlan, number: int) -> None:
        self.plan = plan
        self.chance = Random(f"{plan.seed} claim {number}")
        self.billed: Billed = billed_claim(plan, number, self.chance)
        self.pattern = ""
        self.books = Books(has_secondary=self.billed.secondary is not None)
        self.answer_days: list[int] = []  # the payer's, by version sent; also those after the date
        self._paid: ClaimPayment | None = None

    def events(self) -> Iterator[Event]:
        """Yield what happens up to the plan's date. The books are complete when it is exhausted."""
        for event in self._all():
            if event.day > self.plan.as_of:
                continue
            if isinstance(event.item, SubmittedClaim):
                self.books.note_claim(event.item)
            elif isinstance(event.item, ClaimPayment):
                self.books.note_payment(event.item)
            yield event

    def _all(self) -> Iterator[Event]:
        billed, chance = self.billed, self.chance
        on = billed.submitted_on
        yield self._sent(on, billed.claim)
        fate = chance.random()
        if fate < 0.007:
            return  # lost on the way: nothing was ever heard
        if fate < 0.03:
            yield self._refused(on)
            if chance.random() < 0.25:
                return  # nobody noticed the rejection
            on = add_business_days(on, chance.randrange(4, 20))
            yield self._sent(on, billed.claim)
        yield self._accepted(on, self._number())
        if fate > 0.988:
            yield from self._silence(on)
            return
        if 0.5 < fate < 0.51:
            yield from self._sent_twice(on)
        yield from self._adjudicated(on)

    # ------------------------------------------------------------ steps

    def _stream(self) -> str:
        return "837I" if self.billed.is_institutional else "837P"

    def _sent(self, day: date, claim: SubmittedClaim) -> Event:
        return Event(day, self._stream(), self.billed.payer.code, claim)

    def _number(self, sequence: int = 0) -> str:
        return f"{self.billed.payer.code}{self.billed.number:07d}{sequence}"

    def _accepted(
        self, sent_on: date, number: str, payer: SamplePayer | None = None, member_id: str = ""
    ) -> Event:
        """Return the 277CA that takes in a claim, with the payer's number for it."""
        return self._acknowledged(
            add_business_days(sent_on, 1),
            StatusCode("A2", "20", "PR"),
            "WQ",
            payer or self.billed.payer,
            _named(self.billed, member_id or self.billed.member_id),
            number,
        )

    def _refused(self, sent_on: date) -> Event:
        """Return the 277CA that refuses a claim: by the clearinghouse or by the payer."""
        by_payer = self.chance.random() < 0.5
        code = StatusCode("A7", "164", "IL") if by_payer else StatusCode("A3", "562", "85")
        party = _named(self.billed, self.billed.member_id)
        return self._acknowledged(
            add_business_days(sent_on, 1), code, "U", self.billed.payer, party, ""
        )

    def _acknowledged(
        self,
        heard_on: date,
        code: StatusCode,
        action: str,
        payer: SamplePayer,
        party: Party,
        number: str,
    ) -> Event:
        billed = self.billed
        status = Status(
            codes=(code,),
            effective_on=heard_on,
            action=action,
            charge_cents=billed.claim.charge_cents,
        )
        item = ClaimStatus(
            trace_number=billed.control_number,
            trace_type="2",
            subscriber=party,
            statuses=(status,),
            payer_claim_control_number=number,
            service_from_on=billed.service_on,
            service_through_on=billed.through_on,
        )
        return Event(heard_on, "277CA", payer.code, item)

    def _answered(self, day: date, code: StatusCode, number: str = "") -> Event:
        """Return a 277 that answers our question about the claim."""
        billed = self.billed
        item = ClaimStatus(
            trace_number=f"T{billed.number:07d}{day:%m%d}",
            trace_type="2",
            subscriber=_named(billed, billed.member_id),
            statuses=(
                Status(codes=(code,), effective_on=day, charge_cents=billed.claim.charge_cents),
            ),
            payer_claim_control_number=number,
            patient_account=billed.control_number,
            service_from_on=billed.service_on,
            service_through_on=billed.through_on,
        )
        return Event(day, "277", billed.payer.code, item)

    def _silence(self, on: date) -> Iterator[Event]:
        """The payer never answers; asked, it says that the claim is in process or not there."""
        asked_on = answer_day(add_business_days(on, 22))
        if self.chance.random() < 0.3:
            yield self._answered(asked_on, StatusCode("A4", "35", "PR"))
            return
        yield self._answered(asked_on, StatusCode("P1", "20", "PR"), self._number())
        again_on = answer_day(add_business_days(asked_on, 12))
        if self.chance.random() < 0.3:
            yield self._answered(again_on, StatusCode("R4", "294", "PR"), self._number())

    def _sent_twice(self, on: date) -> Iterator[Event]:
        """The same claim again for no reason; the payer answers that it has it."""
        again_on = add_business_days(on, 8)
        yield self._sent(again_on, self.billed.claim)
        answer = adjudication.duplicate_answer(self.billed)
        yield self._paid_event(
            remit_day(self.billed.payer, add_business_days(again_on, 7)), answer, self._number(9)
        )

    def _remit_day(self, on: date) -> date:
        first, last = self.billed.payer.days
        return remit_day(
            self.billed.payer, on + timedelta(days=self.chance.randrange(first, last + 1))
        )

    def _answer_day(self, on: date) -> date:
        """Return when the payer answers what was sent, and keep how long that is."""
        day = self._remit_day(on)
        self.answer_days.append((day - on).days)
        return day

    def _paid_event(self, day: date, answer: Answer, number: str) -> Event:
        item = adjudication.payment(
            self.billed,
            answer,
            Random(f"{self.plan.seed} shares {self.billed.number}"),
            number=number,
            received_on=self.billed.submitted_on,
        )
        self._paid = item
        return Event(day, "835", self.billed.payer.code, item)

    def _adjudicated(self, on: date) -> Iterator[Event]:
        answer = adjudication.decide(self.plan, self.billed, self.chance)
        self.pattern = answer.pattern
        day = self._answer_day(on)
        first = self._paid_event(day, answer, self._number())
        yield from self._asked(on, day, answer)
        yield first
        if answer.denied_lines:
            yield from self._reworked(day, answer)
            return
        yield from self._settled(day)

    def _asked(self, on: date, paid_on: date, answer: Answer) -> Iterator[Event]:
        """Some slow claims are asked about: still in process, or decided and the 835 not there yet."""
        if (paid_on - on).days < 25 or self.chance.random() >= 0.3:
            return
        asked_on = answer_day(add_business_days(on, 12))
        if asked_on < paid_on:
            yield self._answered(asked_on, StatusCode("P1", "20", "PR"), self._number())
        decided_on = answer_day(add_business_days(paid_on, -5))
        if asked_on < decided_on < paid_on:
            is_refused = len(answer.denied_lines) == len(self.billed.services)
            code = StatusCode("F2", "585", "") if is_refused else StatusCode("F1", "65", "")
            yield self._answered(decided_on, code, self._number())

    def _reworked(self, day: date, answer: Answer) -> Iterator[Event]:
        """A denial: corrected, won on appeal, or left."""
        choice = self.chance.random()
        wins = self.chance.random() < 0.85
        later = add_business_days(day, self.chance.randrange(6, 30))
        denied = self._paid
        assert denied is not None
        if choice < 0.65 and self.billed.payer.kind is not PayerType.MEDICARE:
            claim = replace(
                self.billed.claim, frequency_code="7", original_reference=self._number()
            )
            yield self._sent(later, claim)
            yield self._accepted(later, self._number(1))
            answered_on = self._answer_day(later)
            yield Event(answered_on, "835", self.billed.payer.code, adjudication.reversal(denied))
            result = NOTHING_DENIED if wins else answer
            yield self._paid_event(answered_on, result, self._number(1))
            if wins:
                yield from self._settled(answered_on)
        elif choice < 0.95 and wins:  # by appeal, or by a reopening: Medicare takes no replacement
            won_on = remit_day(self.billed.payer, add_business_days(later, 25))
            yield Event(won_on, "835", self.billed.payer.code, adjudication.reversal(denied))
            yield self._paid_event(won_on, NOTHING_DENIED, self._number(2))
            yield from self._settled(won_on)

    def _settled(self, day: date) -> Iterator[Event]:
        """After payment: the secondary payer's turn, a reprocessing, a takeback, a void."""
        primary = self._paid
        assert primary is not None
        if self.billed.secondary is not None and primary.patient_responsibility_cents:
            yield from self._secondary(day, primary)
            return
        fate = self.chance.random()
        if fate < 0.012:
            again_on = remit_day(
                self.billed.payer, add_business_days(day, self.chance.randrange(20, 60))
            )
            yield Event(again_on, "835", self.billed.payer.code, adjudication.reversal(primary))
            same_day = fate < 0.008
            corrected_on = (
                again_on
                if same_day
                else remit_day(self.billed.payer, add_business_days(again_on, 5))
            )
            yield self._paid_event(corrected_on, self._less(), self._number(3))
        elif fate < 0.016:
            later = add_business_days(day, self.chance.randrange(30, 90))
            taken_on = remit_day(self.billed.payer, later)
            yield Event(
                taken_on, "835", self.billed.payer.code, adjudication.reversal(primary), True
            )
        elif fate < 0.019:
            void_on = add_business_days(day, 10)
            claim = replace(
                self.billed.claim, frequency_code="8", original_reference=self._number()
            )
            yield self._sent(void_on, claim)
            yield self._accepted(void_on, self._number(4))
            back_on = self._remit_day(void_on)
            yield Event(back_on, "835", self.billed.payer.code, adjudication.reversal(primary))

    def _less(self) -> Answer:
        """A reprocessing that refuses one line after all, where there are several."""
        if len(self.billed.services) > 1 and not self.billed.is_inpatient:
            return Answer(frozenset({len(self.billed.services) - 1}), ("CO", "97", "M15"))
        return NOTHING_DENIED

    def _secondary(self, day: date, primary: ClaimPayment) -> Iterator[Event]:
        billed, payer = self.billed, self.billed.secondary
        assert payer is not None
        sent_on = day
        if primary.status_code != "19":
            sent_on = add_business_days(day, self.chance.randrange(4, 14))
            yield Event(sent_on, self._stream(), payer.code, secondary_claim(billed, primary, day))
            number = f"{payer.code}{billed.number:07d}5"
            yield self._accepted(sent_on, number, payer, billed.secondary_member_id)
            if self.chance.random() < 0.1:
                return  # the secondary payer never answers
        answered_on = remit_day(payer, sent_on + timedelta(days=self.chance.randrange(15, 30)))
        item = adjudication.secondary_payment(
            billed, primary, number=f"{payer.code}{billed.number:07d}5", received_on=sent_on
        )
        yield Event(answered_on, "835", payer.code, item)


def remit_day(payer: SamplePayer, earliest_on: date) -> date:
    """Return the payer's next payment day: payers pay on fixed days of the week."""
    day = earliest_on
    while day.weekday() not in payer.pay_days:
        day += timedelta(days=1)
    return next_business_day(day)


def answer_day(earliest_on: date) -> date:
    """Return the next Friday: status questions are answered once a week."""
    return next_business_day(earliest_on + timedelta(days=(4 - earliest_on.weekday()) % 7))


def _named(billed: Billed, member_id: str) -> Party:
    """Return the patient as status messages name them: without address."""
    party = billed.patient.party("QC", member_id)
    return replace(party, address_1="", city="", state="", postal_code="", birth_on=None, sex="")


def secondary_claim(billed: Billed, primary: ClaimPayment, paid_on: date) -> SubmittedClaim:
    """Return the claim to the secondary payer, with what the primary made of each line."""
    payer = billed.secondary
    assert payer is not None
    other = replace(
        billed.claim.other_payers[0],
        sequence="P",
        group_number=subscriber_of(billed, billed.payer, "P").group_number,
        filing_indicator=billed.payer.filing_indicator,
        paid_cents=primary.paid_cents,
        subscriber=replace(billed.patient.party("IL", billed.member_id), birth_on=None, sex=""),
        payer=payer_party(billed.payer),
        payer_claim_control_number=primary.payer_claim_control_number,
    )
    lines = tuple(
        replace(
            line,
            other_adjudications=(
                OtherAdjudication(
                    payer_identifier=billed.payer.identifier,
                    paid_cents=result.paid_cents,
                    procedure=result.procedure,
                    units=line.units,
                    adjustments=result.adjustments,
                    adjudicated_on=paid_on,
                ),
            ),
        )
        for line, result in zip(billed.claim.lines, primary.lines, strict=True)
    )
    return replace(
        billed.claim,
        subscriber=subscriber_of(billed, payer, "S"),
        payer=payer_party(payer),
        other_payers=(other,),
        lines=lines,
    )
