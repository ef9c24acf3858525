"""Denials: rows, one with what is to be done, and figures."""

from datetime import date
from typing import Any

from ninja import Field, Schema

from dueline.api.schemas.basic import Money, PayerName, amount, payer_name
from dueline.core import codes
from dueline.core.denial_figures import Figure
from dueline.core.enums import DenialCategory, DenialState, Level, RootCauseOwner, UsualFix
from dueline.denials.models import Denial
from dueline.denials.queries import Card
from dueline.denials.queries.analysis import KeyFigure, Row


class DenialRow(Schema):
    id: int
    claim: int
    patient_control_number: str
    payer: PayerName
    line_number: int | None = Field(description="null: the claim as a whole.")
    group_code: str
    carc: str
    rarcs: list[str]
    words: str = Field(description="The reason in Dueline's own words.")
    category: DenialCategory
    owner: RootCauseOwner
    level: Level
    amount: Money
    recovered: Money
    denied_on: date
    appeal_due_on: date | None
    state: DenialState
    state_on: date
    is_repeat: bool


class DenialPage(Schema):
    denials: list[DenialRow]
    next_cursor: str | None


class Answered(Schema):
    """A question about the denial, and what our own data answers; empty where it does not know."""

    asks: str
    answer: str
    words: str


class DenialOut(DenialRow):
    """A denial with what the playbook says about it."""

    means: str
    way: UsualFix
    do: str
    who: str
    is_call: bool
    no_call: str
    found: list[Answered]
    chance_percent: int = Field(description="Of recovering something, in percent.")
    chance_basis: str
    due_on: date | None
    due_for: str
    source: str


class FigureOut(Schema):
    """A key figure: a rate (0 to 1) of what part of what whole, a median of days, or an amount."""

    figure: Figure
    title: str
    formula: str
    rate: float | None
    part: str | None
    whole: str | None
    days: int | None
    amount: Money | None
    claims: int


class Bar(Schema):
    value: str
    words: str
    answered: int
    refused: int
    refused_amount: Money


class Figures(Schema):
    as_of: date
    is_current: bool = Field(description="false: what came in last is still being counted.")
    figures: list[FigureOut]
    by: str
    breakdown: list[Bar]
    total: Bar


def denial_facts(row: Denial) -> dict[str, Any]:
    return {
        "id": row.pk,
        "claim": row.claim_id,
        "patient_control_number": row.claim.patient_control_number,
        "payer": payer_name(row.payer),
        "line_number": row.service_line.line_number if row.service_line else None,
        "group_code": row.group_code,
        "carc": row.carc,
        "rarcs": row.rarcs.split(),
        "words": codes.carc(row.carc).summary,
        "category": row.category,
        "owner": row.owner,
        "level": row.level,
        "amount": amount(row.amount_cents),
        "recovered": amount(row.recovered_cents),
        "denied_on": row.denied_on,
        "appeal_due_on": row.appeal_due_on,
        "state": row.state,
        "state_on": row.state_on,
        "is_repeat": row.repeats_id is not None,
    }


def denial_row(row: Denial) -> DenialRow:
    return DenialRow(**denial_facts(row))


def denial_out(card: Card) -> DenialOut:
    advice = card.advice
    return DenialOut(
        **denial_facts(card.denial),
        means=advice.play.means,
        way=advice.way,
        do=advice.do,
        who=str(advice.who),
        is_call=advice.is_call,
        no_call=advice.no_call,
        found=[Answered(asks=one.asks, answer=one.answer, words=one.words) for one in advice.found],
        chance_percent=round(card.chance.basis_points / 100),
        chance_basis=card.chance.basis,
        due_on=card.due_on,
        due_for=card.due_words,
        source=advice.play.source,
    )


def figure_out(one: KeyFigure) -> FigureOut:
    share = one.share
    said = amount if one.is_cents else str
    return FigureOut(
        figure=one.figure,
        title=one.definition.title,
        formula=one.definition.formula,
        rate=share.rate if share else None,
        part=said(share.part) if share else None,
        whole=said(share.whole) if share else None,
        days=one.days,
        amount=None if one.cents is None else amount(one.cents),
        claims=one.count or (share.whole if share and not one.is_cents else 0),
    )


def bar(row: Row, words: str) -> Bar:
    return Bar(
        value=row.value,
        words=words,
        answered=row.answered,
        refused=row.refused,
        refused_amount=amount(row.refused_cents),
    )
