"""The plays as shipped: data/plays.yaml, read once when first asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from dueline.core.enums import DenialCategory, Level, RequestOwner, UsualFix
from dueline.core.playbook.checks import Question


@dataclass(frozen=True, slots=True)
class Turn:
    """What an answer to a question changes."""

    question: Question
    answer: str
    way: UsualFix
    do: str


@dataclass(frozen=True, slots=True)
class Play:
    """What to do about a denial. `key` is what it fits: a category, a CARC, or "16 N290 N257 ..."."""

    key: str
    means: str
    questions: tuple[Question, ...]
    way: UsualFix
    who: Level | RequestOwner
    do: str
    script: str
    confidence: str
    source: str
    checked_on: date
    turns: tuple[Turn, ...] = ()

    @property
    def is_of_remark(self) -> bool:
        """Whether it fits a reason together with a remark."""
        return " " in self.key


@dataclass(frozen=True)
class Playbook:
    by_category: Mapping[DenialCategory, Play]
    by_carc: Mapping[str, Play]
    by_remark: Mapping[tuple[str, str], Play]

    def play_for(self, carc: str, rarcs: Sequence[str], category: DenialCategory) -> Play:
        """Return the narrowest play: reason with remark, reason, category.

        Where a practice gives a reason another category than the list, the category's play holds.
        """
        code = carc.strip().upper()
        for rarc in rarcs:
            found = self.by_remark.get((code, rarc))
            if found is not None:
                return found
        return self.by_carc.get(code) or self.by_category[category]

    @property
    def plays(self) -> list[Play]:
        """All plays, in the file's order."""
        every = [*self.by_category.values(), *self.by_carc.values(), *self.by_remark.values()]
        return list({play.key: play for play in every}.values())


@cache
def shipped() -> Playbook:
    """Return Dueline's own plays."""
    text = (files(__package__) / "data" / "plays.yaml").read_text(encoding="utf-8")
    said = yaml.safe_load(text)
    by_category: dict[DenialCategory, Play] = {}
    by_carc: dict[str, Play] = {}
    by_remark: dict[tuple[str, str], Play] = {}
    for row in said["plays"]:
        play = _play(row, said["source"], said["checked_on"])
        if "category" in row:
            by_category[DenialCategory(row["category"])] = play
        elif "rarcs" in row:
            by_remark |= {(row["carc"], rarc): play for rarc in row["rarcs"]}
        else:
            by_carc[row["carc"]] = play
    return Playbook(by_category, by_carc, by_remark)


def _play(row: dict[str, Any], source: str, checked_on: date) -> Play:
    key = row.get("category") or " ".join([row["carc"], *row.get("rarcs", ())])
    return Play(
        key=key,
        means=row["means"],
        questions=tuple(Question(name) for name in row["look"]),
        way=UsualFix(row["way"]),
        who=_who(row["who"]),
        do=row["do"],
        script=row["script"],
        confidence=row["confidence"],
        source=source,
        checked_on=checked_on,
        turns=tuple(
            Turn(Question(one["check"]), one["is"], UsualFix(one["way"]), one["do"])
            for one in row.get("turns", ())
        ),
    )


def _who(text: str) -> Level | RequestOwner:
    return Level(text) if text in set(Level) else RequestOwner(text)
