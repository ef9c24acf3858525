"""Fee schedules, how contracts pay by them, and the lines for which a payer allowed less."""

from django.db import models
from django.db.models import Q

from dueline.accounts.models import Practice
from dueline.core.contract_price import FACILITY, FULL_PERCENT, OFFICE
from dueline.core.enums import UnderpaymentState
from dueline.ledger.models import Claim, LinePayment
from dueline.payers.models import PayerContract


class FeeSchedule(models.Model):
    """A list of amounts by procedure, as loaded once. Its next version is another with a later first day."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    name = models.CharField(max_length=120)
    effective_from = models.DateField()  # first day of service; in force until the next version
    effective_to = models.DateField(null=True)  # last day of service, where it simply ends
    source = models.CharField(max_length=300)
    amount_count = models.IntegerField()
    loaded_at = models.DateTimeField()
    loaded_by = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "name", "effective_from"], name="fee_schedule_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.effective_from}"


class FeeAmount(models.Model):
    """What a schedule gives for one procedure, with a modifier or without, in a kind of place or in every."""

    PLACES = [(FACILITY, "Facility"), (OFFICE, "Office"), ("", "Every place")]

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    schedule = models.ForeignKey(
        FeeSchedule, on_delete=models.CASCADE, related_name="amounts", db_index=False
    )
    procedure_code = models.CharField(max_length=5)
    modifier = models.CharField(max_length=2, blank=True)
    place = models.CharField(max_length=1, choices=PLACES, blank=True)
    amount_cents = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["schedule", "procedure_code", "modifier", "place"], name="fee_amount_once"
            )
        ]

    def __str__(self) -> str:
        return f"fee amount {self.pk}"


class ContractPricing(models.Model):
    """How a contract pays: a share of a schedule. The latest holds; earlier ones stay as they were."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    contract = models.ForeignKey(PayerContract, on_delete=models.PROTECT, related_name="pricings")
    schedule_name = models.CharField(max_length=120)  # of its versions that in force on the day
    percent = models.IntegerField(default=FULL_PERCENT)  # of the schedule, in basis points
    is_lesser_of_charge = models.BooleanField(default=True)
    source = models.CharField(max_length=300)
    set_at = models.DateTimeField()
    set_by = models.CharField(max_length=150)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contract"], condition=Q(is_current=True), name="contract_pricing_current"
            ),
            models.CheckConstraint(
                condition=Q(percent__gt=0) & Q(percent__lte=100_000), name="contract_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"pricing {self.pk}"


class Underpayment(models.Model):
    """A paid line for which the payer allowed less than its contract says."""

    practice = models.ForeignKey(
        Practice, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="underpayments")
    line_payment = models.OneToOneField(
        LinePayment, on_delete=models.PROTECT, related_name="underpayment"
    )
    pricing = models.ForeignKey(ContractPricing, on_delete=models.PROTECT, related_name="+")
    schedule = models.ForeignKey(
        FeeSchedule, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    expected_cents = models.BigIntegerField()
    allowed_cents = models.BigIntegerField()
    short_cents = models.BigIntegerField()
    arithmetic = models.CharField(max_length=200)
    paid_on = models.DateField(null=True)
    state = models.CharField(
        max_length=10,
        choices=[(v.value, v.name) for v in UnderpaymentState],
        default=UnderpaymentState.OPEN.value,
    )
    found_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)  # why it was accepted, what was asked
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["practice", "state", "-short_cents"], name="underpayment_list")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(short_cents=models.F("expected_cents") - models.F("allowed_cents")),
                name="underpayment_short",
            )
        ]

    def __str__(self) -> str:
        return f"underpayment {self.pk}"
