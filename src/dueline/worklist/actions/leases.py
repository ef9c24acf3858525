"""Taking, keeping and giving back claims: a lease holds a claim for one caller, and two never hold the same."""

import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime

from django.db import connection, transaction
from django.db.models import Case, F, Q, Value, When

from dueline.accounts.audit import record
from dueline.accounts.models import Practice, User
from dueline.accounts.queries import role_in
from dueline.core.enums import Level
from dueline.core.lease import CALL_LEASE, LEASE
from dueline.worklist.actions.refresh import ensure_priced
from dueline.worklist.errors import ItemTaken, NotYours
from dueline.worklist.levels import levels_of
from dueline.worklist.models import WorklistItem
from dueline.worklist.queries.next_claim import Statement, next_statements
from dueline.worklist.queries.payers_open import open_payer_ids

# SQLite lets waiting writers starve for seconds; within a process they take turns here instead.
_TURN = threading.RLock()

_TAKE = """
    UPDATE worklist_worklistitem SET leased_by_id = %s, leased_until = %s
    WHERE id = ({next}) RETURNING id
"""


def take_next(
    *, practice: Practice, user: User, as_of: date, now: datetime, level: Level | None = None
) -> WorklistItem | None:
    """Lease the claim that is next for the user (`next_statements`); None when there is none.

    One conditional UPDATE finds and takes it, so two callers never get the same. Telephone work is
    given only for payers open at `now`. `level` asks for one queue; else those of the user's role.
    """
    ensure_priced(practice=practice, as_of=as_of, now=now)
    role = role_in(user, practice)
    if level is None and not levels_of(role):
        return None
    payers = open_payer_ids(practice, now=now)
    for statement in next_statements(
        practice, user, role, open_payers=payers, as_of=as_of, now=now, level=level
    ):
        with turn(), transaction.atomic():
            pk = _take_one(statement, user, now)
            if pk is not None:
                return _taken(practice, pk, user, now, "take_next")
    return None


def turn() -> AbstractContextManager[object]:
    """Wait for one's turn among this process's writers; taken before a transaction, never within one alone."""
    return _TURN if connection.vendor == "sqlite" else nullcontext()


def _take_one(statement: Statement, user: User, now: datetime) -> int | None:
    """Find and lease in one statement. On SQLite a write has the database to itself; PostgreSQL skips rows in use."""
    lock = "FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    found, values = statement
    until = connection.ops.adapt_datetimefield_value(now + LEASE)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE.format(next=f"{found} {lock}"), [user.pk, until, *values])
        row = cursor.fetchone()
    return None if row is None else int(row[0])


def take(*, item: WorklistItem, user: User, now: datetime) -> WorklistItem:
    """Lease a claim by choice. Raises ItemTaken while another caller holds it or it is another's own."""
    mine = Q(owner__isnull=True) | Q(owner=user)
    with transaction.atomic():
        rows = WorklistItem.objects.filter(_free(user, now) & mine, pk=item.pk, is_open=True)
        if not rows.update(leased_by=user, leased_until=_at_least(user, now + LEASE)):
            raise ItemTaken(_held_by(item, now))
        return _taken(item.practice, item.pk, user, now, "take_claim")


def _taken(practice: Practice, pk: int, user: User, now: datetime, action: str) -> WorklistItem:
    item = WorklistItem.objects.select_related("claim__patient", "payer", "practice").get(pk=pk)
    record(
        practice=practice,
        by=user.get_username(),
        action=action,
        object_kind="item",
        object_key=str(pk),
        detail={"claim": item.claim_id},
        at=now,
    )
    return item


def _free(user: User, now: datetime) -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lt=now) | Q(leased_by=user)


def _at_least(user: User, until: datetime) -> Case:
    """Never shorten the user's own lease: that of a call is longer than one by choice."""
    longer = When(leased_by=user, leased_until__gt=until, then=F("leased_until"))
    return Case(longer, default=Value(until))


def hold(*, claim_ids: Iterable[int], user: User, now: datetime) -> None:
    """Hold the claims of a call for two hours from now: those that are free or the user's; none of another's.

    Not audited, as `extend`.
    """
    rows = WorklistItem.objects.filter(_free(user, now), claim_id__in=claim_ids, is_open=True)
    rows.update(leased_by=user, leased_until=_at_least(user, now + CALL_LEASE))


def release(*, item: WorklistItem, user: User, now: datetime) -> None:
    """Give a claim back to its queue. Raises NotYours when the user does not hold it."""
    with transaction.atomic():
        rows = WorklistItem.objects.filter(pk=item.pk, leased_by=user)
        if not rows.update(leased_by=None, leased_until=None):
            raise NotYours("You do not hold this claim.")
        record(
            practice=item.practice,
            by=user.get_username(),
            action="release_claim",
            object_kind="item",
            object_key=str(item.pk),
            at=now,
        )


def extend(*, item: WorklistItem, user: User, now: datetime) -> datetime:
    """Hold a claim for 30 minutes from now. Raises NotYours when the lease has gone to another.

    Not audited: it happens while someone types, and changes nothing but the hour.
    """
    until = _at_least(user, now + LEASE)
    if not WorklistItem.objects.filter(pk=item.pk, leased_by=user).update(leased_until=until):
        raise NotYours("Your time with this claim is over, and it went back to the list.")
    held = WorklistItem.objects.get(pk=item.pk).leased_until
    return held or now + LEASE


def _held_by(item: WorklistItem, now: datetime) -> str:
    held = WorklistItem.objects.select_related("leased_by", "owner").get(pk=item.pk)
    if not held.is_open:
        return "Nothing is left open with the payer."
    if held.leased_by and held.leased_until and held.leased_until >= now:
        return f"{held.leased_by.get_full_name() or held.leased_by} is working on this claim."
    return f"This claim is {held.owner}'s own."
