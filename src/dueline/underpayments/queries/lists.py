"""Underpayments in a list, by payer in short, and contracts with their terms."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Sum

from dueline.accounts.models import Practice
from dueline.core.enums import UnderpaymentState
from dueline.payers.models import PayerContract
from dueline.underpayments.models import ContractPricing, FeeSchedule, Underpayment

_JOINED = ("claim__patient", "claim__payer", "line_payment__claim_payment__remittance__payer")
_PAYER = "line_payment__claim_payment__remittance__payer"


def underpayments(
    practice: Practice, *, state: UnderpaymentState | None, payer: int | None = None
) -> QuerySet[Underpayment]:
    """Return the underpayments in a state, or in any, the largest first, with all that a list shows."""
    found = Underpayment.objects.filter(practice=practice)
    if state is not None:
        found = found.filter(state=state.value)
    if payer is not None:
        found = found.filter(**{_PAYER: payer})
    return found.select_related(*_JOINED).order_by("-short_cents", "pk")


def underpayment_for(practice: Practice, pk: int) -> Underpayment:
    """Return one of the practice's. Raises Underpayment.DoesNotExist for any other."""
    return Underpayment.objects.select_related("practice").get(practice=practice, pk=pk)


@dataclass(frozen=True)
class PayerShort:
    """What a payer is short of, of those in a list."""

    payer_id: int
    name: str
    lines: int
    cents: int


def by_payer(found: QuerySet[Underpayment]) -> list[PayerShort]:
    """Return the payers of a list, those with most dollars first."""
    rows = (
        found.order_by()
        .values_list(_PAYER, f"{_PAYER}__name")
        .annotate(lines=Count("pk"), cents=Sum("short_cents"))
    )
    return sorted((PayerShort(*row) for row in rows), key=lambda row: (-row.cents, row.name))


def schedules(practice: Practice) -> QuerySet[FeeSchedule]:
    return FeeSchedule.objects.filter(practice=practice).order_by("name", "-effective_from")


def contracts(practice: Practice) -> list[tuple[PayerContract, ContractPricing | None]]:
    """Return each contract with its terms as they are, None where none are set; by payer."""
    terms: dict[int, Any] = {
        one.contract_id: one
        for one in ContractPricing.objects.filter(practice=practice, is_current=True)
    }
    rows = PayerContract.objects.filter(practice=practice).select_related("payer")
    return [(row, terms.get(row.pk)) for row in rows.order_by("payer__name", "name")]
