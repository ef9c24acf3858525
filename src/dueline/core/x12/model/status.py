"""What a 276, 277 and 277CA say."""

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal

from dueline.core.x12.model.parts import Amount, Party, Procedure, Quantity, Reference, Segment


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
