"""Payers of a practice, the identifiers they go by, whom to call there, and their rules as dated data."""

from datetime import time

from django.db import models
from django.db.models import Q

from dueline.accounts.models import Practice
from dueline.core.enums import PayerType
from dueline.core.payer_rules import PROOF, RULE_KINDS, Purpose

TYPES = [(t.value, t.name) for t in PayerType]


class Payer(models.Model):
    """Who adjudicates and pays. The call facts are defaults until someone checks them."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="payers")
    name = models.CharField(max_length=200)
    payer_type = models.CharField(max_length=24, choices=TYPES, default=PayerType.OTHER.value)
    rule_group = models.CharField(max_length=40, blank=True)  # national payer whose rules it shares
    state = models.CharField(max_length=2, blank=True)  # whose law and holidays hold
    is_in_network = models.BooleanField(default=True)
    phone = models.CharField(max_length=30, blank=True)
    time_zone = models.CharField(max_length=64, default="America/New_York")
    opens_at = models.TimeField(default=time(8))
    closes_at = models.TimeField(default=time(17))
    claims_per_call = models.PositiveSmallIntegerField(default=3)
    hold_minutes = models.PositiveSmallIntegerField(default=15)

    class Meta:
        indexes = [models.Index(fields=["practice", "name"], name="payer_name")]

    def __str__(self) -> str:
        return self.name


class PayerIdentifier(models.Model):
    """A number or name a payer goes by: kind PI, XV, 2U, TIN (TRN03), NAME."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    payer = models.ForeignKey(Payer, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=8)
    value = models.CharField(max_length=80)
    source = models.CharField(max_length=40, blank=True)  # 837, 835, practice file

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "kind", "value"], name="payer_identifier_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.value}"


class PayerContact(models.Model):
    """Whom to reach at a payer for one purpose, how, and when. Blank is not known."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    payer = models.ForeignKey(Payer, on_delete=models.CASCADE, related_name="contacts")
    purpose = models.CharField(max_length=24, choices=[(p.value, p.name) for p in Purpose])
    phone = models.CharField(max_length=30, blank=True)
    ivr_path = models.CharField(max_length=200, blank=True)  # keys and words to a person
    hours = models.JSONField(default=dict, blank=True)  # {"mon": "08:00-17:00"}; absent: closed
    keeps_federal_holidays = models.BooleanField(default=True)
    closed_on = models.JSONField(default=list, blank=True)  # further days, as ISO dates
    fax = models.CharField(max_length=30, blank=True)
    portal = models.CharField(max_length=200, blank=True)
    address = models.CharField(max_length=300, blank=True)
    claims_per_call = models.PositiveSmallIntegerField(null=True, blank=True)
    hold_minutes = models.PositiveSmallIntegerField(null=True, blank=True)  # typical
    checked_on = models.DateField(null=True, blank=True)
    checked_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payer", "purpose"], name="payer_contact_once")
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.phone}"


class PayerPlan(models.Model):
    """A plan of a payer, known on a claim by its group number."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    payer = models.ForeignKey(Payer, on_delete=models.CASCADE, related_name="plans")
    name = models.CharField(max_length=120)
    group_numbers = models.JSONField(default=list, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["payer", "name"], name="payer_plan_once")]

    def __str__(self) -> str:
        return self.name


class PayerContract(models.Model):
    """The practice's own contract with a payer: its rules come before the payer's for services under it."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    payer = models.ForeignKey(Payer, on_delete=models.CASCADE, related_name="contracts")
    name = models.CharField(max_length=120)
    effective_from = models.DateField(null=True, blank=True)
    effective_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payer", "name"], name="payer_contract_once")
        ]

    def __str__(self) -> str:
        return self.name


class PayerRule(models.Model):
    """A rule in force from a date, with where it came from and for whom it holds.

    A rule without a payer is the practice's default. The past is never rewritten: a changed rule is a new
    row, the old one keeps standing with the day on which it was withdrawn.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="payer_rules")
    payer = models.ForeignKey(
        Payer, on_delete=models.CASCADE, related_name="rules", null=True, blank=True
    )
    plan = models.ForeignKey(
        PayerPlan, on_delete=models.PROTECT, related_name="rules", null=True, blank=True
    )
    contract = models.ForeignKey(
        PayerContract, on_delete=models.PROTECT, related_name="rules", null=True, blank=True
    )
    rule_group = models.CharField(max_length=40, blank=True)
    payer_type = models.CharField(max_length=24, choices=TYPES, blank=True)  # blank: every type
    state = models.CharField(max_length=2, blank=True)
    network = models.CharField(max_length=3, blank=True)  # in, out; blank: both
    claim_type = models.CharField(max_length=1, blank=True)  # P, I, D; blank: every type
    deadline_kind = models.CharField(max_length=24, choices=[(k, k.upper()) for k in RULE_KINDS])
    count = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=32, blank=True)  # core.deadlines.Unit
    start_event = models.CharField(max_length=32, blank=True)  # core.deadlines.StartEvent
    is_met_when_received = models.BooleanField(default=True)  # else when sent
    presumed_receipt_days = models.PositiveSmallIntegerField(default=0)
    rolls_forward = models.BooleanField(default=False)  # from a weekend or holiday
    effective_from = models.DateField(null=True)  # null: not known
    effective_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300)
    note = models.CharField(max_length=400, blank=True)  # what is accepted as proof; exceptions
    checked_on = models.DateField()
    checked_by = models.CharField(max_length=150, blank=True)
    review_days = models.PositiveSmallIntegerField(default=365)
    confidence = models.CharField(
        max_length=1, choices=[("H", "High"), ("M", "Medium"), ("L", "Low")]
    )
    added_on = models.DateField(null=True)  # null: from the start
    added_by = models.CharField(max_length=150, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=150, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["practice", "payer_type", "deadline_kind"], name="payer_rule_lookup"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(deadline_kind=PROOF) | (~Q(unit="") & ~Q(start_event="")),
                name="payer_rule_has_start",
            ),
            models.CheckConstraint(
                condition=Q(effective_from__isnull=True)
                | Q(effective_to__isnull=True)
                | Q(effective_to__gte=models.F("effective_from")),
                name="payer_rule_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawn_by="")
                | (Q(withdrawn_on__isnull=False) & ~Q(withdrawn_by="")),
                name="payer_rule_withdrawn_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.payer_type} {self.deadline_kind} {self.count} {self.unit}"
