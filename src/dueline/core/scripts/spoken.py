"""How facts are said aloud: dates with their weekday, numbers spelled in groups."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dueline.core.facts import DAYS, FACTS, FactKind
from dueline.core.money import dollar_words, to_cents

_BRACED = re.compile(r"\{(\w+)\}")
_RUNS = re.compile(r"[A-Za-z]+|[0-9]+|[^A-Za-z0-9]")
_SIGNS = {"-": "dash", "/": "slash", ".": "dot", "_": "underscore", "#": "number sign"}
_NUMBERS = ("_number", "_reference", "_id", "account", "npi")
_GROUP = 4


@dataclass(frozen=True)
class Words:
    """A piece of a sentence; a value is what has to be heard right."""

    text: str
    is_value: bool = False


def read_back(sentence: str, facts: Mapping[str, str]) -> list[Words]:
    """Return the sentence with its facts as they are said; one not known yet is "…"."""
    pieces, at = list[Words](), 0
    for found in _BRACED.finditer(sentence):
        pieces.append(Words(sentence[at : found.start()]))
        pieces.append(Words(spoken(found[1], facts.get(found[1], "")) or "…", True))
        at = found.end()
    pieces.append(Words(sentence[at:]))
    return [piece for piece in pieces if piece.text]


def spoken(name: str, value: str) -> str:
    """Return a fact's value as said; one that is not what its kind expects as it stands."""
    kind = FACTS[name].kind if name in FACTS else FactKind.TEXT
    if not value:
        return ""
    try:
        if kind in DAYS:
            return spoken_date(date.fromisoformat(value))
        if kind is FactKind.MONEY:
            return dollar_words(to_cents(value))
    except ValueError:
        return value
    is_number = name.endswith(_NUMBERS) and re.search(r"\d", value)
    return spoken_number(value) if is_number else value


def spoken_date(day: date) -> str:
    """Return "Monday, December 14, 2026"."""
    return f"{day:%A, %B} {day.day}, {day.year}"


def spoken_number(number: str) -> str:
    """Return a number as spelled: letters one by one, digits in groups of four at most.

    "RP-5526017" is "R, P, dash, 5 5 2 6, 0 1 7".
    """
    said: list[str] = []
    for run in _RUNS.findall(number):
        if run.isdigit():
            said += [" ".join(run[at : at + _GROUP]) for at in range(0, len(run), _GROUP)]
        elif run.isalpha():
            said += list(run.upper())
        elif not run.isspace():
            said.append(_SIGNS.get(run, run))
    return ", ".join(said)
