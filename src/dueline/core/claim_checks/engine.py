"""Runs the checks over a claim; what is at stake; the keys by which claims that bill the same are found."""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from dueline.core.claim_checks.facts import ClaimFacts, Finding
from dueline.core.claim_checks.registry import Check, checks
from dueline.core.enums import WarningGrade
from dueline.core.matching import patient_key
from dueline.core.recovery import WHOLE
from dueline.core.x12.model import ServiceLine, SubmittedClaim

# Repeated on purpose, and said so: procedure or laboratory test done again.
_REPEATED = frozenset({"76", "77", "91"})


@dataclass(frozen=True, slots=True)
class ClaimWarning:
    """What a check says of a claim. `charge_cents` is what is at stake."""

    check: Check
    finding: Finding
    charge_cents: int

    @property
    def grade(self) -> WarningGrade:
        return self.finding.grade or self.check.grade

    @property
    def reason(self) -> str:
        return self.finding.reason or self.check.says


def check_claim(
    claim: SubmittedClaim, facts: ClaimFacts, *, off: Collection[str] = ()
) -> tuple[list[ClaimWarning], list[tuple[str, str]]]:
    """Return a claim's warnings in the order of the checks, and (check, why) of those that could not look.

    `off` are the ids of checks that are turned off.
    """
    warnings: list[ClaimWarning] = []
    not_looked: list[tuple[str, str]] = []
    for check in checks().values():
        if check.id in off:
            continue
        for answer in check.run(claim, facts):
            if isinstance(answer, Finding):
                charge = claim.charge_cents if answer.charge_cents is None else answer.charge_cents
                warnings.append(ClaimWarning(check, answer, max(0, charge)))
            else:
                not_looked.append((check.id, answer.why))
    return warnings, not_looked


def expected_loss_cents(warning: ClaimWarning, chance: int) -> int:
    """Return what is expected to be lost: the chance (basis points) of a refusal × the charge at stake.

    A finding that knows its own chance goes by that.
    """
    own = warning.finding.chance
    return warning.charge_cents * (chance if own is None else own) // WHOLE


def line_keys(claim: SubmittedClaim) -> Iterator[tuple[ServiceLine, bytes]]:
    """Yield the lines that must not be billed twice, each with a key of 16 bytes that is equal where they are.

    Patient, first day, procedure or revenue code, modifiers and charge. None for replacements and voids, for lines
    that say they are repeats, and where the day is not known.
    """
    if claim.frequency_code in ("7", "8"):
        return
    who = identity_of(claim)
    for line in claim.lines:
        modifiers = line.procedure.modifiers if line.procedure else ()
        day = line.service_from_on or claim.service_from_on
        if day is None or _REPEATED & set(modifiers):
            continue
        code = line.procedure.code if line.procedure else line.revenue_code
        yield line, line_key(who, day.isoformat(), code, modifiers, line.charge_cents)


def line_key(
    who: str, day: str, code: str, modifiers: tuple[str, ...] | list[str], cents: int
) -> bytes:
    """Return the key of a line: what `line_keys` gives for a claim, from what is on file."""
    facts = f"{who}|{day}|{code}|{' '.join(sorted(modifiers))}|{cents}"
    return hashlib.blake2b(facts.encode(), digest_size=16).digest()


def identity_of(claim: SubmittedClaim) -> str:
    """Return the key that holds the patient together, as the ledger has it."""
    party = claim.treated
    return patient_key(party.last_name, party.first_name, party.birth_on, party.identifier)
