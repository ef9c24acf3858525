"""Keeps the facts for analysis up with the ledger and the denials: only the parts in which something changed."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F, Value

from dueline.accounts.models import Practice
from dueline.denials.fact_store import (
    PART_CLAIMS,
    Edition,
    claim_ids_of,
    counting,
    edition_of,
    part_of,
    publish,
    write_part,
)
from dueline.denials.models import FactChange, FactState
from dueline.denials.queries.fact_rows import fact_columns
from dueline.ledger.models import Claim

_AT_ONCE = 1000  # notes removed by a statement


@dataclass(frozen=True)
class FactsCounted:
    """How many parts were counted anew, and how many are left because there were too many at once."""

    parts: int = 0
    left: int = 0


def mark_changed(practice: Practice, claim_ids: Iterable[int]) -> None:
    """Note, in the transaction that changes them, that the facts of these claims are out of date.

    Rows are added and never changed, so that writers do not wait for each other.
    """
    parts = {part_of(pk) for pk in claim_ids}
    FactChange.objects.bulk_create(
        [FactChange(practice=practice, part=part) for part in sorted(parts)]
    )


def count_facts(
    *, practice: Practice, now: datetime, most_parts: int | None = None, is_waiting: bool = True
) -> FactsCounted:
    """Bring the facts up to date; everything where no edition fits the database.

    With `most_parts`, nothing is done where more are out of date; without waiting, nothing where another is at it.
    A change that comes meanwhile stays noted: notes are read before the claims.
    """
    if not (left := len(stale_parts(practice)[0])):
        return FactsCounted()
    if most_parts is not None and left > most_parts:
        return FactsCounted(left=left)
    with counting(practice, is_waiting=is_waiting) as is_mine:
        return _count(practice, now) if is_mine else FactsCounted(left=left)


def _count(practice: Practice, now: datetime) -> FactsCounted:
    parts, changes, edition = stale_parts(practice)
    if not parts:
        return FactsCounted()
    name = uuid.uuid4().hex
    files = dict(edition.parts) if edition else {}
    for part in parts:
        files[part] = write_part(practice, name, part, fact_columns(practice, claim_ids_of(part)))
    publish(practice, Edition(name, files))
    with transaction.atomic():
        FactState.objects.update_or_create(
            practice=practice, defaults={"edition": name, "counted_at": now}
        )
        for start in range(0, len(changes), _AT_ONCE):
            FactChange.objects.filter(pk__in=changes[start : start + _AT_ONCE]).delete()
    return FactsCounted(len(parts))


def stale_parts(practice: Practice) -> tuple[list[int], list[int], Edition | None]:
    """Return the parts to count, the notes that say so, and the edition they belong to, None for a new one."""
    notes = list(FactChange.objects.filter(practice=practice).values_list("pk", "part"))
    changes = [pk for pk, _ in notes]
    edition = edition_of(practice)
    state = FactState.objects.filter(practice=practice).first()
    if edition is not None and state is not None and state.edition == edition.name:
        return sorted({part for _, part in notes}), changes, edition
    return _every_part(practice), changes, None


def _every_part(practice: Practice) -> list[int]:
    """Return the parts that hold claims of a practice."""
    part = F("pk") / Value(PART_CLAIMS)
    claims = Claim.objects.filter(practice=practice).order_by().annotate(part=part)
    return sorted(claims.values_list("part", flat=True).distinct())
