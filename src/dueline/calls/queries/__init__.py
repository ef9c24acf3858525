"""Reading calls: the caller's own and what is said in it, the packet, follow-ups and their proposed dates."""

from dueline.calls.queries.calls import (
    batch,
    call_for,
    call_of,
    claims_per_call,
    is_in_call,
    parts_of,
    ready_beside,
)
from dueline.calls.queries.follow_ups import (
    contact_entries,
    follow_up_for,
    follow_ups_of,
    follow_ups_on,
    proposal,
)
from dueline.calls.queries.note import note_of
from dueline.calls.queries.others import Others, others_of
from dueline.calls.queries.packet import Fact, Group, Packet, packet_of
from dueline.calls.queries.scripts import (
    ScriptInUse,
    last_version,
    scripts_in_use,
    scripts_of,
    versions_of,
)
from dueline.calls.queries.talk import Talk, missing, note_so_far, suggestion_of, talk_of

__all__ = [
    "Fact",
    "Group",
    "Others",
    "Packet",
    "ScriptInUse",
    "Talk",
    "batch",
    "call_for",
    "call_of",
    "claims_per_call",
    "contact_entries",
    "follow_up_for",
    "follow_ups_of",
    "follow_ups_on",
    "is_in_call",
    "last_version",
    "missing",
    "note_of",
    "note_so_far",
    "others_of",
    "packet_of",
    "parts_of",
    "proposal",
    "ready_beside",
    "scripts_in_use",
    "scripts_of",
    "suggestion_of",
    "talk_of",
    "versions_of",
]
