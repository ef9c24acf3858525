"""Checks of a claim before it goes out: each a row of data/checks.yaml and a small pure function of the same id.

A function takes the claim as read from an 837 and what is on file about it, and says what it found, where, and
what was expected. What it finds never repeats a name, birth date or member ID. A check without its facts says
that it could not look. How the ledger's facts are read is `dueline.prevention`'s.
"""

from dueline.core.claim_checks.engine import (
    ClaimWarning,
    check_claim,
    expected_loss_cents,
    line_keys,
)
from dueline.core.claim_checks.facts import (
    Alike,
    ClaimFacts,
    CoverageRefusal,
    Filing,
    Finding,
    NotLooked,
)
from dueline.core.claim_checks.measure import Counts, answer_outcome, chance_of
from dueline.core.claim_checks.registry import Check, Reason, checks
from dueline.core.claim_checks.warned import Keys, Warned, matches

__all__ = [
    "Alike",
    "Check",
    "ClaimFacts",
    "ClaimWarning",
    "Counts",
    "CoverageRefusal",
    "Filing",
    "Finding",
    "Keys",
    "NotLooked",
    "Reason",
    "Warned",
    "answer_outcome",
    "chance_of",
    "check_claim",
    "checks",
    "expected_loss_cents",
    "line_keys",
    "matches",
]
