"""What a rule of a payer must say: text in, a rule or the reasons against it out. Forms and imports share it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dueline.core.calendars import STATES
from dueline.core.deadlines import StartEvent, Unit
from dueline.core.enums import ClaimType, DeadlineKind, PayerClock, PayerType
from dueline.core.payer_rules import CONFIDENCE, PROOF, REVIEW_DAYS, RULE_KINDS, overlap

FIELDS = (
    "payer",
    "plan",
    "contract",
    "group",
    "payer_type",
    "state",
    "network",
    "claim_type",
    "kind",
    "count",
    "unit",
    "start_event",
    "received_or_sent",
    "presumed_receipt_days",
    "rolls_forward",
    "effective_from",
    "effective_to",
    "source",
    "note",
    "checked_on",
    "checked_by",
    "confidence",
    "review_days",
)
MOST = {
    Unit.DAYS: 3660,
    Unit.BUSINESS_DAYS: 2600,
    Unit.MONTHS: 120,
    Unit.YEARS: 10,
    Unit.END_OF_MONTH: 120,
    Unit.END_OF_NEXT_CALENDAR_YEAR: 0,
}
LENGTHS = {"source": 300, "note": 400, "group": 40, "checked_by": 150}
_APPEALS = frozenset({"appeal_2", "appeal_3", "appeal_4", "appeal_5"})
_FROM_LAST_CHECK = frozenset({PayerClock.CHECK_INTERVAL, PayerClock.STATUS_REQUEST})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field, in words. `row` counts from 1 in a file, 0 where there is none."""

    field: str
    words: str
    row: int = 0

    def __str__(self) -> str:
        place = f"row {self.row}: " if self.row else ""
        return f"{place}{self.field}: {self.words}"


@dataclass(frozen=True)
class RuleDraft:
    """A rule that is right in itself. Payer, plan and contract are still names."""

    payer: str
    plan: str
    contract: str
    group: str
    payer_type: str
    state: str
    network: str
    claim_type: str
    kind: str
    count: int
    unit: str
    start_event: str
    is_met_when_received: bool
    presumed_receipt_days: int
    rolls_forward: bool
    effective_from: date | None
    effective_to: date | None
    source: str
    note: str
    checked_on: date
    checked_by: str
    confidence: str
    review_days: int

    @property
    def key(self) -> tuple[str, ...]:
        """For whom and what it is: two of one key must not be in force on one day."""
        return (
            self.payer.casefold(),
            self.plan.casefold(),
            self.contract.casefold(),
            self.group,
            "" if self.payer else self.payer_type,
            self.state,
            self.network,
            self.claim_type,
            self.kind,
            self.start_event,
        )

    @property
    def period(self) -> tuple[date | None, date | None]:
        return self.effective_from, self.effective_to


class _Reader:
    """Reads the fields of one rule and gathers what is wrong with them."""

    def __init__(self, fields: Mapping[str, str], row: int) -> None:
        self.fields = {name: (value or "").strip() for name, value in fields.items()}
        self.row = row
        self.problems: list[Problem] = []
        for name in self.fields:
            if name not in FIELDS:
                self.wrong(name, f"not a field of a rule; expected {', '.join(FIELDS)}")
        for name, value in self.fields.items():
            if _CONTROL.search(value):
                self.wrong(name, "holds a control character")

    def wrong(self, field: str, words: str) -> None:
        self.problems.append(Problem(field, words, self.row))

    def text(self, name: str) -> str:
        value = self.fields.get(name, "")
        most = LENGTHS.get(name, 200)
        if len(value) > most:
            self.wrong(name, f"expected at most {most} characters, found {len(value)}")
        return value

    def choice(self, name: str, allowed: Iterable[str], *, default: str = "") -> str:
        value = self.fields.get(name, "") or default
        known = tuple(allowed)
        if value and value not in known:
            self.wrong(name, f"expected one of {', '.join(known)}, found {value[:40]!r}")
        return value

    def number(self, name: str, most: int, *, default: int) -> int:
        value = self.fields.get(name, "")
        if not value:
            return default
        if not re.fullmatch(r"-?[0-9]{1,6}", value):
            self.wrong(name, f"expected a whole number, found {value[:40]!r}")
            return default
        found = int(value)
        if found < 0:
            self.wrong(name, f"is negative: {found}")
        elif found > most:
            self.wrong(name, f"expected at most {most}, found {found}")
        return found

    def flag(self, name: str) -> bool:
        return self.choice(name, ("yes", "no"), default="no") == "yes"

    def day(self, name: str) -> date | None:
        value = self.fields.get(name, "")
        if not value:
            return None
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
                raise ValueError
            return date.fromisoformat(value)
        except ValueError:
            self.wrong(name, f"expected a date such as 2026-11-23, found {value[:40]!r}")
            return None


def check_rule(
    fields: Mapping[str, str], *, as_of: date, row: int = 0
) -> tuple[RuleDraft | None, list[Problem]]:
    """Return the rule that the fields say, or None and every reason against it."""
    read = _Reader(fields, row)
    kind = read.choice("kind", RULE_KINDS)
    if not kind:
        read.wrong("kind", f"is missing; expected one of {', '.join(RULE_KINDS)}")
    unit, count, start_event = _clock(read, kind)
    first, last = read.day("effective_from"), read.day("effective_to")
    if first and last and last < first:
        read.wrong("effective_to", f"{last} is before effective_from {first}")
    draft = RuleDraft(
        **_scope(read),
        kind=kind,
        count=count,
        unit=unit,
        start_event=start_event,
        is_met_when_received=read.choice(
            "received_or_sent", ("received", "sent"), default="received"
        )
        == "received",
        presumed_receipt_days=read.number("presumed_receipt_days", 30, default=0),
        rolls_forward=read.flag("rolls_forward"),
        effective_from=first,
        effective_to=last,
        source=_source(read),
        note=read.text("note"),
        checked_on=_checked_on(read, as_of),
        checked_by=read.text("checked_by"),
        confidence=_confidence(read),
        review_days=_review_days(read),
    )
    return (None, read.problems) if read.problems else (draft, [])


def _clock(read: _Reader, kind: str) -> tuple[str, int, str]:
    if kind == PROOF:
        if not read.text("note"):
            read.wrong("note", "is missing; say what the payer accepts as proof")
        for name in ("count", "unit", "start_event"):
            if read.fields.get(name):
                read.wrong(name, "proof accepted has no clock; leave it blank")
        return "", 0, ""
    unit = read.choice("unit", Unit)
    if not unit:
        read.wrong("unit", f"is missing; expected one of {', '.join(Unit)}")
    start_event = read.choice("start_event", StartEvent)
    if not start_event:
        read.wrong("start_event", "is missing; a clock needs the event it starts from")
    elif (reason := _start_reason(kind, start_event)) and kind:
        read.wrong("start_event", reason)
    count = read.number(
        "count", MOST.get(Unit(unit), 3660) if unit in set(Unit) else 3660, default=0
    )
    is_said = any(problem.field == "count" for problem in read.problems)
    may_be_none = unit == Unit.END_OF_NEXT_CALENDAR_YEAR or kind == PayerClock.STATUS_REQUEST
    if count == 0 and not may_be_none and not is_said:
        read.wrong("count", "expected 1 or more")
    return unit, count, start_event


def _start_reason(kind: str, start_event: str) -> str:
    """Return why a kind cannot start from an event, "" where it can."""
    if start_event == StartEvent.APPEAL_DECISION and kind not in _APPEALS:
        return "only appeals from level 2 on start from a decision"
    if start_event == StartEvent.LAST_CHECK and kind not in _FROM_LAST_CHECK:
        return "only the check interval and the status request start from the last check"
    if kind == PayerClock.STATUS_REQUEST and start_event != StartEvent.LAST_CHECK:
        return "the next status request is counted from the last check"
    late = (StartEvent.DENIAL_NOTICE, StartEvent.REMITTANCE)
    if kind == DeadlineKind.FILING and start_event in late:
        return "a first claim cannot wait for the payer's answer to it"
    return ""


def _scope(read: _Reader) -> dict[str, str]:
    found = {
        "payer": read.text("payer"),
        "plan": read.text("plan"),
        "contract": read.text("contract"),
        "group": read.text("group"),
        "payer_type": read.choice("payer_type", PayerType),
        "state": read.fields.get("state", "").upper(),
        "network": read.choice("network", ("in", "out")),
        "claim_type": read.choice(
            "claim_type", [t for t in ClaimType if t is not ClaimType.UNKNOWN]
        ),
    }
    if found["state"] and found["state"] not in STATES:
        read.wrong("state", f"expected a state such as TX, found {found['state'][:40]!r}")
    for name in ("plan", "contract"):
        if found[name] and not found["payer"]:
            read.wrong(name, "names no payer; a plan or contract is of one payer")
    if found["payer"] and (found["group"] or found["payer_type"]):
        read.wrong("payer", "names a payer and a type or group too; give one")
    return found


def _source(read: _Reader) -> str:
    source = read.text("source")
    if not source:
        read.wrong("source", "is missing; say where the rule is from")
    return source


def _checked_on(read: _Reader, as_of: date) -> date:
    checked_on = read.day("checked_on")
    if checked_on is None:
        if not read.fields.get("checked_on"):
            read.wrong("checked_on", "is missing; say when the source was last read")
        return as_of
    if checked_on > as_of:
        read.wrong("checked_on", f"{checked_on} is in the future")
    return checked_on


def _confidence(read: _Reader) -> str:
    confidence = read.choice("confidence", CONFIDENCE)
    if not confidence:
        read.wrong("confidence", "is missing; expected H, M or L")
    return confidence


def _review_days(read: _Reader) -> int:
    days = read.number("review_days", 3660, default=REVIEW_DAYS)
    if days == 0:
        read.wrong("review_days", "expected 1 or more")
    return days


def fields_of(draft: RuleDraft) -> dict[str, str]:
    """Return a rule as a file says it: what `check_rule` reads back as the same rule."""
    said = {name: getattr(draft, name) for name in FIELDS if hasattr(draft, name)}
    text = {name: "" if value is None else str(value) for name, value in said.items()}
    is_proof = draft.kind == PROOF
    text["count"] = "" if is_proof else str(draft.count)
    text["received_or_sent"] = "received" if draft.is_met_when_received else "sent"
    text["rolls_forward"] = "yes" if draft.rolls_forward else "no"
    return {name: text[name] for name in FIELDS}


def overlaps(drafts: Sequence[tuple[int, RuleDraft]]) -> list[Problem]:
    """Return a problem for each rule that is in force on a day on which an earlier one of its key is."""
    problems: list[Problem] = []
    by_key: dict[tuple[str, ...], list[tuple[int, RuleDraft]]] = {}
    for row, draft in drafts:
        for other_row, other in by_key.setdefault(draft.key, []):
            if overlap(draft.period, other.period):
                words = f"overlaps the version of row {other_row}; end one before the other begins"
                problems.append(Problem("effective_from", words, row))
                break
        by_key[draft.key].append((row, draft))
    return problems


def check_rules(
    rows: Iterable[Mapping[str, str]], *, as_of: date
) -> tuple[list[RuleDraft], list[Problem]]:
    """Return the rules of a file, or no rule and every problem; rows count from 1."""
    drafts: list[tuple[int, RuleDraft]] = []
    problems: list[Problem] = []
    for number, fields in enumerate(rows, start=1):
        draft, found = check_rule(fields, as_of=as_of, row=number)
        problems.extend(found)
        if draft is not None:
            drafts.append((number, draft))
    problems.extend(overlaps(drafts))
    problems.sort(key=lambda problem: problem.row)
    return ([], problems) if problems else ([draft for _, draft in drafts], [])
