"""What an ISA declares: the delimiters, and the interchange's own fields."""

import re
from dataclasses import dataclass

from dueline.core.x12.elements import clock_time, short_date
from dueline.core.x12.model import Delimiters, Interchange

ISA_LENGTH = 106  # with its terminator; senders that do not pad their fields send less
_SEPARATORS = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True)
class IsaFault:
    """Why an ISA cannot be used."""

    code: str
    expected: str
    found: str


def read_isa(text: str) -> tuple[Interchange, int] | IsaFault:
    """Return the interchange at the start of `text` and the length of its ISA with terminator.

    The terminator is what follows ISA16's one character, wherever that stands: fields may be unpadded.
    """
    element = text[3:4]
    if not element or _SEPARATORS.match(element) or element.isspace():
        return IsaFault("bad_delimiter", "a separator after ISA", element)
    fields = text[:400].split(element, 16)
    if len(fields) < 17 or len(fields[16]) < 2:
        return IsaFault(
            "truncated_isa", "16 elements and a segment terminator", f"{len(fields) - 1} elements"
        )
    component, segment = fields[16][0], fields[16][1]
    if segment == "\r" and fields[16][2:3] == "\n":
        segment = "\n"
    repetition = fields[11]
    if len(repetition) != 1 or _SEPARATORS.match(repetition) or repetition.isspace():
        repetition = ""
    used = [element, component, segment]
    if (
        len(set(used)) < 3
        or _SEPARATORS.match(component)
        or _SEPARATORS.match(segment)
        or segment == " "
    ):
        return IsaFault("bad_delimiter", "three different separators", " ".join(used))
    interchange = Interchange(
        sender_qualifier=fields[5].strip(),
        sender_id=fields[6].strip(),
        receiver_qualifier=fields[7].strip(),
        receiver_id=fields[8].strip(),
        sent_on=short_date(fields[9].strip()),
        sent_at=clock_time(fields[10].strip()),
        version=fields[12].strip(),
        control_number=fields[13].strip(),
        acknowledgment_requested=fields[14].strip(),
        usage=fields[15].strip(),
        delimiters=Delimiters(element, repetition, component, segment),
    )
    return interchange, len(element.join(fields[:16])) + 3
