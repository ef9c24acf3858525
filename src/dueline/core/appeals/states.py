"""Where an appeal stands: one table says what may be done in each state. See docs/reference/appeals.md."""

from enum import StrEnum


class AppealState(StrEnum):
    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    RETURNED = "returned"  # to its writer, with a reason
    APPROVED = "approved"
    SENT = "sent"
    RECEIVED = "received"  # the payer has said so
    OVERTURNED = "overturned"
    PARTLY_OVERTURNED = "partly_overturned"
    UPHELD = "upheld"
    DISMISSED = "dismissed"  # not looked at: too late, no standing, not complete
    WITHDRAWN = "withdrawn"


class AppealEvent(StrEnum):
    """Everything that can be done with an appeal after it was started."""

    CHANGE = "change"
    ASK_APPROVAL = "ask_approval"
    TAKE_BACK = "take_back"  # to change it again
    RETURN = "return"
    APPROVE = "approve"
    SEND = "send"
    RECEIVE = "receive"
    OVERTURN = "overturn"
    OVERTURN_PARTLY = "overturn_partly"
    UPHOLD = "uphold"
    DISMISS = "dismiss"
    WITHDRAW = "withdraw"


_S, _E = AppealState, AppealEvent
# Being written: letter, facts and enclosures may change.
WRITTEN = frozenset({_S.DRAFT, _S.RETURNED})
WITH_PAYER = frozenset({_S.SENT, _S.RECEIVED})
DECIDED = frozenset({_S.OVERTURNED, _S.PARTLY_OVERTURNED, _S.UPHELD, _S.DISMISSED})
ENDED = DECIDED | {_S.WITHDRAWN}
OPEN = frozenset(_S) - ENDED
# What a payer can decide, and the state it leads to.
DECISIONS: dict[AppealEvent, AppealState] = {
    _E.OVERTURN: _S.OVERTURNED,
    _E.OVERTURN_PARTLY: _S.PARTLY_OVERTURNED,
    _E.UPHOLD: _S.UPHELD,
    _E.DISMISS: _S.DISMISSED,
}

# From where each event may come, and where it leads. A decision may come before word of receipt.
RULES: dict[AppealEvent, tuple[frozenset[AppealState], AppealState]] = {
    _E.CHANGE: (WRITTEN, _S.DRAFT),
    _E.ASK_APPROVAL: (WRITTEN, _S.AWAITING_APPROVAL),
    _E.TAKE_BACK: (frozenset({_S.AWAITING_APPROVAL, _S.APPROVED}), _S.DRAFT),
    _E.RETURN: (frozenset({_S.AWAITING_APPROVAL}), _S.RETURNED),
    _E.APPROVE: (frozenset({_S.AWAITING_APPROVAL}), _S.APPROVED),
    _E.SEND: (frozenset({_S.APPROVED}), _S.SENT),
    _E.RECEIVE: (frozenset({_S.SENT}), _S.RECEIVED),
    **{event: (WITH_PAYER, state) for event, state in DECISIONS.items()},
    _E.WITHDRAW: (OPEN, _S.WITHDRAWN),
}
TRANSITIONS: dict[tuple[AppealState, AppealEvent], AppealState] = {
    (state, event): after for event, (before, after) in RULES.items() for state in before
}

_NEEDED = {
    _E.CHANGE: "a draft or a returned appeal",
    _E.ASK_APPROVAL: "a draft or a returned appeal",
    _E.TAKE_BACK: "an appeal that waits for approval or is approved",
    _E.RETURN: "an appeal that waits for approval",
    _E.APPROVE: "an appeal that waits for approval",
    _E.SEND: "an approved appeal",
    _E.RECEIVE: "an appeal that was sent",
    **dict.fromkeys(DECISIONS, "an appeal that was sent"),
    _E.WITHDRAW: "an appeal that is not decided",
}


def why_not(state: AppealState, event: AppealEvent) -> str:
    """Return why an event cannot come in a state, in a sentence; "" where it can."""
    if (state, event) in TRANSITIONS:
        return ""
    return f"This appeal is {state.replace('_', ' ')}. Expected {_NEEDED[event]}."
