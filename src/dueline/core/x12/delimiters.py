"""What an ISA declares: the delimiters, and the interchange's own fields."""

from dataclasses import dataclass

from dueline.core.x12.elements import clock_time, short_date
from dueline.core.x12.model import Delimiters, Interchange

LONGEST_ISA = 400  # 106 with its terminator; senders that do not pad their fields send less
_NO_SEPARATORS = frozenset("\r\n ")


@dataclass(frozen=True)
class IsaFault:
    """Why an ISA cannot be used."""

    code: str
    expected: str
    found: str


def can_separate(character: str) -> bool:
    """Tell whether a character may be a delimiter: control characters may, letters and digits not."""
    return len(character) == 1 and not character.isalnum()


def read_isa(text: str) -> tuple[Interchange, int] | IsaFault:
    """Return the interchange at the start of `text` and the length of its ISA with terminator.

    The terminator is what follows ISA16's one character, wherever that stands: fields may be unpadded.
    """
    element = text[3:4]
    if not can_separate(element) or element in _NO_SEPARATORS:
        return IsaFault("bad_delimiter", "a separator after ISA", element)
    fields = text[:LONGEST_ISA].split(element, 16)
    if len(fields) < 17 or len(fields[16]) < 2:
        return IsaFault(
            "truncated_isa", "16 elements and a segment terminator", f"{len(fields) - 1} elements"
        )
    component, segment = fields[16][0], fields[16][1]
    if segment == "\r" and fields[16][2:3] == "\n":
        segment = "\n"
    used = [element, component, segment]
    if len(set(used)) < 3 or not can_separate(component) or not can_separate(segment):
        return IsaFault("bad_delimiter", "three different separators", " ".join(used))
    if component in _NO_SEPARATORS or segment == " ":
        return IsaFault("bad_delimiter", "separators other than spaces", " ".join(used))
    repetition = fields[11]
    if not can_separate(repetition) or repetition in _NO_SEPARATORS or repetition in used:
        repetition = ""
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
