"""Read a 999 or 997 (what a receiver's syntax check said of our sets) and a TA1.

Source: 005010X231A1; 005010X230 for the 997, whose AK3 to AK5 mean what IK3 to IK5 do.
"""

from collections.abc import Iterator

from dueline.core.x12.elements import BadElement, clock_time, short_date, whole_number
from dueline.core.x12.loops import SetState, element_at, keep_unknown, segments_of_set, trimmed
from dueline.core.x12.model import (
    ElementError,
    GroupAcknowledgment,
    InterchangeAcknowledgment,
    Item,
    SegmentError,
    SetAcknowledgment,
)


class AcknowledgmentReader:
    """Reads the segments of one 999 or 997 into one page of set acknowledgments."""

    def __init__(self, state: SetState) -> None:
        self.state = state
        self.header = GroupAcknowledgment()
        state.header = self.header
        self.current: SetAcknowledgment | None = None
        self.items: list[Item] = []

    def pages(self) -> Iterator[list[Item]]:
        """Yield an empty page after AK1, then every acknowledgment."""
        is_first = True
        for number, elements in segments_of_set(self.state):
            try:
                self._read(elements[0], elements, number)
            except (BadElement, IndexError) as error:
                self.state.fail(elements, number, "2000" if self.current else "header", error)
                self.items = [item for item in self.items if item is not self.current]
                self.current = None
            if is_first:
                is_first = False
                yield []
        yield self.items

    def _read(self, tag: str, elements: list[str], number: int) -> None:
        if tag == "AK1" and not self.header.segment_number:
            self.header.segment_number = number
            self.header.functional_id = elements[1]
            self.header.group_control_number = elements[2]
            self.header.version = element_at(elements, 3)
        elif tag == "AK2":
            self.current = None
            self.state.begin_item(number)
            self.current = SetAcknowledgment(
                elements[1], elements[2], element_at(elements, 3), segment_number=number
            )
            self.items.append(self.current)
        elif tag == "AK9":
            self._read_group_result(elements)
        elif self.current is None:
            self.header.extra += (keep_unknown(self.state, elements, number, "header"),)
        elif tag in ("IK5", "AK5") and not self.current.result:
            self.current.result = elements[1]
            self.current.error_codes = tuple(code for code in elements[2:7] if code)
        else:
            self._read_error(self.current, tag, elements, number)

    def _read_group_result(self, elements: list[str]) -> None:
        self.current = None
        self.header.result = elements[1]
        counts = [whole_number(text) if text else None for text in (elements[2:5] + [""] * 3)[:3]]
        self.header.included_count, self.header.received_count, self.header.accepted_count = counts
        self.header.error_codes = tuple(code for code in elements[5:10] if code)

    def _read_error(
        self, current: SetAcknowledgment, tag: str, elements: list[str], number: int
    ) -> None:
        if tag in ("IK3", "AK3"):
            position = element_at(elements, 2)
            error = SegmentError(
                elements[1],
                whole_number(position) if position.isdecimal() else None,
                element_at(elements, 3),
                element_at(elements, 4),
                segment_number=number,
            )
            current.errors += (error,)
        elif tag in ("IK4", "AK4") and current.errors:
            position_in = (elements[1].split(self.state.delimiters.component) + ["", ""])[:3]
            element_position, component_position, repetition_position = position_in
            current.errors[-1].elements += (
                ElementError(
                    element_position,
                    component_position,
                    repetition_position,
                    element_at(elements, 2),
                    element_at(elements, 3),
                    element_at(elements, 4),
                    segment_number=number,
                ),
            )
        elif tag == "CTX" and current.errors:
            error = current.errors[-1]
            holder = error.elements[-1] if error.elements else error
            holder.contexts += ("*".join(trimmed(elements[1:])),)
        else:
            self.header.extra += (keep_unknown(self.state, elements, number, "2000"),)


def acknowledgment_of_interchange(
    state: SetState, elements: list[str], number: int
) -> InterchangeAcknowledgment | None:
    """Return what a TA1 says; None, with a problem recorded, where it lacks an element."""
    try:
        return InterchangeAcknowledgment(
            elements[1],
            short_date(elements[2]),
            clock_time(elements[3]),
            elements[4],
            element_at(elements, 5),
            number,
        )
    except IndexError as error:
        state.fail(elements, number, "", error)
        return None
