"""Letters from templates: their text with facts in the places of {names}, blanks where a fact is not on file."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from dueline.core.appeals.facts import ALWAYS, FACTS, Value
from dueline.core.enums import DenialCategory

REMITTANCE, PROOF = "remittance", "proof"
# What Dueline makes itself, in the order of its pages.
OWN_PAGES = {REMITTANCE: "Remittance of the claim", PROOF: "Proof of timely filing"}
LONGEST_TEXT = 20_000  # characters of a template or of a letter's own text
_MOST_PARAGRAPHS = 40
_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}\Z")
_PLACE = re.compile(r"\{([a-z0-9_]*)\}")
_FIELDS = frozenset({"key", "title", "categories", "carcs", "subject", "paragraphs", "encloses"})


class LetterError(ValueError):
    """A template or letter text cannot be used; the message says where, what was expected and found."""


@dataclass(frozen=True)
class Template:
    """A letter for a kind of denial. `encloses`: REMITTANCE, PROOF, or in words what must be added."""

    key: str
    title: str
    subject: str
    paragraphs: tuple[str, ...]
    categories: tuple[DenialCategory, ...] = ()
    carcs: tuple[str, ...] = ()
    encloses: tuple[str, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """Return the names of the facts in its text, in order, each once."""
        return tuple(dict.fromkeys(name for text in self.texts for name in _PLACE.findall(text)))

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.subject, *self.paragraphs)


@dataclass(frozen=True)
class Piece:
    """A run of a letter's text: plain words, a fact, or a blank that stands for a missing one."""

    text: str
    fact: str = ""
    is_blank: bool = False


@dataclass(frozen=True)
class Letter:
    """A filled letter. `blanks`: names of the facts that are missing, those of every letter too."""

    subject: tuple[Piece, ...]
    paragraphs: tuple[tuple[Piece, ...], ...]
    used: tuple[str, ...]
    blanks: tuple[str, ...]


def parse(text: str) -> Template:
    """Return the template that a YAML text is. Raises LetterError, naming the first fault."""
    if len(text) > LONGEST_TEXT:
        raise LetterError(
            f"The text has {len(text):,} characters. Expected {LONGEST_TEXT:,} at most."
        )
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise LetterError(f"This is no YAML{where}. Expected fields such as “title: …”.") from None
    return template_of(data)


def template_of(data: Any) -> Template:
    """Return the template of a mapping as YAML gives it. Raises LetterError."""
    if not isinstance(data, dict):
        raise LetterError("Expected fields such as “title: …”, found something else.")
    strange = sorted(str(name)[:40] for name in data if name not in _FIELDS)
    if strange:
        raise LetterError(f"Unknown field “{strange[0]}”. Expected: {', '.join(sorted(_FIELDS))}.")
    template = Template(
        key=_line(data, "key", 40),
        title=_line(data, "title", 80),
        subject=_line(data, "subject", 200),
        paragraphs=paragraphs_of(_texts(data, "paragraphs", 4000)),
        categories=tuple(_category(one) for one in _texts(data, "categories", 40)),
        carcs=tuple(one.upper() for one in _texts(data, "carcs", 8)),
        encloses=tuple(_texts(data, "encloses", 120)),
    )
    if not _KEY.match(template.key):
        raise LetterError("key: expected small letters, digits and _, such as medical_necessity.")
    _check_places(template.texts)
    return template


def paragraphs_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Return paragraphs in one line each. Raises LetterError: none, too many, or an unknown {name}."""
    found = tuple(words for text in texts if (words := " ".join(text.split())))
    if not found:
        raise LetterError("paragraphs: expected at least one, found nothing.")
    if len(found) > _MOST_PARAGRAPHS:
        raise LetterError(f"paragraphs: expected {_MOST_PARAGRAPHS} at most, found {len(found)}.")
    _check_places(found)
    return found


def split(text: str) -> tuple[str, ...]:
    """Return the paragraphs of a letter as it is edited: parted by empty lines. Raises LetterError."""
    if len(text) > LONGEST_TEXT:
        raise LetterError(
            f"The letter has {len(text):,} characters. Expected {LONGEST_TEXT:,} at most."
        )
    return paragraphs_of(re.split(r"\n\s*\n", printable(text)))


def printable(text: str) -> str:
    """Return text without control characters and without marks that reverse or hide what is read."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(c for c in plain if c == "\n" or unicodedata.category(c) not in _HIDDEN)


_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def _line(data: Mapping[str, Any], name: str, most: int) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value.strip():
        raise LetterError(f"{name}: expected words, found nothing.")
    return _words(name, value, most)


def _texts(data: Mapping[str, Any], name: str, most: int) -> list[str]:
    value = data.get(name) or []
    if not isinstance(value, list) or any(
        isinstance(one, list | dict) or one is None for one in value
    ):
        raise LetterError(f"{name}: expected a list, one entry a line with “- ” before it.")
    return [_words(name, str(one), most) for one in value]


def _words(name: str, value: str, most: int) -> str:
    words = " ".join(printable(value).split())
    if len(words) > most:
        raise LetterError(f"{name}: expected {most:,} characters at most, found {len(words):,}.")
    return words


def _category(text: str) -> DenialCategory:
    if text not in set(DenialCategory):
        raise LetterError(
            f"categories: found “{text}”. Expected one of {', '.join(DenialCategory)}."
        )
    return DenialCategory(text)


def _check_places(texts: Iterable[str]) -> None:
    for text in texts:
        for name in _PLACE.findall(text):
            if name not in FACTS:
                raise LetterError(
                    f"{{{name[:40]}}} is no fact. The list of facts is in docs/reference/letters.md."
                )


@cache
def shipped_text() -> str:
    return (files(__package__) / "data" / "letters.yaml").read_text(encoding="utf-8")


@cache
def shipped() -> Mapping[str, Template]:
    """Return Dueline's own templates by key, in the order of data/letters.yaml."""
    rows = [template_of(row) for row in yaml.safe_load(shipped_text())]
    return {row.key: row for row in rows}


def as_text(template: Template) -> str:
    """Return a template as YAML, for editing; `parse` reads it back."""
    data = {
        "key": template.key,
        "title": template.title,
        "categories": [one.value for one in template.categories],
        "carcs": list(template.carcs),
        "subject": template.subject,
        "paragraphs": list(template.paragraphs),
        "encloses": list(template.encloses),
    }
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100)


def fitting(
    templates: Iterable[Template], *, carc: str, category: DenialCategory
) -> list[Template]:
    """Return the templates, those for the reason first, then those for its category, then the others."""

    def place(template: Template) -> int:
        if carc in template.carcs:
            return 0
        return 1 if category in template.categories else 2

    return sorted(templates, key=place)


def fill(subject: str, paragraphs: Sequence[str], values: Mapping[str, Value]) -> Letter:
    """Return a letter with the facts that are known in their places, and blanks for the others."""
    told = tuple(_pieces(text, values) for text in (subject, *paragraphs))
    named = [piece.fact for pieces in told for piece in pieces if piece.fact]
    used = tuple(dict.fromkeys((*ALWAYS, *named)))
    blanks = tuple(name for name in used if name not in values)
    return Letter(told[0], told[1:], used, blanks)


def _pieces(text: str, values: Mapping[str, Value]) -> tuple[Piece, ...]:
    found = []
    for place, part in enumerate(_PLACE.split(text)):
        if place % 2 == 0:
            if part:
                found.append(Piece(part))
        elif part in values:
            found.append(Piece(values[part].text, part))
        else:
            found.append(Piece(FACTS[part].label, part, is_blank=True))
    return tuple(found)
