"""What differs between two versions of a script, part by part, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from dueline.core.scripts.model import Choice, Ending, Need, Script, Step

_NAMES = {
    "text": "question",
    "is_said": "asked or looked up",
    "needs": "facts",
    "read_back": "read-back",
    "to": "leads to",
    "next_action": "next action",
    "days": "business days",
}


@dataclass(frozen=True)
class Difference:
    """One change: `place` such as "step denial, question"; "" stands for nothing there."""

    place: str
    before: str
    after: str


def differences(before: Script | None, after: Script) -> list[Difference]:
    """Return what `after` changes, in the order of its parts; empty where it says the same."""
    if before is None:
        return [Difference("script", "", f"{len(after.steps)} steps, {len(after.endings)} endings")]
    found = list(_fields("script", before, after, ("title", "level", "first")))
    found += _members("step", before.steps, after.steps)
    found += _members("ending", before.endings, after.endings)
    return found


def _members(what: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    found = [
        Difference(f"{what} {key}", _words(before[key]), "") for key in before if key not in after
    ]
    for key, one in after.items():
        if key not in before:
            found.append(Difference(f"{what} {key}", "", _words(one)))
        else:
            names = tuple(field.name for field in fields(one) if field.name != "key")
            found += _fields(f"{what} {key}", before[key], one, names)
    return found


def _fields(place: str, before: Any, after: Any, names: tuple[str, ...]) -> Iterator[Difference]:
    for name in names:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield Difference(f"{place}, {_NAMES.get(name, name)}", _words(old), _words(new))


def _words(value: Any) -> str:
    if isinstance(value, Step):
        return value.text
    if isinstance(value, Ending):
        return value.says
    if isinstance(value, Choice):
        return f"{value.label} → {value.to}" + (f" ({_words(value.needs)})" if value.needs else "")
    if isinstance(value, Need):
        return " or ".join(value.names) + ("" if value.is_needed else "?")
    if isinstance(value, tuple):
        return "; ".join(map(_words, value))
    if isinstance(value, bool):
        return "asked" if value else "looked up"
    return "" if value is None else str(value)
