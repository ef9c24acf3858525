"""Posting: what each kind of transaction set writes into the ledger, within one database transaction."""

from dueline.ledger.posting.ahead import load_ahead
from dueline.ledger.posting.answers import post_acknowledgments, post_statuses
from dueline.ledger.posting.claims import post_claims
from dueline.ledger.posting.context import TABLES, Directory, Posting, PostingRefused, lock
from dueline.ledger.posting.lookups import NO_NUMBER
from dueline.ledger.posting.remittances import (
    Proposal,
    post_decided,
    post_remittance,
    post_suspense,
)

__all__ = [
    "NO_NUMBER",
    "TABLES",
    "Directory",
    "Posting",
    "PostingRefused",
    "Proposal",
    "load_ahead",
    "lock",
    "post_acknowledgments",
    "post_claims",
    "post_decided",
    "post_remittance",
    "post_statuses",
    "post_suspense",
]
