"""Requests to give up a balance or move it to the patient, their steps, and a practice's limits."""

from django.db import models
from django.db.models import Q

from dueline.accounts.models import AppendOnly, Practice
from dueline.core.write_offs import (
    OPEN_STATES,
    USUAL_LIMIT_CENTS,
    USUAL_SMALL_CENTS,
    USUAL_SMALL_DAYS,
    WriteOffEvent,
    WriteOffKind,
    WriteOffReason,
    WriteOffState,
)
from dueline.ledger.models import Claim, TransactionSet


class WriteOffLimits(models.Model):
    """How much one person may approve, and what a small balance is; without a row, as usual. Cents and days."""

    practice = models.OneToOneField(
        Practice, on_delete=models.PROTECT, related_name="write_off_limits"
    )
    one_person_cents = models.BigIntegerField(default=USUAL_LIMIT_CENTS)
    small_cents = models.BigIntegerField(default=USUAL_SMALL_CENTS)
    small_days = models.IntegerField(default=USUAL_SMALL_DAYS)

    def __str__(self) -> str:
        return f"limits of {self.practice_id}"


class WriteOff(models.Model):
    """One decision about one claim's balance, from its request on. What it moved are the entries of its set's row."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="write_offs")
    kind = models.CharField(max_length=8, choices=[(k.value, k.name) for k in WriteOffKind])
    reason = models.CharField(max_length=24, choices=[(r.value, r.name) for r in WriteOffReason])
    note = models.CharField(max_length=500)  # the evidence: where it is to be seen
    amount_cents = models.BigIntegerField()
    state = models.CharField(
        max_length=16,
        choices=[(s.value, s.name) for s in WriteOffState],
        default=WriteOffState.REQUESTED.value,
    )
    state_at = models.DateTimeField()
    requested_at = models.DateTimeField()
    requested_by = models.CharField(max_length=150)
    persons_needed = models.IntegerField(default=1)  # by the limit when it was posted
    batch = models.CharField(max_length=32, blank=True)  # of small balances asked for together
    transaction_set = models.ForeignKey(
        TransactionSet, on_delete=models.PROTECT, null=True, related_name="write_offs"
    )
    segment_number = models.IntegerField(default=0)  # its row in the set

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(state__in=sorted(state.value for state in OPEN_STATES)),
                name="write_off_open_once",
            )
        ]
        indexes = [models.Index(fields=["practice", "state", "-state_at"], name="write_off_state")]

    def __str__(self) -> str:
        return f"write-off {self.pk}"


class WriteOffStep(AppendOnly):
    """One step of a request: who did what, when and why. "" as the event is the request itself."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    write_off = models.ForeignKey(WriteOff, on_delete=models.PROTECT, related_name="steps")
    event = models.CharField(
        max_length=8, blank=True, choices=[(e.value, e.name) for e in WriteOffEvent]
    )
    said = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"{self.event} of {self.write_off_id}"
