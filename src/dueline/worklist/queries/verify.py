"""Promise 6, proved: every open claim has exactly one worklist item, with an owner or queue and a due date."""

from collections.abc import Iterator

from django.db.models import F, Q, QuerySet

from dueline.accounts.models import Practice
from dueline.core.breach import Breach
from dueline.core.enums import Level
from dueline.ledger.models import Claim
from dueline.worklist.models import WorklistItem


def verify(practice: Practice) -> Iterator[Breach]:
    """Yield what breaks promise 6 in a practice, a breach for each claim; nothing when all is well.

    That a claim has no second item, and an item always a due date, the tables themselves refuse.
    """
    open_claims = Claim.objects.filter(practice=practice, is_open=True)
    for pk in _ids(open_claims.filter(Q(item__isnull=True) | Q(item__is_open=False))):
        yield Breach("worklist item", f"claim {pk}", "The claim is open and on no worklist.")
    items = WorklistItem.objects.filter(practice=practice, is_open=True)
    for pk in _ids(items.filter(claim__is_open=False)):
        yield Breach("worklist item", f"item {pk}", "The item is open and its claim is settled.")
    for pk in _ids(items.filter(owner__isnull=True).exclude(level__in=list(Level))):
        yield Breach("worklist queue", f"item {pk}", "The item has neither an owner nor a queue.")
    for pk in _ids(items.exclude(claim__practice=practice)):
        yield Breach(
            "worklist practice", f"item {pk}", "The item and its claim differ in practice."
        )
    wrong = items.filter(claim__is_open=True).exclude(
        payer_balance_cents=F("claim__payer_balance_cents"), payer=F("claim__payer")
    )
    for pk in _ids(wrong):
        yield Breach(
            "worklist balance",
            f"item {pk}",
            "The item shows another balance or payer than its claim.",
        )


def _ids(rows: QuerySet[Claim] | QuerySet[WorklistItem]) -> Iterator[int]:
    return rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000)
