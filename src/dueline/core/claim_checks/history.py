"""Checks by what is on file: claims already sent, coverage refused before, authorizations that were missed."""

from collections.abc import Iterator
from dataclasses import replace

from dueline.core.claim_checks.facts import (
    Alike,
    Answer,
    ClaimFacts,
    Finding,
    NotLooked,
    on_line,
)
from dueline.core.claim_checks.warned import Warned, attributes, matches
from dueline.core.codes import carc
from dueline.core.x12.model import ServiceLine, SubmittedClaim

NO_AUTHORIZATION = frozenset({"197", "198", "15"})
_NO_HISTORY = "No payer has answered a claim of the practice yet."


def duplicate_in_file(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    yield from _alike(claim, facts.repeats)


def duplicate_on_file(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    yield from _alike(claim, facts.alike)


def _alike(claim: SubmittedClaim, others: tuple[Alike, ...]) -> Iterator[Answer]:
    """Name each line that another claim bills too, once."""
    lines = {line.line_number: line for line in claim.lines}
    told: set[int] = set()
    for other in others:
        line = lines.get(other.line_number)
        if line is None or line.line_number in told:
            continue
        told.add(line.line_number)
        expected = "patient, day, procedure, modifiers and charge on one claim only"
        yield on_line(line, "SV1", expected, f"{other.number} bills the same ({other.said})")


def sent_already(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    before = facts.sent_before
    if before is not None:
        expected = "frequency 7 with REF F8, or no second sending"
        yield Finding(
            claim.segment_number, "2300", "CLM05-3", expected, f"frequency 1; {before.said}"
        )


def coverage_refused(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if not facts.has_history:
        yield NotLooked(_NO_HISTORY)
        return
    refused = facts.coverage_refusal
    if refused is not None:
        said = carc(refused.carc).short
        found = f"{refused.number} refused {refused.denied_on:%m/%d/%Y}: {refused.carc} {said}"
        expected = "coverage found active since"
        number = claim.subscriber.party.segment_number or claim.segment_number
        yield Finding(number, "2010BA", "NM109", expected, found)


def authorization_expected(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    if not facts.has_history:
        yield NotLooked(_NO_HISTORY)
        return
    for line, warned in _fitting(claim, facts, "authorization_expected"):
        expected = "an authorization number (REF G1)"
        finding = on_line(line, "REF02", expected, "nothing")
        yield replace(finding, reason=warned.words, chance=warned.chance)


def known_pattern(claim: SubmittedClaim, facts: ClaimFacts) -> Iterator[Answer]:
    """What a case or the search for patterns names; an authorization that is expected is told once."""
    if not facts.was_searched:
        yield NotLooked("No search for patterns of refusals has been made yet.")
        return
    told = {line.line_number for line, _ in _fitting(claim, facts, "authorization_expected")}
    for line, warned in _fitting(claim, facts, "known_pattern"):
        if line.line_number in told and warned.reason in NO_AUTHORIZATION:
            continue
        said = f"{warned.reason} {carc(warned.reason).short}"
        finding = on_line(
            line, "SV1", "the case or pattern looked at first", f"a line as in it: {said}"
        )
        yield replace(finding, reason=warned.words, chance=warned.chance, carc=warned.reason)


def _fitting(
    claim: SubmittedClaim, facts: ClaimFacts, check_id: str
) -> list[tuple[ServiceLine, Warned]]:
    """Return the lines that something warned of speaks about, each with the likeliest."""
    warned = [one for one in facts.warned if one.check_id == check_id]
    found = []
    for line in claim.lines if warned else ():
        values = attributes(claim, line, keys=facts.keys, as_of=facts.as_of)
        fitting = [one for one in warned if matches(one, values)]
        if fitting:
            found.append((line, max(fitting, key=lambda one: one.chance or 0)))
    return found


CHECKS = (
    duplicate_in_file,
    duplicate_on_file,
    sent_already,
    coverage_refused,
    authorization_expected,
    known_pattern,
)
