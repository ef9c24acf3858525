"""Changing a practice's rules with all that hangs on them: what was shown before is what is saved."""

import hashlib
import heapq
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.core.rule_check import RuleDraft, fields_of
from dueline.ledger.models import Claim
from dueline.payers.actions import Change, RuleChanges, apply_payers, change_rules
from dueline.payers.errors import NotAsSeen
from dueline.payers.queries import RuleBook, rule_book
from dueline.payers.queries.versions import payers_under
from dueline.worklist.actions.refresh import refresh
from dueline.worklist.queries.clocks import Moved, moved_deadlines

LISTED = 50  # claims named whose deadlines move


@dataclass(frozen=True)
class MovedClaims:
    """The open claims whose deadlines move: how many, what is on them, and those with the most money."""

    count: int = 0
    cents: int = 0
    past_count: int = 0  # of them, those with a deadline that would lie in the past at once
    past_cents: int = 0
    first: list[tuple[Claim, Moved]] = field(default_factory=list)


@dataclass(frozen=True)
class RuleReport:
    """What changing rules and payers does, or would do. `seal` stands for exactly these changes."""

    payers: list[str]
    changes: list[Change]
    unchanged: int
    before: RuleBook
    moved: MovedClaims
    seal: str


class _Undo(Exception):
    """Ends the transaction of a trial: nothing stays."""


def try_rules(
    *,
    practice: Practice,
    drafts: Sequence[RuleDraft],
    by: str,
    at: datetime,
    on: date,
    payers: Sequence[Mapping[str, object]] = (),
) -> RuleReport:
    """Return what `save_rules` would do; nothing is saved but an event in the trail.

    Raises RulesRefused with every reason.
    """
    before = rule_book(practice)
    try:
        with transaction.atomic():
            names = apply_payers(practice=practice, facts=payers, by=by, at=at, on=on)
            changes = change_rules(practice=practice, drafts=drafts, by=by, at=at, on=on)
            after = rule_book(practice)
            raise _Undo
    except _Undo:
        report = _report(practice, names, changes, payers, before, after, on)
    detail = {"claims_moved": report.moved.count}
    audit.record(practice=practice, by=by, action="check_rules", at=at, detail=detail)
    return report


def save_rules(
    *,
    practice: Practice,
    drafts: Sequence[RuleDraft],
    by: str,
    at: datetime,
    on: date,
    payers: Sequence[Mapping[str, object]] = (),
    seen: str = "",
) -> RuleReport:
    """Save rules and payers, whole or not at all; the worklist follows at once.

    `seen` is the seal of what was shown before; where this would do something else, NotAsSeen is raised
    and nothing is saved. Raises RulesRefused with every reason.
    """
    before = rule_book(practice)
    with transaction.atomic():
        names = apply_payers(practice=practice, facts=payers, by=by, at=at, on=on)
        changes = change_rules(practice=practice, drafts=drafts, by=by, at=at, on=on)
        if seen and seen != _seal(changes, payers):
            raise NotAsSeen
    after = rule_book(practice)
    report = _report(practice, names, changes, payers, before, after, on)
    touched = _touched(before, after)
    claims = Claim.objects.filter(practice=practice, is_open=True, payer__in=touched)
    if touched:
        ids = claims.order_by("pk").values_list("pk", flat=True)
        refresh(practice=practice, as_of=on, claim_ids=ids.iterator(chunk_size=10_000))
    return report


def _report(
    practice: Practice,
    names: list[str],
    changes: RuleChanges,
    payers: Sequence[Mapping[str, object]],
    before: RuleBook,
    after: RuleBook,
    on: date,
) -> RuleReport:
    return RuleReport(
        payers=names,
        changes=changes.changes,
        unchanged=changes.unchanged,
        before=before,
        moved=_moved(practice, before, after, on),
        seal=_seal(changes, payers),
    )


def _seal(changes: RuleChanges, payers: Sequence[Mapping[str, object]]) -> str:
    """Return a short value that differs where the changes differ."""
    said = [
        (fields_of(change.before) if change.before else None, fields_of(change.after))
        for change in changes.changes
    ]
    text = json.dumps([said, list(payers)], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _touched(before: RuleBook, after: RuleBook) -> set[int]:
    """Return the payers for whose claims a rule, or what chooses the rules, differs between two books."""
    differing = {*before.rules, *before.clocks} ^ {*after.rules, *after.clocks}
    scopes = {rule.scope for rule in differing}
    found = payers_under(scopes, before) | payers_under(scopes, after)
    return found | {
        pk for pk, facts in after.payers.items() if before.payers.get(pk) not in (None, facts)
    }


def _moved(practice: Practice, before: RuleBook, after: RuleBook, as_of: date) -> MovedClaims:
    touched = _touched(before, after)
    if not touched:
        return MovedClaims()
    count = cents = past_count = past_cents = 0
    most: list[tuple[int, int, Moved]] = []  # a heap: the least money first
    found = moved_deadlines(
        practice, before=before, after=after, as_of=as_of, payer_ids=sorted(touched)
    )
    for moved in found:
        count, cents = count + 1, cents + moved.balance_cents
        if moved.is_past(as_of):
            past_count, past_cents = past_count + 1, past_cents + moved.balance_cents
        entry = (moved.balance_cents, -moved.claim_id, moved)
        if len(most) < LISTED:
            heapq.heappush(most, entry)
        else:
            heapq.heappushpop(most, entry)
    listed = [moved for _, _, moved in sorted(most, reverse=True)]
    claims = Claim.objects.filter(practice=practice).select_related("payer")
    rows = claims.in_bulk([moved.claim_id for moved in listed])
    first = [(rows[moved.claim_id], moved) for moved in listed]
    return MovedClaims(count, cents, past_count, past_cents, first)
