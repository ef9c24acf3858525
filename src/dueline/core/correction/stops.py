"""When a correction is stopped before it begins, and the reason in words."""

from dataclasses import dataclass
from datetime import date

from dueline.core.correction.states import CorrectionKind
from dueline.core.enums import PayerStatus

_NOT_THERE = frozenset({PayerStatus.NOT_SENT, PayerStatus.REJECTED, PayerStatus.NOT_ON_FILE})
# The payer has said that it has the claim, or decided it.
_HAS_IT = frozenset(PayerStatus) - _NOT_THERE - {PayerStatus.SENT}


@dataclass(frozen=True)
class Standing:
    """What of a claim decides whether it may be corrected now. "" and None are not known or none."""

    payer_status: PayerStatus
    is_accepted: bool = False  # by the payer, at any time
    payer_number: str = ""  # the payer's claim control number
    why_unreadable: str = ""  # why the claim as sent cannot be read again
    open_since: date | None = None  # another correction that is not ended
    due_on: date | None = None  # last day of a corrected claim, by a rule that is sure
    due_words: str = ""


def why_stopped(kind: CorrectionKind, standing: Standing, *, as_of: date) -> str:
    """Return why a claim may not be corrected so on a day; "" where it may.

    A void is not bound to the window for corrected claims: what was billed wrongly must be taken back at any time.
    """
    status = standing.payer_status
    if standing.open_since is not None:
        return (
            f"Another correction of this claim is open since {standing.open_since:%m/%d/%Y}. "
            "Finish or withdraw it first."
        )
    if status is PayerStatus.VOIDED:
        return "The claim is voided. Nothing is left to correct: bill the service as a new claim."
    if standing.why_unreadable:
        return standing.why_unreadable
    if kind is CorrectionKind.RESEND:
        return _why_no_resend(status)
    if status in _NOT_THERE:
        return "The payer never accepted this claim: there is nothing to replace. Send it anew (frequency 1)."
    if not standing.is_accepted and status not in _HAS_IT:
        return "The payer has not said that it has this claim. Wait for its answer, or ask for the status."
    if not standing.payer_number:
        return (
            "Expected the payer's claim number (REF F8), found none on file. "
            "It comes with the remittance or a status answer."
        )
    is_late = standing.due_on is not None and standing.due_on < as_of
    if kind is CorrectionKind.REPLACEMENT and is_late:
        return f"The time for a corrected claim ended on {standing.due_on:%m/%d/%Y}. {standing.due_words}".strip()
    return ""


def _why_no_resend(status: PayerStatus) -> str:
    if status in (PayerStatus.REJECTED, PayerStatus.NOT_ON_FILE):
        return ""
    return (
        "A claim is sent anew only where the payer rejected it or does not have it. "
        "Another copy would be a duplicate: send a replacement (frequency 7)."
    )
