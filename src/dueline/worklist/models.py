"""Worklist items, one for each open claim, with one owner or queue and a due date; and what is asked about them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from dueline.accounts.models import AppendOnly, Practice
from dueline.core.enums import (
    CheckKey,
    CountedDay,
    DeadlineKind,
    DueCause,
    Level,
    NextAction,
    PayerStatus,
    RequestOwner,
    RequestState,
    WorkStatus,
)
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
    payer_name = models.CharField(max_length=200, default="")  # repeats the payer's, to sort by
    is_open = models.BooleanField(default=True)
    level = models.CharField(max_length=2, choices=[(v.value, v.name) for v in Level])
    work_status = models.CharField(max_length=12, choices=[(v.value, v.name) for v in WorkStatus])
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )  # null: the queue of its level
    due_on = models.DateField()
    due_reason = models.CharField(max_length=200)
    has_set_date = models.BooleanField(default=False)  # a person set it: never pushed silently
    promised_on = models.DateField(null=True)  # what the payer promised, if it did
    # the day of the 276 that set its date; null once the payer's word or a person set another
    asked_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)  # the payer's last answer to a 276
    # waits with its requests, or with the lead for what they did not bring: status and date are theirs
    is_held = models.BooleanField(default=False)
    next_action = models.CharField(max_length=24, choices=[(v.value, v.name) for v in NextAction])
    last_action_on = models.DateField(null=True)
    last_action_by = models.ForeignKey(  # whose follow-up it is: a missed one is theirs first
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    escalated_on = models.DateField(null=True)  # a follow-up missed for three business days
    # days on which something was sent, asked for or decided: core.claim_course
    course = models.JSONField(null=True, blank=True)
    deadline_on = models.DateField(null=True)  # the nearest hard one still to be met
    safe_on = models.DateField(null=True)  # its safe date: by then someone has seen the claim
    deadline_kind = models.CharField(
        max_length=24, blank=True, choices=[(v.value, v.name) for v in DeadlineKind]
    )
    payer_balance_cents = models.BigIntegerField()
    service_on = models.DateField(null=True)
    first_submitted_on = models.DateField(null=True)
    # what the payer had said when this was scheduled: another word from it schedules anew
    seen_status = models.CharField(
        max_length=24, blank=True, choices=[(v.value, v.name) for v in PayerStatus]
    )
    seen_status_on = models.DateField(null=True)
    priced_on = models.DateField(null=True)
    is_due = models.BooleanField(default=False)
    # due, not with billing or the lead, and nothing blocks a call: what `take_next` gives out
    is_for_caller = models.BooleanField(default=False)
    due_cause = models.CharField(
        max_length=16, blank=True, choices=[(v.value, v.name) for v in DueCause]
    )
    urgency = models.PositiveSmallIntegerField(
        default=0
    )  # 2 promise broken, 1 overdue or forced, 0 in order
    priority = models.BigIntegerField(default=0)  # cost of waiting, hundredths of a cent per minute
    leased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
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
            # Its condition is its own, so that no other index is mistaken for it.
            # The first suiting row of this index is the next claim; the last columns spare a look at the row.
            models.Index(
                fields=["practice", "level", "-urgency", "-priority", "id", "payer"],
                name="item_next",
                condition=Q(is_for_caller=True),
            ),
            models.Index(
                fields=["practice", "-urgency", "-priority", "id"],
                name="item_with_lead",
                condition=Q(work_status="with_lead"),
            ),
            # The last columns are those by which a list is narrowed: what does not fit is passed over in the index.
            models.Index(
                fields=[
                    "practice",
                    "-urgency",
                    "-priority",
                    "id",
                    "is_due",
                    "level",
                    "payer",
                    "next_action",
                    "seen_status",
                    "due_cause",
                ],
                name="item_priority",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=[
                    "practice",
                    "deadline_on",
                    "-urgency",
                    "-priority",
                    "id",
                    "payer_balance_cents",
                ],
                name="item_deadline",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=["leased_by"], name="item_leased", condition=Q(leased_by__isnull=False)
            ),
            models.Index(fields=["owner"], name="item_owned", condition=Q(owner__isnull=False)),
            models.Index(
                fields=["practice", "service_on", "id"],
                name="item_oldest",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=[
                    "practice",
                    "-payer_balance_cents",
                    "id",
                    "is_due",
                    "payer",
                    "service_on",
                    "first_submitted_on",
                    "claim",
                ],
                name="item_largest",
                condition=Q(is_open=True),
            ),
            models.Index(
                fields=["practice", "payer_name", "payer", "-urgency", "-priority", "id"],
                name="item_payer",
                condition=Q(is_open=True),
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.pk}"


class WorkCount(models.Model):
    """How many open items are alike in what is to be done with them, and their payer balance.

    The database keeps it with each change of an item (worklist/counting.py). There may be several rows of the
    same kind, on PostgreSQL one for each change: their sum counts.
    """

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    level = models.CharField(max_length=2)
    work_status = models.CharField(max_length=12)
    is_due = models.BooleanField()
    is_for_caller = models.BooleanField()
    due_cause = models.CharField(max_length=16, blank=True)
    next_action = models.CharField(max_length=24)
    seen_status = models.CharField(max_length=24, blank=True)
    payer = models.ForeignKey(
        Payer, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    claims = models.BigIntegerField()
    cents = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["practice"], name="work_count")]

    def __str__(self) -> str:
        return f"work count {self.pk}"


class DayCount(models.Model):
    """How many open items have a day in common, and their payer balance; kept as WorkCount is.

    Of deadlines and of overdue due dates by level, of service and first submission by payer.
    """

    practice = models.ForeignKey(
        Practice, on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=10, choices=[(v.value, v.name) for v in CountedDay])
    level = models.CharField(max_length=2, blank=True)
    is_for_caller = models.BooleanField()  # False where it is counted by payer
    payer = models.ForeignKey(
        Payer,
        on_delete=models.CASCADE,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    day = models.DateField()
    claims = models.BigIntegerField()
    cents = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["practice", "kind"], name="day_count")]

    def __str__(self) -> str:
        return f"day count {self.pk}"


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


class Request(models.Model):
    """What someone is asked about a claim, or, without a claim, about the practice. The claim waits with it.

    `check_key` is "" for a question of a person's own. `asked_by` "" is Dueline itself.
    """

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, null=True, related_name="requests")
    owner = models.CharField(max_length=16, choices=[(v.value, v.name) for v in RequestOwner])
    check_key = models.CharField(
        max_length=20, blank=True, choices=[(v.value, v.name) for v in CheckKey]
    )
    question = models.CharField(max_length=300)
    said_on = models.DateField(null=True)  # the payer's word that stood when it was asked
    due_on = models.DateField()
    asked_on = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=150, blank=True)
    state = models.CharField(
        max_length=9,
        choices=[(v.value, v.name) for v in RequestState],
        default=RequestState.OPEN.value,
    )
    answered_at = models.DateTimeField(null=True)  # or withdrawn
    answered_by = models.CharField(max_length=150, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    escalated_on = models.DateField(null=True)  # not answered by its date

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim", "check_key"],
                condition=Q(state="open") & ~Q(check_key=""),
                name="request_once_for_claim",
            ),
            models.UniqueConstraint(
                fields=["claim", "owner"],
                condition=Q(state="open", check_key=""),
                name="request_question_once",
            ),
            models.UniqueConstraint(
                fields=["practice", "check_key"],
                condition=Q(state="open", claim__isnull=True),
                name="request_once_for_practice",
            ),
        ]
        indexes = [
            models.Index(
                fields=["practice", "owner", "due_on", "id"],
                name="request_open",
                condition=Q(state="open"),
            )
        ]

    def __str__(self) -> str:
        return f"request {self.pk}"


class ReadinessOverride(AppendOnly):
    """A lead's decision that a claim may be called although a check does not hold."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="readiness_overrides")
    check_key = models.CharField(max_length=20, choices=[(v.value, v.name) for v in CheckKey])
    said_on = models.DateField(null=True)  # the payer's word that stood then
    reason = models.CharField(max_length=300)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=150)

    def __str__(self) -> str:
        return f"readiness override {self.pk}"


class DailyPricing(models.Model):
    """The day for which a practice's items are priced, and what all their prices share.

    Kept, so that a price explained later in the day is the price that ordered the list.
    """

    practice = models.OneToOneField(Practice, on_delete=models.PROTECT, related_name="+")
    priced_on = models.DateField(null=True)
    started_for = models.DateField(null=True)  # being priced now, for this day
    started_at = models.DateTimeField(null=True)
    denial_outcomes = models.JSONField(default=dict)  # payer type: [collected, decided]
    paid_outcomes = models.JSONField(default=dict)  # payer id: [paid cents, charge cents, claims]
    call_counts = models.JSONField(default=dict)  # payer id: claims due by telephone that day
    # "payer id" or "payer id/plan id": core.time_to_pay.Learned
    times_to_pay = models.JSONField(default=dict)
    acknowledging = models.JSONField(null=True)  # ids of payers that send acceptance reports

    def __str__(self) -> str:
        return f"pricing of practice {self.practice_id}"
