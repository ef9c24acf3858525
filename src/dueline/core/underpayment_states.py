"""Where an underpayment stands: one table says what may become of each state."""

from dueline.core.enums import UnderpaymentState

_S = UnderpaymentState

# By a person's word. What the payer makes good, or takes back, ends it without one: RECOVERED, TAKEN_BACK.
TRANSITIONS: dict[UnderpaymentState, frozenset[UnderpaymentState]] = {
    _S.OPEN: frozenset({_S.DISPUTED, _S.ACCEPTED}),
    _S.DISPUTED: frozenset({_S.OPEN, _S.ACCEPTED}),
    _S.ACCEPTED: frozenset({_S.OPEN}),
    _S.RECOVERED: frozenset(),
    _S.TAKEN_BACK: frozenset(),
}
LIVE = frozenset({_S.OPEN, _S.DISPUTED})
