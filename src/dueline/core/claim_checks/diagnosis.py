"""Checks of the diagnoses and of the pointers to them. No code list is asked: only shape and place."""

import re
from collections.abc import Iterator
from datetime import date

from dueline.core.claim_checks.facts import Answer, ClaimFacts, on_claim, on_line
from dueline.core.enums import SetKind
from dueline.core.x12.model import ServiceLine, SubmittedClaim

_FIRST, _OTHERS = frozenset({"ABK", "BK"}), frozenset({"ABF", "BF"})
_ICD9 = frozenset({"BK", "BF"})
_ICD10_SINCE = date(2015, 10, 1)  # 45 CFR 162.1002
_SHAPE = re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}")
_MOST_POINTERS = 4
_SV107 = 7


def _diagnoses(claim: SubmittedClaim) -> list[str]:
    return [d.code for d in claim.diagnoses if d.qualifier in _FIRST or d.qualifier in _OTHERS]


def _is_icd10(claim: SubmittedClaim) -> bool:
    return not any(d.qualifier in _ICD9 for d in claim.diagnoses)


def diagnosis_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if claim.kind is SetKind.CLAIM_DENTAL:
        return
    if not any(d.qualifier in _FIRST and d.code for d in claim.diagnoses):
        yield on_claim(claim, "HI01", "a first-listed diagnosis (HI ABK)", "nothing")


def diagnosis_malformed(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if not _is_icd10(claim):
        return
    for place, code in enumerate(_diagnoses(claim), 1):
        if not _SHAPE.fullmatch(code):
            found = f"{code[:10]}, with its point" if "." in code else code[:10] or "nothing"
            expected = "an ICD-10-CM code of 3 to 7 letters and digits, no point"
            yield on_claim(claim, f"HI{place:02d}-2", expected, found)


def diagnosis_old_codes(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    served_on = claim.service_through_on or claim.service_from_on
    if not _is_icd10(claim) and served_on is not None and served_on >= _ICD10_SINCE:
        yield on_claim(claim, "HI01-1", "ABK and ABF (ICD-10-CM)", "BK or BF (ICD-9-CM)")


def diagnosis_twice(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    seen: set[str] = set()
    for place, code in enumerate(_diagnoses(claim), 1):
        if code and code in seen:
            yield on_claim(claim, f"HI{place:02d}-2", "each diagnosis once", f"{code[:10]} again")
            return
        seen.add(code)


def external_cause_first(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    first = next((d.code for d in claim.diagnoses if d.qualifier == "ABK"), "")
    if first[:1] in ("V", "W", "X", "Y"):
        expected = "the condition first, its external cause after it"
        yield on_claim(claim, "HI01-2", expected, first[:10])


def pointer_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if claim.kind is not SetKind.CLAIM_PROFESSIONAL:
        return
    for line in claim.lines:
        if not _pointers(line):
            yield on_line(line, "SV107", "a pointer to a diagnosis", "nothing")


def pointer_out_of_range(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if claim.kind is not SetKind.CLAIM_PROFESSIONAL:
        return
    count = len(_diagnoses(claim))
    for line in claim.lines:
        told = _pointers(line)
        bad = [p for p in told if not (p.isascii() and p.isdigit() and 0 < int(p) <= count)]
        if bad and count:
            expected = f"1 to {count}: the claim has {count} diagnos{'i' if count == 1 else 'e'}s"
            yield on_line(line, "SV107", expected, ", ".join(bad)[:20])
        elif len(told) > _MOST_POINTERS:
            yield on_line(line, "SV107", "four pointers at most", f"{len(told)}")


def _pointers(line: ServiceLine) -> list[str]:
    """Return SV107's parts as sent; what is no pointer was kept by the reader with the rest of the segment."""
    kept = line.service_elements[_SV107] if len(line.service_elements) > _SV107 else ""
    return re.findall(r"[0-9A-Za-z]+", kept) or [str(p) for p in line.diagnosis_pointers]


CHECKS = (
    diagnosis_missing,
    diagnosis_malformed,
    diagnosis_old_codes,
    diagnosis_twice,
    external_cause_first,
    pointer_missing,
    pointer_out_of_range,
)
