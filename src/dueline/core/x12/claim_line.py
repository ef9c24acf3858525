"""Read loop 2400 of an 837 and the loops below it: one service line and what other payers did with it."""

from dueline.core.x12.elements import amounts, dates, period, quantities
from dueline.core.x12.loops import (
    SetState,
    adjustments_of,
    date_of,
    element_at,
    keep_unknown,
    others_of,
    reference_of,
)
from dueline.core.x12.model import Amount, OtherAdjudication, ServiceLine

_SERVICE_FIELDS = {
    "SV1": frozenset({1, 2, 3, 4, 5, 9}),  # SV107 stays: it may hold what is no pointer
    "SV2": frozenset({1, 2, 3, 4, 5}),
    "SV3": frozenset({1, 2, 3, 4, 6}),
}
_POINTERS = frozenset(str(number) for number in range(1, 13))


def service_of(state: SetState, line: ServiceLine, elements: list[str]) -> None:
    """Read SV1, SV2 or SV3 into the line."""
    if elements[0] == "SV2":
        line.revenue_code = elements[1]
        composite = element_at(elements, 2)
        line.procedure = state.procedures[composite] if composite else None
        charge, basis, units = elements[3], element_at(elements, 4), element_at(elements, 5)
    elif elements[0] == "SV1":
        line.procedure = state.procedures[elements[1]]
        charge, basis, units = elements[2], element_at(elements, 3), element_at(elements, 4)
        line.place_of_service = element_at(elements, 5)
        pointers = element_at(elements, 7)
        if pointers:
            parts = pointers.split(state.delimiters.component)
            # What is no pointer stays in `service_elements`: a claim is not refused for it.
            line.diagnosis_pointers = tuple(int(part) for part in parts if part in _POINTERS)
        line.emergency = element_at(elements, 9)
    else:
        line.procedure = state.procedures[elements[1]]
        charge, basis, units = elements[2], "UN", element_at(elements, 6)
        line.place_of_service = element_at(elements, 3)
        cavities = element_at(elements, 4)
        line.oral_cavity = tuple(cavities.split(state.delimiters.component)) if cavities else ()
    line.charge_cents = amounts[charge]
    line.unit_basis = basis
    line.units = quantities[units] if units else None
    line.service_elements = others_of(elements, _SERVICE_FIELDS[elements[0]])


def read_line_segment(
    state: SetState, line: ServiceLine, tag: str, elements: list[str], number: int
) -> None:
    """Read one segment below LX that belongs to no party."""
    if tag == "DTP":
        _read_date(line, elements, number)
    elif tag == "REF":
        if elements[1] == "6R" and not line.line_control_number:
            line.line_control_number = elements[2]
        elif elements[1] == "G1" and not line.prior_authorization:
            line.prior_authorization = elements[2]
        else:
            line.references += (reference_of(elements, number),)
    elif tag == "SVD":
        units = element_at(elements, 5)
        composite = element_at(elements, 3)
        adjudication = OtherAdjudication(
            elements[1],
            amounts[elements[2]],
            revenue_code=element_at(elements, 4),
            units=quantities[units] if units else None,
            bundled_line=element_at(elements, 6),
            segment_number=number,
        )
        if composite:
            adjudication.procedure = state.procedures[composite]
        line.other_adjudications += (adjudication,)
    elif tag == "CAS" and line.other_adjudications:
        line.other_adjudications[-1].adjustments += adjustments_of(elements, number)
    elif tag == "AMT":
        if elements[1] == "EAF" and line.other_adjudications:
            line.other_adjudications[-1].remaining_liability_cents = amounts[elements[2]]
        else:
            line.amounts += (Amount(elements[1], amounts[elements[2]], number),)
    elif tag == "NTE":
        line.notes += (f"{elements[1]}*{elements[2]}",)
    elif tag == "LIN" and not line.drug_code:
        line.drug_code = element_at(elements, 3)
    elif tag == "CTP" and line.drug_quantity is None:
        quantity = element_at(elements, 4)
        line.drug_quantity = quantities[quantity] if quantity else None
        line.drug_unit = element_at(elements, 5).split(state.delimiters.component)[0]
    else:
        line.extra += (keep_unknown(state, elements, number, "2400"),)


def _read_date(line: ServiceLine, elements: list[str], number: int) -> None:
    qualifier = elements[1]
    if qualifier == "472" and line.service_from_on is None:
        line.service_from_on, line.service_through_on = period(elements[2], elements[3])
    elif qualifier == "573" and line.other_adjudications:
        line.other_adjudications[-1].adjudicated_on = dates[elements[3]]
    else:
        line.dates += (date_of(elements, number),)
