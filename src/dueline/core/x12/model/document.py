"""A transaction set as a whole, and what may stand in one."""

from dataclasses import dataclass

from dueline.core.enums import SetKind
from dueline.core.x12.model.acknowledgment import (
    GroupAcknowledgment,
    InterchangeAcknowledgment,
    SetAcknowledgment,
)
from dueline.core.x12.model.claim import ClaimBatch, SubmittedClaim
from dueline.core.x12.model.remittance import ClaimPayment, RemittanceHeader
from dueline.core.x12.model.status import ClaimStatus, StatusBatch

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
