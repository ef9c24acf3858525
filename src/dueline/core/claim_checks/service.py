"""Checks of what was done, when, where and for how much."""

import re
from collections.abc import Iterator

from dueline.core.claim_checks.facts import Answer, ClaimFacts, on_claim, on_line
from dueline.core.codes import short_list
from dueline.core.enums import PayerType, SetKind
from dueline.core.money import money
from dueline.core.x12.model import SubmittedClaim

# CPT: four digits and a digit or F, T, U, M; HCPCS: a letter and four digits; dental: D and four digits.
_HC = re.compile(r"[0-9]{4}[0-9FTUM]|[A-V][0-9]{4}")
_AD = re.compile(r"D[0-9]{4}")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_DRUG_LIKE = re.compile(r"[0-9][0-9 -]{8,14}")
_DRUG_UNITS = frozenset({"F2", "GR", "ME", "ML", "UN"})
_INJECTED = re.compile(r"J[0-9]{4}")
_MEDICAID = frozenset({PayerType.MEDICAID, PayerType.MEDICAID_MANAGED})


def procedure_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if claim.kind is SetKind.CLAIM_INSTITUTIONAL:
        return
    for line in claim.lines:
        if line.procedure is None or not line.procedure.code.strip():
            yield on_line(line, "SV101-2", "a procedure code", "nothing")


def procedure_malformed(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    for line in claim.lines:
        procedure = line.procedure
        if procedure is None or not procedure.code.strip():
            continue
        shape = {"HC": _HC, "AD": _AD}.get(procedure.qualifier)
        if shape is not None and not shape.fullmatch(procedure.code):
            what = "D and four digits" if shape is _AD else "a CPT or HCPCS code: five signs"
            element = "SV202-2" if claim.kind is SetKind.CLAIM_INSTITUTIONAL else "SV101-2"
            yield on_line(line, element, what, procedure.code[:12])


def modifier_malformed(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    for line in claim.lines:
        for modifier in line.procedure.modifiers if line.procedure else ():
            if not _MODIFIER.fullmatch(modifier):
                expected = "two capital letters or digits"
                yield on_line(line, "SV101-3", expected, modifier[:8])
                break


def modifier_twice(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    for line in claim.lines:
        told = line.procedure.modifiers if line.procedure else ()
        twice = next((m for m in told if told.count(m) > 1), "")
        if twice:
            yield on_line(line, "SV101-3", "each modifier once", f"{twice[:8]} twice")


def units_not_positive(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    for line in claim.lines:
        if line.units is None and claim.kind is SetKind.CLAIM_DENTAL:
            continue
        if line.units is None or line.units <= 0:
            found = "nothing" if line.units is None else str(line.units)[:12]
            yield on_line(line, "SV104", "units above zero", found)


def charge_not_sum(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if claim.lines and claim.difference_cents:
        total = sum(line.charge_cents for line in claim.lines)
        found = money(claim.charge_cents)
        yield on_claim(claim, "CLM02", f"{money(total)}, the sum of its lines", found)


def charge_negative(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    for line in claim.lines:
        if line.charge_cents < 0:
            yield on_line(line, "SV102", "a charge of zero or more", money(line.charge_cents))


def lines_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if not claim.lines:
        yield on_claim(claim, "LX", "a service line", "nothing")


def service_date_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if claim.kind is SetKind.CLAIM_INSTITUTIONAL:
        return
    on_whole = any(d.qualifier == "472" for d in claim.dates)  # dental: the claim may give it
    for line in claim.lines:
        if line.service_from_on is None and not on_whole:
            yield on_line(line, "DTP03", "the date of service (DTP 472)", "nothing")


def service_date_future(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    expected = f"{facts.as_of:%m/%d/%Y} or before"
    for line in claim.lines:
        last_on = line.service_through_on or line.service_from_on
        if last_on is not None and last_on > facts.as_of:
            yield on_line(line, "DTP03", expected, f"{last_on:%m/%d/%Y}")
            return
    last_on = claim.service_through_on
    if last_on is not None and last_on > facts.as_of:
        yield on_claim(claim, "DTP03", expected, f"{last_on:%m/%d/%Y}")


def service_dates_reversed(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    expected = "a period that begins before it ends"
    for line in claim.lines:
        first, last = line.service_from_on, line.service_through_on
        if first and last and first > last:
            yield on_line(line, "DTP03", expected, f"{first:%m/%d/%Y} to {last:%m/%d/%Y}")
            return
    for period in claim.dates:
        if period.start_on and period.end_on and period.start_on > period.end_on:
            found = f"{period.start_on:%m/%d/%Y} to {period.end_on:%m/%d/%Y}"
            yield on_claim(claim, "DTP03", expected, found)
            return


def place_of_service_wrong(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if claim.kind is SetKind.CLAIM_INSTITUTIONAL:
        return
    places, expected = short_list("place_of_service"), "a place of service code of two digits"
    if claim.facility_code not in places:
        found = claim.facility_code[:8] or "nothing"
        yield on_claim(claim, "CLM05-1", expected, found)
    for line in claim.lines:
        if line.place_of_service and line.place_of_service not in places:
            if line.place_of_service != claim.facility_code:
                yield on_line(line, "SV105", expected, line.place_of_service[:8])


def drug_code_malformed(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    for line in claim.lines:
        code = line.drug_code
        if not code:
            continue
        if _DRUG_LIKE.fullmatch(code) and not re.fullmatch(r"[0-9]{11}", code):
            expected = "an NDC of eleven digits (5-4-2), no hyphens"
            yield on_line(line, "LIN03", expected, code[:15])
        elif line.drug_quantity is None or line.drug_quantity <= 0:
            yield on_line(line, "CTP04", "the quantity of the drug", "nothing")
        elif line.drug_unit not in _DRUG_UNITS:
            yield on_line(line, "CTP05", "F2, GR, ME, ML or UN", line.drug_unit[:4] or "nothing")


def drug_code_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if facts.payer_type not in _MEDICAID:
        return
    for line in claim.lines:
        if line.procedure and _INJECTED.fullmatch(line.procedure.code) and not line.drug_code:
            expected = f"the NDC of {line.procedure.code} (LIN N4)"
            yield on_line(line, "LIN03", expected, "nothing")


CHECKS = (
    lines_missing,
    procedure_missing,
    procedure_malformed,
    modifier_malformed,
    modifier_twice,
    units_not_positive,
    charge_not_sum,
    charge_negative,
    service_date_missing,
    service_date_future,
    service_dates_reversed,
    place_of_service_wrong,
    drug_code_malformed,
    drug_code_missing,
)
