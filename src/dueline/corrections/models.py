"""Corrections of claims, the versions of their drafts, and each step they took."""

from django.db import models
from django.db.models import Q

from dueline.accounts.models import AppendOnly, Practice
from dueline.core.correction import (
    OPEN_STATES,
    CorrectionEvent,
    CorrectionKind,
    CorrectionState,
)
from dueline.ledger.models import Claim, Submission
from dueline.sending.models import OutgoingFile


class Correction(models.Model):
    """The work of correcting a claim once, or of billing it to its next payer. Its latest version says how."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="corrections")
    # the sending that is corrected: where the claim as sent is read again
    submission = models.ForeignKey(
        Submission, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    kind = models.CharField(max_length=1, choices=[(k.value, k.name) for k in CorrectionKind])
    payer_number = models.CharField(max_length=50, blank=True)  # REF F8
    # of a claim to the next payer: its place in the order (SBR01), whoever's turn it is later
    sequence = models.CharField(max_length=1, blank=True)
    # why the next payer is billed although the payer before says that it sent the claim on itself
    reason = models.CharField(max_length=300, blank=True)
    state = models.CharField(
        max_length=20,
        choices=[(s.value, s.name) for s in CorrectionState],
        default=CorrectionState.DRAFT.value,
    )
    started_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)  # who made what stands: may not approve it
    state_at = models.DateTimeField()
    file = models.ForeignKey(
        OutgoingFile, on_delete=models.PROTECT, null=True, related_name="corrections"
    )
    # the claim's item as it was before the file was written: it comes back where the file is called back
    item_before = models.JSONField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state__in=sorted(state.value for state in OPEN_STATES)),
                name="correction_open_once",
            )
        ]
        indexes = [models.Index(fields=["practice", "state", "-state_at"], name="correction_state")]

    def __str__(self) -> str:
        return f"correction {self.pk}"


class CorrectionVersion(AppendOnly):
    """What a draft said at one time: core.correction's edits, texts by key."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="versions")
    number = models.IntegerField()
    edits = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["correction", "number"], name="correction_version_once")
        ]

    def __str__(self) -> str:
        return f"version {self.number} of correction {self.correction_id}"


class CorrectionStep(AppendOnly):
    """One step of a correction: what happened, to which state it led, and why where someone said so."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    correction = models.ForeignKey(Correction, on_delete=models.PROTECT, related_name="steps")
    event = models.CharField(
        max_length=10, blank=True, choices=[(e.value, e.name) for e in CorrectionEvent]
    )  # "": it was started
    state = models.CharField(max_length=20, choices=[(s.value, s.name) for s in CorrectionState])
    said = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True)  # "": Dueline, by what was taken in

    def __str__(self) -> str:
        return f"step {self.pk} of correction {self.correction_id}"
