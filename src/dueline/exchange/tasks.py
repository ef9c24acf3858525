"""The rounds that the worker beside the server does: by itself, and when a person asks."""

import logging
from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django_tasks import task

from dueline import clock
from dueline.accounts import audit
from dueline.exchange.actions import do_round
from dueline.exchange.actions.putting import BY
from dueline.exchange.errors import ExchangeError
from dueline.exchange.models import Mailbox
from dueline.exchange.queries import due_mailboxes
from dueline.under_way import is_under_way

_log = logging.getLogger("dueline.exchange")


def exchange_due() -> int:
    """Do a round of each mailbox that is on and may be looked at; return of how many. Called again and again."""
    due = due_mailboxes(clock.now())
    for mailbox in due:
        _round(mailbox, BY)
    return len(due)


def _round(mailbox: Mailbox, by: str) -> None:
    """Do a round. What nobody foresaw stops this one mailbox's round, and neither the others' nor the next."""
    try:
        with suppress(ExchangeError):  # another process is at it
            done = do_round(mailbox=mailbox, by=by, as_of=clock.today(), clock=clock.now)
            if done.trouble:
                _log.warning("mailbox %s: a round could not be completed", mailbox.pk)
    except Exception as error:  # its text may hold what a file says about a patient
        _log.error("mailbox %s: a round ended early: %s", mailbox.pk, type(error).__name__)


@task()
def round_now(practice_id: int, mailbox_id: int, by: str) -> None:
    """Do a round of a practice's mailbox."""
    mailbox = Mailbox.objects.select_related("practice").get(
        practice=practice_id, pk=mailbox_id, is_on=True
    )
    _round(mailbox, by)


def ask_for_round(mailbox: Mailbox, *, by: str, now: datetime) -> bool:
    """Put a round off to the worker; False where one of the practice is under way."""
    if is_round_under_way(mailbox):
        return False
    with transaction.atomic():
        round_now.enqueue(mailbox.practice_id, mailbox.pk, by)
        audit.record(
            practice=mailbox.practice,
            by=by,
            action="ask_for_round",
            at=now,
            object_kind="mailbox",
            object_key=str(mailbox.pk),
        )
    return True


def is_round_under_way(mailbox: Mailbox) -> bool:
    return is_under_way(round_now, mailbox.practice)
