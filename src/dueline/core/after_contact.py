"""Where a claim goes after a contact: our work status and its queue."""

from dueline.core.enums import Level, NextAction, Outcome, WorkStatus

WITH_BILLING_ACTIONS = frozenset(
    {
        NextAction.ASK_BILLING,
        NextAction.BILL_OTHER_PAYER,
        NextAction.BILL_PATIENT,
        NextAction.CONTACT_PATIENT,
        NextAction.POST_PAYMENT,
        NextAction.RESUBMIT,
        NextAction.SEND_CORRECTED_CLAIM,
    }
)


def status_after_follow_up(
    outcome: Outcome, next_action: NextAction, *, before: WorkStatus, is_appeal_sent: bool = False
) -> WorkStatus:
    """Return our work status after a contact; READY means a caller works it when it is due.

    `is_appeal_sent`: what was sent is an appeal or a reconsideration, by its words.
    """
    if next_action in (NextAction.ESCALATE, NextAction.REQUEST_WRITE_OFF):
        return WorkStatus.WITH_LEAD
    if next_action in WITH_BILLING_ACTIONS and outcome is not Outcome.SUBMITTED:
        return WorkStatus.WITH_BILLING
    if outcome is Outcome.APPEAL_RECEIVED or (
        next_action is NextAction.AWAIT_ANSWER and before is WorkStatus.IN_APPEAL
    ):
        return WorkStatus.IN_APPEAL
    if outcome is Outcome.SUBMITTED and (is_appeal_sent or next_action is NextAction.APPEAL):
        return WorkStatus.IN_APPEAL
    return WorkStatus.READY


def level_after_follow_up(outcome: Outcome, next_action: NextAction, *, before: Level) -> Level:
    """Return the queue after a contact: a denial, an appeal or an escalation goes to L2 and stays there."""
    if outcome in (Outcome.DENIED, Outcome.APPEAL_RECEIVED) or next_action in (
        NextAction.APPEAL,
        NextAction.ESCALATE,
    ):
        return Level.L2
    return before
