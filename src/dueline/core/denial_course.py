"""What became of each refusal of a claim: its later answers, submissions and contacts, told in order.

Pure: facts in, standings out. What an event makes of a state is in `core.denial_states`. The rules with
their reasons are in docs/explanation/denials.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from dueline.core.claim_course import what_was_sent
from dueline.core.denial_states import DenialEvent, next_state
from dueline.core.denials import UNDECIDED_STATUSES
from dueline.core.enums import DenialState, NextAction, Outcome
from dueline.core.refusals import Refusal

REVERSAL, REPLACEMENT, VOID = "22", "7", "8"
_PlaceKey = tuple[int, int | None]  # a claim payment and the line of it, None: the claim


@dataclass(slots=True)
class AnsweredLine:
    """One line of an answer. `share_cents`: the patient's; `held_cents`: neither paid nor refused."""

    line_payment_id: int
    service_line_id: int | None
    line_number: int | None  # of the service line, where it is known
    procedure_code: str
    charge_cents: int
    paid_cents: int
    share_cents: int = 0
    held_cents: int = 0


@dataclass(slots=True)
class Answer:
    """One claim payment. Shares and what is held are those of the whole claim, lines included."""

    claim_payment_id: int
    on: date
    payer_id: int
    status_code: str
    charge_cents: int
    paid_cents: int
    share_cents: int = 0
    held_cents: int = 0
    reverses_id: int | None = None
    lines: Sequence[AnsweredLine] = ()
    refusals: Sequence[Refusal] = ()


@dataclass(slots=True)
class Sent:
    """One submission."""

    on: date
    payer_id: int
    frequency_code: str


@dataclass(slots=True)
class GivenUp:
    """A decision of the practice that stands: the balance was written off, or put to the patient."""

    on: date
    is_to_patient: bool = False


@dataclass(slots=True)
class Contact:
    """One follow-up that was not corrected. `before`: the next action that the one before it named.

    `sent`: what was sent, in the words of the one who sent it.
    """

    on: date
    outcome: Outcome
    next_action: NextAction
    before: NextAction = NextAction.NONE
    sent: str = ""


@dataclass(slots=True, eq=False)
class Standing:
    """One refusal and where it stands. `repeats`: the earlier refusal of the same place, payer and reason."""

    answer: Answer
    refusal: Refusal
    line: AnsweredLine | None
    state: DenialState = DenialState.OPEN
    state_on: date = date.min
    contested_on: date | None = None  # first appeal, reconsideration, records or corrected claim
    recovered_cents: int = 0
    repeats: "Standing | None" = None
    is_succeeded: bool = False  # a later refusal goes on in its place: later money is that one's
    payments: dict[int, int] = field(default_factory=dict)  # cents by claim payment


def standings(
    answers: Iterable[Answer],
    sent: Iterable[Sent],
    contacts: Iterable[Contact],
    given_up: Iterable[GivenUp] = (),
) -> list[Standing]:
    """Return the refusals of a claim, in the order in which they came, each with where it stands.

    Of one day, the payer's answers come first, as they were posted, then what we sent, then what was said, then
    what we gave up.
    """
    course = _Course()
    told: list[tuple[date, int, int, Answer | Sent | Contact | GivenUp]] = []
    told += [(one.on, 0, one.claim_payment_id, one) for one in answers]
    told += [(one.on, 1, place, one) for place, one in enumerate(sent)]
    told += [(one.on, 2, place, one) for place, one in enumerate(contacts)]
    told += [(one.on, 3, place, one) for place, one in enumerate(given_up)]
    for *_, what in sorted(told, key=lambda item: item[:3]):
        if isinstance(what, Answer):
            course.hear(what)
        elif isinstance(what, Sent):
            course.send(what)
        elif isinstance(what, Contact):
            course.say(what)
        else:
            course.give_up(what)
    return course.standings


class _Course:
    """The refusals of one claim while its story is told."""

    def __init__(self) -> None:
        self.standings: list[Standing] = []
        # Paid on a place by an answer that refused part of it and was taken back since: the correction
        # pays that again first.
        self.paid_before: dict[_PlaceKey, int] = {}

    def hear(self, answer: Answer) -> None:
        if answer.status_code == REVERSAL:
            self._take_back(answer)
            return
        if answer.status_code in UNDECIDED_STATUSES or answer.charge_cents <= 0:
            return
        purse = _Purse(answer)
        # Lines first: what they were paid is no longer there for a refusal of the claim as a whole.
        for one in sorted(self.standings, key=lambda s: s.line is None):
            self._answer(one, answer, purse)
        for refusal in answer.refusals:
            line = None if refusal.line is None else answer.lines[refusal.line]
            new = Standing(answer, refusal, line, state_on=answer.on)
            new.repeats = self._repeated(new)
            self.standings.append(new)
        for key in purse.seen:
            self.paid_before.pop(key, None)

    def send(self, sent: Sent) -> None:
        for one in self.standings:
            if sent.frequency_code == VOID:
                _move(one, DenialEvent.GIVEN_UP, sent.on)
            elif sent.payer_id != one.answer.payer_id:
                _move(one, DenialEvent.OTHER_PAYER_BILLED, sent.on)
            elif sent.frequency_code == REPLACEMENT:
                _move(one, DenialEvent.CORRECTION_SENT, sent.on)

    def give_up(self, given_up: GivenUp) -> None:
        is_put = given_up.is_to_patient
        event = DenialEvent.PUT_TO_PATIENT if is_put else DenialEvent.GIVEN_UP
        for one in self.standings:
            _move(one, event, given_up.on)

    def say(self, contact: Contact) -> None:
        event = event_of(contact)
        for one in self.standings if event else ():
            assert event is not None
            _move(one, event, contact.on)

    def _answer(self, one: Standing, answer: Answer, purse: "_Purse") -> None:
        """Let a later answer say what became of a refusal."""
        place = _place_in(answer, one.line)
        if place is None and one.line is not None and answer.lines:
            return  # it does not speak of this line
        is_same_payer = answer.payer_id == one.answer.payer_id
        is_refused = is_same_payer and _refuses(answer, place, one)
        if not one.is_succeeded:
            key = _key(one)
            before = self.paid_before.get(key, 0)
            is_paid = _told(answer, place).paid_cents > before
            taken = purse.take(place, one.refusal.amount_cents - one.recovered_cents, before, key)
            if taken or (is_paid and is_same_payer and not is_refused):
                one.payments[answer.claim_payment_id] = taken
                one.recovered_cents += taken
                _move(one, DenialEvent.PAID, answer.on)
            elif is_same_payer and not is_refused:
                _move(one, _unpaid(answer, place), answer.on)
        if is_refused:
            one.is_succeeded = True
            _move(one, DenialEvent.REFUSED, answer.on)

    def _take_back(self, reversal: Answer) -> None:
        taken = reversal.reverses_id
        for one in self.standings:
            if one.answer.claim_payment_id == taken:
                paid = one.line.paid_cents if one.line else one.answer.paid_cents
                if paid > 0 and not one.is_succeeded:
                    self.paid_before[_key(one)] = paid
                _move(one, DenialEvent.ANSWER_TAKEN_BACK, reversal.on)
            elif taken in one.payments:
                one.recovered_cents -= one.payments.pop(taken)
                if one.recovered_cents <= 0:
                    _move(one, DenialEvent.PAYMENT_TAKEN_BACK, reversal.on)
                    if one.is_succeeded:
                        _move(one, DenialEvent.REFUSED, reversal.on)

    def _repeated(self, new: Standing) -> Standing | None:
        for one in reversed(self.standings):
            is_same = (
                one.refusal.carc == new.refusal.carc
                and one.answer.payer_id == new.answer.payer_id
                and one.answer is not new.answer
                and _is_same_line(one.line, new.line)
            )
            if is_same:
                return one
        return None


class _Purse:
    """What an answer paid, by line, until it is given to the refusals that it pays."""

    def __init__(self, answer: Answer) -> None:
        self.whole = max(answer.paid_cents, 0)
        self.by_line = [max(line.paid_cents, 0) for line in answer.lines]
        self.seen: set[_PlaceKey] = set()

    def take(self, place: int | None, wanted: int, paid_before: int, key: "_PlaceKey") -> int:
        """Return what is there for a refusal, and take it out; `paid_before` goes off first, once."""
        if key not in self.seen:
            self.seen.add(key)
            self._out(place, paid_before)
        return self._out(place, wanted)

    def _out(self, place: int | None, wanted: int) -> int:
        there = self.whole if place is None else min(self.by_line[place], self.whole)
        taken = max(min(wanted, there), 0)
        self.whole -= taken
        if place is not None:
            self.by_line[place] -= taken
        return taken


def event_of(contact: Contact) -> DenialEvent | None:
    """Return the event that a follow-up stands for; None where it changes nothing about a refusal.

    What was sent is told as `core.claim_course` has it: by its words, else by what the follow-up before
    said would be sent; else by the follow-up's own next action.
    """
    if contact.outcome is Outcome.SUBMITTED:
        for planned in (contact.before, contact.next_action):
            sent = what_was_sent(contact.sent, planned)
            if sent:
                return _SENT.get(sent)
            if planned is NextAction.BILL_OTHER_PAYER:
                return DenialEvent.OTHER_PAYER_BILLED
    if contact.next_action is NextAction.BILL_PATIENT:
        return DenialEvent.PUT_TO_PATIENT
    return _HEARD.get(contact.outcome)


_SENT: dict[str, DenialEvent] = {
    "appeal_sent_on": DenialEvent.APPEAL_SENT,
    "reconsideration_sent_on": DenialEvent.APPEAL_SENT,
    "records_sent_on": DenialEvent.APPEAL_SENT,
    "corrected_sent_on": DenialEvent.CORRECTION_SENT,
}
_CONTESTED = frozenset({DenialState.CORRECTED, DenialState.APPEALED})
# By word alone nothing is paid or refused anew: that comes with a remittance.
_HEARD: dict[Outcome, DenialEvent] = {
    Outcome.APPEAL_RECEIVED: DenialEvent.APPEAL_SENT,
    Outcome.REPROCESSING: DenialEvent.APPEAL_SENT,
    Outcome.DENIED: DenialEvent.UPHELD,
    Outcome.SENT_TO_PATIENT: DenialEvent.PUT_TO_PATIENT,
}


def _move(one: Standing, event: DenialEvent | None, on: date) -> None:
    if event is None:
        return
    state = next_state(one.state, event)
    if state is not one.state:
        one.state, one.state_on = state, on
        if state in _CONTESTED:
            one.contested_on = one.contested_on or on


def _unpaid(answer: Answer, place: int | None) -> DenialEvent | None:
    """Return what an answer makes of a refusal that it neither pays nor repeats."""
    told = _told(answer, place)
    if told.share_cents > 0:
        return DenialEvent.PUT_TO_PATIENT
    return None if told.held_cents > 0 else DenialEvent.GIVEN_UP


def _told(answer: Answer, place: int | None) -> Answer | AnsweredLine:
    return answer if place is None else answer.lines[place]


def _refuses(answer: Answer, place: int | None, one: Standing) -> bool:
    """Whether an answer refuses the same place; a duplicate repeats only a duplicate."""
    return any(
        refusal.is_duplicate == one.refusal.is_duplicate
        and (place is None or refusal.line is None or refusal.line == place)
        for refusal in answer.refusals
    )


def _place_in(answer: Answer, line: AnsweredLine | None) -> int | None:
    """Return the place of a line in a later answer, None where it is not there."""
    return None if line is None else next(_places_in(answer, line), None)


def _places_in(answer: Answer, line: AnsweredLine) -> Iterator[int]:
    for is_it in (_is_same_service, _is_same_charge, _is_same_procedure, _is_same_number):
        yield from (place for place, other in enumerate(answer.lines) if is_it(line, other))


def _is_same_service(one: AnsweredLine, other: AnsweredLine) -> bool:
    return one.service_line_id is not None and one.service_line_id == other.service_line_id


def _is_same_charge(one: AnsweredLine, other: AnsweredLine) -> bool:
    return _is_same_procedure(one, other) and one.charge_cents == other.charge_cents


def _is_same_procedure(one: AnsweredLine, other: AnsweredLine) -> bool:
    return bool(one.procedure_code) and one.procedure_code == other.procedure_code


def _is_same_number(one: AnsweredLine, other: AnsweredLine) -> bool:
    """The corrected claim may name another procedure in the same place for the same charge."""
    is_there = one.line_number is not None and one.line_number == other.line_number
    return is_there and one.charge_cents == other.charge_cents


def _is_same_line(one: AnsweredLine | None, other: AnsweredLine | None) -> bool:
    if one is None or other is None:
        return one is other
    return (
        _is_same_service(one, other) or _is_same_charge(one, other) or _is_same_number(one, other)
    )


def _key(one: Standing) -> _PlaceKey:
    line = one.line
    return one.answer.claim_payment_id, None if line is None else line.line_payment_id
