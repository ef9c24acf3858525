"""National payers whose rules several payers share, and the first guess of which one a name means.

A guess: a person may set the payer's group. It chooses default rules and nothing else.
"""

import re

from dueline.core.matching import folded

# code: (name as shown, words of a payer's name)
GROUPS: dict[str, tuple[str, str]] = {
    "unitedhealthcare": ("UnitedHealthcare", r"UNITED ?HEALTHCARE|UHC"),
    "aetna": ("Aetna", r"AETNA"),
    "cigna": ("Cigna", r"CIGNA"),
    "humana": ("Humana", r"HUMANA"),
    "anthem": ("Anthem / Elevance", r"ANTHEM|ELEVANCE"),
    "fep": ("BCBS Federal Employee Program", r"FEDERAL EMPLOYEE PROGRAM|BCBS FEP"),
    "kaiser": ("Kaiser", r"KAISER"),
    "centene": ("Centene / Ambetter", r"CENTENE|AMBETTER"),
    "molina": ("Molina", r"MOLINA"),
    "oscar": ("Oscar", r"OSCAR HEALTH|OSCAR INSURANCE"),
    "va_emergency": ("VA emergency care, not service-connected", r"VA UNAUTHORI[SZ]ED EMERGENCY"),
    "va_emergency_connected": (
        "VA emergency care, service-connected",
        r"VA SERVICE CONNECTED EMERGENCY",
    ),
    "owcp": ("Federal workers' compensation (OWCP)", r"OWCP|FECA"),
}
_PATTERNS = tuple((code, re.compile(rf"\b(?:{words})\b")) for code, (_, words) in GROUPS.items())


def group_of(name: str) -> str:
    """Return the group that a payer's name means, "" where it means none."""
    text = folded(name)
    return next((code for code, pattern in _PATTERNS if pattern.search(text)), "")


def group_name(code: str) -> str:
    """Return a group's name as shown; the code itself where a practice made its own."""
    return GROUPS[code][0] if code in GROUPS else code
