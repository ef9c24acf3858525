"""What an 835 says."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dueline.core.x12.model.parts import (
    Adjustment,
    Amount,
    Contact,
    DatePeriod,
    Party,
    Procedure,
    Quantity,
    Reference,
    Segment,
)


@dataclass
class RemittanceHeader:
    """835 header (BPR, TRN, DTM, loops 1000A and 1000B) and, once its claims are read, its PLB."""

    handling_code: str = ""  # BPR01
    payment_cents: int = 0  # BPR02, negative where BPR03 is D
    credit_or_debit: str = "C"  # BPR03
    payment_method: str = ""  # BPR04
    paid_on: date | None = None  # BPR16
    trace_number: str = ""  # TRN02
    payer_identifier: str = ""  # TRN03
    trace_supplement: str = ""  # TRN04
    produced_on: date | None = None  # DTM*405
    payer: Party = field(default_factory=Party)
    payee: Party = field(default_factory=Party)
    references: tuple[Reference, ...] = ()
    provider_adjustments: "tuple[ProviderAdjustment, ...]" = ()  # complete when the items are read
    payment_elements: tuple[str, ...] = ()  # the rest of BPR: bank details
    extra: tuple[Segment, ...] = ()
    segment_number: int = field(default=0, compare=False)


@dataclass
class ProviderAdjustment:
    """One PLB pair. Positive lowers the payment (005010X221A1, PLB)."""

    provider_identifier: str
    fiscal_period_on: date | None
    reason: str
    reference: str
    amount_cents: int
    segment_number: int = field(default=0, compare=False)


@dataclass
class LinePayment:
    """Loop 2110."""

    procedure: Procedure = field(default_factory=Procedure)  # SVC01
    charge_cents: int = 0  # SVC02
    paid_cents: int = 0  # SVC03
    revenue_code: str = ""  # SVC04
    paid_units: Decimal | None = None  # SVC05, 1 where absent
    original_procedure: Procedure | None = None  # SVC06
    original_units: Decimal | None = None  # SVC07
    service_from_on: date | None = None  # DTM 150 or 472
    service_through_on: date | None = None  # DTM 151 or 472
    adjustments: tuple[Adjustment, ...] = ()
    allowed_cents: int | None = None  # AMT*B6
    line_control_number: str = ""  # REF*6R
    references: tuple[Reference, ...] = ()  # the others
    amounts: tuple[Amount, ...] = ()  # the others
    quantities: tuple[Quantity, ...] = ()
    remark_codes: tuple[str, ...] = ()  # LQ*HE
    extra: tuple[Segment, ...] = ()
    segment_number: int = field(default=0, compare=False)


@dataclass
class ClaimPayment:
    """Loop 2100: one claim's result. Every amount is as sent; a reversal's are negative."""

    patient_control_number: str = ""  # CLP01
    status_code: str = ""  # CLP02
    charge_cents: int = 0  # CLP03
    paid_cents: int = 0  # CLP04
    patient_responsibility_cents: int | None = None  # CLP05
    filing_indicator: str = ""  # CLP06
    payer_claim_control_number: str = ""  # CLP07
    facility_code: str = ""  # CLP08
    frequency_code: str = ""  # CLP09
    drg_code: str = ""  # CLP11
    drg_weight: str = ""  # CLP12
    discharge_fraction: str = ""  # CLP13
    adjustments: tuple[Adjustment, ...] = ()  # claim-level CAS
    patient: Party | None = None  # QC
    subscriber: Party | None = None  # IL
    corrected_patient: Party | None = None  # 74
    rendering_provider: Party | None = None  # 82
    crossover_payer: Party | None = None  # TT
    corrected_payer: Party | None = None  # PR
    other_subscriber: Party | None = None  # GB
    inpatient: tuple[str, ...] = ()  # MIA01..MIA24 as sent
    outpatient: tuple[str, ...] = ()  # MOA01..MOA09 as sent
    references: tuple[Reference, ...] = ()
    service_from_on: date | None = None  # DTM 232
    service_through_on: date | None = None  # DTM 233
    received_on: date | None = None  # DTM 050
    dates: tuple[DatePeriod, ...] = ()  # the others
    contacts: tuple[Contact, ...] = ()
    amounts: tuple[Amount, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    lines: tuple[LinePayment, ...] = ()
    extra: tuple[Segment, ...] = ()
    header_number: str = ""  # LX01 of the 2000 loop it stands in
    provider_summary: tuple[Segment, ...] = ()  # TS3, TS2 of that loop, on its first claim
    segment_number: int = field(default=0, compare=False)

    @property
    def is_reversal(self) -> bool:
        return self.status_code == "22"

    @property
    def remark_codes(self) -> tuple[str, ...]:
        """Claim-level RARCs: MOA03-07, else MIA05 and MIA20-23, blanks left out."""
        codes = self.outpatient[2:7] + self.inpatient[4:5] + self.inpatient[19:23]
        return tuple(code for code in codes if code)

    @property
    def difference_cents(self) -> int:
        """CLP03 less all adjustments less CLP04: 0 when the claim balances."""
        adjusted = sum(a.amount_cents for a in self.adjustments)
        adjusted += sum(a.amount_cents for line in self.lines for a in line.adjustments)
        return self.charge_cents - adjusted - self.paid_cents
