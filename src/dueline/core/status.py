"""The payer's status of a claim: one table says what each event makes of each status.

Events are given in the order of their dates. Our own work status is not here: it belongs to the worklist.
"""

from enum import StrEnum

from dueline.core.codes import claim_status, claim_status_category
from dueline.core.denials import DenialFinding
from dueline.core.enums import Outcome, PayerStatus

_S = PayerStatus


class Event(StrEnum):
    """Everything that can change what the payer has said."""

    SUBMITTED = "submitted"  # 837 to this payer, first or again
    CORRECTION_SUBMITTED = "correction_submitted"  # 837 with frequency 7
    SUBMITTED_TO_NEXT_PAYER = "submitted_to_next_payer"
    ACKNOWLEDGED_999_REJECTED = "acknowledged_999_rejected"
    RECEIVED = "received"  # had, not yet accepted: 277CA A0, A1
    ACCEPTED = "accepted"  # 277CA A2, A5
    REJECTED = "rejected"  # 277CA A3, A6, A7, A8
    NOT_ON_FILE = "not_on_file"
    PENDING = "pending"
    INFORMATION_REQUESTED = "information_requested"
    PAID = "paid"  # by a remittance
    SAID_PAID = "said_paid"  # by word alone: a 277, a call, a portal, a letter
    PARTLY_DENIED = "partly_denied"
    DENIED = "denied"
    PATIENT_RESPONSIBLE = "patient_responsible"
    FORWARDED = "forwarded"
    REVERSED = "reversed"
    VOIDED = "voided"  # 837 with frequency 8, or the payer says so


_NONE: frozenset[PayerStatus] = frozenset()
_DECIDED = frozenset(
    {_S.DENIED, _S.PARTLY_DENIED, _S.PAID, _S.PATIENT_RESPONSIBLE, _S.FORWARDED, _S.VOIDED}
)
_IN_HAND = frozenset({_S.ACCEPTED, _S.PENDING, _S.INFORMATION_REQUESTED})

# What each event makes of a claim, and the statuses it leaves as they are.
# - A decision outlasts an acknowledgment, a rejection or a "not on file", which answer a resend of the same claim.
# - A word of more work (in process, more asked for) reopens a denial, never a payment.
# - A correction, or the next payer's turn, begins a new round. So does any claim sent after a void: nothing is left
#   of the voided one that a resend could repeat.
# - A decision replaces everything, but the word "paid" leaves a part denied as it is: a payer says it of the
#   claim although a line was refused, and only a remittance shows that line paid. A claim wholly denied does become
#   paid by word: it can mean only that the denial was overturned, and the remittance is then waited for.
RULES: dict[Event, tuple[PayerStatus, frozenset[PayerStatus]]] = {
    Event.SUBMITTED: (_S.SENT, (_DECIDED - {_S.VOIDED}) | _IN_HAND | {_S.REVERSED}),
    Event.CORRECTION_SUBMITTED: (_S.SENT, _NONE),
    Event.SUBMITTED_TO_NEXT_PAYER: (_S.SENT, _NONE),
    Event.ACKNOWLEDGED_999_REJECTED: (_S.REJECTED, _DECIDED | _IN_HAND | {_S.REVERSED}),
    Event.RECEIVED: (_S.SENT, frozenset(_S) - {_S.NOT_SENT, _S.NOT_ON_FILE}),
    Event.ACCEPTED: (
        _S.ACCEPTED,
        _DECIDED | {_S.PENDING, _S.INFORMATION_REQUESTED, _S.REVERSED},
    ),
    Event.REJECTED: (_S.REJECTED, _DECIDED | {_S.REVERSED}),
    Event.NOT_ON_FILE: (_S.NOT_ON_FILE, _DECIDED | {_S.REVERSED, _S.REJECTED}),
    Event.PENDING: (_S.PENDING, frozenset({_S.PAID, _S.PATIENT_RESPONSIBLE, _S.VOIDED})),
    Event.INFORMATION_REQUESTED: (
        _S.INFORMATION_REQUESTED,
        frozenset({_S.PAID, _S.PATIENT_RESPONSIBLE, _S.VOIDED}),
    ),
    Event.PAID: (_S.PAID, _NONE),
    Event.SAID_PAID: (_S.PAID, frozenset({_S.PARTLY_DENIED})),
    Event.PARTLY_DENIED: (_S.PARTLY_DENIED, _NONE),
    Event.DENIED: (_S.DENIED, _NONE),
    Event.PATIENT_RESPONSIBLE: (_S.PATIENT_RESPONSIBLE, _NONE),
    Event.FORWARDED: (_S.FORWARDED, _NONE),
    Event.REVERSED: (_S.REVERSED, _NONE),
    Event.VOIDED: (_S.VOIDED, _NONE),
}

TRANSITIONS: dict[tuple[PayerStatus, Event], PayerStatus] = {
    (status, event): status if status in kept else becomes
    for event, (becomes, kept) in RULES.items()
    for status in PayerStatus
}


def next_status(current: PayerStatus, event: Event) -> PayerStatus:
    """Return the payer's status after `event`."""
    return TRANSITIONS[current, event]


# Outcomes of claim_status.csv that decide by themselves, whatever the other code says.
_BY_OUTCOME: dict[str, Event | None] = {
    "received": Event.RECEIVED,
    "accepted_onward": Event.RECEIVED,
    "accepted": Event.ACCEPTED,
    "rejected": Event.REJECTED,
    "wrong_payer": Event.REJECTED,
    "not_found": Event.NOT_ON_FILE,
    "not_on_file": Event.NOT_ON_FILE,
    "in_process": Event.PENDING,
    "pending": Event.PENDING,
    "pending_cob": Event.PENDING,
    "pending_enrollment": Event.PENDING,
    "duplicate_pending": Event.PENDING,
    "approved_to_pay": Event.PENDING,
    "info_needed_provider": Event.INFORMATION_REQUESTED,
    "info_needed_patient": Event.INFORMATION_REQUESTED,
    "info_request": Event.INFORMATION_REQUESTED,
    "info_overdue": Event.INFORMATION_REQUESTED,
    "paid": Event.SAID_PAID,
    "paid_to_patient": Event.SAID_PAID,
    "denied": Event.DENIED,
    "denied_auth": Event.DENIED,
    "denied_cob": Event.DENIED,
    "denied_eligibility": Event.DENIED,
    "denied_max": Event.DENIED,
    "denied_network": Event.DENIED,
    "denied_tf": Event.DENIED,
    "patient_responsibility": Event.PATIENT_RESPONSIBLE,
    "revised_forwarded": Event.FORWARDED,
    "forwarded": Event.FORWARDED,
    "voided": Event.VOIDED,
}
# Categories whose outcome leaves it to the status code to say what was decided.
_LEFT_TO_STATUS = frozenset({"finalized", "revised", "zero_pay"})
_DECISIONS = frozenset(
    {Event.SAID_PAID, Event.DENIED, Event.PATIENT_RESPONSIBLE, Event.FORWARDED, Event.VOIDED}
)


def event_of_status_answer(category: str, status: str) -> Event | None:
    """Return the event that a status (STC01-1, STC01-2) of a 277 or 277CA stands for.

    None where it says nothing of the claim: an inquiry error, a duplicate of a claim that goes on by itself,
    a result not stated. The category decides; "finalized" leaves it to the status code.
    """
    outcome = claim_status_category(category).outcome
    said = claim_status(status).outcome
    if said == "duplicate":
        return None
    if not category.strip():
        return _BY_OUTCOME.get(said)
    if outcome in _LEFT_TO_STATUS:
        decided = _BY_OUTCOME.get(said)
        return decided if decided in _DECISIONS else None
    return _BY_OUTCOME.get(outcome)


_FORWARDED_STATUSES = frozenset({"19", "20", "21", "23"})


def event_of_claim_payment(
    finding: DenialFinding,
    *,
    status_code: str,
    paid_cents: int,
    patient_responsibility_cents: int | None,
) -> Event | None:
    """Return the event that a claim payment (CLP) stands for; None for a duplicate or a predetermination."""
    if status_code == "22":
        return Event.REVERSED
    if status_code == "25":
        return None
    if finding.is_denial:
        return Event.DENIED if finding.is_full else Event.PARTLY_DENIED
    if status_code in _FORWARDED_STATUSES:
        return Event.FORWARDED
    if paid_cents > 0:
        return Event.PAID
    if (patient_responsibility_cents or 0) > 0:
        return Event.PATIENT_RESPONSIBLE
    if finding.is_duplicate:
        return None
    return Event.PENDING if finding.held_cents > 0 else Event.PAID


_BY_CONTACT: dict[Outcome, Event | None] = {
    Outcome.PAID: Event.SAID_PAID,
    Outcome.PAYMENT_PROMISED: Event.PENDING,
    Outcome.IN_PROCESS: Event.PENDING,
    Outcome.NOT_ON_FILE: Event.NOT_ON_FILE,
    Outcome.DENIED: Event.DENIED,
    Outcome.REJECTED: Event.REJECTED,
    Outcome.INFORMATION_REQUESTED: Event.INFORMATION_REQUESTED,
    Outcome.REPROCESSING: Event.PENDING,
    Outcome.APPEAL_RECEIVED: None,
    Outcome.SENT_TO_PATIENT: Event.PATIENT_RESPONSIBLE,
    Outcome.OTHER_PAYER_PRIMARY: Event.DENIED,
    Outcome.PAID_ELSEWHERE: None,  # nothing came here: the money stays open until a file says so
    Outcome.UNDERPAID: Event.SAID_PAID,
    Outcome.TAKEN_BACK: None,  # what was taken is known from the remittance alone
    Outcome.REFUND_REQUESTED: None,
    Outcome.NO_ANSWER: None,
    Outcome.SUBMITTED: None,
}


def event_of_contact(outcome: Outcome) -> Event | None:
    """Return the event that a payer's word on a call, portal or letter stands for; None where it said nothing new."""
    return _BY_CONTACT[outcome]
