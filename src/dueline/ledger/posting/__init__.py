"""Posting: what each kind of transaction set writes into the ledger, within one database transaction."""

from dueline.ledger.posting.ahead import load_ahead
from dueline.ledger.posting.answers import post_acknowledgments, post_statuses
from dueline.ledger.posting.claims import post_claims
from dueline.ledger.posting.context import TABLES, Directory, Posting, PostingRefused, lock
from dueline.ledger.posting.lookups import NO_NUMBER
from dueline.ledger.posting.openings import add_opening
from dueline.ledger.posting.remittances import (
    Proposal,
    post_decided,
    post_remittance,
    post_suspense,
)
from dueline.ledger.posting.sheets import PostedRow, RowOutcome, post_denials, post_rows

__all__ = [
    "NO_NUMBER",
    "TABLES",
    "Directory",
    "PostedRow",
    "Posting",
    "PostingRefused",
    "Proposal",
    "RowOutcome",
    "add_opening",
    "load_ahead",
    "lock",
    "post_acknowledgments",
    "post_claims",
    "post_decided",
    "post_denials",
    "post_remittance",
    "post_rows",
    "post_statuses",
    "post_suspense",
]
