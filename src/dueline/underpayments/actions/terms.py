"""Saying by which schedule a contract pays. The terms before stay, as what was found by them refers to them."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import User
from dueline.core.contract_price import ContractTerms
from dueline.payers.actions import set_contract
from dueline.payers.models import Payer
from dueline.underpayments.errors import UnderpaymentRefused
from dueline.underpayments.models import ContractPricing, FeeSchedule

MOST_PERCENT = 100_000  # basis points: ten times a schedule


@dataclass(frozen=True)
class Agreed:
    """What a contract says: its name and days, its schedule, its terms, and where they are written."""

    name: str
    schedule_name: str
    source: str
    terms: ContractTerms = field(default_factory=ContractTerms)
    effective_from: date | None = None
    effective_to: date | None = None


@transaction.atomic
def set_pricing(*, payer: Payer, agreed: Agreed, by: User, now: datetime) -> ContractPricing:
    """Set how a payer's contract pays, from now on; one not known by this name is added. Audited.

    Raises NotAllowed, UnderpaymentRefused, ContractRefused.
    """
    practice, source = payer.practice, " ".join(agreed.source.split())
    contract = set_contract(
        payer=payer,
        name=agreed.name,
        effective_from=agreed.effective_from,
        effective_to=agreed.effective_to,
        by=by,
        now=now,
    )
    if not FeeSchedule.objects.filter(practice=practice, name=agreed.schedule_name).exists():
        raise UnderpaymentRefused("Schedule: choose one of the list.")
    if not 0 < agreed.terms.percent <= MOST_PERCENT:
        raise UnderpaymentRefused("Percent: expected more than 0 and at most 1,000.")
    if not source or len(source) > 300 or not source.isprintable():
        raise UnderpaymentRefused("Source: say where it is written, in 1 to 300 characters.")
    ContractPricing.objects.filter(contract=contract, is_current=True).update(is_current=False)
    pricing = ContractPricing.objects.create(
        practice=practice,
        contract=contract,
        schedule_name=agreed.schedule_name,
        percent=agreed.terms.percent,
        is_lesser_of_charge=agreed.terms.is_lesser_of_charge,
        source=source,
        set_at=now,
        set_by=by.get_username(),
    )
    audit.record(
        practice=practice,
        by=by.get_username(),
        action="set_contract_pricing",
        at=now,
        object_kind="contract_pricing",
        object_key=str(pricing.pk),
    )
    return pricing
