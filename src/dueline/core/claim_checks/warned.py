"""A check by evidence: a combination of attributes that a payer has refused before, with how often and how much.

The form in which what was learned from the ledger, a denial pattern or a case becomes a check. Attributes and their
values are those of the analysis of denials (`core.denial_attributes`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from dueline.core.denial_attributes import Attribute, age_band, diagnosis_group, lag_band, place
from dueline.core.x12.model import ServiceLine, SubmittedClaim


@dataclass(frozen=True, slots=True)
class Warned:
    """Lines with all these attribute values are refused for a reason. Amounts in cents.

    `check_id` is the check that it speaks through. `conditions` are (attribute, value). `refused` of `answered` were
    refused; `chance` is that share in basis points, None where it is not known.
    """

    check_id: str
    conditions: tuple[tuple[str, str], ...]
    reason: str  # the CARC
    refused: int
    answered: int
    refused_cents: int
    chance: int | None
    words: str  # the evidence


@dataclass(frozen=True, slots=True)
class Keys:
    """By what the analysis knows a claim's payer and providers: their ids as text, "" where not known."""

    payer: str = ""
    billing_provider: str = ""
    rendering_provider: str = ""


NO_KEYS = Keys()


def attributes(
    claim: SubmittedClaim, line: ServiceLine, *, keys: Keys, as_of: date
) -> Mapping[str, str]:
    """Return the attribute values of a line if it is sent on a day, "" where not known."""
    procedure, served_on = line.procedure, claim.service_from_on
    has_number = line.prior_authorization or claim.prior_authorization
    return {
        Attribute.PAYER: keys.payer,
        Attribute.PLAN: claim.subscriber.filing_indicator,
        Attribute.PROCEDURE: procedure.code if procedure else "",
        Attribute.MODIFIER: " ".join(procedure.modifiers) if procedure else "",
        Attribute.DIAGNOSIS: diagnosis_group(claim.diagnoses[0].code if claim.diagnoses else ""),
        Attribute.PLACE: place(claim.kind.value[-1], claim.facility_code),
        Attribute.BILLING_PROVIDER: keys.billing_provider,
        Attribute.RENDERING_PROVIDER: keys.rendering_provider,
        Attribute.AGE: age_band(claim.treated.birth_on, served_on),
        Attribute.SEX: claim.treated.sex,
        Attribute.LAG: lag_band(claim.service_through_on or served_on, as_of),
        Attribute.AUTHORIZATION: "yes" if has_number else "no",
    }


def matches(warned: Warned, values: Mapping[str, str]) -> bool:
    """Whether a line has all values that are warned of; a value not known never fits."""
    return all(value and values.get(name) == value for name, value in warned.conditions)
