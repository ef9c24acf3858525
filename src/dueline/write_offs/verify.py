"""Proof that every write-off was agreed to by others, and that the ledger holds just what stands of it."""

from collections.abc import Iterator

from dueline.accounts.models import Practice
from dueline.core.breach import Breach
from dueline.core.enums import EntryKind
from dueline.core.money import money
from dueline.core.write_offs import WriteOffEvent
from dueline.ledger.models import Claim, Entry
from dueline.write_offs.models import WriteOff, WriteOffStep
from dueline.write_offs.queries import DECIDED, decisions_of, standing

_RULE = "write-off"
_PART = 500
_AGREED = (WriteOffEvent.APPROVE.value, WriteOffEvent.POST.value)


def verify(practice: Practice) -> Iterator[Breach]:
    """Yield what is wrong with a practice's write-offs; nothing when all is as promised."""
    posted = WriteOff.objects.filter(practice=practice, state__in=DECIDED)
    agreed: dict[int, set[str]] = {}
    for pk, by in WriteOffStep.objects.filter(practice=practice, event__in=_AGREED).values_list(
        "write_off", "by"
    ):
        agreed.setdefault(pk, set()).add(by)
    for row in posted.order_by("pk").iterator():
        yield from _persons(row, agreed.get(row.pk, set()))
    ids = sorted(set(posted.values_list("claim_id", flat=True)))
    for start in range(0, len(ids), _PART):
        yield from _amounts(practice, ids[start : start + _PART])
    known = posted.values_list("transaction_set", flat=True)
    kinds = (EntryKind.WRITE_OFF.value, EntryKind.TRANSFER.value)
    strays = Entry.objects.filter(practice=practice, kind__in=kinds)
    for pk in strays.exclude(transaction_set__in=known).values_list("pk", flat=True):
        yield Breach(_RULE, f"entry {pk}", "No decision stands behind it.")


def _persons(row: WriteOff, agreed: set[str]) -> Iterator[Breach]:
    where = f"write-off {row.pk}"
    if row.requested_by in agreed:
        yield Breach(_RULE, where, "Who asked for it approved it.")
    if len(agreed) < row.persons_needed:
        text = f"Approved by {len(agreed)} persons, expected {row.persons_needed}."
        yield Breach(_RULE, where, text)
    if row.transaction_set_id is None:
        yield Breach(_RULE, where, "It is posted without a set of the ledger.")


def _amounts(practice: Practice, claim_ids: list[int]) -> Iterator[Breach]:
    claims = Claim.objects.in_bulk(claim_ids)
    for claim_id, decisions in standing(practice, claim_ids).items():
        for row, there, wanted in decisions_of(claims[claim_id], decisions):
            if there != wanted:
                text = f"What stands of it: expected {money(wanted)}, found {money(there)}."
                yield Breach(_RULE, f"write-off {row.pk}", text)
