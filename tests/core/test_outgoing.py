"""Where an outgoing file stands after each event, and which control numbers are ours."""

import pytest

from dueline.core.outgoing import (
    FIRST_NUMBER,
    LAST_NUMBER,
    TRANSITIONS,
    batch_of,
    batch_reference,
    claim_identifier,
    event_of_counts,
    next_state,
    number_of,
    number_of_identifier,
)
from dueline.core.outgoing import OutgoingEvent as E
from dueline.core.outgoing import OutgoingState as S

EVENTS = (E.BEGUN, E.SENT, E.ACCEPTED, E.PARTLY_REJECTED, E.REJECTED, E.CALLED_BACK)
ANSWERED = (S.ACCEPTED, S.PARTLY_REJECTED, S.REJECTED)
EXPECTED = {
    S.WRITTEN: (S.SENDING, S.SENT, *ANSWERED, S.WITHDRAWN),
    S.SENDING: (S.SENDING, S.SENT, *ANSWERED, S.SENDING),
    S.SENT: (S.SENT, S.SENT, *ANSWERED, S.SENT),
    S.ACCEPTED: (S.ACCEPTED, S.ACCEPTED, *ANSWERED, S.ACCEPTED),
    S.PARTLY_REJECTED: (*(S.PARTLY_REJECTED,) * 4, S.REJECTED, S.PARTLY_REJECTED),
    S.REJECTED: (S.REJECTED,) * 6,
    S.WITHDRAWN: (S.WITHDRAWN, S.SENT, *ANSWERED, S.WITHDRAWN),
}


@pytest.mark.parametrize("state", S)
def test_next_state_of_every_member(state: S) -> None:
    assert tuple(next_state(state, event) for event in EVENTS) == EXPECTED[state]
    assert len(TRANSITIONS) == len(S) * len(E) == len(S) * len(EVENTS)


@pytest.mark.parametrize(
    ("refused", "claims", "event"),
    [(0, 3, E.ACCEPTED), (1, 3, E.PARTLY_REJECTED), (3, 3, E.REJECTED), (4, 3, E.REJECTED)],
)
def test_event_of_counts(refused: int, claims: int, event: E) -> None:
    assert event_of_counts(refused, claims) is event


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (str(FIRST_NUMBER), FIRST_NUMBER),
        (f" 0{LAST_NUMBER} ", LAST_NUMBER),
        (str(FIRST_NUMBER - 1), None),
        (str(LAST_NUMBER + 1), None),
        ("17", None),
        ("", None),
        ("70000000A", None),
        ("\u0667" * 9, None),
        ("9" * 400, None),
    ],
)
def test_number_of_a_control_number(text: str, number: int | None) -> None:
    assert number_of(text) == number


def test_names_lead_back_to_their_file() -> None:
    number = FIRST_NUMBER + 41
    assert batch_of(batch_reference(number, "0003")) == (number, "0003")
    assert number_of_identifier(claim_identifier(number, 100_000)) == number
    for other in ("", "-", "17-0001", "LKS-1", str(number), "x" * 80):
        assert batch_of(other) is None
        assert number_of_identifier(other) is None
    for other in ("DL17C1", "DLC1", "DL700000042C", "DL700000042Cx", "EL700000042C000001"):
        assert number_of_identifier(other) is None
