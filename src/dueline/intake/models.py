"""Receipts of files, the faults that keep sets in quarantine, and matches a person must decide."""

from django.db import models

from dueline.accounts.models import Practice
from dueline.ledger.models import Claim, ClaimPayment, SourceFile, TransactionSet


class Receipt(models.Model):
    """One handing-in of a file. The same file twice is two receipts and one source file."""

    STATES = [
        ("waiting", "Waiting"),
        ("reading", "Reading"),
        ("done", "Done"),
        ("refused", "Refused"),
    ]

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="receipts")
    source_file = models.ForeignKey(
        SourceFile, on_delete=models.PROTECT, null=True, related_name="receipts"
    )
    name = models.CharField(max_length=255)
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=150)
    state = models.CharField(max_length=8, choices=STATES, default="waiting")
    is_known = models.BooleanField(default=False)  # nothing changed: the file was known
    size_bytes = models.BigIntegerField(default=0)
    read_bytes = models.BigIntegerField(default=0)  # progress
    posted_count = models.IntegerField(default=0)  # transaction sets
    duplicate_count = models.IntegerField(default=0)
    quarantined_count = models.IntegerField(default=0)
    claim_count = models.IntegerField(default=0)
    posted_cents = models.BigIntegerField(default=0)  # BPR02 of what posted
    held_cents = models.BigIntegerField(default=0)  # BPR02 of what waits in quarantine
    refusal = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["practice", "-received_at"], name="receipt_latest")]

    def __str__(self) -> str:
        return self.name


class SetProblem(models.Model):
    """One fault of a transaction set (or of a file: `transaction_set` null). `found` is shown, never logged."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    source_file = models.ForeignKey(SourceFile, on_delete=models.PROTECT, related_name="problems")
    transaction_set = models.ForeignKey(
        TransactionSet, on_delete=models.PROTECT, null=True, related_name="problems"
    )
    code = models.CharField(max_length=40)
    message = models.CharField(max_length=300)
    segment_number = models.IntegerField(default=0)
    segment_identifier = models.CharField(max_length=8, blank=True)
    loop = models.CharField(max_length=8, blank=True)
    element = models.CharField(max_length=12, blank=True)
    expected = models.CharField(max_length=200, blank=True)
    found = models.CharField(max_length=200, blank=True)
    is_fatal = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.code


class WaitingAnswer(models.Model):
    """A claim that a remittance or status answer in quarantine is about: its answer is here, and not posted."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    transaction_set = models.ForeignKey(
        TransactionSet, on_delete=models.CASCADE, related_name="waiting_answers"
    )
    patient_control_key = models.CharField(max_length=38)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["transaction_set", "patient_control_key"], name="waiting_answer_once"
            )
        ]

    def __str__(self) -> str:
        return f"waiting answer {self.pk}"


class MatchProposal(models.Model):
    """A claim payment whose claim is uncertain: proposed to a person, never guessed."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="match_proposals")
    claim_payment = models.OneToOneField(
        ClaimPayment, on_delete=models.PROTECT, related_name="proposal"
    )
    candidates = models.ManyToManyField(Claim, related_name="+")
    reason = models.CharField(max_length=200)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)

    def __str__(self) -> str:
        return f"proposal {self.pk}"
