"""Checks of claims before they go out: which a practice has turned off, and what they found."""

from django.db import models

from dueline.accounts.models import AppendOnly, Practice


class CheckSetting(AppendOnly):
    """A practice's decision to turn a check off or on again; the latest row holds."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    check_key = models.CharField(max_length=40)
    is_on = models.BooleanField()
    reason = models.CharField(max_length=300)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150)

    class Meta:
        indexes = [models.Index(fields=["practice", "check_key"], name="check_setting_key")]

    def __str__(self) -> str:
        return f"{self.check_key} for practice {self.practice_id}"


class CheckHit(models.Model):
    """What a check found in a claim before it went out; held against what the payer then did."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    check_key = models.CharField(max_length=40)
    patient_control_key = models.CharField(max_length=38)  # as core.matching writes it
    checked_on = models.DateField()
    expected_cents = models.BigIntegerField(default=0)  # what going out like this may lose

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "patient_control_key", "check_key"], name="check_hit_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.check_key} hit {self.pk}"
