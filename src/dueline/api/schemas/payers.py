"""Payers, and their rules in force on a day."""

from datetime import date

from ninja import Field, Schema

from dueline.api.schemas.basic import Money, amount
from dueline.core.enums import PayerType
from dueline.payers.queries.versions import KindRules, ShownRule
from dueline.worklist.queries.payer_list import ListedPayer


class PayerOut(Schema):
    id: int
    name: str
    payer_type: PayerType
    phone: str = Field(description="Of its claim-status line.")
    is_open_now: bool
    open_claims: int
    open_balance: Money
    unchecked_rules: int = Field(description="In use, and not checked within their interval.")


class Payers(Schema):
    payers: list[PayerOut] = Field(description="All, the largest open balance first.")


class RuleOut(Schema):
    """A rule that claims of this payer meet on the day."""

    id: int
    kind: str
    count: int | None = Field(description="null: no clock, what is accepted as proof.")
    unit: str
    start_event: str
    whose: str = Field(description="The payer's own, its contract's, or a default.")
    holds_for: str = Field(description="The claims for which it holds; empty for all.")
    why: str
    effective_from: date | None
    effective_to: date | None
    source: str
    note: str
    confidence: str
    checked_on: date
    checked_by: str
    is_unchecked: bool


class Rules(Schema):
    payer: int
    in_force_on: date
    rules: list[RuleOut]


def payer_out(row: ListedPayer) -> PayerOut:
    return PayerOut(
        id=row.pk,
        name=row.name,
        payer_type=PayerType(row.payer_type),
        phone=row.phone,
        is_open_now=row.open_until is not None,
        open_claims=row.open_claims.count,
        open_balance=amount(row.open_claims.cents),
        unchecked_rules=row.unchecked,
    )


def rules_in_use(kinds: list[KindRules]) -> list[RuleOut]:
    return [_rule(shown) for kind in kinds for shown in kind.in_use]


def _rule(shown: ShownRule) -> RuleOut:
    row = shown.row
    return RuleOut(
        id=row.pk,
        kind=row.deadline_kind,
        count=row.count if shown.rule else None,
        unit=row.unit,
        start_event=row.start_event,
        whose=shown.whose,
        holds_for=shown.holds_for,
        why=shown.why,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        source=row.source,
        note=row.note,
        confidence=row.confidence,
        checked_on=row.checked_on,
        checked_by=row.checked_by,
        is_unchecked=shown.is_unchecked,
    )
