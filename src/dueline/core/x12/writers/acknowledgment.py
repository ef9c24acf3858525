"""Write a 999 and a TA1. The mirror of `core.x12.acknowledgment`; source: 005010X231A1."""

from collections.abc import Iterable, Iterator

from dueline.core.x12.model import (
    GroupAcknowledgment,
    InterchangeAcknowledgment,
    SegmentError,
    SetAcknowledgment,
)
from dueline.core.x12.writers.parts import SegmentWriter, time_text


def write_acknowledgments(
    writer: SegmentWriter, header: GroupAcknowledgment, items: Iterable[SetAcknowledgment]
) -> Iterator[str]:
    """Yield the segments between ST and SE."""
    yield writer.segment("AK1", header.functional_id, header.group_control_number, header.version)
    yield from writer.raw(header.extra)
    for item in items:
        yield writer.segment("AK2", item.set_identifier, item.set_control_number, item.version)
        for error in item.errors:
            yield from _error(writer, error)
        yield writer.segment("IK5", item.result, *item.error_codes)
    counts = (header.included_count, header.received_count, header.accepted_count)
    texts = ["" if count is None else str(count) for count in counts]
    yield writer.segment("AK9", header.result, *texts, *header.error_codes)


def _error(writer: SegmentWriter, error: SegmentError) -> Iterator[str]:
    position = "" if error.segment_position is None else str(error.segment_position)
    yield writer.segment("IK3", error.segment_identifier, position, error.loop, error.error_code)
    for context in error.contexts:
        yield writer.segment("CTX", *writer.kept(context.split("*")))
    for element in error.elements:
        where = writer.composite(
            element.element_position, element.component_position, element.repetition_position
        )
        yield writer.segment(
            "IK4",
            where,
            element.reference_number,
            element.error_code,
            *writer.kept([element.bad_value]),
        )
        for context in element.contexts:
            yield writer.segment("CTX", *writer.kept(context.split("*")))


def write_interchange_acknowledgment(writer: SegmentWriter, item: InterchangeAcknowledgment) -> str:
    """Return the TA1 segment."""
    day = f"{item.sent_on:%y%m%d}" if item.sent_on else ""
    moment = time_text(item.sent_at)
    return writer.segment("TA1", item.control_number, day, moment, item.result, item.note_code)
