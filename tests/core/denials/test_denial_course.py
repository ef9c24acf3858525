"""What became of each refusal: stories told day by day, and what must hold of any."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.denial_course import Answer, AnsweredLine, Contact, Sent, Standing, standings
from dueline.core.enums import DenialState, NextAction, Outcome
from dueline.core.refusals import Refusal

TABLE = Path(__file__).with_name("courses.txt")
LINES = {"L1": 1, "L2": 2, "M1": 3}
NUMBERS = {"L1": 1, "L2": 2, "M1": 1}
PAYERS = {"A": 1, "B": 2}
CODES = {"L1": "99213", "L2": "93000", "M1": "99214"}


def stories() -> list[Any]:
    found: list[tuple[str, list[str], list[str]]] = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            found.append((line[3:], [], []))
        elif line.startswith("= "):
            found[-1][2].append(line[2:])
        elif line and not line.startswith("#"):
            found[-1][1].append(line)
    return [pytest.param(told, expected, id=name) for name, told, expected in found]


def day(text: str) -> date:
    month, number = text.split("-")
    return date(2026, int(month), int(number))


def cents(text: str) -> int:
    return round(float(text) * 100)


def answer_of(on: date, words: str) -> Answer:
    """Read "P1 of A: L1 paid 60 refused 151:40, L2 dup"."""
    head, said = words.split(": ")
    found = re.fullmatch(r"P(\d+) of (\w)(?: with status (\d+))?", head)
    assert found
    pk, payer, status = found.groups()
    lines: dict[str, AnsweredLine] = {}
    refused: list[tuple[str, str, int | None]] = []
    whole = dict.fromkeys(("charge", "paid", "share", "held"), 0)
    for part in said.split(", "):
        place, *tokens = part.split()
        amounts = {}
        while tokens:
            kind = tokens.pop(0)
            if kind == "refused":
                carc, _, amount = tokens.pop(0).partition(":")
                refused.append((place, carc, cents(amount) if amount else 10_000))
            elif kind == "dup":
                refused.append((place, "18", 10_000))
                amounts["held"] = 10_000  # as a duplicate is by the ledger's rule
            elif kind != "reduced":
                amounts[kind] = cents(tokens.pop(0))
        if place != "claim":
            pk_line = int(pk) * 10 + LINES[place]
            line = lines.setdefault(
                place,
                AnsweredLine(pk_line, LINES[place], NUMBERS[place], CODES[place], 10_000, 0),
            )
            line.charge_cents = amounts.get("charge", line.charge_cents)
            line.paid_cents += amounts.get("paid", 0)
            line.share_cents += amounts.get("share", 0)
            line.held_cents += amounts.get("held", 0)
        for kind, amount in amounts.items():
            whole[kind] += amount
    places = list(lines)
    return Answer(
        int(pk),
        on,
        PAYERS[payer],
        status or "1",
        whole["charge"] or 20_000,
        whole["paid"],
        whole["share"],
        whole["held"],
        None,
        list(lines.values()),
        [
            Refusal(
                None if place == "claim" else places.index(place),
                "CO",
                carc,
                (),
                amount or 0,
                True,
                is_duplicate=carc == "18",
            )
            for place, carc, amount in refused
        ],
    )


def told(lines: list[str]) -> list[Standing]:
    answers: list[Answer] = []
    sent: list[Sent] = []
    contacts: list[Contact] = []
    before = NextAction.NONE
    for number, line in enumerate(lines, 1):
        on_text, kind, words = line.split(" ", 2)
        on = day(on_text)
        if kind == "answer":
            answers.append(answer_of(on, words))
        elif kind == "reverses":
            pk = int(words[1:])
            answers.append(Answer(number, on, 1, "22", -20_000, 0, reverses_id=pk))
        elif kind == "sent":
            frequency, payer = words.split(" to ")
            sent.append(Sent(on, PAYERS[payer], frequency))
        else:
            outcome, action = words.split(" then ")
            outcome, _, sent_words = outcome.partition(": ")
            contacts.append(Contact(on, Outcome(outcome), NextAction(action), before, sent_words))
            before = NextAction(action)
    return standings(answers, sent, contacts)


def said(one: Standing) -> str:
    place = (
        "claim"
        if one.line is None
        else next(k for k in CODES if CODES[k] == one.line.procedure_code)
    )
    words = f"P{one.answer.claim_payment_id} {place} {one.refusal.carc} {one.state} {one.state_on:%m-%d}"
    if one.state is DenialState.RECOVERED:
        words += f" {one.recovered_cents / 100:.2f}"
    if one.repeats is not None:
        words += f" repeats P{one.repeats.answer.claim_payment_id}"
    return words


@pytest.mark.parametrize(("lines", "expected"), stories())
def test_what_became_of_a_refusal(lines: list[str], expected: list[str]) -> None:
    assert [said(one) for one in told(lines)] == expected


_DAY = st.dates(date(2026, 1, 1), date(2026, 1, 9))
_PART = st.sampled_from(
    ["L1 refused 197", "L1 paid 60", "L1 paid 30 refused 50:40", "L2 refused 197", "L1 dup"]
    + ["L1 refused 16:60, L1 refused 50:40", "claim paid 90", "claim refused 29:200", "L1 reduced"]
)


@given(
    parts=st.lists(st.tuples(_DAY, _PART, st.sampled_from("AB")), max_size=7),
    reversed_=st.sets(st.integers(1, 7)),
    sent=st.lists(st.tuples(_DAY, st.sampled_from("178")), max_size=2),
)
def test_no_money_is_counted_twice(
    parts: list[tuple[date, str, str]], reversed_: set[int], sent: list[tuple[date, str]]
) -> None:
    answers = [
        answer_of(on, f"P{pk} of {payer}: {words}")
        for pk, (on, words, payer) in enumerate(parts, 1)
    ]
    back = [
        Answer(
            100 + a.claim_payment_id,
            a.on,
            a.payer_id,
            "22",
            -20_000,
            -a.paid_cents,
            reverses_id=a.claim_payment_id,
        )
        for a in answers
        if a.claim_payment_id in reversed_
    ]
    found = standings([*answers, *back], [Sent(on, 1, f) for on, f in sent], [])
    kept = sum(a.paid_cents for a in answers if a.claim_payment_id not in reversed_)
    assert sum(one.recovered_cents for one in found) <= kept
    assert all(0 <= one.recovered_cents <= one.refusal.amount_cents for one in found)
    assert len(found) == sum(len(a.refusals) for a in answers)
    assert all(one.recovered_cents == 0 or one.state is DenialState.RECOVERED for one in found)
