"""What has been done about a claim, told by its follow-ups: what was sent, asked for, decided, checked, and when.

These days start and stop clocks (`core.deadlines.Events`). What was sent is told by its own words, else by what
the contact before said would be sent.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from datetime import date
from typing import NamedTuple

from dueline.core.claim_clocks import Events
from dueline.core.enums import NextAction, Outcome


class Contact(NamedTuple):
    """One follow-up that stands: not corrected by a later one."""

    on: date
    outcome: Outcome
    next_action: NextAction
    facts: Mapping[str, str]


_RECORDS, _CORRECTED, _RECONSIDERATION, _APPEAL, _REFUND = (
    "records_sent_on",
    "corrected_sent_on",
    "reconsideration_sent_on",
    "appeal_sent_on",
    "refund_answered_on",
)
_WORDS = (
    (re.compile(r"\brefund|\brecoup", re.I), _REFUND),
    (re.compile(r"\breconsider", re.I), _RECONSIDERATION),
    (re.compile(r"\bappeal|\bredetermination|\bgrievance", re.I), _APPEAL),
    (re.compile(r"\bcorrected|\breplacement|\bfrequency 7", re.I), _CORRECTED),
    (re.compile(r"\brecord|\bnote|\bchart|\breport|\bauthorization|\bletter", re.I), _RECORDS),
)
_PLANNED = {
    NextAction.APPEAL: _APPEAL,
    NextAction.SEND_CORRECTED_CLAIM: _CORRECTED,
    NextAction.RESUBMIT: _CORRECTED,
    NextAction.SEND_RECORDS: _RECORDS,
}
_LEARNED_NOTHING = frozenset({Outcome.NO_ANSWER, Outcome.SUBMITTED})


def events_of(contacts: Iterable[Contact]) -> Events:
    """Return what the contacts, the earliest first, tell of a claim's course."""
    events, planned = Events(), NextAction.NONE
    for contact in contacts:
        events = _after(events, contact, planned)
        if contact.outcome not in _LEARNED_NOTHING:
            events = replace(events, last_checked_on=contact.on)
        planned = contact.next_action
    return events


def _after(events: Events, contact: Contact, planned: NextAction) -> Events:
    facts = contact.facts
    match contact.outcome:
        case Outcome.SUBMITTED:
            sent = what_was_sent(facts.get("sent", ""), planned)
            on = _day(facts, "sent_on") or contact.on
            return replace(events, **{sent: on}) if sent else events  # type: ignore[arg-type]
        case Outcome.INFORMATION_REQUESTED:
            return replace(events, records_requested_on=contact.on)
        case Outcome.APPEAL_RECEIVED:
            on = events.appeal_sent_on or _day(facts, "received_on") or contact.on
            return replace(events, appeal_sent_on=on)
        case Outcome.REFUND_REQUESTED:
            return replace(events, refund_demanded_on=_day(facts, "notice_on") or contact.on)
        case Outcome.DENIED:
            return _decided(events, _day(facts, "decided_on"))
    return events


def _decided(events: Events, decided_on: date | None) -> Events:
    """A decision against us ends the level whose appeal had been sent."""
    decided = events.appeals_decided_on
    if decided_on is None or events.appeal_sent_on is None or decided_on < events.appeal_sent_on:
        return events
    return replace(events, appeals_decided_on=(*decided, decided_on), appeal_sent_on=None)


def what_was_sent(words: str, planned: NextAction) -> str:
    """Return the name of the event that something sent is, as `Events` has it; "" where neither tells."""
    for pattern, name in _WORDS:
        if pattern.search(words):
            return name
    return _PLANNED.get(planned, "")


def is_appeal(words: str) -> bool:
    """Whether something sent is an appeal or a reconsideration, by its words."""
    return what_was_sent(words, NextAction.NONE) in (_APPEAL, _RECONSIDERATION)


def _day(facts: Mapping[str, str], name: str) -> date | None:
    text = facts.get(name)
    return date.fromisoformat(text) if text else None


_DATES = tuple(f.name for f in fields(Events) if f.name.endswith("_on"))


def as_json(events: Events) -> dict[str, object]:
    """Return what is known of the events, days as ISO texts: small, and empty where nothing is."""
    kept: dict[str, object] = {}
    for name in _DATES:
        value = getattr(events, name)
        if isinstance(value, tuple):
            if value:
                kept[name] = [day.isoformat() for day in value]
        elif value is not None:
            kept[name] = value.isoformat()
    return kept


def from_json(kept: Mapping[str, object]) -> Events:
    """Return the events that `as_json` kept."""
    return Events(**{name: _read(value) for name, value in kept.items()})  # type: ignore[arg-type]


def _read(value: object) -> date | tuple[date, ...]:
    if isinstance(value, list):
        return tuple(map(date.fromisoformat, value))
    return date.fromisoformat(str(value))
