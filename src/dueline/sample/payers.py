"""The fifteen invented payers and how each behaves."""

from dataclasses import dataclass

from dueline.core.enums import PayerType


@dataclass(frozen=True)
class SamplePayer:
    """An invented payer. Days are from submission to remittance; rates are of 100."""

    code: str
    name: str
    kind: PayerType
    identifier: str  # 837 NM109
    tax_id: str  # 835 TRN03 after its leading 1
    filing_indicator: str
    weight: int  # share of the practice's claims
    days: tuple[int, int]
    contract_percent: int  # allowed, of the charge
    denial_percent: int
    coinsurance_percent: int = 20
    copay_cents: int = 0

    @property
    def pay_days(self) -> tuple[int, ...]:
        """Weekdays of its payments, Monday 0."""
        first = int(self.identifier) % 5
        return (first, (first + 2) % 5) if self.kind is PayerType.MEDICARE else (first,)


def allowed_cents(payer: SamplePayer, charge_cents: int) -> int:
    """Return what a payer allows of a charge: its percent of it, a little more or less by the amount."""
    return charge_cents * (payer.contract_percent + charge_cents % 7 - 3) // 100


def _payer(*facts: object, **more: object) -> SamplePayer:
    return SamplePayer(*facts, **more)  # type: ignore[arg-type]


_T = PayerType
PAYERS: tuple[SamplePayer, ...] = (
    _payer(
        "MEDB",
        "Medicare Part B, Jurisdiction X",
        _T.MEDICARE,
        "90001",
        "990000001",
        "MB",
        22,
        (14, 18),
        42,
        7,
    ),
    _payer(
        "HLHP",
        "Harborlight Health Plan",
        _T.COMMERCIAL,
        "90002",
        "990000002",
        "CI",
        14,
        (15, 34),
        55,
        14,
        copay_cents=4000,
    ),
    _payer(
        "PRUH",
        "Prairie Union Health",
        _T.COMMERCIAL,
        "90003",
        "990000003",
        "CI",
        11,
        (14, 30),
        58,
        12,
        copay_cents=3500,
    ),
    _payer(
        "TRAD",
        "Tri-Rivers Advantage",
        _T.MEDICARE_ADVANTAGE,
        "90004",
        "990000004",
        "16",
        9,
        (18, 36),
        44,
        13,
        copay_cents=2500,
    ),
    _payer(
        "SCCP",
        "Sable Creek Community Plan",
        _T.MEDICAID_MANAGED,
        "90005",
        "990000005",
        "MC",
        8,
        (20, 42),
        34,
        15,
        coinsurance_percent=0,
    ),
    _payer(
        "JCPP",
        "Juniper Coast PPO",
        _T.COMMERCIAL,
        "90006",
        "990000006",
        "12",
        7,
        (12, 28),
        60,
        9,
        copay_cents=3000,
    ),
    _payer(
        "OKBA",
        "Oakhurst Benefit Administrators",
        _T.SELF_FUNDED,
        "90007",
        "990000007",
        "CI",
        5,
        (20, 45),
        62,
        12,
    ),
    _payer(
        "GRFM",
        "Granite Fork Mutual",
        _T.COMMERCIAL,
        "90008",
        "990000008",
        "CI",
        5,
        (15, 32),
        57,
        10,
        copay_cents=3000,
    ),
    _payer(
        "SBMA",
        "Silver Birch Medicare Advantage",
        _T.MEDICARE_ADVANTAGE,
        "90009",
        "990000009",
        "16",
        4,
        (18, 35),
        43,
        13,
        copay_cents=2000,
    ),
    _payer(
        "BLCO",
        "Bluestem Commercial",
        _T.BLUE_PLAN,
        "90010",
        "990000010",
        "BL",
        4,
        (12, 26),
        59,
        9,
        copay_cents=3500,
    ),
    _payer(
        "CIHF",
        "Consolidated Ironworkers' Health and Welfare Fund",
        _T.SELF_FUNDED,
        "90011",
        "990000011",
        "CI",
        3,
        (25, 60),
        63,
        14,
    ),
    _payer(
        "CMCP",
        "Cedar Mesa Community Plan",
        _T.MEDICAID,
        "90012",
        "990000012",
        "MC",
        3,
        (22, 45),
        31,
        13,
        coinsurance_percent=0,
    ),
    _payer(
        "COPA",
        "Copperfield Auto Casualty",
        _T.AUTO,
        "90013",
        "990000013",
        "AM",
        2,
        (30, 60),
        75,
        16,
        coinsurance_percent=0,
    ),
    _payer(
        "VETN",
        "Veterans Community Network, Region 2",
        _T.VETERANS,
        "90014",
        "990000014",
        "VA",
        2,
        (25, 50),
        45,
        11,
        coinsurance_percent=0,
    ),
    _payer(
        "LFWC",
        "Lowell & Finch Workers' Compensation",
        _T.WORKERS_COMPENSATION,
        "90015",
        "990000015",
        "WC",
        1,
        (30, 65),
        70,
        17,
        coinsurance_percent=0,
    ),
)

BY_CODE = {payer.code: payer for payer in PAYERS}
SUPPLEMENTS = ("GRFM", "BLCO", "PRUH")  # payers that also insure what Medicare leaves
