"""Payers and the rules that hold for them on a day."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F

from dueline.accounts.models import Practice
from dueline.core.deadlines import Rule, StartEvent, Unit
from dueline.core.enums import DeadlineKind, PayerType
from dueline.payers.models import Payer, PayerIdentifier, PayerRule


def payer_by_identifier(practice: Practice, kind: str, value: str) -> Payer | None:
    """Return the practice's payer that goes by an identifier, None where none does."""
    found = PayerIdentifier.objects.filter(practice=practice, kind=kind, value=value)
    identifier = found.select_related("payer").first()
    return identifier.payer if identifier else None


@dataclass(frozen=True)
class RuleBook:
    """All rules of a practice in memory; a payer's own come before those of its type."""

    by_payer: dict[int, list[Rule]]
    by_type: dict[PayerType, list[Rule]]

    def rules_for(
        self, payer_id: int, payer_type: PayerType, service_on: date | None
    ) -> list[Rule]:
        """Return the rules in force on the service date (all, where it is not known), the most specific first.

        Among a payer's own, and among those of a type, the latest in force comes first.
        """
        rules = [*self.by_payer.get(payer_id, []), *self.by_type.get(payer_type, [])]
        if service_on is None:
            return rules
        return [
            rule
            for rule in rules
            if (rule.effective_from is None or rule.effective_from <= service_on)
            and (rule.effective_to is None or service_on <= rule.effective_to)
        ]


def rule_book(practice: Practice) -> RuleBook:
    """Return the practice's rules. One query."""
    by_payer: dict[int, list[Rule]] = {}
    by_type: dict[PayerType, list[Rule]] = {}
    rows = PayerRule.objects.filter(practice=practice).select_related("payer")
    for row in rows.order_by(F("effective_from").desc(nulls_last=True), "-id"):
        rule = rule_of(row)
        if row.payer_id is not None:
            by_payer.setdefault(row.payer_id, []).append(rule)
        else:
            by_type.setdefault(PayerType(row.payer_type), []).append(rule)
    return RuleBook(by_payer, by_type)


def rule_of(row: PayerRule) -> Rule:
    """Return a stored rule as the value that `core.deadlines` computes with."""
    name = (
        row.payer.name if row.payer else f"{row.payer_type.replace('_', ' ')} payers, default rule"
    )
    return Rule(
        kind=DeadlineKind(row.deadline_kind),
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
        payer_name_or_type=name[:1].upper() + name[1:],
        rolls_forward=row.rolls_forward,
    )
