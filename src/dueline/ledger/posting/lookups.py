"""The claims that items speak of, as row objects with their coverages, and what else is stored of them."""

from collections.abc import Iterable
from typing import Any

from dueline.bulk import columns_of, rows_in
from dueline.core.matching import folded
from dueline.ledger.models import (
    Claim,
    Coverage,
    Patient,
    PayerClaimNumber,
    ServiceLine,
    Submission,
)
from dueline.ledger.posting.context import CLAIM_ROW, COVERAGE_ROW, Posting

NO_NUMBER = frozenset({"", "0"})  # what payers send for "none"

_CLAIM_COLUMNS = columns_of(Claim)
_COVERAGE_COLUMNS = columns_of(Coverage)


def load_claims(posting: Posting, keys: Iterable[str]) -> dict[str, Any]:
    """Make the practice's claims with these patient control keys known; return all that are."""
    known = posting.known
    wanted = {key for key in keys if key not in known.claims and key not in known.absent}
    if wanted:
        _load(posting, "patient_control_key", wanted)
        known.absent.update(key for key in wanted if key not in known.claims)
    return known.claims


def load_claims_by_id(posting: Posting, ids: Iterable[int]) -> dict[int, Any]:
    """Make the practice's claims with these ids known; return all that are."""
    known = posting.known
    _load(posting, "id", {pk for pk in ids if pk not in known.by_id})
    return known.by_id


def _load(posting: Posting, column: str, values: set[Any]) -> None:
    """Read claims with their coverages, those in the order in which the payers come."""
    known = posting.known
    found: dict[int, Any] = {}
    claims = rows_in(
        Claim,
        _CLAIM_COLUMNS,
        column,
        values,
        practice_id=posting.practice_id,
        is_locked=True,  # a follow-up recorded meanwhile waits: it changes the payer's status too
    )
    for stored in claims:
        row = CLAIM_ROW(*stored)
        row.is_new, row.stored, row.coverages = False, stored, []
        found[row.id] = row
        known.by_id[row.id] = row
        known.claims[row.patient_control_key] = row
    for stored in rows_in(Coverage, _COVERAGE_COLUMNS, "claim_id", found):
        coverage = COVERAGE_ROW(*stored)
        coverage.is_new, coverage.stored = False, stored
        found[coverage.claim_id].coverages.append(coverage)
    for claim in found.values():
        claim.coverages.sort(key=sequence_order)


def load_fingerprints(posting: Posting, claims: Iterable[Any]) -> None:
    """Make the submissions of these claims known, the first of equal ones."""
    known = posting.known
    ids = {c.id for c in claims} - known.complete - known.with_fingerprints
    stored = rows_in(Submission, ("id", "claim_id", "fingerprint"), "claim_id", ids)
    for pk, claim_id, fingerprint in sorted(stored):
        known.fingerprints.setdefault((claim_id, fingerprint), pk)
    known.with_fingerprints |= ids


def load_numbers(posting: Posting, claims: Iterable[Any]) -> None:
    """Make known by which numbers payers know these claims."""
    known = posting.known
    ids = {c.id for c in claims} - known.complete - known.with_numbers
    known.numbers.update(rows_in(PayerClaimNumber, ("number", "claim_id"), "claim_id", ids))
    known.with_numbers |= ids


def load_lines(posting: Posting, claims: Iterable[Any]) -> None:
    """Make the current lines of these claims known: (id, control number, code, charge)."""
    lines = posting.known.lines
    ids = {c.id for c in claims if c.id not in lines}
    lines.update((pk, []) for pk in ids)
    columns = ("id", "line_control_number", "procedure_code", "charge_cents", "claim_id")
    for *line, claim_id in sorted(
        rows_in(ServiceLine, columns, "claim_id", ids, also="is_current")
    ):
        lines[claim_id].append(tuple(line))


def load_patient_names(posting: Posting, claims: Iterable[Any]) -> None:
    """Make the last names of these claims' patients known, folded for comparing."""
    names = posting.known.patient_names
    ids = {c.patient_id for c in claims if c.patient_id and c.patient_id not in names}
    for pk, last_name in rows_in(Patient, ("id", "last_name"), "id", ids):
        names[pk] = folded(last_name)


def keep_number(posting: Posting, claim: Any, number: str, payer_id: int) -> None:
    """Keep a number by which a payer knows the claim, once. Its numbers have been loaded."""
    known = posting.known.numbers
    if number in NO_NUMBER or (number, claim.id) in known:
        return
    known.add((number, claim.id))
    posting.add_tuple(
        PayerClaimNumber,
        (posting.new_id(PayerClaimNumber), posting.practice_id, number, claim.id, payer_id),
    )


def sequence_order(coverage: Any) -> int:
    """Return where a coverage comes: P, S, T, then A to H; U last (005010X222A1, SBR01)."""
    return "PSTABCDEFGHU".find(coverage.sequence) % 100


_PLACES = {"1": "P", "19": "P", "2": "S", "20": "S", "3": "T", "21": "T"}  # by CLP02


def place_of_payment(status_code: str, own: list[str]) -> str:
    """Return the place of the payer that paid: from CLP02, else the first of its `own` on the claim; "" not known."""
    stated = _PLACES.get(status_code, "")
    if stated and (stated in own or not own):
        return stated
    return own[0] if own else ""


def next_coverage(claim: Any, sequence: str) -> Any | None:
    """Return the coverage after this one, None where there is none."""
    order = "PSTABCDEFGHU".find(sequence)
    return next((c for c in claim.coverages if sequence_order(c) > order), None)


def add_coverage(
    posting: Posting,
    claim: Any,
    *,
    sequence: str,
    payer_id: int,
    member_id: str = "",
    group_number: str = "",
    filing_indicator: str = "",
) -> Any:
    """Return the claim's coverage of this place, adding it where it is not known yet."""
    known = next((c for c in claim.coverages if c.sequence == sequence), None)
    if known is not None:
        return known
    coverage = COVERAGE_ROW(
        id=posting.new_id(Coverage),
        practice_id=posting.practice_id,
        claim_id=claim.id,
        sequence=sequence,
        payer_id=payer_id,
        member_id=member_id[:80],
        group_number=group_number[:50],
        filing_indicator=filing_indicator[:2],
        is_settled=False,
    )
    coverage.is_new = True
    posting.add(Coverage, coverage)
    claim.coverages.append(coverage)
    claim.coverages.sort(key=sequence_order)
    return coverage
