"""A note says what was recorded, in plain text, and nothing else."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.enums import Channel, NextAction, Outcome
from dueline.core.facts import FACTS
from dueline.core.note import _CAME_TO, _NEXT, _REACHED, Noted, ascii_text, write_note

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
    assert write_note(noted(payer_claim_number="HL26-55081")).split("\n") == [
        "11/23/2026 10:06 am EST. Called Harborlight Health Plan, Dana M. Reference 7741-20C.",
        "Claim LKS-204817, payer's number HL26-55081.",
        "Payment goes out with the weekly run.",
        "Payment promised: day by which the payer promised to pay 12/04/2026; "
        "amount paid or promised $1,850.00.",
        "Next: await the payment, due 12/07/2026. Ana Verano",
    ]


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
    assert "Reference" not in text
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
    for fact in FACTS.values():
        assert fact.meaning[1:] in text
