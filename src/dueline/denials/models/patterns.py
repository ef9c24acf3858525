"""What a search for denial patterns found, run by run."""

from django.db import models

from dueline.accounts.models import Practice


class PatternRun(models.Model):
    """One search over a practice's answered claims, as of a day."""

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="pattern_runs")
    as_of = models.DateField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    asked_by = models.CharField(max_length=150, blank=True)  # "": the night's run
    line_count = models.IntegerField(default=0)
    candidate_count = models.IntegerField(default=0)  # tests whose false alarms are accounted for
    # at most this share of what is shown is expected to be false
    false_share = models.FloatField(default=0.05)
    remark = models.CharField(max_length=300, blank=True)  # such as: too little to conclude

    class Meta:
        indexes = [models.Index(fields=["practice", "-as_of", "-id"], name="pattern_run_latest")]

    def __str__(self) -> str:
        return f"pattern run {self.pk}"


class Pattern(models.Model):
    """A combination of attributes with far more refusals for a reason than the rest explains.

    `terms` is a list of [attribute, value, words]; `key` names reason and terms, the same in every run.
    """

    run = models.ForeignKey(PatternRun, on_delete=models.CASCADE, related_name="patterns")
    rank = models.IntegerField()
    key = models.CharField(max_length=300)
    reason = models.CharField(max_length=16)  # a CARC, or a category
    terms = models.JSONField()
    is_jump = models.BooleanField(default=False)  # a change in time
    is_hint = models.BooleanField(default=False)  # weaker: kept, not shown as found
    refused_count = models.IntegerField()
    line_count = models.IntegerField()
    rest_rate = models.FloatField()
    lift = models.FloatField()
    low_rate = models.FloatField()  # 95 % interval of the share refused
    high_rate = models.FloatField()
    p_value = models.FloatField()
    q_value = models.FloatField()  # adjusted for all that was tested
    amount_cents = models.BigIntegerField()
    since_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "key"], name="pattern_once_in_run"),
        ]

    def __str__(self) -> str:
        return f"pattern {self.pk}"
