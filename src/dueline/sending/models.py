"""Files written to be sent, the claims in them, what their receivers said, and as whom a practice sends."""

from django.db import models

from dueline.accounts.models import AppendOnly, Practice
from dueline.core.enums import SetKind
from dueline.core.outgoing import (
    FIRST_NUMBER,
    OutgoingEvent,
    OutgoingPurpose,
    OutgoingState,
)
from dueline.ledger.models import Claim, TransactionSet
from dueline.payers.models import Payer


class Submitter(models.Model):
    """As whom a practice sends, and to which clearinghouse. Without a receiver, files go to each payer itself."""

    practice = models.OneToOneField(Practice, on_delete=models.PROTECT, related_name="submitter")
    sender_qualifier = models.CharField(max_length=2, default="ZZ")  # ISA05
    sender_id = models.CharField(max_length=15)  # ISA06, GS02, NM1*41
    sender_name = models.CharField(max_length=60)
    contact_name = models.CharField(max_length=60, blank=True)
    contact_phone = models.CharField(max_length=30, blank=True)
    receiver_qualifier = models.CharField(max_length=2, default="ZZ")  # ISA07
    receiver_id = models.CharField(max_length=15, blank=True)  # ISA08, GS03
    receiver_name = models.CharField(max_length=60, blank=True)
    is_test = models.BooleanField(default=False)  # ISA15

    def __str__(self) -> str:
        return self.sender_id


class OutgoingNumber(models.Model):
    """The next control number of a practice's files. It only rises: a number that was given is not given again."""

    practice = models.OneToOneField(Practice, on_delete=models.PROTECT, related_name="+")
    next_number = models.BigIntegerField(default=FIRST_NUMBER)

    def __str__(self) -> str:
        return str(self.next_number)


class OutgoingFile(models.Model):
    """One interchange of one group, written whole and never changed. Its content is kept by `storage`."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="outgoing_files")
    number = models.BigIntegerField()  # ISA13 and GS06
    purpose = models.CharField(max_length=20, choices=[(p.value, p.name) for p in OutgoingPurpose])
    kind = models.CharField(max_length=8, choices=[(k.value, k.name) for k in SetKind])
    # null: the claims of several payers, by way of a clearinghouse
    payer = models.ForeignKey(
        Payer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    receiver_id = models.CharField(max_length=15)
    receiver_name = models.CharField(max_length=200)
    name = models.CharField(max_length=80)  # as it is offered
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    set_count = models.IntegerField()
    claim_count = models.IntegerField()
    rejected_count = models.IntegerField(default=0)  # claims that its receiver refused
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.CharField(max_length=150, blank=True)
    state = models.CharField(
        max_length=16,
        choices=[(s.value, s.name) for s in OutgoingState],
        default=OutgoingState.WRITTEN.value,
    )
    state_at = models.DateTimeField()
    called_back_by = models.CharField(max_length=150, blank=True)
    called_back_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="outgoing_file_number")
        ]
        indexes = [
            models.Index(fields=["practice", "state", "-number"], name="outgoing_file_state")
        ]

    def __str__(self) -> str:
        return self.name


class OutgoingClaim(models.Model):
    """A claim in a file: in which set, and by what its receiver will name it (TRN02 of a 276, CLM01 of an 837)."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    file = models.ForeignKey(
        OutgoingFile, on_delete=models.PROTECT, related_name="claims", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="outgoing_claims")
    set_control_number = models.CharField(max_length=9)  # ST02
    identifier = models.CharField(max_length=50)
    is_rejected = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file", "identifier"], name="outgoing_claim_once")
        ]
        indexes = [
            models.Index(fields=["practice", "identifier"], name="outgoing_claim_identifier"),
        ]

    def __str__(self) -> str:
        return f"outgoing claim {self.pk}"


class OutgoingAnswer(AppendOnly):
    """What one set that was taken in (999, TA1, 277CA, 277) said of a file."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    file = models.ForeignKey(OutgoingFile, on_delete=models.PROTECT, related_name="answers")
    transaction_set = models.ForeignKey(
        TransactionSet, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    event = models.CharField(max_length=16, choices=[(e.value, e.name) for e in OutgoingEvent])
    rejected_count = models.IntegerField()  # claims that it refused
    heard_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.event} of {self.file_id}"
