"""Writes of the exchange: setting up mailboxes, and the round that sends and fetches."""

from dueline.exchange.actions.mailboxes import (
    MailboxFacts,
    accept_host_key,
    add_mailbox,
    change_mailbox,
    switch,
)
from dueline.exchange.actions.rounds import Round, do_round

__all__ = [
    "MailboxFacts",
    "Round",
    "accept_host_key",
    "add_mailbox",
    "change_mailbox",
    "do_round",
    "switch",
]
