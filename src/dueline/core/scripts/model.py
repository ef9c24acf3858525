"""The parts of a script, read from its YAML text.

A text that cannot be a script raises ScriptError, which names each place, what was found and what was expected.
Whether its steps lead anywhere is `check`'s to say.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

import yaml

from dueline.core.enums import Level, NextAction, Outcome, RequestOwner
from dueline.core.facts import FACTS
from dueline.core.follow_up import FieldProblem

OPENING = "S00"  # asked where nothing is known: its answers lead to the others
MOST_TEXT = 60_000  # characters of one file
_MOST_STEPS, _MOST_CHOICES, _MOST_NEEDS = 60, 9, 12
_MOST_SENTENCE = 400
_KEY = re.compile(r"S\d\d\Z")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
_BRACED = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True)
class Need:
    """One fact that a step asks for; of several names any one is enough."""

    names: tuple[str, ...]
    is_needed: bool = True


@dataclass(frozen=True)
class Choice:
    key: str
    label: str
    needs: tuple[Need, ...]
    to: str


@dataclass(frozen=True)
class Step:
    """One question. `to` is a step, a scenario, or "end." and an ending; "" where the choices say it."""

    key: str
    text: str
    is_said: bool  # else looked up by us
    note: str
    needs: tuple[Need, ...]
    choices: tuple[Choice, ...]
    read_back: str
    refused: str
    to: str

    def choice(self, key: str) -> Choice | None:
        return next((choice for choice in self.choices if choice.key == key), None)

    def ways(self) -> tuple[tuple[tuple[Need, ...], str], ...]:
        """Return each way on: the facts asked on it, and where it leads."""
        if not self.choices:
            return ((self.needs, self.to),)
        return tuple((self.needs + choice.needs, choice.to) for choice in self.choices)


@dataclass(frozen=True)
class Ending:
    """What a conversation comes to. `days` in business days; None: `core.next_date` decides."""

    key: str
    outcome: Outcome
    next_action: NextAction
    days: int | None
    owner: RequestOwner | None  # somebody of ours who has to act
    says: str


@dataclass(frozen=True)
class Script:
    key: str
    title: str
    level: Level
    first: str
    steps: Mapping[str, Step]
    endings: Mapping[str, Ending]

    @property
    def begin(self) -> Step:
        return self.steps[self.first]


class ScriptError(Exception):
    """A script may not be used so; `problems` names each place."""

    def __init__(self, problems: list[FieldProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(str(problem) for problem in problems))


@cache
def shipped() -> Mapping[str, Script]:
    """Return Dueline's own scripts by key, in order."""
    names = sorted(file.name for file in _folder().iterdir() if file.name.endswith(".yaml"))
    return MappingProxyType({name[:3]: parse(shipped_text(name[:3])) for name in names})


def shipped_text(key: str) -> str:
    return (_folder() / f"{key}.yaml").read_text(encoding="utf-8")


def _folder() -> Traversable:
    return files("dueline.core.scripts") / "data"


def parse(text: str) -> Script:
    """Return the script of a YAML text. Raises ScriptError."""
    return _Reading(_load(text)).script()


def _load(text: str) -> object:
    if len(text) > MOST_TEXT:
        raise ScriptError([_problem("the text", f"{len(text)} characters", f"{MOST_TEXT} at most")])
    try:
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            if isinstance(event, yaml.AliasEvent):
                raise ScriptError([_problem("the text", "an alias (*)", "the text itself")])
        return yaml.load(text, Loader=yaml.BaseLoader)  # every scalar stays text
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else "the text"
        found = str(getattr(error, "problem", "") or "text that is no YAML")
        raise ScriptError([_problem(place, found, "YAML")]) from None


def _problem(place: str, found: str, expected: str, remedy: str = "Change it.") -> FieldProblem:
    return FieldProblem(place, found, expected, remedy)


class _Reading:
    """Reads one loaded document, collecting what is wrong with it."""

    def __init__(self, document: object) -> None:
        self.problems: list[FieldProblem] = []
        self.key = "script"
        self.document = self.mapping("script", document)

    def wrong(self, place: str, found: str, expected: str) -> None:
        self.problems.append(_problem(f"{self.key}, {place}", found, expected))

    def script(self) -> Script:
        document = self.document
        key = self.text("key", document, pattern=_KEY, expected="S and two digits, such as S07")
        self.key = key or "script"
        self.known("script", document, {"key", "title", "level", "first", "steps", "endings"})
        title = self.text("title", document, most=60)
        level = self.member("level", document, Level)
        steps = self.steps(self.mapping("steps", document.get("steps")))
        endings = self.endings(self.mapping("endings", document.get("endings", {})))
        first = self.text("first", document)
        if first and first not in steps:
            self.wrong("first", first[:40], "one of its steps")
        if self.problems or level is None:
            raise ScriptError(self.problems)
        return Script(key, title, level, first, MappingProxyType(steps), MappingProxyType(endings))

    def steps(self, found: Mapping[str, object]) -> dict[str, Step]:
        if not 1 <= len(found) <= _MOST_STEPS:
            self.wrong("steps", f"{len(found)} steps", f"1 to {_MOST_STEPS}")
            return {}
        return {
            key: self.step(key, self.mapping(f"step {key}", value))
            for key, value in self.named(found, "step")
        }

    def step(self, key: str, raw: Mapping[str, object]) -> Step:
        place = f"step {key}"
        allowed = {"ask", "check", "note", "facts", "choices", "read_back", "refused", "to"}
        self.known(place, raw, allowed)
        if ("ask" in raw) == ("check" in raw):
            self.wrong(place, "both or neither", 'either "ask" or "check"')
        if ("choices" in raw) == ("to" in raw):
            self.wrong(place, "both or neither", 'either "choices" or "to"')
        said = "ask" in raw
        step = Step(
            key=key,
            text=self.text("ask" if said else "check", raw, place),
            is_said=said,
            note=self.text("note", raw, place, most=40),
            needs=self.needs(raw.get("facts"), place),
            choices=self.choices(raw.get("choices"), place),
            read_back=self.text("read_back", raw, place, optional=True),
            refused=self.text("refused", raw, place, optional=True),
            to=self.text("to", raw, place, optional=True),
        )
        asked = {name for needs, _ in step.ways() for need in needs for name in need.names}
        for name in _BRACED.findall(step.read_back):
            if name not in asked:
                self.wrong(
                    f"{place}, read_back", f"{{{name[:40]}}}", "a fact that this step asks for"
                )
        return step

    def choices(self, raw: object, place: str) -> tuple[Choice, ...]:
        if raw is None:
            return ()
        found = self.mapping(f"{place}, choices", raw)
        if not 2 <= len(found) <= _MOST_CHOICES:
            self.wrong(f"{place}, choices", f"{len(found)}", f"2 to {_MOST_CHOICES}")
        return tuple(
            self.choice(key, value, place) for key, value in self.named(found, f"{place}, choice")
        )

    def choice(self, key: str, value: object, step: str) -> Choice:
        place = f"{step}, choice {key}"
        raw = self.mapping(place, value)
        self.known(place, raw, {"label", "facts", "to"})
        return Choice(
            key,
            self.text("label", raw, place, most=60),
            self.needs(raw.get("facts"), place),
            self.text("to", raw, place),
        )

    def needs(self, raw: object, place: str) -> tuple[Need, ...]:
        if raw is None:
            return ()
        if not isinstance(raw, list) or len(raw) > _MOST_NEEDS:
            self.wrong(
                f"{place}, facts", "something else", f"a list of at most {_MOST_NEEDS} facts"
            )
            return ()
        return tuple(need for value in raw if (need := self.need(value, place)))

    def need(self, value: object, place: str) -> Need | None:
        text = value if isinstance(value, str) else ""
        names = tuple(text.removesuffix("?").split("|"))
        unknown = [name for name in names if name not in FACTS]
        if unknown:
            self.wrong(f"{place}, facts", unknown[0][:40] or "nothing", "the name of a fact")
            return None
        return Need(names, not text.endswith("?"))

    def endings(self, found: Mapping[str, object]) -> dict[str, Ending]:
        return {
            key: ending
            for key, value in self.named(found, "ending")
            if (ending := self.ending(key, self.mapping(f"ending {key}", value)))
        }

    def ending(self, key: str, raw: Mapping[str, object]) -> Ending | None:
        place = f"ending {key}"
        self.known(place, raw, {"outcome", "next", "days", "owner", "says"})
        outcome = self.member("outcome", raw, Outcome, place)
        action = self.member("next", raw, NextAction, place)
        owner = self.member("owner", raw, RequestOwner, place) if "owner" in raw else None
        days = raw.get("days")
        if days is not None and not re.match(r"[0-9]{1,3}\Z", str(days)):
            self.wrong(f"{place}, days", str(days)[:20], "business days, 0 to 999")
            return None
        says = self.text("says", raw, place)
        if outcome is None or action is None:
            return None
        return Ending(key, outcome, action, None if days is None else int(str(days)), owner, says)

    def named(self, found: Mapping[str, object], what: str) -> Iterator[tuple[str, object]]:
        for key, value in found.items():
            if _NAME.match(key):
                yield key, value
            else:
                self.wrong(
                    f"{what} {key[:40]}", "this name", "small letters, digits and _, 40 at most"
                )

    def mapping(self, place: str, value: object) -> Mapping[str, object]:
        if isinstance(value, dict) and all(isinstance(key, str) for key in value):
            return value
        self.wrong(
            place, "nothing" if value in (None, "") else "something else", "names with values"
        )
        return {}

    def known(self, place: str, raw: Mapping[str, object], names: set[str]) -> None:
        for name in sorted(set(raw) - names):
            self.wrong(place, name[:40], f"only {', '.join(sorted(names))}")

    def text(
        self,
        name: str,
        raw: Mapping[str, object],
        place: str = "",
        *,
        most: int = _MOST_SENTENCE,
        optional: bool = False,
        pattern: re.Pattern[str] | None = None,
        expected: str = "",
    ) -> str:
        where = f"{place}, {name}" if place else name
        value = raw.get(name, "")
        if not isinstance(value, str) or (not value.strip() and not (optional and name not in raw)):
            self.wrong(where, "nothing" if value == "" else "something else", expected or "text")
            return ""
        text = " ".join(value.split())
        if len(text) > most or not text.isprintable():
            found = f"{len(text)} characters" if len(text) > most else "a control character"
            self.wrong(where, found, f"{most} readable characters at most")
        if pattern and not pattern.match(text):
            self.wrong(where, text[:40], expected)
            return ""
        return text

    def member(self, name: str, raw: Mapping[str, object], enum: type[Any], place: str = "") -> Any:
        value = raw.get(name, "")
        known = {member.value: member for member in enum}
        if value in known:
            return known[value]
        where = f"{place}, {name}" if place else name
        self.wrong(where, str(value)[:40] or "nothing", f"one of {', '.join(known)}")
        return None
