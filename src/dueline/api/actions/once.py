"""Doing a write once: the same request with the same Idempotency-Key is answered as before, and not done again."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.api.errors import Conflict
from dueline.api.models import DoneOnce, Token
from dueline.worklist.actions import turn

KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Write:
    """A write as it was asked for: by which token and key, and a hash of what is asked."""

    practice: Practice
    token: Token
    key: str
    request_hash: str

    @property
    def request_key(self) -> str:
        """A key of the write within the practice: 64 characters."""
        return hashlib.sha256(f"{self.token.pk}\n{self.key}".encode()).hexdigest()


def request_hash(method: str, path: str, content: bytes) -> str:
    """Return what tells one request from another; `content` may be a hash of a large body."""
    return hashlib.sha256(f"{method}\n{path}\n".encode() + content).hexdigest()


def once(write: Write, act: Callable[[], tuple[int, Any]], *, now: datetime) -> tuple[int, Any]:
    """Return status and answer of `act`, called at most once for the write's key.

    The key and what is done are one transaction: a second request with the key waits for the first, and
    finds its answer, or does the work where the first failed. Raises Conflict where the key was used for
    another request. A refusal is no effect: it keeps no key.
    """
    with turn(), transaction.atomic():
        try:
            with transaction.atomic():
                row = DoneOnce.objects.create(
                    practice=write.practice,
                    token=write.token,
                    key=write.key,
                    request_hash=write.request_hash,
                    done_at=now,
                )
        except IntegrityError:
            return _before(write, now)
        status, answer = act()
        row.status, row.answer = status, json.dumps(answer, default=str)
        row.save(update_fields=["status", "answer"])
        return status, answer


def _before(write: Write, now: datetime) -> tuple[int, Any]:
    """Return what was answered before; told again, it is a view."""
    row = DoneOnce.objects.get(token=write.token, key=write.key)
    if row.request_hash != write.request_hash:
        raise Conflict("This Idempotency-Key was used for another request. Use a new key.")
    audit.record(
        practice=write.practice,
        by=write.token.user.get_username(),
        action="repeat_answer",
        at=now,
        object_kind="done_once",
        object_key=str(row.pk),
    )
    return row.status, json.loads(row.answer)


def forget_done(*, now: datetime) -> int:
    """Forget the keys of more than a day ago; return how many."""
    return DoneOnce.objects.filter(done_at__lt=now - KEPT).delete()[0]
