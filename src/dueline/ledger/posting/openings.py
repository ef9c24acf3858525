"""What a spreadsheet says of a claim's money, and how it gives way to what X12 files say.

A sheet tells what is open on a day, not how it came to be. The difference to the charge stands as an opening
entry. A payment that a remittance shows takes the place of as much of it as the payment settles, so that nothing
counts twice; what no file explains stays as the sheet's word. The rules with examples: docs/explanation/ledger.md.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dueline.core.adjudication import Effect
from dueline.core.enums import ClaimOrigin, EntryKind
from dueline.ledger.models import Entry
from dueline.ledger.posting.context import Posting


def entry_tuple(
    posting: Posting,
    claim_id: int | None,
    kind: EntryKind,
    segment_number: int,
    *,
    effective_on: date,
    amount_cents: int,
    payer_effect_cents: int = 0,
    patient_effect_cents: int = 0,
    submission_id: int | None = None,
) -> tuple[Any, ...]:
    """Return an entry that belongs to no claim payment."""
    return (
        posting.new_id(Entry),
        posting.practice_id,
        claim_id,
        kind.value,
        posting.transaction_set_id,
        segment_number,
        submission_id,
        None,
        None,
        effective_on,
        "",
        "",
        amount_cents,
        payer_effect_cents,
        patient_effect_cents,
    )


def add_opening(
    posting: Posting,
    claim: Any,
    segment_number: int,
    *,
    on: date,
    payer_cents: int = 0,
    patient_cents: int = 0,
) -> None:
    """Move a claim's balances by what a sheet says, or by what takes its place; nothing where both are 0."""
    if not payer_cents and not patient_cents:
        return
    claim.opening_cents += payer_cents
    claim.opening_patient_cents += patient_cents
    claim.payer_balance_cents += payer_cents
    claim.patient_balance_cents += patient_cents
    claim.is_open = claim.payer_balance_cents != 0
    row = entry_tuple(
        posting,
        claim.id,
        EntryKind.OPENING,
        segment_number,
        effective_on=on,
        amount_cents=payer_cents + patient_cents,
        payer_effect_cents=payer_cents,
        patient_effect_cents=patient_cents,
    )
    posting.add_tuple(Entry, row)


def add_charge(posting: Posting, claim: Any, segment_number: int, *, on: date, cents: int) -> None:
    """Charge a claim; a negative amount takes back what was charged too much."""
    if not cents:
        return
    claim.charge_cents += cents
    claim.payer_balance_cents += cents
    claim.is_open = claim.payer_balance_cents != 0
    row = entry_tuple(
        posting,
        claim.id,
        EntryKind.CHARGE,
        segment_number,
        effective_on=on,
        amount_cents=cents,
        payer_effect_cents=cents,
    )
    posting.add_tuple(Entry, row)


def take_over(posting: Posting, claim: Any, sequence: str, payer_id: int, member_id: str) -> None:
    """Let an X12 file say who the payer is of a claim that only a spreadsheet named so far.

    Only for the payer whose turn it is: another payer's answer says nothing of this one.
    """
    if claim.origin != ClaimOrigin.SHEET.value or sequence != claim.payer_sequence:
        return
    claim.payer_id = payer_id
    claim.member_id = member_id[:80] or claim.member_id
    for coverage in claim.coverages:
        if coverage.sequence == sequence:
            coverage.payer_id = payer_id
            coverage.member_id = claim.member_id
            posting.change_coverage(coverage)


def charge_named(
    posting: Posting, claim: Any, segment_number: int, *, on: date, cents: int
) -> None:
    """Keep what a sheet said is open, now that a file names the charge that the sheet did not."""
    if claim.opening_on is not None and not claim.charge_cents:
        add_opening(posting, claim, segment_number, on=on, payer_cents=-cents)


def known_from_remittance(
    posting: Posting, claim: Any, segment_number: int, *, on: date, charge_cents: int
) -> None:
    """Note that a remittance knows the claim too, and take its charge where the sheet named none."""
    if claim.origin != ClaimOrigin.SHEET.value:
        return
    claim.origin = ClaimOrigin.REMITTANCE.value
    if not claim.charge_cents and charge_cents > 0:
        charge_named(posting, claim, segment_number, on=on, cents=charge_cents)
        add_charge(posting, claim, segment_number, on=on, cents=charge_cents)


def settled_before(claim: Any) -> int:
    """Return how much of the charge a sheet showed as settled that no file has explained yet; 0 or more."""
    return max(0, -int(claim.opening_cents))


def give_way(
    posting: Posting, claim: Any, segment_number: int, *, on: date, moves: Sequence[Effect]
) -> None:
    """Take back as much of what the sheet showed as a payment of `on` explains; its moves are posted.

    A payment up to the day of the sheet's figures stands within them. A later one takes back what would
    else bring the payer's balance below zero: a payment that says how the whole charge was settled.
    """
    if claim.opening_on is None:
        return
    settled = -sum(move.payer_cents for move in moves)
    if on > claim.opening_on:
        settled = min(settled, -claim.payer_balance_cents)
    payer = max(0, min(settled, settled_before(claim)))
    shifted = sum(move.patient_cents for move in moves) if on <= claim.opening_on else 0
    patient = max(0, min(shifted, claim.opening_patient_cents))
    add_opening(posting, claim, segment_number, on=on, payer_cents=payer, patient_cents=-patient)


def take_back(
    posting: Posting, claim: Any, segment_number: int, *, on: date, moves: Sequence[Effect]
) -> None:
    """Let a reversal of a payment that is not on file change nothing of what a later sheet shows."""
    if claim.opening_on is not None and on <= claim.opening_on:
        payer = -sum(move.payer_cents for move in moves)
        patient = -sum(move.patient_cents for move in moves)
        add_opening(posting, claim, segment_number, on=on, payer_cents=payer, patient_cents=patient)
