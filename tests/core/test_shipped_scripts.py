"""Dueline's own scripts: every way through every scenario ends in a follow-up that may be recorded."""

from collections.abc import Iterator
from datetime import date

import pytest

from dueline.core.codes import carcs
from dueline.core.enums import Outcome, PayerStatus, PayerType, WorkStatus
from dueline.core.facts import FACTS, FactKind
from dueline.core.follow_up import FollowUpFacts
from dueline.core.scripts import (
    OPENING,
    Conversation,
    Script,
    check,
    conclude,
    shipped,
    suggest,
    walk,
)

MONDAY = date(2026, 11, 23)
VALUES = {
    FactKind.PAST_DATE: "2026-11-02",
    FactKind.FUTURE_DATE: "2026-12-14",
    FactKind.DATE: "2026-10-01",
    FactKind.MONEY: "125.50",
    FactKind.CODE: "CO-197",
    FactKind.TEXT: "Fax 800-555-0142",
}
Answers = tuple[tuple[str, str], ...]  # step, choice


def ways(script: Script, step: str = "") -> Iterator[Answers]:
    """Yield every way through one file, up to an ending or into another scenario."""
    step = step or script.first
    if step not in script.steps:
        yield ()
        return
    for key, to in [(c.key, c.to) for c in script.steps[step].choices] or [
        ("", script.steps[step].to)
    ]:
        for rest in ways(script, to):
            yield ((f"{script.key}.{step}", key), *rest)


def conversation(scenario: str, answers: Answers) -> Conversation:
    """Answer as given, then the first choice; facts that are needed, and no others."""
    given = dict(answers)
    facts: dict[str, str] = {}
    while True:
        position = walk(shipped(), Conversation((scenario,), given, facts))
        if position.now is None:
            return Conversation((scenario,), given, facts)
        choices = position.now.choices
        choice = position.now.choice(
            given.setdefault(position.key, choices[0].key if choices else "")
        )
        needs = position.now.needs + (choice.needs if choice else ())
        facts |= {
            need.names[0]: VALUES[FACTS[need.names[0]].kind] for need in needs if need.is_needed
        }


CASES = [
    pytest.param(key, answers, id="-".join([key, *(choice for _, choice in answers if choice)]))
    for key, script in shipped().items()
    for answers in ways(script)
]


@pytest.mark.parametrize(("key", "answers"), CASES)
def test_every_way_ends_in_a_follow_up_that_may_be_recorded(key: str, answers: Answers) -> None:
    talk = conversation(key, answers)
    position = walk(shipped(), talk)
    assert position.ending is not None
    asked = [(one.key, one.choice.key if one.choice else "") for one in position.done]
    assert [step for step in answers if step in asked] == list(answers)
    found = conclude(
        position.ending,
        talk.facts,
        payer_type=PayerType.COMMERCIAL,
        is_first_payer=True,
        deadline_on=None,
        as_of=MONDAY,
    )
    assert found.proposal.due_on >= MONDAY
    FollowUpFacts.from_mapping(
        {
            "occurred_at": "2026-11-23T10:42:00-05:00",
            "channel": "call",
            "contact_name": "Dana M.",
            "reference_number": "RP-5526017",
            "said": found.says,
            "outcome": found.outcome.value,
            "next_action": found.proposal.next_action.value,
            "next_due_on": found.proposal.due_on.isoformat(),
            "facts": dict(talk.facts),
        },
        as_of=MONDAY,
    )


def test_shipped_scripts_are_whole() -> None:
    assert set(shipped()) == {f"S{number:02}" for number in range(31)}
    assert check(shipped()) == []
    assert [key for key, script in shipped().items() if script.key != key] == []


def test_every_outcome_but_what_only_we_do_is_an_ending() -> None:
    ended = {ending.outcome for script in shipped().values() for ending in script.endings.values()}
    assert set(Outcome) - ended <= {Outcome.SUBMITTED}


@pytest.mark.parametrize(
    "code",
    [code for code in carcs().values() if code.frequency == "top"],
    ids=lambda c: c.code,
)
def test_every_usual_denial_code_leads_to_a_scenario(code) -> None:
    found = suggest(
        PayerStatus.DENIED,
        denial_scenario=code.scenario,
        denial_words=f"CO-{code.code} {code.short}",
        balance_cents=100,
        work_status=WorkStatus.READY,
        is_replacement=False,
    )
    assert found.scenario == code.scenario
    assert found.scenario in shipped()
    assert code.short in found.why


@pytest.mark.parametrize("status", PayerStatus)
def test_every_status_has_a_scenario_and_a_reason(status: PayerStatus) -> None:
    found = suggest(
        status,
        denial_scenario="",
        denial_words="",
        balance_cents=100,
        work_status=None,
        is_replacement=False,
    )
    assert found.scenario in set(shipped()) - {OPENING}
    assert found.why
