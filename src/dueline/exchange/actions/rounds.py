"""A round of a mailbox: what waits goes out, what is there comes in, and what went wrong is said on it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from dueline.core.exchange import next_look
from dueline.exchange import storage
from dueline.exchange.actions.fetching import Fetched, fetch_all, take_in
from dueline.exchange.actions.putting import put_all, take_in_sent
from dueline.exchange.errors import Unreachable
from dueline.exchange.models import Mailbox
from dueline.exchange.places import Place, place_of


@dataclass
class Round:
    """What a round did; `trouble` says in words why it could not do all."""

    sent: list[str] = field(default_factory=list)
    received: list[str] = field(default_factory=list)
    set_aside: list[tuple[str, str]] = field(default_factory=list)
    trouble: str = ""


def do_round(*, mailbox: Mailbox, by: str, as_of: date, clock: Callable[[], datetime]) -> Round:
    """Send and fetch. Safe to be killed at any moment and to be done again.

    Raises ExchangeError where another process does a round of the mailbox now.
    """
    done = Round()
    with storage.exclusive(mailbox):
        mailbox = Mailbox.objects.select_related("practice").get(pk=mailbox.pk)
        fetched = Fetched()
        take_in_sent(mailbox, as_of=as_of, clock=clock)  # what a killed round left; needs no server
        take_in(mailbox, fetched, as_of=as_of, clock=clock)
        try:
            with place_of(mailbox) as place:
                _exchange(place, mailbox, done, fetched, by=by, as_of=as_of, clock=clock)
        except Unreachable as failure:
            done.trouble = str(failure)
        except OSError as failure:
            done.trouble = (
                f"This machine's disk: {failure.strerror}. Nothing was taken off the server."
            )
        done.received, done.set_aside = fetched.received, fetched.set_aside
        _conclude(mailbox, done.trouble, clock())
    return done


def _exchange(
    place: Place,
    mailbox: Mailbox,
    done: Round,
    fetched: Fetched,
    *,
    by: str,
    as_of: date,
    clock: Callable[[], datetime],
) -> None:
    """Fetch even where nothing can be put, and say the first trouble."""
    failure: Unreachable | None = None
    if mailbox.out_folder and mailbox.is_on:
        try:
            done.sent = put_all(place, mailbox, by=by, now=clock())
            take_in_sent(mailbox, as_of=as_of, clock=clock)
        except Unreachable as found:
            failure = found
    if mailbox.in_folder:
        more = fetch_all(place, mailbox, as_of=as_of, clock=clock)
        fetched.received += more.received
        fetched.set_aside += more.set_aside
    if failure is not None:
        raise failure


def _conclude(mailbox: Mailbox, trouble: str, now: datetime) -> None:
    mailbox.looked_at = now
    mailbox.trouble = trouble[:500]
    mailbox.trouble_count = mailbox.trouble_count + 1 if trouble else 0
    mailbox.trouble_since = (mailbox.trouble_since or now) if trouble else None
    mailbox.next_look_at = next_look(now, mailbox.trouble_count) if trouble else None
    mailbox.save(
        update_fields=["looked_at", "trouble", "trouble_count", "trouble_since", "next_look_at"]
    )
