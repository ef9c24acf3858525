"""The levels at which a denial can be contested: which is open on a day, until when, and why another is not.

Windows are the clocks of `core.deadlines`; what a level asks for (forms, least amount, where it goes) are
terms: Dueline's own from data/terms.yaml, under those that a practice keeps for a payer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from dueline.core.appeals.states import DECIDED, AppealState
from dueline.core.deadlines import Deadline
from dueline.core.enums import DeadlineKind, PayerType
from dueline.core.money import dollar_words


class AppealLevel(StrEnum):
    """In the order in which they are gone through."""

    RECONSIDERATION = "reconsideration"
    APPEAL_1 = "appeal_1"
    APPEAL_2 = "appeal_2"
    APPEAL_3 = "appeal_3"
    APPEAL_4 = "appeal_4"
    APPEAL_5 = "appeal_5"
    EXTERNAL_REVIEW = "external_review"


class SendMethod(StrEnum):
    MAIL = "mail"
    CERTIFIED_MAIL = "certified_mail"
    FAX = "fax"
    PORTAL = "portal"


LEVEL_NAMES: dict[AppealLevel, str] = {
    AppealLevel.RECONSIDERATION: "Reconsideration",
    AppealLevel.APPEAL_1: "Appeal, level 1",
    AppealLevel.APPEAL_2: "Appeal, level 2",
    AppealLevel.APPEAL_3: "Appeal, level 3",
    AppealLevel.APPEAL_4: "Appeal, level 4",
    AppealLevel.APPEAL_5: "Appeal, level 5",
    AppealLevel.EXTERNAL_REVIEW: "External review",
}
METHOD_NAMES: dict[SendMethod, str] = {
    SendMethod.MAIL: "Mail",
    SendMethod.CERTIFIED_MAIL: "Certified mail",
    SendMethod.FAX: "Fax",
    SendMethod.PORTAL: "Payer portal",
}
# No rule of a payer gives a day for an external review: the decision that it is about names it.
KINDS: dict[AppealLevel, DeadlineKind | None] = {
    level: None if level is AppealLevel.EXTERNAL_REVIEW else DeadlineKind(level.value)
    for level in AppealLevel
}
_NUMBERED = tuple(level for level in AppealLevel if level.startswith("appeal_"))


@dataclass(frozen=True)
class Terms:
    """What a level asks for. Blank, empty or 0 is nothing known or asked; `minimum_cents` of dispute."""

    level: AppealLevel
    method: SendMethod | None = None
    send_to: str = ""
    forms: tuple[str, ...] = ()
    minimum_cents: int = 0
    source: str = ""
    payer_type: PayerType | None = None
    network: str = ""
    effective_from: date = date.min


@dataclass(frozen=True)
class LevelChoice:
    """One level of a denial: open where `why_not` is "". `due_on` is None where no rule says."""

    level: AppealLevel
    due_on: date | None
    safe_on: date | None
    sentence: str
    terms: Terms
    why_not: str = ""

    @property
    def is_open(self) -> bool:
        return not self.why_not

    @property
    def name(self) -> str:
        return LEVEL_NAMES[self.level]


@cache
def shipped_terms() -> tuple[Terms, ...]:
    """Return Dueline's own terms, as data/terms.yaml has them."""
    text = (files(__package__) / "data" / "terms.yaml").read_text(encoding="utf-8")
    return tuple(_terms(row) for row in yaml.safe_load(text))


def _terms(row: Mapping[str, Any]) -> Terms:
    return Terms(
        level=AppealLevel(row["level"]),
        forms=tuple(row.get("forms", ())),
        minimum_cents=int(row.get("minimum_dollars", 0)) * 100,
        source=row["source"],
        payer_type=PayerType(row["payer_type"]),
        network=row.get("network", ""),
        effective_from=row.get("effective_from", date.min),
    )


def usual_terms(
    level: AppealLevel, *, payer_type: PayerType, is_in_network: bool, as_of: date
) -> Terms:
    """Return Dueline's own terms of a level for a type of payer, the latest in force on a day."""
    fitting = [
        terms
        for terms in shipped_terms()
        if terms.level is level
        and terms.payer_type is payer_type
        and terms.network in ("", "in" if is_in_network else "out")
        and terms.effective_from <= as_of
    ]
    return max(fitting, key=lambda terms: terms.effective_from, default=Terms(level))


def choices(
    clocks: Iterable[Deadline],
    terms: Mapping[AppealLevel, Terms],
    filed: Mapping[AppealLevel, AppealState],
    *,
    disputed_cents: int,
    as_of: date,
) -> list[LevelChoice]:
    """Return the levels of a denial in order, each open or with the reason why it is not.

    `filed`: the state of the appeal at each level that has one, withdrawn ones left out. A level without
    a rule is offered where nothing else speaks against it: the first, one after a decision, and an
    external review after any. Its last day then is the one that the payer's letter names.
    """
    by_kind = {clock.kind: clock for clock in clocks}
    gone = _gone(by_kind, filed)
    found = []
    for level in AppealLevel:
        kind = KINDS[level]
        clock = by_kind.get(kind) if kind is not None else None
        asked = terms.get(level, Terms(level))
        reason = _why_not(level, clock, asked, filed, gone, disputed_cents, as_of)
        if reason is not None:
            due_on, safe_on = (clock.due_on, clock.safe_on) if clock else (None, None)
            sentence = clock.sentence if clock else _NO_RULE
            found.append(LevelChoice(level, due_on, safe_on, sentence, asked, reason))
    return found


_NO_RULE = "No rule is known: the payer’s letter names the last day."


def _gone(
    by_kind: Mapping[DeadlineKind, Deadline], filed: Mapping[AppealLevel, AppealState]
) -> frozenset[AppealLevel]:
    """Return the levels that were gone through: with an appeal here, or by what follow-ups tell."""
    told = {
        level for level, kind in KINDS.items() if kind and kind in by_kind and by_kind[kind].is_met
    }
    return frozenset(filed) | told


def _why_not(
    level: AppealLevel,
    clock: Deadline | None,
    terms: Terms,
    filed: Mapping[AppealLevel, AppealState],
    gone: frozenset[AppealLevel],
    disputed_cents: int,
    as_of: date,
) -> str | None:
    """Return why a level is not open, "" where it is, None where this payer does not have it."""
    state = filed.get(level)
    if state is not None:
        done = "decided" if state in DECIDED else "open"
        return f"An appeal of this level is {done} ({state.replace('_', ' ')}). No level is gone through twice."
    if level in gone:
        return "By the follow-ups on file an appeal of this level was sent already."
    won = next((one for one, at in filed.items() if at is AppealState.OVERTURNED), None)
    if won is not None:
        return f"{LEVEL_NAMES[won]} was decided for us."
    waiting = next((one for one, at in filed.items() if at not in DECIDED), None)
    if waiting is not None:
        return f"{LEVEL_NAMES[waiting]} is not decided yet."
    if clock is not None and clock.due_on is not None and clock.due_on < as_of:
        days = (as_of - clock.due_on).days
        return f"The window closed on {clock.due_on:%m/%d/%Y}, {days} day{'s' if days > 1 else ''} ago."
    reason = _out_of_turn(level, clock, gone)
    if reason != "":
        return reason
    if disputed_cents < terms.minimum_cents:
        least, found = dollar_words(terms.minimum_cents), dollar_words(disputed_cents)
        return f"At least {least} must be in dispute; here it is {found}."
    return ""


def _out_of_turn(
    level: AppealLevel, clock: Deadline | None, gone: frozenset[AppealLevel]
) -> str | None:
    has_rule = clock is not None and clock.rule is not None
    if level is AppealLevel.RECONSIDERATION:
        if AppealLevel.APPEAL_1 in gone:
            return "A formal appeal has been made already."
        return "" if has_rule else None
    if level is AppealLevel.EXTERNAL_REVIEW:
        is_after = any(one in _NUMBERED for one in gone)
        return "" if is_after else "It comes after the payer’s own appeals."
    place = _NUMBERED.index(level)
    if place and _NUMBERED[place - 1] not in gone:
        return f"{LEVEL_NAMES[_NUMBERED[place - 1]]} comes before it." if has_rule else None
    return ""


def next_level(levels: Iterable[LevelChoice], decided: AppealLevel) -> LevelChoice | None:
    """Return the level to propose after one was decided against us: the first open one behind it."""
    order = list(AppealLevel)
    return next(
        (one for one in levels if one.is_open and order.index(one.level) > order.index(decided)),
        None,
    )
