"""Recording follow-ups: each is added to the practice's chain once, and puts the claim where it says."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.chains import extend
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.calls.actions.hearing import course_of, hear
from dueline.calls.errors import CorrectionRefused, KeyUsed, Unseen
from dueline.calls.models import FollowUp
from dueline.calls.queries.others import others_of
from dueline.core.claim_course import is_appeal
from dueline.core.follow_up import FollowUpFacts, check_recordable
from dueline.ledger.models import Claim
from dueline.worklist.actions import apply_follow_up
from dueline.worklist.models import WorklistItem
from dueline.worklist.queries import deadline_after

KIND = "follow_up"


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
    """Record one contact about a claim; update what the payer has said and the claim's place in the worklist.

    The same `request_key` with the same content records once and returns what is there. `seen`: what was seen
    of other people's work on the claim (`Others.mark`). Raises NotAllowed (role), FollowUpError (facts or next
    date), KeyUsed (key of another follow-up), Unseen (another holds the claim or recorded a contact meanwhile),
    Claim.DoesNotExist (a claim of another practice).
    """
    return _record(practice, claim, facts, by, as_of, now, request_key, corrects=None, seen=seen)


def correct_follow_up(
    *,
    follow_up: FollowUp,
    facts: FollowUpFacts,
    by: User,
    as_of: date,
    now: datetime,
    request_key: str,
) -> FollowUp:
    """Record what a follow-up should have said, as a new one that points at it. The old one stays.

    Only the correction of a claim's latest follow-up moves the claim. Raises as `record_follow_up`, and
    CorrectionRefused where the follow-up was corrected already.
    """
    return _record(
        follow_up.practice, follow_up.claim, facts, by, as_of, now, request_key, corrects=follow_up
    )


@transaction.atomic
def _record(
    practice: Practice,
    claim: Claim,
    facts: FollowUpFacts,
    by: User,
    as_of: date,
    now: datetime,
    request_key: str,
    *,
    corrects: FollowUp | None,
    seen: str | None = None,
) -> FollowUp:
    check(by, practice, Permission.RECORD_FOLLOW_UP)
    if not 1 <= len(request_key) <= 64:
        raise KeyUsed("A request key has 1 to 64 characters.")
    # Held until the end, so that the same key sent twice at once finds its first.
    held = Claim.objects.select_for_update().get(pk=claim.pk, practice=practice)
    known = FollowUp.objects.filter(practice=practice, request_key=request_key).first()
    if known is not None:
        return _same(known, held, facts, corrects)
    is_latest = _check_correction(held, corrects)
    if corrects is None and (news := others_of(held, by, now=now).since(seen)):
        raise Unseen(f"{news} Record yours too if it is another contact.")
    item = WorklistItem.objects.filter(claim=held, is_open=True).first()
    deadline_on, safe_on = deadline_after(item, facts.outcome)
    check_recordable(
        facts,
        as_of=as_of,
        now=now,
        is_open=held.is_open,
        deadline_on=deadline_on,
        safe_on=safe_on,
        service_on=held.service_from_on,
    )
    follow_up = _add(practice, held, facts, by, now, request_key, corrects)
    if is_latest:
        hear(held, facts, as_of)
        apply_follow_up(
            claim=held,
            next_action=facts.next_action,
            next_due_on=facts.next_due_on,
            outcome=facts.outcome,
            by=by,
            as_of=as_of,
            promised_on=facts.day("promised_on"),
            course=course_of(held),
            is_appeal_sent=is_appeal(facts.facts.get("sent", "")),
        )
    audit.record(
        practice=practice,
        by=by.get_username(),
        action="correct_follow_up" if corrects else "record_follow_up",
        at=now,
        object_kind="claim",
        object_key=str(held.pk),
        detail={"follow_up": follow_up.sequence, "outcome": facts.outcome.value},
    )
    return follow_up


def _same(
    known: FollowUp, claim: Claim, facts: FollowUpFacts, corrects: FollowUp | None
) -> FollowUp:
    is_same = (
        known.claim_id == claim.pk
        and known.corrects_id == (corrects.pk if corrects else None)
        and said_by(known) == said_by(_row(facts))
    )
    if not is_same:
        raise KeyUsed("This request key belongs to a follow-up that says something else.")
    return known


def _check_correction(claim: Claim, corrects: FollowUp | None) -> bool:
    """Return whether the new follow-up is the claim's latest word."""
    if corrects is None:
        return True
    if corrects.claim_id != claim.pk:
        raise CorrectionRefused("The follow-up to correct belongs to another claim.")
    if FollowUp.objects.filter(corrects=corrects).exists():
        raise CorrectionRefused("This follow-up was corrected already. Correct its correction.")
    latest = FollowUp.objects.filter(claim=claim).order_by("-sequence").first()
    return latest is not None and latest.pk == corrects.pk


def _row(facts: FollowUpFacts) -> FollowUp:
    return FollowUp(
        occurred_at=facts.occurred_at.astimezone(UTC),
        channel=facts.channel.value,
        contact_name=facts.contact_name,
        no_contact_reason=facts.no_contact_reason,
        reference_number=facts.reference_number,
        no_reference_reason=facts.no_reference_reason,
        said=facts.said,
        outcome=facts.outcome.value,
        next_action=facts.next_action.value,
        next_due_on=facts.next_due_on,
        next_due_reason=facts.next_due_reason,
        facts=dict(facts.facts),
    )


def said_by(row: FollowUp) -> dict[str, object]:
    """Return what a follow-up says, apart from when, by whom and about what it was recorded."""
    return {
        "occurred_at": row.occurred_at.astimezone(UTC),
        "channel": row.channel,
        "contact_name": row.contact_name,
        "no_contact_reason": row.no_contact_reason,
        "reference_number": row.reference_number,
        "no_reference_reason": row.no_reference_reason,
        "said": row.said,
        "outcome": row.outcome,
        "next_action": row.next_action,
        "next_due_on": row.next_due_on,
        "next_due_reason": row.next_due_reason,
        "facts": row.facts,
    }


def hashed(row: FollowUp, corrects_sequence: int | None) -> Mapping[str, object]:
    """Return everything of a follow-up that its hash covers."""
    return {
        **said_by(row),
        "claim": row.claim_id,
        "request_key": row.request_key,
        "recorded_at": row.recorded_at.astimezone(UTC),
        "recorded_by": row.recorded_by_id,
        "corrects": corrects_sequence,
    }


def _add(
    practice: Practice,
    claim: Claim,
    facts: FollowUpFacts,
    by: User,
    now: datetime,
    request_key: str,
    corrects: FollowUp | None,
) -> FollowUp:
    row = _row(facts)
    row.practice, row.claim, row.recorded_by, row.recorded_at = practice, claim, by, now
    row.request_key, row.corrects = request_key, corrects
    link = extend(KIND, practice.code, hashed(row, corrects.sequence if corrects else None))
    row.sequence, row.previous_hash, row.hash = link.sequence, link.previous_hash, link.hash
    row.save()
    return row
