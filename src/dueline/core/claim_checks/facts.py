"""What a check is given beside the claim, and what it answers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from dueline.core.claim_checks.warned import NO_KEYS, Keys, Warned
from dueline.core.enums import PayerType, WarningGrade
from dueline.core.x12.model import ServiceLine, SubmittedClaim


@dataclass(frozen=True, slots=True)
class Filing:
    """The last day on which the payer takes the claim, by the rule in force."""

    due_on: date
    is_corrected: bool  # the limit of a corrected claim, not of a first one
    words: str  # the rule, whose it is and since when
    is_sure: bool  # high confidence, or a rule of this payer: not a guess by type of payer


@dataclass(frozen=True, slots=True)
class Alike:
    """Another claim that bills the same. `where` is the claim on file or in this file."""

    number: str  # patient control number
    line_number: int  # of the claim checked; 0: the claim as a whole
    said: str  # "on file, paid", "in this file, segment 120"


@dataclass(frozen=True, slots=True)
class CoverageRefusal:
    """A claim of the patient that this payer refused for coverage, and has not paid since."""

    number: str
    carc: str
    denied_on: date


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What is on file about a claim. None and "" are not known; an empty sequence: there is none."""

    as_of: date
    practice_tax_id: str = ""
    payer_type: PayerType | None = None
    is_payer_known: bool | None = None  # None: no payers are on file
    filing: Filing | None = None
    why_no_filing: str = ""  # "": none is looked for
    alike: tuple[Alike, ...] = ()  # claims on file
    repeats: tuple[Alike, ...] = ()  # claims of this file
    is_number_repeated: bool = False  # CLM01 stands on another claim of this file
    sent_before: Alike | None = None  # the same claim, with the payer already
    payer_numbers: frozenset[str] | None = None  # None: the claim is not on file
    coverage_refusal: CoverageRefusal | None = None
    keys: Keys = NO_KEYS
    warned: tuple[Warned, ...] = ()
    was_searched: bool = False  # for patterns of refusals
    has_history: bool = False  # whether anything was ever answered to the practice


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. `found` says what is wrong without repeating what tells a patient.

    `segment_number` is that of the party, line or claim concerned. `charge_cents` is what is at stake, None the whole
    claim. `grade` and `reason` replace the check's own where given; `chance` is in basis points.
    """

    segment_number: int
    loop: str
    element: str
    expected: str
    found: str
    line_number: int = 0
    charge_cents: int | None = None
    grade: WarningGrade | None = None
    reason: str = ""
    chance: int | None = None
    carc: str = ""  # what it warns of, where the check itself does not say


@dataclass(frozen=True, slots=True)
class NotLooked:
    """Why a check could not look: said once for a file, with the number of claims."""

    why: str


Answer = Finding | NotLooked
Function = Callable[[SubmittedClaim, ClaimFacts], Iterator[Answer]]


def on_claim(claim: SubmittedClaim, element: str, expected: str, found: str) -> Finding:
    """Return a finding about loop 2300."""
    return Finding(claim.segment_number, "2300", element, expected, found)


def on_line(line: ServiceLine, element: str, expected: str, found: str) -> Finding:
    """Return a finding about a service line, whose charge is at stake."""
    return Finding(
        line.segment_number,
        "2400",
        element,
        expected,
        found,
        line_number=line.line_number,
        charge_cents=max(0, line.charge_cents),
    )
