"""Patterns of denials as they were found, and cases: the work on a cause, its claims, notes and measured effect."""

from django.conf import settings
from django.db import models

from dueline.accounts.models import AppendOnly, Practice
from dueline.core.case_effect import Verdict
from dueline.core.enums import CaseState, PatternKind, RootCauseOwner
from dueline.ledger.models import Claim


class PatternRun(models.Model):
    """One look for patterns at all answered claims of a practice: what was looked at, and what can be said."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField()
    ran_at = models.DateTimeField()
    ran_by = models.CharField(max_length=150)
    verdict = models.CharField(max_length=16)  # core.patterns.Verdict
    why = models.CharField(max_length=300, blank=True)  # what could not be concluded
    lines = models.IntegerField()  # answered claim lines
    refused = models.IntegerField()
    patients = models.IntegerField()
    looked_at = models.BigIntegerField()  # combinations of values, times reasons

    def __str__(self) -> str:
        return f"pattern run {self.pk}"


class Pattern(models.Model):
    """A finding, the same from night to night by its key: core.patterns' Finding or Jump. Money in cents."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    run = models.ForeignKey(PatternRun, on_delete=models.CASCADE, related_name="patterns")  # latest
    key = models.CharField(max_length=400)
    kind = models.CharField(max_length=8, choices=[(v.value, v.name) for v in PatternKind])
    is_current = models.BooleanField(default=True)  # found by the latest run
    carc = models.CharField(max_length=8)
    conditions = (
        models.JSONField()
    )  # [[attribute, value], ...] with values as the analysis has them
    refused = models.IntegerField()  # lines
    lines = models.IntegerField()
    expected = models.FloatField()
    lift = models.FloatField()
    lift_low = models.FloatField()
    lift_high = models.FloatField()
    q_value = models.FloatField()
    refused_cents = models.BigIntegerField()
    avoidable_cents = models.BigIntegerField()  # beyond what was to be expected
    patients = models.IntegerField()
    since_on = models.DateField(null=True)  # null: since the data begins
    last_on = models.DateField(null=True)  # answer day of the latest refusal
    first_found_on = models.DateField()
    last_found_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "key"], name="pattern_once")]

    def __str__(self) -> str:
        return f"pattern {self.pk}"


class Case(models.Model):
    """The work on one cause of denials with those upstream: what is wrong, who puts it right, whether it helped."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.IntegerField()  # within the practice
    statement = models.CharField(max_length=300)
    carc = models.CharField(max_length=8)
    conditions = models.JSONField()  # as a pattern has them: which claims are its
    pattern = models.ForeignKey(Pattern, on_delete=models.SET_NULL, null=True, related_name="cases")
    owner = models.CharField(max_length=16, choices=[(v.value, v.name) for v in RootCauseOwner])
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    suspected_cause = models.CharField(max_length=500, blank=True)
    action = models.CharField(max_length=500, blank=True)  # what is done about it
    training = models.CharField(max_length=300, blank=True)  # where it is taught
    fixed_on = models.DateField(null=True)  # from this day of service on it should be right
    state = models.CharField(
        max_length=12,
        choices=[(v.value, v.name) for v in CaseState],
        default=CaseState.OPEN.value,
    )
    opened_at = models.DateTimeField()
    opened_by = models.CharField(max_length=150)
    closed_on = models.DateField(null=True)
    watchers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "number"], name="case_number")]

    def __str__(self) -> str:
        return f"case {self.number}"


class CaseClaim(models.Model):
    """A claim refused as the case says: evidence when it was opened, joined by itself later."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="claims", db_index=False)
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    joined_on = models.DateField()
    is_evidence = models.BooleanField(default=False)  # there when the case was opened

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "claim"], name="case_claim_once")]

    def __str__(self) -> str:
        return f"case claim {self.pk}"


class CaseNote(AppendOnly):
    """What was said or done in a case, in order. By "" is Dueline itself."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    by = models.CharField(max_length=150, blank=True)
    text = models.CharField(max_length=2000)

    def __str__(self) -> str:
        return f"case note {self.pk}"


class CaseSeen(models.Model):
    """How far a person has read the notes of a case that they watch: what came later is news to them."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="seen", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    note = models.ForeignKey(CaseNote, on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="case_seen_once")]

    def __str__(self) -> str:
        return f"case seen {self.pk}"


class CaseMeasure(models.Model):
    """The effect of a case's fix as measured on a day: core.case_effect's counts and what follows from them."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="measures")
    measured_on = models.DateField()
    fixed_on = models.DateField()
    wait_days = models.IntegerField()  # answers within so many days of service count
    before_claims = models.IntegerField()
    before_refused = models.IntegerField()
    after_claims = models.IntegerField()
    after_refused = models.IntegerField()
    others_before_claims = models.IntegerField()
    others_before_refused = models.IntegerField()
    others_after_claims = models.IntegerField()
    others_after_refused = models.IntegerField()
    change = models.FloatField()  # of the share refused, beyond that of the others
    change_low = models.FloatField()
    change_high = models.FloatField()
    kept_cents = models.BigIntegerField()
    kept_low_cents = models.BigIntegerField()
    kept_high_cents = models.BigIntegerField()
    verdict = models.CharField(max_length=12, choices=[(v.value, v.name) for v in Verdict])
    why = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "measured_on"], name="case_measure_daily")
        ]

    def __str__(self) -> str:
        return f"case measure {self.pk}"
