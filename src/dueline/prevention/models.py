"""Runs of the checks over a file, the claims looked at, what was warned of, and which checks are turned off.

Of a file nothing is kept but claim numbers and what the warnings say; that is taken away after a while, and
never holds a name, birth date or member ID.
"""

from django.db import models
from django.db.models import Q

from dueline.accounts.models import AppendOnly, Practice
from dueline.core.enums import WarningGrade, WarningOutcome
from dueline.payers.models import Payer


class CheckRun(models.Model):
    """One look at a file of claims. Counts are of warnings where they name a grade, else of claims."""

    STATES = [
        ("waiting", "Waiting"),
        ("reading", "Reading"),
        ("done", "Done"),
        ("refused", "Refused"),
    ]

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=255)  # of the file
    checked_at = models.DateTimeField()
    checked_by = models.CharField(max_length=150)
    as_of = models.DateField()  # the day on which the claims were looked at
    state = models.CharField(max_length=8, choices=STATES, default="waiting")
    size_bytes = models.BigIntegerField(default=0)
    read_bytes = models.BigIntegerField(default=0)  # progress
    claim_count = models.IntegerField(default=0)
    warned_count = models.IntegerField(default=0)
    foreign_count = models.IntegerField(default=0)  # billed under another practice's NPI: left out
    will_count = models.IntegerField(default=0)
    may_count = models.IntegerField(default=0)
    look_count = models.IntegerField(default=0)
    expected_loss_cents = models.BigIntegerField(default=0)  # each claim's worst warning
    by_check = models.JSONField(default=list)  # check, grade, claims, warnings, expected loss
    problems = models.JSONField(default=list)  # faults of the file: place, what was expected
    not_looked = models.JSONField(default=list)  # checks without their facts: check, why, claims
    refusal = models.CharField(max_length=300, blank=True)
    has_content = models.BooleanField(default=True)  # what was found is still kept
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["practice", "-checked_at"], name="check_run_latest")]

    def __str__(self) -> str:
        return f"check run {self.pk}"

    @property
    def is_faulty(self) -> bool:
        """Whether the file could not be read whole."""
        return self.state == "refused" or bool(self.problems)


class CheckedClaim(models.Model):
    """A claim that was looked at; of several looks before its answer, the latest counts."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    run = models.ForeignKey(
        CheckRun, on_delete=models.PROTECT, related_name="claims", db_index=False
    )
    patient_control_number = models.CharField(max_length=38)
    patient_control_key = models.CharField(max_length=38)
    sending = models.CharField(max_length=2, blank=True)  # payer's place and frequency: P1, S1, P7
    set_control_number = models.CharField(max_length=20, blank=True)  # ST02
    position = models.IntegerField()  # in the file, from 1
    payer = models.ForeignKey(
        Payer, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    warning_count = models.IntegerField(default=0)
    expected_loss_cents = models.BigIntegerField(default=0)  # of its worst warning
    is_latest = models.BooleanField(default=True)
    answered_on = models.DateField(null=True)
    refused_carc = models.CharField(max_length=8, blank=True)  # the largest refusal; "": none
    was_warned = models.BooleanField(default=False)  # of what it was refused for

    class Meta:
        indexes = [
            models.Index(
                fields=["practice", "patient_control_key"],
                name="checked_claim_waiting",
                condition=Q(is_latest=True, answered_on__isnull=True),
            ),
            models.Index(fields=["run", "position"], name="checked_claim_position"),
            # A run's claims of which something is said, the most at stake first.
            models.Index(
                fields=["run", "-expected_loss_cents", "position"],
                name="checked_claim_warned",
                condition=Q(warning_count__gt=0),
            ),
            # What came of the claims looked at is counted from this one alone.
            models.Index(
                fields=["practice", "refused_carc", "was_warned"],
                name="checked_claim_answered",
                condition=Q(answered_on__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"checked claim {self.pk}"


class CheckWarning(models.Model):
    """What a check said of a claim, where, and whether the payer then refused it for that."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    run = models.ForeignKey(
        CheckRun, on_delete=models.PROTECT, related_name="warnings", db_index=False
    )
    claim = models.ForeignKey(CheckedClaim, on_delete=models.PROTECT, related_name="warnings")
    check_id = models.CharField(max_length=40)
    grade = models.CharField(max_length=16, choices=[(v.value, v.name) for v in WarningGrade])
    carc = models.CharField(max_length=8, blank=True)  # warned of, where the check does not say
    line_number = models.IntegerField(default=0)  # 0: the claim as a whole
    segment_number = models.IntegerField()
    loop = models.CharField(max_length=8)
    element = models.CharField(max_length=12)
    expected = models.CharField(max_length=200, blank=True)
    found = models.CharField(max_length=200, blank=True)  # never what tells a patient
    reason = models.CharField(max_length=600, blank=True)  # where it says more than its check
    charge_cents = models.BigIntegerField()  # at stake
    expected_loss_cents = models.BigIntegerField()  # chance of a refusal × charge
    outcome = models.CharField(
        max_length=20,
        choices=[(v.value, v.name) for v in WarningOutcome],
        default=WarningOutcome.WAITING.value,
    )
    outcome_on = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["run", "check_id", "grade", "claim"], name="check_warning_run"),
            # All of a run in the file's order, without sorting.
            models.Index(fields=["run", "claim"], name="check_warning_in_order"),
            # Hits and misses of each check are counted from this one alone.
            models.Index(fields=["practice", "check_id", "outcome"], name="check_warning_outcome"),
        ]

    def __str__(self) -> str:
        return f"warning {self.pk}"


class CheckSwitch(AppendOnly):
    """A check turned off or on in a practice, with the reason; the latest row holds."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    check_id = models.CharField(max_length=40)
    is_on = models.BooleanField()
    reason = models.CharField(max_length=300)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)

    class Meta:
        indexes = [models.Index(fields=["practice", "check_id"], name="check_switch_check")]

    def __str__(self) -> str:
        return f"{self.check_id} for practice {self.practice_id}"
