"""Preparing the claims to the next payer that wait for it, many at once."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime

from dueline.accounts import audit
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.core.correction import CorrectionKind
from dueline.corrections.actions.drafts import start_correction
from dueline.corrections.actions.steps import ask_approval
from dueline.corrections.errors import CorrectionRefused
from dueline.corrections.queries.next_payer import to_bill

MOST = 100  # claims made at once: each is read again from its files
_LOOKED_AT = 300


@dataclass
class Preparation:
    """What became of the claims looked at: how many are up for approval, lack something, or cannot be made and why."""

    asked: int = 0
    lacking: int = 0  # drafts to be filled in, or whose checks found an error
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def made(self) -> int:
        return self.asked + self.lacking


def prepare_next_payer_claims(
    *, practice: Practice, by: User, as_of: date, now: datetime
) -> Preparation:
    """Start a claim to the next payer for each claim that waits for one, and ask for approval where nothing is missing.

    Each stands by itself: what is refused of one keeps no other. Some hundred at once; doing it again goes on.
    Raises NotAllowed.
    """
    check(by, practice, Permission.CORRECT_CLAIMS)
    told = Preparation()
    for claim in list(to_bill(practice)[:_LOOKED_AT]):
        if told.made >= MOST:
            break
        try:
            made = start_correction(
                claim=claim, kind=CorrectionKind.NEXT_PAYER, by=by, as_of=as_of, now=now
            )
        except CorrectionRefused as refused:
            told.refused[str(refused)] += 1
            continue
        try:
            ask_approval(correction=made, by=by, as_of=as_of, now=now)
            told.asked += 1
        except CorrectionRefused:
            told.lacking += 1
    audit.record(
        practice=practice,
        by=by.get_username(),
        action="prepare_next_payer",
        at=now,
        detail={"made": told.made, "refused": sum(told.refused.values())},
    )
    return told
