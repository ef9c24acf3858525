"""The chance that an open payer balance is still collected, and how much of a charge a payer usually allows.

Priors are Dueline's own first guesses, said to be so wherever they are shown. A practice's decided
outcomes move them, in proportion to how many there are (shrinkage), and the basis says which was used.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dueline.core.enums import PayerStatus, PayerType

WHOLE = 10_000  # basis points in one

# Chance, in basis points, that what is open is collected once worked. Prior, ours.
CHANCE_BY_STATUS: dict[PayerStatus, int] = {
    PayerStatus.NOT_SENT: 8000,
    PayerStatus.SENT: 8800,
    PayerStatus.REJECTED: 8200,
    PayerStatus.ACCEPTED: 9200,
    PayerStatus.NOT_ON_FILE: 7500,
    PayerStatus.PENDING: 9000,
    PayerStatus.INFORMATION_REQUESTED: 7000,
    PayerStatus.DENIED: 5000,
    PayerStatus.PARTLY_DENIED: 4500,
    PayerStatus.PAID: 4000,
    PayerStatus.PATIENT_RESPONSIBLE: 3000,
    PayerStatus.FORWARDED: 7500,
    PayerStatus.REVERSED: 5000,
    PayerStatus.VOIDED: 500,
}
# The same after a denial, by what it was for. Prior, ours; about half of denials are overturned when worked.
CHANCE_BY_DENIAL: dict[str, int] = {
    "authorization_referral": 4500,
    "coding_bundling": 6000,
    "contractual_adjustment": 1000,
    "coordination_of_benefits": 6500,
    "duplicate": 2500,
    "medical_necessity": 4000,
    "missing_information": 7500,
    "non_covered_benefit": 2000,
    "other": 4500,
    "patient_responsibility": 2000,
    "payment_adjustment_recoupment": 3500,
    "pending_information": 7000,
    "provider_enrollment_contract": 4500,
    "registration_eligibility": 5500,
    "timely_filing": 1500,
}
# What a payer type lets be recovered, against the usual. Prior, ours.
FACTOR_BY_PAYER_TYPE: dict[PayerType, int] = {
    PayerType.MEDICARE: 10_500,
    PayerType.MEDICARE_ADVANTAGE: 10_000,
    PayerType.MEDICAID: 9500,
    PayerType.MEDICAID_MANAGED: 9500,
    PayerType.COMMERCIAL: 10_000,
    PayerType.BLUE_PLAN: 10_200,
    PayerType.TRICARE: 10_000,
    PayerType.CHAMPVA: 9500,
    PayerType.VETERANS: 9000,
    PayerType.WORKERS_COMPENSATION: 9000,
    PayerType.AUTO: 8500,
    PayerType.SELF_FUNDED: 9800,
    PayerType.OTHER: 9500,
}
# The chance falls with age since service: through this many days, this factor. Prior, ours.
FACTOR_BY_AGE: tuple[tuple[int, int], ...] = (
    (30, 10_000),
    (60, 9800),
    (90, 9400),
    (120, 8800),
    (180, 7800),
    (270, 6200),
    (365, 4500),
)
FACTOR_OLDEST = 2500
# Part of the charge that is usually allowed and the payer's. Prior, ours.
SHARE_BY_PAYER_TYPE: dict[PayerType, int] = {
    PayerType.MEDICARE: 3500,
    PayerType.MEDICARE_ADVANTAGE: 3600,
    PayerType.MEDICAID: 2800,
    PayerType.MEDICAID_MANAGED: 3000,
    PayerType.COMMERCIAL: 4800,
    PayerType.BLUE_PLAN: 4600,
    PayerType.TRICARE: 3600,
    PayerType.CHAMPVA: 3600,
    PayerType.VETERANS: 3600,
    PayerType.WORKERS_COMPENSATION: 5000,
    PayerType.AUTO: 5500,
    PayerType.SELF_FUNDED: 4800,
    PayerType.OTHER: 4200,
}
PRIOR_DENIALS = 40  # a prior weighs as much as this many decided denials of our own
PRIOR_PAID_CLAIMS = 20  # and as this many paid claims
FEW = 5  # below this many outcomes of our own, the prior alone is used and said
CHANCE_MOST = 9500
DENIED = frozenset({PayerStatus.DENIED, PayerStatus.PARTLY_DENIED})
# What is open here was already priced by a payer (a share passed on, a payment taken back): no charge to discount.
PRICED_ALREADY = frozenset(
    {
        PayerStatus.PAID,
        PayerStatus.PATIENT_RESPONSIBLE,
        PayerStatus.FORWARDED,
        PayerStatus.REVERSED,
    }
)


@dataclass(frozen=True)
class Rate:
    """A fraction in basis points, with the words that say where it comes from."""

    basis_points: int
    basis: str


@dataclass(frozen=True)
class Outcomes:
    """What became of a practice's own claims: the counts that the priors learn from.

    `denials`: by payer type, (collected something after a denial, decided in all).
    `paid`: by payer id, (paid cents, charged cents, claims) of claims that the payer paid first.
    """

    denials: Mapping[PayerType, tuple[int, int]] = field(default_factory=dict)
    paid: Mapping[int, tuple[int, int, int]] = field(default_factory=dict)


def age_factor(age_days: int | None) -> int:
    """Return the factor, in basis points, for days since service; a claim without that date counts as young."""
    for through, factor in FACTOR_BY_AGE:
        if age_days is None or age_days <= through:
            return factor
    return FACTOR_OLDEST


def chance(
    *,
    payer_status: PayerStatus,
    denial_category: str,
    payer_type: PayerType,
    age_days: int | None,
    outcomes: Outcomes,
) -> Rate:
    """Return the chance that a worked balance is collected, at most 95 %."""
    is_denied = payer_status in DENIED
    base = CHANCE_BY_STATUS[payer_status]
    if is_denied:
        base = CHANCE_BY_DENIAL.get(denial_category, base)
    age = age_factor(age_days)
    by_type = FACTOR_BY_PAYER_TYPE[payer_type]
    points = base * by_type * age // (WHOLE * WHOLE)
    basis = f"prior, ours: {_what(payer_status, denial_category)} {percent(base)}"
    if by_type != WHOLE:
        basis += f", × {percent(by_type)} for {payer_type.replace('_', ' ')}"
    if age != WHOLE:
        basis += f", × {percent(age)} at {age_days} days"
    won, decided = outcomes.denials.get(payer_type, (0, 0))
    if is_denied and decided >= FEW:
        learned = _learned(won, decided)
        points = points * learned // WHOLE
        basis += f", × {percent(learned)}: {won} of {decided} such payers' denials collected here"
    return Rate(max(0, min(CHANCE_MOST, points)), basis)


def expected_share(
    *,
    payer_id: int,
    payer_type: PayerType,
    payer_status: PayerStatus,
    is_first_payer: bool,
    outcomes: Outcomes,
) -> Rate:
    """Return how much of an open balance the payer can be expected to owe, in basis points."""
    if not is_first_payer or payer_status in PRICED_ALREADY:
        return Rate(WHOLE, "already priced by a payer")
    prior = SHARE_BY_PAYER_TYPE[payer_type]
    paid, charged, count = outcomes.paid.get(payer_id, (0, 0, 0))
    if count < FEW or charged <= 0:
        return Rate(prior, f"prior, ours: payers of this type pay {percent(prior)} of charges")
    own = max(0, min(WHOLE, paid * WHOLE // charged))
    points = (own * count + prior * PRIOR_PAID_CLAIMS) // (count + PRIOR_PAID_CLAIMS)
    return Rate(points, f"{percent(own)} of charges on {count:,} claims this payer paid here")


def percent(basis_points: int) -> str:
    """Return basis points as words: 4500 is "45 %", 60 is "0.6 %"."""
    text = f"{basis_points // 100}.{basis_points % 100:02d}".rstrip("0").rstrip(".")
    return f"{text} %"


def _learned(won: int, decided: int) -> int:
    """Return the factor by which our own outcomes move the prior for denials, in basis points."""
    expected = CHANCE_BY_STATUS[PayerStatus.DENIED]
    return (
        (won * WHOLE + PRIOR_DENIALS * expected) * WHOLE // ((decided + PRIOR_DENIALS) * expected)
    )


def _what(payer_status: PayerStatus, denial_category: str) -> str:
    if payer_status in DENIED and denial_category in CHANCE_BY_DENIAL:
        return f"denied, {denial_category.replace('_', ' ')}"
    return payer_status.replace("_", " ")
