"""Proposing a draft, and what a person makes of it. Nothing proposed counts before a person confirms it."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.api.errors import DraftRefused
from dueline.api.models import Draft, Token
from dueline.core.drafts import DraftKind, DraftState, may_become
from dueline.core.follow_up import FollowUpFacts
from dueline.denials.actions import record_follow_up
from dueline.ledger.models import Claim

LONGEST_TEXT = 20_000
MOST_WAITING = 200  # of a token: who proposes more than people read is stopped


@transaction.atomic
def propose(
    *,
    practice: Practice,
    claim: Claim,
    token: Token,
    kind: DraftKind,
    text: str = "",
    facts: Mapping[str, object] | None = None,
    as_of: date,
    now: datetime,
) -> Draft:
    """Keep a draft for a person to decide: the facts of a follow-up, or the text of a note or an appeal.

    Facts are read as those of a follow-up are, so that a person is never shown one that could not be
    recorded. Raises FollowUpError, DraftRefused, Claim.DoesNotExist (a claim of another practice).
    """
    held = Claim.objects.get(pk=claim.pk, practice=practice)
    given = dict(facts or {})
    if kind is DraftKind.FOLLOW_UP:
        FollowUpFacts.from_mapping(given, as_of=as_of)
    elif not 1 <= len(text.strip()) <= LONGEST_TEXT or "\x00" in text:
        raise DraftRefused(f"Text: expected 1 to {LONGEST_TEXT:,} characters of plain text.")
    waiting = Draft.objects.filter(token=token, state=DraftState.PROPOSED.value)
    if waiting.count() >= MOST_WAITING:
        raise DraftRefused(f"{MOST_WAITING} drafts of this token wait for a person already.")
    made = Draft.objects.create(
        practice=practice,
        claim=held,
        token=token,
        kind=kind.value,
        text=text.strip(),
        facts=given,
        proposed_at=now,
        proposed_by=token.user,
    )
    _audit(made, "propose_draft", token.user, now)
    return made


@transaction.atomic
def confirm(*, draft: Draft, by: User, as_of: date, now: datetime) -> Draft:
    """Let a draft count: a follow-up is recorded by who confirms it; a text is taken over by hand.

    Raises NotAllowed (role), DraftRefused (decided already), and as `record_follow_up`.
    """
    held = _decidable(draft, DraftState.CONFIRMED, by)
    if held.kind == DraftKind.FOLLOW_UP:
        held.follow_up = record_follow_up(
            practice=held.practice,
            claim=held.claim,
            facts=FollowUpFacts.from_mapping(held.facts, as_of=as_of),
            by=by,
            as_of=as_of,
            now=now,
            request_key=f"draft-{held.pk}",
        )
    return _decide(held, DraftState.CONFIRMED, by, now)


@transaction.atomic
def discard(*, draft: Draft, by: User, now: datetime) -> Draft:
    """Set a draft aside. Raises NotAllowed (role), DraftRefused (decided already)."""
    return _decide(_decidable(draft, DraftState.DISCARDED, by), DraftState.DISCARDED, by, now)


def _decidable(draft: Draft, wanted: DraftState, by: User) -> Draft:
    check(by, draft.practice, Permission.RECORD_FOLLOW_UP)
    rows = Draft.objects.select_for_update(of=("self",)).select_related("claim", "practice")
    held: Draft = rows.get(pk=draft.pk)
    if not may_become(DraftState(held.state), wanted):
        raise DraftRefused(f"This draft was {held.state} by {held.decided_by} already.")
    return held


def _decide(held: Draft, state: DraftState, by: User, now: datetime) -> Draft:
    held.state, held.decided_at, held.decided_by = state.value, now, by.get_username()
    held.save(update_fields=["state", "decided_at", "decided_by", "follow_up"])
    _audit(held, f"{'confirm' if state is DraftState.CONFIRMED else 'discard'}_draft", by, now)
    return held


def _audit(draft: Draft, action: str, by: User, now: datetime) -> None:
    audit.record(
        practice=draft.practice,
        by=by.get_username(),
        action=action,
        at=now,
        object_kind="draft",
        object_key=str(draft.pk),
        detail={"claim": draft.claim_id, "kind": draft.kind},
    )
