"""Which open claims a 276 asks about, how long the answer may take, and what it leaves to do.

Electronic first: a person calls only where electronics could not answer. See docs/reference/status-requests.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dueline.core.calendars import add_business_days
from dueline.core.deadlines import Rule, Unit, end_of
from dueline.core.enums import NextAction, PayerClock, PayerStatus, PayerType, WorkStatus
from dueline.core.payer_rules import is_in_force
from dueline.core.status import Event

ANSWER_WITHIN = 2  # business days: a batch is answered by the next one (CAQH CORE 276/277), and one for the mail

# Least business days between two requests about a claim where no rule says it; 0: the type takes none.
USUAL_DAYS: dict[PayerType, int] = {
    PayerType.MEDICARE: 5,
    PayerType.MEDICARE_ADVANTAGE: 7,
    PayerType.MEDICAID: 10,
    PayerType.MEDICAID_MANAGED: 10,
    PayerType.COMMERCIAL: 7,
    PayerType.BLUE_PLAN: 7,
    PayerType.SELF_FUNDED: 7,
    PayerType.TRICARE: 10,
    PayerType.CHAMPVA: 15,
    PayerType.VETERANS: 15,
    PayerType.WORKERS_COMPENSATION: 0,
    PayerType.AUTO: 0,
    PayerType.OTHER: 10,
}


@dataclass(frozen=True)
class RequestRule:
    """How often a payer may be asked about a claim. `count` 0: it takes no status requests."""

    count: int
    unit: Unit = Unit.BUSINESS_DAYS
    source: str = ""  # of the payer's own rule; "": as its type

    @property
    def is_taken(self) -> bool:
        return self.count > 0

    def again_on(self, asked_on: date) -> date:
        """Return the first day on which a claim that was asked about may be asked about again."""
        return end_of(asked_on, self.count, self.unit)


def request_rule(rules: Sequence[Rule], payer_type: PayerType, *, as_of: date) -> RequestRule:
    """Return how often a payer may be asked by its rules, the narrowest first; else as its type."""
    for rule in rules:
        if rule.kind is PayerClock.STATUS_REQUEST and is_in_force(rule, as_of):
            return RequestRule(rule.count, rule.unit, "" if rule.scope.payer_type else rule.source)
    return RequestRule(USUAL_DAYS[payer_type])


# ---------------------------------------------------------------- which claims

WAITING_FOR_ANSWER = frozenset(
    {PayerStatus.SENT, PayerStatus.ACCEPTED, PayerStatus.PENDING, PayerStatus.FORWARDED}
)
_LOOKS = frozenset({NextAction.CHECK_PORTAL, NextAction.AWAIT_ANSWER, NextAction.CALL})
_OURS = frozenset({WorkStatus.READY, WorkStatus.WAITING})


class NotAsked(StrEnum):
    """Why a claim is not asked about, in the order in which it is told."""

    ANSWERED = "answered"  # or never sent: no answer is awaited
    NOT_DUE = "not_due"
    WITH_OTHERS = "with_others"  # with billing, the lead, or in a caller's hands
    PROMISED = "promised"  # a broken promise is called about
    CALL_DECIDED = "call_decided"  # by a person, or a request went unanswered
    NOT_TAKEN = "not_taken"  # the payer takes no status requests
    ASKED_LATELY = "asked_lately"  # within the payer's interval, or still out
    NO_PAYER_ID = "no_payer_id"
    INCOMPLETE = "incomplete"  # no member ID, name, birth date, service date or provider's NPI
    UNWRITABLE = "unwritable"  # a value that X12 cannot carry


@dataclass(frozen=True, slots=True)
class Due:
    """What decides whether a claim is asked about today."""

    payer_status: PayerStatus
    payer_balance_cents: int
    due_on: date
    next_action: NextAction
    work_status: WorkStatus
    is_leased: bool = False
    is_promised: bool = False
    has_set_date: bool = False  # a person's
    is_unanswered: bool = False  # the date is that of a request whose answer did not come
    is_out: bool = False
    last_asked_on: date | None = None
    has_payer_id: bool = True


def why_not(due: Due, rule: RequestRule, *, as_of: date) -> NotAsked | None:
    """Return why a claim is not asked about on `as_of`; None where it is."""
    if due.payer_status not in WAITING_FOR_ANSWER or due.payer_balance_cents <= 0:
        return NotAsked.ANSWERED
    if due.due_on > as_of or due.next_action not in _LOOKS:
        return NotAsked.NOT_DUE
    if due.work_status not in _OURS or due.is_leased:
        return NotAsked.WITH_OTHERS
    if due.is_promised:
        return NotAsked.PROMISED
    if due.next_action is NextAction.CALL and (due.has_set_date or due.is_unanswered):
        return NotAsked.CALL_DECIDED
    if not rule.is_taken:
        return NotAsked.NOT_TAKEN
    if due.is_out or (due.last_asked_on and as_of < rule.again_on(due.last_asked_on)):
        return NotAsked.ASKED_LATELY
    return None if due.has_payer_id else NotAsked.NO_PAYER_ID


_RESERVED = frozenset("*~^:\r\n")  # the delimiters of a file that Dueline writes


def is_writable(text: str) -> bool:
    """Whether X12 carries a value as it is: plain characters, none of them a delimiter."""
    return text.isascii() and text.isprintable() and _RESERVED.isdisjoint(text)


# ---------------------------------------------------------------- waiting and answers


class RequestState(StrEnum):
    """Where a request stands."""

    OUT = "out"
    ANSWERED = "answered"
    OVERDUE = "overdue"  # no answer came in time; one that comes late still closes it
    REFUSED = "refused"  # the receiver, or the payer's system, did not take it
    SETTLED = "settled"  # a remittance or a person's contact answered first
    RECALLED = "recalled"  # its file was called back before it was sent


class RequestEvent(StrEnum):
    """What moves a request."""

    ANSWERED = "answered"
    REFUSED = "refused"
    TIME_OVER = "time_over"
    SETTLED = "settled"
    CALLED_BACK = "called_back"


_R = RequestState
_CLOSED = frozenset({_R.ANSWERED, _R.SETTLED})
_NEVER_THERE = frozenset({_R.REFUSED, _R.RECALLED})

# What each event makes of a request, and the states that it leaves as they are.
RULES: dict[RequestEvent, tuple[RequestState, frozenset[RequestState]]] = {
    RequestEvent.ANSWERED: (_R.ANSWERED, _CLOSED),
    RequestEvent.REFUSED: (_R.REFUSED, _CLOSED),
    RequestEvent.TIME_OVER: (_R.OVERDUE, _CLOSED | _NEVER_THERE),
    RequestEvent.SETTLED: (_R.SETTLED, _CLOSED | _NEVER_THERE),
    RequestEvent.CALLED_BACK: (_R.RECALLED, _CLOSED | {_R.REFUSED}),
}
TRANSITIONS: dict[tuple[RequestState, RequestEvent], RequestState] = {
    (state, event): state if state in kept else becomes
    for event, (becomes, kept) in RULES.items()
    for state in RequestState
}


def next_state(current: RequestState, event: RequestEvent) -> RequestState:
    """Return where a request stands after `event`."""
    return TRANSITIONS[current, event]


class Aside(StrEnum):
    """Why an answer to a request is set aside: it says nothing of the claim as it stands now."""

    DOUBLE_ANSWER = "double_answer"  # the request was answered before, by another set
    LATE_ANSWER = "late_answer"  # the claim was asked about again, or answered otherwise, since


ASIDE_WORDS: dict[Aside, str] = {
    Aside.DOUBLE_ANSWER: "A status request was answered before; this second answer changes nothing.",
    Aside.LATE_ANSWER: "It answers an old status request: the claim was asked about again, or "
    "answered otherwise, since. It changes nothing.",
}


def why_aside(state: RequestState, *, is_latest: bool, is_awaiting: bool) -> Aside | None:
    """Return why an answer is set aside; None where it closes its request.

    `is_latest`: no later request of the claim. `is_awaiting`: the payer has not decided the claim since.
    """
    if state is RequestState.ANSWERED:
        return Aside.DOUBLE_ANSWER
    if state is RequestState.SETTLED or not is_latest or not is_awaiting:
        return Aside.LATE_ANSWER
    return None


def answer_due_on(asked_on: date) -> date:
    """Return the last day on which an answer counts as in time."""
    return add_business_days(asked_on, ANSWER_WITHIN)


def waiting_words(asked_on: date, due_on: date) -> str:
    """Return why a claim that was asked about is due: true while it waits, and when it is due."""
    asked = f"{asked_on:%b} {asked_on.day}"
    return f"Asked by 276 on {asked}: call where no answer has come by {due_on:%b} {due_on.day}"


def again_after(answered_on: date | None, sent_on: date | None, days: int) -> date | None:
    """Return the first day on which a claim whose payer answered a 276 is looked at again; None without an answer.

    The day since which a claim stands so, by the payer's word, may be long before the day of that word. An
    answer about what was sent before says nothing of what was sent since.
    """
    if answered_on is None or (sent_on is not None and answered_on < sent_on):
        return None
    return add_business_days(answered_on, days)


def again_words(days: int) -> str:
    return f"Look again {days} working days after a 276 was answered"


UNANSWERED_WORDS = "A 276 was refused, or its answer says nothing of the claim: call"

# Answers that spare the call which would have asked the same. What they lead to, a denial to work or records to
# send, a call would have led to as well; "not on file" and an inquiry that failed leave the call to be made.
SPARING = frozenset(
    {
        Event.RECEIVED,
        Event.ACCEPTED,
        Event.REJECTED,
        Event.PENDING,
        Event.INFORMATION_REQUESTED,
        Event.SAID_PAID,
        Event.DENIED,
        Event.PATIENT_RESPONSIBLE,
        Event.FORWARDED,
        Event.VOIDED,
    }
)
