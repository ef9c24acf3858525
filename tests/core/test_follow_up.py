"""What a follow-up must say, by outcome; what is refused and how it is worded; the date proposed after it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dueline.core.calendars import is_business_day
from dueline.core.enums import Channel, NextAction, Outcome, PayerType
from dueline.core.follow_up import (
    FACTS,
    REQUIRED,
    FollowUpError,
    FollowUpFacts,
    check_recordable,
    read_facts,
)
from dueline.core.follow_up_schema import schema
from dueline.core.next_date import propose_next

AS_OF = date(2026, 11, 23)  # a Monday; Thursday is Thanksgiving
NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)
BASE: dict[str, Any] = {
    "occurred_at": "2026-11-23T10:26:00-05:00",
    "channel": "call",
    "contact_name": "Dana M.",
    "reference_number": "7741-20C",
    "said": "What the payer said.",
    "next_action": "call",
    "next_due_on": "2026-12-01",
}
# What a caller must have asked for, written out by outcome.
ENOUGH: dict[Outcome, dict[str, str]] = {
    Outcome.PAID: {"paid_on": "2026-11-10", "amount": "125.50", "check_number": "88123"},
    Outcome.PAYMENT_PROMISED: {"promised_on": "2026-12-04"},
    Outcome.IN_PROCESS: {"expected_on": "2026-12-04"},
    Outcome.NOT_ON_FILE: {"searches": "member ID and date; name and birth date"},
    Outcome.DENIED: {"denied_on": "2026-11-09", "carc": "CO-197", "appeal_due_on": "2027-01-08"},
    Outcome.REJECTED: {"rejected_on": "2026-11-02", "rejection_reason": "subscriber not found"},
    Outcome.INFORMATION_REQUESTED: {
        "requested": "operative note",
        "send_to": "fax",
        "needed_by_on": "2026-12-10",
    },
    Outcome.REPROCESSING: {"expected_on": "2026-12-14"},
    Outcome.APPEAL_RECEIVED: {"received_on": "2026-11-16", "expected_on": "2026-12-16"},
    Outcome.SENT_TO_PATIENT: {
        "processed_on": "2026-11-09",
        "patient_amount": "40",
        "patient_reason": "copay",
    },
    Outcome.OTHER_PAYER_PRIMARY: {"other_payer": "Prairie Union Health"},
    Outcome.PAID_ELSEWHERE: {
        "paid_on": "2026-10-30",
        "amount": "125.50",
        "pay_to": "Lakeshore Imaging, 12 Pier St",
    },
    Outcome.UNDERPAID: {
        "allowed_amount": "80.00",
        "expected_amount": "125.50",
        "fee_schedule": "rental network discount",
    },
    Outcome.TAKEN_BACK: {
        "offset_amount": "125.50",
        "offset_claim": "LKS-200001, 05/02/2026",
        "offset_reason": "paid twice",
    },
    Outcome.REFUND_REQUESTED: {
        "refund_amount": "125.50",
        "requested": "refund of the second payment",
        "notice_on": "2026-11-02",
    },
    Outcome.NO_ANSWER: {"attempt": "held 40 minutes, cut off"},
    Outcome.SUBMITTED: {"sent": "records", "sent_on": "2026-11-23", "sent_to": "fax"},
}
INSTEAD = {
    "check_number": ("eft_number", "E-1"),
    "expected_on": ("no_expected_reason", "in review"),
    "carc": ("no_carc_reason", "the portal shows words only: no authorization"),
    "appeal_due_on": ("no_appeal_reason", "contract has no appeal"),
    "needed_by_on": ("no_needed_by_reason", "the payer sets none"),
}


def facts(outcome: Outcome, **changes: Any) -> FollowUpFacts:
    data = {**BASE, "outcome": outcome.value, **ENOUGH[outcome], **changes}
    return FollowUpFacts.from_mapping(
        {name: value for name, value in data.items() if value is not None}, as_of=AS_OF
    )


def problems(outcome: Outcome = Outcome.NO_ANSWER, **changes: Any) -> dict[str, Any]:
    with pytest.raises(FollowUpError) as caught:
        facts(outcome, **changes)
    return {problem.field: problem for problem in caught.value.problems}


@pytest.mark.parametrize("outcome", Outcome)
def test_outcome_with_its_facts_is_taken(outcome: Outcome) -> None:
    taken = facts(outcome)
    assert taken.outcome is outcome
    assert set(taken.facts) == set(ENOUGH[outcome])


@pytest.mark.parametrize(
    ("outcome", "missing"),
    [(o, name) for o, enough in ENOUGH.items() for name in enough],
    ids=lambda value: str(value),
)
def test_outcome_without_one_of_its_facts_is_refused(outcome: Outcome, missing: str) -> None:
    found = problems(outcome, **{missing: None})
    assert set(found) == {missing}
    assert found[missing].found == "nothing"
    assert outcome.value.replace("_", " ") in found[missing].expected


@pytest.mark.parametrize(
    ("outcome", "name"),
    [(o, name) for o, enough in ENOUGH.items() for name in enough if name in INSTEAD],
    ids=lambda value: str(value),
)
def test_reason_may_stand_instead_of_a_fact(outcome: Outcome, name: str) -> None:
    reason, text = INSTEAD[name]
    assert facts(outcome, **{name: None, reason: text}).facts[reason] == text


def test_every_fact_and_outcome_is_accounted_for() -> None:
    assert set(REQUIRED) == set(ENOUGH) == set(Outcome)
    assert {name for needs in REQUIRED.values() for names in needs for name in names} <= set(FACTS)


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "no zone": ({"occurred_at": "2026-11-23T10:26:00"}, "occurred_at", "a time without a zone"),
    "no time": ({"occurred_at": None}, "occurred_at", "nothing"),
    "impossible time": ({"occurred_at": "2026-13-41T10:26"}, "occurred_at", "2026-13-41T10:26"),
    "channel": ({"channel": "telegram"}, "channel", "telegram"),
    "next action": ({"next_action": 7}, "next_action", "7"),
    "no person": ({"contact_name": None}, "contact_name", "nothing"),
    "no reference": ({"reference_number": ""}, "reference_number", "nothing"),
    "nothing said": ({"said": "  "}, "said", "nothing"),
    "said too long": ({"said": "x" * 4001}, "said", "4001 characters"),
    "name is a number": ({"contact_name": 5}, "contact_name", "a number"),
    "null character": ({"said": "a\x00b"}, "said", "a control character"),
    "pasted number": (
        {"reference_number": "77\x1b41"},
        "reference_number",
        "a control character",
    ),
    "impossible date": ({"next_due_on": "2026-02-30"}, "next_due_on", "2026-02-30"),
    "date with slashes": ({"next_due_on": "12/41/2026"}, "next_due_on", "12/41/2026"),
    "unknown field": ({"mood": "good"}, "mood", "an unknown field"),
    "facts are a list": ({"facts": []}, "facts", "not an object"),
    "amount 1e5": ({"amount": "1e5"}, "amount", "1e5"),
    "amount --3": ({"amount": "--3"}, "amount", "--3"),
    "amount below zero": ({"amount": "-3"}, "amount", "-3"),
    "amount of half cents": ({"amount": "12.345"}, "amount", "12.345"),
    "amount as a float": ({"amount": 12.5}, "amount", "a float"),
    "amount true": ({"amount": True}, "amount", "True"),
    "amount not a number": ({"amount": Decimal("NaN")}, "amount", "NaN"),
    "amount beyond measure": ({"amount": "99999999999.00"}, "amount", "99999999999.00"),
    "code": ({"carc": "no authorization"}, "carc", "something else"),
    "paid tomorrow": ({"paid_on": "2026-11-24"}, "paid_on", "2026-11-24"),
    "promised yesterday": ({"promised_on": "2026-11-22"}, "promised_on", "2026-11-22"),
}


@pytest.mark.parametrize(("changes", "field", "found"), WRONG.values(), ids=WRONG)
def test_wrong_field_is_named_with_what_was_found(
    changes: dict[str, Any], field: str, found: str
) -> None:
    named = problems(**changes)
    assert list(named) == [field]
    assert named[field].found == found
    assert named[field].expected
    assert named[field].remedy.endswith(".")


def test_message_has_three_parts_and_no_patient_data() -> None:
    named = problems(amount="Ottoline Samplewood, 07/14/1971", carc="Samplewood", channel="Otto L.")
    text = " ".join(map(str, named.values()))
    assert "Samplewood" not in named["amount"].found
    assert "Ottoline" not in text
    assert "Otto L." not in text
    assert str(named["amount"]) == (
        "amount: found something else. Expected dollars and cents such as 1234.50. Give the amount."
    )


def test_all_problems_are_named_at_once() -> None:
    assert set(problems(Outcome.PAID, amount="x", paid_on=None, said="")) == {
        "amount",
        "paid_on",
        "said",
    }


AMOUNTS = {
    "text": ("125.5", "125.50"),
    "thousands": ("1,250.00", "1250.00"),
    "whole number": (125, "125.00"),
    "decimal": (Decimal("0.01"), "0.01"),
    "nothing paid": ("0", "0.00"),
}


@pytest.mark.parametrize(("given_amount", "kept"), AMOUNTS.values(), ids=AMOUNTS)
def test_amount_is_kept_exactly(given_amount: object, kept: str) -> None:
    assert facts(Outcome.PAID, amount=given_amount).facts["amount"] == kept


@pytest.mark.parametrize("channel", [c for c in Channel if c is not Channel.CALL])
def test_only_a_call_needs_a_person(channel: Channel) -> None:
    taken = facts(Outcome.NO_ANSWER, channel=channel.value, contact_name=None)
    assert taken.no_contact_reason == f"No person: {channel.value}"


def test_facts_may_be_nested() -> None:
    data = {**BASE, "outcome": "paid", "facts": ENOUGH[Outcome.PAID]}
    assert FollowUpFacts.from_mapping(data, as_of=AS_OF) == facts(Outcome.PAID)


def refusal(deadline_on: date | None = None, is_open: bool = True, **changes: Any) -> str:
    taken = facts(changes.pop("outcome", Outcome.NO_ANSWER), **changes)
    try:
        check_recordable(taken, as_of=AS_OF, now=NOW, is_open=is_open, deadline_on=deadline_on)
    except FollowUpError as error:
        return error.field
    return ""


DEADLINE = date(2026, 12, 7)  # a Monday: the working day before it is Friday the 4th
DATES: dict[str, tuple[dict[str, Any], str]] = {
    "open claim without a date": ({"next_due_on": None}, "next_due_on"),
    "open claim, nothing left": ({"next_due_on": None, "next_action": "none"}, ""),
    "closed claim without a date": ({"next_due_on": None, "is_open": False}, ""),
    "today": ({"next_due_on": "2026-11-23"}, ""),
    "yesterday": ({"next_due_on": "2026-11-20"}, "next_due_on"),
    "Thanksgiving": ({"next_due_on": "2026-11-26"}, "next_due_on"),
    "Saturday": ({"next_due_on": "2026-11-28"}, "next_due_on"),
    "last day before the deadline": ({"next_due_on": "2026-12-04", "deadline_on": DEADLINE}, ""),
    "deadline itself": ({"next_due_on": "2026-12-07", "deadline_on": DEADLINE}, "next_due_on"),
    "after the deadline": ({"next_due_on": "2026-12-08", "deadline_on": DEADLINE}, "next_due_on"),
    "after it with a reason": (
        {
            "next_due_on": "2026-12-08",
            "deadline_on": DEADLINE,
            "next_due_reason": "payer extended it in writing",
        },
        "",
    ),
    "deadline past already": ({"next_due_on": "2026-12-08", "deadline_on": date(2026, 11, 1)}, ""),
    "two years off": ({"next_due_on": "2028-11-22"}, ""),
    "more than two years off": ({"next_due_on": "2028-11-24"}, "next_due_on"),
    "more than two years off, with a reason": (
        {"next_due_on": "2062-12-01", "next_due_reason": "typed"},
        "next_due_on",
    ),
    "the last day there is": ({"next_due_on": "9999-12-31"}, "next_due_on"),
    "happens later today": ({"occurred_at": "2026-11-23T15:42:01+00:00"}, "occurred_at"),
    "happened this second": ({"occurred_at": "2026-11-23T15:42:00+00:00"}, ""),
}


@pytest.mark.parametrize(("case", "field"), DATES.values(), ids=DATES)
def test_next_date(case: dict[str, Any], field: str) -> None:
    assert refusal(**case) == field


def proposed(outcome: Outcome, deadline_on: date | None = None, **kwargs: Any) -> tuple[Any, str]:
    payer_type = kwargs.pop("payer_type", PayerType.COMMERCIAL)
    found = propose_next(
        outcome=outcome,
        facts=kwargs.pop("said", ENOUGH[outcome]),
        payer_type=payer_type,
        is_first_payer=kwargs.pop("is_first_payer", True),
        deadline_on=deadline_on,
        as_of=AS_OF,
    )
    return found.next_action, found.due_on.isoformat()


_A, _O = NextAction, Outcome
PROPOSALS: dict[str, tuple[tuple[Any, ...], dict[str, Any], tuple[NextAction, str]]] = {
    "EFT: 4 working days": (
        (_O.PAID,),
        {"said": {"paid_on": "2026-11-23", "eft_number": "1"}},
        (_A.AWAIT_PAYMENT, "2026-11-30"),
    ),
    "check: 10 working days": (
        (_O.PAID,),
        {"said": {"paid_on": "2026-11-18", "check_number": "1"}},
        (_A.AWAIT_PAYMENT, "2026-12-03"),
    ),
    "paid long ago: tomorrow": ((_O.PAID,), {}, (_A.AWAIT_PAYMENT, "2026-11-25")),
    "promise: day after": ((_O.PAYMENT_PROMISED,), {}, (_A.AWAIT_PAYMENT, "2026-12-07")),
    "in process: the day named": ((_O.IN_PROCESS,), {}, (_A.AWAIT_ANSWER, "2026-12-04")),
    "in process, no day, commercial": (
        (_O.IN_PROCESS,),
        {"said": {}},
        (_A.CHECK_PORTAL, "2026-12-03"),
    ),
    "in process, no day, Medicare": (
        (_O.IN_PROCESS,),
        {"said": {}, "payer_type": PayerType.MEDICARE},
        (_A.CHECK_PORTAL, "2026-12-01"),
    ),
    "in process, second payer": (
        (_O.IN_PROCESS,),
        {"said": {}, "is_first_payer": False},
        (_A.CHECK_PORTAL, "2026-12-08"),
    ),
    "expected on a Saturday": (
        (_O.REPROCESSING,),
        {"said": {"expected_on": "2026-12-05"}},
        (_A.AWAIT_ANSWER, "2026-12-07"),
    ),
    "reprocessing, no day": ((_O.REPROCESSING,), {"said": {}}, (_A.AWAIT_ANSWER, "2026-12-15")),
    "not on file": ((_O.NOT_ON_FILE,), {}, (_A.RESUBMIT, "2026-11-25")),
    "rejected": ((_O.REJECTED,), {}, (_A.RESUBMIT, "2026-11-25")),
    "denied, no reason known": (
        (_O.DENIED,),
        {"said": {"denied_on": "2026-11-09"}},
        (_A.APPEAL, "2026-11-24"),
    ),
    "records asked for": ((_O.INFORMATION_REQUESTED,), {}, (_A.SEND_RECORDS, "2026-11-24")),
    "appeal, no day": (
        (_O.APPEAL_RECEIVED,),
        {"said": {"received_on": "2026-11-16"}},
        (_A.AWAIT_ANSWER, "2026-12-16"),
    ),
    "appeal, Medicare": (
        (_O.APPEAL_RECEIVED,),
        {"said": {"received_on": "2026-11-16"}, "payer_type": PayerType.MEDICARE},
        (_A.AWAIT_ANSWER, "2027-01-15"),
    ),
    "appeal received long ago": (
        (_O.APPEAL_RECEIVED,),
        {"said": {"received_on": "2026-09-01"}},
        (_A.AWAIT_ANSWER, "2026-12-15"),
    ),
    "to the patient": ((_O.SENT_TO_PATIENT,), {}, (_A.BILL_PATIENT, "2026-12-01")),
    "other payer": ((_O.OTHER_PAYER_PRIMARY,), {}, (_A.BILL_OTHER_PAYER, "2026-12-08")),
    "no answer": ((_O.NO_ANSWER,), {}, (_A.CALL, "2026-11-24")),
    "sent: receipt in 5": ((_O.SUBMITTED,), {}, (_A.AWAIT_ANSWER, "2026-12-01")),
    "cut by the deadline": (
        (_O.REPROCESSING, date(2026, 11, 25)),
        {},
        (_A.AWAIT_ANSWER, "2026-11-24"),
    ),
    "deadline is far": ((_O.NO_ANSWER, date(2027, 1, 4)), {}, (_A.CALL, "2026-11-24")),
    "deadline is past": ((_O.NO_ANSWER, date(2026, 11, 2)), {}, (_A.CALL, "2026-11-24")),
}


@pytest.mark.parametrize(("args", "kwargs", "expected"), PROPOSALS.values(), ids=PROPOSALS)
def test_propose_next(args: Any, kwargs: Any, expected: tuple[NextAction, str]) -> None:
    assert proposed(*args, **kwargs) == expected


def test_propose_next_says_why_a_deadline_cut_the_date() -> None:
    found = propose_next(
        outcome=Outcome.REPROCESSING,
        facts={},
        payer_type=PayerType.COMMERCIAL,
        is_first_payer=True,
        deadline_on=date(2026, 11, 25),
        as_of=AS_OF,
    )
    assert found.is_limited
    assert found.rule == (
        "The usual date, 12/15/2026 (15 working days to reprocess), is after what the deadline "
        "allows. So: 11/24/2026."
    )


@given(
    outcome=st.sampled_from(Outcome),
    payer_type=st.sampled_from(PayerType),
    as_of=st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    ahead=st.one_of(st.none(), st.integers(-30, 400)),
    named=st.integers(0, 60),
)
def test_proposed_date_can_always_be_recorded(
    outcome: Outcome, payer_type: PayerType, as_of: date, ahead: int | None, named: int
) -> None:
    while not is_business_day(as_of):
        as_of += timedelta(days=1)
    deadline_on = None if ahead is None else as_of + timedelta(days=ahead)
    said = {"expected_on": (as_of + timedelta(days=named)).isoformat()}
    found = propose_next(
        outcome=outcome,
        facts=said,
        payer_type=payer_type,
        is_first_payer=True,
        deadline_on=deadline_on,
        as_of=as_of,
    )
    enough = {**ENOUGH[outcome], "next_due_on": found.due_on.isoformat()}
    data = {**BASE, "outcome": outcome.value, **enough}
    taken = FollowUpFacts.from_mapping(data)
    assert "next_due_on" not in refused_fields(taken, as_of, deadline_on)


@given(outcome=st.sampled_from(Outcome), named=st.dates(), payer_type=st.sampled_from(PayerType))
@example(outcome=Outcome.PAYMENT_PROMISED, named=date.max, payer_type=PayerType.OTHER)
@example(outcome=Outcome.IN_PROCESS, named=date.max, payer_type=PayerType.OTHER)
@example(outcome=Outcome.APPEAL_RECEIVED, named=date.max, payer_type=PayerType.MEDICARE)
@example(outcome=Outcome.PAID, named=date.min, payer_type=PayerType.OTHER)
def test_a_day_of_any_year_still_gives_a_proposal_within_two_years(
    outcome: Outcome, named: date, payer_type: PayerType
) -> None:
    names = ("expected_on", "promised_on", "paid_on", "sent_on", "received_on")
    found = propose_next(
        outcome=outcome,
        facts=dict.fromkeys(names, named.isoformat()),
        payer_type=payer_type,
        is_first_payer=True,
        deadline_on=None,
        as_of=AS_OF,
    )
    assert AS_OF < found.due_on <= date(2028, 11, 22)


@pytest.mark.parametrize("day", ["2028-11-23", "9999-12-31"])
def test_a_day_to_come_more_than_two_years_off_is_refused(day: str) -> None:
    _, wrong = read_facts({"expected_on": day}, as_of=AS_OF)
    assert wrong["expected_on"].remedy == "Check the year."
    assert "2028-11-22" in wrong["expected_on"].expected


def refused_fields(taken: FollowUpFacts, as_of: date, deadline_on: date | None) -> set[str]:
    now = datetime(2031, 1, 1, tzinfo=UTC)
    try:
        check_recordable(taken, as_of=as_of, now=now, is_open=True, deadline_on=deadline_on)
    except FollowUpError as error:
        return {problem.field for problem in error.problems}
    return set()


@given(
    st.dictionaries(
        st.one_of(st.sampled_from([*FACTS, *BASE, "outcome", "facts"]), st.text(max_size=8)),
        st.recursive(
            st.one_of(
                st.none(), st.booleans(), st.integers(), st.floats(), st.decimals(), st.text()
            ),
            lambda inner: (
                st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2)
            ),
            max_leaves=4,
        ),
    )
)
def test_any_json_without_a_time_is_refused_with_words(data: dict[str, Any]) -> None:
    with pytest.raises(FollowUpError) as caught:
        FollowUpFacts.from_mapping({**data, "occurred_at": "at noon"}, as_of=AS_OF)
    assert all(p.found and p.expected and p.remedy for p in caught.value.problems)


def test_unknown_outcome_is_refused() -> None:
    with pytest.raises(FollowUpError) as caught:
        FollowUpFacts.from_mapping({**BASE, "outcome": "solved"}, as_of=AS_OF)
    assert (caught.value.field, caught.value.found) == ("outcome", "solved")
    assert "payment_promised" in caught.value.expected


def test_schema_names_every_field_and_requirement() -> None:
    found: Any = schema()
    names = set(found["properties"])
    assert set(FACTS) | set(BASE) | {"patient_control_number", "request_key", "corrects"} <= names
    conditions = {c["if"]["properties"]["outcome"]["const"] for c in found["allOf"] if "if" in c}
    assert conditions == {outcome.value for outcome in Outcome}
    paid = next(
        c
        for c in found["allOf"]
        if c.get("if", {}).get("properties", {}).get("outcome") == {"const": "paid"}
    )
    assert paid["then"]["allOf"] == [
        {"required": ["paid_on"]},
        {"required": ["amount"]},
        {"anyOf": [{"required": ["check_number"]}, {"required": ["eft_number"]}]},
    ]
