"""The rounds that the worker beside the server does."""

import logging
from contextlib import suppress

from dueline import clock
from dueline.exchange.actions import do_round
from dueline.exchange.actions.fetching import BY
from dueline.exchange.errors import ExchangeError
from dueline.exchange.queries import due_mailboxes

_log = logging.getLogger("dueline.exchange")


def exchange_due() -> int:
    """Do a round of each mailbox that is on and may be looked at; return of how many. Called again and again."""
    due = due_mailboxes(clock.now())
    for mailbox in due:
        with suppress(ExchangeError):  # another process is at it
            done = do_round(mailbox=mailbox, by=BY, as_of=clock.today(), clock=clock.now)
            if done.trouble:
                _log.warning("mailbox %s: a round could not be completed", mailbox.pk)
    return len(due)
