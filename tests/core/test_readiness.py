"""What must be known before a call, what makes one needless, and whom to ask."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from dueline.core.codes import carcs
from dueline.core.enums import CheckKey, Grade, NextAction, PayerStatus, RequestOwner
from dueline.core.readiness import (
    ASKED,
    FACTS,
    MISSING,
    OF_ONE_WORD,
    ReadinessFacts,
    blocking,
    checks,
    owner_of_denial,
    request_due_on,
)
from dueline.core.schedule import UsualWait

MONDAY = date(2026, 11, 23)
READY = ReadinessFacts(
    practice_name="Lakeside",
    tax_id="995550187",
    billing_npi="1999936606",
    patient_name="Ada Quill",
    birth_on=date(1980, 4, 2),
    member_id="HLH4471203",
    service_on=date(2026, 10, 1),
    charge_cents=50_000,
    first_submitted_on=date(2026, 10, 3),
    payer_name="Harborlight",
    payer_status=PayerStatus.NOT_ON_FILE,
    payer_status_on=date(2026, 11, 20),
    accepted_on=date(2026, 10, 5),
)
DENIED = {"payer_status": PayerStatus.DENIED}
OPENS = datetime(2026, 11, 24, 8, tzinfo=ZoneInfo("America/New_York"))
K, B, A, R = CheckKey, Grade.BLOCKING, Grade.ADVISORY, RequestOwner
WAITS = {"payer_status": PayerStatus.ACCEPTED, "waiting_since": date(2026, 11, 5)}


def case(key, grade, owner, words, **changes):
    return pytest.param(key, grade, owner, words, changes, id=f"{key}: {words[:40]}")


@pytest.mark.parametrize(
    ("key", "grade", "owner", "words", "changes"),
    [
        case(K.PRACTICE_NAME, B, R.BILLING, "practice's name is not known", practice_name=" "),
        case(K.TAX_ID, B, R.BILLING, "tax ID is not known", tax_id=""),
        case(K.BILLING_NPI, B, R.BILLING, "billing NPI is not known", billing_npi=""),
        case(K.PATIENT_NAME, B, R.FRONT_DESK, "patient's name is not known", patient_name=""),
        case(K.BIRTH_DATE, B, R.FRONT_DESK, "birth date is not known", birth_on=None),
        case(K.MEMBER_ID, B, R.FRONT_DESK, "the payer will ask for it", member_id=""),
        case(K.SERVICE_DATE, B, R.BILLING, "service date is not known", service_on=None),
        case(K.CHARGE, B, R.BILLING, "charge is not known", charge_cents=0),
        case(K.SUBMISSION_DATE, B, R.BILLING, "day the claim was sent", first_submitted_on=None),
        case(
            K.SUBMISSION_DATE,
            B,
            R.BILLING,
            "the payer will ask for it",
            first_submitted_on=None,
            is_from_remittance=True,
        ),
        case(
            K.BIRTH_DATE,
            A,
            R.FRONT_DESK,
            "payer's own claim number",
            birth_on=None,
            is_from_remittance=True,
            payer_claim_number="H1",
        ),
        case(
            K.SUBMISSION_DATE,
            A,
            R.BILLING,
            "payer's own claim number",
            first_submitted_on=None,
            is_from_remittance=True,
            payer_claim_number="H1",
        ),
        case(K.ANSWER_WAITING, B, R.BILLING, "an 835 for this claim", waiting_answer="835"),
        case(K.ANSWER_WAITING, B, R.BILLING, "a 277 for this claim", waiting_answer="277"),
        case(
            K.REJECTED, B, R.BILLING, "before the payer ever had", payer_status=PayerStatus.REJECTED
        ),
        case(
            K.PAYER_CLOSED,
            B,
            None,
            "Harborlight is closed until Tue Nov 24, 8:00 am ET.",
            is_payer_open=False,
            opens_at=OPENS,
        ),
        case(K.PAYER_CLOSED, B, None, "Harborlight is closed now.", is_payer_open=False),
        case(
            K.NO_CALL_SETTLES,
            B,
            R.CODING,
            "Denied CO-4 modifier missing or wrong: no call settles this; coding",
            denial_carc="4",
            denial_words="CO-4 modifier missing or wrong",
            **DENIED,
        ),
        case(
            K.NO_CALL_SETTLES,
            B,
            R.CREDENTIALING,
            "credentialing has to",
            denial_carc="B7",
            payer_status=PayerStatus.PARTLY_DENIED,
        ),
        case(
            K.NO_CALL_SETTLES,
            B,
            R.FRONT_DESK,
            "the front desk has to",
            denial_carc="27",
            **DENIED,
        ),
        case(
            K.NO_CALL_SETTLES,
            B,
            R.CODING,
            "coding has to correct",
            denial_carc="4",
            last_action_on=date(2026, 11, 19),  # before the denial: about something else
            **DENIED,
        ),
        case(
            K.NOT_ACCEPTED,
            A,
            R.BILLING,
            "No acceptance from this payer",
            payer_status=PayerStatus.SENT,
            accepted_on=None,
        ),
        case(
            K.TOO_EARLY,
            A,
            None,
            "92 % of this payer's claims are answered by day 21; this is day 18.",
            usual_wait=UsualWait(21, 92),
            **WAITS,
        ),
        case(
            K.TOO_EARLY,
            A,
            None,
            "this payer usually takes 30 days; this is day 18.",
            usual_wait=UsualWait(30, 0),
            **WAITS,
        ),
        case(
            K.LIKELY_DUPLICATE,
            A,
            R.BILLING,
            "same patient, day and charge as LKS-2, LKS-3",
            duplicates=("LKS-2", "LKS-3"),
        ),
        case(K.PORTAL, A, None, "portal or a 276", next_action=NextAction.CHECK_PORTAL),
    ],
)
def test_what_does_not_hold(key, grade, owner, words, changes):
    (found,) = checks(replace(READY, **changes), as_of=MONDAY)
    assert (found.key, found.grade, found.owner) == (key, grade, owner)
    assert words in found.sentence
    assert bool(found.question) == (owner is not None)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({}, id="everything known"),
        pytest.param({"denial_carc": "197", **DENIED}, id="no authorization: a call may settle it"),
        pytest.param({"denial_carc": "4"}, id="denied earlier, another word since"),
        pytest.param(
            {"denial_carc": "4", "last_action_on": date(2026, 11, 20), **DENIED},
            id="worked since the denial: the next action stands",
        ),
        pytest.param(
            {"last_action_on": MONDAY, "payer_status": PayerStatus.REJECTED},
            id="sent again since the rejection",
        ),
        pytest.param(
            {"usual_wait": UsualWait(17, 92), **WAITS}, id="the answer is overdue since today"
        ),
        pytest.param({"usual_wait": UsualWait(90, 92)}, id="answered: no wait"),
        pytest.param(
            {"member_id": "", "settled": frozenset({K.MEMBER_ID})}, id="overridden by a lead"
        ),
        pytest.param(
            {"denial_carc": "4", "settled": frozenset({K.NO_CALL_SETTLES}), **DENIED},
            id="answered by coding",
        ),
    ],
)
def test_ready_to_call(changes):
    assert checks(replace(READY, **changes), as_of=MONDAY) == []


def test_blocking_comes_first_and_all_that_is_missing_is_told_at_once():
    facts = replace(
        READY,
        duplicates=("LKS-2",),
        member_id="",
        birth_on=None,
        next_action=NextAction.CHECK_PORTAL,
    )
    found = checks(facts, as_of=MONDAY)
    keys = [check.key for check in found]
    assert keys == [K.BIRTH_DATE, K.MEMBER_ID, K.LIKELY_DUPLICATE, K.PORTAL]
    assert [check.key for check in blocking(found)] == [K.BIRTH_DATE, K.MEMBER_ID]


def test_every_check_can_fail():
    """Every key is told by some facts, so that none is only a name."""
    worst = replace(
        READY,
        practice_name="",
        tax_id="",
        billing_npi="",
        patient_name="",
        birth_on=None,
        member_id="",
        service_on=None,
        charge_cents=0,
        first_submitted_on=None,
        accepted_on=None,
        waiting_answer="835",
        is_payer_open=False,
        duplicates=("LKS-2",),
        next_action=NextAction.CHECK_PORTAL,
        waiting_since=MONDAY,
        usual_wait=UsualWait(21, 92),
    )
    found = set()
    for status, code in (
        (PayerStatus.SENT, ""),
        (PayerStatus.REJECTED, ""),
        (PayerStatus.DENIED, "4"),
    ):
        facts = replace(worst, payer_status=status, denial_carc=code)
        found |= {check.key for check in checks(facts, as_of=MONDAY)}
    assert found == set(CheckKey)
    assert FACTS < MISSING < ASKED
    assert not FACTS & OF_ONE_WORD


def test_every_denial_for_credentialing_and_no_denial_to_appeal_goes_without_a_call():
    for code, meaning in carcs().items():
        owner = owner_of_denial(code)
        if meaning.owner == "credentialing":
            assert owner is RequestOwner.CREDENTIALING
        elif meaning.usual_fix in ("appeal", "reconsideration", "call_payer"):
            assert owner is None, code
    assert owner_of_denial("") is None


@pytest.mark.parametrize(
    ("deadline_on", "due_on"),
    [
        pytest.param(None, date(2026, 11, 27), id="3 working days; Thanksgiving is none"),
        pytest.param(date(2027, 3, 1), date(2026, 11, 27), id="the deadline is far off"),
        pytest.param(date(2026, 11, 27), date(2026, 11, 25), id="the working day before it"),
        pytest.param(date(2026, 11, 24), MONDAY, id="tomorrow: today"),
        pytest.param(MONDAY, MONDAY, id="today: today"),
        pytest.param(date(2026, 11, 20), date(2026, 11, 27), id="past: no haste saves it"),
    ],
)
def test_an_answer_is_due_before_the_deadline(deadline_on, due_on):
    assert request_due_on(deadline_on, as_of=MONDAY) == due_on
