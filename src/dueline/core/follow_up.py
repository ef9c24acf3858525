"""What a follow-up must say: its facts, those each outcome requires, and whether its next date may stand.

Required facts by outcome follow the order of questions of common call practice; docs/reference/follow-up.md
lists them from the tables here.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from dueline.core.calendars import is_business_day
from dueline.core.enums import Channel, NextAction, Outcome
from dueline.core.facts import DAYS, FACTS, Fact, FactKind
from dueline.core.money import dollars, to_cents
from dueline.core.schedule import farthest_due_on, latest_due_on

# For each outcome the facts it must have; of several in one entry any one is enough.
REQUIRED: dict[Outcome, tuple[tuple[str, ...], ...]] = {
    Outcome.PAID: (("paid_on",), ("amount",), ("check_number", "eft_number")),
    Outcome.PAYMENT_PROMISED: (("promised_on",),),
    Outcome.IN_PROCESS: (("expected_on", "no_expected_reason"),),
    Outcome.NOT_ON_FILE: (("searches",),),
    Outcome.DENIED: (
        ("denied_on",),
        ("carc", "no_carc_reason"),
        ("appeal_due_on", "no_appeal_reason"),
    ),
    Outcome.REJECTED: (("rejected_on",), ("rejection_reason",)),
    Outcome.INFORMATION_REQUESTED: (
        ("requested",),
        ("send_to",),
        ("needed_by_on", "no_needed_by_reason"),
    ),
    Outcome.REPROCESSING: (("expected_on", "no_expected_reason"),),
    Outcome.APPEAL_RECEIVED: (("received_on",), ("expected_on", "no_expected_reason")),
    Outcome.SENT_TO_PATIENT: (("processed_on",), ("patient_amount",), ("patient_reason",)),
    Outcome.OTHER_PAYER_PRIMARY: (("other_payer",),),
    Outcome.PAID_ELSEWHERE: (("paid_on",), ("amount",), ("pay_to",)),
    Outcome.UNDERPAID: (("allowed_amount",), ("expected_amount",), ("fee_schedule",)),
    Outcome.TAKEN_BACK: (("offset_amount",), ("offset_claim",), ("offset_reason",)),
    Outcome.REFUND_REQUESTED: (("refund_amount",), ("requested",), ("notice_on", "send_to")),
    Outcome.NO_ANSWER: (("attempt",),),
    Outcome.SUBMITTED: (("sent",), ("sent_on",), ("sent_to",)),
}
_BASE_LENGTHS = {
    "contact_name": 100,
    "no_contact_reason": 200,
    "reference_number": 80,
    "no_reference_reason": 200,
    "said": 4000,
    "next_due_reason": 300,
}
_FACT_LENGTH = 500
_BASE_FIELDS = frozenset(
    {"occurred_at", "channel", "outcome", "next_action", "next_due_on", "facts", *_BASE_LENGTHS}
)
_SHOWABLE = re.compile(r"[\w.:+/$-]{1,24}\Z")
_CARC = re.compile(r"(?:(?:CO|PR|OA|PI|CR)-)?[A-Z]?[0-9]{1,3}\Z")
_BREAKS = "\t\n\r"  # as pasted lines bring them
_MOST_CENTS = 10**12
_E = TypeVar("_E", bound=StrEnum)


@dataclass(frozen=True)
class FieldProblem:
    """What is wrong with one field: what was found, what was expected, what to do. No patient data."""

    field: str
    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.field}: found {self.found}. Expected {self.expected}. {self.remedy}"


class FollowUpError(Exception):
    """A follow-up may not be recorded so; `problems` names every field, `field` and the rest the first."""

    def __init__(self, problems: Iterable[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(str(problem) for problem in self.problems))

    @property
    def field(self) -> str:
        return self.problems[0].field

    @property
    def expected(self) -> str:
        return self.problems[0].expected

    @property
    def found(self) -> str:
        return self.problems[0].found


@dataclass(frozen=True)
class FollowUpFacts:
    """One contact in full. `facts` holds dates as ISO text and amounts as dollars with two decimals."""

    occurred_at: datetime
    channel: Channel
    said: str
    outcome: Outcome
    next_action: NextAction
    next_due_on: date | None
    contact_name: str = ""
    no_contact_reason: str = ""
    reference_number: str = ""
    no_reference_reason: str = ""
    next_due_reason: str = ""
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def from_mapping(
        cls, data: Mapping[str, object], *, as_of: date | None = None
    ) -> "FollowUpFacts":
        """Return the facts of a form or JSON object. Raises FollowUpError naming every field that is wrong.

        The facts of the outcome stand beside the others or under "facts". With `as_of`, days gone by
        and days to come are told apart.
        """
        return _Reading(data, as_of).result()

    def day(self, name: str) -> date | None:
        """Return one of the dates among the facts, None where it is not known."""
        text = self.facts.get(name)
        return date.fromisoformat(text) if text else None


def read_facts(
    typed: Mapping[str, str], *, as_of: date
) -> tuple[dict[str, str], dict[str, FieldProblem]]:
    """Return the facts of what was typed so far, and by name what is wrong with the others."""
    reading = _Reading({}, as_of)
    facts: dict[str, str] = {}
    wrong: dict[str, FieldProblem] = {}
    for name in (name for name in typed if name in FACTS):
        reading.data, reading.problems = {name: typed[name]}, []
        value = reading.fact(FACTS[name])
        if reading.problems:
            wrong[name] = reading.problems[0]
        elif value:
            facts[name] = value
    return facts, wrong


class _Reading:
    """Reads one mapping, collecting what is wrong with it."""

    def __init__(self, data: Mapping[str, object], as_of: date | None) -> None:
        self.problems: list[FieldProblem] = []
        self.as_of = as_of
        nested = data.get("facts")
        if nested is not None and not isinstance(nested, Mapping):
            self.wrong("facts", "not an object", "an object of facts", "Give them by name.")
            nested = None
        self.data: dict[str, object] = {
            **{key: value for key, value in data.items() if key != "facts"},
            **(nested or {}),
        }

    def wrong(self, name: str, found: str, expected: str, remedy: str) -> None:
        self.problems.append(FieldProblem(name, found, expected, remedy))

    def result(self) -> FollowUpFacts:
        for name in sorted(set(map(str, self.data)) - _BASE_FIELDS - set(FACTS)):
            shown = name if re.match(r"[a-z_]{1,40}\Z", name) else "a field"
            self.wrong(shown, "an unknown field", "one of those in the schema", "Take it out.")
        texts = {name: self.text(name, length) for name, length in _BASE_LENGTHS.items()}
        occurred_at = self.moment("occurred_at")
        channel = self.member("channel", Channel)
        outcome = self.member("outcome", Outcome)
        next_action = self.member("next_action", NextAction)
        next_due_on = self.day("next_due_on") if self.given("next_due_on") else None
        facts = {name: value for name in FACTS if (value := self.fact(FACTS[name]))}
        self.check_contact(texts, channel)
        if not texts["said"]:
            self.wrong("said", "nothing", "what was said or seen", "Write it in a sentence.")
        if outcome is not None:
            self.check_required(outcome, facts)
        if self.problems or not (occurred_at and channel and outcome and next_action):
            raise FollowUpError(self.problems)
        return FollowUpFacts(
            occurred_at=occurred_at,
            channel=channel,
            outcome=outcome,
            next_action=next_action,
            next_due_on=next_due_on,
            facts=MappingProxyType(facts),
            **texts,
        )

    def given(self, name: str) -> bool:
        value = self.data.get(name)
        return not (value is None or (isinstance(value, str) and not value.strip()))

    def check_contact(self, texts: dict[str, str], channel: Channel | None) -> None:
        if channel is not None and channel is not Channel.CALL and not texts["contact_name"]:
            texts["no_contact_reason"] = texts["no_contact_reason"] or f"No person: {channel.value}"
        for name, reason, what in (
            ("contact_name", "no_contact_reason", "the name of the person spoken to"),
            ("reference_number", "no_reference_reason", "the reference number of the contact"),
        ):
            if not (texts[name] or texts[reason] or any(p.field == name for p in self.problems)):
                self.wrong(name, "nothing", what, f"Give it, or say in {reason} why there is none.")

    def check_required(self, outcome: Outcome, facts: Mapping[str, str]) -> None:
        at_fault = {problem.field for problem in self.problems}
        for names in REQUIRED[outcome]:
            if any(name in facts or name in at_fault for name in names):
                continue
            meaning = FACTS[names[0]].meaning
            others = "".join(f", or give {name}" for name in names[1:])
            ended = outcome.value.replace("_", " ")
            expected = f"{meaning[0].lower()}{meaning[1:]}, for the outcome {ended}"
            self.wrong(names[0], "nothing", expected, f"Ask for it{others}.")

    def text(self, name: str, length: int) -> str:
        value = self.data.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.wrong(name, f"a {_type_name(value)}", "text", "Put it in quotes.")
            return ""
        value = value.strip()
        if len(value) > length:
            self.wrong(name, f"{len(value)} characters", f"{length} at most", "Say it shorter.")
        if any(unicodedata.category(c) == "Cc" and c not in _BREAKS for c in value):
            self.wrong(name, "a control character", "readable text", "Type it again.")
        return value

    def member(self, name: str, enum: type[_E]) -> _E | None:
        value = self.data.get(name)
        known = {str(member.value): member for member in enum}
        if isinstance(value, str) and value.strip() in known:
            return known[value.strip()]
        self.wrong(name, _shown(value), f"one of {', '.join(known)}", "Choose one.")
        return None

    def moment(self, name: str) -> datetime | None:
        value = self.data.get(name)
        if isinstance(value, str):
            with suppress(ValueError):
                value = datetime.fromisoformat(value.strip())
        expected = "a time with its zone, such as 2026-11-23T10:42:00-05:00"
        if not isinstance(value, datetime):
            self.wrong(name, _shown(value), expected, "Give date, time and zone.")
            return None
        if value.tzinfo is None:
            self.wrong(name, "a time without a zone", expected, "Add the zone.")
            return None
        return value

    def day(self, name: str) -> date | None:
        value = self.data.get(name)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d\Z", value.strip()):
            try:
                return date.fromisoformat(value.strip())
            except ValueError:
                pass
        remedy = "Use year-month-day."
        self.wrong(name, _shown(value), "a date such as 2026-12-14", remedy)
        return None

    def fact(self, fact: Fact) -> str:
        if not self.given(fact.name):
            return ""
        match fact.kind:
            case FactKind.PAST_DATE | FactKind.FUTURE_DATE | FactKind.DATE:
                return self.dated(fact)
            case FactKind.MONEY:
                return self.money(fact.name)
            case FactKind.CODE:
                return self.code(fact.name)
        return self.text(fact.name, _FACT_LENGTH)

    def dated(self, fact: Fact) -> str:
        day = self.day(fact.name)
        if day is None:
            return ""
        problem = _wrong_side(fact, day, self.as_of)
        if problem:
            self.problems.append(problem)
        return day.isoformat()

    def money(self, name: str) -> str:
        value = self.data[name]
        try:
            if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
                raise TypeError
            cents = to_cents(value.strip().replace(",", "") if isinstance(value, str) else value)
        except (TypeError, ValueError, ArithmeticError):
            cents = -1
        if 0 <= cents < _MOST_CENTS:
            return f"{dollars(cents):.2f}"
        self.wrong(name, _shown(value), "dollars and cents such as 1234.50", "Give the amount.")
        return ""

    def code(self, name: str) -> str:
        value = self.data[name]
        text = str(value).strip().upper()
        if isinstance(value, str | int) and _CARC.match(text):
            return text
        expected = "a reason code such as CO-197 or 197"
        self.wrong(name, _shown(value), expected, "Give the code, or no_carc_reason.")
        return ""


def _wrong_side(fact: Fact, day: date, as_of: date | None) -> FieldProblem | None:
    if as_of is None:
        return None
    if fact.kind is FactKind.PAST_DATE and day > as_of:
        expected = f"a day not after {as_of.isoformat()}"
        return FieldProblem(fact.name, day.isoformat(), expected, "Ask which day it was.")
    if fact.kind is FactKind.FUTURE_DATE and day < as_of:
        expected = f"a day not before {as_of.isoformat()}"
        return FieldProblem(fact.name, day.isoformat(), expected, "Ask which day it will be.")
    if fact.kind is FactKind.FUTURE_DATE and day > farthest_due_on(as_of):
        expected = f"a day not after {farthest_due_on(as_of).isoformat()}, two years off"
        return FieldProblem(fact.name, day.isoformat(), expected, "Check the year.")
    return None


def _type_name(value: object) -> str:
    names = {bool: "yes or no", int: "number", float: "number", Decimal: "number"}
    return names.get(type(value), "list" if isinstance(value, list) else "value that is not text")


def _shown(value: object) -> str:
    """Return what was found, as it was only where it is short and cannot be a sentence."""
    if value is None or value == "":
        return "nothing"
    if isinstance(value, float):
        return "a float"
    text = str(value) if isinstance(value, str | int | Decimal) else ""
    return text if _SHOWABLE.match(text) else "something else"


def check_recordable(
    facts: FollowUpFacts,
    *,
    as_of: date,
    now: datetime,
    is_open: bool,
    deadline_on: date | None,
    safe_on: date | None = None,
    service_on: date | None = None,
) -> None:
    """Raise FollowUpError unless the follow-up may stand on the day it is recorded.

    An open claim needs a next date that is a business day from `as_of` on; one after what the nearest
    hard deadline allows needs a reason. `deadline_on` None: no deadline is running; `safe_on`: its safe date.
    Nothing was said, received, decided or paid before the claim's first day of service.
    """
    problems = [
        problem
        for name in facts.facts
        if FACTS[name].kind in DAYS
        and (problem := _wrong_side(FACTS[name], facts.day(name) or as_of, as_of))
    ]
    problems += _before_service(facts, service_on)
    if facts.occurred_at > now:
        found, remedy = "a time to come", "Record it after it happened."
        problems.append(FieldProblem("occurred_at", found, "a time gone by", remedy))
    if facts.next_due_on is not None:
        problems += _next_date_problems(facts, facts.next_due_on, as_of, deadline_on, safe_on)
    elif is_open and facts.next_action is not NextAction.NONE:
        expected = "the day of the next action, as the claim is open"
        problems.append(FieldProblem("next_due_on", "nothing", expected, "Choose a working day."))
    if problems:
        raise FollowUpError(problems)


_AFTER_SERVICE = (
    "received_on",
    "processed_on",
    "denied_on",
    "rejected_on",
    "decided_on",
    "paid_on",
)


def _before_service(facts: FollowUpFacts, service_on: date | None) -> list[FieldProblem]:
    """Return the days that lie before the service, which can only be slips of the finger."""
    if service_on is None:
        return []
    days = {name: facts.day(name) for name in _AFTER_SERVICE if name in facts.facts}
    days["occurred_at"] = facts.occurred_at.date()
    expected = f"{service_on.isoformat()} or later, when the service was"
    return [
        FieldProblem(name, day.isoformat(), expected, "Check the day and the year.")
        for name, day in days.items()
        if day is not None and day < service_on
    ]


def _next_date_problems(
    facts: FollowUpFacts,
    due_on: date,
    as_of: date,
    deadline_on: date | None,
    safe_on: date | None,
) -> list[FieldProblem]:
    found, name = due_on.isoformat(), "next_due_on"
    if due_on < as_of:
        expected = f"{as_of.isoformat()} or later"
        return [FieldProblem(name, found, expected, "Choose a working day to come.")]
    farthest = farthest_due_on(as_of)
    if due_on > farthest:
        expected = f"{farthest.isoformat()} or earlier: no claim waits longer than two years"
        return [FieldProblem(name, found, expected, "Check the year.")]
    if not is_business_day(due_on):
        remedy = "Choose the working day before or after."
        return [FieldProblem(name, found, "a day that is no weekend or federal holiday", remedy)]
    latest = latest_due_on(deadline_on, safe_on, as_of=as_of)
    if latest is not None and deadline_on and due_on > latest and not facts.next_due_reason:
        expected = (
            f"{latest.isoformat()} at the latest, as a deadline ends on {deadline_on.isoformat()}"
        )
        remedy = "Choose an earlier day, or say in next_due_reason why it may wait."
        return [FieldProblem(name, found, expected, remedy)]
    return []
