"""Where a denial stands: one table says what each event makes of each state. See docs/reference/denial-states.md.

What the events of a denial are is in `core.denial_course`.
"""

from enum import StrEnum

from dueline.core.enums import DenialState

_S = DenialState


class DenialEvent(StrEnum):
    """Everything that can move a denial after it was opened."""

    CORRECTION_SENT = "correction_sent"
    APPEAL_SENT = "appeal_sent"
    UPHELD = "upheld"
    ANSWER_TAKEN_BACK = "answer_taken_back"
    PAID = "paid"
    PAYMENT_TAKEN_BACK = "payment_taken_back"
    REFUSED = "refused"
    OTHER_PAYER_BILLED = "other_payer_billed"
    PUT_TO_PATIENT = "put_to_patient"
    GIVEN_UP = "given_up"


# Nothing more is to be done about the denial itself.
ENDED = frozenset({_S.RECOVERED, _S.REFUSED_AGAIN, _S.OTHER_PAYER, _S.TO_PATIENT, _S.WRITTEN_OFF})
# Something was sent, or the payer is at it: an answer is waited for.
WAITING = frozenset({_S.CORRECTED, _S.APPEALED, _S.TAKEN_BACK})
# To be worked or watched.
LIVE = frozenset(_S) - ENDED

_SETTLED = frozenset({_S.RECOVERED, _S.REFUSED_AGAIN})

# What each event makes of a denial, and the states it leaves as they are.
# - Money settles: what was recovered stays so until that payment is taken back.
# - A later refusal goes on as a denial of its own; this one ends there, also when that one is paid.
# - Something sent again after it was given up, billed elsewhere or put to the patient takes it up again.
# - The word that a refusal stands ends the waiting for a correction or an appeal, and nothing else.
RULES: dict[DenialEvent, tuple[DenialState, frozenset[DenialState]]] = {
    DenialEvent.CORRECTION_SENT: (_S.CORRECTED, _SETTLED),
    DenialEvent.APPEAL_SENT: (_S.APPEALED, _SETTLED),
    DenialEvent.UPHELD: (_S.OPEN, frozenset(_S) - {_S.CORRECTED, _S.APPEALED}),
    DenialEvent.ANSWER_TAKEN_BACK: (_S.TAKEN_BACK, _SETTLED),
    DenialEvent.PAID: (_S.RECOVERED, frozenset({_S.REFUSED_AGAIN})),
    DenialEvent.PAYMENT_TAKEN_BACK: (_S.OPEN, frozenset(_S) - {_S.RECOVERED}),
    DenialEvent.REFUSED: (_S.REFUSED_AGAIN, frozenset({_S.RECOVERED})),
    DenialEvent.OTHER_PAYER_BILLED: (_S.OTHER_PAYER, _SETTLED),
    DenialEvent.PUT_TO_PATIENT: (_S.TO_PATIENT, _SETTLED),
    DenialEvent.GIVEN_UP: (_S.WRITTEN_OFF, _SETTLED),
}

TRANSITIONS: dict[tuple[DenialState, DenialEvent], DenialState] = {
    (state, event): state if state in kept else becomes
    for event, (becomes, kept) in RULES.items()
    for state in DenialState
}


def next_state(current: DenialState, event: DenialEvent) -> DenialState:
    """Return where a denial stands after `event`."""
    return TRANSITIONS[current, event]
