"""What our own data says about a denial, for the questions of the playbook."""

from datetime import date, timedelta
from statistics import median
from typing import Any

from django.db.models import QuerySet

from dueline.calls.models import FollowUp
from dueline.clock import BUSINESS_ZONE
from dueline.core.codes import adjustment_words
from dueline.core.deadlines import Deadline
from dueline.core.enums import DeadlineKind, Outcome
from dueline.core.playbook import CaseFacts, Likeness
from dueline.denials.models import Denial
from dueline.ledger.models import (
    Claim,
    ClaimPayment,
    Coverage,
    LinePayment,
    Remittance,
    ServiceLine,
    Submission,
)
from dueline.worklist.queries.clocks import Clocks, clocks_of

_REMITTANCES = 60  # a payer's latest, in which the same procedure is looked for
_LINES = 2000
_NEAR = timedelta(days=90)  # an authorization of the patient's other claims
_SENT = {Outcome.SUBMITTED: "Sent by hand", Outcome.APPEAL_RECEIVED: "Appeal received"}


class ClaimKnowledge:
    """What is known about a claim, read once for all of its denials."""

    def __init__(self, claim: Claim, *, as_of: date) -> None:
        self.claim = claim
        self.as_of = as_of
        self.clocks: Clocks = clocks_of(claim, as_of=as_of)
        self.same_patient = self._same_patient()
        self._procedures: dict[tuple[int, str], tuple[int, int, int, date | None]] = {}

    def _same_patient(self) -> QuerySet[Claim]:
        claims = Claim.objects.filter(practice=self.claim.practice_id)
        if self.claim.patient_id is None:
            return claims.none()
        return claims.filter(patient=self.claim.patient_id)

    def deadline(self, kind: DeadlineKind) -> Deadline | None:
        return next((one for one in self.clocks.deadlines if one.kind is kind), None)

    def facts(self, denial: Denial) -> CaseFacts:
        """Return what is known for a denial of this claim. Some ten small queries."""
        claim, line = self.claim, denial.service_line
        procedure = line.procedure_code if line else ""
        if not procedure and denial.line_payment is not None:
            procedure = denial.line_payment.procedure_code
        filing = self.deadline(DeadlineKind.FILING)
        elsewhere = self._authorization_elsewhere(procedure)
        paid, refused, usual, last = self._paid_before(denial.payer_id, procedure)
        earlier = self._earlier(denial)
        return CaseFacts(
            payer_name=denial.payer.name,
            procedure=procedure,
            modifiers=line.modifiers if line else "",
            diagnoses=self._diagnoses(line),
            authorization=self._authorization(),
            authorization_elsewhere=elsewhere[0],
            authorization_elsewhere_on=elsewhere[1],
            first_submitted_on=claim.first_submitted_on,
            filing_due_on=filing.due_on if filing else None,
            filing_rule=filing.rule.source if filing and filing.rule else "",
            accepted_on=claim.accepted_on,
            proof_rule=self.clocks.proof.words if self.clocks.proof else "",
            paid_count=paid,
            refused_count=refused,
            median_paid_cents=usual,
            last_paid_on=last,
            other_coverages=self._other_coverages(denial.payer_id),
            alike=self._alike(),
            same_day=self._same_day(line),
            rendering_npi=claim.rendering_provider.npi if claim.rendering_provider else "",
            billing_npi=claim.billing_provider.npi if claim.billing_provider else "",
            member_id=claim.member_id,
            patient_name=claim.patient.last_name if claim.patient else "",
            birth_on=claim.patient.birth_on if claim.patient else None,
            sent_since=self._sent_since(denial.denied_on),
            **earlier,
        )

    def _authorization(self) -> str:
        if self.claim.prior_authorization:
            return self.claim.prior_authorization
        rows = Submission.objects.filter(claim=self.claim).exclude(prior_authorization="")
        return rows.order_by("-pk").values_list("prior_authorization", flat=True).first() or ""

    def _diagnoses(self, line: ServiceLine | None) -> tuple[str, ...]:
        every = tuple(self.claim.diagnoses.split())
        places = (line.diagnosis_pointers if line else "").replace(":", " ").split()
        pointed = [every[int(p) - 1] for p in places if p.isdigit() and 0 < int(p) <= len(every)]
        return tuple(pointed) or every

    def _authorization_elsewhere(self, procedure: str) -> tuple[str, date | None]:
        if self.claim.service_from_on is None or not procedure:
            return "", None
        near = (self.claim.service_from_on - _NEAR, self.claim.service_from_on + _NEAR)
        found = (
            self.same_patient.filter(service_from_on__range=near, lines__procedure_code=procedure)
            .exclude(pk=self.claim.pk)
            .exclude(prior_authorization="")
            .order_by("-service_from_on", "-pk")
            .values_list("prior_authorization", "service_from_on")
            .first()
        )
        return found or ("", None)

    def _paid_before(self, payer_id: int, procedure: str) -> tuple[int, int, int, date | None]:
        """Return of a procedure in the payer's latest remittances: lines paid, not paid, usual cents, last day."""
        if not procedure:
            return 0, 0, 0, None
        key = payer_id, procedure
        if key not in self._procedures:
            self._procedures[key] = self._look_back(payer_id, procedure)
        return self._procedures[key]

    def _look_back(self, payer_id: int, procedure: str) -> tuple[int, int, int, date | None]:
        latest = Remittance.objects.filter(practice=self.claim.practice_id, payer=payer_id)
        ids = list(latest.order_by("-pk").values_list("pk", flat=True)[:_REMITTANCES])
        rows = (
            LinePayment.objects.filter(
                claim_payment__remittance__in=ids,
                claim_payment__is_reversed=False,
                procedure_code=procedure,
                charge_cents__gt=0,
            )
            .exclude(claim_payment__claim=self.claim.pk)
            .values_list("paid_cents", "claim_payment__remittance__paid_on")[:_LINES]
        )
        paid = [(cents, on) for cents, on in rows if cents > 0]
        if not paid:
            return 0, len(rows), 0, None
        days = [on for _, on in paid if on is not None]
        usual = int(median(cents for cents, _ in paid))
        return len(paid), len(rows) - len(paid), usual, max(days, default=None)

    def _other_coverages(self, payer_id: int) -> tuple[str, ...]:
        on_claim = Coverage.objects.filter(claim=self.claim).exclude(payer=payer_id)
        names = dict.fromkeys(on_claim.order_by("sequence").values_list("payer__name", flat=True))
        if self.claim.service_from_on is not None:
            year = timedelta(days=365)
            span = (self.claim.service_from_on - year, self.claim.service_from_on + year)
            others = self.same_patient.filter(service_from_on__range=span).exclude(payer=payer_id)
            names |= dict.fromkeys(
                others.order_by("payer__name").values_list("payer__name", flat=True).distinct()
            )
        return tuple(names)

    def _alike(self) -> tuple[Likeness, ...]:
        if self.claim.service_from_on is None:
            return ()
        rows = (
            self.same_patient.filter(
                service_from_on=self.claim.service_from_on, charge_cents=self.claim.charge_cents
            )
            .exclude(pk=self.claim.pk)
            .order_by("pk")
            .values_list("patient_control_number", "paid_cents", "payer_status")[:5]
        )
        return tuple(
            Likeness(number, cents, status.replace("_", " ")) for number, cents, status in rows
        )

    def _same_day(self, line: ServiceLine | None) -> tuple[str, ...]:
        if self.claim.service_from_on is None:
            return ()
        lines = ServiceLine.objects.filter(
            claim__in=self.same_patient.filter(service_from_on=self.claim.service_from_on),
            is_current=True,
        ).exclude(procedure_code="")
        if line is not None:
            lines = lines.exclude(pk=line.pk)
        rows = lines.order_by("claim", "line_number").values_list("procedure_code", "modifiers")
        return tuple(dict.fromkeys(f"{code} {modifiers}".strip() for code, modifiers in rows[:20]))

    def _earlier(self, denial: Denial) -> dict[str, Any]:
        """Return what this payer answered to this claim before the refusal, the latest that stands."""
        before = (
            ClaimPayment.objects.filter(
                claim=self.claim,
                remittance__payer=denial.payer_id,
                pk__lt=denial.claim_payment_id,
                is_reversed=False,
            )
            .exclude(status_code="22")
            .order_by("-pk")
            .values_list("pk", "paid_cents", "remittance__paid_on")
            .first()
        )
        if before is None:
            return {}
        pk, cents, on = before
        reason = (
            Denial.objects.filter(claim_payment=pk, is_duplicate=False)
            .order_by("-amount_cents")
            .values_list("group_code", "carc")
            .first()
        )
        return {
            "earlier_paid_cents": cents,
            "earlier_on": on or denial.denied_on,
            "earlier_refused": adjustment_words(*reason) if reason else "",
        }

    def _sent_since(self, day: date) -> tuple[tuple[date, str], ...]:
        sent = [
            (on, "Corrected claim" if frequency == "7" else "Claim sent")
            for on, frequency in Submission.objects.filter(
                claim=self.claim, submitted_on__gte=day
            ).values_list("submitted_on", "frequency_code")
        ]
        said = FollowUp.objects.filter(claim=self.claim, outcome__in=list(_SENT))
        for at, outcome in said.values_list("occurred_at", "outcome"):
            on = at.astimezone(BUSINESS_ZONE).date()
            if on >= day:
                sent.append((on, _SENT[Outcome(outcome)]))
        return tuple(sorted(sent))
