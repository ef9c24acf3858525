"""Where the ledger's rows came from: files by content, and their transaction sets."""

from django.db import models
from django.db.models import Q

from dueline.accounts.models import Practice
from dueline.core.enums import PostingStatus, SetKind
from dueline.payers.models import Payer


def choices(enum: type) -> list[tuple[str, str]]:
    """Return an enum's members as a field takes its choices."""
    return [(member.value, member.name) for member in enum]  # type: ignore[attr-defined]


class SourceFile(models.Model):
    """A file as received, known by its content."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="source_files")
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=150)
    is_complete = models.BooleanField(
        default=False
    )  # every set of it has been posted, found known or quarantined

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "sha256"], name="source_file_once")
        ]

    def __str__(self) -> str:
        return self.name


class TransactionSet(models.Model):
    """One ST/SE of a file: the unit that is posted whole or not at all."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    source_file = models.ForeignKey(
        SourceFile, on_delete=models.PROTECT, related_name="transaction_sets"
    )
    kind = models.CharField(max_length=8, choices=choices(SetKind))
    status = models.CharField(max_length=12, choices=choices(PostingStatus))
    version = models.CharField(max_length=16, blank=True)
    interchange_control_number = models.CharField(max_length=16, blank=True)
    group_control_number = models.CharField(max_length=16, blank=True)
    control_number = models.CharField(max_length=16, blank=True)
    segment_from = models.IntegerField()
    segment_through = models.IntegerField()
    content_hash = models.CharField(max_length=64)
    sent_on = models.DateField(null=True)
    payer = models.ForeignKey(
        Payer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    claim_count = models.IntegerField(default=0)
    charge_cents = models.BigIntegerField(default=0)
    paid_cents = models.BigIntegerField(default=0)
    payment_cents = models.BigIntegerField(null=True)  # BPR02
    difference_cents = models.BigIntegerField(default=0)
    duplicate_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    posted_at = models.DateTimeField()
    released_by = models.CharField(max_length=150, blank=True)
    release_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "content_hash"],
                condition=Q(status__in=["posted", "released"]),
                name="transaction_set_posted_once",
            )
        ]
        indexes = [  # a 999 names its set so
            models.Index(
                fields=["practice", "group_control_number", "control_number"],
                name="transaction_set_control",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.control_number}"
