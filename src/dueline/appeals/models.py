"""Appeals with their facts, enclosures and history; a practice's letterhead, letters and terms, in versions."""

from django.db import models
from django.db.models import Q

from dueline.accounts.models import AppendOnly, Practice
from dueline.core.appeals.levels import AppealLevel, SendMethod
from dueline.core.appeals.states import AppealEvent, AppealState
from dueline.denials.models import Denial
from dueline.ledger.models import Claim, ClaimPayment
from dueline.ledger.sources import choices
from dueline.payers.models import Payer


class Letterhead(AppendOnly):
    """What stands at the head of a practice's letters; the latest version holds."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)  # lines parted by line breaks
    phone = models.CharField(max_length=30, blank=True)
    fax = models.CharField(max_length=30, blank=True)
    tax_id = models.CharField(max_length=20, blank=True)
    npi = models.CharField(max_length=10, blank=True)
    logo_sha256 = models.CharField(max_length=64, blank=True)  # a PNG or JPEG that is kept
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="letterhead_once")
        ]

    def __str__(self) -> str:
        return f"letterhead {self.number}"


class LetterVersion(AppendOnly):
    """A practice's own version of a letter. The latest of a key holds; an empty text takes it away again."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.CharField(max_length=40)
    number = models.PositiveIntegerField()  # counted within practice and key
    text = models.TextField(blank=True)  # YAML, as core.appeals.letters reads it
    reason = models.CharField(max_length=300)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "key", "number"], name="letter_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} version {self.number}"


class LevelTerms(AppendOnly):
    """What a payer asks for at a level, as the practice knows it; the latest of payer and level holds."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=20, choices=choices(AppealLevel))
    method = models.CharField(max_length=16, choices=choices(SendMethod), blank=True)
    send_to = models.CharField(max_length=300, blank=True)
    forms = models.JSONField(default=list)  # names of what must be enclosed
    minimum_cents = models.BigIntegerField(default=0)
    source = models.CharField(max_length=300)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"terms {self.pk}"


class Appeal(models.Model):
    """One appeal of one answer of a payer at one level. Moved by `core.appeals.states` alone."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.IntegerField()  # within the practice
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="appeals")
    # the answer that refused; its denials are what is appealed, the one it was started from first
    claim_payment = models.ForeignKey(
        ClaimPayment, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # a denial goes where the ledger no longer says it: the appeal stays with its answer
    denial = models.ForeignKey(Denial, on_delete=models.SET_NULL, null=True, related_name="appeals")
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="+", db_index=False)
    level = models.CharField(max_length=20, choices=choices(AppealLevel))
    state = models.CharField(max_length=20, choices=choices(AppealState))
    template = models.CharField(max_length=40)  # key
    template_version = models.PositiveIntegerField(default=0)  # 0: Dueline's own
    own_text = models.TextField(blank=True)  # in place of the template's paragraphs
    method = models.CharField(max_length=16, choices=choices(SendMethod), blank=True)
    send_to = models.CharField(max_length=300, blank=True)
    disputed_cents = models.BigIntegerField()
    due_on = models.DateField(null=True)  # last day; null: no rule known, and no one typed it
    due_source = models.CharField(max_length=400, blank=True)  # its rule, or who typed it
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=150, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=150, blank=True)
    packet_sha256 = models.CharField(max_length=64, blank=True)  # as approval was asked for it
    packet_pages = models.PositiveIntegerField(default=0)
    sent_on = models.DateField(null=True)
    tracking_number = models.CharField(max_length=80, blank=True)
    expected_on = models.DateField(null=True)  # when a decision is expected
    received_on = models.DateField(null=True)
    received_reference = models.CharField(max_length=80, blank=True)
    decided_on = models.DateField(null=True)
    decided_cents = models.BigIntegerField(null=True)  # what the payer said it will pay
    decision_note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="appeal_number"),
            models.UniqueConstraint(  # no second appeal of the same level
                fields=["claim_payment", "level"],
                condition=~Q(state=AppealState.WITHDRAWN.value),
                name="appeal_level_once",
            ),
            models.CheckConstraint(
                condition=Q(sent_on__isnull=True) | ~Q(packet_sha256=""), name="appeal_sent_packet"
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True) | Q(sent_on__isnull=False),
                name="appeal_decided_after_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "state", "due_on"], name="appeal_due"),
            models.Index(fields=["practice", "state", "expected_on"], name="appeal_expected"),
        ]

    def __str__(self) -> str:
        return f"appeal {self.number}"


class TypedFact(AppendOnly):
    """A fact that was not on file and that a person typed; the latest of a name holds, an empty one takes it back."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="typed_facts")
    name = models.CharField(max_length=40)
    value = models.TextField(blank=True)
    typed_at = models.DateTimeField()
    typed_by = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"typed fact {self.pk}"


class Enclosure(models.Model):
    """A file that goes with an appeal, kept by its content. Its own name is not kept: it may name a patient."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="enclosures")
    title = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)  # of the file as it was handed in
    media_type = models.CharField(max_length=32)
    size_bytes = models.BigIntegerField()
    pages = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=150)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by="")
                | (Q(removed_at__isnull=False) & ~Q(removed_by="")),
                name="enclosure_removed_by",
            )
        ]

    def __str__(self) -> str:
        return f"enclosure {self.pk}"


class AppealStep(AppendOnly):
    """What was done with an appeal: event, by whom, from state to state, with its reason."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    appeal = models.ForeignKey(Appeal, on_delete=models.PROTECT, related_name="steps")
    event = models.CharField(max_length=16, choices=choices(AppealEvent), blank=True)  # "": started
    state = models.CharField(max_length=20, choices=choices(AppealState))  # after it
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    note = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"appeal step {self.pk}"
