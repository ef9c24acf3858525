"""Loading a fee schedule: whole, or not at all."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.bulk import insert, new_ids
from dueline.core.fee_rows import FeeRow, Key, fee_rows
from dueline.underpayments.errors import ScheduleRefused
from dueline.underpayments.models import FeeAmount, FeeSchedule

MOST_REASONS = 100
MOST_AMOUNTS = 500_000
_CHUNK = 5_000


def load_schedule(
    *,
    practice: Practice,
    name: str,
    effective_from: date,
    effective_to: date | None = None,
    source: str,
    rows: Iterable[tuple[int, Sequence[object]]],
    by: User,
    now: datetime,
) -> FeeSchedule:
    """Load a schedule from the numbered rows of a spreadsheet, its headings among the first. Audited.

    Raises NotAllowed; ScheduleRefused with every row that is not understood, and then nothing is loaded.
    """
    check(by, practice, Permission.CHANGE_PAYERS)
    reasons = _about(practice, name.strip(), effective_from, effective_to, source.strip())
    amounts: dict[Key, int] = {}
    for one in fee_rows(rows) if not reasons else ():
        if isinstance(one, FeeRow):
            amounts[one.key] = one.cents
        else:
            reasons.append(one)
        if len(reasons) >= MOST_REASONS or len(amounts) > MOST_AMOUNTS:
            break
    if len(amounts) > MOST_AMOUNTS:
        reasons.append(f"Expected at most {MOST_AMOUNTS:,} amounts; load it in parts.")
    if not amounts and not reasons:
        reasons.append("The schedule has headings and no amounts.")
    if reasons:
        raise ScheduleRefused(reasons)
    return _stored(
        FeeSchedule(
            practice=practice,
            name=name.strip(),
            effective_from=effective_from,
            effective_to=effective_to,
            source=source.strip(),
            amount_count=len(amounts),
            loaded_at=now,
            loaded_by=by.get_username(),
        ),
        amounts,
    )


def _about(practice: Practice, name: str, first: date, last: date | None, source: str) -> list[str]:
    """Return what is wrong with what is said of the schedule."""
    reasons = []
    for what, text, longest in (("Name", name, 120), ("Source", source, 300)):
        if not text or len(text) > longest or not text.isprintable():
            reasons.append(f"{what}: expected 1 to {longest} characters.")
    if last is not None and last < first:
        reasons.append("Last day: expected a day on or after the first.")
    same = FeeSchedule.objects.filter(practice=practice, name=name, effective_from=first)
    if not reasons and same.exists():
        reasons.append(
            f"A version of {name} from {first:%m/%d/%Y} on is loaded. Give a correction another first day or name."
        )
    return reasons


@transaction.atomic
def _stored(schedule: FeeSchedule, amounts: dict[Key, int]) -> FeeSchedule:
    schedule.save()
    ids, practice_id = new_ids(FeeAmount), schedule.practice_id
    rows = [(next(ids), practice_id, schedule.pk, *key, cents) for key, cents in amounts.items()]
    for first in range(0, len(rows), _CHUNK):
        insert(FeeAmount, rows[first : first + _CHUNK])
    audit.record(
        practice=schedule.practice,
        by=schedule.loaded_by,
        action="load_fee_schedule",
        at=schedule.loaded_at,
        object_kind="fee_schedule",
        object_key=str(schedule.pk),
        detail={"amounts": len(rows)},
    )
    return schedule
