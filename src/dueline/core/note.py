"""The note of a contact, written from its facts, in the form that practice-management systems accept.

Plain ASCII, a paragraph for each part: who was reached and for how long, what was said, what it came to, which
deadline runs, what is next.
A fact that is not there is left out; nothing is added that was not recorded.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from dueline.core.enums import Channel, NextAction, Outcome
from dueline.core.fact_words import fact_sentences
from dueline.core.opening import short_zone

_REACHED = {
    Channel.CALL: "Called",
    Channel.PORTAL: "Looked in the portal of",
    Channel.FAX: "Fax to",
    Channel.LETTER: "Letter to",
}
_CAME_TO = {
    Outcome.PAID: "Paid, as the payer says",
    Outcome.PAYMENT_PROMISED: "Payment promised",
    Outcome.IN_PROCESS: "In process",
    Outcome.NOT_ON_FILE: "No such claim on file with the payer",
    Outcome.DENIED: "Denied",
    Outcome.REJECTED: "Rejected",
    Outcome.INFORMATION_REQUESTED: "The payer asks for records or information",
    Outcome.REPROCESSING: "Sent back for processing",
    Outcome.APPEAL_RECEIVED: "The payer has the appeal",
    Outcome.SENT_TO_PATIENT: "The payer puts it to the patient",
    Outcome.OTHER_PAYER_PRIMARY: "Another payer is first",
    Outcome.PAID_ELSEWHERE: "Paid, but not to us",
    Outcome.UNDERPAID: "Paid less than our contract allows",
    Outcome.TAKEN_BACK: "Taken back from a payment",
    Outcome.REFUND_REQUESTED: "The payer asks for a refund",
    Outcome.NO_ANSWER: "Nothing learned",
    Outcome.SUBMITTED: "Sent",
}
_NEXT = {
    NextAction.CALL: "call the payer",
    NextAction.CHECK_PORTAL: "check the portal",
    NextAction.AWAIT_PAYMENT: "await the payment",
    NextAction.AWAIT_ANSWER: "await the answer",
    NextAction.SEND_CORRECTED_CLAIM: "send a corrected claim",
    NextAction.SEND_RECORDS: "send records",
    NextAction.RESUBMIT: "send the claim again",
    NextAction.APPEAL: "appeal",
    NextAction.ASK_BILLING: "ask billing",
    NextAction.BILL_OTHER_PAYER: "bill the other payer",
    NextAction.BILL_PATIENT: "bill the patient",
    NextAction.CONTACT_PATIENT: "contact the patient",
    NextAction.POST_PAYMENT: "find and post the payment",
    NextAction.REQUEST_WRITE_OFF: "ask for a write-off",
    NextAction.ESCALATE: "escalate to the lead",
    NextAction.NONE: "nothing left to do",
}
_TYPOGRAPHIC = str.maketrans(
    {"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "×": "x", "\xa0": " "}
)


@dataclass(frozen=True)
class Noted:
    """What a note tells. `occurred_at` is in the zone in which it is to be read."""

    occurred_at: datetime
    channel: Channel
    payer: str
    patient_control_number: str
    outcome: Outcome | None  # None while the contact goes on
    said: str
    facts: Mapping[str, str]
    next_action: NextAction | None
    next_due_on: date | None
    by: str
    payer_claim_number: str = ""
    contact_name: str = ""
    no_contact_reason: str = ""
    reference_number: str = ""
    no_reference_reason: str = ""
    next_due_reason: str = ""
    phone: str = ""  # the number dialed
    hold_seconds: int | None = None  # of the whole call, None: not timed
    talk_seconds: int | None = None
    deadline: tuple[str, date] | None = None  # the nearest hard one: its kind in words, its day
    corrects: int | None = None  # the number of the follow-up that this one corrects


def write_note(noted: Noted) -> str:
    """Return the note, its paragraphs on lines of their own."""
    parts = (
        _reached(noted),
        _claim(noted),
        noted.said,
        _result(noted),
        _deadline(noted),
        _next(noted),
    )
    return "\n".join(ascii_text(part) for part in parts if part.strip())


def ascii_text(text: str) -> str:
    """Return text on one line in printable ASCII: accents left off, "?" for what has no such letter."""
    plain = unicodedata.normalize("NFKD", text.translate(_TYPOGRAPHIC))
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join("".join(c if " " <= c <= "~" else _stand_in(c) for c in letters).split())


def _stand_in(character: str) -> str:
    return " " if character.isspace() or not character.isprintable() else "?"


def _reached(noted: Noted) -> str:
    at = noted.occurred_at
    moment = f"{at:%m/%d/%Y} {at:%I:%M}".replace(" 0", " ") + f" {at:%p}".lower()
    corrects = f"Corrects number {noted.corrects}. " if noted.corrects else ""
    who = f", {noted.contact_name}" if noted.contact_name else ""
    why = f" No person: {_closed(noted.no_contact_reason)}" if noted.no_contact_reason else ""
    number = f" Call reference {noted.reference_number}." if noted.reference_number else ""
    none = f" No reference: {_closed(noted.no_reference_reason)}"
    tail = number or (none if noted.no_reference_reason else "")
    zone = f" {short_zone(at)}" if at.tzname() else ""
    dialed = f", {noted.phone}" if noted.phone else ""
    reached = _closed(f"{_REACHED[noted.channel]} {noted.payer}{dialed}{who}")
    return f"{corrects}{moment}{zone}. {reached}{why}{tail}{_took(noted)}"


def _took(noted: Noted) -> str:
    if noted.hold_seconds is None or noted.talk_seconds is None:
        return ""
    return f" On hold {minutes(noted.hold_seconds)}, talked {minutes(noted.talk_seconds)}."


def minutes(seconds: int) -> str:
    """Return "11 min", rounded to the nearest; "under 1 min" where it was something."""
    count = (seconds + 30) // 60
    return f"{count} min" if count or not seconds else "under 1 min"


def _claim(noted: Noted) -> str:
    payers = f", payer's number {noted.payer_claim_number}" if noted.payer_claim_number else ""
    return f"Claim {noted.patient_control_number}{payers}."


def _result(noted: Noted) -> str:
    came_to = _closed(_CAME_TO[noted.outcome]) if noted.outcome else ""
    return f"{came_to} {fact_sentences(noted.facts)}".strip()


def _deadline(noted: Noted) -> str:
    if noted.deadline is None:
        return ""
    kind, day = noted.deadline
    return f"Deadline: {kind[:1].lower()}{kind[1:]} by {day:%m/%d/%Y}."


def _next(noted: Noted) -> str:
    if noted.next_action is None:
        return ""
    due = f", due {noted.next_due_on:%m/%d/%Y}" if noted.next_due_on else ""
    why = f" ({noted.next_due_reason})" if noted.next_due_reason else ""
    return f"Next: {_NEXT[noted.next_action]}{due}{why}. {noted.by}"


def _closed(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
