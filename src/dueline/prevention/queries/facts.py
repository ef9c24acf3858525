"""What is on file about claims that are to go out: read once for a run, and in sets for each batch of claims."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from dueline.accounts.models import Practice
from dueline.bulk import rows_in
from dueline.cases.models import PatternRun
from dueline.core.claim_checks import Alike, ClaimFacts, CoverageRefusal, Filing, Keys, Warned
from dueline.core.claim_checks.engine import identity_of, line_key, line_keys
from dueline.core.claim_clocks import ClaimDates
from dueline.core.deadline_words import sentence
from dueline.core.deadlines import Rule, choose, due_dates, end_of
from dueline.core.enums import ClaimType, DeadlineKind, DenialState, PayerStatus, PayerType
from dueline.core.matching import patient_control_key
from dueline.core.x12.model import SubmittedClaim
from dueline.denials.models import Denial
from dueline.ledger.models import (
    Claim,
    Patient,
    PayerClaimNumber,
    Provider,
    Remittance,
    ServiceLine,
    Submission,
)
from dueline.payers.directory import PayerDirectory
from dueline.payers.models import Payer
from dueline.payers.queries import rule_book
from dueline.prevention.queries.learned import authorizations_expected, known_patterns

COVERAGE = ("26", "27", "31")
COVERAGE_DAYS = timedelta(days=180)
_MOST_PAYERS = 10_000  # names and identifiers kept at once
# What the payer does not have, or not any more: sending it again is no duplicate.
_NOT_THERE = frozenset(
    {PayerStatus.NOT_SENT, PayerStatus.REJECTED, PayerStatus.NOT_ON_FILE, PayerStatus.VOIDED}
)
_SETTLED = frozenset({DenialState.RECOVERED, DenialState.TAKEN_BACK})
_COLUMNS = (
    "id",
    "patient_control_number",
    "patient_control_key",
    "patient_id",
    "payer_id",
    "payer_sequence",
    "member_id",
    "service_from_on",
    "first_submitted_on",
    "accepted_on",
    "last_remitted_on",
    "denied_on",
    "payer_status",
    "paid_cents",
)


class OnFile(NamedTuple):
    """A claim of the ledger, as far as it matters here."""

    id: int
    number: str
    key: str
    patient_id: int | None
    payer_id: int
    payer_sequence: str
    member_id: str
    service_from_on: date | None
    first_submitted_on: date | None
    accepted_on: date | None
    last_remitted_on: date | None
    denied_on: date | None
    payer_status: str
    paid_cents: int


@dataclass
class _Batch:
    """What is on file about one batch of claims."""

    by_key: dict[str, OnFile] = field(default_factory=dict)
    sent: dict[int, list[tuple[int, str, date]]] = field(default_factory=dict)
    numbers: dict[int, set[str]] = field(default_factory=dict)
    lines: dict[bytes, list[OnFile]] = field(
        default_factory=dict
    )  # claims on file that bill a line
    by_patient: dict[str, list[OnFile]] = field(default_factory=dict)
    refusals: dict[int, list[tuple[str, date]]] = field(default_factory=dict)  # for coverage


class LedgerFacts:
    """The facts of a practice for one run of the checks on a day."""

    def __init__(self, practice: Practice, *, as_of: date) -> None:
        self.practice = practice
        self.as_of = as_of
        self.npis = frozenset(practice.npis.values_list("npi", flat=True))
        self._payers = PayerDirectory(practice)
        self._found: dict[tuple[str, str, str], int | None] = {}  # payers as files name them
        payers = Payer.objects.filter(practice=practice).values_list("pk", "payer_type")
        self._types = {pk: PayerType(kind) for pk, kind in payers}
        self._book = rule_book(practice, as_of=as_of)
        self._warned: dict[str, list[Warned]] = defaultdict(list)
        for one in (*authorizations_expected(practice, as_of=as_of), *known_patterns(practice)):
            self._warned[dict(one.conditions).get("payer", "")].append(one)
        providers = Provider.objects.filter(practice=practice).values_list("npi", "pk")
        self._providers = {npi: str(pk) for npi, pk in providers}
        self._was_searched = PatternRun.objects.filter(practice=practice).exists()
        self._has_history = Remittance.objects.filter(practice=practice).exists()
        self._filings: dict[tuple[int, date], Filing] = {}

    def payer_id(self, claim: SubmittedClaim) -> int | None:
        """Return the payer on file that a claim goes to, None where there is none."""
        party = claim.payer
        key = party.last_name, party.id_qualifier or "PI", party.identifier
        if key not in self._found:
            if len(self._found) >= _MOST_PAYERS:
                self._found.clear()
            self._found[key] = self._payers.known_id(key[0], [key[1:]])
        return self._found[key]

    def of(self, claims: Sequence[SubmittedClaim]) -> list[ClaimFacts]:
        """Return the facts of each claim. Seven queries for any number of claims."""
        batch = self._read(claims)
        return [self._facts(claim, batch) for claim in claims]

    # ------------------------------------------------------------ reading

    def _read(self, claims: Sequence[SubmittedClaim]) -> _Batch:
        pk = self.practice.pk
        batch = _Batch()
        keys = {patient_control_key(claim.patient_control_number)[:38] for claim in claims}
        for row in rows_in(Claim, _COLUMNS, "patient_control_key", keys, practice_id=pk):
            one = OnFile(*row)
            batch.by_key[one.key] = one
        ids = {one.id for one in batch.by_key.values()}
        columns = ("claim_id", "payer_id", "frequency_code", "submitted_on")
        for claim_id, *sent in rows_in(Submission, columns, "claim_id", ids):
            batch.sent.setdefault(claim_id, []).append((sent[0], sent[1], sent[2]))
        for claim_id, number in rows_in(PayerClaimNumber, ("claim_id", "number"), "claim_id", ids):
            batch.numbers.setdefault(claim_id, set()).add(number)
        self._read_patients(claims, batch)
        return batch

    def _read_patients(self, claims: Sequence[SubmittedClaim], batch: _Batch) -> None:
        """Read what else is on file of the patients: their claims, and what those were refused for."""
        pk = self.practice.pk
        days: dict[str, set[date | None]] = defaultdict(set)
        for claim in claims:
            of_lines = (line.service_from_on for line in claim.lines)
            days[identity_of(claim)] |= {claim.service_from_on, *of_lines}
        columns = ("id", "identity_key")
        who = dict(rows_in(Patient, columns, "identity_key", days, practice_id=pk))
        rows = rows_in(Claim, _COLUMNS, "patient_id", who, practice_id=pk)
        theirs = [OnFile(*row) for row in rows]
        for one in theirs:
            batch.by_patient.setdefault(who[one.patient_id], []).append(one)
        same_day = {c.id: c for c in theirs if c.service_from_on in days[who[c.patient_id]]}
        _read_lines(batch, same_day, who)
        carcs = ", ".join(f"'{carc}'" for carc in COVERAGE)
        for claim_id, carc, on, state in rows_in(
            Denial,
            ("claim_id", "carc", "denied_on", "state"),
            "claim_id",
            {claim.id for claim in theirs},
            also=f"carc IN ({carcs})",
        ):
            if DenialState(state) not in _SETTLED:
                batch.refusals.setdefault(claim_id, []).append((carc, on))

    # ------------------------------------------------------------ one claim

    def _facts(self, claim: SubmittedClaim, batch: _Batch) -> ClaimFacts:
        payer_id = self.payer_id(claim)
        on_file = batch.by_key.get(patient_control_key(claim.patient_control_number)[:38])
        filing, why_no_filing = self._filing(claim, payer_id, on_file)
        numbers = None
        if on_file is not None:
            numbers = frozenset(batch.numbers.get(on_file.id, ()))
        return ClaimFacts(
            as_of=self.as_of,
            practice_tax_id=self.practice.tax_id,
            payer_type=self._types.get(payer_id) if payer_id else None,
            is_payer_known=payer_id is not None if self._types else None,
            filing=filing,
            why_no_filing=why_no_filing,
            alike=self._alike(claim, payer_id, on_file, batch),
            sent_before=self._sent_before(claim, payer_id, on_file, batch),
            payer_numbers=numbers,
            coverage_refusal=self._coverage_refusal(claim, payer_id, batch),
            keys=self._keys(claim, payer_id),
            warned=(*self._warned.get(str(payer_id), ()), *self._warned.get("", ())),
            was_searched=self._was_searched,
            has_history=self._has_history,
        )

    def _keys(self, claim: SubmittedClaim, payer_id: int | None) -> Keys:
        """Return the ids that the analysis has for a claim's payer and providers."""
        billing = claim.billing_provider
        rendering = claim.rendering_provider or claim.attending_provider
        return Keys(
            str(payer_id or ""),
            self._providers.get(billing.identifier[:80], ""),
            self._providers.get(rendering.identifier[:80], "") if rendering else "",
        )

    def _filing(
        self, claim: SubmittedClaim, payer_id: int | None, on_file: OnFile | None
    ) -> tuple[Filing | None, str]:
        """Return the limit for sending the claim; where none is known, why."""
        if claim.frequency_code == "8" or claim.service_from_on is None:
            return None, ""
        if payer_id is None:
            return None, "The payer is not on file."
        is_corrected = claim.frequency_code == "7"
        if is_corrected and on_file is None:
            return None, "The claim that is replaced is not on file."
        if not is_corrected and on_file is not None and on_file.accepted_on is not None:
            return None, ""  # the payer had it in time or not: this sending does not decide
        kind = DeadlineKind.CORRECTED_CLAIM if is_corrected else DeadlineKind.FILING
        plan = self._book.plan_of(payer_id, claim.subscriber.group_number)
        rules = self._book.rules_for(payer_id, self._types[payer_id], claim.service_from_on, plan)
        rule, start = choose(kind, rules, _dates(claim, on_file))
        if rule is None or start is None:
            what = "corrected claims" if is_corrected else "first claims"
            return None, f"No filing rule is on file for {what} of this kind to this payer."
        return self._limit(rule, start, is_corrected), ""

    def _limit(self, rule: Rule, start: date, is_corrected: bool) -> Filing:
        key = id(rule), start
        if key not in self._filings:
            due_on, safe_on = due_dates(rule, start)
            ends_on = end_of(start, rule.count, rule.unit, rule.scope.state)
            scope = rule.scope
            is_own = (scope.payer, scope.plan, scope.contract) != (None, None, None)
            words = sentence(rule, start, due_on, safe_on, ends_on, self.as_of, "")
            is_sure = is_own or rule.confidence == "H"
            self._filings[key] = Filing(due_on, is_corrected, words, is_sure)
        return self._filings[key]

    def _alike(
        self, claim: SubmittedClaim, payer_id: int | None, own: OnFile | None, batch: _Batch
    ) -> tuple[Alike, ...]:
        """Return the claims on file with this payer that bill the same lines."""
        found = []
        for line, key in line_keys(claim):
            for other in batch.lines.get(key, ()):
                is_own = own is not None and other.id == own.id
                if is_own or other.payer_id != payer_id or other.payer_status in _NOT_THERE:
                    continue
                if other.payer_sequence != claim.subscriber.sequence:
                    continue
                said = f"on file, {other.payer_status.replace('_', ' ')}"
                found.append(Alike(other.number, line.line_number, said))
        return tuple(found)

    def _sent_before(
        self, claim: SubmittedClaim, payer_id: int | None, own: OnFile | None, batch: _Batch
    ) -> Alike | None:
        """Return the sending of this claim that the payer has already."""
        if own is None or claim.frequency_code != "1" or own.payer_status in _NOT_THERE:
            return None
        days = [
            on
            for sent_to, frequency, on in batch.sent.get(own.id, ())
            if sent_to == payer_id and frequency == "1" and on <= self.as_of
        ]
        if not days:
            return None
        status = own.payer_status.replace("_", " ")
        return Alike(own.number, 0, f"sent {max(days):%m/%d/%Y}, {status}")

    def _coverage_refusal(
        self, claim: SubmittedClaim, payer_id: int | None, batch: _Batch
    ) -> CoverageRefusal | None:
        """Return the latest refusal for coverage that nothing has overtaken."""
        theirs = [c for c in batch.by_patient.get(identity_of(claim), ()) if c.payer_id == payer_id]
        member_id = claim.subscriber.party.identifier.strip().upper()
        key = patient_control_key(claim.patient_control_number)
        latest: CoverageRefusal | None = None
        for other in theirs:
            if other.key == key or other.member_id.strip().upper() != member_id:
                continue
            for carc, on in batch.refusals.get(other.id, ()):
                is_late = self.as_of - COVERAGE_DAYS <= on <= self.as_of
                if is_late and not _is_overtaken(other, theirs):
                    if latest is None or on > latest.denied_on:
                        latest = CoverageRefusal(other.number, carc, on)
        return latest


def _read_lines(batch: _Batch, same_day: dict[int, OnFile], who: dict[int | None, str]) -> None:
    """Read the lines of claims on file, by the key under which the same line would come again."""
    columns = ("claim_id", "procedure_code", "modifiers", "revenue_code", "charge_cents")
    for claim_id, code, modifiers, revenue, cents, day in rows_in(
        ServiceLine, (*columns, "service_from_on"), "claim_id", same_day, also="is_current"
    ):
        one = same_day[claim_id]
        on = day or one.service_from_on
        if on is not None:
            told = on.isoformat(), code or revenue, modifiers.split(), cents
            batch.lines.setdefault(line_key(who[one.patient_id], *told), []).append(one)


def _is_overtaken(refused: OnFile, theirs: Sequence[OnFile]) -> bool:
    """Whether the payer has paid a claim of the patient for the same day or a later one."""
    since = refused.service_from_on or date.min
    return any(one.paid_cents > 0 and (one.service_from_on or date.min) >= since for one in theirs)


def _dates(claim: SubmittedClaim, on_file: OnFile | None) -> ClaimDates:
    """Return the dates of a claim that is not sent yet, or of the answer that a replacement follows."""
    answered = [o.adjudicated_on for o in claim.other_payers if o.adjudicated_on]
    for line in claim.lines:
        answered += [a.adjudicated_on for a in line.other_adjudications if a.adjudicated_on]
    return ClaimDates(
        service_from_on=claim.service_from_on,
        service_through_on=claim.service_through_on,
        first_submitted_on=on_file.first_submitted_on if on_file else None,
        accepted_on=on_file.accepted_on if on_file else None,
        last_remitted_on=on_file.last_remitted_on if on_file else None,
        denied_on=(on_file.denied_on or on_file.last_remitted_on) if on_file else None,
        primary_remitted_on=max(answered, default=None),
        payer_status=PayerStatus.NOT_SENT,
        claim_type=ClaimType(claim.kind.value[-1]),
        is_secondary=claim.subscriber.sequence not in ("P", "U", ""),
    )
