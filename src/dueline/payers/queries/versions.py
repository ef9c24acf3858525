"""The rules of one payer as a page shows them: those that its claims meet today, and their other versions."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import F, Q

from dueline.accounts.models import Practice
from dueline.core.deadline_words import source_words, span_words
from dueline.core.deadlines import Rule, StartEvent
from dueline.core.enums import DeadlineKind, PayerType
from dueline.core.payer_rules import (
    PROOF,
    RULE_KINDS,
    Coverage,
    Scope,
    holds_for,
    in_order,
    is_in_force,
    narrowed_by,
    rank,
    review_due_on,
)
from dueline.core.rule_check import RuleDraft
from dueline.core.rules_in_use import APART, InUse, rules_in_use
from dueline.payers.models import Payer, PayerRule
from dueline.payers.queries import (
    PayerFacts,
    RuleBook,
    payer_named,
    rule_of,
    scope_of,
    whose_words,
)


@dataclass(frozen=True)
class ShownRule:
    """A rule of a payer on a day: in use and why, or when and why it is not."""

    row: PayerRule
    whose: str
    rule: Rule | None  # None: what is accepted as proof, in words
    holds_for: str = ""  # the claims for which it is, blank for all
    why: str = ""
    is_unchecked: bool = False

    @property
    def is_default(self) -> bool:
        return self.row.payer_id is None


@dataclass(frozen=True)
class KindRules:
    """The rules of one kind: those in use, coming, of the past, and wider ones that stand behind."""

    kind: str
    in_use: list[ShownRule] = field(default_factory=list)
    coming: list[ShownRule] = field(default_factory=list)
    earlier: list[ShownRule] = field(default_factory=list)
    behind: list[ShownRule] = field(default_factory=list)


_TYPE_WORDS = {"P": "Professional", "I": "Institutional", "D": "Dental"}


def payers_under(scopes: Iterable[Scope], book: RuleBook) -> set[int]:
    """Return the payers for some of whose claims, under whatever plan or contract, a scope can hold."""
    distinct = set(scopes)
    return {
        pk
        for pk, facts in book.payers.items()
        if any(holds_for(scope, _widest(pk, facts, scope)) for scope in distinct)
    }


def _widest(payer_id: int, facts: PayerFacts, scope: Scope) -> Coverage:
    return Coverage(
        payer=payer_id,
        payer_type=facts.payer_type,
        group=facts.group,
        state=facts.state,
        is_in_network=facts.is_in_network,
        plan=scope.plan,
        contracts=frozenset() if scope.contract is None else frozenset({scope.contract}),
    )


def rules_of(payer: Payer, *, facts: PayerFacts, as_of: date) -> list[KindRules]:
    """Return all rules of a payer by kind, with their versions and those it is given by default. One query."""
    rows = PayerRule.objects.filter(practice=payer.practice_id).filter(
        Q(payer=payer) | Q(payer__isnull=True)
    )
    joined = rows.select_related("payer", "plan", "contract").order_by(
        F("effective_from").desc(nulls_last=True), "-id"
    )
    coverage = replace(_widest(payer.pk, facts, Scope()), contracts=facts.contracts_on(as_of))
    mine = [row for row in joined if _is_of(row, coverage)]
    by_kind: dict[str, list[PayerRule]] = {}
    for row in mine:
        by_kind.setdefault(row.deadline_kind, []).append(row)
    return [_kind(kind, by_kind[kind], coverage, as_of) for kind in RULE_KINDS if kind in by_kind]


def _is_of(row: PayerRule, coverage: Coverage) -> bool:
    """Whether a rule can hold for some claim of the payer, under whatever plan or contract."""
    return row.payer_id is not None or holds_for(scope_of(row), coverage)


def _kind(kind: str, rows: Sequence[PayerRule], coverage: Coverage, as_of: date) -> KindRules:
    found = KindRules(kind)
    standing = [row for row in rows if row.withdrawn_on is None]
    if kind == PROOF:
        in_use = _proof_in_use(standing, coverage, as_of)
    else:
        in_use = _clocks_in_use(standing, coverage, as_of)
    found.in_use.extend(in_use)
    used = {shown.row.pk for shown in in_use}
    kept = {_as_known(row) for row in standing}
    for row in rows:
        if row.pk in used or (row.withdrawn_on is not None and _as_known(row) in kept):
            continue  # a version that was only given its end, or was only checked again
        shown = _shown(row, as_of)
        if row.withdrawn_on is not None or (row.effective_to and row.effective_to < as_of):
            found.earlier.append(shown)
        elif row.effective_from and row.effective_from > as_of:
            found.coming.append(shown)
        else:
            found.behind.append(shown)
    return found


def _clocks_in_use(rows: Sequence[PayerRule], coverage: Coverage, as_of: date) -> list[ShownRule]:
    rules = [rule_of(row) for row in rows]
    by_rule = {id(rule): row for rule, row in zip(rules, rows)}
    in_force = [rule for rule in rules if is_in_force(rule, as_of)]
    found = []
    for _, one in _met(in_force, coverage):
        row = by_rule[id(one.rule)]
        found.append(_shown(row, as_of, rule=one.rule, words=_claims(row, one), why=one.why))
    return found


def _claims(row: PayerRule, one: InUse) -> str:
    """Return in words for which claims a rule is, "" for all."""
    kinds = " and ".join(_TYPE_WORDS[claim_type] for claim_type in one.claim_types)
    parts = [f"{kinds} claims"] if kinds else []
    parts += [f"plan {row.plan.name}"] if row.plan else []
    if row.deadline_kind == DeadlineKind.FILING:
        words = {
            StartEvent.PRIMARY_REMITTANCE: "after a primary payer",
            StartEvent.ELIGIBILITY_NOTICE: "eligibility told late",
        }
        parts += [words[one.rule.start_event]] if one.rule.start_event in words else []
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _proof_in_use(rows: Sequence[PayerRule], coverage: Coverage, as_of: date) -> list[ShownRule]:
    fitting = [row for row in rows if holds_for(scope_of(row), coverage)]
    best = max(fitting, key=lambda row: rank(scope_of(row)), default=None)
    if best is None:
        return []
    why = f"It is the narrowest known: for {narrowed_by(scope_of(best))}."
    return [_shown(best, as_of, why=why)]


def _shown(
    row: PayerRule, as_of: date, *, rule: Rule | None = None, words: str = "", why: str = ""
) -> ShownRule:
    if rule is None and row.deadline_kind != PROOF:
        rule = rule_of(row)
    return ShownRule(
        row=row,
        whose=whose_words(row),
        rule=rule,
        holds_for=words,
        why=why,
        is_unchecked=as_of >= review_due_on(row.checked_on, row.review_days),
    )


def _as_known(row: PayerRule) -> tuple[object, ...]:
    """Return what a rule says, without its end and without who checked it when."""
    return (
        row.payer_id, row.plan_id, row.contract_id, row.rule_group, row.payer_type, row.state,
        row.network, row.claim_type, row.deadline_kind, row.count, row.unit, row.start_event,
        row.is_met_when_received, row.presumed_receipt_days, row.rolls_forward,
        row.effective_from, row.source, row.note, row.confidence, row.review_days,
    )  # fmt: skip


def unchecked_in_use(book: RuleBook, *, as_of: date) -> dict[int, int]:
    """Return for each payer how many of its rules in use were not checked within their review interval."""
    in_force = [rule for rule in (*book.rules, *book.clocks) if is_in_force(rule, as_of)]
    late = {rule for rule in in_force if as_of >= review_due_on(rule.checked_on, rule.review_days)}
    late_proofs = {
        proof
        for proof in book.proofs
        if as_of >= review_due_on(proof.checked_on, proof.review_days)
    }
    kinds: dict[int, set[str]] = {}
    for rule in late:
        for pk in payers_under([rule.scope], book):
            kinds.setdefault(pk, set()).add(rule.kind)
    counts = {}
    for pk in {*kinds, *payers_under([proof.scope for proof in late_proofs], book)}:
        coverage = book.coverage(pk, book.payers[pk].payer_type, as_of)
        of_kinds = [rule for rule in in_force if rule.kind in kinds.get(pk, ())]
        count = sum(one.rule in late for _, one in _met(of_kinds, coverage))
        count += book.proof_for(coverage) in late_proofs
        if count:
            counts[pk] = count
    return counts


def _met(rules: Sequence[Rule], coverage: Coverage) -> Iterator[tuple[int | str | None, InUse]]:
    """Yield the rules that claims meet, of those in force, first without a plan and then of each plan."""
    plans = {rule.scope.plan for rule in rules if rule.scope.payer == coverage.payer} - {None}
    kinds = {rule.kind: None for rule in rules}
    for plan in (None, *plans):
        ordered = in_order(rules, replace(coverage, plan=plan))
        for kind in kinds:
            for one in rules_in_use([rule for rule in ordered if rule.kind == kind]):
                if one.rule.scope.plan == plan:
                    yield plan, one


def without_secondary_rule(book: RuleBook, payer_ids: Iterable[int], *, as_of: date) -> set[int]:
    """Return those of the payers for which no rule says until when a secondary claim can be filed."""
    rules = [
        rule
        for rule in book.rules
        if rule.kind is DeadlineKind.FILING
        and rule.start_event is StartEvent.PRIMARY_REMITTANCE
        and is_in_force(rule, as_of)
    ]
    return set(payer_ids) - payers_under((rule.scope for rule in rules), book)


def held_before(practice: Practice, before: RuleBook, after: RuleDraft) -> str:
    """Return in words the rule that a payer had of a kind before it got its own, "" where none."""
    payer = payer_named(practice, after.payer) if after.payer else None
    if payer is None:
        return ""
    coverage = before.coverage(payer.pk, PayerType(payer.payer_type), after.effective_from)
    rules = before.clocks_for(coverage)
    rules += before.rules_for(payer.pk, coverage.payer_type, after.effective_from)
    of_kind = [rule for rule in rules if rule.kind == after.kind]
    same_start = [rule for rule in of_kind if rule.start_event == after.start_event]
    if not same_start and after.start_event in APART:
        return ""
    found = next(iter(same_start or of_kind), None)
    if found is None:
        return ""
    return f"{span_words(found)}; {source_words(found, found.checked_on)}"
