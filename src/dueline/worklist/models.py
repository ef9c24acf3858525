"""Worklist items. One for each open claim, with one owner or queue and a due date."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dueline.accounts.models import Practice
from dueline.core.enums import DeadlineKind, Level, NextAction, WorkStatus
from dueline.ledger.models import Claim
from dueline.payers.models import Payer


class WorklistItem(models.Model):
    """What is to be done next about one open claim.

    `priority` and `is_due` are as priced on `priced_on`; the parts of a priority are computed again
    from the same rule whenever they are shown.
    """

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, related_name="item")
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_open = models.BooleanField(default=True)
    level = models.CharField(max_length=2, choices=[(v.value, v.name) for v in Level])
    work_status = models.CharField(max_length=12, choices=[(v.value, v.name) for v in WorkStatus])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )  # null: the queue of its level
    due_on = models.DateField()
    due_reason = models.CharField(max_length=200)
    promised_on = models.DateField(null=True)  # what the payer promised, if it did
    next_action = models.CharField(max_length=24, choices=[(v.value, v.name) for v in NextAction])
    last_action_on = models.DateField(null=True)
    deadline_on = models.DateField(null=True)  # the nearest hard one still to be met
    deadline_kind = models.CharField(
        max_length=24, blank=True, choices=[(v.value, v.name) for v in DeadlineKind]
    )
    payer_balance_cents = models.BigIntegerField()
    service_on = models.DateField(null=True)
    first_submitted_on = models.DateField(null=True)
    priced_on = models.DateField(null=True)
    is_due = models.BooleanField(default=False)
    urgency = models.PositiveSmallIntegerField(
        default=0
    )  # 2 promise broken, 1 overdue or forced, 0 in order
    priority = models.BigIntegerField(default=0)  # cost of waiting, hundredths of a cent per minute
    leased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    leased_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(leased_by__isnull=True, leased_until__isnull=True)
                | Q(leased_by__isnull=False, leased_until__isnull=False),
                name="item_lease_paired",
            )
        ]
        indexes = [
            models.Index(
                fields=["practice", "level", "-urgency", "-priority", "id"],
                name="item_next",
                condition=Q(is_open=True, is_due=True),
            ),
            models.Index(
                fields=["practice", "deadline_on"], name="item_deadline", condition=Q(is_open=True)
            ),
            models.Index(fields=["practice", "due_on"], name="item_due", condition=Q(is_open=True)),
        ]

    def __str__(self) -> str:
        return f"item {self.pk}"


class DueDateChange(models.Model):
    """A due date moved by a person's decision, with the reason."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    item = models.ForeignKey(
        WorklistItem, on_delete=models.PROTECT, related_name="due_date_changes"
    )
    due_on_before = models.DateField()
    due_on = models.DateField()
    reason = models.CharField(max_length=300)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"due date change {self.pk}"
