"""What a claim payment refused, reason by reason: one refusal for each line (or the claim), group and CARC.

Their sum is what `core.denials.classify` says was denied; duplicates (CARC 18) stand beside it, apart.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dueline.core.codes import carc
from dueline.core.denials import (
    DUPLICATE,
    UNDECIDED_STATUSES,
    LineFacts,
    is_denying,
    is_held,
    patient_share_cents,
)
from dueline.core.enums import DenialCategory, Level, Preventable, RootCauseOwner, UsualFix
from dueline.core.x12.model import Adjustment, ClaimPayment

_Key = tuple[int | None, str, str]  # line, group code, CARC


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason for which a claim or a line of it was refused.

    `line` is the line's place among the lines given, None for the claim as a whole. `rarcs` are the
    line's remarks, else the claim's. `is_full`: of the whole claim nothing was paid, and nothing
    allowed to the patient.
    """

    line: int | None
    group_code: str
    carc: str
    rarcs: tuple[str, ...]
    amount_cents: int
    is_full: bool
    is_duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a reason code says of a refusal: its kind, where it starts, what settles it, who works it."""

    category: DenialCategory
    owner: RootCauseOwner
    preventable: Preventable
    usual_fix: UsualFix
    level: Level
    is_known: bool = True


# A code that is in no list: nothing is claimed of its cause, and the payer is asked what it means.
UNKNOWN = Meaning(
    DenialCategory.OTHER,
    RootCauseOwner.BILLING,
    Preventable.SOMETIMES,
    UsualFix.CALL_PAYER,
    Level.L1,
    is_known=False,
)


@lru_cache(maxsize=4096)
def meaning_of(code: str) -> Meaning:
    """Return what Dueline's list says of a CARC; UNKNOWN for one not listed."""
    listed = carc(code)
    if not listed.is_known:
        return UNKNOWN
    return Meaning(
        DenialCategory(listed.category),
        RootCauseOwner(listed.owner),
        Preventable(listed.preventable),
        UsualFix(listed.usual_fix),
        listed.level,
    )


def refusals(
    *,
    status_code: str,
    charge_cents: int,
    paid_cents: int,
    patient_responsibility_cents: int | None,
    adjustments: Sequence[Adjustment],
    lines: Sequence[LineFacts],
    remark_codes: Sequence[str] = (),
) -> list[Refusal]:
    """Return the refusals of a claim payment: the claim's, then line by line, in the order sent.

    Amounts are above zero. An amount given back under a denying reason lessens the same reason on the
    other lines first, then the others, so that the sum stays that of the adjustments; where nothing is
    left, nothing was refused. Source: docs/explanation/denials.md.
    """
    if status_code in UNDECIDED_STATUSES or charge_cents <= 0:
        return []
    shares = [patient_share_cents(line.adjustments) for line in lines]
    share = claim_share_cents(adjustments, lines, patient_responsibility_cents)
    denied: dict[_Key, int] = {}
    duplicate: dict[_Key, int] = {}
    _gather(None, adjustments, paid_cents > 0 or share > 0, denied, duplicate)
    for place, line in enumerate(lines):
        is_allowed = line.paid_cents > 0 or shares[place] > 0
        _gather(place, line.adjustments, is_allowed, denied, duplicate)
    is_full = paid_cents <= 0 and share <= 0
    found = [
        Refusal(
            place,
            group,
            code,
            tuple((lines[place].remark_codes if place is not None else ()) or remark_codes),
            amount,
            is_full,
            is_duplicate=kind is duplicate,
        )
        for kind in (denied, duplicate)
        for (place, group, code), amount in _above_zero(kind)
    ]
    return sorted(found, key=lambda refusal: -1 if refusal.line is None else refusal.line)


def claim_share_cents(
    adjustments: Sequence[Adjustment],
    lines: Sequence[LineFacts],
    patient_responsibility_cents: int | None,
) -> int:
    """Return what a claim payment left to the patient: by its adjustments, else by CLP05 where none is PR."""
    every = [*adjustments, *(a for line in lines for a in line.adjustments)]
    if any(a.group_code == "PR" for a in every):
        return patient_share_cents(every)
    return patient_responsibility_cents or 0


def refusals_of_claim_payment(claim: ClaimPayment) -> list[Refusal]:
    """Return the refusals of a claim payment as read (loop 2100)."""
    return refusals(
        status_code=claim.status_code,
        charge_cents=claim.charge_cents,
        paid_cents=claim.paid_cents,
        patient_responsibility_cents=claim.patient_responsibility_cents,
        adjustments=claim.adjustments,
        lines=claim.lines,
        remark_codes=claim.remark_codes,
    )


def _gather(
    place: int | None,
    adjustments: Iterable[Adjustment],
    is_allowed: bool,
    denied: dict[_Key, int],
    duplicate: dict[_Key, int],
) -> None:
    for adjustment in adjustments:
        group, code = adjustment.group_code, adjustment.carc.strip().upper()
        if code == DUPLICATE:
            kind = duplicate
        elif not is_held(group, code) and is_denying(group, code, is_allowed=is_allowed):
            kind = denied
        else:
            continue
        key = place, group, code
        kind[key] = kind.get(key, 0) + adjustment.amount_cents


def _above_zero(amounts: dict[_Key, int]) -> Iterator[tuple[_Key, int]]:
    """Yield the amounts above zero, with those below zero taken from them; nothing if no sum is left."""
    if sum(amounts.values()) <= 0:
        return
    left = dict(amounts)
    for (place, *reason), amount in amounts.items():
        if amount >= 0:
            continue
        left[place, reason[0], reason[1]] = 0
        same_first = sorted(left, key=lambda key: (list(key[1:]) != reason, -left[key]))
        for key in same_first:
            taken = min(max(left[key], 0), -amount)
            left[key] -= taken
            amount += taken
    yield from ((key, amount) for key, amount in left.items() if amount > 0)
