"""What an 837 says."""

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from dueline.core.enums import SetKind
from dueline.core.x12.model.parts import (
    Adjustment,
    Amount,
    DatePeriod,
    Party,
    Procedure,
    Reference,
    Segment,
)


@dataclass
class ClaimBatch:
    """837 header: BHT, loops 1000A and 1000B."""

    purpose_code: str = "00"  # BHT02
    batch_reference: str = ""  # BHT03, echoed by the 277CA
    created_on: date | None = None  # BHT04
    created_at: time | None = None  # BHT05
    claim_or_encounter: str = "CH"  # BHT06
    submitter: Party = field(default_factory=Party)
    receiver: Party = field(default_factory=Party)
    extra: tuple[Segment, ...] = ()
    segment_number: int = field(default=0, compare=False)


@dataclass
class Subscriber:
    """2000B SBR with 2010BA: who holds the policy."""

    sequence: str = "P"  # SBR01: P, S, T, A-H, U
    relationship: str = ""  # SBR02: 18 self
    group_number: str = ""  # SBR03
    group_name: str = ""  # SBR04
    insurance_type: str = ""  # SBR05
    filing_indicator: str = ""  # SBR09
    party: Party = field(default_factory=Party)
    extra: tuple[Segment, ...] = ()
    segment_number: int = field(default=0, compare=False)


@dataclass
class OtherPayer:
    """2320 and 2330: another payer's coverage, and its adjudication where it has one."""

    sequence: str = ""  # SBR01
    relationship: str = ""  # SBR02
    group_number: str = ""
    group_name: str = ""
    insurance_type: str = ""
    filing_indicator: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    paid_cents: int | None = None  # AMT*D
    noncovered_cents: int | None = None  # AMT*A8
    remaining_liability_cents: int | None = None  # AMT*EAF
    assignment: tuple[str, ...] = ()  # OI as sent
    inpatient: tuple[str, ...] = ()  # MIA
    outpatient: tuple[str, ...] = ()  # MOA
    subscriber: Party | None = None  # 2330A
    payer: Party | None = None  # 2330B
    adjudicated_on: date | None = None  # 2330B DTP 573
    payer_claim_control_number: str = ""  # 2330B REF F8
    extra: tuple[Segment, ...] = ()
    segment_number: int = field(default=0, compare=False)


@dataclass
class OtherAdjudication:
    """2430: another payer's result for one line."""

    payer_identifier: str = ""  # SVD01
    paid_cents: int = 0  # SVD02
    procedure: Procedure = field(default_factory=Procedure)  # SVD03
    revenue_code: str = ""  # SVD04
    units: Decimal | None = None  # SVD05
    bundled_line: str = ""  # SVD06
    adjustments: tuple[Adjustment, ...] = ()
    adjudicated_on: date | None = None  # DTP 573
    remaining_liability_cents: int | None = None  # AMT*EAF
    segment_number: int = field(default=0, compare=False)


@dataclass
class Diagnosis:
    """One HI composite: qualifier (ABK, ABF, BK ...), code, and present-on-admission where sent."""

    qualifier: str
    code: str
    date_text: str = ""  # component 4, for procedures and occurrences
    amount_text: str = ""  # component 5, for value codes
    present_on_admission: str = ""  # component 9


@dataclass
class ServiceLine:
    """Loop 2400."""

    line_number: int = 0  # LX01
    procedure: Procedure | None = None  # SV101, SV202, SV301
    charge_cents: int = 0
    unit_basis: str = "UN"  # UN, MJ, DA
    units: Decimal | None = None
    place_of_service: str = ""  # SV105
    revenue_code: str = ""  # SV201
    diagnosis_pointers: tuple[int, ...] = ()  # SV107
    emergency: str = ""  # SV109
    oral_cavity: tuple[str, ...] = ()  # SV304
    service_from_on: date | None = None  # DTP 472
    service_through_on: date | None = None
    line_control_number: str = ""  # REF*6R
    prior_authorization: str = ""  # REF*G1
    references: tuple[Reference, ...] = ()  # the others
    dates: tuple[DatePeriod, ...] = ()  # the others
    amounts: tuple[Amount, ...] = ()
    notes: tuple[str, ...] = ()  # NTE01*NTE02, whatever the file's separator
    drug_code: str = ""  # LIN03 (2410)
    drug_quantity: Decimal | None = None  # CTP04
    drug_unit: str = ""  # CTP05-1
    providers: tuple[Party, ...] = ()  # 2420
    other_adjudications: tuple[OtherAdjudication, ...] = ()  # 2430
    service_elements: tuple[str, ...] = ()  # the rest of SV1, SV2 or SV3
    extra: tuple[Segment, ...] = ()
    segment_number: int = field(default=0, compare=False)


@dataclass
class SubmittedClaim:
    """Loop 2300 with the billing provider, subscriber, patient and payer it stands under.

    Claims under one hierarchical level share the same Party objects.
    """

    kind: SetKind = SetKind.CLAIM_PROFESSIONAL
    patient_control_number: str = ""  # CLM01
    charge_cents: int = 0  # CLM02
    facility_code: str = ""  # CLM05-1
    facility_qualifier: str = "B"  # CLM05-2
    frequency_code: str = "1"  # CLM05-3
    claim_elements: tuple[str, ...] = ()  # the rest of CLM (CLM06-CLM19)
    delay_reason: str = ""  # CLM20
    billing_provider: Party = field(default_factory=Party)
    billing_currency: str = ""
    pay_to_provider: Party | None = None
    pay_to_plan: Party | None = None
    subscriber: Subscriber = field(default_factory=Subscriber)
    payer: Party = field(default_factory=Party)
    responsible_party: Party | None = None
    patient: Party | None = None  # None where the subscriber is the patient
    patient_relationship: str = ""  # PAT01
    service_from_on: date | None = None  # 472 or 434; else the lines' earliest
    service_through_on: date | None = None
    dates: tuple[DatePeriod, ...] = ()  # every DTP of 2300
    original_reference: str = ""  # REF*F8
    prior_authorization: str = ""  # REF*G1
    references: tuple[Reference, ...] = ()  # the others
    amounts: tuple[Amount, ...] = ()
    notes: tuple[str, ...] = ()  # NTE01*NTE02
    diagnoses: tuple[Diagnosis, ...] = ()  # ABK, ABF, BK, BF, ABJ, APR, ABN in order
    other_codes: tuple[Diagnosis, ...] = ()  # the other HI composites in order
    institutional: tuple[str, ...] = ()  # CL1 as sent
    referring_provider: Party | None = None
    rendering_provider: Party | None = None
    attending_provider: Party | None = None
    service_facility: Party | None = None
    other_providers: tuple[Party, ...] = ()
    other_payers: tuple[OtherPayer, ...] = ()
    lines: tuple[ServiceLine, ...] = ()
    extra: tuple[Segment, ...] = ()
    segment_number: int = field(default=0, compare=False)

    @property
    def treated(self) -> Party:
        """The patient: the subscriber's own party where no other is named."""
        return self.patient or self.subscriber.party

    @property
    def difference_cents(self) -> int:
        """CLM02 less the line charges: 0 when the claim balances."""
        return self.charge_cents - sum(line.charge_cents for line in self.lines)
