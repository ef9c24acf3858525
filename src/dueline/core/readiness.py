"""Whether a claim can be called: what the payer will ask for, and what makes the call needless.

Blocking: the call cannot be made, or would settle nothing. Advisory: look at it first. Each check that does
not hold says who has what is missing and what to ask them. See docs/reference/readiness.md.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from dueline.core.calendars import add_business_days
from dueline.core.codes import carc
from dueline.core.enums import CheckKey, Grade, NextAction, PayerStatus, RequestOwner
from dueline.core.opening import moment_words
from dueline.core.schedule import UsualWait, latest_due_on

ANSWERED_WITHIN = 3  # business days that a request is given
_REFUSED = frozenset({PayerStatus.DENIED, PayerStatus.PARTLY_DENIED})
_UNANSWERED = frozenset({PayerStatus.SENT, PayerStatus.ACCEPTED})

# What an answer can give, so that the check holds: on the claim, or on the practice.
PRACTICE_FACTS = frozenset({CheckKey.PRACTICE_NAME, CheckKey.TAX_ID})
CLAIM_FACTS = frozenset(
    {
        CheckKey.BILLING_NPI,
        CheckKey.PATIENT_NAME,
        CheckKey.BIRTH_DATE,
        CheckKey.MEMBER_ID,
        CheckKey.SERVICE_DATE,
        CheckKey.SUBMISSION_DATE,
    }
)
FACTS = PRACTICE_FACTS | CLAIM_FACTS
# Known only from a file: no answer gives it.
MISSING = FACTS | {CheckKey.CHARGE}
# About one word of the payer: an answer or an override holds until its next.
OF_ONE_WORD = frozenset({CheckKey.ANSWER_WAITING, CheckKey.REJECTED, CheckKey.NO_CALL_SETTLES})
# Become a request by themselves when the claim falls due: all that blocks, but the payer's hours.
ASKED = MISSING | OF_ONE_WORD


@dataclass(frozen=True)
class ReadinessFacts:
    """What is known about a claim before a call; "" and None are not known."""

    practice_name: str
    tax_id: str
    billing_npi: str
    patient_name: str
    birth_on: date | None
    member_id: str
    service_on: date | None
    charge_cents: int
    first_submitted_on: date | None
    payer_name: str
    payer_status: PayerStatus
    payer_status_on: date | None
    accepted_on: date | None = None
    denial_carc: str = ""
    denial_words: str = ""  # "CO-4 modifier missing or wrong"
    last_action_on: date | None = None
    payer_claim_number: str = ""
    is_from_remittance: bool = False  # known from an 835 alone
    waiting_answer: str = ""  # "835" or "277": holds this claim, and is not posted or matched
    is_payer_open: bool = True
    opens_at: datetime | None = None  # when it is closed: its next opening, in its own time zone
    waiting_since: date | None = None  # sent, or accepted, and not answered since
    usual_wait: UsualWait | None = None
    duplicates: tuple[str, ...] = ()  # claim numbers of the same patient, day and charge
    next_action: NextAction | None = None
    settled: frozenset[CheckKey] = frozenset()  # overridden, or answered by who was asked


@dataclass(frozen=True)
class Check:
    """One check that does not hold: what it means, who can help, and what they are asked."""

    key: CheckKey
    grade: Grade
    sentence: str
    owner: RequestOwner | None = None
    question: str = ""


def checks(facts: ReadinessFacts, *, as_of: date) -> list[Check]:
    """Return the checks that do not hold, the blocking first, each in its order; none: ready to call."""
    found = [
        check
        for check in (*_needless(facts), *_missing(facts), *_look_first(facts, as_of))
        if check.key not in facts.settled
    ]
    return sorted(found, key=lambda check: check.grade is not Grade.BLOCKING)


def blocking(found: list[Check]) -> list[Check]:
    return [check for check in found if check.grade is Grade.BLOCKING]


def practice_lacks(name: str, tax_id: str) -> tuple[CheckKey, ...]:
    """Return the facts of the practice that every payer asks for and that are not known."""
    known = {CheckKey.PRACTICE_NAME: name.strip(), CheckKey.TAX_ID: tax_id.strip()}
    return tuple(key for key, value in known.items() if not value)


@lru_cache(maxsize=4096)
def owner_of_denial(code: str) -> RequestOwner | None:
    """Return who must act on a denial that no call settles, from its CARC; None where a call may.

    Coding: the claim must be corrected. Registration: coverage or member must be found. Credentialing:
    the provider is not enrolled, linked or eligible.
    """
    if not code:
        return None
    meaning = carc(code)
    if meaning.owner == "credentialing":
        return RequestOwner.CREDENTIALING
    if meaning.owner == "coding" and meaning.usual_fix == "corrected_claim":
        return RequestOwner.CODING
    is_registration = meaning.category == "registration_eligibility"
    if is_registration and meaning.usual_fix in ("corrected_claim", "bill_other_payer"):
        return RequestOwner.FRONT_DESK
    return None


def request_due_on(deadline_on: date | None, safe_on: date | None = None, *, as_of: date) -> date:
    """Return when an answer is due: in 3 business days, and before a deadline still to be met."""
    usual = add_business_days(as_of, ANSWERED_WITHIN)
    if deadline_on is None or deadline_on < as_of:
        return usual
    return min(usual, latest_due_on(deadline_on, safe_on, as_of=as_of) or as_of)


# ---------------------------------------------------------------- what makes a call needless


def _block(key: CheckKey, sentence: str, owner: RequestOwner | None, question: str) -> Check:
    return Check(key, Grade.BLOCKING, sentence, owner, question)


def _needless(facts: ReadinessFacts) -> Iterator[Check]:
    if not facts.is_payer_open:
        until = f" until {moment_words(facts.opens_at)}" if facts.opens_at else " now"
        yield _block(CheckKey.PAYER_CLOSED, f"{facts.payer_name} is closed{until}.", None, "")
    if facts.waiting_answer:
        yield _block(
            CheckKey.ANSWER_WAITING,
            f"The payer has answered: {_an(facts.waiting_answer)} for this claim is not posted yet.",
            RequestOwner.BILLING,
            f"Post the {facts.waiting_answer} that waits under Intake, "
            "or say that it is not for this claim.",
        )
    if facts.payer_status is PayerStatus.REJECTED and not _was_worked(facts):
        yield _block(
            CheckKey.REJECTED,
            "Rejected before the payer ever had it: no representative can see this claim.",
            RequestOwner.BILLING,
            "Mend what was rejected and send the claim again.",
        )
    owner = owner_of_denial(facts.denial_carc) if facts.payer_status in _REFUSED else None
    if owner is not None and not _was_worked(facts):
        yield _of_denial(facts, owner)


def _was_worked(facts: ReadinessFacts) -> bool:
    """Whether someone acted since the payer's word: their next action then stands."""
    if facts.last_action_on is None:
        return False
    return facts.payer_status_on is None or facts.last_action_on >= facts.payer_status_on


_TO_DO: dict[RequestOwner, tuple[str, str]] = {
    RequestOwner.CODING: (
        "coding has to correct the claim",
        "Check the codes and modifiers against the record, and say what to correct.",
    ),
    RequestOwner.FRONT_DESK: (
        "the front desk has to check the coverage",
        "Check the coverage on the day of service, and say which plan and member ID to bill.",
    ),
    RequestOwner.CREDENTIALING: (
        "credentialing has to mend the enrollment",
        "Check the provider's enrollment with this payer on the day of service, and say what to do.",
    ),
}


def _of_denial(facts: ReadinessFacts, owner: RequestOwner) -> Check:
    does, question = _TO_DO[owner]
    words = f"Denied {facts.denial_words}" if facts.denial_words else "Denied"
    return _block(
        CheckKey.NO_CALL_SETTLES,
        f"{words}: no call settles this; {does}.",
        owner,
        f"{words}. {question}",
    )


# ---------------------------------------------------------------- what the payer will ask for

_DESK, _BILLING = RequestOwner.FRONT_DESK, RequestOwner.BILLING
_IsMissing = Callable[[ReadinessFacts], bool]
_ASKED_FOR: tuple[tuple[CheckKey, _IsMissing, str, RequestOwner, str], ...] = (
    (
        CheckKey.PRACTICE_NAME,
        lambda f: not f.practice_name.strip(),
        "The practice's name",
        _BILLING,
        "What is the practice's name, as the payer has it?",
    ),
    (
        CheckKey.TAX_ID,
        lambda f: not f.tax_id.strip(),
        "The practice's tax ID",
        _BILLING,
        "What is the practice's tax ID?",
    ),
    (
        CheckKey.BILLING_NPI,
        lambda f: not f.billing_npi,
        "The billing NPI",
        _BILLING,
        "Under which NPI was the claim billed?",
    ),
    (
        CheckKey.PATIENT_NAME,
        lambda f: not f.patient_name,
        "The patient's name",
        _DESK,
        "What is the patient's name, as on the insurance card?",
    ),
    (
        CheckKey.BIRTH_DATE,
        lambda f: f.birth_on is None,
        "The patient's birth date",
        _DESK,
        "What is the patient's birth date?",
    ),
    (
        CheckKey.MEMBER_ID,
        lambda f: not f.member_id,
        "The member ID",
        _DESK,
        "What is the patient's member ID with this payer, as on the insurance card?",
    ),
    (
        CheckKey.SERVICE_DATE,
        lambda f: f.service_on is None,
        "The service date",
        _BILLING,
        "On which day was the service?",
    ),
    (
        CheckKey.CHARGE,
        lambda f: f.charge_cents <= 0,
        "The charge",
        _BILLING,
        "What was charged? Take in the claim file that says it.",
    ),
    (
        CheckKey.SUBMISSION_DATE,
        lambda f: f.first_submitted_on is None,
        "The day the claim was sent",
        _BILLING,
        "When was the claim first sent to this payer?",
    ),
)


def asked_of_practice(keys: Iterable[CheckKey]) -> list[Check]:
    """Return what the practice is asked for these of its own facts."""
    wanted = set(keys) & PRACTICE_FACTS
    return [
        _block(key, _will_ask(what), owner, question)
        for key, _, what, owner, question in _ASKED_FOR
        if key in wanted
    ]


def _will_ask(what: str) -> str:
    return f"{what} is not known, and the payer will ask for it."


# The payer's own claim number stands for these where the claim is known from its remittance.
_BY_PAYER_NUMBER = frozenset({CheckKey.BIRTH_DATE, CheckKey.SUBMISSION_DATE})


def _missing(facts: ReadinessFacts) -> Iterator[Check]:
    has_number = facts.is_from_remittance and bool(facts.payer_claim_number)
    for key, is_missing, what, owner, question in _ASKED_FOR:
        if not is_missing(facts):
            continue
        if has_number and key in _BY_PAYER_NUMBER:
            text = f"{what} is not known. Call by the payer's own claim number."
            yield Check(key, Grade.ADVISORY, text, owner, question)
        else:
            yield _block(key, _will_ask(what), owner, question)


# ---------------------------------------------------------------- what to look at first


def _look_first(facts: ReadinessFacts, as_of: date) -> Iterator[Check]:
    if facts.payer_status is PayerStatus.SENT and facts.accepted_on is None:
        yield Check(
            CheckKey.NOT_ACCEPTED,
            Grade.ADVISORY,
            "No acceptance from this payer is on file: it may not have the claim.",
            RequestOwner.BILLING,
            "Is there an acceptance report of the clearinghouse or the payer for this claim?",
        )
    early = _too_early(facts, as_of)
    if early:
        yield Check(CheckKey.TOO_EARLY, Grade.ADVISORY, early)
    if facts.duplicates:
        others = ", ".join(facts.duplicates[:3])
        yield Check(
            CheckKey.LIKELY_DUPLICATE,
            Grade.ADVISORY,
            f"Looks like a duplicate: same patient, day and charge as {others}.",
            RequestOwner.BILLING,
            f"Is this the same service as {others}, or was it done twice?",
        )
    if facts.next_action is NextAction.CHECK_PORTAL:
        text = "The payer's portal or a 276 would answer it without a call."
        yield Check(CheckKey.PORTAL, Grade.ADVISORY, text)


def _too_early(facts: ReadinessFacts, as_of: date) -> str:
    """Return why an answer is not overdue yet, or ""."""
    usual = facts.usual_wait
    if facts.payer_status not in _UNANSWERED or usual is None or facts.waiting_since is None:
        return ""
    overdue_on = facts.waiting_since + timedelta(days=usual.days + 1)
    if as_of >= overdue_on:
        return ""
    day = (as_of - facts.waiting_since).days
    if usual.percent:
        basis = f"{usual.percent} % of this {usual.whose}'s claims are answered by day {usual.days}"
    else:
        basis = f"this payer usually takes {usual.days} days"
    return f"Too early: {basis}; this is day {day}."


def _an(kind: str) -> str:
    return f"an {kind}" if kind.startswith("8") else f"a {kind}"
