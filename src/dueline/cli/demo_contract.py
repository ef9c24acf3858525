"""The demo's contract: one payer pays two visits by last year's rates, which its fee schedule shows."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dueline.accounts.models import Practice

PAYER = "Harborlight Health Plan"
RAISED = {"99214": 108, "99204": 112}  # percent of what is paid: this year's rate


def agree_demo_contract(practice: "Practice", day: date) -> None:
    """Load the payer's schedule and set its terms; a demo begun before has them already."""
    from dueline import clock
    from dueline.accounts.models import User
    from dueline.payers.models import Payer
    from dueline.underpayments.actions import (
        Agreed,
        find_underpayments,
        load_schedule,
        set_pricing,
    )
    from dueline.underpayments.models import FeeSchedule

    payer = Payer.objects.filter(practice=practice, name__iexact=PAYER).first()
    if payer is None or FeeSchedule.objects.filter(practice=practice).exists():
        return
    lead, now = User.objects.get(username="lena"), clock.now()
    load_schedule(
        practice=practice,
        name=f"{payer.name} fee schedule",
        effective_from=date(day.year - 1, 1, 1),
        source="Invented for the demo",
        rows=enumerate(_rows(), start=1),
        by=lead,
        now=now,
    )
    agreed = Agreed("Network agreement", f"{payer.name} fee schedule", "Invented for the demo")
    set_pricing(payer=payer, agreed=agreed, by=lead, now=now)
    find_underpayments(practice=practice, now=now)


def _rows() -> Iterator[list[object]]:
    """Yield what the invented payer pays for each visit and test that is billed as one unit."""
    from dueline.core.money import dollars
    from dueline.sample.catalog import CATALOGS
    from dueline.sample.payers import PAYERS, allowed_cents

    payer = next(one for one in PAYERS if one.name.casefold() == PAYER.casefold())
    catalog = CATALOGS["multi"]
    yield ["Code", "Amount"]
    for service in dict.fromkeys((*catalog.visits, *catalog.procedures)):
        if service.units == 1:
            cents = allowed_cents(payer, service.charge_cents)
            yield [service.code, dollars(cents * RAISED.get(service.code, 100) // 100)]
