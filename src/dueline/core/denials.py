"""What counts as a denial: decided from money and reason codes, never from CLP02 alone.

The rules with their reasons are in docs/explanation/denials.md. What an adjustment moves is in
`core.adjudication`; this module says why it was made.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dueline.core.codes import carc as meaning_of
from dueline.core.x12.model import Adjustment, ClaimPayment, LinePayment

DUPLICATE = "18"
# No result of an adjudication by this payer: reversal, sent on as not its own, predetermination.
UNDECIDED_STATUSES = frozenset({"22", "23", "25"})

LineFacts = LinePayment  # charge_cents, paid_cents and adjustments are read


@dataclass(frozen=True, slots=True)
class DenialFinding:
    """What a claim payment refused.

    `denied_cents` is the sum of the adjustments that deny, 0 where they net to nothing. `leading` is the
    group code and CARC that denied most. `held_cents` is what the payer neither paid nor refused:
    under review, sent on, or paid to someone else.
    """

    is_denial: bool = False
    is_full: bool = False
    denied_cents: int = 0
    leading: tuple[str, str] | None = None
    is_duplicate: bool = False  # CARC 18: kept apart, is_denial False
    held_cents: int = 0


NO_DENIAL = DenialFinding()


@lru_cache(maxsize=16384)
def is_denying(group_code: str, carc: str, *, is_allowed: bool = False) -> bool:
    """Whether an adjustment refuses payment, so that its amount stays open with the payer.

    `is_allowed`: something was paid or left to the patient on the line (or claim) it stands on. It decides
    for reason codes that depend on their context and for codes not in the list: with nothing
    allowed they deny. A listed denial code denies in every group: a payer that puts one under PR
    has not made it the patient's by that alone. CARC 18 is a duplicate, not a denial.
    """
    code = carc.strip().upper()
    kind = meaning_of(code).is_denial
    if code == DUPLICATE or kind == "no":
        return False
    if kind == "depends":
        return group_code != "PR" and not is_allowed
    return kind == "yes" or not is_allowed


@lru_cache(maxsize=16384)
def is_held(group_code: str, carc: str, *, has_next_payer: bool = False) -> bool:
    """Whether the amount stays open although it is not denied: a duplicate, under review, sent on ..."""
    code = carc.strip().upper()
    stays = meaning_of(code).stays_open
    return code == DUPLICATE or stays == "yes" or (stays == "if_next_payer" and has_next_payer)


def patient_share_cents(adjustments: Iterable[Adjustment]) -> int:
    """Return what the payer allowed and left to the patient: PR less what PR codes deny or hold."""
    return sum(
        a.amount_cents
        for a in adjustments
        if a.group_code == "PR"
        and not is_denying("PR", a.carc, is_allowed=True)
        and not is_held("PR", a.carc)
        and meaning_of(a.carc).is_known
    )


def classify(
    *,
    status_code: str,
    charge_cents: int,
    paid_cents: int,
    patient_responsibility_cents: int | None,
    adjustments: Sequence[Adjustment],
    lines: Sequence[LineFacts],
) -> DenialFinding:
    """Return what a claim payment (CLP02-CLP05, its CAS and its lines) refused.

    Whole: a charge, nothing paid, nothing left to the patient, and a denying adjustment. In part: any
    other positive denying amount, on a line or on the claim. Source: docs/explanation/denials.md.
    """
    if status_code in UNDECIDED_STATUSES or charge_cents <= 0:
        return NO_DENIAL
    claim_share = patient_share_cents(adjustments)
    share = claim_share + sum(patient_share_cents(line.adjustments) for line in lines)
    if not share and not _has_patient_group(adjustments, lines):
        share = patient_responsibility_cents or 0
    denied: dict[tuple[str, str], int] = {}
    is_allowed = paid_cents > 0 or share > 0
    is_duplicate, held = _gather(adjustments, is_allowed, denied)
    for line in lines:
        line_allowed = line.paid_cents > 0 or patient_share_cents(line.adjustments) > 0
        line_duplicate, line_held = _gather(line.adjustments, line_allowed, denied)
        is_duplicate, held = is_duplicate or line_duplicate, held + line_held
    denied_cents = sum(denied.values())
    if denied_cents <= 0:
        return DenialFinding(is_duplicate=is_duplicate, held_cents=held)
    return DenialFinding(
        is_denial=True,
        is_full=paid_cents <= 0 and share <= 0,
        denied_cents=denied_cents,
        leading=max(denied, key=lambda reason: denied[reason]),
        is_duplicate=is_duplicate,
        held_cents=held,
    )


def classify_claim_payment(claim: ClaimPayment) -> DenialFinding:
    """Return what a claim payment as read (loop 2100) refused."""
    return classify(
        status_code=claim.status_code,
        charge_cents=claim.charge_cents,
        paid_cents=claim.paid_cents,
        patient_responsibility_cents=claim.patient_responsibility_cents,
        adjustments=claim.adjustments,
        lines=claim.lines,
    )


def _has_patient_group(adjustments: Sequence[Adjustment], lines: Sequence[LineFacts]) -> bool:
    return any(a.group_code == "PR" for a in adjustments) or any(
        a.group_code == "PR" for line in lines for a in line.adjustments
    )


def _gather(
    adjustments: Sequence[Adjustment], is_allowed: bool, denied: dict[tuple[str, str], int]
) -> tuple[bool, int]:
    """Add the denying adjustments to `denied`; return whether there is a duplicate, and what is held."""
    is_duplicate, held = False, 0
    for adjustment in adjustments:
        group, code = adjustment.group_code, adjustment.carc.strip().upper()
        if is_held(group, code):
            held += adjustment.amount_cents
            is_duplicate = is_duplicate or code == DUPLICATE
        elif is_denying(group, code, is_allowed=is_allowed):
            denied[group, code] = denied.get((group, code), 0) + adjustment.amount_cents
    return is_duplicate, held
