"""Mailboxes at clearinghouses, the outgoing files put there, and the files found there."""

from django.db import models
from django.db.models import Q

from dueline.accounts.models import Practice
from dueline.core.exchange import AfterFetch, DeliveryState, MailboxKind, PickupState
from dueline.intake.models import Receipt
from dueline.sending.models import OutgoingFile


class Mailbox(models.Model):
    """A place at a clearinghouse, by SFTP or as a folder: files go out there, and come in from there."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="mailboxes")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=6, choices=[(k.value, k.name) for k in MailboxKind])
    host = models.CharField(max_length=253, blank=True)
    port = models.IntegerField(default=22)
    username = models.CharField(max_length=100, blank=True)
    private_key = models.TextField(blank=True)  # sealed
    password = models.TextField(blank=True)  # sealed
    host_key = models.TextField(blank=True)  # as accepted: "ssh-ed25519 AAAA..."
    out_folder = models.CharField(max_length=500, blank=True)  # "": nothing is put there
    in_folder = models.CharField(max_length=500, blank=True)  # "": nothing is fetched
    after_fetch = models.CharField(
        max_length=8,
        choices=[(a.value, a.name) for a in AfterFetch],
        default=AfterFetch.ARCHIVE.value,
    )
    archive_folder = models.CharField(max_length=500, blank=True)  # of what was fetched
    is_on = models.BooleanField(default=False)
    on_since = models.DateTimeField(null=True)  # files written before are not put out by themselves
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)
    looked_at = models.DateTimeField(null=True)
    next_look_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=500, blank=True)
    trouble_count = models.IntegerField(default=0)  # looks in a row that failed
    trouble_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "name"], name="mailbox_once")]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """An outgoing file on its way to a mailbox, or there. One file has one: nothing is sent twice."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    outgoing_file = models.OneToOneField(
        OutgoingFile, on_delete=models.PROTECT, related_name="delivery"
    )
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="deliveries")
    state = models.CharField(
        max_length=9,
        choices=[(s.value, s.name) for s in DeliveryState],
        default=DeliveryState.UPLOADING.value,
    )
    begun_at = models.DateTimeField()
    begun_by = models.CharField(max_length=150)
    tries = models.IntegerField(default=0)  # uploads begun
    # of an 837: the ledger learns of what was sent as of any file (docs/adr/0017)
    receipt = models.OneToOneField(
        Receipt, on_delete=models.PROTECT, null=True, related_name="delivery"
    )
    delivered_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes = [models.Index(fields=["mailbox", "state"], name="delivery_state")]

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class Pickup(models.Model):
    """A file found in a mailbox. The same name with another size or time, or once it was cleared, is another file."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    mailbox = models.ForeignKey(Mailbox, on_delete=models.PROTECT, related_name="pickups")
    name = models.CharField(max_length=255)
    size_bytes = models.BigIntegerField()
    modified_at = models.BigIntegerField()  # by the server's clock, in its smallest unit
    seen_at = models.DateTimeField()  # first
    again_at = models.DateTimeField(null=True)  # when one that waits is looked at again
    state = models.CharField(
        max_length=9,
        choices=[(s.value, s.name) for s in PickupState],
        default=PickupState.SEEN.value,
    )
    sha256 = models.CharField(max_length=64, blank=True)  # once fetched
    receipt = models.OneToOneField(
        Receipt, on_delete=models.PROTECT, null=True, related_name="pickup"
    )
    taken_at = models.DateTimeField(null=True)  # when its state became final
    cleared_at = models.DateTimeField(null=True)  # when it was off the server's folder
    reason = models.CharField(max_length=300, blank=True)  # why it is set aside, or waits

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "name", "size_bytes", "modified_at"],
                name="pickup_once",
                condition=Q(cleared_at__isnull=True),
            )
        ]
        indexes = [models.Index(fields=["mailbox", "state", "-seen_at"], name="pickup_state")]

    def __str__(self) -> str:
        return f"pickup {self.pk}"
