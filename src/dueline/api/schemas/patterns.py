"""Patterns of denials, and the cases that put their causes right."""

from datetime import date
from typing import Any

from ninja import Field, Schema

from dueline.api.schemas.basic import Money, amount
from dueline.cases.models import Pattern
from dueline.cases.queries.reading import Told
from dueline.core.enums import CaseState, PatternKind, RootCauseOwner


class Condition(Schema):
    attribute: str
    value: str


class PatternOut(Schema):
    """A group of lines refused more often for a reason than was to be expected."""

    id: int
    kind: PatternKind
    carc: str
    reason: str
    where: str
    conditions: list[Condition]
    refused: int = Field(description="Lines refused for the reason.")
    lines: int
    expected: float
    lift: float
    lift_low: float
    lift_high: float
    q_value: float
    refused_amount: Money
    avoidable_amount: Money = Field(description="Beyond what was to be expected.")
    since_on: date | None
    first_found_on: date
    last_found_on: date


class Patterns(Schema):
    as_of: date | None = Field(description="The day of the latest look; null: none yet.")
    verdict: str
    why: str
    patterns: list[PatternOut]


class CaseOut(Schema):
    number: int
    statement: str
    carc: str
    reason: str
    where: str
    owner: RootCauseOwner
    assigned_to: str | None
    suspected_cause: str
    action: str
    training: str
    fixed_on: date | None
    state: CaseState
    closed_on: date | None
    claims: int
    pattern: int | None


class CasePage(Schema):
    cases: list[CaseOut]
    next_cursor: str | None


def pattern_out(row: Pattern, told: Told) -> PatternOut:
    return PatternOut(
        id=row.pk,
        kind=PatternKind(row.kind),
        carc=row.carc,
        reason=told.reason,
        where=told.where,
        conditions=[Condition(attribute=name, value=value) for name, value in told.values],
        refused=row.refused,
        lines=row.lines,
        expected=row.expected,
        lift=row.lift,
        lift_low=row.lift_low,
        lift_high=row.lift_high,
        q_value=row.q_value,
        refused_amount=amount(row.refused_cents),
        avoidable_amount=amount(row.avoidable_cents),
        since_on=row.since_on,
        first_found_on=row.first_found_on,
        last_found_on=row.last_found_on,
    )


def case_out(row: Any, told: Told) -> CaseOut:
    """Return a case as `cases_of` gives it."""
    return CaseOut(
        number=row.number,
        statement=row.statement,
        carc=row.carc,
        reason=told.reason,
        where=told.where,
        owner=RootCauseOwner(row.owner),
        assigned_to=row.assigned_to.get_username() if row.assigned_to else None,
        suspected_cause=row.suspected_cause,
        action=row.action,
        training=row.training,
        fixed_on=row.fixed_on,
        state=CaseState(row.state),
        closed_on=row.closed_on,
        claims=row.claim_count,
        pattern=row.pattern_id,
    )
