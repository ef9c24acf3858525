"""The claims that a chunk of items speaks of, as row objects, with the coverages that stand under them."""

from collections.abc import Iterable
from typing import Any

from dueline.ledger.bulk import columns_of
from dueline.ledger.models import Claim, Coverage
from dueline.ledger.posting.context import CLAIM_ROW, COVERAGE_ROW, Posting, parts

_CLAIM_COLUMNS = columns_of(Claim)
_COVERAGE_COLUMNS = columns_of(Coverage)


def claim_row(values: tuple[Any, ...]) -> Any:
    """Return a stored claim as a row object; its coverages are loaded apart."""
    row = CLAIM_ROW(*values)
    row.is_new = False
    row.coverages = []
    return row


def claims_by_key(posting: Posting, keys: Iterable[str]) -> dict[str, Any]:
    """Return the practice's claims with these patient control keys, by key, coverages with them."""
    found: dict[str, Any] = {}
    for some in parts(keys):
        rows = Claim.objects.filter(
            practice_id=posting.practice_id, patient_control_key__in=some
        ).values_list(*_CLAIM_COLUMNS)
        for values in rows:
            row = claim_row(values)
            found[row.patient_control_key] = row
    load_coverages(found.values())
    return found


def claims_by_id(posting: Posting, ids: Iterable[int]) -> dict[int, Any]:
    """Return the practice's claims with these ids, coverages with them."""
    found: dict[int, Any] = {}
    for some in parts(ids):
        rows = Claim.objects.filter(practice_id=posting.practice_id, pk__in=some)
        for values in rows.values_list(*_CLAIM_COLUMNS):
            row = claim_row(values)
            found[row.id] = row
    load_coverages(found.values())
    return found


def load_coverages(claims: Iterable[Any]) -> None:
    """Give stored claims their coverages, in the order in which the payers come."""
    by_id = {claim.id: claim for claim in claims}
    for some in parts(by_id):
        rows = Coverage.objects.filter(claim_id__in=some).order_by("sequence")
        for values in rows.values_list(*_COVERAGE_COLUMNS):
            coverage = COVERAGE_ROW(*values)
            coverage.is_new = False
            by_id[coverage.claim_id].coverages.append(coverage)
    for claim in by_id.values():
        claim.coverages.sort(key=sequence_order)


def sequence_order(coverage: Any) -> int:
    """Return where a coverage comes: P, S, T, then A to H; U last (005010X222A1, SBR01)."""
    return "PSTABCDEFGHU".find(coverage.sequence) % 100


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
