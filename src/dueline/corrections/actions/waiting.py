"""The claim's worklist item while a correction is out: it waits for the answer, and comes back when none came."""

from datetime import date

from dueline.accounts.models import User
from dueline.calls.queries import proposal
from dueline.core.enums import NextAction, Outcome
from dueline.ledger.models import Claim
from dueline.worklist.actions import apply_follow_up
from dueline.worklist.models import WorklistItem

_SENT_ON = "corrected_sent_on"  # core.claim_clocks.Events


def let_wait(claim: Claim, *, by: User, as_of: date) -> None:
    """Put the claim off until receipt is to be confirmed; the clock for a corrected claim is met."""
    facts = {"sent": "corrected claim", "sent_on": as_of.isoformat()}
    proposed = proposal(claim, outcome=Outcome.SUBMITTED, facts=facts, as_of=as_of)
    _apply(claim, NextAction.AWAIT_ANSWER, proposed.due_on, by, as_of, sent_on=as_of)


def take_up(claim: Claim, *, by: User, as_of: date) -> None:
    """Bring the claim back: what was to correct it is not sent."""
    _apply(claim, NextAction.SEND_CORRECTED_CLAIM, None, by, as_of, sent_on=None)


def _apply(
    claim: Claim,
    action: NextAction,
    due_on: date | None,
    by: User,
    as_of: date,
    *,
    sent_on: date | None,
) -> None:
    item = WorklistItem.objects.filter(claim=claim).only("course").first()
    course = dict((item.course if item else None) or {})
    course.pop(_SENT_ON, None)
    if sent_on is not None:
        course[_SENT_ON] = sent_on.isoformat()
    apply_follow_up(
        claim=claim,
        next_action=action,
        next_due_on=due_on,
        outcome=Outcome.SUBMITTED,
        by=by,
        as_of=as_of,
        course=course,
    )
