"""What a 999, a 997 and a TA1 say."""

from dataclasses import dataclass, field
from datetime import date, time

from dueline.core.x12.model.parts import Segment


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
