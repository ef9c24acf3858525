"""What a file or form may say of a payer: fields in, a payer or the reasons against it out."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from dueline.core.calendars import STATES
from dueline.core.enums import PayerType
from dueline.core.opening import WEEKDAYS
from dueline.core.payer_rules import Purpose
from dueline.core.rule_check import Problem

PAYER_FIELDS = (
    "name",
    "type",
    "group",
    "state",
    "in_network",
    "time_zone",
    "identifiers",
    "plans",
    "contracts",
    "contacts",
)
CONTACT_FIELDS = (
    "purpose",
    "phone",
    "ivr_path",
    "hours",
    "keeps_federal_holidays",
    "closed_on",
    "fax",
    "portal",
    "address",
    "claims_per_call",
    "hold_minutes",
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{6,24}( ?x[0-9]{1,6})?")


@dataclass(frozen=True)
class ContactDraft:
    """A contact that is right in itself."""

    purpose: str
    phone: str = ""
    ivr_path: str = ""
    hours: dict[str, str] = field(default_factory=dict)
    keeps_federal_holidays: bool = True
    closed_on: tuple[str, ...] = ()
    fax: str = ""
    portal: str = ""
    address: str = ""
    claims_per_call: int | None = None
    hold_minutes: int | None = None


@dataclass(frozen=True)
class ContractDraft:
    name: str
    effective_from: date | None
    effective_to: date | None


@dataclass(frozen=True)
class PayerDraft:
    """A payer that is right in itself. What a file leaves out is blank or empty, and is left as it stands."""

    name: str
    payer_type: str
    group: str
    state: str
    in_network: str  # yes, no, blank
    time_zone: str
    identifiers: tuple[tuple[str, str], ...]
    plans: tuple[tuple[str, tuple[str, ...]], ...]
    contracts: tuple[ContractDraft, ...]
    contacts: tuple[ContactDraft, ...]


class _Reader:
    def __init__(self, facts: Mapping[str, object], known: tuple[str, ...], place: str, row: int):
        self.facts, self.place, self.row = facts, place, row
        self.problems: list[Problem] = []
        for name in facts:
            if name not in known:
                self.wrong(str(name)[:40], f"not known here; expected {', '.join(known)}")

    def wrong(self, name: str, words: str) -> None:
        self.problems.append(Problem(f"{self.place}{name}", words, self.row))

    def text(self, name: str, most: int = 200) -> str:
        value = self.facts.get(name)
        if value is None or value == "":
            return ""
        if not isinstance(value, str):
            self.wrong(name, "expected text")
            return ""
        if _CONTROL.search(value):
            self.wrong(name, "holds a control character")
        if len(value) > most:
            self.wrong(name, f"expected at most {most} characters, found {len(value)}")
        return value.strip()

    def choice(self, name: str, allowed: Collection[str]) -> str:
        value = self.text(name)
        if value and value not in allowed:
            self.wrong(name, f"expected one of {', '.join(allowed)}, found {value[:40]!r}")
        return value

    def number(self, name: str, most: int) -> int | None:
        value = self.text(name)
        if not value:
            return None
        if not re.fullmatch(r"[0-9]{1,4}", value) or not 0 < int(value) <= most:
            self.wrong(name, f"expected a number from 1 to {most}, found {value[:40]!r}")
            return None
        return int(value)

    def day(self, name: str) -> date | None:
        value = self.text(name)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.wrong(name, f"expected a date such as 2026-11-23, found {value[:40]!r}")
            return None

    def list_of(self, name: str, kind: type) -> list[object]:
        value = self.facts.get(name) or []
        if not isinstance(value, list) or not all(isinstance(item, kind) for item in value):
            self.wrong(
                name, "expected a list of fields" if kind is dict else "expected a list of text"
            )
            return []
        return value


def check_payer(
    facts: Mapping[str, object], *, time_zones: Collection[str], row: int = 0
) -> tuple[PayerDraft | None, list[Problem]]:
    """Return the payer that the facts say, or None and every reason against it."""
    read = _Reader(facts, PAYER_FIELDS, "", row)
    name = read.text("name")
    if not name:
        read.wrong("name", "is missing")
    zone = read.text("time_zone")
    if zone and zone not in time_zones:
        read.wrong(
            "time_zone", f"expected a time zone such as America/New_York, found {zone[:40]!r}"
        )
    draft = PayerDraft(
        name=name,
        payer_type=read.choice("type", tuple(PayerType)),
        group=read.text("group", 40),
        state=_state(read),
        in_network=read.choice("in_network", ("yes", "no")),
        time_zone=zone,
        identifiers=_identifiers(read),
        plans=_plans(read),
        contracts=_contracts(read),
        contacts=_contacts(read),
    )
    return (None, read.problems) if read.problems else (draft, [])


def _state(read: _Reader) -> str:
    state = read.text("state").upper()
    if state and state not in STATES:
        read.wrong("state", f"expected a state such as TX, found {state[:40]!r}")
    return state


def _inner(read: _Reader, item: object, known: tuple[str, ...], place: str) -> _Reader:
    assert isinstance(item, dict)
    inner = _Reader(item, known, f"{place}: ", read.row)
    inner.problems = read.problems + inner.problems
    read.problems = inner.problems
    return inner


def _identifiers(read: _Reader) -> tuple[tuple[str, str], ...]:
    found = []
    for item in read.list_of("identifiers", dict):
        inner = _inner(read, item, ("kind", "value"), "identifiers")
        kind, value = inner.text("kind", 8), inner.text("value", 80)
        if not kind or not value:
            inner.wrong("kind", "an identifier needs a kind (PI, XV, 2U, TIN, NAME) and a value")
        found.append((kind, value))
    return tuple(found)


def _plans(read: _Reader) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, tuple[str, ...]] = {}
    for item in read.list_of("plans", dict):
        inner = _inner(read, item, ("name", "group_numbers"), "plans")
        name = inner.text("name", 120)
        if not name:
            inner.wrong("name", "is missing")
        if name in found:
            inner.wrong("name", f"{name!r} is there twice")
        found[name] = tuple(str(n).strip()[:50] for n in inner.list_of("group_numbers", str))
    return tuple(found.items())


def _contracts(read: _Reader) -> tuple[ContractDraft, ...]:
    found = []
    for item in read.list_of("contracts", dict):
        inner = _inner(read, item, ("name", "effective_from", "effective_to"), "contracts")
        name, first, last = (
            inner.text("name", 120),
            inner.day("effective_from"),
            inner.day("effective_to"),
        )
        if not name:
            inner.wrong("name", "is missing")
        if first and last and last < first:
            inner.wrong("effective_to", f"{last} is before effective_from {first}")
        found.append(ContractDraft(name, first, last))
    if len({contract.name for contract in found}) < len(found):
        read.wrong("contracts", "one name is there twice")
    return tuple(found)


def _contacts(read: _Reader) -> tuple[ContactDraft, ...]:
    found = []
    for item in read.list_of("contacts", dict):
        inner = _inner(read, item, CONTACT_FIELDS, "contacts")
        purpose = inner.choice("purpose", tuple(Purpose))
        if not purpose:
            inner.wrong("purpose", f"is missing; expected one of {', '.join(Purpose)}")
        found.append(
            ContactDraft(
                purpose=purpose,
                phone=_phone(inner, "phone"),
                ivr_path=inner.text("ivr_path"),
                hours=_hours(inner),
                keeps_federal_holidays=inner.choice("keeps_federal_holidays", ("yes", "no"))
                != "no",
                closed_on=_closed(inner),
                fax=_phone(inner, "fax"),
                portal=_portal(inner),
                address=inner.text("address", 300),
                claims_per_call=inner.number("claims_per_call", 99),
                hold_minutes=inner.number("hold_minutes", 240),
            )
        )
    if len({contact.purpose for contact in found}) < len(found):
        read.wrong("contacts", "one purpose is there twice")
    return tuple(found)


def _phone(read: _Reader, name: str) -> str:
    value = read.text(name, 30)
    if value and not _PHONE.fullmatch(value):
        read.wrong(name, f"expected a number such as 1-800-555-0100, found {value[:40]!r}")
    return value


def _portal(read: _Reader) -> str:
    value = read.text("portal")
    if value and not re.fullmatch(r"https://\S+", value):
        read.wrong("portal", "expected an address that begins with https://")
    return value


def _hours(read: _Reader) -> dict[str, str]:
    value = read.facts.get("hours") or {}
    if not isinstance(value, dict):
        read.wrong("hours", 'expected weekdays, as mon: "08:00-17:00"')
        return {}
    for day, text in value.items():
        if day not in WEEKDAYS:
            read.wrong("hours", f"expected one of {', '.join(WEEKDAYS)}, found {str(day)[:40]!r}")
            continue
        first, _, last = str(text).partition("-")
        if not _TIME.fullmatch(first) or not _TIME.fullmatch(last):
            read.wrong(
                "hours", f"{day}: expected hours such as 08:00-17:00, found {str(text)[:40]!r}"
            )
        elif last <= first:
            read.wrong("hours", f"{day}: closes at {last}, before it opens at {first}")
    return {str(day): str(text) for day, text in value.items()}


def _closed(read: _Reader) -> tuple[str, ...]:
    days = [str(day) for day in read.list_of("closed_on", str)]
    for day in days:
        try:
            date.fromisoformat(day)
        except ValueError:
            read.wrong("closed_on", f"expected a date such as 2026-11-27, found {day[:40]!r}")
    return tuple(days)
