"""What has happened to a claim, and by it which of its clocks run, which are met, and why one stands.

The periods and their rules are in `core.deadlines`.
"""

from dataclasses import dataclass
from datetime import date

from dueline.core.enums import ClaimType, DeadlineKind, PayerStatus


@dataclass(frozen=True)
class Events:
    """What has happened to a claim beyond its sending and its answer; None is not known or not yet."""

    discharged_on: date | None = None
    eligibility_noticed_on: date | None = None
    records_requested_on: date | None = None
    records_sent_on: date | None = None
    corrected_sent_on: date | None = None
    reconsideration_sent_on: date | None = None
    appeal_sent_on: date | None = None  # the latest
    appeals_decided_on: tuple[date, ...] = ()  # of level 1, 2 ... in order, each against us
    refund_demanded_on: date | None = None
    overpayment_found_on: date | None = None
    refund_answered_on: date | None = None
    last_checked_on: date | None = None
    lacks_authorization: bool = False
    is_surprise_bill: bool = False  # out of network under the No Surprises Act
    negotiation_ended_on: date | None = None


@dataclass(frozen=True)
class ClaimDates:
    """The dates of a claim that start or stop clocks; None is not known."""

    service_from_on: date | None
    service_through_on: date | None
    first_submitted_on: date | None
    accepted_on: date | None
    last_remitted_on: date | None
    denied_on: date | None
    primary_remitted_on: date | None
    payer_status: PayerStatus
    claim_type: ClaimType
    is_secondary: bool
    events: Events | None = None


_APPEALS = (
    DeadlineKind.APPEAL_1,
    DeadlineKind.APPEAL_2,
    DeadlineKind.APPEAL_3,
    DeadlineKind.APPEAL_4,
    DeadlineKind.APPEAL_5,
)
LEVEL = {kind: level for level, kind in enumerate(_APPEALS)}
_DENIED = frozenset({PayerStatus.DENIED, PayerStatus.PARTLY_DENIED})
# What a payer may say, without a remittance, of a claim that it denied.
_BY_WORD = frozenset({PayerStatus.PENDING, PayerStatus.INFORMATION_REQUESTED, PayerStatus.PAID})
# The payer has the claim, or has decided it: filing in time was met.
_FILED = frozenset(
    {
        PayerStatus.ACCEPTED,
        PayerStatus.PENDING,
        PayerStatus.INFORMATION_REQUESTED,
        PayerStatus.DENIED,
        PayerStatus.PARTLY_DENIED,
        PayerStatus.PAID,
        PayerStatus.PATIENT_RESPONSIBLE,
        PayerStatus.FORWARDED,
        PayerStatus.REVERSED,
        PayerStatus.VOIDED,
    }
)
NO_EVENTS = Events()


def denial_stands(dates: ClaimDates) -> bool:
    """Whether a denial is still to be answered in time: a promise to process or pay stops none of its clocks.

    Only a remittance takes the denial back; until then its day is kept on the claim.
    """
    if dates.payer_status in _DENIED:
        return True
    return dates.denied_on is not None and dates.payer_status in _BY_WORD


def state_of(kind: DeadlineKind, dates: ClaimDates) -> tuple[bool, bool, str]:
    """Return whether a clock runs, whether it has been met, and why it stands."""
    status = dates.payer_status
    if kind is DeadlineKind.FILING:
        is_rejected = status in (PayerStatus.REJECTED, PayerStatus.NOT_ON_FILE)
        is_met = status in _FILED or (dates.accepted_on is not None and not is_rejected)
        return not is_met, is_met, "The payer has the claim." if is_met else ""
    if kind in LEVEL:
        return _appeal_state(LEVEL[kind], dates)
    if kind in (DeadlineKind.CORRECTED_CLAIM, DeadlineKind.RECONSIDERATION):
        return _correction_state(kind, dates)
    return _event_state(kind, dates.events or NO_EVENTS)


def _correction_state(kind: DeadlineKind, dates: ClaimDates) -> tuple[bool, bool, str]:
    if not denial_stands(dates):
        return False, False, "It starts with a denial."
    events = dates.events or NO_EVENTS
    is_correction = kind is DeadlineKind.CORRECTED_CLAIM
    sent_on = events.corrected_sent_on if is_correction else events.reconsideration_sent_on
    if _is_since(sent_on, dates.denied_on):
        return False, True, "It has been sent."
    return True, False, ""


def _is_since(sent_on: date | None, began_on: date | None) -> bool:
    return sent_on is not None and (began_on is None or sent_on >= began_on)


def _appeal_state(level: int, dates: ClaimDates) -> tuple[bool, bool, str]:
    """`level` counts from 0, and so is how many decisions came before."""
    decided = len(dates.events.appeals_decided_on) if dates.events else 0
    if not denial_stands(dates):
        return False, False, "It starts with a denial."
    if decided > level:
        return False, True, "This level has been decided."
    began_on = dates.events.appeals_decided_on[-1] if dates.events and decided else dates.denied_on
    sent_on = dates.events.appeal_sent_on if dates.events else None
    if decided == level and _is_since(sent_on, began_on):
        return False, True, "The appeal has been sent."
    return decided == level, False, "" if decided == level else "The level before is not decided."


def _event_state(kind: DeadlineKind, events: Events) -> tuple[bool, bool, str]:
    started, met = {
        DeadlineKind.RECORDS_RESPONSE: (events.records_requested_on, events.records_sent_on),
        DeadlineKind.RETRO_AUTHORIZATION: (events.lacks_authorization or None, None),
        DeadlineKind.REFUND_RESPONSE: (
            events.refund_demanded_on or events.overpayment_found_on,
            events.refund_answered_on,
        ),
        DeadlineKind.OPEN_NEGOTIATION: (
            events.is_surprise_bill or None,
            events.negotiation_ended_on,
        ),
        DeadlineKind.FEDERAL_DISPUTE: (events.negotiation_ended_on, None),
    }[kind]
    if started is None:
        return False, False, "Its event has not come."
    if isinstance(met, date) and (started is True or met >= started):
        return False, True, "It has been done."
    return True, False, ""
