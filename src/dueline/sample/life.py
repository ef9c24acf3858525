"""The life of an invented claim: what is sent and what comes back, day by day, up to a date."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from dueline.core.calendars import add_business_days, next_business_day
from dueline.core.x12.model import (
    ClaimPayment,
    ClaimStatus,
    OtherAdjudication,
    Status,
    StatusCode,
    SubmittedClaim,
)
from dueline.sample import adjudication
from dueline.sample.adjudication import NOTHING_DENIED, Answer
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
        self._paid: ClaimPayment | None = None

    def events(self) -> Iterator[Event]:
        """Yield what happens up to the plan's date, in the order of days."""
        return (event for event in self._all() if event.day <= self.plan.as_of)

    def _all(self) -> Iterator[Event]:
        billed, chance = self.billed, self.chance
        on = billed.submitted_on
        yield self._sent(on, billed.claim)
        fate = chance.random()
        if fate < 0.012:
            return  # lost on the way: nothing was ever heard
        if fate < 0.035:
            yield self._acknowledged(on, False)
            if chance.random() < 0.3:
                return  # nobody noticed the rejection
            on = add_business_days(on, chance.randrange(4, 20))
            yield self._sent(on, billed.claim)
        yield self._acknowledged(on, True)
        if fate > 0.975:
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

    def _acknowledged(self, day: date, is_accepted: bool) -> Event:
        billed = self.billed
        code = StatusCode("A2", "20", "PR") if is_accepted else StatusCode("A7", "164", "IL")
        heard_on = add_business_days(day, 1)
        status = Status(
            codes=(code,),
            effective_on=heard_on,
            action="WQ" if is_accepted else "U",
            charge_cents=billed.claim.charge_cents,
        )
        item = ClaimStatus(
            trace_number=billed.control_number,
            trace_type="2",
            subscriber=_named(billed),
            statuses=(status,),
            payer_claim_control_number=self._number() if is_accepted else "",
            service_from_on=billed.service_on,
            service_through_on=billed.service_on,
        )
        return Event(heard_on, "277CA", billed.payer.code, item)

    def _answered(self, day: date, code: StatusCode, number: str = "") -> Event:
        """Return a 277 that answers our question about the claim."""
        billed = self.billed
        item = ClaimStatus(
            trace_number=f"T{billed.number:07d}{day:%m%d}",
            trace_type="2",
            subscriber=_named(billed),
            statuses=(
                Status(codes=(code,), effective_on=day, charge_cents=billed.claim.charge_cents),
            ),
            payer_claim_control_number=number,
            patient_account=billed.control_number,
            service_from_on=billed.service_on,
            service_through_on=billed.service_on,
        )
        return Event(day, "277", billed.payer.code, item)

    def _silence(self, on: date) -> Iterator[Event]:
        """The payer never answers; asked, it says that the claim is in process or not there."""
        asked_on = add_business_days(on, 22)
        if self.chance.random() < 0.3:
            yield self._answered(asked_on, StatusCode("A4", "35", "PR"))
            return
        yield self._answered(asked_on, StatusCode("P1", "20", "PR"), self._number())
        again_on = add_business_days(asked_on, 12)
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
        day = self._remit_day(on)
        first = self._paid_event(day, answer, self._number())
        yield first
        if answer.denied_lines:
            yield from self._reworked(day, answer)
            return
        yield from self._settled(day)

    def _reworked(self, day: date, answer: Answer) -> Iterator[Event]:
        """A denial: corrected, won on appeal, or left."""
        choice = self.chance.random()
        wins = self.chance.random() < 0.6
        later = add_business_days(day, self.chance.randrange(6, 30))
        denied = self._paid
        assert denied is not None
        if choice < 0.55:
            claim = replace(
                self.billed.claim, frequency_code="7", original_reference=self._number()
            )
            yield self._sent(later, claim)
            answered_on = self._remit_day(later)
            yield Event(answered_on, "835", self.billed.payer.code, adjudication.reversal(denied))
            result = NOTHING_DENIED if wins else answer
            yield self._paid_event(answered_on, result, self._number(1))
            if wins:
                yield from self._settled(answered_on)
        elif choice < 0.8 and wins:
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
            taken_on = add_business_days(day, self.chance.randrange(30, 90))
            yield Event(
                taken_on, "835", self.billed.payer.code, adjudication.reversal(primary), True
            )
        elif fate < 0.019:
            void_on = add_business_days(day, 10)
            claim = replace(
                self.billed.claim, frequency_code="8", original_reference=self._number()
            )
            yield self._sent(void_on, claim)
            back_on = self._remit_day(void_on)
            yield Event(back_on, "835", self.billed.payer.code, adjudication.reversal(primary))

    def _less(self) -> Answer:
        """A reprocessing that refuses one line after all, where there are several."""
        if len(self.billed.services) > 1:
            return Answer(frozenset({len(self.billed.services) - 1}), ("CO", "97", "M15"))
        return NOTHING_DENIED

    def _secondary(self, day: date, primary: ClaimPayment) -> Iterator[Event]:
        billed, payer = self.billed, self.billed.secondary
        assert payer is not None
        sent_on = day
        if primary.status_code != "19":
            sent_on = add_business_days(day, self.chance.randrange(4, 14))
            yield Event(sent_on, self._stream(), payer.code, secondary_claim(billed, primary, day))
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


def _named(billed: Billed):
    """Return the patient as status messages name them: without address."""
    party = billed.patient.party("QC", billed.member_id)
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
        for line, result in zip(billed.claim.lines, primary.lines)
    )
    return replace(
        billed.claim,
        subscriber=subscriber_of(billed, payer, "S"),
        payer=payer_party(payer),
        other_payers=(other,),
        lines=lines,
    )
