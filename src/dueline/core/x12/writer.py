"""Write transaction sets and interchanges, piece by piece. What is written reads back equal."""

from collections.abc import Iterable, Iterator
from typing import cast

from dueline.core.enums import SetKind
from dueline.core.x12.model import (
    ClaimBatch,
    Delimiters,
    Document,
    Group,
    GroupAcknowledgment,
    Interchange,
    InterchangeAcknowledgment,
    RemittanceHeader,
    StatusBatch,
)
from dueline.core.x12.writers.acknowledgment import (
    write_acknowledgments,
    write_interchange_acknowledgment,
)
from dueline.core.x12.writers.claim import write_claims
from dueline.core.x12.writers.parts import SegmentWriter, day_text, time_text
from dueline.core.x12.writers.remittance import write_remittance
from dueline.core.x12.writers.status import write_statuses

_IDENTIFIERS = {
    SetKind.CLAIM_PROFESSIONAL: "837",
    SetKind.CLAIM_INSTITUTIONAL: "837",
    SetKind.CLAIM_DENTAL: "837",
    SetKind.REMITTANCE: "835",
    SetKind.STATUS_REQUEST: "276",
    SetKind.STATUS_RESPONSE: "277",
    SetKind.CLAIM_ACKNOWLEDGMENT: "277",
    SetKind.IMPLEMENTATION_ACKNOWLEDGMENT: "999",
}
_WITHOUT_ST03 = frozenset({SetKind.REMITTANCE})  # 005010X221A1 has no ST03


def _body(writer: SegmentWriter, document: Document) -> Iterator[str]:
    kind, items = document.kind, document.items
    if kind is SetKind.REMITTANCE:
        return write_remittance(writer, cast(RemittanceHeader, document.header), items)  # type: ignore[arg-type]
    if kind in (SetKind.STATUS_REQUEST, SetKind.STATUS_RESPONSE, SetKind.CLAIM_ACKNOWLEDGMENT):
        return write_statuses(writer, kind, cast(StatusBatch, document.header), items)  # type: ignore[arg-type]
    if kind is SetKind.IMPLEMENTATION_ACKNOWLEDGMENT:
        return write_acknowledgments(writer, cast(GroupAcknowledgment, document.header), items)  # type: ignore[arg-type]
    return write_claims(writer, cast(ClaimBatch, document.header), items)  # type: ignore[arg-type]


def write_document(document: Document, delimiters: Delimiters | None = None) -> Iterator[str]:
    """Yield the segments of a set from ST to SE, without terminators.

    Raises ValueError for a kind that is not written, and its subclass UnwritableValue for a value
    that holds a delimiter.
    """
    identifier = _IDENTIFIERS.get(document.kind)
    if identifier is None:
        raise ValueError(f"a {document.kind} is not written")
    writer = SegmentWriter(delimiters or Delimiters())
    version = "" if document.kind in _WITHOUT_ST03 else document.version
    yield writer.segment("ST", identifier, document.control_number, version)
    count = 2
    for text in _body(writer, document):
        count += 1
        yield text
    yield writer.segment("SE", str(count), document.control_number)


def write_interchange(
    groups: Iterable[tuple[Group, Iterable[Document]]],
    interchange: Interchange,
    *,
    acknowledgments: Iterable[InterchangeAcknowledgment] = (),
    line_breaks: bool = True,
) -> Iterator[str]:
    """Yield an interchange's text, a terminated segment at a time; all counts are filled in.

    Groups, sets and their items may be lazy: each is asked for when its turn comes. Dates and times that
    are not given are written as zeros, which the envelope requires.
    """
    delimiters = interchange.delimiters
    writer = SegmentWriter(delimiters)
    end = delimiters.segment + ("\n" if line_breaks and delimiters.segment != "\n" else "")
    yield _isa(interchange) + end
    for item in acknowledgments:
        yield write_interchange_acknowledgment(writer, item) + end
    group_count = 0
    for group, documents in groups:
        group_count += 1
        yield (
            writer.segment(
                "GS",
                group.functional_id,
                group.sender_code,
                group.receiver_code,
                day_text(group.sent_on),
                time_text(group.sent_at) or "0000",
                group.control_number,
                "X",
                group.version,
            )
            + end
        )
        set_count = 0
        for document in documents:
            set_count += 1
            for text in write_document(document, delimiters):
                yield text + end
        yield writer.segment("GE", str(set_count), group.control_number) + end
    yield writer.segment("IEA", str(group_count), _control_number(interchange)) + end


def _control_number(interchange: Interchange) -> str:
    """Return ISA13 and IEA02: nine digits."""
    return interchange.control_number.rjust(9, "0")[:9]


def _isa(interchange: Interchange) -> str:
    """Return the ISA: fixed widths, 106 characters with its terminator."""
    delimiters = interchange.delimiters
    day = f"{interchange.sent_on:%y%m%d}" if interchange.sent_on else "000000"
    moment = f"{interchange.sent_at:%H%M}" if interchange.sent_at else "0000"
    fields = [
        "ISA",
        "00",
        " " * 10,
        "00",
        " " * 10,
        interchange.sender_qualifier.ljust(2)[:2],
        interchange.sender_id.ljust(15)[:15],
        interchange.receiver_qualifier.ljust(2)[:2],
        interchange.receiver_id.ljust(15)[:15],
        day,
        moment,
        delimiters.repetition or "U",
        interchange.version.rjust(5, "0")[:5],
        _control_number(interchange),
        interchange.acknowledgment_requested[:1] or "0",
        interchange.usage[:1] or "P",
        delimiters.component,
    ]
    return delimiters.element.join(fields)
