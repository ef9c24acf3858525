"""Reading calls: follow-ups and their proposed dates, and the packet that a representative asks for."""

from dueline.calls.queries.follow_ups import (
    follow_up_for,
    follow_ups_of,
    follow_ups_on,
    proposal,
)
from dueline.calls.queries.note import note_of
from dueline.calls.queries.packet import Fact, Group, Packet, packet_of

__all__ = [
    "Fact",
    "Group",
    "Packet",
    "follow_up_for",
    "follow_ups_of",
    "follow_ups_on",
    "note_of",
    "packet_of",
    "proposal",
]
