"""The first guess of what kind of payer an unknown one is, from its filing indicator and name.

A guess: a person may set the payer's type. It chooses the default rules and nothing else.
"""

import re

from dueline.core.enums import PayerType
from dueline.core.matching import folded

# SBR09 or CLP06 where it names the kind by itself.
BY_INDICATOR = {
    "MA": PayerType.MEDICARE,
    "MB": PayerType.MEDICARE,
    "16": PayerType.MEDICARE_ADVANTAGE,
    "MC": PayerType.MEDICAID,
    "BL": PayerType.BLUE_PLAN,
    "FI": PayerType.BLUE_PLAN,
    "CH": PayerType.TRICARE,
    "VA": PayerType.VETERANS,
    "WC": PayerType.WORKERS_COMPENSATION,
    "AM": PayerType.AUTO,
    "LM": PayerType.OTHER,
    "DS": PayerType.OTHER,
    "OF": PayerType.OTHER,
    "TV": PayerType.OTHER,
    "09": PayerType.OTHER,
    "12": PayerType.COMMERCIAL,
    "13": PayerType.COMMERCIAL,
    "14": PayerType.COMMERCIAL,
    "15": PayerType.COMMERCIAL,
    "17": PayerType.COMMERCIAL,
    "CI": PayerType.COMMERCIAL,
    "HM": PayerType.COMMERCIAL,
}

# Words of a name, tried in order: the narrower kind first.
BY_NAME = (
    (r"CHAMPVA", PayerType.CHAMPVA),
    (r"TRICARE|CHAMPUS", PayerType.TRICARE),
    (r"VETERANS?|VA COMMUNITY CARE|VA CCN", PayerType.VETERANS),
    # Insurers of what Medicare leaves: they pay by their own rules.
    (r"MEDIGAP|MEDICARE SUPP(LEMENT(AL)?)?", PayerType.COMMERCIAL),
    (
        r"MEDICARE (ADVANTAGE|HMO|PPO|PLUS|COMPLETE|CHOICE)|ADVANTAGE MEDICARE",
        PayerType.MEDICARE_ADVANTAGE,
    ),
    (r"RAILROAD MEDICARE|MEDICARE", PayerType.MEDICARE),
    (
        r"(MANAGED MEDICAID|MEDICAID (HMO|PLAN|MANAGED|MCO|CARE|HEALTH PLAN))",
        PayerType.MEDICAID_MANAGED,
    ),
    (r"COMMUNITY (HEALTH )?PLAN", PayerType.MEDICAID_MANAGED),
    (r"MEDICAID|MEDI CAL|MASSHEALTH", PayerType.MEDICAID),
    (r"WORK(ERS?|M[AE]NS?)? COMP(ENSATION)?|OWCP", PayerType.WORKERS_COMPENSATION),
    (r"AUTO(MOBILE)?|NO FAULT|PIP|MOTOR", PayerType.AUTO),
    (r"BLUE ?CROSS|BLUE ?SHIELD|BCBS", PayerType.BLUE_PLAN),
    (
        r"SELF FUNDED|SELF INSURED|BENEFIT FUND|WELFARE FUND|EMPLOYEE BENEFITS?",
        PayerType.SELF_FUNDED,
    ),
)
_BY_NAME = tuple((re.compile(rf"\b(?:{words})\b"), kind) for words, kind in BY_NAME)

# An indicator gives way to a name only where the name narrows it down.
NARROWED = {
    PayerType.COMMERCIAL: frozenset(
        {
            PayerType.MEDICARE_ADVANTAGE,
            PayerType.MEDICAID_MANAGED,
            PayerType.BLUE_PLAN,
            PayerType.SELF_FUNDED,
        }
    ),
    PayerType.MEDICARE: frozenset({PayerType.MEDICARE_ADVANTAGE}),
    PayerType.MEDICAID: frozenset({PayerType.MEDICAID_MANAGED}),
    PayerType.TRICARE: frozenset({PayerType.CHAMPVA}),
    PayerType.VETERANS: frozenset({PayerType.CHAMPVA}),
    PayerType.OTHER: frozenset(PayerType),
}


def payer_type_of(filing_indicator: str, name: str) -> PayerType:
    """Return the likely type of a payer first seen in a file; COMMERCIAL where a plan is all that is known.

    The indicator decides, the name narrows it (a commercial HMO named Medicare Advantage). An indicator that
    says nothing (ZZ, 11, none) leaves it to the name; OTHER where that is silent too.
    """
    by_indicator = BY_INDICATOR.get(filing_indicator.strip().upper())
    by_name = _type_by_name(name)
    if by_indicator is None:
        return by_name or PayerType.OTHER
    if by_name and by_name in NARROWED.get(by_indicator, frozenset()):
        return by_name
    return by_indicator


def _type_by_name(name: str) -> PayerType | None:
    text = folded(name)
    return next((kind for pattern, kind in _BY_NAME if pattern.search(text)), None)
