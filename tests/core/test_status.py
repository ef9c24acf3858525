"""What the payer has said of a claim: every event on every status, and what each answer stands for."""

import pytest

from dueline.core.codes import claim_status, claim_status_category, statuses
from dueline.core.denials import DenialFinding
from dueline.core.enums import Outcome, PayerStatus
from dueline.core.status import (
    TRANSITIONS,
    Event,
    event_of_claim_payment,
    event_of_contact,
    event_of_status_answer,
    next_status,
)

# One row an event: what it makes of a claim, then for each status whether the claim moves (x) or stays (.).
# A claim that is there already stands as "=".
STATUSES = """
    not_sent sent rejected accepted not_on_file pending information_requested
    denied partly_denied paid patient_responsible forwarded reversed voided
""".split()
TABLE = """
event                       becomes                 NS SE RJ AC NF PE IR  DE PD PA PR FO RV VO
submitted                   sent                     x  =  x  .  x  .  .   .  .  .  .  .  .  x
correction_submitted        sent                     x  =  x  x  x  x  x   x  x  x  x  x  x  x
submitted_to_next_payer     sent                     x  =  x  x  x  x  x   x  x  x  x  x  x  x
acknowledged_999_rejected   rejected                 x  x  =  .  x  .  .   .  .  .  .  .  .  .
received                    sent                     x  =  .  .  x  .  .   .  .  .  .  .  .  .
accepted                    accepted                 x  x  x  =  x  .  .   .  .  .  .  .  .  .
rejected                    rejected                 x  x  =  x  x  x  x   .  .  .  .  .  .  .
not_on_file                 not_on_file              x  x  .  x  =  x  x   .  .  .  .  .  .  .
pending                     pending                  x  x  x  x  x  =  x   x  x  .  .  x  x  .
information_requested       information_requested    x  x  x  x  x  x  =   x  x  .  .  x  x  .
paid                        paid                     x  x  x  x  x  x  x   x  x  =  x  x  x  x
said_paid                   paid                     x  x  x  x  x  x  x   x  .  =  x  x  x  x
partly_denied               partly_denied            x  x  x  x  x  x  x   x  =  x  x  x  x  x
denied                      denied                   x  x  x  x  x  x  x   =  x  x  x  x  x  x
patient_responsible         patient_responsible      x  x  x  x  x  x  x   x  x  x  =  x  x  x
forwarded                   forwarded                x  x  x  x  x  x  x   x  x  x  x  =  x  x
reversed                    reversed                 x  x  x  x  x  x  x   x  x  x  x  x  =  x
voided                      voided                   x  x  x  x  x  x  x   x  x  x  x  x  x  =
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
PAIRS = [
    (status, event, becomes if mark in "x=" else status, mark)
    for event, becomes, *marks in ROWS
    for status, mark in zip(STATUSES, marks, strict=True)
]


def test_the_table_names_every_status_and_every_event_once() -> None:
    assert sorted(STATUSES) == sorted(PayerStatus)
    assert sorted(row[0] for row in ROWS) == sorted(Event)
    assert set(TRANSITIONS) == {(PayerStatus(s), Event(e)) for s, e, _, _ in PAIRS}


@pytest.mark.parametrize(
    ("status", "event", "after", "mark"), PAIRS, ids=[f"{s}+{e}" for s, e, _, _ in PAIRS]
)
def test_transition(status: str, event: str, after: str, mark: str) -> None:
    result = next_status(PayerStatus(status), Event(event))
    assert result is PayerStatus(after)
    assert (result == status) is (mark in ".=")


def test_every_status_is_reached_from_not_sent() -> None:
    reached = {PayerStatus.NOT_SENT}
    while new := {next_status(status, e) for status in reached for e in Event} - reached:
        reached |= new
    assert reached == set(PayerStatus)


@pytest.mark.parametrize(
    ("story", "ends"),
    [
        pytest.param("submitted received accepted pending paid", "paid", id="clean claim"),
        pytest.param(
            "submitted rejected correction_submitted accepted", "accepted", id="rejected, corrected"
        ),
        pytest.param("submitted not_on_file submitted received", "sent", id="lost, sent again"),
        pytest.param(
            "submitted denied submitted rejected", "denied", id="a resend is no answer to a denial"
        ),
        pytest.param("submitted denied pending paid", "paid", id="denial overturned"),
        pytest.param(
            "submitted denied correction_submitted", "sent", id="a correction begins a new round"
        ),
        pytest.param("submitted paid reversed denied", "denied", id="paid, taken back, denied"),
        pytest.param("submitted paid reversed pending", "pending", id="taken back, in process"),
        pytest.param("submitted paid pending", "paid", id="late word of a claim that was paid"),
        pytest.param("submitted paid submitted_to_next_payer", "sent", id="on to the secondary"),
        pytest.param(
            "submitted partly_denied said_paid", "partly_denied", id="the word hides no denied line"
        ),
        pytest.param("submitted partly_denied paid", "paid", id="the denied line was paid"),
        pytest.param("submitted denied said_paid", "paid", id="denial overturned, by word"),
        pytest.param(
            "submitted denied said_paid partly_denied said_paid", "partly_denied", id="paid in part"
        ),
        pytest.param("submitted voided submitted", "sent", id="voided, sent anew"),
        pytest.param("accepted acknowledged_999_rejected", "accepted", id="999 of a resend"),
        pytest.param("pending received", "pending", id="late acknowledgment"),
    ],
)
def test_story(story: str, ends: str) -> None:
    status = PayerStatus.NOT_SENT
    for event in story.split():
        status = next_status(status, Event(event))
    assert status == ends


# ---------------------------------------------------------------- 277CA and 277


@pytest.mark.parametrize(
    ("answer", "event"),
    [
        pytest.param("A0:16", "received", id="A0 passed on"),
        pytest.param("A1:19", "received", id="A1 received"),
        pytest.param("A2:20", "accepted", id="A2 accepted"),
        pytest.param("A3:21", "rejected", id="A3 returned"),
        pytest.param("A4:35", "not_on_file", id="A4 not found"),
        pytest.param("A5:20", "accepted", id="A5 split on acceptance"),
        pytest.param("A6:21", "rejected", id="A6 information missing"),
        pytest.param("A7:562", "rejected", id="A7 information invalid"),
        pytest.param("A8:448", "rejected", id="A8 related fields disagree"),
        pytest.param("D0:35", "not_on_file", id="D0 no such claim"),
        pytest.param("P0:0", "pending", id="P0 pended"),
        pytest.param("P1:52", "pending", id="P1 in process"),
        pytest.param("P2:46", "pending", id="P2 in review"),
        pytest.param("P3:297", "information_requested", id="P3 waits for us"),
        pytest.param("P4:171", "information_requested", id="P4 waits for the patient"),
        pytest.param("P5:484", "pending", id="P5 payer's own hold"),
        pytest.param("R0:123", "information_requested", id="R0 asks"),
        pytest.param("R1:153", "information_requested", id="R1 asks who"),
        pytest.param("R3:306", "information_requested", id="R3 asks about the claim"),
        pytest.param("R4:297", "information_requested", id="R4 asks for records"),
        pytest.param("R16:97", "information_requested", id="R16 asks about eligibility"),
        pytest.param("RQ:365", "information_requested", id="RQ asks yes or no"),
        pytest.param("F1:65", "said_paid", id="F1 paid"),
        pytest.param("F2:84", "denied", id="F2 denied"),
        pytest.param("F2:1", "denied", id="F2 denied, see remittance"),
        pytest.param("F3F:16", "forwarded", id="F3F revised and forwarded"),
        pytest.param("F5:585", "denied", id="F5 cannot process"),
    ],
)
def test_the_category_decides(answer: str, event: str) -> None:
    category, status = answer.split(":")
    assert event_of_status_answer(category, status) == event
    assert event_of_status_answer(f" {category.lower()} ", status) == event


@pytest.mark.parametrize(
    ("answer", "event"),
    [
        pytest.param("F0:65", "said_paid", id="F0 paid"),
        pytest.param("F0:585", "denied", id="F0 not covered"),
        pytest.param("F0:6", "patient_responsible", id="F0 the subscriber's"),
        pytest.param("F0:16", "forwarded", id="F0 sent on"),
        pytest.param("F0:686", "voided", id="F0 voided"),
        pytest.param("F0:1", None, id="F0 see remittance"),
        pytest.param("F0:21", None, id="F0 with a code of rejections"),
        pytest.param("F0:", None, id="F0 alone"),
        pytest.param("F3:65", "said_paid", id="F3 revised, paid"),
        pytest.param("F3:101", None, id="F3 adjusted, see remittance"),
        pytest.param("F3N:718", "denied", id="F3N revised, filed too late"),
        pytest.param("F4:98", "patient_responsible", id="F4 deductible"),
        pytest.param("F4:84", "denied", id="F4 no authorization"),
        pytest.param("F4:105", None, id="F4 capitated"),
        pytest.param("F4:1", None, id="F4 see remittance"),
    ],
)
def test_finalized_leaves_it_to_the_status_code(answer: str, event: str | None) -> None:
    assert event_of_status_answer(*answer.split(":")) == event


@pytest.mark.parametrize(
    ("answer", "event"),
    [
        pytest.param("E0:0", None, id="inquiry in error"),
        pytest.param("E1:484", None, id="payer's system down"),
        pytest.param("DR02:20", None, id="data reporting"),
        pytest.param("X0:20", None, id="supplemental message"),
        pytest.param("A3:54", None, id="duplicate of a processed claim"),
        pytest.param("F2:746", None, id="duplicate submission"),
        pytest.param("Z9:65", None, id="category not listed"),
        pytest.param("A2:99999", "accepted", id="status code not listed"),
        pytest.param("F1:99999", "said_paid", id="paid, status code not listed"),
        pytest.param("F0:99999", None, id="finalized, status code not listed"),
        pytest.param(":20", "accepted", id="no category, accepted"),
        pytest.param(":35", "not_on_file", id="no category, not found"),
        pytest.param(":99999", None, id="no category, status code not listed"),
        pytest.param(":", None, id="empty"),
    ],
)
def test_answers_that_say_little(answer: str, event: str | None) -> None:
    assert event_of_status_answer(*answer.split(":")) == event


SAYS_NOTHING = """
    adjusted bundled capitated duplicate finalized info inquiry_error inquiry_failed letter
    partial recoded revised system unclear zero_pay
""".split()


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        pytest.param(code, meaning.outcome, id=f"{kind} {code}")
        for kind in ("category", "status")
        for code, meaning in statuses(kind).items()
    ],
)
def test_every_listed_code_says_something_or_is_named_here(code: str, outcome: str) -> None:
    alone = (
        event_of_status_answer("", code)
        if claim_status(code).is_known
        else event_of_status_answer(code, "")
    )
    assert (alone is None) is (outcome in SAYS_NOTHING)


def test_codes_used_here_as_not_listed_are_not_listed() -> None:
    assert not claim_status_category("Z9").is_known
    assert not claim_status("99999").is_known


# ---------------------------------------------------------------- 835

NONE = DenialFinding()
WHOLE = DenialFinding(is_denial=True, is_full=True, denied_cents=10000, leading=("CO", "197"))
PART = DenialFinding(is_denial=True, denied_cents=4000, leading=("CO", "97"))
DUPLICATE = DenialFinding(is_duplicate=True, held_cents=10000)
HELD = DenialFinding(held_cents=10000)


@pytest.mark.parametrize(
    ("clp02", "paid", "patient", "finding", "event"),
    [
        pytest.param("1", 8000, 2000, NONE, "paid", id="1 paid"),
        pytest.param("2", 500, 0, NONE, "paid", id="2 paid as secondary"),
        pytest.param("3", 500, 0, NONE, "paid", id="3 paid as tertiary"),
        pytest.param("1", 0, 0, WHOLE, "denied", id="1 denied: the usual denial"),
        pytest.param("2", 0, 0, WHOLE, "denied", id="2 denied by the secondary"),
        pytest.param("4", 0, 0, WHOLE, "denied", id="4 patient not recognized"),
        pytest.param("4", 8000, 0, NONE, "paid", id="4 although paid"),
        pytest.param("1", 6000, 0, PART, "partly_denied", id="1 a line denied"),
        pytest.param("1", 0, 6000, PART, "partly_denied", id="1 deductible and a line denied"),
        pytest.param("1", 0, 10000, NONE, "patient_responsible", id="1 deductible"),
        pytest.param("1", 0, 0, NONE, "paid", id="1 all of it contract reduction"),
        pytest.param("1", 0, None, NONE, "paid", id="1 CLP05 absent"),
        pytest.param("1", 0, 0, HELD, "pending", id="1 under review"),
        pytest.param("1", 0, 0, DUPLICATE, None, id="1 duplicate"),
        pytest.param("1", 6000, 0, DUPLICATE, "paid", id="1 paid, one line a duplicate"),
        pytest.param("19", 8000, 2000, NONE, "forwarded", id="19 paid, sent on"),
        pytest.param("20", 500, 0, NONE, "forwarded", id="20 paid as secondary, sent on"),
        pytest.param("21", 500, 0, NONE, "forwarded", id="21 paid as tertiary, sent on"),
        pytest.param("19", 0, 0, WHOLE, "denied", id="19 denied all the same"),
        pytest.param("23", 0, 0, NONE, "forwarded", id="23 not this payer's, sent on"),
        pytest.param("22", -8000, -2000, NONE, "reversed", id="22 taken back"),
        pytest.param("22", 0, 0, NONE, "reversed", id="22 a denial taken back"),
        pytest.param("25", 8000, 0, NONE, None, id="25 predetermination"),
        pytest.param("99", 8000, 0, NONE, "paid", id="status not listed"),
    ],
)
def test_claim_payment(
    clp02: str, paid: int, patient: int | None, finding: DenialFinding, event: str | None
) -> None:
    result = event_of_claim_payment(
        finding, status_code=clp02, paid_cents=paid, patient_responsibility_cents=patient
    )
    assert result == event


# ---------------------------------------------------------------- contacts

CONTACTS = {
    "paid": "said_paid",
    "payment_promised": "pending",
    "in_process": "pending",
    "not_on_file": "not_on_file",
    "denied": "denied",
    "rejected": "rejected",
    "information_requested": "information_requested",
    "reprocessing": "pending",
    "appeal_received": None,
    "sent_to_patient": "patient_responsible",
    "other_payer_primary": "denied",
    "paid_elsewhere": None,
    "underpaid": "said_paid",
    "taken_back": None,
    "refund_requested": None,
    "no_answer": None,
    "submitted": None,
}


@pytest.mark.parametrize("outcome", Outcome)
def test_contact(outcome: Outcome) -> None:
    assert event_of_contact(outcome) == CONTACTS[outcome.value]


OF_OUR_OWN_FILES = {
    Event.SUBMITTED,
    Event.CORRECTION_SUBMITTED,
    Event.SUBMITTED_TO_NEXT_PAYER,
    Event.ACKNOWLEDGED_999_REJECTED,
}


def test_every_event_comes_from_somewhere() -> None:
    answers = {
        event_of_status_answer(category, status)
        for category in (*statuses("category"), "")
        for status in (*statuses("status"), "")
    }
    payments = {
        event_of_claim_payment(
            finding, status_code=code, paid_cents=0, patient_responsibility_cents=0
        )
        for finding in (NONE, WHOLE, PART)
        for code in ("1", "22")
    }
    contacts = {event_of_contact(outcome) for outcome in Outcome}
    assert (answers | payments | contacts) - {None} == set(Event) - OF_OUR_OWN_FILES
