"""The audit trail: every write, and every view or export of patient data, in the same transaction."""

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction

from dueline.accounts.chains import extend, hash_of, last_link
from dueline.accounts.models import AuditEvent, Practice

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
