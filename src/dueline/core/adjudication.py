"""What a claim payment moves between the payer's balance, the patient's and nothing.

Amounts are integer cents. The rules, with worked examples, are in docs/explanation/ledger.md. A reversal
is not decided here: the ledger posts the exact negation of the entries it reverses.
"""

from collections.abc import Sequence
from typing import NamedTuple

from dueline.core.denials import is_denying, is_held, patient_share_cents
from dueline.core.x12.model import ClaimPayment

EARLIER_PAYERS = "23"
REDUCING_GROUPS = frozenset({"CO", "OA", "PI", "CR"})


class AdjustmentFacts(NamedTuple):
    """One adjustment. `is_allowed`: the line (or claim) it stands on was paid, or left to the patient, in part."""

    group_code: str
    carc: str
    amount_cents: int
    is_allowed: bool = False


class Effect(NamedTuple):
    """What one entry adds to the payer's and to the patient's balance."""

    payer_cents: int
    patient_cents: int


NOTHING = Effect(0, 0)


def adjustment_facts(claim: ClaimPayment) -> list[AdjustmentFacts]:
    """Return a claim payment's adjustments in posting order: those of the claim, then line by line."""
    shares = [patient_share_cents(line.adjustments) for line in claim.lines]
    claim_allowed = claim.paid_cents > 0 or patient_share_cents(claim.adjustments) + sum(shares) > 0
    facts = [
        AdjustmentFacts(a.group_code, a.carc, a.amount_cents, claim_allowed)
        for a in claim.adjustments
    ]
    for line, share in zip(claim.lines, shares):
        is_allowed = line.paid_cents > 0 or share > 0
        facts += [
            AdjustmentFacts(a.group_code, a.carc, a.amount_cents, is_allowed)
            for a in line.adjustments
        ]
    return facts


def effects(
    *,
    adjustments_in_order: Sequence[AdjustmentFacts],
    paid_cents: int,
    open_payer_cents: int,
    has_next_payer: bool,
    is_secondary: bool,
) -> list[Effect]:
    """Return one Effect for the payment, then one for each adjustment in order.

    The payment lowers the payer's balance, also below zero (a credit). Reductions (CO, OA, PI) and
    patient shares (PR, where no payer comes next) lower it only down to what this claim payment denies,
    holds or leaves to the next payer: what goes beyond repeats what was already moved before.
    """
    moves = [_move(a, has_next_payer, is_secondary) for a in adjustments_in_order]
    after_payment = open_payer_cents - paid_cents
    stays_open = sum(
        a.amount_cents
        for a, move in zip(adjustments_in_order, moves)
        if move is NOTHING and a.carc.strip() != EARLIER_PAYERS
    )
    floor = min(after_payment, max(stays_open, 0))
    excess = floor - (after_payment + sum(move.payer_cents for move in moves))
    if excess > 0:
        _give_back(moves, excess)
    return [Effect(-paid_cents, 0), *moves]


def _move(adjustment: AdjustmentFacts, has_next_payer: bool, is_secondary: bool) -> Effect:
    group, carc, amount, is_allowed = adjustment
    if is_secondary and carc.strip() == EARLIER_PAYERS:
        return NOTHING
    if is_denying(group, carc, is_allowed=is_allowed):
        return NOTHING
    if is_held(group, carc, has_next_payer=has_next_payer):
        return NOTHING
    if group == "PR":
        return NOTHING if has_next_payer else Effect(-amount, amount)
    return Effect(-amount, 0) if group in REDUCING_GROUPS else NOTHING


def _give_back(moves: list[Effect], excess: int) -> None:
    """Shrink reductions, then patient shares, from the last back, by `excess` in all."""
    for is_patient in (False, True):
        for index in range(len(moves) - 1, -1, -1):
            move = moves[index]
            if excess and move.payer_cents < 0 and bool(move.patient_cents) is is_patient:
                kept = min(0, move.payer_cents + excess)
                excess -= kept - move.payer_cents
                moves[index] = Effect(kept, -kept if is_patient else 0)
