"""The audit trail: every write, and every view or export of patient data, in the same transaction."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from dueline.accounts.chains import extend, extend_all, hash_of, last_link
from dueline.accounts.models import AuditEvent, Practice
from dueline.bulk import insert, new_ids

KIND = "audit"
_token: ContextVar[int | None] = ContextVar("audit_token", default=None)


@contextmanager
def through(token: int) -> Iterator[None]:
    """Let every event recorded in the block name the token by which it was asked for, beside its user."""
    before = _token.set(token)
    try:
        yield
    finally:
        _token.reset(before)


def _detail(detail: Mapping[str, object] | None) -> dict[str, object]:
    token = _token.get()
    return dict(detail or {}) if token is None else {**(detail or {}), "token": token}


def _payload(
    at: datetime,
    username: str,
    action: str,
    object_kind: str,
    object_key: str,
    detail: Mapping[str, object],
) -> dict[str, object]:
    return {
        "at": at.astimezone(UTC),
        "username": username,
        "action": action,
        "object_kind": object_kind,
        "object_key": object_key,
        "detail": dict(detail),
    }


def record(
    *,
    practice: Practice | None,
    by: str,
    action: str,
    at: datetime,
    object_kind: str = "",
    object_key: str = "",
    detail: Mapping[str, object] | None = None,
) -> AuditEvent:
    """Add an event to the practice's trail. `detail` holds counts and ids, never patient data."""
    scope = practice.code if practice else ""
    facts = _detail(detail)
    with transaction.atomic():
        link = extend(KIND, scope, _payload(at, by, action, object_kind, object_key, facts))
        return AuditEvent.objects.create(
            scope=scope,
            sequence=link.sequence,
            at=at,
            username=by,
            action=action,
            object_kind=object_kind,
            object_key=object_key,
            detail=facts,
            previous_hash=link.previous_hash,
            hash=link.hash,
        )


@dataclass(frozen=True, slots=True)
class Deed:
    """One event that waits to be recorded. `detail` holds counts and ids, never patient data."""

    action: str
    at: datetime
    object_kind: str
    object_key: str
    detail: Mapping[str, object]


def record_all(*, practice: Practice, by: str, deeds: Sequence[Deed]) -> None:
    """Add events to the practice's trail in one go, within the transaction of what they tell."""
    details = [_detail(deed.detail) for deed in deeds]
    payloads = [
        _payload(deed.at, by, deed.action, deed.object_kind, deed.object_key, detail)
        for deed, detail in zip(deeds, details)
    ]
    links = extend_all(KIND, practice.code, payloads)
    ids = new_ids(AuditEvent)
    insert(
        AuditEvent,
        [
            (
                next(ids),
                practice.code,
                link.sequence,
                deed.at,
                by,
                deed.action,
                deed.object_kind,
                deed.object_key,
                json.dumps(detail),
                link.previous_hash,
                link.hash,
            )
            for deed, detail, link in zip(deeds, details, links)
        ],
    )


def verify_chain(scope: str) -> list[str]:
    """Return what is wrong with a trail, in words; nothing when it is whole."""
    breaches = []
    expected_sequence, previous = 0, ""
    for event in AuditEvent.objects.filter(scope=scope).order_by("sequence").iterator():
        expected_sequence += 1
        if event.sequence != expected_sequence:
            breaches.append(
                f"audit trail {scope or 'system'}: event {expected_sequence} is missing"
            )
            expected_sequence = event.sequence
        payload = _payload(
            event.at,
            event.username,
            event.action,
            event.object_kind,
            event.object_key,
            event.detail,
        )
        if event.previous_hash != previous or event.hash != hash_of(
            event.sequence, previous, payload
        ):
            breaches.append(f"audit trail {scope or 'system'}: event {event.sequence} was altered")
        previous = event.hash
    if last_link(KIND, scope) != (expected_sequence, previous):
        breaches.append(f"audit trail {scope or 'system'}: its end is missing")
    return breaches
