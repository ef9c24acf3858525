"""The practice's own contracts with a payer: their names and days."""

from datetime import date, datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import User
from dueline.accounts.permissions import Permission, check
from dueline.payers.errors import ContractRefused
from dueline.payers.models import Payer, PayerContract


@transaction.atomic
def set_contract(
    *,
    payer: Payer,
    name: str,
    effective_from: date | None,
    effective_to: date | None,
    by: User,
    now: datetime,
) -> PayerContract:
    """Add a contract, or set the days of the one of this name. Audited. Raises NotAllowed, ContractRefused."""
    check(by, payer.practice, Permission.CHANGE_PAYERS)
    said = " ".join(name.split())
    if not said or len(said) > 120 or not said.isprintable():
        raise ContractRefused("Contract: expected a name of 1 to 120 characters.")
    if effective_from and effective_to and effective_to < effective_from:
        raise ContractRefused("Last day: expected a day on or after the first.")
    contract, _ = PayerContract.objects.update_or_create(
        payer=payer,
        name=said,
        defaults={
            "practice": payer.practice,
            "effective_from": effective_from,
            "effective_to": effective_to,
        },
    )
    audit.record(
        practice=payer.practice,
        by=by.get_username(),
        action="set_contract",
        at=now,
        object_kind="payer_contract",
        object_key=str(contract.pk),
    )
    return contract
