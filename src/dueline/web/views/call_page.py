"""What the call console shows of a call and of the claim it is at: packet, script, outcome, note."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from dueline.accounts.models import User
from dueline.calls.models import Call, CallClaim
from dueline.calls.queries import (
    Talk,
    claims_per_call,
    hold_seconds,
    missing,
    note_so_far,
    others_of,
    packet_of,
    parts_of,
    ready_beside,
    suggestion_of,
    talk_of,
    talk_seconds,
)
from dueline.calls.queries.talk import YOU
from dueline.core.calendars import business_days_between
from dueline.core.enums import NextAction, Outcome, RequestOwner
from dueline.core.facts import DAYS, FACTS
from dueline.core.follow_up import REQUIRED, FieldProblem
from dueline.core.scripts import Done, Need, read_back
from dueline.core.scripts.phrases import PHRASES
from dueline.core.scripts.spoken import spoken_date
from dueline.ledger.queries import claim_for
from dueline.web.follow_up_words import told
from dueline.web.templatetags.words import action, spoken, us_date
from dueline.worklist.models import WorklistItem


@dataclass(frozen=True)
class Field:
    """One fact to type. `choices`: asked only with these answers, empty: always."""

    name: str
    label: str
    kind: str
    value: str
    error: str
    hint: str
    is_needed: bool
    choices: tuple[str, ...] = ()
    others: tuple["Field", ...] = ()  # any one is enough instead

    @property
    def is_other_given(self) -> bool:
        return any(other.value for other in self.others)

    @property
    def instead(self) -> str:
        """Return what stands on the way to the other fields."""
        if all(other.name.startswith("no_") for other in self.others):
            return "or why not"
        return f"or {' or '.join(other.label.lower() for other in self.others)}"

    @property
    def whole(self) -> tuple["Field", ...]:
        return (self, *self.others)

    @property
    def answers(self) -> str:
        return " ".join(self.choices)


@dataclass(frozen=True)
class Step:
    """A question that was answered, in one line."""

    key: str
    note: str
    text: str
    is_confirmed: bool


def console(
    call: Call, part: CallClaim, *, user: User, as_of: date, now: datetime
) -> dict[str, Any]:
    """Return the context of the console's page."""
    parts = list(parts_of(call))
    claim = claim_for(call.practice, part.claim_id)
    talk = talk_of(part, as_of=as_of)
    items = {
        item.claim_id: item
        for item in WorklistItem.objects.filter(claim_id__in=[one.claim_id for one in parts])
    }
    limit = claims_per_call(call.payer)
    packet = packet_of(claim, now=now)
    return {
        "page": "call",
        "as_of": as_of,
        "call": call,
        "part": part,
        "tabs": [(one, items.get(one.claim_id)) for one in parts],
        "limit": limit,
        "beside": ready_beside(call, user, now=now) if len(parts) < limit else [],
        "others": others_of(claim, user, now=now).since(part.talk.get("seen")),
        "packet": packet,
        "phrases": PHRASES,
        "scenarios": [(key, f"{key} {script.title}") for key, script in talk.scripts.items()],
        "talk_seconds": talk_seconds(call, now),
        "hold_seconds": hold_seconds(call, now),
        "proposed": suggestion_of(claim, items.get(claim.pk), as_of=as_of),
        "own_closes_at": _own_time(packet.line.hours.closes_at, user),
        **_script(talk, as_of),
        **pieces(call, talk, parts, user=user, as_of=as_of, now=now),
    }


def _own_time(moment: datetime, user: User) -> datetime | None:
    """Return a moment in the caller's own time; None where it reads the same."""
    own = moment.astimezone(ZoneInfo(user.time_zone))
    return own if own.utcoffset() != moment.utcoffset() else None


def pieces(
    call: Call,
    talk: Talk,
    parts: list[CallClaim],
    *,
    user: User,
    as_of: date,
    now: datetime,
) -> dict[str, Any]:
    """Return the context of what changes while one types: outcome, note, what is still missing."""
    lacking = missing(talk, call)
    rest = [one for one in parts if one.pk != talk.part.pk]
    others = [one for one in rest if missing(talk_of(one, as_of=as_of), call)]
    return {
        "talk": talk,
        "needed": list(_needed(talk)),
        "outcomes": [(one.value, spoken(one.value)) for one in Outcome],
        "actions": [(one.value, action(one.value)) for one in NextAction],
        "owners": list(_owners(talk)),
        "note": note_so_far(talk, call, by=user.get_full_name() or user.username, now=now),
        "lacking": [_lack(problem) for problem in lacking],
        "wrong": {problem.field: problem for problem in lacking if problem.found != "nothing"},
        "others_unfinished": others,
        "unfinished": [*others, *([talk.part] if lacking else [])],
        "claims_count": len(parts),
        "read_back": read_back(talk.position.now.read_back, talk.facts)
        if talk.position.now
        else [],
        "fields": list(_fields(talk, as_of)),
    }


def _owners(talk: Talk) -> Iterator[tuple[str, str, bool]]:
    """Yield who may act next: value, words, whether chosen. The first is as proposed."""
    proposed = talk.proposed_owner
    yield "", spoken(proposed.value) if proposed else "You", not talk.is_owner_chosen
    if proposed:
        yield YOU, "You", talk.owner is None
    for one in RequestOwner:
        if one is not proposed:
            yield one.value, spoken(one.value), talk.is_owner_chosen and talk.owner is one


def _script(talk: Talk, as_of: date) -> dict[str, Any]:
    now = talk.position.now
    return {
        "script": talk.position.script,
        "done": [_done(one, talk) for one in talk.position.done],
        "now": now,
        "now_key": talk.position.key,
        "number": talk.position.number,
        "ahead": talk.position.ahead,
        "marked": talk.part.talk.get("pending", {}).get(talk.position.key, ""),
        "is_confirmed": talk.position.key in talk.confirmed,
        "ending": talk.ending,
    }


def _done(one: Done, talk: Talk) -> Step:
    told = [one.choice.label] if one.choice else []
    told += [_shown(name, value) for name, value in one.facts]
    return Step(one.key, one.step.note, ", ".join(told) or "Done", one.key in talk.confirmed)


def _shown(name: str, value: str) -> str:
    if FACTS[name].kind in DAYS:
        return us_date(date.fromisoformat(value))
    return value


def _fields(talk: Talk, as_of: date) -> Iterator[Field]:
    """Yield the fields of the question asked now, each once, with the answers that need it."""
    now = talk.position.now
    if now is None:
        return
    asked: dict[str, tuple[Need, list[str]]] = {need.names[0]: (need, []) for need in now.needs}
    always = {name for need in now.needs for name in need.names}
    for choice in now.choices:
        for need in choice.needs:
            if not always & set(need.names):
                asked.setdefault(need.names[0], (need, []))[1].append(choice.key)
    for need, choices in asked.values():
        yield _field(need.names, talk, as_of, need.is_needed, tuple(choices))


def _field(
    names: tuple[str, ...],
    talk: Talk,
    as_of: date,
    is_needed: bool,
    choices: tuple[str, ...] = (),
) -> Field:
    """Return the field of the first name, with those of which any one is enough instead."""
    name = names[0]
    value = talk.typed.get(name, "")
    problem = talk.wrong.get(name)
    error = told(problem) if problem else ""
    others = tuple(_field((other,), talk, as_of, is_needed) for other in names[1:])
    return Field(
        name=name,
        label=FACTS[name].meaning,
        kind=FACTS[name].kind.value,
        value=value,
        error=error,
        hint=_hint(name, talk, as_of),
        is_needed=is_needed,
        choices=choices,
        others=others,
    )


def _hint(name: str, talk: Talk, as_of: date) -> str:
    """Return what a day means: its weekday, and how far off it is."""
    if FACTS[name].kind not in DAYS or name not in talk.facts:
        return ""
    day = date.fromisoformat(talk.facts[name])
    if day <= as_of:
        return f"{spoken_date(day)}, {(as_of - day).days} days ago"
    count = business_days_between(as_of, day)
    return f"{spoken_date(day)}, {count} working days from today"


def _needed(talk: Talk) -> Iterator[Field]:
    """Yield the facts that the outcome requires and the script does not ask now."""
    if talk.outcome is None or (talk.position.now is not None and not talk.chosen.get("outcome")):
        return
    asked = {one.name for field in _fields(talk, talk.as_of) for one in field.whole}
    for names in REQUIRED[talk.outcome]:
        if asked & set(names) or any(name in talk.facts for name in names):
            continue
        yield _field(names, talk, talk.as_of, True)


_MISSING = {
    "contact_name": "who was spoken to, or why no one",
    "reference_number": "the call reference, or why none",
    "outcome": "the outcome",
    "said": "what was said, in your own words",
    "next_action": "the next action",
    "next_due_on": "the next date",
    "next_due_reason": "why it is not what is proposed",
}


def _lack(problem: FieldProblem) -> str:
    if problem.found == "nothing" or problem.field in ("outcome", "next_action"):
        known = FACTS[problem.field].meaning if problem.field in FACTS else problem.field
        return _MISSING.get(problem.field, known[:1].lower() + known[1:])
    return f"{_MISSING.get(problem.field, problem.field)}: {problem.expected}"


_NAMES = {
    "contact_name": "Representative",
    "reference_number": "Call reference",
    "no_contact_reason": "Why no person",
    "no_reference_reason": "Why no reference",
    "next_due_on": "Next date",
    "next_due_reason": "Why other",
    "words": "Your own words",
}


def named_differences(differs: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return each field that another tab changed: its name, its label, and what the other tab has."""
    return [(name, _label(name), theirs) for name, theirs in differs.items()]


def _label(name: str) -> str:
    fact = FACTS.get(name.removeprefix("fact-"))
    return fact.meaning if fact else _NAMES.get(name, name.replace("_", " ").capitalize())
