"""The ledger: where every amount came from, the claims, and the entries whose sums are the balances.

Rows arrive by the hundred thousand, so a foreign key is indexed only where something looks it up.
Amounts are integer cents.
"""

from django.db import models
from django.db.models import Q

from dueline.accounts.models import AppendOnly, Practice
from dueline.core.enums import (
    ClaimOrigin,
    ClaimType,
    EntryKind,
    MatchMethod,
    PayerStatus,
)
from dueline.ledger.sources import SourceFile as SourceFile  # known as the app's models too
from dueline.ledger.sources import TransactionSet as TransactionSet
from dueline.ledger.sources import choices
from dueline.payers.models import Payer


class Provider(models.Model):
    """A billing, rendering, referring or attending provider, known by NPI."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    npi = models.CharField(max_length=80)  # or the identifier sent where no NPI was
    name = models.CharField(max_length=200, blank=True)
    taxonomy = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "npi"], name="provider_once")]

    def __str__(self) -> str:
        return self.name or self.npi


class Patient(models.Model):
    """Who was treated. `identity_key` (core.matching.patient_key) holds one person together."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    identity_key = models.CharField(max_length=64)
    last_name = models.CharField(max_length=80)
    first_name = models.CharField(max_length=40, blank=True)
    middle_name = models.CharField(max_length=40, blank=True)
    search_name = models.CharField(max_length=130)  # folded "LAST FIRST"
    birth_on = models.DateField(null=True)
    sex = models.CharField(max_length=1, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "identity_key"], name="patient_once")
        ]
        indexes = [models.Index(fields=["practice", "search_name"], name="patient_search")]

    def __str__(self) -> str:
        return f"patient {self.pk}"


class Claim(models.Model):
    """A request for payment, followed from its first submission to its last cent.

    The balances repeat the sums of the claim's entries, written in the same transaction; `verify` compares.
    """

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    patient_control_number = models.CharField(max_length=38)  # CLM01 as sent
    patient_control_key = models.CharField(max_length=38)  # trimmed, upper case
    # without separators and leading zeros, where that is another than the key
    compact_key = models.CharField(max_length=38, null=True)
    origin = models.CharField(max_length=10, choices=choices(ClaimOrigin))
    claim_type = models.CharField(max_length=1, choices=choices(ClaimType))
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="claims", null=True)
    payer = models.ForeignKey(
        Payer, on_delete=models.PROTECT, related_name="claims"
    )  # whose turn it is
    payer_sequence = models.CharField(max_length=1, default="P")  # P, S, T ... of that payer
    member_id = models.CharField(max_length=80, blank=True)  # with that payer
    group_number = models.CharField(max_length=50, blank=True)
    subscriber_name = models.CharField(max_length=130, blank=True)  # where not the patient
    billing_provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    rendering_provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    referring_provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    # where it was done, where that is not the billing provider's own address (2310C, 2310E)
    service_facility = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    service_from_on = models.DateField(null=True)
    service_through_on = models.DateField(null=True)
    first_submitted_on = models.DateField(null=True)
    last_submitted_on = models.DateField(null=True)
    last_remitted_on = models.DateField(null=True)
    # when the payer before this one had paid its part and the rest became this one's
    earlier_remitted_on = models.DateField(null=True)
    denied_on = models.DateField(null=True)  # date of the remittance that denied it, while denied
    accepted_on = models.DateField(
        null=True
    )  # first acceptance by the payer (277CA A2): proof of filing
    facility_code = models.CharField(max_length=4, blank=True)  # place of service or bill type
    frequency_code = models.CharField(max_length=1, default="1")
    prior_authorization = models.CharField(max_length=50, blank=True)
    diagnoses = models.CharField(
        max_length=200, blank=True
    )  # codes, space separated, principal first
    payer_claim_control_number = models.CharField(max_length=50, blank=True)  # the latest known
    charge_cents = models.BigIntegerField()
    payer_balance_cents = models.BigIntegerField(default=0)
    patient_balance_cents = models.BigIntegerField(default=0)
    paid_cents = models.BigIntegerField(default=0)
    payer_status = models.CharField(max_length=24, choices=choices(PayerStatus))
    payer_said = models.CharField(
        max_length=120, blank=True
    )  # in our short words: "CO-197 no authorization"
    denial_carc = models.CharField(max_length=8, blank=True)  # leading denial reason while denied
    denial_group = models.CharField(max_length=2, blank=True)
    payer_status_on = models.DateField(null=True)
    told_paid_on = models.DateField(null=True)  # by the payer's word, until a remittance shows it
    told_trace_number = models.CharField(max_length=50, blank=True)  # check or EFT, as told
    # The sums of its opening entries, and the day of the spreadsheet's figures they rest on.
    opening_cents = models.BigIntegerField(default=0)
    opening_patient_cents = models.BigIntegerField(default=0)
    opening_on = models.DateField(null=True)
    decided_cents = models.BigIntegerField(
        default=0
    )  # of the payer's balance, written off or moved to the patient by the practice
    is_open = models.BooleanField(default=True)  # payer balance not zero

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "patient_control_key"], name="claim_once")
        ]
        indexes = [
            models.Index(
                fields=["practice", "member_id", "service_from_on"], name="claim_member_service"
            ),
            models.Index(
                fields=["practice", "compact_key"],
                name="claim_compact_key",
                condition=Q(compact_key__isnull=False),
            ),
            # One payer's claims of an age are found by this index alone.
            models.Index(
                fields=[
                    "practice",
                    "payer",
                    "service_from_on",
                    "first_submitted_on",
                    "payer_balance_cents",
                ],
                name="claim_open_aging",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=["practice", "payer", "payer_balance_cents"],
                name="claim_open_secondary",
                condition=Q(is_open=True) & ~Q(payer_sequence="P"),
            ),
            models.Index(
                fields=["practice", "patient_control_key"],
                name="claim_of_sheet",
                condition=Q(origin="sheet"),
            ),
        ]

    def __str__(self) -> str:
        return f"claim {self.pk}"


class Coverage(models.Model):
    """A payer a claim has been or may be sent to, in its order."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="coverages")
    sequence = models.CharField(max_length=1)  # SBR01
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="+", db_index=False)
    member_id = models.CharField(max_length=80, blank=True)
    group_number = models.CharField(max_length=50, blank=True)
    filing_indicator = models.CharField(max_length=2, blank=True)
    is_settled = models.BooleanField(
        default=False
    )  # has paid its part: the rest is the next payer's

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "sequence"], name="coverage_once")]

    def __str__(self) -> str:
        return f"coverage {self.sequence} of claim {self.claim_id}"


class PayerClaimNumber(models.Model):
    """A number by which a payer knows a claim (CLP07, REF*1K); a claim may get several."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.CharField(max_length=50)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="payer_claim_numbers")
    payer = models.ForeignKey(
        Payer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "number", "claim"], name="payer_claim_number_once"
            )
        ]

    def __str__(self) -> str:
        return self.number


class Submission(models.Model):
    """One sending of a claim to one payer."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="submissions")
    transaction_set = models.ForeignKey(
        TransactionSet, on_delete=models.PROTECT, related_name="submissions"
    )
    segment_number = models.IntegerField()
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="+", db_index=False)
    payer_sequence = models.CharField(max_length=1)
    submitted_on = models.DateField()
    frequency_code = models.CharField(max_length=1)
    charge_cents = models.BigIntegerField()
    original_reference = models.CharField(max_length=50, blank=True)
    batch_reference = models.CharField(max_length=50, blank=True)  # BHT03
    prior_authorization = models.CharField(max_length=50, blank=True)
    fingerprint = models.CharField(max_length=64)  # what was billed; equal on a duplicate
    duplicate_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    submitter = models.CharField(max_length=80, blank=True)  # who sent the file (NM1*41)

    def __str__(self) -> str:
        return f"submission {self.pk}"


class ServiceLine(models.Model):
    """One charged service as a submission billed it; a claim's lines are those of its latest version."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="lines")
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    line_number = models.IntegerField()
    is_current = models.BooleanField(default=True)
    line_control_number = models.CharField(max_length=50, blank=True)
    procedure_code = models.CharField(max_length=48, blank=True)
    modifiers = models.CharField(max_length=12, blank=True)  # space separated
    revenue_code = models.CharField(max_length=4, blank=True)
    charge_cents = models.BigIntegerField()
    units = models.DecimalField(max_digits=15, decimal_places=3, null=True)
    place_of_service = models.CharField(max_length=2, blank=True)
    diagnosis_pointers = models.CharField(max_length=24, blank=True)
    service_from_on = models.DateField(null=True)
    service_through_on = models.DateField(null=True)
    rendering_provider = models.ForeignKey(
        Provider, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    def __str__(self) -> str:
        return f"line {self.line_number} of claim {self.claim_id}"


class Remittance(models.Model):
    """One 835: one payment, with its trace number."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="remittances")
    transaction_set = models.OneToOneField(
        TransactionSet, on_delete=models.PROTECT, related_name="remittance"
    )
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="+", db_index=False)
    payment_cents = models.BigIntegerField()
    payment_method = models.CharField(max_length=3)
    paid_on = models.DateField(null=True)
    trace_number = models.CharField(max_length=50)
    payer_identifier = models.CharField(max_length=30, blank=True)
    payee_npi = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["practice", "trace_number"], name="remittance_trace")]

    def __str__(self) -> str:
        return f"remittance {self.trace_number}"


class ClaimPayment(models.Model):
    """One claim's result within a remittance (CLP). `claim` is null while a person has to say whose it is."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    remittance = models.ForeignKey(
        Remittance, on_delete=models.PROTECT, related_name="claim_payments"
    )
    claim = models.ForeignKey(
        Claim, on_delete=models.PROTECT, null=True, related_name="claim_payments"
    )
    match_method = models.CharField(max_length=28, choices=choices(MatchMethod))
    segment_number = models.IntegerField()
    patient_control_number = models.CharField(max_length=38)
    status_code = models.CharField(max_length=2)
    charge_cents = models.BigIntegerField()
    paid_cents = models.BigIntegerField()
    patient_responsibility_cents = models.BigIntegerField(null=True)
    filing_indicator = models.CharField(max_length=2, blank=True)
    payer_claim_control_number = models.CharField(max_length=50, blank=True)
    remark_codes = models.CharField(max_length=60, blank=True)
    service_from_on = models.DateField(null=True)
    reverses = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    is_reversed = models.BooleanField(default=False)
    is_denial = models.BooleanField(default=False)  # core.denials: refused wholly or in part
    denied_cents = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"claim payment {self.pk}"


class LinePayment(models.Model):
    """One line's result within a claim payment (SVC)."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim_payment = models.ForeignKey(ClaimPayment, on_delete=models.PROTECT, related_name="lines")
    service_line = models.ForeignKey(
        ServiceLine, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    segment_number = models.IntegerField()
    procedure_code = models.CharField(max_length=48, blank=True)
    modifiers = models.CharField(max_length=12, blank=True)
    revenue_code = models.CharField(max_length=4, blank=True)
    charge_cents = models.BigIntegerField()
    paid_cents = models.BigIntegerField()
    allowed_cents = models.BigIntegerField(null=True)
    units = models.DecimalField(max_digits=15, decimal_places=3, null=True)
    remark_codes = models.CharField(max_length=60, blank=True)
    service_from_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"line payment {self.pk}"


class ProviderAdjustment(models.Model):
    """A PLB amount: not tied to a claim. Positive lowers the payment."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    remittance = models.ForeignKey(
        Remittance, on_delete=models.PROTECT, related_name="provider_adjustments"
    )
    segment_number = models.IntegerField()
    provider_identifier = models.CharField(max_length=80)
    fiscal_period_on = models.DateField(null=True)
    reason = models.CharField(max_length=2)
    reference = models.CharField(max_length=50, blank=True)
    amount_cents = models.BigIntegerField()

    def __str__(self) -> str:
        return f"provider adjustment {self.pk}"


class Entry(AppendOnly):
    """One amount, never changed. An adjustment (CAS) is an entry: it states its amount and what it moves.

    A claim's balances are the sums of `payer_effect_cents` and `patient_effect_cents`. A denial's
    adjustment moves nothing: the money stays open with the payer. See docs/explanation/ledger.md.
    """

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, related_name="entries")
    kind = models.CharField(max_length=20, choices=choices(EntryKind))
    transaction_set = models.ForeignKey(TransactionSet, on_delete=models.PROTECT, related_name="+")
    segment_number = models.IntegerField()
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    claim_payment = models.ForeignKey(
        ClaimPayment, on_delete=models.PROTECT, null=True, related_name="entries"
    )
    line_payment = models.ForeignKey(
        LinePayment, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    effective_on = models.DateField()
    group_code = models.CharField(max_length=2, blank=True)
    carc = models.CharField(max_length=8, blank=True)
    amount_cents = models.BigIntegerField()  # as stated: charge, paid, or adjustment amount
    payer_effect_cents = models.BigIntegerField()
    patient_effect_cents = models.BigIntegerField()

    def __str__(self) -> str:
        return f"entry {self.pk}"


class ClaimEvent(models.Model):
    """What an acknowledgment or status answer said of a claim (999, 277CA, 277), as kept history."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="events")
    transaction_set = models.ForeignKey(TransactionSet, on_delete=models.PROTECT, related_name="+")
    segment_number = models.IntegerField()
    happened_on = models.DateField()
    is_from_payer = models.BooleanField(default=True)  # else a clearinghouse: weaker proof
    category_code = models.CharField(max_length=3, blank=True)  # STC01-1; 999: A, E, R
    status_code = models.CharField(max_length=8, blank=True)
    entity_code = models.CharField(max_length=3, blank=True)
    payer_status = models.CharField(max_length=24, choices=choices(PayerStatus))  # status after it
    text = models.CharField(max_length=200)  # in our short words
    payer_claim_control_number = models.CharField(max_length=50, blank=True)

    def __str__(self) -> str:
        return f"event {self.pk}"
