"""Checks of the patient and subscriber: what the payer finds its member by."""

import re
from collections.abc import Iterator
from datetime import timedelta

from dueline.core.claim_checks.facts import Answer, ClaimFacts, Finding
from dueline.core.enums import WarningGrade
from dueline.core.mbi import is_mbi
from dueline.core.x12.model import Party, SubmittedClaim

_INJURY = frozenset({"WC", "AM"})  # property and casualty: the member ID may be a claim number
_MEDICARE = frozenset({"MA", "MB"})
_PLACEHOLDERS = frozenset("UNKNOWN NONE NA N/A SELF PENDING NOTKNOWN TBD TEST SELFPAY NOID".split())
_RELATIONSHIPS = frozenset("01 19 20 21 39 40 53 G8".split())
_OLDEST = timedelta(days=125 * 366)


def _patient(claim: SubmittedClaim) -> tuple[Party, str, int]:
    """Return the patient with loop and segment."""
    if claim.patient is not None:
        return claim.patient, "2010CA", claim.patient.segment_number
    party = claim.subscriber.party
    return party, "2010BA", party.segment_number or claim.segment_number


def patient_name_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    party, loop, number = _patient(claim)
    for element, value, what in (
        ("NM103", party.last_name, "a last name"),
        ("NM104", party.first_name, "a first name"),
    ):
        if not value.strip():
            yield Finding(number, loop, element, what, "nothing")
            return


def patient_address_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    party, loop, number = _patient(claim)
    missing = [
        what
        for value, what in ((party.address_1, "street"), (party.city, "city"))
        if not value.strip()
    ]
    if missing:
        found = f"no {' and no '.join(missing)}"
        yield Finding(number, loop, "N3, N4", "street and city of the patient", found)


def member_id_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    holder = claim.subscriber.party
    if holder.identifier.strip():
        return
    has_claim_number = any(r.qualifier == "Y4" for r in holder.references)
    if claim.subscriber.filing_indicator in _INJURY and has_claim_number:
        return
    number = holder.segment_number or claim.segment_number
    yield Finding(number, "2010BA", "NM109", "the member ID as on the card", "nothing")


def member_id_malformed(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    text = claim.subscriber.party.identifier
    found = _wrong_with_member_id(text) if text.strip() else ""
    if found:
        number = claim.subscriber.party.segment_number
        expected = "letters, digits and hyphens without blanks, as on the card"
        yield Finding(number, "2010BA", "NM109", expected, found)


def _wrong_with_member_id(text: str) -> str:
    """Return what is wrong with a member ID, without repeating it; "" for nothing."""
    if re.search(r"\s", text):
        return "a blank in it"
    if text.strip("-").upper() in _PLACEHOLDERS:
        return "a word in place of the number"
    if not re.fullmatch(r"[A-Za-z0-9-]+", text):
        return "a sign that no member ID has"
    if len(text) < 2 or (len(text) > 4 and len(set(text)) == 1):
        return "one sign, repeated" if len(text) > 1 else "one sign"
    return ""


def medicare_number_malformed(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    holder = claim.subscriber.party
    is_medicare = claim.subscriber.filing_indicator in _MEDICARE
    if not is_medicare or not holder.identifier.strip() or is_mbi(holder.identifier):
        return
    if not _wrong_with_member_id(holder.identifier):  # else that is said
        expected = "a Medicare number (MBI): eleven signs such as 1AC2DE3FG45, no hyphens"
        yield Finding(holder.segment_number, "2010BA", "NM109", expected, "another form")


def birth_date_missing(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    party, loop, number = _patient(claim)
    if party.birth_on is None:
        yield Finding(number, loop, "DMG02", "the patient's birth date", "nothing")


def birth_date_impossible(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    party, loop, number = _patient(claim)
    if party.birth_on is None:
        return
    served_on = min(claim.service_from_on or facts.as_of, facts.as_of)
    found = ""
    if party.birth_on > served_on:
        found = "a day after it"
    elif served_on - party.birth_on > _OLDEST:
        found = "a day more than 125 years before it"
    if found:
        yield Finding(number, loop, "DMG02", "a day on or before the day of service", found)


def sex_unknown(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    party, loop, number = _patient(claim)
    if party.sex in ("F", "M"):
        return
    grade = WarningGrade.WORTH_A_LOOK if party.sex == "U" else None
    found = "U" if party.sex == "U" else ("another sign" if party.sex else "nothing")
    yield Finding(number, loop, "DMG03", "F or M, as the payer has it", found, grade=grade)


def relationship_wrong(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    number, told = claim.subscriber.segment_number, claim.subscriber.relationship
    if claim.patient is None:
        if told != "18":
            found = f"{told or 'nothing'}, and no patient beside the subscriber"
            yield Finding(number, "2000B", "SBR02", "18 (self), or a patient in loop 2010CA", found)
        return
    if told == "18":
        found = "18 (self), and a patient beside the subscriber"
        yield Finding(number, "2000B", "SBR02", "nothing where the patient is another", found)
    elif claim.patient_relationship not in _RELATIONSHIPS:
        found = "nothing" if not claim.patient_relationship else "a code that is none"
        expected = "01, 19, 20, 21, 39, 40, 53 or G8"
        yield Finding(claim.patient.segment_number, "2000C", "PAT01", expected, found)


CHECKS = (
    patient_name_missing,
    patient_address_missing,
    member_id_missing,
    member_id_malformed,
    medicare_number_malformed,
    birth_date_missing,
    birth_date_impossible,
    sex_unknown,
    relationship_wrong,
)
