"""Setting as whom a practice sends."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.sending.errors import SendingError
from dueline.sending.models import Submitter

_QUALIFIER = re.compile(r"[0-9A-Z]{2}\Z")
_ID = re.compile(r"[A-Za-z0-9 ._/-]{2,15}\Z")  # NM109 takes two characters or more
_NAME = re.compile(r"[A-Za-z0-9 .,&'()/#+-]{1,60}\Z")


@dataclass(frozen=True)
class SubmitterFacts:
    """What a person enters; "" is not given."""

    sender_id: str
    sender_name: str
    sender_qualifier: str = "ZZ"
    contact_name: str = ""
    contact_phone: str = ""
    receiver_qualifier: str = "ZZ"
    receiver_id: str = ""
    receiver_name: str = ""
    is_test: bool = False


def set_submitter(*, practice: Practice, facts: SubmitterFacts, by: str, at: datetime) -> Submitter:
    """Say as whom the practice sends from now on. Raises SendingError naming the field."""
    _check(facts)
    with transaction.atomic():
        row, _ = Submitter.objects.update_or_create(practice=practice, defaults=asdict(facts))
        audit.record(
            practice=practice,
            by=by,
            action="set_submitter",
            at=at,
            object_kind="submitter",
            object_key=str(row.pk),
            detail={"sender": facts.sender_id, "receiver": facts.receiver_id},
        )
    return row


def _check(facts: SubmitterFacts) -> None:
    for name in ("sender_qualifier", "receiver_qualifier"):
        _must(_QUALIFIER, name, getattr(facts, name), "two letters or digits, such as ZZ")
    _must(_ID, "sender_id", facts.sender_id, "2 to 15 letters and digits, as the receiver gave it")
    _must(_NAME, "sender_name", facts.sender_name, "up to 60 plain characters")
    for name in ("contact_name", "contact_phone"):
        if getattr(facts, name):
            _must(_NAME, name, getattr(facts, name), "up to 60 plain characters")
    if facts.receiver_id or facts.receiver_name:
        _must(_ID, "receiver_id", facts.receiver_id, "2 to 15 letters and digits")
        _must(_NAME, "receiver_name", facts.receiver_name, "up to 60 plain characters")


def _must(pattern: re.Pattern[str], name: str, value: str, expected: str) -> None:
    if not pattern.match(value):
        found = value[:20] or "nothing"
        raise SendingError(f"{name.replace('_', ' ')}: expected {expected}, found {found!r}")
