"""What the X12 transaction sets say, as plain values shared by the reader and the writer.

Amounts are integer cents (exact, and an order faster than Decimal in bulk); dates are `datetime.date`;
an absent text element is "", an absent amount, number or date None, an absent repetition ().
`segment_number` counts from 1 at the first ISA through the whole file; it is where the
value came from and takes no part in equality. `extra` holds every segment of the loop that has no field
of its own, in order, so that nothing in a file is dropped. The classes have no slots on purpose: a field
left at its default costs nothing to build.
"""

from dueline.core.x12.model.acknowledgment import (
    ElementError,
    GroupAcknowledgment,
    InterchangeAcknowledgment,
    SegmentError,
    SetAcknowledgment,
)
from dueline.core.x12.model.claim import (
    ClaimBatch,
    Diagnosis,
    OtherAdjudication,
    OtherPayer,
    ServiceLine,
    SubmittedClaim,
    Subscriber,
)
from dueline.core.x12.model.document import Document, Header, Item
from dueline.core.x12.model.parts import (
    Adjustment,
    Amount,
    Contact,
    DatePeriod,
    Delimiters,
    Group,
    Interchange,
    Party,
    Problem,
    Procedure,
    Quantity,
    Reference,
    Segment,
)
from dueline.core.x12.model.remittance import (
    ClaimPayment,
    LinePayment,
    ProviderAdjustment,
    RemittanceHeader,
)
from dueline.core.x12.model.status import ClaimStatus, LineStatus, Status, StatusBatch, StatusCode

__all__ = [
    "Adjustment",
    "Amount",
    "ClaimBatch",
    "ClaimPayment",
    "ClaimStatus",
    "Contact",
    "DatePeriod",
    "Delimiters",
    "Diagnosis",
    "Document",
    "ElementError",
    "Group",
    "GroupAcknowledgment",
    "Header",
    "Interchange",
    "InterchangeAcknowledgment",
    "Item",
    "LinePayment",
    "LineStatus",
    "OtherAdjudication",
    "OtherPayer",
    "Party",
    "Problem",
    "Procedure",
    "ProviderAdjustment",
    "Quantity",
    "Reference",
    "RemittanceHeader",
    "Segment",
    "SegmentError",
    "ServiceLine",
    "SetAcknowledgment",
    "Status",
    "StatusBatch",
    "StatusCode",
    "SubmittedClaim",
    "Subscriber",
]
