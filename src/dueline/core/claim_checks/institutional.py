"""Checks of what only institutional claims have: type of bill, stay, revenue and value codes."""

import re
from collections.abc import Iterator
from datetime import date

from dueline.core.claim_checks.facts import Answer, ClaimFacts, on_claim, on_line
from dueline.core.enums import SetKind
from dueline.core.x12.model import SubmittedClaim

_BILL = re.compile(r"[1-8][1-9]")
_REVENUE = re.compile(r"[0-9]{4}")
# Types of bill of inpatients: hospital, swing bed, skilled nursing, religious, intermediate, residential.
_INPATIENT = frozenset("11 18 21 41 65 66 86".split())
_COVERED_DAYS = "80"


def _is_institutional(claim: SubmittedClaim) -> bool:
    return claim.kind is SetKind.CLAIM_INSTITUTIONAL


def _is_inpatient(claim: SubmittedClaim) -> bool:
    return _is_institutional(claim) and claim.facility_code in _INPATIENT


def _statement(claim: SubmittedClaim) -> tuple[date, date] | None:
    period = next((d for d in claim.dates if d.qualifier == "434"), None)
    if period is None or period.start_on is None or period.end_on is None:
        return None
    return period.start_on, period.end_on


def bill_type_wrong(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if not _is_institutional(claim):
        return
    if not _BILL.fullmatch(claim.facility_code) or claim.facility_qualifier != "A":
        expected = "the first two digits of the type of bill, with qualifier A"
        found = f"{claim.facility_code[:8] or 'nothing'}, qualifier {claim.facility_qualifier[:2]}"
        yield on_claim(claim, "CLM05-1", expected, found)


def statement_dates_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if _is_institutional(claim) and _statement(claim) is None:
        yield on_claim(claim, "DTP03", "the statement period (DTP 434)", "nothing")


def service_outside_statement(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    period = _statement(claim) if _is_institutional(claim) else None
    if period is None or period[0] > period[1]:
        return
    first, last = period
    expected = f"a day from {first:%m/%d/%Y} to {last:%m/%d/%Y}"
    for line in claim.lines:
        begins, ends = line.service_from_on, line.service_through_on
        outside = next((d for d in (begins, ends) if d and not first <= d <= last), None)
        if outside is not None:
            yield on_line(line, "DTP03", expected, f"{outside:%m/%d/%Y}")


def admission_incomplete(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if not _is_institutional(claim):
        return
    told = (*claim.institutional, "", "", "")
    missing = []
    if _is_inpatient(claim) and not any(d.qualifier == "435" for d in claim.dates):
        missing.append(("DTP03", "the admission date (DTP 435)"))
    if not told[0]:
        missing.append(("CL101", "the type of admission"))
    if not told[2]:
        missing.append(("CL103", "the patient's status at the end"))
    for element, expected in missing[:1]:
        others = f"; {len(missing) - 1} more of its admission missing" if missing[1:] else ""
        yield on_claim(claim, element, expected, f"nothing{others}")


def admission_after_stay(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    period = _statement(claim) if _is_institutional(claim) else None
    admitted = next((d.start_on for d in claim.dates if d.qualifier == "435"), None)
    if period is not None and admitted is not None and admitted > period[1]:
        expected = f"{period[1]:%m/%d/%Y} or before"
        yield on_claim(claim, "DTP03", expected, f"admitted {admitted:%m/%d/%Y}")


def revenue_code_wrong(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if not _is_institutional(claim):
        return
    for line in claim.lines:
        if not _REVENUE.fullmatch(line.revenue_code):
            found = line.revenue_code[:8] or "nothing"
            yield on_line(line, "SV201", "a revenue code of four digits", found)


def covered_days_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    """Medicare Part A wants the covered days of a stay as value code 80."""
    if not _is_inpatient(claim) or claim.subscriber.filing_indicator != "MA":
        return
    if not any(c.qualifier == "BE" and c.code == _COVERED_DAYS for c in claim.other_codes):
        yield on_claim(claim, "HI BE", "value code 80 with the covered days", "nothing")


CHECKS = (
    bill_type_wrong,
    statement_dates_missing,
    service_outside_statement,
    admission_incomplete,
    admission_after_stay,
    revenue_code_wrong,
    covered_days_missing,
)
