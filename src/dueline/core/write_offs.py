"""Giving up a balance, or moving it to the patient: what may be asked, who must agree, and what stands of it.

A decision is an upper bound, not an amount for ever: a payment that comes later gives back as much of it as was not
needed, and its reversal takes that again. See docs/explanation/ledger.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class WriteOffKind(StrEnum):
    """What is decided of a balance."""

    PAYER = "payer"  # the payer's balance is given up
    PATIENT = "patient"  # the patient's balance is given up
    TRANSFER = "transfer"  # the payer's balance is put to the patient


class WriteOffReason(StrEnum):
    """Why, in the words of the trade."""

    TIMELY_FILING = "timely_filing"
    NO_AUTHORIZATION = "no_authorization"
    APPEALS_EXHAUSTED = "appeals_exhausted"
    APPEAL_WINDOW_MISSED = "appeal_window_missed"
    NOT_COVERED = "not_covered"
    BUNDLED = "bundled"
    CONTRACTUAL = "contractual"
    SMALL_BALANCE = "small_balance"
    BAD_DEBT = "bad_debt"
    CHARITY = "charity"
    BANKRUPTCY = "bankruptcy"
    DECEASED = "deceased"
    PAYER_INSOLVENT = "payer_insolvent"
    CHARGE_IN_ERROR = "charge_in_error"
    PATIENT_RESPONSIBILITY = "patient_responsibility"
    COVERAGE_ENDED = "coverage_ended"
    ADMINISTRATIVE = "administrative"


_R = WriteOffReason
REASON_WORDS: dict[WriteOffReason, str] = {
    _R.TIMELY_FILING: "Timely filing was missed",
    _R.NO_AUTHORIZATION: "No authorization, and none to be had",
    _R.APPEALS_EXHAUSTED: "Every appeal was lost",
    _R.APPEAL_WINDOW_MISSED: "The time to appeal is over",
    _R.NOT_COVERED: "The plan does not cover it, and the patient may not be billed",
    _R.BUNDLED: "Part of another service, rightly",
    _R.CONTRACTUAL: "Contractual: above what was agreed",
    _R.SMALL_BALANCE: "Small balance: working it costs more",
    _R.BAD_DEBT: "Bad debt",
    _R.CHARITY: "Charity care or hardship",
    _R.BANKRUPTCY: "Bankruptcy of the patient",
    _R.DECEASED: "The patient died, without an estate",
    _R.PAYER_INSOLVENT: "The payer cannot pay",
    _R.CHARGE_IN_ERROR: "Charged in error",
    _R.PATIENT_RESPONSIBILITY: "The payer put it to the patient",
    _R.COVERAGE_ENDED: "There was no coverage on the day of service",
    _R.ADMINISTRATIVE: "Administrative, as the note says",
}
_OF_PATIENT = frozenset(
    {_R.SMALL_BALANCE, _R.BAD_DEBT, _R.CHARITY, _R.BANKRUPTCY, _R.DECEASED, _R.ADMINISTRATIVE}
)
_TO_PATIENT = (_R.PATIENT_RESPONSIBILITY, _R.COVERAGE_ENDED)
REASONS: dict[WriteOffKind, tuple[WriteOffReason, ...]] = {
    WriteOffKind.PAYER: tuple(
        one
        for one in WriteOffReason
        if one not in (*_TO_PATIENT, _R.BAD_DEBT, _R.CHARITY, _R.BANKRUPTCY, _R.DECEASED)
    ),
    WriteOffKind.PATIENT: tuple(one for one in WriteOffReason if one in _OF_PATIENT),
    WriteOffKind.TRANSFER: _TO_PATIENT,
}


class WriteOffState(StrEnum):
    """Where a request stands."""

    REQUESTED = "requested"
    APPROVED_ONCE = "approved_once"  # above the limit: a second person has to agree
    POSTED = "posted"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"


class WriteOffEvent(StrEnum):
    """What moves a request."""

    APPROVE = "approve"  # one of two
    POST = "post"  # by the last approval that was needed
    RETURN = "return"
    WITHDRAW = "withdraw"
    UNDO = "undo"


_S, _E = WriteOffState, WriteOffEvent
TRANSITIONS: dict[tuple[WriteOffState, WriteOffEvent], WriteOffState] = {
    (_S.REQUESTED, _E.APPROVE): _S.APPROVED_ONCE,
    (_S.REQUESTED, _E.POST): _S.POSTED,
    (_S.REQUESTED, _E.RETURN): _S.RETURNED,
    (_S.REQUESTED, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED_ONCE, _E.POST): _S.POSTED,
    (_S.APPROVED_ONCE, _E.RETURN): _S.RETURNED,
    (_S.APPROVED_ONCE, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.POSTED, _E.UNDO): _S.UNDONE,
}
OPEN_STATES = frozenset({_S.REQUESTED, _S.APPROVED_ONCE})

USUAL_LIMIT_CENTS = 50_000  # up to this one person approves; above it two
USUAL_SMALL_CENTS = 1_000  # a payer's balance that is written off in bulk
USUAL_SMALL_DAYS = 120  # since service, before it is


def next_state(current: WriteOffState, event: WriteOffEvent) -> WriteOffState | None:
    """Return the state after `event`; None where it is not possible."""
    return TRANSITIONS.get((current, event))


def persons_needed(amount_cents: int, limit_cents: int) -> int:
    """Return how many persons, other than who asked, must approve."""
    return 1 if amount_cents <= limit_cents else 2


@dataclass(frozen=True)
class Decided:
    """A posted decision, in the order of posting: at most so much of a balance."""

    kind: WriteOffKind
    amount_cents: int


def in_force(decided: Sequence[Decided], *, payer_cents: int, patient_cents: int) -> list[int]:
    """Return how much of each decision stands, in cents, by the balances that would be without any.

    What the files leave open is given up or moved in the order of the decisions, never more than there is; so
    the balances depend on what files and decisions say, not on which came first.
    """
    payer, patient = max(payer_cents, 0), max(patient_cents, 0)
    found = []
    for one in decided:
        if one.kind is WriteOffKind.PATIENT:
            found.append(0)
            continue
        stands = min(one.amount_cents, payer)
        payer -= stands
        if one.kind is WriteOffKind.TRANSFER:
            patient += stands
        found.append(stands)
    for place, one in enumerate(decided):
        if one.kind is WriteOffKind.PATIENT:
            found[place] = min(one.amount_cents, patient)
            patient -= found[place]
    return found


def effects(kind: WriteOffKind, cents: int) -> tuple[int, int]:
    """Return what so much of a decision does to the payer's and to the patient's balance."""
    if kind is WriteOffKind.PATIENT:
        return 0, -cents
    return -cents, cents if kind is WriteOffKind.TRANSFER else 0


def why_not_to_patient(denial_group: str) -> str:
    """Return why a payer's balance is not put to the patient; "" where it may be.

    `denial_group`: of the leading denial, "" without one. What is a contractual obligation (CO), or was reduced by
    the payer itself (PI), may not be billed to the patient (005010X221A1, CAS01).
    """
    if denial_group in ("CO", "PI"):
        return (
            f"The payer denied it under group {denial_group}: it may not be billed to the patient. "
            "Appeal it, correct it, or write it off."
        )
    return ""
