"""The words of deadlines: what each is for, what starts it, and the sentence that says where a date is from."""

from datetime import date
from typing import TYPE_CHECKING

from dueline.core.enums import DeadlineKind, PayerClock
from dueline.core.payer_rules import CONFIDENCE, PROOF

if TYPE_CHECKING:
    from dueline.core.deadlines import Rule

KIND_NAMES: dict[str, str] = {
    DeadlineKind.FILING: "First claim",
    DeadlineKind.CORRECTED_CLAIM: "Corrected claim",
    DeadlineKind.APPEAL_1: "Appeal, level 1",
    DeadlineKind.APPEAL_2: "Appeal, level 2",
    DeadlineKind.APPEAL_3: "Appeal, level 3",
    DeadlineKind.APPEAL_4: "Appeal, level 4",
    DeadlineKind.APPEAL_5: "Appeal, level 5",
    DeadlineKind.RECONSIDERATION: "Reconsideration",
    DeadlineKind.RECORDS_RESPONSE: "Records asked for",
    DeadlineKind.RETRO_AUTHORIZATION: "Retro-authorization",
    DeadlineKind.REFUND_RESPONSE: "Answer to a refund demand",
    DeadlineKind.OPEN_NEGOTIATION: "Open negotiation",
    DeadlineKind.FEDERAL_DISPUTE: "Federal dispute",
    PayerClock.PAYMENT_FLOOR: "Not paid before",
    PayerClock.EXPECTED_PAYMENT: "Payment expected",
    PayerClock.PROMPT_PAYMENT: "Payment due by law",
    PayerClock.APPEAL_ANSWER: "Appeal answered",
    PayerClock.FIRST_CHECK: "First status check",
    PayerClock.CHECK_INTERVAL: "Next status check",
    PayerClock.CALL_AFTER: "Call from",
    PayerClock.STATUS_REQUEST: "Next status request (276)",
    PROOF: "Proof accepted",
}
EVENT_NAMES: dict[str, str] = {
    "service_from": "the first day of service",
    "service_through": "the last day of service",
    "service": "service",
    "discharge": "the discharge",
    "submission": "the first submission",
    "receipt": "the payer's receipt",
    "remittance": "the remittance",
    "denial_notice": "the denial",
    "primary_remittance": "the primary payer's remittance",
    "appeal_decision": "the decision of the level before",
    "records_request": "the records request",
    "eligibility_notice": "the eligibility notice",
    "refund_demand": "the refund demand",
    "overpayment_found": "finding the overpayment",
    "negotiation_end": "the end of the negotiation",
    "corrected_sent": "sending the corrected claim",
    "records_sent": "sending the records",
    "reconsideration_sent": "sending the reconsideration",
    "appeal_sent": "sending the appeal",
    "last_check": "the last status check",
}
NOT_KNOWN = "No rule is known."
NEVER = "Takes no electronic status requests"


def day_words(day: date, as_of: date) -> str:
    """Return a day as "Mon Nov 23", with its year where it is another than that of `as_of`."""
    text = f"{day:%a %b} {day.day}"
    return text if day.year == as_of.year else f"{text}, {day.year}"


def span_words(rule: "Rule") -> str:
    """Return how long a rule gives, as "120 days"."""
    return NEVER if is_never(rule) else span_of(rule.count, rule.unit)


def is_never(rule: "Rule") -> bool:
    """Whether a rule says that the payer takes no electronic status requests."""
    return rule.kind is PayerClock.STATUS_REQUEST and rule.count == 0


def span_of(count: int, unit: str) -> str:
    if unit == "end_of_next_calendar_year":
        return "Until December 31 of the next year"
    if unit == "end_of_month":
        plural = "month" if count == 1 else "months"
        return f"Until the end of the month, {count} {plural} on,"
    words = str(unit).replace("_", " ")
    return f"{count} {words.removesuffix('s') if count == 1 else words}"


def terms_words(rule: "Rule") -> str:
    """Return what a rule says, without whose it is: "60 days from the denial, received by then"."""
    if is_never(rule):
        return f"{NEVER}."
    receipt = (
        f", presumed received {rule.presumed_receipt_days} days after its date"
        if rule.presumed_receipt_days
        else ""
    )
    roll = (
        "; an end on a weekend or holiday moves to the next business day"
        if rule.rolls_forward
        else ""
    )
    how = ""
    if rule.kind in set(DeadlineKind):
        how = ", received by then" if rule.is_met_when_received else ", sent by then"
    return f"{span_words(rule)} from {EVENT_NAMES[rule.start_event]}{receipt}{how}{roll}."


def source_words(rule: "Rule", as_of: date) -> str:
    """Return whose rule it is, its source, since when it holds, who checked it when, and how sure it is."""
    since = (
        f", in force since {day_words(rule.effective_from, as_of)}" if rule.effective_from else ""
    )
    until = f", until {day_words(rule.effective_to, as_of)}" if rule.effective_to else ""
    by = f" by {rule.checked_by}" if rule.checked_by else ""
    return (
        f"{rule.payer_name_or_type}: {rule.source}{since}{until}; "
        f"checked {day_words(rule.checked_on, as_of)}{by}; confidence {CONFIDENCE[rule.confidence]}."
    )


def sentence(
    rule: "Rule", start: date, due_on: date, safe_on: date, ends_on: date, as_of: date, why_not: str
) -> str:
    """Return the explanation of a deadline. `ends_on` is the end before weekends and holidays count."""
    receipt = (
        f", presumed received {rule.presumed_receipt_days} days later"
        if rule.presumed_receipt_days
        else ""
    )
    how = "received" if rule.is_met_when_received else "sent"
    parts = [
        f"{span_words(rule)} from {EVENT_NAMES[rule.start_event]} of {day_words(start, as_of)}{receipt}, "
        f"{how} by {day_words(due_on, as_of)}{_moved(due_on, ends_on, as_of)}.",
        why_not,
        f"Safe date {day_words(safe_on, as_of)}.",
        source_words(rule, as_of),
    ]
    return " ".join(part for part in parts if part)


def _moved(due_on: date, ends_on: date, as_of: date) -> str:
    if due_on == ends_on:
        return ""
    way = "after" if due_on > ends_on else "before"
    return f", the business day {way} {day_words(ends_on, as_of)}"
