"""Status requests that went into a file, each with its answer, and whether a practice has them written at night."""

from django.db import models
from django.db.models import Q

from dueline.accounts.models import Practice
from dueline.core.status import Event
from dueline.core.status_requests import RequestState
from dueline.ledger.models import Claim, TransactionSet
from dueline.payers.models import Payer
from dueline.sending.models import OutgoingClaim


class StatusRequest(models.Model):
    """One question about one claim, in one file."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="status_requests")
    payer = models.ForeignKey(Payer, on_delete=models.PROTECT, related_name="+", db_index=False)
    outgoing_claim = models.OneToOneField(
        OutgoingClaim, on_delete=models.PROTECT, related_name="status_request"
    )
    trace_number = models.CharField(max_length=50)  # TRN02, which its answer repeats
    asked_on = models.DateField()
    answer_due_on = models.DateField()
    state = models.CharField(
        max_length=8,
        choices=[(s.value, s.name) for s in RequestState],
        default=RequestState.OUT.value,
    )
    state_on = models.DateField()
    # what the answer said; "" where there is none, or it says nothing of the claim
    event = models.CharField(max_length=28, blank=True, choices=[(e.value, e.name) for e in Event])
    answer_set = models.ForeignKey(
        TransactionSet, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    spares_call = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "trace_number"], name="status_request_trace"
            ),
            # Two runs at once cannot ask twice: the later one's file is taken back.
            models.UniqueConstraint(
                fields=["claim"], name="status_request_out_once", condition=Q(state="out")
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "state", "payer"], name="status_request_state"),
        ]

    def __str__(self) -> str:
        return f"status request {self.pk}"


class NightlyStatusRequests(models.Model):
    """Whether a practice has its status requests written each night; without a row it has not."""

    practice = models.OneToOneField(Practice, on_delete=models.PROTECT, related_name="+")
    is_on = models.BooleanField(default=False)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)
    ran_on = models.DateField(null=True)  # the last night's

    def __str__(self) -> str:
        return f"nightly status requests of practice {self.practice_id}"
