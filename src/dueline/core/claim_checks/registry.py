"""The checks as shipped: data/checks.yaml, read once when first asked for, each with its function."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from dueline.core.claim_checks import (
    diagnosis,
    history,
    institutional,
    patient,
    provider,
    sending,
    service,
)
from dueline.core.claim_checks.facts import Function
from dueline.core.codes import adjustment_words, carc
from dueline.core.enums import DenialCategory, RootCauseOwner, WarningGrade

FUNCTIONS: dict[str, Function] = {
    function.__name__: function
    for module in (patient, provider, diagnosis, service, institutional, sending, history)
    for function in module.CHECKS
}


@dataclass(frozen=True, slots=True)
class Reason:
    """What a payer refuses for: a CARC and, where it says too little by itself, its remarks."""

    carc: str
    rarcs: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Return "CO-16 information missing or wrong (N382)"."""
        remarks = f" ({', '.join(self.rarcs)})" if self.rarcs else ""
        group = "OA" if self.carc == "18" else "CO"
        return f"{adjustment_words(group, self.carc)}{remarks}"


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `says` is why the payer refuses; `statuses` are claim status codes of a rejection for it."""

    id: str
    family: str
    name: str
    says: str
    prevents: tuple[Reason, ...]
    statuses: tuple[str, ...]
    grade: WarningGrade
    owner: RootCauseOwner
    suggestion: str
    source: str
    confidence: str  # H, M, L
    checked_on: date
    run: Function

    @property
    def category(self) -> DenialCategory:
        """What kind of refusal it prevents, by its first reason."""
        if not self.prevents:
            return DenialCategory.OTHER
        return DenialCategory(carc(self.prevents[0].carc).category)


@cache
def checks() -> Mapping[str, Check]:
    """Return every check by its id, in the file's order."""
    text = (files(__package__) / "data" / "checks.yaml").read_text(encoding="utf-8")
    said = yaml.safe_load(text)
    return {row["id"]: _check(row, said["checked_on"]) for row in said["checks"]}


def _check(row: dict[str, Any], checked_on: date) -> Check:
    return Check(
        id=row["id"],
        family=row["family"],
        name=row["name"],
        says=row["says"],
        prevents=tuple(_reason(text) for text in row["prevents"]),
        statuses=tuple(str(code) for code in row.get("statuses", ())),
        grade=WarningGrade(row["grade"]),
        owner=RootCauseOwner(row["owner"]),
        suggestion=row["do"],
        source=row["source"],
        confidence=row["confidence"],
        checked_on=row.get("checked_on", checked_on),
        run=FUNCTIONS[row["id"]],
    )


def _reason(text: str) -> Reason:
    code, *rarcs = str(text).split()
    return Reason(code, tuple(rarcs))
