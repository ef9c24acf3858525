"""The claim's worklist item while a correction is out: it waits for the answer, and comes back when none came."""

from datetime import date

from dueline.accounts.models import User
from dueline.calls.queries import proposal
from dueline.core.correction import CorrectionKind
from dueline.core.enums import NextAction, Outcome
from dueline.ledger.models import Claim
from dueline.worklist.actions import apply_follow_up
from dueline.worklist.models import WorklistItem

_SENT_ON = "corrected_sent_on"  # core.claim_clocks.Events


def let_wait(claim: Claim, *, kind: CorrectionKind, by: User, as_of: date) -> None:
    """Put the claim off until receipt is to be confirmed; for a corrected claim its clock is met."""
    is_next = kind is CorrectionKind.NEXT_PAYER
    sent = "claim to the next payer" if is_next else "corrected claim"
    facts = {"sent": sent, "sent_on": as_of.isoformat()}
    proposed = proposal(claim, outcome=Outcome.SUBMITTED, facts=facts, as_of=as_of)
    item = WorklistItem.objects.filter(claim=claim).only("course").first()
    course = dict((item.course if item else None) or {})
    if not is_next:
        course |= {_SENT_ON: as_of.isoformat()}

    def put_off() -> WorklistItem | None:
        return apply_follow_up(
            claim=claim,
            next_action=NextAction.AWAIT_ANSWER,
            next_due_on=proposed.due_on,
            outcome=Outcome.SUBMITTED,
            by=by,
            as_of=as_of,
            course=course,
        )

    put = put_off()
    if put is not None and not put.is_held and put.due_on < proposed.due_on:
        put_off()  # what it had waited for is asked no more, which brought it back for today
