"""What Dueline tells other systems of, how a message is signed, and when it is tried again.

Signed as Standard Webhooks 1.0 asks (standardwebhooks.com): HMAC-SHA256 over id, time and body.
"""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta
from enum import StrEnum

SECRET_PREFIX = "whsec_"
GIVEN_UP_AFTER = timedelta(days=1)
_WAITS = (0.5, 2, 5, 15, 30, 60, 120, 240)  # minutes after each failed try; then the last again


class EventKind(StrEnum):
    CLAIM_ANSWERED = "claim.answered"
    DENIAL_OPENED = "denial.opened"
    DEADLINE_NEAR = "deadline.near"
    PATTERN_FOUND = "pattern.found"


EVENT_WORDS: dict[EventKind, str] = {
    EventKind.CLAIM_ANSWERED: "A payer answered a claim: a payment, a denial or a status",
    EventKind.DENIAL_OPENED: "A denial was opened",
    EventKind.DEADLINE_NEAR: "A deadline of a claim is less than 7 days away",
    EventKind.PATTERN_FOUND: "A pattern of denials was found",
}


def signature(secret: str, *, message_id: str, at: int, body: bytes) -> str:
    """Return the `webhook-signature` of a message sent at a Unix second. Raises ValueError: no secret."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    signed = f"{message_id}.{at}.".encode() + body
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def next_try(*, made_at: datetime, tries: int, now: datetime) -> datetime | None:
    """Return when to try again after `tries` failures; None when a day has gone by and it is given up."""
    at = now + timedelta(minutes=_WAITS[min(tries, len(_WAITS)) - 1])
    return at if at <= made_at + GIVEN_UP_AFTER else None
