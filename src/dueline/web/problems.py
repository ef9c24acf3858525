"""What is wrong with a field, as it stands beside it: what was found, what was expected, what to do."""

import re

from dueline.core.rule_check import Problem

# How the checks say it, and how it is told beside the field.
_WAYS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), told)
    for pattern, told in (
        (r"(?:\w{3}: )?expected (?P<b>.+), found (?P<a>.+)", "Found {a}. Expected {b}."),
        (r"is missing; expected (?P<b>.+)", "Found nothing. Expected {b}."),
        (r"is missing; (?P<b>.+)", "Found nothing; {b}."),
        (r"is missing", "Found nothing."),
        (r"is negative: (?P<a>.+)", "Found {a}. Expected 1 or more."),
        (r"(?P<a>\S+) is in the future", "Found {a}, a day to come. Expected today or before."),
        (r"(?P<a>\S+) is before effective_from (?P<b>.+)", "Found {a}. Expected {b} or later."),
        (
            r"(?:\w{3}: )?closes at (?P<a>\S+), before it opens at (?P<b>\S+)",
            "Found closing at {a}. Expected a time after {b}, when it opens.",
        ),
        (r"holds a control character", "Found a control character. Expected plain text."),
        (
            r"overlaps the version in force from (?P<a>.+); begin (?P<b>.+)",
            "Found a period that overlaps the version in force from {a}. Begin {b}.",
        ),
        (
            r"overlaps more than one version in force",
            "Found a period that overlaps more than one version. Expected one at most.",
        ),
    )
)


def told(problem: Problem, mend: str = "") -> str:
    """Return a problem in words, then what to do about it."""
    words = f"{problem.words[:1].upper()}{problem.words[1:]}."
    for pattern, text in _WAYS:
        if found := pattern.fullmatch(problem.words):
            words = text.format(**found.groupdict())
            break
    return f"{words} {mend}".strip()
