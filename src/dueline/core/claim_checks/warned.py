"""A check by evidence: a combination of attributes that a payer has refused before, with how often and how much.

The form in which what was learned from the ledger, a denial pattern or a case becomes a check.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dueline.core.x12.model import Party, ServiceLine, SubmittedClaim


@dataclass(frozen=True, slots=True)
class Warned:
    """Lines with all these attribute values are refused for a reason. Amounts in cents.

    `check_id` is the check that it speaks through. `conditions` are (attribute, value) as `attributes` names them.
    `refused` of `answered` claims were refused; `chance` is that share in basis points.
    """

    check_id: str
    conditions: tuple[tuple[str, str], ...]
    reason: str  # the CARC refused for most
    refused: int
    answered: int
    refused_cents: int
    chance: int
    words: str  # the evidence, in one sentence


def attributes(claim: SubmittedClaim, line: ServiceLine, *, payer_name: str) -> Mapping[str, str]:
    """Return the attribute values of a line, "" where not known."""
    procedure = line.procedure
    rendering = next((p for p in line.providers if p.entity == "82"), claim.rendering_provider)
    diagnosis = next((d.code for d in claim.diagnoses if d.qualifier in ("ABK", "BK")), "")
    return {
        "payer": payer_name,
        "plan": claim.subscriber.group_number.strip(),
        "procedure": procedure.code if procedure else "",
        "modifier": " ".join(procedure.modifiers) if procedure else "",
        "diagnosis": diagnosis,
        "place": line.place_of_service or claim.facility_code,
        "rendering": _npi(rendering),
        "billing": _npi(claim.billing_provider),
        "sex": claim.treated.sex,
        "authorization": "yes" if line.prior_authorization or claim.prior_authorization else "no",
    }


def _npi(party: Party | None) -> str:
    return party.identifier.strip() if party is not None else ""


def matches(warned: Warned, values: Mapping[str, str]) -> bool:
    """Whether a line has all values that are warned of; a value not known never fits."""
    return all(value and values.get(name) == value for name, value in warned.conditions)
