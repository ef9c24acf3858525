"""The code tables as shipped: CSV files in data/, Dueline's own wording, each row with its source and date.

Read once when first asked for. The owners' own texts are not shipped; see docs/reference/codes.md.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dueline.core.enums import Level

NOT_LISTED = "Not in Dueline's list"


@dataclass(frozen=True, slots=True)
class Carc:
    """A claim adjustment reason code: why charge and paid differ.

    `is_denial` is "yes", "no", "depends" (on group code and on what else was allowed) or "unknown".
    `stays_open` is "yes" where the amount is held, sent on or paid to someone else and so must not be
    written off, "if_next_payer" where the next payer may still owe it, else "no".
    """

    code: str
    summary: str
    short: str  # at most 40 characters, for a row
    category: str = "unknown"
    is_denial: str = "unknown"
    stays_open: str = "no"
    usual_groups: tuple[str, ...] = ()
    owner: str = ""  # who can fix the cause
    usual_fix: str = "call_payer"
    level: Level = Level.L1
    preventable: str = "unknown"
    scenario: str = "S21"
    frequency: str = "other"
    notes: str = ""
    status: str = "unknown"  # active, retired
    confidence: str = "L"
    source: str = ""
    checked_on: str = ""
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Rarc:
    """A remittance advice remark code: what the reason code leaves unsaid."""

    code: str
    summary: str
    short: str
    category: str = "unknown"
    usual_fix: str = ""
    is_alert: bool = False
    notes: str = ""
    confidence: str = "L"
    source: str = ""
    checked_on: str = ""
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class StatusMeaning:
    """A claim status category (STC01-1) or claim status code (STC01-2)."""

    code: str
    summary: str
    short: str
    group: str = "other"
    outcome: str = "unknown"
    next_action: str = "Call the payer"
    follow_up_business_days: int = 0
    level: Level = Level.L1
    status: str = "unknown"
    confidence: str = "L"
    source: str = ""
    checked_on: str = ""
    is_known: bool = True


def _rows(name: str) -> list[dict[str, str]]:
    text = (files(__package__) / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


@cache
def carcs() -> dict[str, Carc]:
    """Return every CARC of the list by its code, in the list's order."""
    table = {}
    for row in _rows("carc.csv"):
        groups = tuple(row.pop("usual_groups").split())
        level = Level(row.pop("level"))
        table[row["code"]] = Carc(**row, usual_groups=groups, level=level)  # type: ignore[arg-type]
    return table


@cache
def rarcs() -> dict[str, Rarc]:
    """Return every RARC of the list by its code."""
    return {
        row["code"]: Rarc(**{**row, "is_alert": row["is_alert"] == "yes"})  # type: ignore[arg-type]
        for row in _rows("rarc.csv")
    }


@cache
def statuses(kind: str) -> dict[str, StatusMeaning]:
    """Return the claim status categories (`kind` "category") or codes ("status") by code."""
    table = {}
    for row in _rows("claim_status.csv"):
        if row.pop("list") == kind:
            days = int(row.pop("follow_up_business_days"))
            level = Level(row.pop("level"))
            table[row["code"]] = StatusMeaning(
                **row,  # type: ignore[arg-type]
                follow_up_business_days=days,
                level=level,
            )
    return table


@cache
def short_list(name: str) -> dict[str, str]:
    """Return one of the short lists (group, plb, place_of_service ...) as code to words."""
    return {row["code"]: row["summary"] for row in _rows("lists.csv") if row["list"] == name}


@cache
def short_list_names() -> tuple[str, ...]:
    """Return the names of the short lists, in the file's order."""
    return tuple(dict.fromkeys(row["list"] for row in _rows("lists.csv")))
