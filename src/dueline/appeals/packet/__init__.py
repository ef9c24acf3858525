"""An appeal on paper: cover sheet, letter, our own pages and the enclosures, in one numbered PDF."""

from dueline.appeals.packet.files import (
    MOST_BYTES,
    MOST_PAGES,
    Looked,
    as_pdf,
    look_at,
    look_at_logo,
)
from dueline.appeals.packet.making import Packet, packet_of

__all__ = [
    "MOST_BYTES",
    "MOST_PAGES",
    "Looked",
    "Packet",
    "as_pdf",
    "look_at",
    "look_at_logo",
    "packet_of",
]
