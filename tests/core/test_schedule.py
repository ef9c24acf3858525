"""When a claim is due: first dates by the payer's word, overdue and forced days, what a follow-up sets."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dueline.core.after_contact import level_after_follow_up, status_after_follow_up
from dueline.core.calendars import add_business_days, is_business_day
from dueline.core.enums import (
    DueCause,
    Level,
    NextAction,
    Outcome,
    PayerStatus,
    PayerType,
    WorkStatus,
)
from dueline.core.schedule import (
    INTERVALS,
    URGENCY,
    ClaimFacts,
    UsualWait,
    days_overdue,
    deadline_window,
    due_cause,
    latest_due_on,
    missed_on,
    schedule,
    within,
)

MONDAY = date(2026, 11, 23)  # Thanksgiving is Thursday the 26th
DAYS = st.dates(date(2025, 1, 1), date(2027, 12, 31))

CLAIM = ClaimFacts(
    payer_type=PayerType.COMMERCIAL,
    payer_status=PayerStatus.SENT,
    payer_status_on=date(2026, 11, 18),
    payer_balance_cents=10_000,
    is_first_payer=True,
    service_on=date(2026, 11, 2),
    first_submitted_on=date(2026, 11, 4),
    last_submitted_on=date(2026, 11, 4),
    accepted_on=None,
    last_remitted_on=None,
)


def at(status: PayerStatus, **changes):
    return schedule(replace(CLAIM, payer_status=status, **changes), as_of=MONDAY)


@pytest.mark.parametrize("status", PayerStatus)
def test_every_status_has_a_schedule_on_a_named_queue(status):
    plan = at(status)
    assert plan.due_reason
    assert plan.level in Level
    assert plan.work_status in (WorkStatus.READY, WorkStatus.WITH_BILLING)


def test_every_payer_type_has_intervals_and_every_cause_an_urgency():
    assert set(INTERVALS) == set(PayerType)
    assert set(URGENCY) == set(DueCause)


@pytest.mark.parametrize(
    ("plan", "due_on", "action"),
    [
        pytest.param(
            at(PayerStatus.SENT),
            date(2026, 11, 9),
            NextAction.CHECK_PORTAL,
            id="no acceptance after 3 working days",
        ),
        pytest.param(
            at(PayerStatus.SENT, payer_acknowledges=False),
            date(2026, 12, 4),
            NextAction.CHECK_PORTAL,
            id="a payer that never acknowledges: its first look",
        ),
        pytest.param(
            at(PayerStatus.ACCEPTED, accepted_on=date(2026, 11, 6)),
            date(2026, 12, 7),
            NextAction.CHECK_PORTAL,
            id="30 days after acceptance, Sunday rolls to Monday",
        ),
        pytest.param(
            at(
                PayerStatus.ACCEPTED,
                accepted_on=date(2026, 11, 6),
                payer_type=PayerType.MEDICARE,
            ),
            date(2026, 11, 23),
            NextAction.CHECK_PORTAL,
            id="Medicare looks after 15 days",
        ),
        pytest.param(
            at(
                PayerStatus.ACCEPTED,
                accepted_on=date(2026, 11, 6),
                first_submitted_on=date(2026, 10, 1),
            ),
            date(2026, 12, 7),
            NextAction.CALL,
            id="late: call instead",
        ),
        pytest.param(
            at(PayerStatus.PENDING, payer_status_on=date(2026, 11, 20)),
            date(2026, 12, 2),
            NextAction.CHECK_PORTAL,
            id="7 working days on, over Thanksgiving",
        ),
        pytest.param(
            at(PayerStatus.NOT_ON_FILE), date(2026, 11, 18), NextAction.CALL, id="not on file"
        ),
        pytest.param(
            at(PayerStatus.FORWARDED),
            date(2026, 12, 18),
            NextAction.CALL,
            id="passed on: 30 days, then by telephone since late",
        ),
    ],
)
def test_first_due_date(plan, due_on, action):
    assert (plan.due_on, plan.next_action) == (due_on, action)


@pytest.mark.parametrize(
    ("fix", "level", "action"),
    [
        pytest.param("appeal", Level.L2, NextAction.APPEAL, id="appeal, L2"),
        pytest.param(
            "corrected_claim", Level.L1, NextAction.SEND_CORRECTED_CLAIM, id="corrected claim, L1"
        ),
        pytest.param("", Level.L1, NextAction.CALL, id="reason not listed: ask"),
    ],
)
def test_a_denial_is_due_at_once_in_the_queue_its_reason_needs(fix, level, action):
    plan = at(PayerStatus.DENIED, denial_fix=fix, denial_level=level, denial_words="CO-197 none")
    assert plan.due_on == CLAIM.payer_status_on
    assert (plan.level, plan.next_action) == (level, action)
    assert plan.due_reason == "Denied: CO-197 none"


def test_a_rejection_goes_to_billing_at_once():
    plan = at(PayerStatus.REJECTED)
    assert (plan.work_status, plan.due_on) == (WorkStatus.WITH_BILLING, CLAIM.payer_status_on)


def test_a_credit_balance_is_for_l2_whatever_the_payer_said():
    plans = {at(status, payer_balance_cents=-1).level for status in PayerStatus}
    assert plans == {Level.L2}


def cause(due_on=MONDAY, *, action=None, promised=None, deadline=None, as_of=MONDAY):
    return due_cause(
        due_on=due_on,
        last_action_on=action,
        promised_on=promised,
        deadline_on=deadline,
        as_of=as_of,
    )


TUESDAY, FRIDAY = date(2026, 11, 24), date(2026, 11, 20)


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(cause(MONDAY), DueCause.DATE, id="due today"),
        pytest.param(cause(TUESDAY), None, id="due tomorrow: not today"),
        pytest.param(cause(FRIDAY), DueCause.DATE, id="never worked: late but not overdue"),
        pytest.param(cause(FRIDAY, action=FRIDAY), DueCause.OVERDUE, id="follow-up one day late"),
        pytest.param(
            cause(date(2026, 11, 21), action=FRIDAY, as_of=date(2026, 11, 22)),
            DueCause.DATE,
            id="the weekend makes nothing overdue",
        ),
        pytest.param(cause(promised=FRIDAY), DueCause.PROMISE_BROKEN, id="promised for Friday"),
        pytest.param(cause(promised=MONDAY), DueCause.DATE, id="promised for today: not broken"),
        pytest.param(
            cause(TUESDAY, promised=FRIDAY), None, id="promise past, but nothing before its date"
        ),
        pytest.param(
            cause(TUESDAY, deadline=date(2026, 12, 7)), DueCause.DEADLINE, id="14 days: forced"
        ),
        pytest.param(cause(TUESDAY, deadline=date(2026, 12, 8)), None, id="15 days: not yet"),
        pytest.param(
            cause(TUESDAY, deadline=date(2026, 12, 7), action=MONDAY),
            None,
            id="acted on since the 14-day mark: waits for its date",
        ),
        pytest.param(
            cause(date(2026, 12, 20), deadline=date(2026, 11, 30), action=FRIDAY),
            DueCause.DEADLINE,
            id="7 days: forced again",
        ),
        pytest.param(
            cause(date(2026, 12, 20), deadline=MONDAY, action=FRIDAY),
            DueCause.DEADLINE,
            id="the last day: forced again",
        ),
        pytest.param(
            cause(date(2026, 12, 20), deadline=MONDAY, action=MONDAY), None, id="acted on today"
        ),
        pytest.param(
            cause(date(2026, 12, 20), deadline=FRIDAY, action=None), None, id="past forces nothing"
        ),
    ],
)
def test_due_cause(found, expected):
    assert found is expected


@given(
    DAYS, DAYS, st.one_of(st.none(), DAYS), st.one_of(st.none(), DAYS), st.one_of(st.none(), DAYS)
)
def test_nothing_is_due_before_its_date_unless_a_deadline_forces_it(
    as_of, due_on, action, promised, deadline
):
    found = cause(due_on, action=action, promised=promised, deadline=deadline, as_of=as_of)
    if due_on <= as_of:
        assert found is not None
    else:
        assert found in (None, DueCause.DEADLINE)
        assert found is None or (deadline and 0 <= (deadline - as_of).days <= 14)


@given(DAYS, DAYS)
def test_acting_takes_a_claim_off_until_its_date_or_the_next_mark(as_of, deadline):
    later = date(2030, 1, 1)
    assert cause(later, action=as_of, deadline=deadline, as_of=as_of) is None


@given(DAYS, DAYS)
def test_the_window_of_a_deadline_begins_14_7_or_0_days_before_it(as_of, deadline):
    window = deadline_window(deadline, as_of=as_of)
    left = (deadline - as_of).days
    assert (window is not None) is (0 <= left <= 14)
    if window is not None:
        assert window <= as_of
        assert (deadline - window).days in (14, 7, 0)


def test_days_overdue_counts_working_days_over_thanksgiving():
    assert days_overdue(date(2026, 11, 25), as_of=date(2026, 11, 30)) == 2
    assert days_overdue(MONDAY, as_of=MONDAY) == 0


@given(DAYS, DAYS)
def test_the_latest_due_date_leaves_a_working_day_before_the_deadline(as_of, deadline):
    found = latest_due_on(deadline, as_of=as_of)
    if deadline <= as_of:
        assert found is None
    else:
        assert as_of <= found < deadline
        assert found == as_of or is_business_day(found)


@pytest.mark.parametrize(
    ("safe", "as_of", "expected"),
    [
        pytest.param("2026-12-11", "2026-11-23", "2026-12-11", id="the safe date holds"),
        pytest.param("2026-12-12", "2026-11-23", "2026-12-11", id="on a Saturday, Friday"),
        pytest.param("2026-12-11", "2026-12-11", "2026-12-24", id="reached: before the deadline"),
        pytest.param("2026-12-31", "2026-11-23", "2026-12-24", id="never after the deadline"),
    ],
)
def test_no_due_date_passes_the_safe_date_of_a_deadline(safe, as_of, expected):
    """The deadline is Friday, December 25, a holiday."""
    safe_on, today = date.fromisoformat(safe), date.fromisoformat(as_of)
    found = latest_due_on(date(2026, 12, 25), safe_on, as_of=today)
    assert found == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        pytest.param("2026-12-05", None, id="the day before the safe date"),
        pytest.param("2026-12-06", "2026-12-06", id="on the safe date"),
        pytest.param("2026-12-10", "2026-12-06", id="until the 14th day before"),
        pytest.param("2026-12-11", "2026-12-11", id="14 days before"),
        pytest.param("2026-12-26", None, id="past"),
    ],
)
def test_safe_date_asks_for_a_claim_as_14_7_and_0_days_do(as_of, expected):
    found = deadline_window(date(2026, 12, 25), date(2026, 12, 6), as_of=date.fromisoformat(as_of))
    assert found == (date.fromisoformat(expected) if expected else None)


def test_schedule_within_a_deadline_says_what_moved_its_date():
    plan = replace(schedule(CLAIM, as_of=MONDAY), due_on=date(2026, 12, 1))
    same = within(plan, date(2027, 6, 1), date(2027, 5, 14), as_of=MONDAY)
    assert same == plan
    sooner = within(plan, date(2026, 12, 9), date(2026, 11, 24), as_of=MONDAY)
    assert plan.due_on > sooner.due_on == date(2026, 11, 24)
    assert sooner.due_reason.endswith("by the safe date of its deadline")
    kept = replace(sooner, due_on=date(2026, 12, 1))
    assert within(kept, date(2026, 12, 9), date(2026, 11, 24), as_of=MONDAY) == sooner


@pytest.mark.parametrize(
    ("outcome", "action", "before", "after"),
    [
        (Outcome.IN_PROCESS, NextAction.CALL, WorkStatus.READY, WorkStatus.READY),
        (Outcome.DENIED, NextAction.ESCALATE, WorkStatus.READY, WorkStatus.WITH_LEAD),
        (Outcome.REJECTED, NextAction.RESUBMIT, WorkStatus.READY, WorkStatus.WITH_BILLING),
        (Outcome.SUBMITTED, NextAction.AWAIT_ANSWER, WorkStatus.WITH_BILLING, WorkStatus.READY),
        (Outcome.APPEAL_RECEIVED, NextAction.AWAIT_ANSWER, WorkStatus.READY, WorkStatus.IN_APPEAL),
        (Outcome.NO_ANSWER, NextAction.AWAIT_ANSWER, WorkStatus.IN_APPEAL, WorkStatus.IN_APPEAL),
        (Outcome.SUBMITTED, NextAction.APPEAL, WorkStatus.READY, WorkStatus.IN_APPEAL),
    ],
)
def test_status_after_follow_up(outcome, action, before, after):
    assert status_after_follow_up(outcome, action, before=before) is after


def test_an_appeal_sent_waits_in_appeal_for_its_answer():
    status = status_after_follow_up(
        Outcome.SUBMITTED, NextAction.AWAIT_ANSWER, before=WorkStatus.READY, is_appeal_sent=True
    )
    assert status is WorkStatus.IN_APPEAL


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("action", NextAction)
def test_a_follow_up_never_leaves_a_claim_without_queue_or_status(outcome, action):
    status = status_after_follow_up(outcome, action, before=WorkStatus.READY)
    assert status in set(WorkStatus) - {WorkStatus.CLOSED, WorkStatus.IN_WORK, WorkStatus.WAITING}
    assert level_after_follow_up(outcome, action, before=Level.L2) is Level.L2


SENT_ON = date(2026, 10, 27)  # a Tuesday, 27 days before MONDAY
WAITING = {"first_submitted_on": SENT_ON, "last_submitted_on": SENT_ON}
ACCEPTED = {**WAITING, "accepted_on": date(2026, 10, 28)}
BY_21 = UsualWait(21, 92)


@pytest.mark.parametrize(
    ("changes", "due_on", "reason"),
    [
        pytest.param(
            ACCEPTED | {"usual_wait": BY_21},
            date(2026, 11, 18),
            "92 % of this payer's claims are answered by day 21; this is day 27",
            id="overdue: the basis, and the day it is",
        ),
        pytest.param(
            ACCEPTED | {"usual_wait": UsualWait(30, 90, "plan")},
            date(2026, 11, 27),
            "First look on day 31: 90 % of this plan's claims are answered by day 30",
            id="not yet overdue; by plan; the day after is a Friday",
        ),
        pytest.param(
            ACCEPTED | {"usual_wait": UsualWait(25, 91)},
            date(2026, 11, 23),
            "91 % of this payer's claims are answered by day 25; this is day 27",
            id="a Sunday rolls to Monday",
        ),
        pytest.param(
            ACCEPTED | {"usual_wait": None},
            date(2026, 11, 27),
            "First look 30 days after acceptance",
            id="no history: the default",
        ),
        pytest.param(
            ACCEPTED | {"usual_wait": BY_21, "is_first_payer": False},
            date(2026, 11, 27),
            "First look 30 days after acceptance",
            id="a second payer: the default",
        ),
        pytest.param(
            ACCEPTED | {"usual_wait": BY_21, "last_submitted_on": date(2026, 11, 10)},
            date(2026, 11, 19),
            "92 % of this payer's claims are answered by day 21; this is day 26",
            id="sent once more after acceptance: no younger than its acceptance",
        ),
        pytest.param(
            ACCEPTED
            | {
                "usual_wait": BY_21,
                "last_submitted_on": date(2026, 11, 10),
                "last_remitted_on": date(2026, 11, 6),
            },
            date(2026, 12, 2),
            "First look on day 22: 92 % of this payer's claims are answered by day 21",
            id="corrected after its answer: from the corrected claim",
        ),
        pytest.param(
            WAITING
            | {
                "usual_wait": BY_21,
                "payer_status": PayerStatus.SENT,
                "payer_acknowledges": False,
            },
            date(2026, 11, 18),
            "92 % of this payer's claims are answered by day 21; this is day 27",
            id="a payer that reports no acceptance",
        ),
        pytest.param(
            WAITING | {"usual_wait": BY_21, "payer_status": PayerStatus.SENT},
            date(2026, 10, 30),
            "No acceptance report 3 working days after sending",
            id="an acceptance report is missing: that comes first",
        ),
    ],
)
def test_the_first_look_falls_where_an_answer_is_overdue(changes, due_on, reason):
    plan = at(**({"status": PayerStatus.ACCEPTED} | _status_named(changes)))
    assert (plan.due_on, plan.due_reason) == (due_on, reason)


def _status_named(changes):
    return {
        ("status" if name == "payer_status" else name): value for name, value in changes.items()
    }


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        (date(2026, 11, 23), date(2026, 11, 18)),  # Monday: the weekend does not count
        (date(2026, 11, 30), date(2026, 11, 24)),  # nor does Thanksgiving
        (date(2026, 11, 22), date(2026, 11, 17)),  # Sunday
        (date(2027, 1, 4), date(2026, 12, 29)),  # nor New Year's Day
    ],
)
def test_follow_up_is_missed_after_three_business_days(as_of: date, expected: date) -> None:
    assert missed_on(as_of) == expected
    assert (
        days_overdue(expected, as_of=as_of)
        >= 3
        > days_overdue(add_business_days(expected, 1), as_of=as_of)
    )


SENT_AGAIN = {"first_submitted_on": date(2026, 9, 21), "last_submitted_on": date(2026, 11, 19)}


@pytest.mark.parametrize(
    ("plan", "due_on", "reason"),
    [
        pytest.param(
            at(
                PayerStatus.ACCEPTED,
                accepted_on=date(2026, 9, 22),
                last_remitted_on=date(2026, 11, 5),
                payer_status_on=date(2026, 11, 20),
                **SENT_AGAIN,
            ),
            date(2026, 12, 21),
            "First look 30 days after it was accepted again",
            id="denied, then sent again: the new acceptance counts, not the old one",
        ),
        pytest.param(
            at(PayerStatus.ACCEPTED, accepted_on=date(2026, 9, 22), **SENT_AGAIN),
            date(2026, 11, 19),
            "First look 30 days after the first acceptance; sent again Nov 19",
            id="never answered and sent again: due at once, not before it was sent",
        ),
        pytest.param(
            at(PayerStatus.SENT, **SENT_AGAIN),
            date(2026, 11, 24),
            "No acceptance report 3 working days after sending it again",
            id="sent again, nothing heard",
        ),
        pytest.param(
            at(
                PayerStatus.NOT_SENT,
                is_first_payer=False,
                payer_status_on=date(2026, 11, 19),
                first_submitted_on=date(2026, 9, 21),
            ),
            date(2026, 11, 24),
            "No submission is known 3 working days after the payer before it answered",
            id="the next payer's turn: not before the first has answered",
        ),
    ],
)
def test_the_date_and_reason_of_a_claim_that_was_sent_again(plan, due_on, reason):
    assert (plan.due_on, plan.due_reason) == (due_on, reason)


def test_a_claim_sent_again_after_an_answer_is_called_as_late_as_any_other():
    """First sent in March, denied, corrected in November: the first look is no call yet."""
    plan = at(
        PayerStatus.ACCEPTED,
        first_submitted_on=date(2026, 3, 2),
        last_submitted_on=date(2026, 11, 19),
        accepted_on=date(2026, 3, 3),
        last_remitted_on=date(2026, 4, 1),
        payer_status_on=date(2026, 11, 20),
    )
    assert plan.next_action is NextAction.CHECK_PORTAL
