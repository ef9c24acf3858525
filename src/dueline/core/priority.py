"""The cost of waiting: dollars expected to be lost if a claim is left until the next business day, per minute of work.

One function (`score`) computes it from plain integers; `price` shows the parts of that same
computation with their figures and rules. What is in the numbers is told in docs/reference/priority.md.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from dueline.core.enums import DeadlineKind, DueCause, PayerStatus
from dueline.core.money import dollar_words
from dueline.core.recovery import WHOLE, Rate, percent
from dueline.core.schedule import URGENCY, days_overdue, deadline_window

# Each further business day before a deadline takes 40 % off the risk that tomorrow is too late. Prior, ours.
HAZARD_TODAY = 4000
HAZARD_KEPT = 6000
HAZARD_DAYS = 20  # beyond this many business days the risk of one day's waiting rounds to nothing
# Business days that the work itself takes before it is in the payer's hands. Prior, ours.
LEAD_DAYS: dict[str, int] = {
    DeadlineKind.FILING: 1,
    DeadlineKind.CORRECTED_CLAIM: 1,
    DeadlineKind.APPEAL_1: 3,
    DeadlineKind.APPEAL_2: 3,
    DeadlineKind.APPEAL_3: 3,
    DeadlineKind.APPEAL_4: 3,
    DeadlineKind.APPEAL_5: 3,
    DeadlineKind.RECONSIDERATION: 3,
    DeadlineKind.RECORDS_RESPONSE: 1,
    DeadlineKind.RETRO_AUTHORIZATION: 1,
    DeadlineKind.REFUND_RESPONSE: 1,
    DeadlineKind.OPEN_NEGOTIATION: 1,
    DeadlineKind.FEDERAL_DISPUTE: 1,
}
NEAR_DAYS = 10  # business days within which a deadline is told as the reason
KEPT_WHEN_PAST = 1000  # of a lost claim, what an exception may still bring. Prior, ours.
# Part of what is recoverable that a calendar day of age takes, by days since service. Prior, ours.
DECAY_BY_AGE: tuple[tuple[int, int], ...] = ((30, 5), (60, 10), (90, 20), (120, 40))
DECAY_OLDEST = 60
# Minutes of talk or work by call scenario. Prior, ours, until calls are timed here.
TALK_MINUTES: dict[str, int] = {
    "S01": 12,
    "S02": 8,
    "S03": 10,
    "S04": 10,
    "S05": 12,
    "S06": 8,
    "S07": 14,
    "S08": 14,
    "S09": 12,
    "S10": 14,
    "S11": 12,
    "S12": 10,
    "S13": 18,
    "S14": 10,
    "S15": 14,
    "S16": 10,
    "S17": 8,
    "S18": 10,
    "S19": 16,
    "S20": 16,
    "S21": 12,
    "S22": 10,
    "S23": 8,
    "S24": 14,
    "S25": 10,
    "S26": 8,
    "S27": 14,
    "S28": 14,
    "S29": 4,
    "S30": 12,
}
TALK_DEFAULT = 10


class Score(NamedTuple):
    """The figures of one cost of waiting. Money in cents; `per_minute` in hundredths of a cent."""

    expected: int
    chance: int  # basis points, after a deadline's passing
    recoverable: int
    hazard: int  # basis points
    lost_to_deadline: int
    decay: int  # basis points over the days of waiting
    lost_to_age: int
    lost: int
    hold: int
    minutes: int
    per_minute: int


@dataclass(frozen=True)
class PriorityFacts:
    """What a price depends on, for one claim on one day."""

    payer_name: str
    payer_status: PayerStatus
    payer_status_on: date | None
    payer_balance_cents: int
    share: Rate
    chance: Rate
    age_days: int | None  # since service
    days_since_submission: int | None
    next_day: date  # the next business day
    due_on: date
    due_cause: DueCause | None
    last_action_on: date | None
    promised_on: date | None
    deadline_on: date | None
    deadline_kind: str
    business_days_left: (
        int | None
    )  # business days after `as_of` through the deadline; None without one
    scenario: str
    is_call: bool  # else by portal, fax or letter: nobody waits on hold
    hold_minutes: int
    batch_count: int  # claims that one call to this payer settles
    held_by: str = ""  # whom the callers wait for: "coding", "the lead"


@dataclass(frozen=True)
class Part:
    """One line of the explanation: `value` in cents, basis points or minutes, as `unit` says."""

    name: str
    label: str
    figure: str
    basis: str
    value: int
    unit: str


@dataclass(frozen=True)
class Chip:
    """A fact of two to four words; the one that weighs most is strong."""

    text: str
    is_strong: bool = False


@dataclass(frozen=True)
class Price:
    """The cost of waiting with its reasons. `cents_per_minute_hundredths`: hundredths of a cent per minute."""

    cents_per_minute_hundredths: int
    urgency: int
    score: Score
    parts: tuple[Part, ...]
    reasons: tuple[Chip, ...]
    sentence: str


def share_of(amount: int, basis_points: int) -> int:
    """Return that part of an amount, to the nearest unit, halves away from zero."""
    if amount < 0:
        return -share_of(-amount, basis_points)
    return (amount * basis_points + WHOLE // 2) // WHOLE


def _hazards() -> tuple[int, ...]:
    points, row = HAZARD_TODAY, []
    for _ in range(HAZARD_DAYS + 1):
        row.append(points)
        points = share_of(points, HAZARD_KEPT)
    return tuple(row)


_HAZARD = _hazards()


def hazard(deadline_kind: str, business_days_left: int | None) -> int:
    """Return the risk, in basis points, that one more day of waiting is the day that misses the deadline."""
    if business_days_left is None or business_days_left < 0:
        return 0
    left = business_days_left - LEAD_DAYS.get(deadline_kind, 1)
    return 0 if left > HAZARD_DAYS else _HAZARD[max(0, left)]


def decay(age_days: int | None) -> int:
    """Return what one calendar day takes, in basis points; without a service date, as for a young claim."""
    for through, points in DECAY_BY_AGE:
        if age_days is None or age_days <= through:
            return points
    return DECAY_OLDEST


def score(
    balance: int,
    share: int,
    chance: int,
    deadline_kind: str,
    business_days_left: int | None,
    age_days: int | None,
    days_to_next: int,
    talk: int,
    hold_minutes: int,
    batch_count: int,
) -> Score:
    """Return the cost of waiting and its figures. A credit balance has nothing to lose.

    `business_days_left` below zero: the deadline is past. `hold_minutes` 0: nobody waits on hold.
    """
    if business_days_left is not None and business_days_left < 0:
        chance = share_of(chance, KEPT_WHEN_PAST)
    expected = share_of(balance, share) if balance > 0 else 0
    recoverable = share_of(expected, chance)
    risk = hazard(deadline_kind, business_days_left)
    lost_to_deadline = share_of(recoverable, risk)
    fading = decay(age_days) * days_to_next
    lost_to_age = min(share_of(recoverable, fading), recoverable - lost_to_deadline)
    lost = lost_to_deadline + lost_to_age
    hold = -(-hold_minutes // max(1, batch_count))
    minutes = talk + hold
    return Score(
        expected,
        chance,
        recoverable,
        risk,
        lost_to_deadline,
        fading,
        lost_to_age,
        lost,
        hold,
        minutes,
        lost * 100 // minutes,
    )


def talk_minutes(scenario: str) -> int:
    return TALK_MINUTES.get(scenario, TALK_DEFAULT)


def score_of(facts: PriorityFacts, *, as_of: date) -> Score:
    """Return the score of these facts: the same call that prices a whole practice makes."""
    return score(
        facts.payer_balance_cents,
        facts.share.basis_points,
        facts.chance.basis_points,
        facts.deadline_kind,
        facts.business_days_left,
        facts.age_days,
        (facts.next_day - as_of).days,
        talk_minutes(facts.scenario),
        facts.hold_minutes if facts.is_call else 0,
        facts.batch_count,
    )


def price(facts: PriorityFacts, *, as_of: date) -> Price:
    """Return the cost of waiting with every part, its figure and its basis."""
    s = score_of(facts, as_of=as_of)
    return Price(
        cents_per_minute_hundredths=s.per_minute,
        urgency=0 if facts.due_cause is None else URGENCY[facts.due_cause],
        score=s,
        parts=(*_recoverable(facts, s), *_waiting(facts, s, as_of), *_takes(facts, s)),
        reasons=chips(facts, as_of=as_of),
        sentence=_sentence(facts, s, as_of),
    )


def cost_words(per_minute: int) -> str:
    """Return hundredths of a cent per minute as dollars and cents: 124223 is "$12.42"."""
    return dollar_words((per_minute + 50) // 100)


def _amount(name: str, label: str, cents: int, basis: str) -> Part:
    return Part(name, label, dollar_words(cents), basis, cents, "cents")


def _fraction(name: str, label: str, points: int, basis: str) -> Part:
    return Part(name, label, f"× {percent(points)}", basis, points, "basis points")


def _minutes(name: str, label: str, minutes: int, basis: str) -> Part:
    return Part(name, label, f"{minutes} min", basis, minutes, "minutes")


def _recoverable(facts: PriorityFacts, s: Score) -> tuple[Part, ...]:
    past = " The deadline is past: 10 % of the usual chance." if _is_past(facts) else ""
    return (
        _amount("balance", "Payer balance", facts.payer_balance_cents, "what the ledger says"),
        _fraction("share", "Usually paid", facts.share.basis_points, facts.share.basis),
        _amount("expected", "Expected", s.expected, "balance × what is usually paid"),
        _fraction("chance", "Chance", s.chance, f"{facts.chance.basis}.{past}".rstrip(".")),
        _amount("recoverable", "Recoverable", s.recoverable, "expected × chance"),
    )


def _waiting(facts: PriorityFacts, s: Score, as_of: date) -> tuple[Part, ...]:
    until = day_words(facts.next_day, as_of=as_of)
    days = (facts.next_day - as_of).days
    since = "age not known" if facts.age_days is None else f"day {facts.age_days} since service"
    return (
        _amount("deadline", _deadline_label(facts, s), s.lost_to_deadline, _deadline_basis(facts)),
        _amount(
            "age",
            "Age",
            s.lost_to_age,
            f"{percent(decay(facts.age_days))} a day, {days} to {until}; {since}; prior, ours",
        ),
        _amount("lost", f"Lost by {until}", s.lost, "deadline + age"),
    )


def _deadline_label(facts: PriorityFacts, s: Score) -> str:
    if facts.deadline_on is None:
        return "No deadline known"
    what = DEADLINE_WORDS.get(facts.deadline_kind, "Deadline")
    if _is_past(facts):
        return f"{what}: past"
    return f"{what} too late, {percent(s.hazard)}"


DEADLINE_WORDS: dict[str, str] = {
    DeadlineKind.FILING: "First claim",
    DeadlineKind.CORRECTED_CLAIM: "Corrected claim",
    DeadlineKind.APPEAL_1: "Appeal",
    DeadlineKind.APPEAL_2: "Appeal, level 2",
    DeadlineKind.APPEAL_3: "Appeal, level 3",
    DeadlineKind.APPEAL_4: "Appeal, level 4",
    DeadlineKind.APPEAL_5: "Appeal, level 5",
    DeadlineKind.RECONSIDERATION: "Reconsideration",
    DeadlineKind.RECORDS_RESPONSE: "Records",
    DeadlineKind.RETRO_AUTHORIZATION: "Retro-authorization",
    DeadlineKind.REFUND_RESPONSE: "Refund answer",
    DeadlineKind.OPEN_NEGOTIATION: "Open negotiation",
    DeadlineKind.FEDERAL_DISPUTE: "Federal dispute",
}


def _deadline_basis(facts: PriorityFacts) -> str:
    if facts.deadline_on is None:
        return "no rule gives a date"
    on = short_date(facts.deadline_on)
    if _is_past(facts):
        return f"was due {on}: nothing more to lose by waiting"
    left, lead = facts.business_days_left, LEAD_DAYS.get(facts.deadline_kind, 1)
    days = f"{left} working day{'' if left == 1 else 's'}"
    return f"in hand by {on}: {days} left, {lead} to prepare; prior, ours"


def _takes(facts: PriorityFacts, s: Score) -> tuple[Part, ...]:
    talk = talk_minutes(facts.scenario)
    hold = "nobody waits on hold: not by telephone"
    if facts.is_call:
        hold = f"{facts.hold_minutes} min over {facts.batch_count} claims in one call"
    word = "Talk" if facts.is_call else "Work"
    return (
        _minutes("talk", word, talk, f"usual for scenario {facts.scenario}; prior, ours"),
        _minutes("hold", "Hold", s.hold, hold),
        _minutes("minutes", "Your time", s.minutes, f"{word.lower()} + hold"),
        Part(
            "cost_of_waiting",
            "Cost of waiting, a minute",
            cost_words(s.per_minute),
            "lost ÷ your time",
            s.per_minute,
            "hundredths of a cent per minute",
        ),
    )


def _is_past(facts: PriorityFacts) -> bool:
    return facts.business_days_left is not None and facts.business_days_left < 0


def _sentence(facts: PriorityFacts, s: Score, as_of: date) -> str:
    until = day_words(facts.next_day, as_of=as_of)
    return (
        f"Left until {until}, it likely loses {dollar_words(s.lost)}. "
        f"Settling it takes {s.minutes} minutes: {cost_words(s.per_minute)} a minute."
    )


def day_words(day: date, *, as_of: date) -> str:
    """Return "tomorrow", else the weekday and date: "Mon Nov 30"."""
    return "tomorrow" if day == as_of + timedelta(days=1) else f"{day:%a} {short_date(day)}"


def short_date(day: date) -> str:
    return f"{day:%b} {day.day}"


_STATUS_CHIP: dict[PayerStatus, str] = {
    PayerStatus.NOT_SENT: "No submission known",
    PayerStatus.SENT: "No acceptance on file",
    PayerStatus.REJECTED: "Rejected",
    PayerStatus.ACCEPTED: "Accepted",
    PayerStatus.NOT_ON_FILE: "Not on file",
    PayerStatus.PENDING: "Pending",
    PayerStatus.INFORMATION_REQUESTED: "Records requested",
    PayerStatus.DENIED: "Denied",
    PayerStatus.PARTLY_DENIED: "Partly denied",
    PayerStatus.PAID: "Balance after payment",
    PayerStatus.PATIENT_RESPONSIBLE: "Put to patient",
    PayerStatus.FORWARDED: "Passed on",
    PayerStatus.REVERSED: "Payment taken back",
    PayerStatus.VOIDED: "Voided, balance left",
}
_UNDATED = frozenset(
    {PayerStatus.NOT_SENT, PayerStatus.SENT, PayerStatus.PAID, PayerStatus.NOT_ON_FILE}
)


def chips(facts: PriorityFacts, *, as_of: date) -> tuple[Chip, ...]:
    """Return one or two facts, the heaviest first."""
    found = [Chip(text, is_strong=True) for text in [_urgent_chip(facts, as_of)] if text]
    if facts.held_by:
        return ((found or [Chip(_status_chip(facts))])[0], Chip(f"With {facts.held_by}"))
    if facts.is_call and facts.batch_count > 1:
        batch = f"{facts.payer_name.split()[0]} ×{facts.batch_count}"
        return ((found or [Chip(_status_chip(facts))])[0], Chip(batch))
    return (*found, Chip(_status_chip(facts)))


def _urgent_chip(facts: PriorityFacts, as_of: date) -> str:
    match facts.due_cause:
        case DueCause.PROMISE_BROKEN if facts.promised_on:
            return f"Promise broken {short_date(facts.promised_on)}"
        case DueCause.OVERDUE:
            days = days_overdue(facts.due_on, as_of=as_of)
            return f"Overdue {days} day{'s' if days > 1 else ''}"
    if facts.due_cause is DueCause.DEADLINE or facts.held_by:
        return _deadline_chip(facts, as_of)
    return _past_chip(facts)


def _deadline_chip(facts: PriorityFacts, as_of: date) -> str:
    """Return the watch that a deadline has reached, also where nobody is to work on it today."""
    if facts.deadline_on is None or _is_past(facts):
        return _past_chip(facts)
    window = deadline_window(facts.deadline_on, as_of=as_of)
    if window is None:
        return "Safe date reached" if facts.due_cause is DueCause.DEADLINE else ""
    days = (facts.deadline_on - window).days
    return f"{days}-day watch reached" if days else "Deadline is today"


def _past_chip(facts: PriorityFacts) -> str:
    if _is_past(facts) and facts.deadline_on:
        return f"Deadline passed {short_date(facts.deadline_on)}"
    return ""


def _status_chip(facts: PriorityFacts) -> str:
    if facts.payer_balance_cents < 0:
        return "Credit balance"
    text = _STATUS_CHIP[facts.payer_status]
    if facts.payer_status_on is None or facts.payer_status in _UNDATED:
        return text
    return f"{text} {short_date(facts.payer_status_on)}"


def because(facts: PriorityFacts, *, as_of: date) -> str:
    """Return why the claim is first: "First because its appeal must be in hand by Wed Nov 25 and ..."."""
    reasons = [
        reason for reason in (_urgent_reason(facts, as_of), _deadline_reason(facts)) if reason
    ]
    if facts.held_by:
        reasons.append(f"it is with {facts.held_by}")
    elif facts.is_call and facts.batch_count > 1:
        name = facts.payer_name.split()[0]
        reasons.append(f"{name} takes {facts.batch_count} claims in one call")
    if not reasons:
        return "First because nothing on the list loses more for each minute of your time."
    *head, last = reasons
    return f"First because {', '.join(head)}{' and ' if head else ''}{last}."


def _urgent_reason(facts: PriorityFacts, as_of: date) -> str:
    match facts.due_cause:
        case DueCause.PROMISE_BROKEN if facts.promised_on:
            return f"the payer's promise for {short_date(facts.promised_on)} was not kept"
        case DueCause.OVERDUE:
            days = days_overdue(facts.due_on, as_of=as_of)
            return f"its follow-up is {days} working day{'s' if days > 1 else ''} late"
    return ""


def _deadline_reason(facts: PriorityFacts) -> str:
    if facts.deadline_on is None or _is_past(facts) or not _is_near(facts):
        return ""
    what = DEADLINE_WORDS.get(facts.deadline_kind, "deadline").lower()
    return f"its {what} must be in hand by {facts.deadline_on:%a} {short_date(facts.deadline_on)}"


def _is_near(facts: PriorityFacts) -> bool:
    return facts.business_days_left is not None and facts.business_days_left <= NEAR_DAYS
