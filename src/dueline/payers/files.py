"""Rules and payers as files: CSV for rules, YAML for payers too. What is written here can be read here."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from dueline.core.disarmed import plain_text, safe_text
from dueline.core.rule_check import FIELDS
from dueline.payers.errors import FileRefused

FORMS = ("csv", "yaml")
_MORE = "(more)"


@dataclass
class Contents:
    """What a file holds: rules, and with YAML also payers."""

    rules: list[dict[str, str]] = field(default_factory=list)
    payers: list[dict[str, Any]] = field(default_factory=list)


def form_of(name: str) -> str:
    """Return the form that a file's name tells. Raises FileRefused for another."""
    form = {"csv": "csv", "yaml": "yaml", "yml": "yaml"}.get(name.rpartition(".")[2].lower())
    if form is None or "." not in name:
        raise FileRefused("expected a .csv or .yaml file")
    return form


def text_of(data: bytes) -> str:
    """Return a file's text. Raises FileRefused where it is none."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileRefused("not UTF-8 text") from None


def contents_of(text: str, form: str) -> Contents:
    """Return what a file's text says, not checked yet. Raises FileRefused where it cannot be read."""
    return _from_csv(text) if form == "csv" else _from_yaml(text)


def csv_of(rules: Sequence[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: safe_text(value) for name, value in rule.items()} for rule in rules)
    return text.getvalue()


def yaml_of(payers: Sequence[dict[str, object]], rules: Sequence[dict[str, str]]) -> str:
    said = [{name: value for name, value in rule.items() if value} for rule in rules]
    document = {"payers": list(payers), "rules": said}
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)


def _from_csv(text: str) -> Contents:
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey=_MORE, restval="")
    try:
        rows = list(reader)
    except csv.Error as error:
        raise FileRefused(f"not CSV: {error}") from None
    for number, row in enumerate(rows, start=1):
        if _MORE in row:
            raise FileRefused(f"row {number}: has more values than there are columns")
    rules = [{name: plain_text(value) for name, value in row.items()} for row in rows]
    return Contents(rules=rules)


def _from_yaml(text: str) -> Contents:
    try:
        # Every value is read as text: a telephone number keeps its leading zero.
        facts = yaml.load(text, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        raise FileRefused("not YAML" + (f", line {mark.line + 1}" if mark else "")) from None
    if not isinstance(facts, dict) or set(facts) - {"payers", "rules"}:
        raise FileRefused("expected payers and rules")
    contents = Contents(facts.get("rules") or [], facts.get("payers") or [])
    for name, rows in (("rules", contents.rules), ("payers", contents.payers)):
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise FileRefused(f"{name}: expected a list of fields")
    for number, rule in enumerate(contents.rules, start=1):
        if any(not isinstance(value, str) for value in rule.values()):
            raise FileRefused(f"rules: row {number}: expected text in every field")
        if any(not isinstance(key, str) for key in rule):
            raise FileRefused(f"rules: row {number}: expected text as the name of every field")
    return contents
