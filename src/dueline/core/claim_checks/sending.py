"""Checks of how a claim is sent: its number, its frequency, what it replaces, in time, and after which payer."""

from collections.abc import Iterator
from datetime import timedelta

from dueline.core.claim_checks.facts import Answer, ClaimFacts, Finding, NotLooked, on_claim
from dueline.core.codes import short_list
from dueline.core.enums import PayerType, SetKind, WarningGrade
from dueline.core.money import money
from dueline.core.x12.model import OtherPayer, ServiceLine, SubmittedClaim

_REPLACES = frozenset({"7", "8"})
_USABLE_SIGNS = 20  # of CLM01: many payers keep no more
_NEAR = timedelta(days=14)
_ORDER = "PSTABCDEFGH"
_INDICATORS = (
    (7, "CLM07", "assignment"),
    (8, "CLM08", "benefits assigned"),
    (9, "CLM09", "release"),
)


def control_number_long(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    size = len(claim.patient_control_number)
    if size > _USABLE_SIGNS:
        yield on_claim(claim, "CLM01", "20 signs at most", f"{size} signs")


def control_number_twice(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if facts.is_number_repeated:
        yield on_claim(claim, "CLM01", "a number of its own", "the number of an earlier claim here")


def claim_indicators_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    told = claim.claim_elements
    for place, element, what in _INDICATORS:
        if len(told) <= place or not told[place]:
            yield on_claim(claim, element, f"the {what} indicator", "nothing")
            return


def frequency_unknown(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    code = claim.frequency_code
    if claim.kind is SetKind.CLAIM_INSTITUTIONAL:
        is_known = code in short_list("frequency") or (len(code) == 1 and code.isalpha())
    else:
        is_known = code in ("1", "7", "8")
    if not is_known:
        expected = "1, 7 or 8" if claim.kind is not SetKind.CLAIM_INSTITUTIONAL else "a frequency"
        yield on_claim(claim, "CLM05-3", expected, code[:4] or "nothing")


def original_number_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if claim.frequency_code in _REPLACES and not claim.original_reference.strip():
        expected = "the payer's number of the claim it replaces (REF F8)"
        yield on_claim(claim, "REF02", expected, "nothing")


def original_number_unknown(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if claim.frequency_code not in _REPLACES or not claim.original_reference.strip():
        return
    if facts.payer_numbers is None:
        yield NotLooked("The claim that is replaced is not on file.")
    elif not facts.payer_numbers:
        yield NotLooked("No number of the payer is on file for the claim that is replaced.")
    elif claim.original_reference.strip() not in facts.payer_numbers:
        expected = "a number by which the payer has told the claim"
        yield on_claim(claim, "REF02", expected, claim.original_reference[:30])


def original_number_on_first(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if claim.frequency_code == "1" and claim.original_reference.strip():
        expected = "frequency 7 or 8 with REF F8, or no REF F8"
        yield on_claim(claim, "CLM05-3", expected, "1 with REF F8")


def replacement_to_medicare(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    is_professional = claim.kind is SetKind.CLAIM_PROFESSIONAL
    if is_professional and claim.frequency_code in _REPLACES:
        if facts.payer_type is PayerType.MEDICARE:
            expected = "1: Medicare Part B takes no replacement"
            yield on_claim(claim, "CLM05-3", expected, claim.frequency_code)


def filing_past(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    filing = facts.filing
    if filing is None:
        if facts.why_no_filing:
            yield NotLooked(facts.why_no_filing)
    elif filing.due_on < facts.as_of:
        grade = None if filing.is_sure else WarningGrade.MAY_BE_REFUSED
        yield _late(claim, facts, f"{(facts.as_of - filing.due_on).days} days late", grade)


def filing_near(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    filing = facts.filing
    if filing is not None and facts.as_of <= filing.due_on <= facts.as_of + _NEAR:
        left = (filing.due_on - facts.as_of).days
        found = "today is the last day" if left == 0 else f"{left} days left"
        yield _late(claim, facts, found, None)


def _late(
    claim: SubmittedClaim, facts: ClaimFacts, found: str, grade: WarningGrade | None
) -> Finding:
    filing = facts.filing
    assert filing is not None
    what = "corrected claim" if filing.is_corrected else "claim"
    return Finding(
        claim.segment_number,
        "2300",
        "DTP03",
        f"the {what} sent by {filing.due_on:%m/%d/%Y}",
        found,
        grade=grade,
        reason=filing.words,
    )


def primary_answer_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if not _is_later(claim):
        return
    earlier = [o for o in claim.other_payers if _comes_before(o, claim)]
    if not any(_has_answered(claim, other) for other in earlier):
        found = "no payment, adjustment or line result of one" if earlier else "no earlier payer"
        expected = "the earlier payer's answer (AMT D, CAS or SVD)"
        yield Finding(claim.segment_number, "2320", "AMT02", expected, found)


def primary_answer_unbalanced(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if not _is_later(claim):
        return
    found = next((one for line in claim.lines if (one := _line_unbalanced(line))), None)
    found = found or next(
        (one for other in claim.other_payers if (one := _claim_unbalanced(claim, other))), None
    )
    if found:
        yield found


def _line_unbalanced(line: ServiceLine) -> Finding | None:
    """Return the first payer's answer for a line that does not add up; one payer may answer in several parts."""
    told: dict[str, int] = {}
    for answer in line.other_adjudications:
        taken = sum(a.amount_cents for a in answer.adjustments)
        payer = answer.payer_identifier
        told[payer] = told.get(payer, 0) + answer.paid_cents + taken
    wrong = next((payer for payer, cents in told.items() if cents != line.charge_cents), None)
    if wrong is None:
        return None
    answers = [a for a in line.other_adjudications if a.payer_identifier == wrong]
    return Finding(
        answers[-1].segment_number or line.segment_number,
        "2430",
        "SVD02",
        f"paid and adjusted to the line's charge of {money(line.charge_cents)}",
        money(told[wrong]),
        line_number=line.line_number,
    )


def _claim_unbalanced(claim: SubmittedClaim, other: OtherPayer) -> Finding | None:
    """Return where an answer to the whole claim does not add up to its charge."""
    if other.paid_cents is None:
        return None
    key = other.payer.identifier if other.payer else ""
    of_lines = (
        adjustment.amount_cents
        for line in claim.lines
        for answer in line.other_adjudications
        if answer.payer_identifier == key
        for adjustment in answer.adjustments
    )
    told = other.paid_cents + sum(a.amount_cents for a in other.adjustments) + sum(of_lines)
    if told == claim.charge_cents:
        return None
    expected = f"paid and adjusted to the claim's charge of {money(claim.charge_cents)}"
    return Finding(
        other.segment_number or claim.segment_number, "2320", "AMT02", expected, money(told)
    )


def _is_later(claim: SubmittedClaim) -> bool:
    return _ORDER.find(claim.subscriber.sequence) > 0


def _comes_before(other: OtherPayer, claim: SubmittedClaim) -> bool:
    return 0 <= _ORDER.find(other.sequence) < _ORDER.find(claim.subscriber.sequence)


def _has_answered(claim: SubmittedClaim, other: OtherPayer) -> bool:
    if other.paid_cents is not None or other.adjustments:
        return True
    key = other.payer.identifier if other.payer else ""
    return any(
        answer.payer_identifier == key
        for line in claim.lines
        for answer in line.other_adjudications
    )


CHECKS = (
    control_number_long,
    control_number_twice,
    claim_indicators_missing,
    frequency_unknown,
    original_number_missing,
    original_number_unknown,
    original_number_on_first,
    replacement_to_medicare,
    filing_past,
    filing_near,
    primary_answer_missing,
    primary_answer_unbalanced,
)
