"""Root-cause work: what is refused again and again, who fixes it, and whether the fix worked."""

from django.conf import settings
from django.db import models

from dueline.accounts.models import AppendOnly, Practice
from dueline.core.enums import CaseState, CaseVerdict, RootCauseOwner
from dueline.denials.models.denials import Denial
from dueline.payers.models import PayerRule


class Case(models.Model):
    """A cause being fixed. `reason` and `terms` (as a pattern's) say which denials belong to it."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="denial_cases", db_index=False
    )
    number = models.IntegerField()  # within the practice
    statement = models.CharField(max_length=200)
    pattern_key = models.CharField(max_length=300, blank=True)  # "": opened by a person
    reason = models.CharField(max_length=16)
    terms = models.JSONField(default=list)
    owner = models.CharField(max_length=16, choices=[(v.value, v.name) for v in RootCauseOwner])
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    suspected_cause = models.CharField(max_length=500, blank=True)
    action = models.CharField(max_length=500, blank=True)  # what is to be changed upstream
    training = models.CharField(max_length=300, blank=True)  # who should learn what
    payer_rule = models.ForeignKey(
        PayerRule, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    state = models.CharField(max_length=8, choices=[(v.value, v.name) for v in CaseState])
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=150)
    fixed_on = models.DateField(null=True)  # what is sent from this day on is after the fix
    verdict = models.CharField(
        max_length=10, blank=True, choices=[(v.value, v.name) for v in CaseVerdict]
    )
    closed_on = models.DateField(null=True)
    reopened_count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="case_number_once")
        ]

    def __str__(self) -> str:
        return f"case {self.number}"


class CaseDenial(models.Model):
    """A denial that belongs to a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="members")
    denial = models.ForeignKey(Denial, on_delete=models.PROTECT, related_name="case_members")
    joined_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "denial"], name="case_denial_once")]

    def __str__(self) -> str:
        return f"denial {self.denial_id} in case {self.case_id}"


class CaseComment(AppendOnly):
    """What someone said about a case."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="comments")
    said_at = models.DateTimeField()
    said_by = models.CharField(max_length=150)
    text = models.CharField(max_length=1000)

    def __str__(self) -> str:
        return f"comment {self.pk}"


class CaseWatcher(models.Model):
    """Someone who wants to see what becomes of a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="watchers")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="watched_cases"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="case_watcher_once")]

    def __str__(self) -> str:
        return f"user {self.user_id} watches case {self.case_id}"


class CaseMeasure(AppendOnly):
    """What a fix was measured to have done, as of a day: rates before and after, here and in similar claims."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="measures")
    as_of = models.DateField()
    verdict = models.CharField(max_length=10, choices=[(v.value, v.name) for v in CaseVerdict])
    # counts, rates, interval, cents kept
    figures = models.JSONField()

    def __str__(self) -> str:
        return f"measure {self.pk}"
