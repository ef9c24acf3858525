"""Payers, whom to call there, and the rules that hold for them on a day."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from django.db.models import FilteredRelation, Q, QuerySet
from django.db.models.functions import Coalesce

from dueline.accounts.models import Practice
from dueline.core.deadlines import Rule, StartEvent, Unit
from dueline.core.enums import DeadlineKind, PayerClock, PayerType
from dueline.core.matching import folded
from dueline.core.payer_groups import group_name
from dueline.core.payer_rules import (
    PROOF,
    REVIEW_DAYS,
    Coverage,
    Purpose,
    Scope,
    holds_for,
    in_order,
    rank,
)
from dueline.core.rule_check import RuleDraft
from dueline.payers.directory import BY_NAME
from dueline.payers.models import (
    Payer,
    PayerContact,
    PayerIdentifier,
    PayerRule,
)


def payer_by_identifier(practice: Practice, kind: str, value: str) -> Payer | None:
    """Return the practice's payer that goes by an identifier, None where none does."""
    found = PayerIdentifier.objects.filter(practice=practice, kind=kind, value=value)
    identifier = found.select_related("payer").first()
    return identifier.payer if identifier else None


def payer_named(practice: Practice, name: str) -> Payer | None:
    """Return the practice's payer that goes by a name, None where none does."""
    found = PayerIdentifier.objects.filter(
        practice=practice, kind=BY_NAME, value=folded(name)[:80]
    ).select_related("payer")
    identifier = found.first()
    if identifier is not None:
        return identifier.payer
    return Payer.objects.filter(practice=practice, name=name).order_by("pk").first()


def contact_for(payer: Payer, purpose: Purpose) -> PayerContact | None:
    """Return whom to reach at a payer for a purpose, None where that is not known."""
    return PayerContact.objects.filter(payer=payer, purpose=purpose.value).first()


@dataclass(frozen=True)
class Proof:
    """What a payer takes as proof of timely filing, with where that is from."""

    words: str
    scope: Scope
    source: str
    checked_on: date
    confidence: str
    review_days: int = REVIEW_DAYS


@dataclass(frozen=True)
class PayerFacts:
    """What of a payer chooses its rules. `plans` maps a group number to a plan."""

    payer_type: PayerType
    group: str
    state: str
    is_in_network: bool
    plans: dict[str, int] = field(default_factory=dict)
    contracts: dict[int, tuple[date | None, date | None]] = field(default_factory=dict)

    def contracts_on(self, day: date | None) -> frozenset[int | str]:
        """Return the contracts in force on a day of service; all where it is not known."""
        return frozenset(
            pk
            for pk, (first, last) in self.contracts.items()
            if day is None or ((first is None or first <= day) and (last is None or day <= last))
        )


@dataclass(frozen=True)
class RuleBook:
    """All rules of a practice in memory, and the facts of its payers that choose among them."""

    rules: list[Rule]
    clocks: list[Rule]  # of the payer: when it should act, when to look
    proofs: list[Proof]
    payers: dict[int, PayerFacts]
    _chosen: dict[Coverage, list[Rule]] = field(default_factory=dict)

    def plan_of(self, payer_id: int, group_number: str) -> int | None:
        """Return the payer's plan that a group number on a claim means, None where none is known."""
        facts = self.payers.get(payer_id)
        return facts.plans.get(group_number.strip().upper()) if facts and facts.plans else None

    def coverage(
        self,
        payer_id: int,
        payer_type: PayerType,
        service_on: date | None,
        plan: int | None = None,
    ) -> Coverage:
        """Return under whom a claim stands."""
        facts = self.payers.get(payer_id)
        if facts is None:
            return Coverage(payer=payer_id, payer_type=payer_type)
        return Coverage(
            payer=payer_id,
            payer_type=payer_type,
            group=facts.group,
            state=facts.state,
            is_in_network=facts.is_in_network,
            plan=plan,
            contracts=facts.contracts_on(service_on) if facts.contracts else frozenset(),
        )

    def rules_for(
        self,
        payer_id: int,
        payer_type: PayerType,
        service_on: date | None,
        plan: int | None = None,
    ) -> list[Rule]:
        """Return the deadline rules that can hold for a claim, the narrowest first, then the latest in force.

        Of the versions, `core.deadlines` takes the one in force on the day on which the clock starts.
        """
        coverage = self.coverage(payer_id, payer_type, service_on, plan)
        found = self._chosen.get(coverage)
        if found is None:
            found = self._chosen[coverage] = in_order(self.rules, coverage)
        return found

    def clocks_for(self, coverage: Coverage) -> list[Rule]:
        """Return the rules of what the payer does in time and of when to look, the narrowest first."""
        return in_order(self.clocks, coverage)

    def proof_for(self, coverage: Coverage) -> Proof | None:
        """Return what the payer takes as proof of timely filing, by the narrowest rule."""
        fitting = [proof for proof in self.proofs if holds_for(proof.scope, coverage)]
        return max(fitting, key=lambda proof: rank(proof.scope), default=None)


def known_rules(practice: Practice, *, as_of: date | None = None) -> QuerySet[PayerRule]:
    """Return the practice's rules as they were known on a day (its end); those of now without one."""
    rows = PayerRule.objects.filter(practice=practice)
    if as_of is None:
        return rows.filter(withdrawn_on__isnull=True)
    return rows.filter(
        Q(added_on__isnull=True) | Q(added_on__lte=as_of),
        Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=as_of),
    )


class StatusLine(NamedTuple):
    """What a call about claims takes at a payer: minutes on hold, and claims in one call."""

    hold_minutes: int
    claims_per_call: int


def status_lines(practice: Practice) -> dict[int, StatusLine]:
    """Return each payer's claim-status line by payer id, what it does not say as usual. One query."""
    line = FilteredRelation("contacts", condition=Q(contacts__purpose=Purpose.CLAIM_STATUS))
    hold = Coalesce("line__hold_minutes", "hold_minutes")
    per_call = Coalesce("line__claims_per_call", "claims_per_call")
    payers = Payer.objects.filter(practice=practice).annotate(line=line)
    found = payers.values_list("pk", hold, per_call)
    return {pk: StatusLine(minutes, max(1, count)) for pk, minutes, count in found}


def rule_book(practice: Practice, *, as_of: date | None = None) -> RuleBook:
    """Return the practice's rules as known on a day, else now. Two queries."""
    joined = known_rules(practice, as_of=as_of).select_related("payer", "plan", "contract")
    return book_of(practice, joined.order_by("-id"))


def book_of(practice: Practice, rows: Iterable[PayerRule]) -> RuleBook:
    """Return a book of these rules, stored or not yet, for the practice's payers."""
    book = RuleBook([], [], [], _payer_facts(practice))
    for row in rows:
        if row.deadline_kind == PROOF:
            checked = row.checked_on, row.confidence, row.review_days
            book.proofs.append(Proof(row.note, scope_of(row), row.source, *checked))
            continue
        rule = rule_of(row)
        (book.clocks if isinstance(rule.kind, PayerClock) else book.rules).append(rule)
    return book


def _payer_facts(practice: Practice) -> dict[int, PayerFacts]:
    """Return what of each payer chooses its rules. One query: a row for each plan with each contract."""
    plans = ("plans__pk", "plans__group_numbers")
    contracts = ("contracts__pk", "contracts__effective_from", "contracts__effective_to")
    payer = ("pk", "payer_type", "rule_group", "state", "is_in_network")
    facts: dict[int, PayerFacts] = {}
    rows = Payer.objects.filter(practice=practice).values_list(*payer, *plans, *contracts)
    for pk, kind, group, state, in_network, plan, numbers, *contract in rows:
        found = facts.get(pk)
        if found is None:
            found = PayerFacts(PayerType(kind), group, state or practice.state, in_network)
            facts[pk] = found
        for number in numbers or ():
            found.plans[str(number).strip().upper()] = plan
        if contract[0] is not None:
            found.contracts[contract[0]] = (contract[1], contract[2])
    return facts


def scope_of(row: PayerRule) -> Scope:
    """Return for whom a stored rule holds."""
    return Scope(
        payer_type=row.payer_type if row.payer_id is None else "",
        group=row.rule_group,
        state=row.state,
        network=row.network,
        claim_type=row.claim_type,
        payer=row.payer_id,
        plan=row.plan_id,
        contract=row.contract_id,
    )


def rule_of(row: PayerRule) -> Rule:
    """Return a stored rule as the value that `core.deadlines` computes with."""
    clock = row.deadline_kind in set(PayerClock)
    return Rule(
        kind=PayerClock(row.deadline_kind) if clock else DeadlineKind(row.deadline_kind),
        count=row.count,
        unit=Unit(row.unit),
        start_event=StartEvent(row.start_event),
        is_met_when_received=row.is_met_when_received,
        presumed_receipt_days=row.presumed_receipt_days,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        source=row.source,
        checked_on=row.checked_on,
        confidence=row.confidence,
        payer_name_or_type=whose_words(row),
        rolls_forward=row.rolls_forward,
        scope=scope_of(row),
        checked_by=row.checked_by,
        review_days=row.review_days,
        note=row.note,
    )


def whose_words(row: PayerRule) -> str:
    """Return whose rule it is: "Harborlight Health Plan, contract 2026", "Commercial payers, default rule"."""
    if row.payer is not None:
        parts = [row.payer.name]
        parts += [f"contract {row.contract.name}"] if row.contract else []
        parts += [f"plan {row.plan.name}"] if row.plan else []
        return ", ".join(parts)
    kind = f"{row.payer_type.replace('_', ' ')} payers" if row.payer_type else "all payers"
    kind = kind[:1].upper() + kind[1:]
    parts = [group_name(row.rule_group)] if row.rule_group else [kind]
    parts += [row.state] if row.state else []
    parts += [f"{row.network} of network"] if row.network == "out" else []
    return ", ".join([*parts, "default rule"])


def draft_of(row: PayerRule) -> RuleDraft:
    """Return a stored rule as a file would say it."""
    return RuleDraft(
        payer=row.payer.name if row.payer else "",
        plan=row.plan.name if row.plan else "",
        contract=row.contract.name if row.contract else "",
        group=row.rule_group,
        payer_type="" if row.payer else row.payer_type,
        state=row.state,
        network=row.network,
        claim_type=row.claim_type,
        kind=row.deadline_kind,
        count=row.count,
        unit=row.unit,
        start_event=row.start_event,
        is_met_when_received=row.is_met_when_received,
        presumed_receipt_days=row.presumed_receipt_days,
        rolls_forward=row.rolls_forward,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        source=row.source,
        note=row.note,
        checked_on=row.checked_on,
        checked_by=row.checked_by,
        confidence=row.confidence,
        review_days=row.review_days,
    )


def rule_drafts(practice: Practice, *, as_of: date | None = None) -> list[RuleDraft]:
    """Return the practice's rules as known on a day, else now, as a file would say them, in one order."""
    rows = (
        known_rules(practice, as_of=as_of)
        .select_related("payer", "plan", "contract")
        .order_by("id")
    )
    return sorted(
        (draft_of(row) for row in rows),
        key=lambda draft: (draft.key, draft.effective_from or date.min),
    )


def payer_facts(practice: Practice) -> list[dict[str, object]]:
    """Return the practice's payers with identifiers, plans, contracts and contacts, as a file says them."""
    payers = Payer.objects.filter(practice=practice).order_by("name", "pk")
    joined = payers.prefetch_related("identifiers", "plans", "contracts", "contacts")
    return [_facts_of(payer) for payer in joined]


def _facts_of(payer: Payer) -> dict[str, object]:
    return {
        "name": payer.name,
        "type": payer.payer_type,
        "group": payer.rule_group,
        "state": payer.state,
        "in_network": "yes" if payer.is_in_network else "no",
        "time_zone": payer.time_zone,
        "identifiers": [{"kind": i.kind, "value": i.value} for i in payer.identifiers.all()],
        "plans": [
            {"name": plan.name, "group_numbers": list(plan.group_numbers)}
            for plan in payer.plans.all()
        ],
        "contracts": [
            {
                "name": contract.name,
                "effective_from": _iso(contract.effective_from),
                "effective_to": _iso(contract.effective_to),
            }
            for contract in payer.contracts.all()
        ],
        "contacts": [_contact_facts(contact) for contact in payer.contacts.all()],
    }


def _contact_facts(contact: PayerContact) -> dict[str, object]:
    return {
        "purpose": contact.purpose,
        "phone": contact.phone,
        "ivr_path": contact.ivr_path,
        "hours": dict(contact.hours),
        "keeps_federal_holidays": "yes" if contact.keeps_federal_holidays else "no",
        "closed_on": list(contact.closed_on),
        "fax": contact.fax,
        "portal": contact.portal,
        "address": contact.address,
        "claims_per_call": _number(contact.claims_per_call),
        "hold_minutes": _number(contact.hold_minutes),
    }


def _iso(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def unchecked_rules(practice: Practice, *, as_of: date) -> list[PayerRule]:
    """Return the rules not checked for longer than their review interval, the longest ago first."""
    rows = known_rules(practice).select_related("payer", "plan", "contract")
    rows = rows.order_by("checked_on", "id")
    return [row for row in rows if (as_of - row.checked_on).days > row.review_days]
