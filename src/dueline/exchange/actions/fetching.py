"""Fetching what a clearinghouse has put out: each file kept, taken in once, and only then cleared away there.

The database knows of every step before the next one begins, so a killed round is gone on with where it was.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.core.exchange import (
    GIVEN_UP_AFTER,
    MOST_BYTES,
    QUIET,
    AfterFetch,
    PickupState,
    is_unfinished,
    is_whole,
    is_x12,
    why_not_name,
)
from dueline.exchange import storage
from dueline.exchange.actions.putting import BY
from dueline.exchange.errors import Unreachable
from dueline.exchange.models import Mailbox, Pickup
from dueline.exchange.places import Found, Place, joined
from dueline.intake.actions import IntakeRun
from dueline.intake.models import Receipt
from dueline.ledger.storage import path_of

_P = PickupState
_NAMES_AT_ONCE = 500


@dataclass
class Fetched:
    """What a round found. Names as the server has them."""

    received: list[str] = field(default_factory=list)
    set_aside: list[tuple[str, str]] = field(default_factory=list)  # name, reason


def fetch_all(
    place: Place, mailbox: Mailbox, *, as_of: date, clock: Callable[[], datetime]
) -> Fetched:
    """Fetch, take in, clear away. Raises Unreachable for the place, OSError for our own disk."""
    done = Fetched()
    now = clock()
    there = {one.name: one for one in place.listed(mailbox.in_folder)}
    known = _known(mailbox, there)
    for one in sorted(there.values(), key=lambda one: (one.modified_at, one.name)):
        if is_unfinished(one.name):
            continue
        row = known.get(_key(one)) or _seen(mailbox, one, now, done)
        if row.state == _P.SEEN and (row.again_at is None or row.again_at <= now):
            _fetch(place, mailbox, row, now, done)
    take_in(mailbox, done, as_of=as_of, clock=clock)
    _clear_away(place, mailbox, there, clock())
    return done


def _key(one: Found) -> tuple[str, int, int]:
    return _kept_name(one.name), one.size_bytes, one.modified_at


def _known(mailbox: Mailbox, there: dict[str, Found]) -> dict[tuple[str, int, int], Pickup]:
    """Return the rows of the files that are there; those of half files that have changed since are forgotten."""
    present = {_key(one) for one in there.values()}
    names = sorted({name for name, _, _ in present})
    standing = mailbox.pickups.filter(cleared_at__isnull=True)
    known = {}
    for start in range(0, len(names), _NAMES_AT_ONCE):
        some = standing.filter(name__in=names[start : start + _NAMES_AT_ONCE])
        for row in some.select_related("mailbox", "practice"):
            known[row.name, row.size_bytes, row.modified_at] = row
    for row in standing.filter(state=_P.SEEN.value):
        if (row.name, row.size_bytes, row.modified_at) not in present:
            row.delete()
    return known


def _kept_name(name: str) -> str:
    """Return a name as it is kept: one that no file of ours has is cut and made printable."""
    return "".join(sign if sign.isprintable() else "?" for sign in name)[:255]


def _seen(mailbox: Mailbox, one: Found, now: datetime, done: Fetched) -> Pickup:
    row = Pickup.objects.create(
        practice=mailbox.practice,
        mailbox=mailbox,
        name=_kept_name(one.name),
        size_bytes=one.size_bytes,
        modified_at=one.modified_at,
        seen_at=now,
    )
    reason = why_not_name(one.name)
    if not reason and one.size_bytes > MOST_BYTES:
        reason = f"It is larger than {MOST_BYTES:,} bytes."
    if reason:
        _set_aside(row, reason, now, done)
    return row


def _fetch(place: Place, mailbox: Mailbox, row: Pickup, now: datetime, done: Fetched) -> None:
    """Keep a file that is whole, with its receipt; leave a half one until it is, or a day has gone by."""
    path = joined(mailbox.in_folder, row.name)
    with storage.fetched(mailbox, lambda target: place.fetch(path, target)) as (own, kept):
        after = place.found(path)
        if after is None or _key(after) != (row.name, row.size_bytes, row.modified_at):
            _wait(row, "It changed while it was fetched.", now)
        elif is_x12(kept.head) and is_whole(kept.head, kept.tail):
            storage.keep(mailbox, own)
            _received(row, kept.sha256, now)
        elif is_x12(kept.head) and now < row.seen_at + GIVEN_UP_AFTER:
            why = "Its end is missing: it is taken for half uploaded."
            _wait(row, why, row.seen_at + GIVEN_UP_AFTER)
        elif is_x12(kept.head):
            _set_aside(row, "It was not whole after a day: its end is missing.", now, done)
        elif now < row.seen_at + QUIET:
            why = "It is no X12 file: it is kept when it has not changed for five minutes."
            _wait(row, why, row.seen_at + QUIET)
        else:
            storage.keep(mailbox, own)
            _kept_as_is(row, kept.sha256, now)
            done.received.append(row.name)


def _wait(row: Pickup, reason: str, again_at: datetime) -> None:
    row.reason, row.again_at = reason, again_at
    row.save(update_fields=["reason", "again_at"])


@transaction.atomic
def _received(row: Pickup, digest: str, now: datetime) -> None:
    row.receipt = Receipt.objects.create(
        practice=row.practice,
        name=row.name,
        received_at=now,
        received_by=BY,
        size_bytes=row.size_bytes,
    )
    row.state, row.sha256, row.reason = _P.FETCHED.value, digest, ""
    row.save(update_fields=["receipt", "state", "sha256", "reason"])


@transaction.atomic
def _kept_as_is(row: Pickup, digest: str, now: datetime) -> None:
    row.state, row.sha256, row.reason, row.taken_at = _P.OTHER.value, digest, "", now
    row.save(update_fields=["state", "sha256", "reason", "taken_at"])
    _record(row, "keep_file", now)


@transaction.atomic
def _set_aside(row: Pickup, reason: str, now: datetime, done: Fetched) -> None:
    row.state, row.reason, row.taken_at = _P.SET_ASIDE.value, reason, now
    row.save(update_fields=["state", "reason", "taken_at"])
    _record(row, "set_aside_file", now)
    done.set_aside.append((row.name, reason))


def _record(row: Pickup, action: str, now: datetime) -> None:
    audit.record(
        practice=row.practice,
        by=BY,
        action=action,
        at=now,
        object_kind="pickup",
        object_key=str(row.pk),
        detail={"mailbox": row.mailbox.name},
    )


def take_in(mailbox: Mailbox, done: Fetched, *, as_of: date, clock: Callable[[], datetime]) -> None:
    """Take in what was fetched. A file that a killed round had begun with is gone on with: it posts once."""
    waiting = mailbox.pickups.filter(state=_P.FETCHED.value).select_related("receipt")
    rows = list(waiting.order_by("pk"))
    if not rows:
        return
    run = IntakeRun(practice=mailbox.practice, by=BY, as_of=as_of, clock=clock)
    for row in rows:
        assert row.receipt is not None
        if row.receipt.state not in ("done", "refused"):
            run.read(row.receipt, path_of(mailbox.practice, row.sha256))
    run.finish()
    now = clock()
    taken = []
    for row in rows:
        assert row.receipt is not None
        if row.receipt.state == "refused":
            _set_aside(row, row.receipt.refusal, now, done)
        else:
            taken.append(row)
    Pickup.objects.filter(pk__in=[row.pk for row in taken]).update(
        state=_P.TAKEN_IN.value, taken_at=now
    )
    done.received += [row.name for row in taken]


def _clear_away(place: Place, mailbox: Mailbox, there: dict[str, Found], now: datetime) -> None:
    """Take what is taken in off the server's folder, where it is still the same file."""
    if mailbox.after_fetch == AfterFetch.LEAVE:
        return
    over = mailbox.pickups.filter(
        state__in=(_P.TAKEN_IN.value, _P.OTHER.value), cleared_at__isnull=True
    )
    for row in over:
        one = there.get(row.name)
        is_same = one is not None and (one.size_bytes, one.modified_at) == (
            row.size_bytes,
            row.modified_at,
        )
        if is_same:
            _clear(place, mailbox, row)
        row.cleared_at = now
        row.save(update_fields=["cleared_at"])


def _clear(place: Place, mailbox: Mailbox, row: Pickup) -> None:
    path = joined(mailbox.in_folder, row.name)
    if mailbox.after_fetch == AfterFetch.DELETE:
        place.remove(path)
        return
    target = joined(mailbox.archive_folder, row.name)
    if place.found(target) is not None:
        target = joined(mailbox.archive_folder, f"{row.name}.{row.pk}")
    try:
        place.rename(path, target)
    except Unreachable as failure:
        raise Unreachable(f"It cannot be moved to the archive folder: {failure}") from None
