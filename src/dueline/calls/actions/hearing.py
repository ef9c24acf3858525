"""What a contact tells: the payer's status, its numbers, a payment as told; and the course of the claim."""

from datetime import date
from zoneinfo import ZoneInfo

from dueline.calls.models import FollowUp
from dueline.core.claim_course import Contact, as_json, events_of
from dueline.core.codes import carc
from dueline.core.enums import NextAction, Outcome, PayerStatus
from dueline.core.follow_up import FollowUpFacts
from dueline.core.status import event_of_contact, next_status
from dueline.ledger.models import Claim, PayerClaimNumber

_SAID: dict[Outcome, str] = {
    Outcome.PAID: "paid, by its own word",
    Outcome.PAYMENT_PROMISED: "payment promised",
    Outcome.IN_PROCESS: "in process",
    Outcome.NOT_ON_FILE: "no such claim on file",
    Outcome.DENIED: "denied",
    Outcome.REJECTED: "rejected",
    Outcome.INFORMATION_REQUESTED: "asks for records or information",
    Outcome.REPROCESSING: "being processed again",
    Outcome.SENT_TO_PATIENT: "put to the patient",
    Outcome.OTHER_PAYER_PRIMARY: "another payer is first",
    Outcome.UNDERPAID: "paid, less than expected",
}


def hear(claim: Claim, facts: FollowUpFacts, as_of: date) -> None:
    """Let the ledger's side of a claim take over what the payer said: its status, its number, a payment as told.

    The status moves by the table that files go by too. What a file said before is not written over.
    """
    fields = [*_numbers(claim, facts), *_payment(claim, facts), *_status(claim, facts, as_of)]
    if fields:
        claim.save(update_fields=fields)


def _numbers(claim: Claim, facts: FollowUpFacts) -> list[str]:
    number = facts.facts.get("payer_claim_number", "").strip()[:50]
    if not number:
        return []
    PayerClaimNumber.objects.get_or_create(
        practice_id=claim.practice_id,
        number=number,
        claim=claim,
        defaults={"payer_id": claim.payer_id},
    )
    if claim.payer_claim_control_number:
        return []
    claim.payer_claim_control_number = number
    return ["payer_claim_control_number"]


def _payment(claim: Claim, facts: FollowUpFacts) -> list[str]:
    if facts.outcome is not Outcome.PAID:
        return []
    trace = facts.facts.get("eft_number") or facts.facts.get("check_number") or ""
    claim.told_paid_on, claim.told_trace_number = facts.day("paid_on"), trace[:50]
    return ["told_paid_on", "told_trace_number"]


def _status(claim: Claim, facts: FollowUpFacts, as_of: date) -> list[str]:
    event = event_of_contact(facts.outcome)
    if event is None:
        return []
    becomes = next_status(PayerStatus(claim.payer_status), event)
    if becomes is not next_status(PayerStatus.SENT, event):
        return []  # a remittance has said more than this word: its own stands
    said = _SAID[facts.outcome]
    code = facts.facts.get("carc", "")
    group, _, number = code.rpartition("-")
    if facts.outcome is Outcome.DENIED and number:
        said = f"{code} {carc(number).short}"
    claim.payer_status = becomes.value
    claim.payer_status_on = as_of
    claim.payer_said = f"{said} ({facts.channel.value})"[:120]
    fields = ["payer_status", "payer_status_on", "payer_said"]
    if facts.outcome is Outcome.DENIED and claim.denied_on is None:
        claim.denied_on = facts.day("denied_on")
        claim.denial_group, claim.denial_carc = group, number
        fields += ["denied_on", "denial_group", "denial_carc"]
    return fields


def course_of(claim: Claim) -> dict[str, object]:
    """Return what all follow-ups of a claim tell of its course, as its item keeps it."""
    return as_json(events_of(_standing(claim)))


def _standing(claim: Claim) -> list[Contact]:
    """Return the claim's follow-ups that no later one corrects, the earliest first."""
    rows = list(FollowUp.objects.filter(claim=claim).order_by("occurred_at", "sequence"))
    corrected = {row.corrects_id for row in rows}
    zone = ZoneInfo(claim.practice.time_zone)
    return [
        Contact(
            row.occurred_at.astimezone(zone).date(),
            Outcome(row.outcome),
            NextAction(row.next_action),
            row.facts,
        )
        for row in rows
        if row.pk not in corrected
    ]
