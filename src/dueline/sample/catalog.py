"""What the invented practices bill: code values, charges and diagnoses by specialty. No descriptions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Service:
    """A procedure a practice bills. `needs_authorization` by some payers; `is_visit` may carry modifier 25."""

    code: str
    charge_cents: int
    is_visit: bool = False
    needs_authorization: bool = False
    modifiers: tuple[str, ...] = ()
    units: int = 1
    revenue_code: str = "0510"  # where it is billed by the facility


_VISITS = (
    Service("99213", 18500, is_visit=True),
    Service("99214", 26500, is_visit=True),
    Service("99203", 24000, is_visit=True),
    Service("99204", 36000, is_visit=True),
    Service("99215", 36500, is_visit=True),
)
KNEE_IMAGE = Service("73721", 185000, needs_authorization=True, modifiers=("RT",))
_IMAGING = (
    KNEE_IMAGE,
    Service("70551", 214000, needs_authorization=True),
    Service("73030", 14500, modifiers=("LT",)),
    Service("71046", 12800),
    Service("72148", 198000, needs_authorization=True),
)
_ORTHOPEDICS = (
    Service("20610", 31000, modifiers=("RT",)),
    Service("29881", 412000, needs_authorization=True, modifiers=("LT",)),
    Service("27447", 985000, needs_authorization=True, modifiers=("RT",)),
    Service("97110", 9800, modifiers=("GP",), units=2),
    Service("97140", 9400, modifiers=("GP",)),
    Service("J3301", 6000, units=4),
)
_CARDIOLOGY = (
    Service("93000", 9500),
    Service("93306", 128000, needs_authorization=True),
    Service("93015", 64000),
)
_GENERAL = (
    Service("36415", 1500),
    Service("80053", 6200),
    Service("85025", 4800),
    Service("83036", 5600),
    Service("90471", 4200),
    Service("11102", 28500),
    Service("17000", 22000),
    Service("45378", 164000, needs_authorization=True),
)
# Days in hospital: billed by revenue code alone.
INPATIENT = (
    Service("", 280000, revenue_code="0120"),
    Service("", 64500, revenue_code="0250"),
    Service("", 98000, revenue_code="0300"),
    Service("", 412000, revenue_code="0360"),
)
_DIAGNOSES = {
    "orthopedics": ("M1711", "M25561", "S83241A", "M5416", "M7541", "M1712"),
    "other": ("I10", "E119", "J069", "M545", "R079", "I480", "K219", "Z0000", "L570", "E785"),
}


@dataclass(frozen=True)
class Catalog:
    """The services and diagnoses of a practice."""

    visits: tuple[Service, ...]
    procedures: tuple[Service, ...]
    diagnoses: tuple[str, ...]


CATALOGS = {
    "multi": Catalog(
        _VISITS,
        _GENERAL * 2 + _IMAGING + _CARDIOLOGY + _ORTHOPEDICS[:1],
        _DIAGNOSES["other"] + _DIAGNOSES["orthopedics"][:2],
    ),
    "orthopedics": Catalog(_VISITS, _ORTHOPEDICS * 2 + _IMAGING[:3], _DIAGNOSES["orthopedics"]),
}

# (group, CARC, RARC, weight): denials of a whole claim or line, the mix of the frequent ones in core/codes.
DENIALS: tuple[tuple[str, str, str, int], ...] = (
    ("CO", "197", "", 14),
    ("CO", "16", "N382", 13),
    ("CO", "50", "N115", 9),
    ("CO", "97", "M15", 9),
    ("CO", "22", "", 8),
    ("CO", "27", "", 7),
    ("CO", "29", "", 5),
    ("CO", "11", "", 5),
    ("CO", "4", "N519", 5),
    ("CO", "252", "M127", 5),
    ("CO", "96", "N130", 5),
    ("CO", "109", "", 4),
    ("CO", "31", "", 4),
    ("CO", "226", "", 3),
    ("CO", "151", "", 2),
    ("CO", "B7", "", 2),
)
