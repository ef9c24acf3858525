"""Changing rules: a new version closes the one before it, and nothing that stood is rewritten."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.core.payer_rules import overlap
from dueline.core.rule_check import Problem, RuleDraft
from dueline.payers.errors import RulesRefused
from dueline.payers.models import Payer, PayerContract, PayerPlan, PayerRule
from dueline.payers.queries import draft_of, known_rules, payer_named


@dataclass(frozen=True)
class Change:
    """One rule before and after; None before a first version."""

    before: RuleDraft | None
    after: RuleDraft


@dataclass(frozen=True)
class RuleChanges:
    """What changing rules did."""

    changes: list[Change]
    unchanged: int


@transaction.atomic
def change_rules(
    *, practice: Practice, drafts: Sequence[RuleDraft], by: str, at: datetime, on: date
) -> RuleChanges:
    """Make the drafts the practice's rules on a day; rules they do not name stay as they are.

    A later version ends the one before it on the day before it begins. A draft that begins with a version
    that stands replaces it: the old one keeps standing as it was known until `on`. Raises RulesRefused
    with every reason, and nothing is saved.
    """
    found = known_rules(practice).select_related("payer", "plan", "contract").order_by("id")
    standing: dict[tuple[str, ...], list[PayerRule]] = {}
    for row in found.select_for_update(of=("self",)):
        standing.setdefault(draft_of(row).key, []).append(row)
    problems: list[Problem] = []
    made = [_row(draft, practice, n, problems) for n, draft in enumerate(drafts, start=1)]
    if problems:
        raise RulesRefused(problems)
    changes: list[Change] = []
    withdrawn: list[PayerRule] = []
    added: list[PayerRule] = []
    order = sorted(range(len(drafts)), key=lambda n: drafts[n].effective_from or date.min)
    for n in order:
        row = _stamped(made[n], by, on)
        versions = standing.setdefault(drafts[n].key, [])
        problem = _place(row, drafts[n], versions, n + 1, changes, withdrawn, added)
        if problem is not None:
            problems.append(problem)
    if problems:
        raise RulesRefused(problems)
    _save(practice, withdrawn, added, by, at, on)
    return RuleChanges(changes, len(drafts) - len(changes))


def _place(
    row: PayerRule,
    draft: RuleDraft,
    versions: list[PayerRule],
    number: int,
    changes: list[Change],
    withdrawn: list[PayerRule],
    added: list[PayerRule],
) -> Problem | None:
    """Put a version among those that stand; returns why it cannot be, None where it can."""
    touched = [old for old in versions if overlap(draft_of(old).period, draft.period)]
    if any(draft_of(old) == draft for old in touched):
        return None
    if len(touched) > 1:
        return Problem("effective_from", "overlaps more than one version in force", number)
    before = draft_of(touched[0]) if touched else None
    if before is not None:
        closed = _closed(before, draft)
        if closed is None:
            since = before.effective_from or "a day not known"
            words = f"overlaps the version in force from {since}; begin after it, or on that day"
            return Problem("effective_from", words, number)
        old = touched[0]
        versions.remove(old)
        (added.remove if old in added else withdrawn.append)(old)
        if closed != before:
            kept = _stamped(_copy(old, closed.effective_to), row.added_by, row.added_on)
            versions.append(kept)
            added.append(kept)
    versions.append(row)
    added.append(row)
    changes.append(Change(before, draft))
    return None


def _closed(old: RuleDraft, new: RuleDraft) -> RuleDraft | None:
    """Return the old version as it stands beside the new one; the old one itself where it is replaced.

    None where the new one would cut into its past or leave a gap after it.
    """
    if old.effective_from == new.effective_from:
        return old
    begins_later = new.effective_from is not None and (
        old.effective_from is None or old.effective_from < new.effective_from
    )
    ends_as_late = new.effective_to is None or (
        old.effective_to is not None and old.effective_to <= new.effective_to
    )
    if not begins_later or not ends_as_late or new.effective_from is None:
        return None
    return replace(old, effective_to=new.effective_from - timedelta(days=1))


@transaction.atomic
def mark_checked(*, rule: PayerRule, by: str, at: datetime, on: date) -> None:
    """Say that a rule's source was read again on a day and says the same. It keeps standing as it was known.

    Raises RulesRefused for a rule that does not stand any more.
    """
    old = known_rules(rule.practice).select_for_update(of=("self",)).filter(pk=rule.pk)
    row = old.select_related("payer", "plan", "contract").first()
    if row is None:
        raise RulesRefused([Problem("rule", "has been replaced; look at the one in force now")])
    if row.checked_on == on and row.checked_by == by:
        return
    checked = _stamped(_copy(row, row.effective_to), by, on)
    checked.checked_on, checked.checked_by = on, by
    _save(row.practice, [row], [checked], by, at, on)


@transaction.atomic
def withdraw_rule(*, rule: PayerRule, by: str, at: datetime, on: date) -> None:
    """Take a rule out of use from a day on. It keeps standing as it was known before."""
    _save(rule.practice, [rule], [], by, at, on)


def _save(
    practice: Practice,
    withdrawn: Sequence[PayerRule],
    added: Sequence[PayerRule],
    by: str,
    at: datetime,
    on: date,
) -> None:
    for old in withdrawn:
        old.withdrawn_on, old.withdrawn_by = on, by
        old.save(update_fields=["withdrawn_on", "withdrawn_by"])
    for new in added:
        new.save()
    if withdrawn or added:
        audit.record(
            practice=practice,
            by=by,
            action="change_rules",
            at=at,
            object_kind="payer_rule",
            object_key=str(added[0].pk if added else withdrawn[0].pk),
            detail={
                "added": [rule.pk for rule in added],
                "withdrawn": [rule.pk for rule in withdrawn],
            },
        )


def _row(draft: RuleDraft, practice: Practice, number: int, problems: list[Problem]) -> PayerRule:
    """Return the draft's rule, not stored; what it names and is not there is added to `problems`."""
    payer: Payer | None = None
    plan: PayerPlan | None = None
    contract: PayerContract | None = None
    if draft.payer:
        payer = payer_named(practice, draft.payer)
        if payer is None:
            problems.append(Problem("payer", f"no payer named {draft.payer[:60]!r}", number))
    if draft.plan and payer:
        plan = PayerPlan.objects.filter(payer=payer, name__iexact=draft.plan).first()
        if plan is None:
            problems.append(Problem("plan", f"no plan named {draft.plan[:60]!r}", number))
    if draft.contract and payer:
        contract = PayerContract.objects.filter(payer=payer, name__iexact=draft.contract).first()
        if contract is None:
            words = f"no contract named {draft.contract[:60]!r}"
            problems.append(Problem("contract", words, number))
    return row_of(draft, practice, payer, plan, contract)


def row_of(
    draft: RuleDraft,
    practice: Practice,
    payer: Payer | None = None,
    plan: PayerPlan | None = None,
    contract: PayerContract | None = None,
) -> PayerRule:
    """Return a rule to store, not stored yet."""
    return PayerRule(
        practice=practice,
        payer=payer,
        plan=plan,
        contract=contract,
        rule_group=draft.group,
        payer_type=payer.payer_type if payer else draft.payer_type,
        state=draft.state,
        network=draft.network,
        claim_type=draft.claim_type,
        deadline_kind=draft.kind,
        count=draft.count,
        unit=draft.unit,
        start_event=draft.start_event,
        is_met_when_received=draft.is_met_when_received,
        presumed_receipt_days=draft.presumed_receipt_days,
        rolls_forward=draft.rolls_forward,
        effective_from=draft.effective_from,
        effective_to=draft.effective_to,
        source=draft.source,
        note=draft.note,
        checked_on=draft.checked_on,
        checked_by=draft.checked_by,
        confidence=draft.confidence,
        review_days=draft.review_days,
    )


def _stamped(row: PayerRule, by: str, on: date | None) -> PayerRule:
    row.added_by, row.added_on = by, on
    return row


def _copy(row: PayerRule, effective_to: date | None) -> PayerRule:
    copied = row_of(draft_of(row), row.practice, row.payer, row.plan, row.contract)
    copied.effective_to = effective_to
    return copied
