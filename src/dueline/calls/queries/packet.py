"""The packet: what a representative asks for, in the order in which they ask, and how to reach them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice

from dueline.calls.models import FollowUp
from dueline.calls.queries.follow_ups import follow_ups_of
from dueline.core.codes import adjustment_words
from dueline.core.deadline_words import KIND_NAMES
from dueline.core.enums import DeadlineKind
from dueline.core.money import dollar_words
from dueline.core.npi import grouped
from dueline.core.payer_rules import Purpose
from dueline.ledger.models import Claim, Provider
from dueline.ledger.queries import LineMoney, Story, claim_story
from dueline.payers.models import Payer, PayerContact
from dueline.worklist.models import WorklistItem
from dueline.worklist.queries import PayerHours, call_hours

# One key copies one fact. Left out: the keys that do something else in the console, and those browsers keep.
KEYS = "1234567890asgbcijklmopqtuvwyz"
LAST_CONTACTS = 3
MOST_PROCEDURES = 6
NOT_KNOWN = "Not known"


@dataclass(frozen=True)
class Fact:
    """One thing asked for: as shown, and as copied (without the spaces that group a number); "" is not known."""

    key: str
    label: str
    shown: str
    copied: str
    is_number: bool = False


@dataclass(frozen=True)
class Group:
    title: str
    facts: list[Fact]


@dataclass(frozen=True)
class Contact:
    """One line of what happened last."""

    on: date
    text: str


@dataclass(frozen=True)
class Line:
    """How the payer is reached: its claim-status line; "" is not known."""

    payer: str
    phone: str
    ivr_path: str
    fax: str
    portal: str
    claims_per_call: int
    hold_minutes: int
    hours: PayerHours


@dataclass(frozen=True)
class Packet:
    """Everything to have at hand before a call about one claim."""

    claim: Claim
    story: Story
    line: Line
    groups: list[Group]
    contacts: list[Contact]  # the latest first

    @property
    def facts(self) -> dict[str, Fact]:
        return {fact.label: fact for group in self.groups for fact in group.facts}


def packet_of(claim: Claim, *, now: datetime) -> Packet:
    """Return the packet of a claim (as `ledger.queries.claim_for` gives it). A fixed number of queries."""
    story = claim_story(claim)
    keys = iter(KEYS)
    groups = [
        Group(title, [Fact(next(keys, ""), *fact) for fact in facts])
        for title, facts in (
            ("Who is calling", list(_caller(claim))),
            ("Patient", list(_patient(claim))),
            ("Claim", list(_claim(claim, story))),
        )
    ]
    return Packet(claim, story, _line(claim.payer, now), groups, _contacts(claim, story))


_Told = tuple[str, str, str, bool]


def _told(label: str, value: str, *, is_number: bool = False, shown: str = "") -> _Told:
    return label, shown or value or NOT_KNOWN, value, is_number


def _day(label: str, *days: date | None) -> _Told:
    text = ", ".join(f"{day:%m/%d/%Y}" for day in days if day)
    return _told(label, text)


def _caller(claim: Claim) -> Iterator[_Told]:
    npi = claim.billing_provider.npi if claim.billing_provider else _first_npi(claim)
    yield _told("Billing NPI", npi, is_number=True, shown=grouped(npi))
    yield _told("Tax ID", claim.practice.tax_id, is_number=True)
    yield _told("Practice", claim.practice.name)
    if claim.practice.phone:
        yield _told("Call back", claim.practice.phone, is_number=True)


def _first_npi(claim: Claim) -> str:
    found = claim.practice.npis.order_by("pk").first()
    return found.npi if found else ""


def _patient(claim: Claim) -> Iterator[_Told]:
    patient = claim.patient
    name = f"{patient.first_name} {patient.last_name}".strip() if patient else ""
    yield _told("Member ID", claim.member_id, is_number=True, shown=_in_groups(claim.member_id))
    yield _told("Name", name)
    yield _day("Born", patient.birth_on if patient else None)
    if claim.subscriber_name:
        yield _told("Subscriber", claim.subscriber_name)
    yield _told("Group", claim.group_number, is_number=True)


def _claim(claim: Claim, story: Story) -> Iterator[_Told]:
    days = {claim.service_from_on: None, claim.service_through_on: None}
    service = " to ".join(f"{day:%m/%d/%Y}" for day in days if day)
    yield _told("Service date", service)
    yield _told("Charge", dollar_words(claim.charge_cents) if claim.charge_cents else "")
    yield _told("Services", _services(story))
    yield _told("Payer’s claim", claim.payer_claim_control_number, is_number=True)
    yield _told("Sent", _sent(claim))
    yield _told("Accepted", _accepted(claim))
    if claim.last_submitted_on != claim.first_submitted_on:
        yield _day("Last sent", claim.last_submitted_on)
    for line in islice(_denied(story), 2):
        code = " ".join(filter(None, (line.procedure_code or line.revenue_code, line.modifiers)))
        value = f"{code}, {dollar_words(line.charge_cents)}"
        yield _told(f"Denied line {line.line_number}" if line.line_number else "Denied", value)
    if claim.denial_carc:
        yield _told("Denial", adjustment_words(claim.denial_group, claim.denial_carc))
    authorization = claim.prior_authorization
    yield _told("Authorization", authorization, is_number=True, shown=authorization or "None sent")
    yield from _last_day(claim)
    yield from _rendering(claim.rendering_provider)
    yield _told("Our claim", claim.patient_control_number, is_number=True)


def _services(story: Story) -> str:
    """Return the codes billed with their modifiers, line by line: "99214 25, 17000"."""
    codes = [
        " ".join(filter(None, (line.procedure_code or line.revenue_code, line.modifiers)))
        for line in story.lines
    ]
    more = len(codes) - MOST_PROCEDURES
    return ", ".join(codes[:MOST_PROCEDURES]) + (f" and {more} more" if more > 0 else "")


def _sent(claim: Claim) -> str:
    """Return when and how the claim went out first; every submission known here came as an 837."""
    on = claim.first_submitted_on
    return f"{on:%m/%d/%Y}, electronic" if on else ""


def _accepted(claim: Claim) -> str:
    """Return the payer's acceptance, as proof of filing: "A2 11/10/2026"."""
    event = (
        claim.events.filter(category_code__in=("A2", "A5")).order_by("happened_on", "pk").first()
    )
    if event is not None:
        return f"{event.category_code} {event.happened_on:%m/%d/%Y}"
    return f"{claim.accepted_on:%m/%d/%Y}" if claim.accepted_on else ""


def _last_day(claim: Claim) -> Iterator[_Told]:
    item = WorklistItem.objects.filter(claim_id=claim.pk, is_open=True).first()
    if item is not None and item.deadline_on is not None:
        label = KIND_NAMES[DeadlineKind(item.deadline_kind)]
        yield _day(f"{label[:1].upper()}{label[1:]} by", item.deadline_on)


def _rendering(provider: Provider | None) -> Iterator[_Told]:
    yield _told("Rendering", provider.name if provider else "")
    if provider is not None:
        yield _told("Its NPI", provider.npi, is_number=True, shown=grouped(provider.npi))


def _denied(story: Story) -> Iterator[LineMoney]:
    return (line for line in story.lines if line.denied_cents)


def _in_groups(number: str, size: int = 4) -> str:
    """Return a long number in groups, as it is read aloud."""
    if len(number) <= 6 or not number.isalnum():
        return number
    return " ".join(number[at : at + size] for at in range(0, len(number), size))


def _line(payer: Payer, now: datetime) -> Line:
    contact = PayerContact.objects.filter(
        practice_id=payer.practice_id, payer=payer, purpose=Purpose.CLAIM_STATUS.value
    ).first()
    return Line(
        payer=payer.name,
        phone=(contact.phone if contact else "") or payer.phone,
        ivr_path=contact.ivr_path if contact else "",
        fax=contact.fax if contact else "",
        portal=contact.portal if contact else "",
        claims_per_call=(contact.claims_per_call if contact else None) or payer.claims_per_call,
        hold_minutes=(contact.hold_minutes if contact else None) or payer.hold_minutes,
        hours=call_hours(payer, now=now),
    )


def _contacts(claim: Claim, story: Story) -> list[Contact]:
    """Return what happened last in one line each: our contacts and what the payer sent."""
    ours = [
        Contact(row.occurred_at.date(), _said(row)) for row in follow_ups_of(claim)[:LAST_CONTACTS]
    ]
    theirs = [
        Contact(entry.on, f"{entry.kind}: {entry.text}") for entry in story.timeline[:LAST_CONTACTS]
    ]
    return sorted([*ours, *theirs], key=lambda contact: contact.on, reverse=True)[:LAST_CONTACTS]


def _said(row: FollowUp) -> str:
    who = f", {row.contact_name}" if row.contact_name else ""
    return f"{row.channel.capitalize()}{who}: {row.said}"
