"""Follow-ups: one contact or act on a claim, with its outcome. Rows are added, never changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dueline.accounts.models import AppendOnly, Practice
from dueline.core.enums import Channel, NextAction, Outcome
from dueline.ledger.models import Claim


class FollowUp(AppendOnly):
    """One contact with a payer about one claim. A correction is a new row that points at the old."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="follow_ups")
    sequence = models.BigIntegerField()  # within the practice: the place in its chain
    request_key = models.CharField(max_length=64)  # the same key twice records once
    occurred_at = models.DateTimeField()
    channel = models.CharField(max_length=8, choices=[(v.value, v.name) for v in Channel])
    contact_name = models.CharField(max_length=100, blank=True)
    no_contact_reason = models.CharField(max_length=200, blank=True)
    reference_number = models.CharField(max_length=80, blank=True)
    no_reference_reason = models.CharField(max_length=200, blank=True)
    said = models.TextField()
    outcome = models.CharField(max_length=24, choices=[(v.value, v.name) for v in Outcome])
    next_action = models.CharField(max_length=24, choices=[(v.value, v.name) for v in NextAction])
    next_due_on = models.DateField(null=True)  # null only where nothing is left to do
    next_due_reason = models.CharField(
        max_length=300, blank=True
    )  # where it differs from the proposed date
    facts = models.JSONField(
        default=dict
    )  # typed answers: paid_on, amount, check_number, promised_on ...
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrections"
    )
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "sequence"], name="follow_up_sequence"),
            models.UniqueConstraint(
                fields=["practice", "request_key"], name="follow_up_recorded_once"
            ),
            models.CheckConstraint(
                condition=~Q(contact_name="") | ~Q(no_contact_reason=""),
                name="follow_up_contact_or_reason",
            ),
            models.CheckConstraint(
                condition=~Q(reference_number="") | ~Q(no_reference_reason=""),
                name="follow_up_reference_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"follow-up {self.sequence}"
