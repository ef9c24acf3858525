"""What holds a claim back from the callers: open requests, and blocks that no answer has lifted.

A claim waits with whoever was asked. Unanswered by its date, or answered without what was missing, it is
the lead's; answered, it is ready and due at once.
"""

from dataclasses import replace
from datetime import date
from typing import NamedTuple

from dueline.core.aging import watch
from dueline.core.enums import CheckKey, DueCause, NextAction, RequestOwner, Watch, WorkStatus
from dueline.core.schedule import URGENCY, Schedule, latest_due_on

WITH_OTHERS = frozenset({WorkStatus.WITH_BILLING, WorkStatus.WITH_LEAD})  # no caller works it
OWNER_WORDS: dict[RequestOwner, str] = {
    RequestOwner.FRONT_DESK: "the front desk",
    RequestOwner.CODING: "coding",
    RequestOwner.CLINICAL: "clinical staff",
    RequestOwner.BILLING: "billing",
    RequestOwner.CREDENTIALING: "credentialing",
    RequestOwner.CONTRACTS: "contracts",
}
CHECK_WORDS: dict[CheckKey, str] = {
    CheckKey.PAYER_CLOSED: "the payer's hours",
    CheckKey.ANSWER_WAITING: "an answer that is not posted",
    CheckKey.REJECTED: "the rejection",
    CheckKey.NO_CALL_SETTLES: "a denial that no call settles",
    CheckKey.PRACTICE_NAME: "practice name",
    CheckKey.TAX_ID: "tax ID",
    CheckKey.BILLING_NPI: "billing NPI",
    CheckKey.PATIENT_NAME: "patient name",
    CheckKey.BIRTH_DATE: "birth date",
    CheckKey.MEMBER_ID: "member ID",
    CheckKey.SERVICE_DATE: "service date",
    CheckKey.CHARGE: "charge",
    CheckKey.SUBMISSION_DATE: "day sent",
    CheckKey.NOT_ACCEPTED: "no acceptance",
    CheckKey.TOO_EARLY: "too early",
    CheckKey.LIKELY_DUPLICATE: "likely duplicate",
    CheckKey.PORTAL: "portal or 276",
}


class OpenRequest(NamedTuple):
    """What of an open request decides where its claim stands."""

    key: str
    owner: RequestOwner
    asked_on: date
    due_on: date
    is_escalated: bool


class Hold(NamedTuple):
    """What blocks a claim itself, which of it was asked before, and what is being asked now."""

    blocked: tuple[CheckKey, ...] = ()
    asked: frozenset[CheckKey] = frozenset()
    open: tuple[OpenRequest, ...] = ()  # the earliest first
    answered: str = ""  # "the front desk on Nov 23": the latest answer

    @property
    def to_ask(self) -> tuple[CheckKey, ...]:
        waiting = {request.key for request in self.open}
        return tuple(k for k in self.blocked if k not in self.asked and k not in waiting)

    @property
    def is_stuck(self) -> bool:
        """Whether all that blocks was asked, and nothing more is awaited."""
        return bool(self.blocked) and not self.open and not self.to_ask

    def acted_on(self, last_action_on: date | None) -> date | None:
        """Return when someone last acted: to ask is to act, so no deadline forces the claim for that day."""
        days = [day for day in (last_action_on, *(r.asked_on for r in self.open)) if day]
        return max(days, default=None)


NO_HOLD = Hold()


def with_whom(
    plan: Schedule,
    hold: Hold,
    *,
    was_held: bool,
    deadline_on: date | None,
    as_of: date,
    safe_on: date | None = None,
) -> tuple[Schedule, bool]:
    """Return the schedule of a claim with what holds it, and whether that decides it.

    `was_held`: the schedule that is kept is that of an earlier hold, so it ends with it.
    """
    if hold.open:
        return _waits(plan, hold, deadline_on, safe_on, as_of), True
    if was_held and hold.is_stuck:
        return to_lead(plan, hold, as_of=as_of), True
    if was_held:
        return _comes_back(plan, hold, as_of), False
    return plan, False


def held_by(work_status: WorkStatus, hold: Hold) -> str:
    """Return who has a claim that the callers wait for: "coding", "billing", "the lead"; "" where they have it."""
    if work_status is WorkStatus.WITH_LEAD:
        return "the lead"
    if work_status is not WorkStatus.WITH_BILLING:
        return ""
    return OWNER_WORDS[hold.open[0].owner if hold.open else RequestOwner.BILLING]


def cause_with_others(
    cause: DueCause | None,
    *,
    deadline_on: date | None,
    last_action_on: date | None,
    as_of: date,
) -> DueCause | None:
    """Return why a claim that is with billing or the lead is due: to ask for something stops no deadline.

    In the last 7 days it is in sight each day, but for a day on which a contact was recorded.
    """
    if (cause is not None and URGENCY[cause]) or deadline_on is None or last_action_on == as_of:
        return cause
    return DueCause.DEADLINE if watch(deadline_on, as_of=as_of) is Watch.ESCALATED else cause


def _comes_back(plan: Schedule, hold: Hold, as_of: date) -> Schedule:
    """Return the schedule of a claim that waits no longer; after an answer there is something to tell the payer."""
    reason = f"Answered by {hold.answered}" if hold.answered else "Nothing is asked any more"
    was_to_ask = plan.next_action is NextAction.ASK_BILLING
    action = NextAction.CALL if was_to_ask else plan.next_action
    return Schedule(as_of, reason, action, plan.level, WorkStatus.READY)


def to_lead(plan: Schedule, hold: Hold, *, as_of: date) -> Schedule:
    """Return the schedule of a claim whose answers did not bring what was missing."""
    words = ", ".join(CHECK_WORDS[key] for key in hold.blocked)
    reason = f"Asked and still blocked: {words}. Decide how to go on"
    due_on = min(plan.due_on, as_of)
    return replace(plan, due_on=due_on, due_reason=reason, work_status=WorkStatus.WITH_LEAD)


def _waits(
    plan: Schedule, hold: Hold, deadline_on: date | None, safe_on: date | None, as_of: date
) -> Schedule:
    first = hold.open[0]
    late = next((r for r in hold.open if r.is_escalated), None)
    asked = late or first
    words = f"Asked {OWNER_WORDS[asked.owner]} on {asked.asked_on:%b} {asked.asked_on.day}"
    if late is not None:
        reason = f"{words}, not answered by {late.due_on:%b} {late.due_on.day}: decide how to go on"
        return replace(
            plan, due_on=late.due_on, due_reason=reason, work_status=WorkStatus.WITH_LEAD
        )
    if deadline_on is not None and first.asked_on <= deadline_on <= as_of:
        reason = f"{words}, and the deadline is here: decide how to go on"
        return replace(plan, due_on=as_of, due_reason=reason, work_status=WorkStatus.WITH_LEAD)
    latest = latest_due_on(deadline_on, safe_on, as_of=as_of)
    due_on = first.due_on if latest is None else min(first.due_on, latest)
    return replace(plan, due_on=due_on, due_reason=words, work_status=WorkStatus.WITH_BILLING)
