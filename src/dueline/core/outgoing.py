"""Files that Dueline writes to be sent: what for, and where each stands. See docs/reference/outgoing-files.md."""

from enum import StrEnum


class OutgoingPurpose(StrEnum):
    """What a file asks its receiver to do."""

    STATUS_REQUESTS = "status_requests"
    CORRECTED_CLAIMS = "corrected_claims"
    SECONDARY_CLAIMS = "secondary_claims"


class OutgoingState(StrEnum):
    """Where a file stands, by what was done with it and what its receiver said."""

    WRITTEN = "written"
    SENDING = "sending"  # a mailbox has it in hand
    SENT = "sent"
    ACCEPTED = "accepted"
    PARTLY_REJECTED = "partly_rejected"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"  # called back before it was sent


class OutgoingEvent(StrEnum):
    """Everything that can move a file after it was written."""

    BEGUN = "begun"  # the exchange has taken it in hand: no one else sends it
    SENT = "sent"  # handed over, or its receiver says so: it has the interchange
    ACCEPTED = "accepted"
    PARTLY_REJECTED = "partly_rejected"
    REJECTED = "rejected"
    CALLED_BACK = "called_back"


_S = OutgoingState

# Nothing has come of these yet: no receiver has said whether it takes what is in them.
UNANSWERED = frozenset({_S.WRITTEN, _S.SENDING, _S.SENT})

# What each event makes of a file, and the states it leaves as they are. A refusal stands: what was refused
# is written anew, in a file of its own; and an acknowledgment may be here before anyone said the file was sent. What
# was called back and is acknowledged all the same had gone out: it stands as its receiver has it.
RULES: dict[OutgoingEvent, tuple[OutgoingState, frozenset[OutgoingState]]] = {
    OutgoingEvent.BEGUN: (_S.SENDING, frozenset(_S) - {_S.WRITTEN}),
    OutgoingEvent.SENT: (_S.SENT, frozenset(_S) - {_S.WRITTEN, _S.SENDING, _S.WITHDRAWN}),
    OutgoingEvent.ACCEPTED: (_S.ACCEPTED, frozenset({_S.PARTLY_REJECTED, _S.REJECTED})),
    OutgoingEvent.PARTLY_REJECTED: (_S.PARTLY_REJECTED, frozenset({_S.REJECTED})),
    OutgoingEvent.REJECTED: (_S.REJECTED, frozenset()),
    OutgoingEvent.CALLED_BACK: (_S.WITHDRAWN, frozenset(_S) - {_S.WRITTEN}),
}

TRANSITIONS: dict[tuple[OutgoingState, OutgoingEvent], OutgoingState] = {
    (state, event): state if state in kept else becomes
    for event, (becomes, kept) in RULES.items()
    for state in OutgoingState
}


def next_state(current: OutgoingState, event: OutgoingEvent) -> OutgoingState:
    """Return where a file stands after `event`."""
    return TRANSITIONS[current, event]


def event_of_counts(refused_count: int, claim_count: int) -> OutgoingEvent:
    """Return what an answer says of a file by how many of its claims stand refused now."""
    if not refused_count:
        return OutgoingEvent.ACCEPTED
    is_all = refused_count >= claim_count
    return OutgoingEvent.REJECTED if is_all else OutgoingEvent.PARTLY_REJECTED


# ---------------------------------------------------------------- numbers

# Control numbers begin here, out of the way of a practice-management system, which counts from 1: a 999 names
# a file by this number alone. Nine digits are all that ISA13 and GS06 take.
FIRST_NUMBER = 700_000_001
LAST_NUMBER = 999_999_999


def number_of(control_number: str) -> int | None:
    """Return the number of one of our files that a control number may name; None for another's."""
    text = control_number.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 12):
        return None
    number = int(text)
    return number if FIRST_NUMBER <= number <= LAST_NUMBER else None


def batch_reference(number: int, set_control_number: str) -> str:
    """Return BHT03 of a set of a file: a 277CA repeats it, and so names the file and the set."""
    return f"{batch_prefix(number)}{set_control_number}"


def batch_prefix(number: int) -> str:
    """Return how BHT03 of every set of a file begins."""
    return f"{number}-"


def batch_of(reference: str) -> tuple[int, str] | None:
    """Return the file's number and ST02 that a BHT03 of ours says; None for another's."""
    number, dash, set_control_number = reference.strip().partition("-")
    known = number_of(number)
    return (known, set_control_number) if known is not None and dash else None


def claim_identifier(number: int, place: int) -> str:
    """Return what names the `place`-th claim (from 1) of a file, once in a practice: letters and digits only."""
    return f"DL{number}C{place:06d}"


def number_of_identifier(identifier: str) -> int | None:
    """Return the number of the file whose claim this names; None for what is not one of ours."""
    head, letter, place = identifier.strip().upper().partition("C")
    if not (letter and head.startswith("DL") and place.isdigit()):
        return None
    return number_of(head[2:])
