"""Read loops 2320 and 2330 of an 837: another payer's coverage and what it has adjudicated."""

from dueline.core.x12.elements import amounts, dates
from dueline.core.x12.loops import (
    SetState,
    add_to_party,
    adjustments_of,
    element_at,
    keep_unknown,
    segment_of,
    trimmed,
)
from dueline.core.x12.model import OtherPayer, Party

_AMOUNTS = {
    "D": "paid_cents",
    "A8": "noncovered_cents",
    "EAF": "remaining_liability_cents",
}


def open_other_payer(elements: list[str], number: int) -> OtherPayer:
    """Return the payer that a 2320 SBR begins."""
    return OtherPayer(
        elements[1],
        element_at(elements, 2),
        element_at(elements, 3),
        element_at(elements, 4),
        element_at(elements, 5),
        element_at(elements, 9),
        segment_number=number,
    )


def read_other_payer_segment(
    state: SetState,
    other: OtherPayer,
    party: Party | None,
    tag: str,
    elements: list[str],
    number: int,
) -> None:
    """Read one segment of 2320 or, where `party` is given, of that party's 2330."""
    if tag == "CAS":
        other.adjustments += adjustments_of(elements, number)
    elif tag == "AMT" and getattr(other, _AMOUNTS.get(elements[1], "extra")) is None:
        setattr(other, _AMOUNTS[elements[1]], amounts[elements[2]])
    elif tag == "OI" and not other.assignment:
        other.assignment = trimmed(elements[1:])
    elif tag == "MOA" and not other.outpatient:
        other.outpatient = trimmed(elements[1:])
    elif tag == "MIA" and not other.inpatient:
        other.inpatient = trimmed(elements[1:])
    elif tag == "DTP" and elements[1] == "573" and other.adjudicated_on is None:
        other.adjudicated_on = dates[elements[3]]
    elif tag == "REF" and elements[1] == "F8" and _is_first_number(other, party):
        other.payer_claim_control_number = elements[2]
    elif tag in ("DMG", "AMT", "DTP") or (tag == "REF" and party is None):
        other.extra += (segment_of(elements, number),)
    elif party is None:
        other.extra += (keep_unknown(state, elements, number, "2320"),)
    elif not add_to_party(state, party, elements, number):
        other.extra += (keep_unknown(state, elements, number, "2330"),)


def _is_first_number(other: OtherPayer, party: Party | None) -> bool:
    is_of_payer = party is not None and party is other.payer
    return is_of_payer and not other.payer_claim_control_number
