"""What the X12 transaction sets say, as plain values shared by the reader and the writer.

Amounts are integer cents (exact, and an order faster than Decimal in bulk); dates are `datetime.date`;
an absent text element is "", an absent amount, number or date None, an absent repetition ().
`segment_number` counts from 1 at the first ISA through the whole file; it is where the
value came from and takes no part in equality. `extra` holds every segment of the loop that has no field
of its own, in order, so that nothing in a file is dropped. The classes have no slots on purpose: a field
left at its default costs nothing to build.
"""

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from dueline.core.enums import SetKind


@dataclass(frozen=True)
class Delimiters:
    """The four delimiters an ISA declares; `repetition` is "" where ISA11 declares none (4010)."""

    element: str = "*"
    repetition: str = "^"
    component: str = ":"
    segment: str = "~"


@dataclass
class Segment:
    """One raw segment: elements[0] is its identifier, elements[n] the n-th element, unsplit."""

    elements: tuple[str, ...]
    number: int = field(default=0, compare=False)

    @property
    def identifier(self) -> str:
        return self.elements[0]


@dataclass(frozen=True)
class Problem:
    """One fault of a file: where it is, what was expected, what was found.

    `found` may hold what a file says about a patient: show it to those who may see the file, never log it.
    `is_fatal` problems keep a transaction set from being posted; the others are remarks.
    """

    code: str
    message: str
    segment_number: int = 0
    segment_identifier: str = ""
    loop: str = ""
    element: str = ""  # position as the trade writes it: CLP04, SVC01-2
    expected: str = ""
    found: str = ""
    is_fatal: bool = True

    @property
    def place(self) -> str:
        """Return the place in words, without any content: safe to log."""
        parts = [f"segment {self.segment_number}"] if self.segment_number else []
        if self.loop:
            parts.append(f"loop {self.loop}")
        if self.element or self.segment_identifier:
            parts.append(f"element {self.element}" if self.element else self.segment_identifier)
        return ", ".join(parts) or "file"


@dataclass
class Interchange:
    """ISA/IEA. Control numbers are text as sent."""

    sender_qualifier: str = "ZZ"  # ISA05
    sender_id: str = ""  # ISA06, trimmed
    receiver_qualifier: str = "ZZ"  # ISA07
    receiver_id: str = ""  # ISA08, trimmed
    sent_on: date | None = None  # ISA09
    sent_at: time | None = None  # ISA10
    version: str = "00501"  # ISA12
    control_number: str = ""  # ISA13
    acknowledgment_requested: str = "0"  # ISA14
    usage: str = "P"  # ISA15: P production, T test
    delimiters: Delimiters = field(default_factory=Delimiters)
    segment_number: int = field(default=0, compare=False)


@dataclass
class Group:
    """GS/GE."""

    functional_id: str = ""  # GS01
    sender_code: str = ""  # GS02
    receiver_code: str = ""  # GS03
    sent_on: date | None = None  # GS04
    sent_at: time | None = None  # GS05
    control_number: str = ""  # GS06
    version: str = ""  # GS08
    segment_number: int = field(default=0, compare=False)


# ---------------------------------------------------------------- parts shared by the sets


@dataclass
class Reference:
    """REF: a qualified identifier."""

    qualifier: str
    value: str
    description: str = ""
    segment_number: int = field(default=0, compare=False)


@dataclass
class DatePeriod:
    """DTP or DTM: a date or period. `text` keeps a value that is no date (a time, a partial date)."""

    qualifier: str
    start_on: date | None = None
    end_on: date | None = None  # the same as start_on for a single date
    text: str = ""
    segment_number: int = field(default=0, compare=False)


@dataclass
class Amount:
    """AMT: a qualified amount."""

    qualifier: str
    amount_cents: int
    segment_number: int = field(default=0, compare=False)


@dataclass
class Quantity:
    """QTY: a qualified quantity."""

    qualifier: str
    quantity: Decimal
    segment_number: int = field(default=0, compare=False)


@dataclass
class Contact:
    """PER: whom to ask. `numbers` are (qualifier, number) pairs such as ("TE", "8005550100")."""

    function_code: str = ""
    name: str = ""
    numbers: tuple[tuple[str, str], ...] = ()
    segment_number: int = field(default=0, compare=False)


@dataclass
class Party:
    """NM1 or N1 with its N3, N4, PER, REF, PRV and DMG: a person or an organization in a role."""

    entity: str = (
        ""  # NM101, N101: 85 billing, 82 rendering, IL subscriber, QC patient, PR payer ...
    )
    is_person: bool = False  # NM102 = 1
    last_name: str = ""  # or the organization's name
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    id_qualifier: str = ""  # XX NPI, MI member, PI payer, XV, FI, 46 ...
    identifier: str = ""
    address_1: str = ""
    address_2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    taxonomy: str = ""  # PRV03
    provider_code: str = ""  # PRV01: BI, PE, AT ...
    birth_on: date | None = None  # DMG02
    sex: str = ""  # DMG03
    references: tuple[Reference, ...] = ()
    contacts: tuple[Contact, ...] = ()
    extra: tuple[Segment, ...] = ()
    segment_number: int = field(default=0, compare=False)


@dataclass
class Procedure:
    """A procedure composite (SVC01, SV101, SV202, SVD03): HC:99213:25."""

    qualifier: str = "HC"
    code: str = ""
    modifiers: tuple[str, ...] = ()
    description: str = ""


@dataclass
class Adjustment:
    """One CAS triple. `quantity` is None where the element is absent."""

    group_code: str
    carc: str
    amount_cents: int
    quantity: Decimal | None = None
    segment_number: int = field(default=0, compare=False)


# ---------------------------------------------------------------- 835


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


# ---------------------------------------------------------------- 837


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


# ---------------------------------------------------------------- 276, 277, 277CA


@dataclass
class StatusCode:
    """One STC composite: category, status and entity codes, and the code list where not 508."""

    category: str
    status: str
    entity: str = ""
    code_list: str = ""


@dataclass
class Status:
    """One STC."""

    codes: tuple[StatusCode, ...] = ()  # STC01, STC10, STC11
    effective_on: date | None = None  # STC02
    action: str = ""  # STC03: WQ accepted, U rejected (277CA)
    charge_cents: int | None = None  # STC04
    paid_cents: int | None = None  # STC05
    adjudicated_on: date | None = None  # STC06
    payment_method: str = ""  # STC07
    paid_on: date | None = None  # STC08
    trace_number: str = ""  # STC09
    message: str = ""  # STC12
    segment_number: int = field(default=0, compare=False)


@dataclass
class StatusBatch:
    """Header of a 276, 277 or 277CA: BHT and the parties of its first levels."""

    structure_code: str = ""  # BHT01: 0010 request/response, 0085 acknowledgment
    purpose_code: str = ""  # BHT02
    batch_reference: str = ""  # BHT03
    created_on: date | None = None
    created_at: time | None = None
    source: Party = field(default_factory=Party)  # payer or clearinghouse (2100A)
    source_trace: str = ""  # 2200A TRN02
    received_on: date | None = None  # DTP 050
    processed_on: date | None = None  # DTP 009
    extra: tuple[Segment, ...] = ()
    segment_number: int = field(default=0, compare=False)


@dataclass
class LineStatus:
    """2220D/E (277, 277CA) or 2210D/E (276)."""

    procedure: Procedure = field(default_factory=Procedure)
    charge_cents: int = 0
    paid_cents: int | None = None
    revenue_code: str = ""
    units: Decimal | None = None
    line_control_number: str = ""  # REF*FJ
    statuses: tuple[Status, ...] = ()
    service_from_on: date | None = None
    service_through_on: date | None = None
    references: tuple[Reference, ...] = ()
    extra: tuple[Segment, ...] = ()
    segment_number: int = field(default=0, compare=False)


@dataclass
class ClaimStatus:
    """One answer (277, 277CA) or question (276) at its level.

    `level` is "receiver" (2200B), "provider" (2200C) or "claim" (2200D/E). A 276's item has no statuses.
    """

    level: str = "claim"
    trace_number: str = (
        ""  # TRN02: CLM01 in a 277CA, our trace in a 277, BHT03 of the 837 at receiver level
    )
    trace_type: str = ""  # TRN01
    source: Party | None = None  # the payer (276/277: loop 2100A)
    receiver: Party | None = None  # 41
    provider: Party | None = None  # 1P or 85
    subscriber: Party | None = None  # IL, or QC in a 277CA
    patient: Party | None = None  # QC under a dependent level
    statuses: tuple[Status, ...] = ()
    payer_claim_control_number: str = ""  # REF*1K
    patient_account: str = ""  # REF*EJ
    bill_type: str = ""  # REF*BLT
    clearinghouse_trace: str = ""  # REF*D9
    references: tuple[Reference, ...] = ()  # the others
    charge_cents: int | None = None  # AMT*T3
    amounts: tuple[Amount, ...] = ()  # YU accepted, YY rejected
    quantities: tuple[Quantity, ...] = ()  # 90 accepted, AA rejected
    service_from_on: date | None = None  # DTP 472
    service_through_on: date | None = None
    lines: tuple[LineStatus, ...] = ()
    extra: tuple[Segment, ...] = ()
    segment_number: int = field(default=0, compare=False)


# ---------------------------------------------------------------- 999, TA1


@dataclass
class GroupAcknowledgment:
    """999 header AK1 and, once its sets are read, AK9."""

    functional_id: str = ""  # AK101
    group_control_number: str = ""  # AK102
    version: str = ""  # AK103
    result: str = ""  # AK901: A, E, P, R
    included_count: int | None = None  # AK902
    received_count: int | None = None  # AK903
    accepted_count: int | None = None  # AK904
    error_codes: tuple[str, ...] = ()  # AK905-09
    extra: tuple[Segment, ...] = ()
    segment_number: int = field(default=0, compare=False)


@dataclass
class ElementError:
    """IK4."""

    element_position: str = ""  # IK401-1
    component_position: str = ""
    repetition_position: str = ""
    reference_number: str = ""  # IK402
    error_code: str = ""  # IK403
    bad_value: str = ""  # IK404
    contexts: tuple[str, ...] = ()  # CTX after it, as sent
    segment_number: int = field(default=0, compare=False)


@dataclass
class SegmentError:
    """IK3 with its CTX and IK4."""

    segment_identifier: str = ""  # IK301
    segment_position: int | None = None  # IK302
    loop: str = ""  # IK303
    error_code: str = ""  # IK304
    contexts: tuple[str, ...] = ()  # CTX: "CLM01:account", "SITUATIONAL TRIGGER*CLM*23"
    elements: tuple[ElementError, ...] = ()
    segment_number: int = field(default=0, compare=False)


@dataclass
class SetAcknowledgment:
    """AK2 to IK5: one transaction set's syntax verdict. Also read from a 997's AK2 to AK5."""

    set_identifier: str = ""  # AK201
    set_control_number: str = ""  # AK202
    version: str = ""  # AK203
    errors: tuple[SegmentError, ...] = ()
    result: str = ""  # IK501: A, E, R, M, W, X
    error_codes: tuple[str, ...] = ()  # IK502-06
    segment_number: int = field(default=0, compare=False)


@dataclass
class InterchangeAcknowledgment:
    """TA1."""

    control_number: str = ""  # TA101 = ISA13 acknowledged
    sent_on: date | None = None
    sent_at: time | None = None
    result: str = ""  # TA104: A, E, R
    note_code: str = ""  # TA105
    segment_number: int = field(default=0, compare=False)


Header = RemittanceHeader | ClaimBatch | StatusBatch | GroupAcknowledgment
Item = ClaimPayment | SubmittedClaim | ClaimStatus | SetAcknowledgment | InterchangeAcknowledgment


@dataclass
class Document:
    """A whole transaction set in memory: what the writer takes, and `read_document` gives."""

    kind: SetKind
    header: Header | None
    items: tuple[Item, ...] = ()
    version: str = ""  # GS08 and ST03
    control_number: str = "0001"  # ST02
