"""Payers of a practice, the identifiers they go by, and their rules as dated data."""

from datetime import time

from django.db import models

from dueline.accounts.models import Practice
from dueline.core.enums import DeadlineKind, PayerType


class Payer(models.Model):
    """Who adjudicates and pays. The call facts are defaults until someone checks them."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="payers")
    name = models.CharField(max_length=200)
    payer_type = models.CharField(
        max_length=24, choices=[(t.value, t.name) for t in PayerType], default=PayerType.OTHER.value
    )
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


class PayerRule(models.Model):
    """A deadline rule in force from a date, with where it came from.

    A rule without a payer is the practice's default for a payer type. The past is never rewritten:
    a changed rule is a new row, and `effective_to` closes the old one.
    """

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="payer_rules")
    payer = models.ForeignKey(
        Payer, on_delete=models.CASCADE, related_name="rules", null=True, blank=True
    )
    payer_type = models.CharField(max_length=24, choices=[(t.value, t.name) for t in PayerType])
    deadline_kind = models.CharField(
        max_length=24, choices=[(k.value, k.name) for k in DeadlineKind]
    )
    count = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=32)  # core.deadlines.Unit
    start_event = models.CharField(max_length=32)  # core.deadlines.StartEvent
    is_met_when_received = models.BooleanField(default=True)  # else when sent
    presumed_receipt_days = models.PositiveSmallIntegerField(default=0)
    rolls_forward = models.BooleanField(default=False)  # from a weekend or holiday
    effective_from = models.DateField(null=True)  # null: not known
    effective_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300)
    checked_on = models.DateField()
    confidence = models.CharField(
        max_length=1, choices=[("H", "High"), ("M", "Medium"), ("L", "Low")]
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["practice", "payer_type", "deadline_kind"], name="payer_rule_lookup"
            )
        ]

    def __str__(self) -> str:
        return f"{self.payer_type} {self.deadline_kind} {self.count} {self.unit}"
