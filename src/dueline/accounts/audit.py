"""The audit trail: every write, and every view or export of patient data, in the same transaction."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import transaction

from dueline.accounts.chains import extend, extend_all, hash_of, last_link
from dueline.accounts.models import AuditEvent, Practice
from dueline.bulk import insert, new_ids

KIND = "audit"


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
    facts = dict(detail or {})
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
    payloads = [_payload(d.at, by, d.action, d.object_kind, d.object_key, d.detail) for d in deeds]
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
                json.dumps(deed.detail),
                link.previous_hash,
                link.hash,
            )
            for deed, link in zip(deeds, links)
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
