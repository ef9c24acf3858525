"""With whom a claim waits: whoever was asked, the lead, or no one."""

from dataclasses import replace
from datetime import date

import pytest

from dueline.core.enums import CheckKey, Level, NextAction, RequestOwner, WorkStatus
from dueline.core.holds import CHECK_WORDS, NO_HOLD, OWNER_WORDS, Hold, OpenRequest, with_whom
from dueline.core.schedule import Schedule

MONDAY, FRIDAY = date(2026, 11, 23), date(2026, 11, 27)
ID = CheckKey.MEMBER_ID
PLAN = Schedule(MONDAY, "Not on file", NextAction.CALL, Level.L1, WorkStatus.READY)
ASKED = OpenRequest(ID, RequestOwner.FRONT_DESK, date(2026, 11, 20), FRIDAY, False)
LATE = ASKED._replace(due_on=date(2026, 11, 20), is_escalated=True)


@pytest.mark.parametrize(
    ("hold", "was_held", "deadline_on", "status", "due_on", "reason"),
    [
        pytest.param(NO_HOLD, False, None, "ready", MONDAY, "Not on file", id="nothing holds it"),
        pytest.param(
            Hold(blocked=(ID,)), False, None, "ready", MONDAY, "Not on file", id="not asked yet"
        ),
        pytest.param(
            Hold((ID,), open=(ASKED,)),
            False,
            None,
            "with_billing",
            FRIDAY,
            "Asked the front desk on Nov 20",
            id="waits for the answer",
        ),
        pytest.param(
            Hold((ID,), open=(ASKED,)),
            True,
            date(2026, 11, 25),
            "with_billing",
            date(2026, 11, 24),
            "Asked the front desk on Nov 20",
            id="a deadline came nearer than the answer's date",
        ),
        pytest.param(
            Hold((ID,), open=(ASKED,)),
            True,
            MONDAY,
            "with_lead",
            MONDAY,
            "and the deadline is here",
            id="the deadline is today",
        ),
        pytest.param(
            Hold((ID,), open=(ASKED,)),
            True,
            date(2026, 11, 19),
            "with_billing",
            FRIDAY,
            "Asked the front desk on Nov 20",
            id="lost before it was asked",
        ),
        pytest.param(
            Hold((ID,), open=(ASKED, LATE)),
            True,
            None,
            "with_lead",
            date(2026, 11, 20),
            "not answered by Nov 20",
            id="one is late",
        ),
        pytest.param(
            Hold(answered="coding on Nov 23"),
            True,
            None,
            "ready",
            MONDAY,
            "Answered by coding on Nov 23",
            id="answered",
        ),
        pytest.param(
            NO_HOLD, True, None, "ready", MONDAY, "Nothing is asked any more", id="withdrawn"
        ),
        pytest.param(
            Hold((ID,), asked=frozenset({ID})),
            True,
            None,
            "with_lead",
            MONDAY,
            "still blocked: member ID",
            id="answered without the fact",
        ),
    ],
)
def test_with_whom(hold, was_held, deadline_on, status, due_on, reason):
    plan, is_held = with_whom(PLAN, hold, was_held=was_held, deadline_on=deadline_on, as_of=MONDAY)
    assert (plan.work_status, plan.due_on) == (status, due_on)
    assert reason in plan.due_reason
    assert is_held == (status != "ready")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (NextAction.ASK_BILLING, NextAction.CALL),
        (NextAction.SEND_CORRECTED_CLAIM, NextAction.SEND_CORRECTED_CLAIM),
    ],
)
def test_what_was_to_be_asked_is_not_to_be_asked_again(before, after):
    plan = replace(PLAN, next_action=before)
    found, _ = with_whom(
        plan, Hold(answered="billing on Nov 23"), was_held=True, deadline_on=None, as_of=MONDAY
    )
    assert found.next_action == after


def test_what_is_to_be_asked():
    hold = Hold((ID, CheckKey.BIRTH_DATE), frozenset({ID}))
    assert hold.to_ask == (CheckKey.BIRTH_DATE,)
    assert not hold.is_stuck
    birth = ASKED._replace(key=CheckKey.BIRTH_DATE)
    assert hold._replace(open=(birth,)).to_ask == ()
    assert hold._replace(open=(birth,)).acted_on(date(2026, 11, 1)) == date(2026, 11, 20)
    assert NO_HOLD.acted_on(None) is None


def test_every_owner_and_check_has_words():
    assert set(OWNER_WORDS) == set(RequestOwner)
    assert set(CHECK_WORDS) == set(CheckKey)
