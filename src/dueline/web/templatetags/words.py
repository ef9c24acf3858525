"""Money, dates and names as people read them. No rules: what to show is decided by the views."""

from datetime import date, datetime

from django import template

from dueline.core.aging import watch
from dueline.core.enums import (
    CheckKey,
    DeadlineKind,
    DueCause,
    Means,
    NextAction,
    RequestOwner,
)
from dueline.core.holds import CHECK_WORDS, OWNER_WORDS
from dueline.core.money import dollar_words as dollars_text
from dueline.core.money import money as money_text
from dueline.core.opening import short_zone

register = template.Library()

_KINDS = {
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
_ACTIONS = {
    NextAction.CALL: "Call the payer",
    NextAction.CHECK_PORTAL: "Check the portal",
    NextAction.AWAIT_PAYMENT: "Await the payment",
    NextAction.AWAIT_ANSWER: "Await the answer",
    NextAction.SEND_CORRECTED_CLAIM: "Send a corrected claim",
    NextAction.SEND_RECORDS: "Send records",
    NextAction.RESUBMIT: "Send the claim again",
    NextAction.APPEAL: "Appeal",
    NextAction.ASK_BILLING: "Ask billing",
    NextAction.BILL_OTHER_PAYER: "Bill the other payer",
    NextAction.BILL_PATIENT: "Bill the patient",
    NextAction.CONTACT_PATIENT: "Contact the patient",
    NextAction.POST_PAYMENT: "Find and post the payment",
    NextAction.REQUEST_WRITE_OFF: "Ask for a write-off",
    NextAction.ESCALATE: "Escalate to the lead",
    NextAction.NONE: "Nothing left to do",
}

CAUSE_WORDS = {
    DueCause.PROMISE_BROKEN: "Broken promises",
    DueCause.OVERDUE: "Overdue follow-ups",
    DueCause.DEADLINE: "A deadline forces it",
    DueCause.DATE: "Due by its date",
}
MEANS_WORDS = {
    Means.TELEPHONE: "By telephone",
    Means.PORTAL: "By portal or 276",
    Means.OTHER: "By claim, fax or letter",
}


@register.filter
def money(cents: int | None) -> str:
    """Return cents as 1,234.50; blank for none."""
    return "" if cents is None else money_text(cents)


@register.filter
def dollars(cents: int | None) -> str:
    """Return cents as $1,234.50, or −$1,234.50; blank for none."""
    return "" if cents is None else dollars_text(cents)


@register.filter
def day(value: date | None) -> str:
    """Return "Jul 14", with the year when it is another."""
    if value is None:
        return "Not known"
    text = f"{value:%b} {value.day}"
    return text if value.year == _year() else f"{text}, {value.year}"


@register.filter
def weekday(value: date | None) -> str:
    """Return "Wed Nov 25"."""
    return "Not known" if value is None else f"{value:%a} {day(value)}"


@register.filter
def us_date(value: date | None) -> str:
    """Return MM/DD/YYYY, as it is read to a payer."""
    return "Not known" if value is None else f"{value:%m/%d/%Y}"


@register.filter
def clock(value: datetime | None) -> str:
    """Return "10:42 am"."""
    return "" if value is None else f"{value:%I:%M}".lstrip("0") + f" {value:%p}".lower()


@register.filter
def zone(value: datetime) -> str:
    """Return the short name of a time's zone; ET for both eastern ones."""
    return short_zone(value)


@register.filter
def patient_name(patient: object) -> str:
    """Return "Last, First"; "Not known" where there is no patient."""
    last = getattr(patient, "last_name", "")
    first = getattr(patient, "first_name", "")
    return f"{last}, {first}".strip(", ") or "Not known"


@register.filter
def spoken(value: object) -> str:
    """Return an enum's value in words: "Partly denied"."""
    text = str(value).replace("_", " ")
    return text[:1].upper() + text[1:]


@register.filter
def action(value: str) -> str:
    return _ACTIONS[NextAction(value)]


@register.filter
def owner(value: str) -> str:
    """Return who is asked: "the front desk"."""
    return OWNER_WORDS[RequestOwner(value)]


@register.filter
def check_words(value: str) -> str:
    """Return what a check is about: "member ID"; "" for a question of a person's own."""
    return CHECK_WORDS[CheckKey(value)] if value else ""


@register.filter
def deadline_kind(value: str) -> str:
    return _KINDS[DeadlineKind(value)] if value else ""


@register.simple_tag
def days_left(due_on: date, as_of: date) -> str:
    """Return "4 days", "Today" or "Lost"."""
    left = (due_on - as_of).days
    if left < 0:
        return "Lost"
    return "Today" if left == 0 else f"{left} day{'' if left == 1 else 's'}"


@register.simple_tag
def watch_class(due_on: date, as_of: date) -> str:
    """Return the look of a deadline badge: "", chase, escalate or lost."""
    return {"watched": "", "chased": "chase", "escalated": "escalate", "lost": "lost"}[
        watch(due_on, as_of=as_of).value
    ]


@register.simple_tag
def days_since(value: date | None, as_of: date) -> str:
    return "" if value is None else str((as_of - value).days)


def _year() -> int:
    from dueline.clock import today

    return today().year
