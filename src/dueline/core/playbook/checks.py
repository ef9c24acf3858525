"""What to look at first about a denial, answered from facts of our own: small pure functions, one for each question.

An answer says "yes", "no" or a word of its own where the data is there, and "" where it is not: nothing is guessed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dueline.core.money import dollar_words


class Question(StrEnum):
    AUTHORIZATION_ON_CLAIM = "authorization_on_claim"
    AUTHORIZATION_ELSEWHERE = "authorization_elsewhere"
    FILED_IN_TIME = "filed_in_time"
    PROOF_OF_FILING = "proof_of_filing"
    PAID_BEFORE = "paid_before"
    OTHER_COVERAGE = "other_coverage"
    DUPLICATE_OF = "duplicate_of"
    ANSWERED_BEFORE = "answered_before"
    SAME_DAY_SERVICES = "same_day_services"
    MODIFIERS = "modifiers"
    DIAGNOSES = "diagnoses"
    PROVIDER_IDENTIFIERS = "provider_identifiers"
    MEMBER_IDENTIFIERS = "member_identifiers"
    RECORDS_SENT = "records_sent"


QUESTIONS: dict[Question, str] = {
    Question.AUTHORIZATION_ON_CLAIM: "Is there an authorization on the claim?",
    Question.AUTHORIZATION_ELSEWHERE: "Does another claim of the patient carry one for this procedure?",
    Question.FILED_IN_TIME: "Was it filed in time?",
    Question.PROOF_OF_FILING: "What proves it?",
    Question.PAID_BEFORE: "What did this payer pay for the same procedure before?",
    Question.OTHER_COVERAGE: "Is another coverage on file?",
    Question.DUPLICATE_OF: "Which claim is the same, and was it paid?",
    Question.ANSWERED_BEFORE: "Was this claim answered before?",
    Question.SAME_DAY_SERVICES: "What else was billed for the patient on that day?",
    Question.MODIFIERS: "Which modifiers were billed?",
    Question.DIAGNOSES: "Which diagnoses does the line point to?",
    Question.PROVIDER_IDENTIFIERS: "Are the providers' NPIs on the claim?",
    Question.MEMBER_IDENTIFIERS: "Are member ID, name and birth date known?",
    Question.RECORDS_SENT: "Was anything sent since the refusal?",
}


@dataclass(frozen=True, slots=True)
class Likeness:
    """Another claim of the same patient, day and charge."""

    number: str
    paid_cents: int
    status: str  # in words


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known for the questions. "" and None are not known; an empty sequence: there is none."""

    payer_name: str
    procedure: str = ""
    modifiers: str = ""
    diagnoses: tuple[str, ...] = ()  # those the line points to
    authorization: str = ""
    authorization_elsewhere: str = ""
    authorization_elsewhere_on: date | None = None
    first_submitted_on: date | None = None
    filing_due_on: date | None = None
    filing_rule: str = ""
    accepted_on: date | None = None
    proof_rule: str = ""  # what this payer takes as proof
    paid_count: int = 0  # of this procedure by this payer, within two years
    refused_count: int = 0
    median_paid_cents: int = 0
    last_paid_on: date | None = None
    other_coverages: tuple[str, ...] = ()
    alike: tuple[Likeness, ...] = ()
    earlier_paid_cents: int = 0  # by this payer on this claim, before the refusal
    earlier_on: date | None = None
    earlier_refused: str = ""  # "CO-197 no authorization"
    same_day: tuple[str, ...] = ()  # procedures of the patient on that day, other than this line
    rendering_npi: str = ""
    billing_npi: str = ""
    member_id: str = ""
    patient_name: str = ""
    birth_on: date | None = None
    sent_since: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a question: `answer` for the rules, `words` for people."""

    question: Question
    answer: str
    words: str

    @property
    def asks(self) -> str:
        return QUESTIONS[self.question]


def look(questions: Sequence[Question], facts: CaseFacts) -> list[Found]:
    """Return the answers to these questions, in their order."""
    return [Found(question, *_ANSWERS[question](facts)) for question in questions]


def _day(value: date) -> str:
    return f"{value:%m/%d/%Y}"


def _yes_no(is_so: bool, yes: str, no: str) -> tuple[str, str]:
    return ("yes", yes) if is_so else ("no", no)


def _authorization(f: CaseFacts) -> tuple[str, str]:
    return _yes_no(bool(f.authorization), f"Yes: {f.authorization}.", "None is on the claim.")


def _authorization_elsewhere(f: CaseFacts) -> tuple[str, str]:
    if not f.authorization_elsewhere:
        return "no", "None is known."
    on = f" of {_day(f.authorization_elsewhere_on)}" if f.authorization_elsewhere_on else ""
    return "yes", f"Yes: {f.authorization_elsewhere}, on a claim{on}. Check what it covers."


def _filed_in_time(f: CaseFacts) -> tuple[str, str]:
    if f.first_submitted_on is None:
        return "", "Not known: no submission is on file."
    if f.filing_due_on is None:
        sent = _day(f.first_submitted_on)
        return "", f"First sent {sent}; the payer's filing limit is not known."
    is_met = (f.accepted_on or f.first_submitted_on) <= f.filing_due_on
    sent = f"first sent {_day(f.first_submitted_on)}, limit {_day(f.filing_due_on)}"
    rule = f" ({f.filing_rule})" if f.filing_rule else ""
    return _yes_no(is_met, f"Yes: {sent}{rule}.", f"No: {sent}{rule}.")


def _proof(f: CaseFacts) -> tuple[str, str]:
    takes = f" This payer takes: {f.proof_rule}" if f.proof_rule else ""
    if f.accepted_on is None:
        return "no", f"No acceptance by the payer is on file.{takes}"
    return "yes", f"The payer's acceptance of {_day(f.accepted_on)} (277CA).{takes}"


def _paid_before(f: CaseFacts) -> tuple[str, str]:
    if not f.procedure:
        return "", "Not known: the refusal is of the claim as a whole."
    answered = f.paid_count + f.refused_count
    if not answered:
        return "", f"{f.payer_name} has not answered {f.procedure} here before."
    if not f.paid_count:
        return "no", f"Never: {f.refused_count} of {answered} lines of {f.procedure} were not paid."
    last = f", last on {_day(f.last_paid_on)}" if f.last_paid_on else ""
    words = f"It paid {f.paid_count} of {answered} lines of {f.procedure}"
    return "yes", f"{words}, half of them {dollar_words(f.median_paid_cents)} or more{last}."


def _other_coverage(f: CaseFacts) -> tuple[str, str]:
    names = ", ".join(f.other_coverages)
    return _yes_no(bool(names), f"Yes: {names}.", "No other coverage is on file.")


def _duplicate_of(f: CaseFacts) -> tuple[str, str]:
    if not f.alike:
        return "no", "No other claim of the same patient, day and charge is on file."
    paid = [one for one in f.alike if one.paid_cents > 0]
    said = "; ".join(
        f"{one.number}: {one.status}"
        + (f", {dollar_words(one.paid_cents)} paid" if one.paid_cents else "")
        for one in f.alike[:3]
    )
    return ("paid" if paid else "unpaid"), f"{said}."


def _answered_before(f: CaseFacts) -> tuple[str, str]:
    if f.earlier_on is None:
        return "no", "This is the first answer."
    if f.earlier_paid_cents > 0:
        return "paid", f"Paid {dollar_words(f.earlier_paid_cents)} on {_day(f.earlier_on)}."
    if f.earlier_refused:
        return "refused", f"Refused {f.earlier_refused} on {_day(f.earlier_on)}."
    return "yes", f"Answered on {_day(f.earlier_on)}, and nothing paid."


def _same_day(f: CaseFacts) -> tuple[str, str]:
    listed = ", ".join(f.same_day[:8])
    return _yes_no(bool(listed), f"{listed}.", "Nothing else is on file.")


def _modifiers(f: CaseFacts) -> tuple[str, str]:
    if not f.procedure:
        return "", "Not known: the refusal is of the claim as a whole."
    return _yes_no(
        bool(f.modifiers), f"{f.procedure} with {f.modifiers}.", f"{f.procedure} without any."
    )


def _diagnoses(f: CaseFacts) -> tuple[str, str]:
    listed = ", ".join(f.diagnoses)
    return ("yes", f"{listed}.") if listed else ("", "None is known.")


def _providers(f: CaseFacts) -> tuple[str, str]:
    missing = [
        name
        for name, npi in (("billing", f.billing_npi), ("rendering", f.rendering_npi))
        if not npi
    ]
    have = f"billing {f.billing_npi or 'not known'}, rendering {f.rendering_npi or 'not known'}"
    return _yes_no(
        not missing, f"Yes: {have}.", f"{' and '.join(missing).capitalize()} is not: {have}."
    )


def _member(f: CaseFacts) -> tuple[str, str]:
    known = {"member ID": f.member_id, "name": f.patient_name, "birth date": f.birth_on}
    missing = [name for name, value in known.items() if not value]
    return _yes_no(
        not missing,
        "Yes. Compare them with the card and an eligibility inquiry.",
        f"Not known: {', '.join(missing)}.",
    )


def _records(f: CaseFacts) -> tuple[str, str]:
    if not f.sent_since:
        return "no", "Nothing since the refusal."
    on, what = f.sent_since[-1]
    return "yes", f"{what} on {_day(on)}."


_ANSWERS: dict[Question, Callable[[CaseFacts], tuple[str, str]]] = {
    Question.AUTHORIZATION_ON_CLAIM: _authorization,
    Question.AUTHORIZATION_ELSEWHERE: _authorization_elsewhere,
    Question.FILED_IN_TIME: _filed_in_time,
    Question.PROOF_OF_FILING: _proof,
    Question.PAID_BEFORE: _paid_before,
    Question.OTHER_COVERAGE: _other_coverage,
    Question.DUPLICATE_OF: _duplicate_of,
    Question.ANSWERED_BEFORE: _answered_before,
    Question.SAME_DAY_SERVICES: _same_day,
    Question.MODIFIERS: _modifiers,
    Question.DIAGNOSES: _diagnoses,
    Question.PROVIDER_IDENTIFIERS: _providers,
    Question.MEMBER_IDENTIFIERS: _member,
    Question.RECORDS_SENT: _records,
}
