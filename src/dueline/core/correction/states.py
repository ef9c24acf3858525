"""Kinds of corrections, and the states one goes through: one table."""

from enum import StrEnum


class CorrectionKind(StrEnum):
    """What is made of a claim as sent; the value is the frequency code (CLM05-3), but of the last."""

    RESEND = "1"  # the payer never accepted the claim: there is nothing to replace
    REPLACEMENT = "7"
    VOID = "8"
    NEXT_PAYER = "N"  # frequency 1: the rest is billed to the payer whose turn it is


# How each is called in a list.
KIND_NAMES = {
    CorrectionKind.RESEND: "Sent anew",
    CorrectionKind.REPLACEMENT: "Replacement",
    CorrectionKind.VOID: "Void",
    CorrectionKind.NEXT_PAYER: "To the next payer",
}

# What a payer is asked to do with a claim that it was sent.
OF_ONE_PAYER = (CorrectionKind.RESEND, CorrectionKind.REPLACEMENT, CorrectionKind.VOID)


class CorrectionState(StrEnum):
    """Where a correction stands."""

    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    RETURNED = "returned"  # to be changed first
    APPROVED = "approved"
    WRITTEN = "written"
    ANSWERED = "answered"
    REJECTED = "rejected"  # never reached the payer's adjudication
    WITHDRAWN = "withdrawn"


class CorrectionEvent(StrEnum):
    """What moves a correction."""

    CHANGE = "change"
    ASK = "ask"
    APPROVE = "approve"
    RETURN = "return"
    WRITE = "write"
    ANSWER = "answer"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    CALL_BACK = "call_back"  # its file, before it was sent


_S, _E = CorrectionState, CorrectionEvent

# What is not here is refused: what is written may have been sent, and is not withdrawn; its file is called back. A
# change takes an approval back: what was approved is what goes out.
TRANSITIONS: dict[tuple[CorrectionState, CorrectionEvent], CorrectionState] = {
    (_S.DRAFT, _E.CHANGE): _S.DRAFT,
    (_S.DRAFT, _E.ASK): _S.AWAITING_APPROVAL,
    (_S.DRAFT, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.AWAITING_APPROVAL, _E.CHANGE): _S.DRAFT,
    (_S.AWAITING_APPROVAL, _E.APPROVE): _S.APPROVED,
    (_S.AWAITING_APPROVAL, _E.RETURN): _S.RETURNED,
    (_S.AWAITING_APPROVAL, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.RETURNED, _E.CHANGE): _S.DRAFT,
    (_S.RETURNED, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.APPROVED, _E.CHANGE): _S.DRAFT,
    (_S.APPROVED, _E.WRITE): _S.WRITTEN,
    (_S.APPROVED, _E.WITHDRAW): _S.WITHDRAWN,
    (_S.WRITTEN, _E.ANSWER): _S.ANSWERED,
    (_S.WRITTEN, _E.REJECT): _S.REJECTED,
    (_S.WRITTEN, _E.CALL_BACK): _S.DRAFT,
}

# A claim has one of these at most.
OPEN_STATES = frozenset({_S.DRAFT, _S.AWAITING_APPROVAL, _S.RETURNED, _S.APPROVED, _S.WRITTEN})


def can_move(current: CorrectionState, event: CorrectionEvent) -> bool:
    """Whether `event` is possible for a correction in a state."""
    return (current, event) in TRANSITIONS


def next_state(current: CorrectionState, event: CorrectionEvent) -> CorrectionState:
    """Return the state after `event`. Raises KeyError where it is not possible: ask `can_move` first."""
    return TRANSITIONS[current, event]
