"""A command that was typed wrong, told in one line: which option, what was expected, where to read more."""

import re

import typer

_CHOICES = re.compile(r"(?:Value error, )?'(?P<found>.*)' is not one of (?P<known>'.*')\.?", re.S)
_LEAST = re.compile(r"Input should be greater than or equal to (?P<least>\S+)")
_MOST = re.compile(r"Input should be less than or equal to (?P<most>\S+)")


def told(error: typer.TyperException) -> str:
    """Return what is wrong with a command line, and with which option of it."""
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "dueline"
    param = getattr(error, "param", None)
    name = "" if param is None else f"{_name(param)}: "
    words = _words(str(getattr(error, "message", "") or error), param)
    return f"{name}{words} More: {command} --help"


def _name(param: object) -> str:
    """Return "--order" of an option, FILE of an argument."""
    options: list[str] = getattr(param, "opts", [])
    long = [option for option in options if option.startswith("--")]
    return long[0] if long else str(getattr(param, "name", "")).upper()


def _words(message: str, param: object) -> str:
    if message.startswith("Missing parameter"):
        help_text = getattr(param, "help", "") or ""
        return f"missing. {help_text}".strip()
    if found := _CHOICES.fullmatch(message):
        known = re.findall(r"'([^']*)'", found["known"])
        return f"{found['found']!r} is none of the choices. Choose {_one_of(known)}."
    if found := _LEAST.fullmatch(message):
        return f"expected {found['least']} or more."
    if found := _MOST.fullmatch(message):
        return f"expected {found['most']} or less."
    if "valid integer" in message:
        return "expected a whole number."
    words = message.removeprefix("Value error, ").rstrip(".")
    return f"{words}."


def _one_of(names: list[str]) -> str:
    *head, last = names
    return f"{', '.join(head)} or {last}" if head else last
