"""Calls while they last, and follow-ups: one contact or act on a claim, with its outcome, never changed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dueline.accounts.models import AppendOnly, Practice
from dueline.core.enums import CallState, Channel, NextAction, Outcome
from dueline.ledger.models import Claim
from dueline.payers.models import Payer


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


class Call(models.Model):
    """One telephone call to a payer: several claims, one representative, one reference number.

    What is typed is kept here at once, so that a reload or a lost connection costs nothing. The claims'
    parts become follow-ups together; those left when the call has ended go back to the worklist.
    """

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="+", db_index=False)
    caller = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calls"
    )
    state = models.CharField(max_length=8, choices=[(v.value, v.name) for v in CallState])
    phone = models.CharField(max_length=40, blank=True)  # dialed
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    held_since = models.DateTimeField(null=True)  # on hold now
    hold_seconds = models.PositiveIntegerField(default=0)  # before `held_since`
    dropped_at = models.DateTimeField(null=True)  # cut off, and not taken up again yet
    dropped_seconds = models.PositiveIntegerField(
        default=0
    )  # between earlier drops and resumptions
    drops = models.PositiveSmallIntegerField(default=0)
    contact_name = models.CharField(max_length=100, blank=True)
    no_contact_reason = models.CharField(max_length=200, blank=True)
    reference_number = models.CharField(max_length=80, blank=True)
    no_reference_reason = models.CharField(max_length=200, blank=True)
    # the practice's last script version when the call began: one saved meanwhile does not change it
    scripts_upto = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            # A caller has one call at a time, however many tabs.
            models.UniqueConstraint(
                fields=["caller"],
                name="call_one_at_a_time",
                condition=Q(ended_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"call {self.pk}"


class CallClaim(models.Model):
    """One claim of a call: the conversation about it, and what the caller chose.

    `talk`: scenarios, answers, facts, confirmed (core.scripts.Conversation), and what differs from
    the proposal: outcome, next_action, next_due_on, next_due_reason.
    """

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="claims")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    talk = models.JSONField(default=dict)
    words = models.CharField(max_length=2000, blank=True)  # the caller's own, added to the note
    request_key = models.CharField(max_length=64)  # of the follow-up: two tabs record once
    follow_up = models.OneToOneField(
        FollowUp, on_delete=models.PROTECT, null=True, related_name="call_claim"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["call", "claim"], name="call_claim_once"),
            models.UniqueConstraint(fields=["call", "position"], name="call_claim_position"),
        ]

    def __str__(self) -> str:
        return f"claim {self.position} of call {self.call_id}"


class ScriptVersion(AppendOnly):
    """A practice's own version of a call script. The latest of a key holds; an empty text takes it away again."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.CharField(max_length=3)  # S07; a script that Dueline has not: from S31 on
    number = models.PositiveIntegerField()  # counted within practice and key
    text = models.TextField(blank=True)  # YAML, as core.scripts reads it
    reason = models.CharField(max_length=300)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "key", "number"], name="script_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} version {self.number}"
