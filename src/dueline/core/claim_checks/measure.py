"""Whether a warning was right, by what the payer then did; and what its check's warnings are worth by that."""

from collections.abc import Iterable
from dataclasses import dataclass

from dueline.core.claim_checks.registry import Check
from dueline.core.enums import WarningGrade, WarningOutcome
from dueline.core.proportion import wilson
from dueline.core.recovery import FEW, WHOLE, Rate, percent

# Share of such warnings that payers act on. Prior, ours: no figures are published.
CHANCE_BY_GRADE: dict[WarningGrade, int] = {
    WarningGrade.WILL_BE_REFUSED: 9000,
    WarningGrade.MAY_BE_REFUSED: 3000,
    WarningGrade.WORTH_A_LOOK: 500,
}
PRIOR_WARNINGS = 20  # a prior weighs as much as this many answered warnings of our own


@dataclass(frozen=True, slots=True)
class Refused:
    """One reason for which the payer refused the claim, or a line of it (0: the claim)."""

    carc: str
    rarcs: tuple[str, ...] = ()
    line_number: int = 0


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of a check's warnings, by outcome."""

    confirmed: int = 0
    not_confirmed: int = 0
    waiting: int = 0
    refused_otherwise: int = 0
    mended: int = 0

    @property
    def answered(self) -> int:
        """How many the payer decided: those by which the check is judged."""
        return self.confirmed + self.not_confirmed

    @property
    def interval(self) -> tuple[float, float]:
        """Return the 95 % interval of the share confirmed."""
        return wilson(self.confirmed, self.answered)


def answer_outcome(
    check: Check, line_number: int, refused: Iterable[Refused], carc: str = ""
) -> WarningOutcome:
    """Return what a payer's answer says of a warning, from all that it refused.

    A warning of a line is confirmed by a refusal of that line or of the claim. A reason of which the check names
    remarks (CARC 16) confirms with one of them only. `carc` is what this warning itself warned of.
    """
    told = list(refused)
    if not told:
        return WarningOutcome.NOT_CONFIRMED
    for one in told:
        is_elsewhere = line_number and one.line_number and one.line_number != line_number
        if not is_elsewhere and prevents(check, one, carc):
            return WarningOutcome.CONFIRMED
    return WarningOutcome.REFUSED_OTHERWISE


def prevents(check: Check, refused: Refused, carc: str = "") -> bool:
    """Whether a refusal is of the kind that the check, or this warning of it, warns of."""
    return bool(carc and refused.carc == carc) or any(
        reason.carc == refused.carc and (not reason.rarcs or set(reason.rarcs) & set(refused.rarcs))
        for reason in check.prevents
    )


def chance_of(grade: WarningGrade, counts: Counts) -> Rate:
    """Return the chance that a warned claim is refused for it, with the words that say where it is from."""
    prior = CHANCE_BY_GRADE[grade]
    basis = f"prior, ours: {percent(prior)} where it {grade.value.replace('_', ' ')}"
    if grade is WarningGrade.WORTH_A_LOOK:
        basis = f"prior, ours: {percent(prior)} of what is worth a look"
    if counts.answered < FEW:
        return Rate(prior, f"{basis}; too few answered here to learn from ({counts.answered})")
    points = (counts.confirmed * WHOLE + PRIOR_WARNINGS * prior) // (
        counts.answered + PRIOR_WARNINGS
    )
    return Rate(points, f"{basis}; {counts.confirmed:,} of {counts.answered:,} confirmed here")
