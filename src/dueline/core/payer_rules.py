"""For whom a payer's rule holds, which of several wins on a day, and why.

A scope names only what narrows it; what it leaves blank it holds for. The narrowest scope in force on the
day on which the clock starts wins; of two as narrow, the one in force later.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from dueline.core.enums import ClaimType, DeadlineKind, PayerClock, PayerType

if TYPE_CHECKING:
    from dueline.core.deadlines import Rule

PROOF = "proof_accepted"  # what a payer takes as proof of timely filing: words, no clock
RULE_KINDS: tuple[str, ...] = (*DeadlineKind, *PayerClock, PROOF)
CONFIDENCE = {"H": "high", "M": "medium", "L": "low"}
REVIEW_DAYS = 365


class Purpose(StrEnum):
    """What a contact at a payer is for."""

    CLAIM_STATUS = "claim_status"
    APPEALS = "appeals"
    EDI = "edi"
    ENROLLMENT = "enrollment"  # provider enrollment


@dataclass(frozen=True)
class Scope:
    """For whom a rule holds; blank or None is everyone. Keys of payer, plan and contract are opaque."""

    payer_type: str = ""
    group: str = ""  # a national payer whose rules several payers share
    state: str = ""
    network: str = ""  # in, out
    claim_type: str = ""
    payer: int | str | None = None
    plan: int | str | None = None
    contract: int | str | None = None


ANYONE = Scope()


@dataclass(frozen=True)
class Coverage:
    """Under whom a claim stands, for choosing its rules."""

    payer: int | str | None
    payer_type: PayerType
    group: str = ""
    state: str = ""
    is_in_network: bool = True
    plan: int | str | None = None
    contracts: frozenset[int | str] = frozenset()  # in force on the date of service


# From the widest to the narrowest; each outweighs all before it together.
_RANKS = (
    ("payer_type", "the payer's type"),
    ("claim_type", "the kind of claim"),
    ("network", "the network"),
    ("state", "the state"),
    ("group", "the payer's group"),
    ("payer", "this payer"),
    ("plan", "the plan"),
    ("contract", "the practice's contract"),
)


def holds_for(scope: Scope, coverage: Coverage) -> bool:
    """Whether a rule of this scope can apply to claims under a coverage. The kind of claim is asked later."""
    return (
        scope.payer_type in ("", coverage.payer_type.value)
        and scope.group in ("", coverage.group)
        and scope.state in ("", coverage.state)
        and scope.network in ("", "in" if coverage.is_in_network else "out")
        and scope.payer in (None, coverage.payer)
        and scope.plan in (None, coverage.plan)
        and (scope.contract is None or scope.contract in coverage.contracts)
    )


def rank(scope: Scope) -> int:
    """Return how narrow a scope is: the higher, the narrower."""
    return sum(1 << n for n, (name, _) in enumerate(_RANKS) if getattr(scope, name))


def narrowed_by(scope: Scope) -> str:
    """Return the narrowest thing a scope names, in words; "all payers" where it names nothing."""
    return next((words for name, words in reversed(_RANKS) if getattr(scope, name)), "all payers")


def in_order(rules: Iterable["Rule"], coverage: Coverage) -> list["Rule"]:
    """Return the rules that can apply under a coverage, the narrowest first, then the latest in force."""
    found = [rule for rule in rules if holds_for(rule.scope, coverage)]
    return sorted(
        found, key=lambda rule: (-rank(rule.scope), -(rule.effective_from or date.min).toordinal())
    )


def is_in_force(rule: "Rule", day: date) -> bool:
    """Whether a rule's dates include a day; a date it does not give is open."""
    return (rule.effective_from is None or rule.effective_from <= day) and (
        rule.effective_to is None or day <= rule.effective_to
    )


def suits(rule: "Rule", claim_type: ClaimType) -> bool:
    """Whether a rule is for this kind of claim."""
    return rule.scope.claim_type in ("", claim_type.value)


def why_it_won(rule: "Rule", others: Sequence["Rule"], day: date | None) -> str:
    """Say in one sentence why a rule holds and not the others of its kind."""
    wider = [other for other in others if rank(other.scope) < rank(rule.scope)]
    same = [o for o in others if o is not rule and rank(o.scope) == rank(rule.scope)]
    if wider:
        told = next(
            words
            for name, words in reversed(_RANKS)
            if getattr(rule.scope, name) and not getattr(wider[0].scope, name)
        )
        return f"It names {told} and so comes before the rule for {narrowed_by(wider[0].scope)}."
    if same and day is not None:
        return (
            f"It is the version in force on {day:%b} {day.day}, {day.year}, when the clock starts."
        )
    return f"It is the only rule known for {narrowed_by(rule.scope)}."


def review_due_on(checked_on: date, review_days: int) -> date:
    """Return the first day on which a rule counts as unchecked for too long."""
    return checked_on + timedelta(days=review_days + 1)


def overlap(
    first: tuple[date | None, date | None], second: tuple[date | None, date | None]
) -> bool:
    """Whether two periods share a day; None is open."""
    starts = max(first[0] or date.min, second[0] or date.min)
    ends = min(first[1] or date.max, second[1] or date.max)
    return starts <= ends
