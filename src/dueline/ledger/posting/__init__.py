"""Posting: what each kind of transaction set writes into the ledger, within one database transaction."""

from dueline.ledger.posting.answers import post_acknowledgments, post_statuses
from dueline.ledger.posting.claims import post_claims
from dueline.ledger.posting.context import Directory, Posting, PostingRefused
from dueline.ledger.posting.remittances import (
    Proposal,
    post_decided,
    post_remittance,
    post_suspense,
)

__all__ = [
    "Directory",
    "Posting",
    "PostingRefused",
    "Proposal",
    "post_acknowledgments",
    "post_claims",
    "post_decided",
    "post_remittance",
    "post_statuses",
    "post_suspense",
]
