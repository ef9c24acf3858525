"""A note says what was recorded, in plain text, and nothing else."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.enums import Channel, NextAction, Outcome
from dueline.core.fact_words import TOPICS, fact_sentences
from dueline.core.facts import FACTS
from dueline.core.note import (
    _CAME_TO,
    _NEXT,
    _REACHED,
    Noted,
    ascii_text,
    minutes,
    write_note,
)

AT = datetime(2026, 11, 23, 10, 6, tzinfo=ZoneInfo("America/New_York"))


def noted(**changes: object) -> Noted:
    given = {
        "occurred_at": AT,
        "channel": Channel.CALL,
        "payer": "Harborlight Health Plan",
        "patient_control_number": "LKS-204817",
        "outcome": Outcome.PAYMENT_PROMISED,
        "said": "Payment goes out with the weekly run.",
        "facts": {"promised_on": "2026-12-04", "amount": "1850.00"},
        "next_action": NextAction.AWAIT_PAYMENT,
        "next_due_on": date(2026, 12, 7),
        "by": "Ana Verano",
        "contact_name": "Dana M.",
        "reference_number": "7741-20C",
    }
    return Noted(**(given | changes))  # type: ignore[arg-type]


def test_call_is_told_in_the_order_in_which_supervisors_read_it() -> None:
    whole = noted(
        payer_claim_number="HL26-55081",
        phone="800-555-0142",
        hold_seconds=666,
        talk_seconds=278,
        deadline=("Appeal, level 1", date(2026, 11, 25)),
    )
    assert write_note(whole).split("\n") == [
        "11/23/2026 10:06 am ET. Called Harborlight Health Plan, 800-555-0142, Dana M. "
        "Call reference 7741-20C. On hold 11 min, talked 5 min.",
        "Claim LKS-204817, payer's number HL26-55081.",
        "Payment goes out with the weekly run.",
        "Payment promised. $1,850.00. Payment promised by 12/04/2026.",
        "Deadline: appeal, level 1 by 11/25/2026.",
        "Next: await the payment, due 12/07/2026. Ana Verano",
    ]


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        (
            {"received_on": "2026-07-17", "processed_on": "2026-07-28", "carc": "CO-197"},
            "Received 07/17/2026, processed 07/28/2026, reason CO-197.",
        ),
        (
            {"paid_on": "2026-11-02", "amount": "148.66", "check_number": "7741"},
            "Paid 11/02/2026, $148.66, check 7741.",
        ),
        (
            {"reprocessing_reference": "RP-5526017", "expected_on": "2026-12-14"},
            "Decision expected by 12/14/2026, sent back, ref RP-5526017.",
        ),
        (
            {"requested": "the operative note", "send_to": "800-555-0143"},
            "Payer asks for the operative note, send to 800-555-0143.",
        ),
    ],
    ids=["denied", "paid", "sent back", "records"],
)
def test_facts_are_told_as_sentences(facts: dict[str, str], told: str) -> None:
    assert fact_sentences(facts) == told


@pytest.mark.parametrize(
    ("seconds", "told"), [(0, "0 min"), (29, "under 1 min"), (30, "1 min"), (2400, "40 min")]
)
def test_times_are_told_in_minutes(seconds: int, told: str) -> None:
    assert minutes(seconds) == told


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        pytest.param(
            {"contact_name": "", "no_contact_reason": "Closed", "reference_number": ""},
            "No person: Closed.",
            id="nobody reached",
        ),
        pytest.param(
            {"reference_number": "", "no_reference_reason": "The line was cut"},
            "No reference: The line was cut.",
            id="no reference given",
        ),
        pytest.param({"corrects": 12}, "Corrects number 12. 11/23/2026", id="a correction"),
        pytest.param(
            {"next_due_reason": "The payer closes its books"},
            "due 12/07/2026 (The payer closes its books).",
            id="another date than proposed",
        ),
        pytest.param(
            {"next_action": NextAction.NONE, "next_due_on": None},
            "Next: nothing left to do. Ana Verano",
            id="nothing left",
        ),
        pytest.param({"channel": Channel.FAX}, "Fax to Harborlight", id="a fax"),
    ],
)
def test_what_was_recorded_is_told(changes: dict[str, object], told: str) -> None:
    assert told in write_note(noted(**changes))


def test_what_was_not_recorded_is_not_told() -> None:
    text = write_note(noted(contact_name="", reference_number="", facts={}))
    assert "reference" not in text
    assert "person" not in text
    assert "\nPayment promised.\n" in text


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_action_and_channel_has_its_words(outcome: Outcome) -> None:
    assert outcome in _CAME_TO
    assert set(_NEXT) == set(NextAction)
    assert set(_REACHED) == set(Channel)


@given(st.text(max_size=80))
def test_any_text_comes_out_as_one_line_of_printable_ascii(text: str) -> None:
    plain = ascii_text(text)
    assert all(" " <= c <= "~" for c in plain)
    assert ascii_text(plain) == plain


def test_accents_and_typographic_signs_become_plain() -> None:
    assert ascii_text("José’s “note” – 2 × …\n\tend") == 'Jose\'s "note" - 2 x ... end'


def test_every_fact_can_be_told() -> None:
    values = {"money": "12.50"} | dict.fromkeys(("past_date", "future_date", "date"), "2026-11-01")
    facts = {name: values.get(fact.kind.value, "X7") for name, fact in FACTS.items()}
    text = write_note(noted(facts=facts))
    for topic in TOPICS:
        for name, words in topic.items():
            start = words.partition("{}")[0].strip()
            assert start.lower() in text.lower(), name
    assert sorted(name for topic in TOPICS for name in topic) == sorted(FACTS)
