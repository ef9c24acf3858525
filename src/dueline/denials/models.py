"""What payers refused, one row for each refused claim or line and reason; what a practice says of a code; what of
the facts for analysis is out of date."""

from django.db import models
from django.db.models import Q

from dueline.accounts.models import AppendOnly, Practice
from dueline.core.enums import (
    DenialCategory,
    DenialState,
    Level,
    Preventable,
    RootCauseOwner,
    UsualFix,
)
from dueline.ledger.models import Claim, ClaimPayment, LinePayment, ServiceLine
from dueline.payers.models import Payer


class Denial(models.Model):
    """One reason for which a payer refused a claim, or a line of it, in one remittance.

    Made from the ledger's rows and never from anything else: making them again changes nothing.
    What it says of the reason (category, owner, fix) is as the practice saw it on that day.
    """

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="denials")
    claim_payment = models.ForeignKey(
        ClaimPayment, on_delete=models.PROTECT, related_name="denials"
    )
    line_payment = models.ForeignKey(  # null: the claim as a whole
        LinePayment, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    service_line = models.ForeignKey(
        ServiceLine, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="+", db_index=False)
    group_code = models.CharField(max_length=2)
    carc = models.CharField(max_length=8)
    rarcs = models.CharField(max_length=60, blank=True)  # space separated
    amount_cents = models.BigIntegerField()  # refused for this reason
    is_full = models.BooleanField(default=False)  # nothing of the claim was paid or allowed
    is_duplicate = models.BooleanField(default=False)  # CARC 18: worked, and left out of rates
    category = models.CharField(max_length=32, choices=[(v.value, v.name) for v in DenialCategory])
    owner = models.CharField(max_length=16, choices=[(v.value, v.name) for v in RootCauseOwner])
    preventable = models.CharField(max_length=9, choices=[(v.value, v.name) for v in Preventable])
    usual_fix = models.CharField(max_length=16, choices=[(v.value, v.name) for v in UsualFix])
    level = models.CharField(max_length=2, choices=[(v.value, v.name) for v in Level])
    denied_on = models.DateField()  # the remittance's date
    appeal_due_on = models.DateField(null=True)  # first level; null: no rule known
    repeats = models.ForeignKey(  # the earlier denial of the same claim or line for the same reason
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=16, choices=[(v.value, v.name) for v in DenialState])
    state_on = models.DateField()
    contested_on = models.DateField(null=True)  # first appeal, records or corrected claim sent
    recovered_cents = models.BigIntegerField(default=0)  # paid for it since

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim_payment", "line_payment", "group_code", "carc"],
                condition=Q(line_payment__isnull=False),
                name="denial_of_line_once",
            ),
            models.UniqueConstraint(
                fields=["claim_payment", "group_code", "carc"],
                condition=Q(line_payment__isnull=True),
                name="denial_of_claim_once",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "denied_on"], name="denial_denied_on"),
            # Lists are counted, summed and put in order from this index alone.
            models.Index(
                fields=["practice", "state", "appeal_due_on", "amount_cents"], name="denial_due"
            ),
            # How denials of a kind ended is counted from this one alone.
            models.Index(
                fields=[
                    "practice",
                    "category",
                    "state",
                    "payer",
                    "carc",
                    "denied_on",
                    "is_duplicate",
                ],
                name="denial_ended",
            ),
            models.Index(
                fields=["practice", "category", "payer", "amount_cents"],
                name="denial_open",
                condition=Q(state="open"),
            ),
        ]

    def __str__(self) -> str:
        return f"denial {self.pk}"


class CodeMeaning(AppendOnly):
    """What a practice says of a reason code in place of Dueline's own list; the latest row holds."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    carc = models.CharField(max_length=8)
    category = models.CharField(max_length=32, choices=[(v.value, v.name) for v in DenialCategory])
    owner = models.CharField(max_length=16, choices=[(v.value, v.name) for v in RootCauseOwner])
    preventable = models.CharField(max_length=9, choices=[(v.value, v.name) for v in Preventable])
    usual_fix = models.CharField(max_length=16, choices=[(v.value, v.name) for v in UsualFix])
    level = models.CharField(max_length=2, choices=[(v.value, v.name) for v in Level])
    note = models.CharField(max_length=500, blank=True)  # what the practice wants known
    reason = models.CharField(max_length=300)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)

    class Meta:
        indexes = [models.Index(fields=["practice", "carc"], name="code_meaning_code")]

    def __str__(self) -> str:
        return f"{self.carc} for practice {self.practice_id}"


class FactChange(models.Model):
    """A part of the analysis' facts in which something changed, written with the change; gone when it is counted."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    part = models.IntegerField()  # number of a run of claims, as denials.fact_store has it

    def __str__(self) -> str:
        return f"change in part {self.part}"


class FactState(models.Model):
    """Which edition of the analysis' facts in DUELINE_HOME belongs to this database."""

    practice = models.OneToOneField(Practice, on_delete=models.PROTECT, related_name="+")
    edition = models.CharField(max_length=32)
    counted_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.edition
