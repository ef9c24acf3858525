"""What follow-ups tell of a claim's course, and the clocks that stop and start by it."""

from datetime import date

import pytest

from dueline.core.claim_clocks import Events
from dueline.core.claim_course import Contact, as_json, events_of, from_json
from dueline.core.enums import NextAction, Outcome

Did, N = Outcome, NextAction


def on(day: str) -> date:
    return date.fromisoformat(f"2026-{day}")


def contact(day: str, outcome: Outcome, then: NextAction = N.CALL, **facts: str) -> Contact:
    return Contact(on(day), outcome, then, facts)


APPEAL_SENT = contact(
    "09-05", Did.SUBMITTED, sent="Appeal, level 1, with notes", sent_on="2026-09-04"
)


@pytest.mark.parametrize(
    ("contacts", "expected"),
    [
        pytest.param([], {}, id="nothing was done"),
        pytest.param(
            [contact("09-01", Did.IN_PROCESS)], {"last_checked_on": "2026-09-01"}, id="a look"
        ),
        pytest.param(
            [contact("09-01", Did.IN_PROCESS), contact("09-08", Did.NO_ANSWER)],
            {"last_checked_on": "2026-09-01"},
            id="nothing learned is no look",
        ),
        pytest.param(
            [
                contact("09-01", Did.INFORMATION_REQUESTED),
                contact("09-03", Did.SUBMITTED, sent="Chart"),
            ],
            {
                "records_requested_on": "2026-09-01",
                "records_sent_on": "2026-09-03",
                "last_checked_on": "2026-09-01",
            },
            id="records asked for and sent",
        ),
        pytest.param(
            [APPEAL_SENT], {"appeal_sent_on": "2026-09-04"}, id="an appeal, on the day it went out"
        ),
        pytest.param(
            [
                contact("09-01", Did.DENIED, N.APPEAL),
                contact("09-03", Did.SUBMITTED, sent="By fax"),
            ],
            {"appeal_sent_on": "2026-09-03", "last_checked_on": "2026-09-01"},
            id="what was planned, where the words do not say",
        ),
        pytest.param(
            [contact("09-03", Did.SUBMITTED, sent="Corrected claim, modifier 59")],
            {"corrected_sent_on": "2026-09-03"},
            id="a corrected claim",
        ),
        pytest.param(
            [contact("09-03", Did.SUBMITTED, sent="Reconsideration with authorization")],
            {"reconsideration_sent_on": "2026-09-03"},
            id="a reconsideration",
        ),
        pytest.param(
            [APPEAL_SENT, contact("10-10", Did.DENIED, decided_on="2026-10-08")],
            {"appeals_decided_on": ["2026-10-08"], "last_checked_on": "2026-10-10"},
            id="level 1 decided against us",
        ),
        pytest.param(
            [contact("10-10", Did.DENIED, decided_on="2026-10-08")],
            {"last_checked_on": "2026-10-10"},
            id="a decision without an appeal is the denial itself",
        ),
        pytest.param(
            [contact("09-01", Did.APPEAL_RECEIVED, received_on="2026-08-28")],
            {"appeal_sent_on": "2026-08-28", "last_checked_on": "2026-09-01"},
            id="an appeal that the payer has",
        ),
        pytest.param(
            [contact("09-01", Did.REFUND_REQUESTED, notice_on="2026-08-20")],
            {"refund_demanded_on": "2026-08-20", "last_checked_on": "2026-09-01"},
            id="money asked back, from the letter's day",
        ),
    ],
)
def test_course_is_told_by_the_contacts(contacts: list[Contact], expected: object) -> None:
    events = events_of(contacts)
    assert as_json(events) == expected
    assert from_json(as_json(events)) == events


def test_nothing_known_is_kept_as_nothing() -> None:
    assert as_json(Events()) == {}
    assert from_json({}) == Events()
