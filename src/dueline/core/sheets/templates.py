"""Mappings for exports of common practice-management systems, as data; which of them fits a sheet."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dueline.core.sheets.fields import Field, ReportKind
from dueline.core.sheets.headings import heading_key

LEAST_SHARE = 0.8  # of a template's headings that a sheet must have


@dataclass(frozen=True)
class Template:
    """The headings of one report of one system. `confidence` says how sure we are of them."""

    key: str
    system: str
    kind: ReportKind
    confidence: str
    source: str
    checked_on: str
    fields: dict[str, Field]  # by heading key

    def fields_for(self, keys: Sequence[str]) -> dict[str, Field]:
        """Return the fields of those of a sheet's headings that the template knows."""
        return {key: self.fields[key] for key in keys if key in self.fields}


@cache
def templates() -> tuple[Template, ...]:
    """Return the templates that are shipped, in the order of systems."""
    columns: dict[str, dict[str, Field]] = {}
    for row in _rows("template_columns.csv"):
        columns.setdefault(row["template"], {})[heading_key(row["heading"])] = Field(row["field"])
    return tuple(
        Template(
            row["template"],
            row["system"],
            ReportKind(row["kind"]),
            row["confidence"],
            row["source"],
            row["checked_on"],
            columns[row["template"]],
        )
        for row in _rows("templates.csv")
    )


def template_for(keys: Sequence[str]) -> Template | None:
    """Return the template that most of a sheet's headings are of, None where none fits.

    Of two that fit alike, neither is taken: the headings do not tell the system.
    """
    fits = [
        (len(one.fields_for(keys)), one)
        for one in templates()
        if len(one.fields_for(keys)) >= LEAST_SHARE * len(one.fields)
    ]
    if not fits:
        return None
    most = max(count for count, _ in fits)
    best = [one for count, one in fits if count == most]
    return best[0] if len(best) == 1 else None


def _rows(name: str) -> list[dict[str, str]]:
    text = files("dueline.core.sheets").joinpath(f"data/{name}").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))
