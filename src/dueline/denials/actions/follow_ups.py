"""Follow-ups as recorded with what they mean for the claim's denials, in one transaction.

Pages and commands record through these, never through `calls` alone.
"""

from datetime import date, datetime

from django.db import transaction

from dueline.accounts.models import Practice, User
from dueline.calls import actions as calls
from dueline.calls.models import Call, FollowUp
from dueline.core.follow_up import FollowUpFacts
from dueline.denials.actions.refresh import refresh_denials
from dueline.ledger.models import Claim


@transaction.atomic
def record_follow_up(
    *,
    practice: Practice,
    claim: Claim,
    facts: FollowUpFacts,
    by: User,
    as_of: date,
    now: datetime,
    request_key: str,
    seen: str | None = None,
) -> FollowUp:
    """Record one contact about a claim, and let its denials follow. Raises as `calls.record_follow_up`."""
    row = calls.record_follow_up(
        practice=practice,
        claim=claim,
        facts=facts,
        by=by,
        as_of=as_of,
        now=now,
        request_key=request_key,
        seen=seen,
    )
    refresh_denials(practice=practice, as_of=as_of, claim_ids=[row.claim_id], is_held=True)
    return row


@transaction.atomic
def correct_follow_up(
    *,
    follow_up: FollowUp,
    facts: FollowUpFacts,
    by: User,
    as_of: date,
    now: datetime,
    request_key: str,
) -> FollowUp:
    """Record what a follow-up should have said, and let the denials follow. Raises as `calls.correct_follow_up`."""
    row = calls.correct_follow_up(
        follow_up=follow_up, facts=facts, by=by, as_of=as_of, now=now, request_key=request_key
    )
    refresh_denials(practice=row.practice, as_of=as_of, claim_ids=[row.claim_id], is_held=True)
    return row


@transaction.atomic
def finish_call(call: Call, *, by: User, as_of: date, now: datetime) -> list[FollowUp]:
    """Record every claim of a call, and let their denials follow. Raises as `calls.finish`."""
    rows = calls.finish(call, by=by, as_of=as_of, now=now)
    ids = [row.claim_id for row in rows]
    refresh_denials(practice=call.practice, as_of=as_of, claim_ids=ids, is_held=True)
    return rows
