"""Call scripts: conversations go on and end as their scripts say; a script that leads nowhere is refused."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.enums import PayerStatus, PayerType, WorkStatus
from dueline.core.scripts import (
    Conversation,
    Script,
    ScriptError,
    check,
    conclude,
    parse,
    read_back,
    scenario_of,
    spoken_number,
    suggest,
    walk,
)

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("status", "changes", "scenario"),
    [
        (PayerStatus.DENIED, {"denial_scenario": "S07"}, "S07"),
        (PayerStatus.PENDING, {"denial_scenario": "S07"}, "S02"),
        (PayerStatus.DENIED, {"denial_scenario": "S07", "balance_cents": -1}, "S30"),
        (PayerStatus.DENIED, {"work_status": WorkStatus.IN_APPEAL}, "S25"),
        (PayerStatus.PENDING, {"is_replacement": True}, "S26"),
        (PayerStatus.DENIED, {"denial_scenario": "S10", "is_replacement": True}, "S10"),
    ],
)
def test_scenario_fits_what_is_known(status, changes, scenario) -> None:
    known = {
        "denial_scenario": "",
        "denial_words": "",
        "balance_cents": 100,
        "work_status": WorkStatus.READY,
        "is_replacement": False,
        **changes,
    }
    assert suggest(status, **known).scenario == scenario
    if not {"work_status", "is_replacement"} & set(changes):
        known_of_status = {k: known[k] for k in ("denial_scenario", "balance_cents")}
        assert scenario_of(status, **known_of_status) == scenario


SMALL = """
key: S40
title: A small one
level: L1
first: one
steps:
  one:
    ask: What is the status?
    note: Status
    choices:
      "yes": {label: In process, facts: [expected_on|no_expected_reason], to: end.wait}
      other: {label: Something else, to: two}
  two:
    check: Is it in our file?
    note: Our file
    facts: [attempt, "payer_claim_number?"]
    read_back: So it is {attempt}, on claim {payer_claim_number}. Is that right?
    to: end.nothing
endings:
  wait: {outcome: in_process, next: await_answer, says: The payer decides.}
  nothing: {outcome: no_answer, next: call, days: 2, says: Call again.}
"""


def small(**changes: str) -> dict[str, Script]:
    text = SMALL
    for old, new in changes.items():
        before = {
            "to_two": "to: two}",
            "to_end": "to: end.nothing",
            "fact": "facts: [attempt, ",
            "wait": "facts: [expected_on|no_expected_reason], ",
        }[old]
        assert before in text
        text = text.replace(before, new)
    return {"S40": parse(text)}


def test_conversation_goes_on_as_answers_come() -> None:
    scripts = small()
    start = walk(scripts, Conversation(("S40",)))
    assert (start.key, start.number, start.ahead) == ("S40.one", 1, ())
    lacking = walk(scripts, Conversation(("S40",), {"S40.one": "yes"}))
    assert lacking.key == "S40.one"  # the day is still to be told
    ended = walk(
        scripts, Conversation(("S40",), {"S40.one": "yes"}, {"no_expected_reason": "a backlog"})
    )
    assert ended.now is None
    assert ended.ending is scripts["S40"].endings["wait"]
    assert ended.done[0].facts == (("no_expected_reason", "a backlog"),)


def test_changed_answer_leaves_what_hung_on_the_old_one() -> None:
    scripts = small()
    facts = {"expected_on": "2026-12-14"}
    both = {"S40.one": "other", "S40.two": ""}
    assert walk(scripts, Conversation(("S40",), both, facts)).key == "S40.two"
    ended = walk(scripts, Conversation(("S40",), {**both, "S40.one": "yes"}, facts))
    assert ended.ending is scripts["S40"].endings["wait"]
    assert len(ended.done) == 1
    unknown = walk(scripts, Conversation(("S40",), {"S40.one": "gone"}, facts))
    assert unknown.key == "S40.one"


def test_switch_keeps_what_was_answered_before() -> None:
    other = parse(SMALL.replace("S40", "S41"))
    scripts = {**small(), "S41": other}
    answers = {"S40.one": "other"}
    position = walk(scripts, Conversation(("S40", "S41"), answers))
    assert [one.key for one in position.done] == ["S40.one"]
    assert (position.key, position.script) == ("S41.one", other)


def test_days_of_an_ending_and_a_named_day() -> None:
    position = walk(
        small(), Conversation(("S40",), {"S40.one": "other", "S40.two": ""}, {"attempt": "x"})
    )
    assert position.ending
    known = {"payer_type": PayerType.COMMERCIAL, "is_first_payer": True, "as_of": MONDAY}
    found = conclude(position.ending, {"attempt": "x"}, deadline_on=None, **known)
    assert found.proposal.due_on == date(2026, 11, 25)
    assert found.proposal.rule == "The script's 2 working days."
    cut = conclude(position.ending, {"attempt": "x"}, deadline_on=date(2026, 11, 25), **known)
    assert cut.proposal.is_limited
    assert cut.proposal.due_on < date(2026, 11, 25)


def test_read_back_says_numbers_and_days_as_they_are_heard() -> None:
    pieces = read_back(
        "So {lines}, reference {reprocessing_reference}, by {expected_on}, {amount}. Right?",
        {"lines": "line 1", "reprocessing_reference": "RP-5526017", "expected_on": "2026-12-14"},
    )
    assert [piece.text for piece in pieces if piece.is_value] == [
        "line 1",
        "R, P, dash, 5 5 2 6, 0 1 7",
        "Monday, December 14, 2026",
        "…",
    ]
    assert "".join(piece.text for piece in pieces).startswith("So line 1, reference R, P")


@given(st.from_regex(r"[A-Z0-9-]{1,30}", fullmatch=True))
def test_spelled_number_loses_no_sign(number: str) -> None:
    said = spoken_number(number)
    assert [c for c in said.replace("dash", "-") if c not in ", "] == list(number)


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"to_two": "to: three}"}, "three"),
        ({"to_two": "to: end.gone}"}, "end.gone"),
        ({"to_two": "to: S41}"}, "S41"),
        ({"to_two": "to: end.wait}"}, "a step that nothing leads to"),
        ({"to_end": "to: end.wait"}, "an ending that nothing leads to"),
        ({"to_end": "to: one"}, "an ending that nothing leads to"),
        ({"fact": 'facts: ["attempt?", '}, "a way without"),
        ({"wait": ""}, "a way without"),
    ],
)
def test_script_that_leads_nowhere_is_refused(changes, found) -> None:
    assert found in [problem.found for problem in check(small(**changes))]


def test_steps_that_go_round_are_refused() -> None:
    text = SMALL.replace("to: end.nothing", "to: one").replace("  nothing: {", "  # {")
    found = [problem.found for problem in check({"S40": parse(text)})]
    assert found == ["steps that lead back to each other"]


def test_scenarios_that_go_round_are_refused() -> None:
    there = parse(SMALL.replace("to: two}", "to: two}\n      away: {label: Other, to: S41}"))
    back = parse(
        SMALL.replace("S40", "S41").replace(
            "to: two}", "to: two}\n      away: {label: Other, to: S40}"
        )
    )
    assert check({"S40": there, "S41": parse(SMALL.replace("S40", "S41"))}) == []
    problem = check({"S40": there, "S41": back})[0]
    assert problem.field == "scenarios"
    assert {"S40", "S41"} <= set(problem.found.split())


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("", "script, script"),
        ("[1, 2]", "script, script"),
        ("key: [", "line 1, column 7"),
        ("a: &a [x]\nb: *a", "the text"),
        ("x" * 60_001, "the text"),
        ("{" * 3000, "line 1, column 3001"),
        (SMALL.replace("key: S40", "key: S4"), "script, key"),
        (SMALL.replace("level: L1", "level: L3"), "S40, level"),
        (SMALL.replace("first: one", "first: zero"), "S40, first"),
        (SMALL.replace("title: A small one", "title: '  '"), "S40, title"),
        (SMALL.replace("A small one", '"A \\x07 one"'), "S40, title"),
        (SMALL.replace("A small one", "x" * 61), "S40, title"),
        (SMALL.replace("    ask: What is the status?\n", ""), "S40, step one"),
        (SMALL.replace("    check: Is", "    ask: Is it?\n    check: Is"), "S40, step two"),
        (SMALL.replace("    to: end.nothing\n", ""), "S40, step two"),
        (SMALL.replace("[attempt, ", "[attemt, "), "S40, step two, facts"),
        (SMALL.replace("{attempt}", "{amount}"), "S40, step two, read_back"),
        (SMALL.replace("label: In process, ", ""), "S40, step one, choice yes, label"),
        (SMALL.replace("      other: {", "      Other one: {"), "S40, step one, choice Other one"),
        (SMALL.replace("next: call", "next: telephone"), "S40, ending nothing, next"),
        (SMALL.replace("days: 2", "days: -2"), "S40, ending nothing, days"),
        (SMALL.replace("days: 2", "owner: nobody"), "S40, ending nothing, owner"),
        (SMALL.replace("    note: Status", "    notes: Status"), "S40, step one"),
    ],
)
def test_text_that_is_no_script_is_refused_with_its_place(text: str, field: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse(text)
    assert field in [problem.field for problem in caught.value.problems]
    assert all(problem.found and problem.expected for problem in caught.value.problems)


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(ScriptError):
        assert parse(text).steps
