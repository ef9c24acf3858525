"""Which scenario a call begins with, from what is known of the claim, and why."""

from dataclasses import dataclass

from dueline.core.enums import PayerStatus, WorkStatus
from dueline.core.scripts.model import OPENING

SCENARIO_BY_STATUS: dict[PayerStatus, str] = {
    PayerStatus.NOT_SENT: "S01",
    PayerStatus.SENT: "S01",
    PayerStatus.REJECTED: "S01",
    PayerStatus.ACCEPTED: "S02",
    PayerStatus.NOT_ON_FILE: "S01",
    PayerStatus.PENDING: "S02",
    PayerStatus.INFORMATION_REQUESTED: "S14",
    PayerStatus.DENIED: "S09",
    PayerStatus.PARTLY_DENIED: "S21",
    PayerStatus.PAID: "S19",
    PayerStatus.PATIENT_RESPONSIBLE: "S06",
    PayerStatus.FORWARDED: "S23",
    PayerStatus.REVERSED: "S24",
    PayerStatus.VOIDED: "S26",
}
_WHY: dict[PayerStatus, str] = {
    PayerStatus.NOT_SENT: "No submission is known",
    PayerStatus.SENT: "Sent, and nothing heard yet",
    PayerStatus.REJECTED: "Rejected before the payer decided",
    PayerStatus.ACCEPTED: "Accepted, and not decided yet",
    PayerStatus.NOT_ON_FILE: "The payer has no such claim",
    PayerStatus.PENDING: "In process, by the payer's last word",
    PayerStatus.INFORMATION_REQUESTED: "The payer asked for something",
    PayerStatus.DENIED: "Denied",
    PayerStatus.PARTLY_DENIED: "Some lines are denied",
    PayerStatus.PAID: "Paid, and a balance is left",
    PayerStatus.PATIENT_RESPONSIBLE: "Put to the patient, and a balance is left",
    PayerStatus.FORWARDED: "Forwarded to another payer",
    PayerStatus.REVERSED: "The payment was taken back",
    PayerStatus.VOIDED: "Voided, and a balance is left",
}
CREDIT, APPEAL, PAID = "S30", "S25", "S03"
LOST_AFTER_DAYS = 20  # after which a claim without a word is first looked for
_DENIED = (PayerStatus.DENIED, PayerStatus.PARTLY_DENIED)


@dataclass(frozen=True)
class Suggestion:
    scenario: str
    why: str


def scenario_of(payer_status: PayerStatus, *, denial_scenario: str, balance_cents: int) -> str:
    """Return the call scenario that settles the claim, S01 to S30. `denial_scenario`: the denial code's, "" none."""
    if balance_cents < 0:
        return CREDIT
    if denial_scenario and payer_status in _DENIED:
        return denial_scenario
    return SCENARIO_BY_STATUS[payer_status]


def suggest(
    payer_status: PayerStatus,
    *,
    denial_scenario: str,
    denial_words: str,
    balance_cents: int,
    work_status: WorkStatus | None,
    is_replacement: bool,
    waiting_days: int | None = None,
    is_told_paid: bool = False,
) -> Suggestion:
    """Return the scenario to begin a call with.

    `is_replacement`: the last submission is a corrected claim. `waiting_days`: since it was sent, None not
    known. `is_told_paid`: the payer says paid, and no remittance shows it.
    """
    if balance_cents >= 0 and work_status is WorkStatus.IN_APPEAL:
        return Suggestion(APPEAL, "An appeal is under way")
    answered = payer_status not in (PayerStatus.SENT, PayerStatus.ACCEPTED, PayerStatus.PENDING)
    if is_replacement and not answered:
        return Suggestion("S26", "A corrected claim was sent, and nothing heard of it yet")
    if payer_status is PayerStatus.PAID and is_told_paid and balance_cents >= 0:
        return Suggestion(PAID, "Paid by its own word, and no remittance shows it")
    if payer_status is PayerStatus.SENT and waiting_days is not None and balance_cents >= 0:
        return _sent(waiting_days)
    scenario = scenario_of(
        payer_status, denial_scenario=denial_scenario, balance_cents=balance_cents
    )
    if balance_cents < 0:
        return Suggestion(scenario, "More is paid than was charged")
    is_denial = payer_status in _DENIED and denial_words
    why = f"Denied {denial_words}" if is_denial else _WHY[payer_status]
    is_waiting = not answered and waiting_days is not None
    return Suggestion(
        scenario, f"{why}; day {waiting_days} since it was sent" if is_waiting else why
    )


def _sent(days: int) -> Suggestion:
    """A claim of which nothing was heard may still be on its way; later it is more likely not on file."""
    if days < LOST_AFTER_DAYS:
        return Suggestion(OPENING, f"Sent {days} days ago, and nothing heard yet")
    return Suggestion("S01", f"Nothing heard {days} days after sending: it may not be on file")
