"""All that is on file for an appeal, read once: the facts of its letter with their sources, and its own pages."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from dueline.accounts.models import User
from dueline.appeals.models import Appeal, Letterhead, TypedFact
from dueline.appeals.queries.letters import letterhead_of
from dueline.calls.models import FollowUp
from dueline.core import codes
from dueline.core.appeals.facts import FACTS, Value
from dueline.core.appeals.letters import printable
from dueline.core.appeals.states import DECIDED
from dueline.core.claim_course import what_was_sent
from dueline.core.deadline_words import EVENT_NAMES, span_words
from dueline.core.deadlines import Rule
from dueline.core.enums import (
    DeadlineKind,
    EntryKind,
    NextAction,
    Outcome,
    PayerClock,
    PayerStatus,
)
from dueline.core.money import dollar_words
from dueline.denials.models import Denial
from dueline.ledger.models import ClaimEvent, ClaimPayment, Entry, ServiceLine, Submission
from dueline.worklist.queries.clocks import Clocks, clocks_of

MOST_CODES = 30  # of a claim in a sentence
_Told = Iterator[tuple[str, str, str]]  # name, text, source


def long_day(day: date | None) -> str:
    """Return a day as letters have it: "July 3, 2026"; "" where it is not known."""
    return "" if day is None else f"{day:%B} {day.day}, {day.year}"


@dataclass(frozen=True)
class Filed:
    """One submission or acknowledgment, for the proof of timely filing."""

    on: date
    what: str
    detail: str


class Dossier:
    """The file of an appeal. `appeal` need not be saved yet: a letter can be looked at before it is started."""

    def __init__(self, appeal: Appeal, *, as_of: date) -> None:
        self.appeal = appeal
        self.claim = appeal.claim
        self.as_of = as_of

    @cached_property
    def payment(self) -> ClaimPayment:
        rows = ClaimPayment.objects.select_related(
            "remittance__payer", "remittance__transaction_set"
        )
        return rows.get(pk=self.appeal.claim_payment_id)

    @cached_property
    def denials(self) -> list[Denial]:
        rows = Denial.objects.filter(claim_payment=self.appeal.claim_payment_id)
        return list(rows.select_related("service_line", "line_payment").order_by("pk"))

    @cached_property
    def letterhead(self) -> Letterhead:
        return letterhead_of(self.appeal.practice)

    @cached_property
    def submissions(self) -> list[Submission]:
        rows = self.claim.submissions.select_related("transaction_set", "payer")
        return list(rows.order_by("submitted_on", "pk"))

    @cached_property
    def events(self) -> list[ClaimEvent]:
        rows = self.claim.events.select_related("transaction_set")
        return list(rows.order_by("happened_on", "pk"))

    @cached_property
    def lines(self) -> list[ServiceLine]:
        return list(self.claim.lines.filter(is_current=True).order_by("line_number", "pk"))

    @cached_property
    def clocks(self) -> Clocks:
        return clocks_of(self.claim, as_of=self.as_of)

    @cached_property
    def contacts(self) -> list[FollowUp]:
        """Return the follow-ups that stand, the latest first."""
        rows = list(FollowUp.objects.filter(claim=self.claim).order_by("-occurred_at", "-sequence"))
        corrected = {row.corrects_id for row in rows}
        return [row for row in rows if row.pk not in corrected]

    @cached_property
    def typed(self) -> dict[str, TypedFact]:
        if self.appeal.pk is None:
            return {}
        rows = {row.name: row for row in self.appeal.typed_facts.order_by("pk")}
        return {name: row for name, row in rows.items() if row.value}

    @cached_property
    def on_file(self) -> dict[str, Value]:
        """Return the facts that are on file, by name. Nothing is guessed: what is not known is not there."""
        parts = (
            self._practice(),
            self._payer(),
            self._patient(),
            self._claim(),
            self._denial(),
            self._submissions(),
            self._contacts(),
            self._earlier(),
        )
        return {
            name: Value(words, source)
            for part in parts
            for name, text, source in part
            if (words := printable(text).strip())
        }

    @cached_property
    def values(self) -> dict[str, Value]:
        """Return the facts of the letter: those on file, and those typed where nothing is on file."""
        found = dict(self.on_file)
        for name, row in self.typed.items():
            if name in FACTS and name not in found:
                found[name] = Value(row.value, _typed_words(row), row.typed_by)
        return found

    def _practice(self) -> _Told:
        head = self.letterhead
        source = f"Letterhead, version {head.number}" if head.number else "The practice’s record"
        yield "practice_name", head.name, source
        yield "practice_address", head.address, source
        yield "practice_phone", head.phone, source
        yield "practice_tax_id", head.tax_id, source
        billed = self.claim.billing_provider
        if billed is not None and billed.npi:
            yield "billing_npi", billed.npi, "The claim as billed"
        else:
            yield "billing_npi", head.npi, source
        writer = User.objects.filter(username=self.appeal.opened_by).first()
        yield "signer_name", writer.get_full_name() if writer else "", "Account of the writer"

    def _payer(self) -> _Told:
        yield "payer_name", self.appeal.payer.name, "Payers"
        yield "send_to", self.appeal.send_to, "As chosen for this appeal"
        filing = next((c for c in self.clocks.deadlines if c.kind is DeadlineKind.FILING), None)
        if filing is not None and filing.rule is not None and _is_sure(filing.rule):
            source = f"Payer rule: {filing.rule.source}"
            yield "filing_due_on", long_day(filing.due_on), source
            yield "filing_rule", _rule_words(filing.rule), source
        for clock in self.clocks.expectations:
            if clock.kind is not PayerClock.PROMPT_PAYMENT or clock.rule is None:
                continue
            if clock.on is not None and _is_sure(clock.rule):
                source = f"Payer rule: {clock.rule.source}"
                yield "prompt_pay_due_on", long_day(clock.on), source
                yield "prompt_pay_rule", _rule_words(clock.rule), source

    def _patient(self) -> _Told:
        patient, source = self.claim.patient, "The claim’s patient"
        if patient is not None:
            names = (patient.first_name, patient.middle_name, patient.last_name)
            yield "patient_name", " ".join(filter(None, names)), source
            yield "birth_date", long_day(patient.birth_on), source
        yield "member_id", self.claim.member_id, "The claim’s coverage"

    def _claim(self) -> _Told:
        claim, source = self.claim, "The claim as billed"
        yield "account_number", claim.patient_control_number, source
        number = self.payment.payer_claim_control_number or claim.payer_claim_control_number
        by = "Remittance" if self.payment.payer_claim_control_number else "The payer’s answers"
        yield "payer_claim_number", number, by
        yield "service_dates", _span(claim.service_from_on, claim.service_through_on), source
        yield "total_charge", dollar_words(claim.charge_cents), source
        billed = [
            "-".join((x.procedure_code or x.revenue_code, *x.modifiers.split())) for x in self.lines
        ]
        yield "procedures", _listed(billed), source
        yield "modifiers", _listed(m for x in self.lines for m in x.modifiers.split()), source
        yield "diagnoses", _listed(claim.diagnoses.split()), source
        if claim.facility_code and claim.claim_type == "P":
            yield "place_of_service", codes.place_of_service(claim.facility_code), source
        if claim.rendering_provider is not None:
            yield "rendering_provider", claim.rendering_provider.name, source
        sent = (row.prior_authorization for row in reversed(self.submissions))
        number = claim.prior_authorization or next(filter(None, sent), "")
        yield "authorization_number", number, source
        yield from self._other_payer()

    def _other_payer(self) -> _Told:
        others = ClaimPayment.objects.filter(claim=self.claim, is_reversed=False).exclude(
            remittance__payer=self.appeal.payer_id
        )
        row = others.exclude(status_code="22").select_related("remittance__payer").last()
        if row is not None:
            source = f"Remittance {row.remittance.trace_number}"
            yield "other_payer", row.remittance.payer.name, source
            yield "other_payer_paid_on", long_day(row.remittance.paid_on), source
            yield "other_payer_paid", dollar_words(row.paid_cents), source

    def _denial(self) -> _Told:
        remittance = self.payment.remittance
        source = f"Remittance {remittance.trace_number}"
        on = remittance.paid_on or (self.denials[0].denied_on if self.denials else None)
        yield "denied_on", long_day(on), source
        yield "denial_reason", _listed((reason_words(row) for row in self.denials), "; "), source
        remarks = dict.fromkeys(code for row in self.denials for code in row.rarcs.split())
        yield "remark_codes", _listed((_remark(code) for code in remarks), "; "), source
        yield "amount_disputed", dollar_words(self.appeal.disputed_cents), f"{source}, its refusals"
        yield "paid_amount", dollar_words(self.payment.paid_cents), source
        allowed = list(self.payment.lines.values_list("allowed_cents", flat=True))
        if allowed and None not in allowed:
            yield "allowed_amount", dollar_words(sum(c or 0 for c in allowed)), source
        yield "remittance_trace", remittance.trace_number, source

    def _submissions(self) -> _Told:
        source = "Files sent, as taken in"
        if self.claim.first_submitted_on is not None:
            yield "first_submitted_on", long_day(self.claim.first_submitted_on), source
        told = [f"{long_day(row.submitted_on)}: {_sent_words(row)}." for row in self.submissions]
        yield "submission_history", " ".join(told), source
        corrected = [row for row in self.submissions if row.frequency_code == "7"]
        if corrected:
            yield "corrected_on", long_day(corrected[-1].submitted_on), source
        accepted = self.acceptance
        if accepted is not None:
            by = f"{accepted.transaction_set.kind} of {long_day(accepted.happened_on)}"
            yield "accepted_on", long_day(accepted.happened_on), by
            yield "acknowledgment", _acknowledged(accepted), by

    @cached_property
    def acceptance(self) -> ClaimEvent | None:
        """Return the payer's first acceptance of the claim; a clearinghouse's word is no proof."""
        return next(
            (
                row
                for row in self.events
                if row.is_from_payer and row.payer_status == PayerStatus.ACCEPTED.value
            ),
            None,
        )

    def _contacts(self) -> _Told:
        zone = ZoneInfo(self.appeal.practice.time_zone)
        for row in self.contacts:
            if row.reference_number:
                source = f"Follow-up {row.sequence}"
                yield "contact_on", long_day(row.occurred_at.astimezone(zone).date()), source
                yield "contact_reference", row.reference_number, source
                yield "contact_said", row.said, source
                break
        yield from self._told_by(Outcome.SUBMITTED, records=True)
        yield from self._told_by(Outcome.REFUND_REQUESTED)

    def _told_by(self, outcome: Outcome, *, records: bool = False) -> _Told:
        for row in self.contacts:
            if row.outcome != outcome.value:
                continue
            facts, source = row.facts, f"Follow-up {row.sequence}"
            if records:
                if what_was_sent(facts.get("sent", ""), NextAction.NONE) != "records_sent_on":
                    continue
                yield "records_sent_on", _iso_words(facts.get("sent_on", "")), source
                yield "records_sent_to", facts.get("sent_to", ""), source
            else:
                yield "refund_demanded_on", _iso_words(facts.get("notice_on", "")), source
                yield "refund_amount", f"${facts['refund_amount']}", source
            return

    def _earlier(self) -> _Told:
        before = Appeal.objects.filter(claim_payment=self.appeal.claim_payment_id)
        before = before.filter(state__in=[one.value for one in DECIDED]).exclude(pk=self.appeal.pk)
        row = before.order_by("decided_on", "pk").last()
        if row is not None:
            source = f"Appeal {row.number}"
            yield "earlier_appeal_on", long_day(row.sent_on), source
            yield "earlier_decision_on", long_day(row.decided_on), source

    def filed(self) -> list[Filed]:
        """Return the submissions and acknowledgments in order: the proof of timely filing."""
        rows = [
            Filed(row.submitted_on, "Claim submitted", _sent_words(row)) for row in self.submissions
        ]
        rows += [
            Filed(row.happened_on, _event_name(row), _event_detail(row)) for row in self.events
        ]
        return sorted(rows, key=lambda row: row.on)

    def adjustments(self) -> Mapping[int | None, list[Entry]]:
        """Return the adjustments of the answer by line payment, None for the claim as a whole."""
        found: dict[int | None, list[Entry]] = {}
        rows = Entry.objects.filter(claim_payment=self.payment, kind=EntryKind.ADJUSTMENT.value)
        for row in rows.order_by("pk"):
            found.setdefault(row.line_payment_id, []).append(row)
        return found


def _is_sure(rule: Rule) -> bool:
    """Whether a rule may be held against a payer: its own, or one of high confidence; a default is a guess."""
    scope = rule.scope
    is_own = any(key is not None for key in (scope.payer, scope.plan, scope.contract))
    return is_own or rule.confidence == "H"


def _rule_words(rule: Rule) -> str:
    return f"{span_words(rule)} from {EVENT_NAMES[rule.start_event]}; {rule.source}"


def reason_words(denial: Denial) -> str:
    """Return a denial's reason in Dueline's words: "CARC 197 (CO): no authorization"."""
    return f"CARC {denial.carc} ({denial.group_code}), {codes.carc(denial.carc).short}"


def _remark(code: str) -> str:
    known = codes.rarc(code)
    return f"{code}, {known.short}" if known.is_known else code


def _typed_words(row: TypedFact) -> str:
    return f"Typed by {row.typed_by} on {row.typed_at:%m/%d/%Y}"


def _span(first: date | None, last: date | None) -> str:
    if first is None or last is None or first == last:
        return long_day(first or last)
    return f"{long_day(first)} to {long_day(last)}"


def _listed(words: Iterable[str], by: str = ", ") -> str:
    found = list(dict.fromkeys(words))
    more = f"{by}and {len(found) - MOST_CODES} more" if len(found) > MOST_CODES else ""
    return by.join(found[:MOST_CODES]) + more


def _iso_words(text: str) -> str:
    return long_day(date.fromisoformat(text)) if text else ""


def _sent_words(row: Submission) -> str:
    kind = {"7": "replacement", "8": "void"}.get(row.frequency_code, "claim")
    sent = row.transaction_set
    numbers = f"interchange {sent.interchange_control_number}, set {sent.control_number}"
    batch = f", batch {row.batch_reference}" if row.batch_reference else ""
    return f"{kind} sent electronically ({sent.kind}) to {row.payer.name}, {numbers}{batch}"


def _event_name(row: ClaimEvent) -> str:
    by = "the payer" if row.is_from_payer else "the clearinghouse"
    return f"Answer of {by}"


def _event_detail(row: ClaimEvent) -> str:
    code = " ".join(filter(None, (row.category_code, row.status_code)))
    number = row.payer_claim_control_number
    given = f"; claim number {number}" if number else ""
    numbers = f"interchange {row.transaction_set.interchange_control_number}"
    return f"{row.transaction_set.kind} {code}: {row.text}{given}; {numbers}"


def _acknowledged(row: ClaimEvent) -> str:
    number = row.payer_claim_control_number
    given = f" and gave it the claim number {number}" if number else ""
    code = " ".join(filter(None, (row.category_code, row.status_code)))
    kind = row.transaction_set.kind
    return (
        f"Your acknowledgment ({kind}) of {long_day(row.happened_on)}, status {code}, accepted the claim"
        f"{given}; it is from interchange {row.transaction_set.interchange_control_number}."
    )
