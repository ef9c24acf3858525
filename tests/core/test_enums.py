"""Every member that people see has words wherever words are looked up, and none shows its raw name."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from dueline.accounts.permissions import ROLE_NAMES
from dueline.calls.actions.hearing import _SAID
from dueline.cli.worklist import ACTION_WORDS, HEAD
from dueline.core import enums
from dueline.core.deadline_words import KIND_NAMES
from dueline.core.enums import (
    CallState,
    Channel,
    CheckKey,
    DeadlineKind,
    DueCause,
    Grade,
    Level,
    NextAction,
    Order,
    Outcome,
    PayerClock,
    PayerStatus,
    PayerType,
    RequestOwner,
    RequestState,
    Role,
    WorkStatus,
)
from dueline.core.note import Noted, write_note
from dueline.core.priority import _STATUS_CHIP
from dueline.core.status import event_of_contact
from dueline.web.templatetags import words

RAW = re.compile(r"[a-z]_[a-z]")
ENUMS = [
    one
    for one in vars(enums).values()
    if isinstance(one, type) and issubclass(one, StrEnum) and one is not StrEnum
]


def cases(*looked_up: tuple[Callable[[str], str], type[StrEnum]]) -> list[Any]:
    return [
        pytest.param(words_of, member, id=f"{words_of.__name__} {type(member).__name__} {member}")
        for words_of, members in looked_up
        for member in members
    ]


@pytest.mark.parametrize(
    ("words_of", "member"),
    cases(
        (words.action, NextAction),
        (words.owner, RequestOwner),
        (words.check_words, CheckKey),
        (words.deadline_kind, DeadlineKind),
        *((words.spoken, shown) for shown in (PayerStatus, WorkStatus, Outcome, Channel)),
        *((words.spoken, shown) for shown in (Order, PayerType, Role, RequestState)),
        *((words.spoken, shown) for shown in (CallState, DueCause, Grade, Level)),
    ),
)
def test_a_member_has_words(words_of: Callable[[str], str], member: StrEnum) -> None:
    for given in (member, member.value):
        text = words_of(given)
        assert text.strip()
        assert not RAW.search(text)


@pytest.mark.parametrize(
    ("table", "members"),
    [
        pytest.param(ROLE_NAMES, Role, id="roles"),
        pytest.param(ACTION_WORDS, NextAction, id="actions of the worklist sheet"),
        pytest.param(HEAD, Order, id="orders of the worklist sheet"),
        pytest.param(KIND_NAMES, DeadlineKind, id="deadlines"),
        pytest.param(KIND_NAMES, PayerClock, id="the payer's clocks"),
        pytest.param(_STATUS_CHIP, PayerStatus, id="payer's status beside a claim"),
    ],
)
def test_a_table_of_words_is_whole(table: dict[StrEnum, str], members: type[StrEnum]) -> None:
    for member in members:
        assert table[member].strip()
        assert not RAW.search(table[member])


def test_where_there_is_nothing_to_name_nothing_is_said() -> None:
    assert words.check_words("") == words.deadline_kind("") == ""


@pytest.mark.parametrize("outcome", Outcome)
def test_what_moves_the_payers_status_is_told_in_words(outcome: Outcome) -> None:
    assert (outcome in _SAID) is (event_of_contact(outcome) is not None)


@pytest.mark.parametrize(
    ("channel", "outcome", "next_action"),
    [
        *product(Channel, [Outcome.NO_ANSWER], [NextAction.CALL]),
        *product([Channel.CALL], Outcome, [NextAction.CALL]),
        *product([Channel.CALL], [Outcome.NO_ANSWER], NextAction),
    ],
)
def test_a_note_shows_no_raw_name(
    channel: Channel, outcome: Outcome, next_action: NextAction
) -> None:
    note = write_note(
        Noted(
            occurred_at=datetime(2026, 11, 23, 15, tzinfo=UTC),
            channel=channel,
            payer="Bluestem",
            patient_control_number="A1",
            outcome=outcome,
            said="As told.",
            facts={},
            next_action=next_action,
            next_due_on=date(2026, 11, 24),
            by="ana",
        )
    )
    assert not RAW.search(note)


@pytest.mark.parametrize("members", ENUMS, ids=lambda one: one.__name__)
def test_values_are_short_enough_to_be_kept_and_differ(members: type[StrEnum]) -> None:
    assert len(set(members)) == len(members.__members__)  # no alias
    assert all(0 < len(member.value) <= 40 for member in members)
