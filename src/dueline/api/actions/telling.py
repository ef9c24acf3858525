"""Telling other systems: events are found, made into messages, and sent until taken or given up."""

import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.api import outbound
from dueline.api.models import Endpoint, Event, EventMark, Message
from dueline.api.queries.events import (
    DEADLINE,
    NUMBERED,
    Source,
    is_due,
    last_id,
    near_deadlines,
    new_rows,
    untold,
)
from dueline.api.queries.webhooks import due_messages, endpoints
from dueline.core.webhooks import EventKind, next_try, signature
from dueline.sealed import NotSealed, unseal

PER_MESSAGE = 100  # events
_BATCH = 2000
_HELD = timedelta(minutes=2)  # by whoever sends it now: more than a try takes
BY = "dueline"


def practices_told() -> list[Practice]:
    """Return the practices of which some endpoint is told."""
    told = Endpoint.objects.filter(ended_at__isnull=True).values("practice")
    return list(Practice.objects.filter(pk__in=told).order_by("code"))


@transaction.atomic
def collect(*, practice: Practice, as_of: date, now: datetime) -> int:
    """Find what happened and make messages of it; return how many events were new. Finding again finds nothing."""
    standing = list(endpoints(practice))
    if not standing:
        return 0
    marks = {
        mark.kind: mark
        for mark in EventMark.objects.select_for_update(of=("self",))
        .select_related("practice")
        .filter(practice=practice)
    }
    found = sum(_keep(source, marks[source.name], as_of, now) for source in NUMBERED)
    near = near_deadlines(practice, as_of=as_of)
    found += _store(
        Event(practice=practice, kind=DEADLINE.name, object_id=claim, claim_id=claim,
              detail=kind, on_day=day, seen_at=now)
        for claim, kind, day in near
    )  # fmt: skip
    for kind in EventKind:
        _make_messages(practice, kind, standing, now)
    return found


def _keep(source: Source, mark: EventMark, as_of: date, now: datetime) -> int:
    """Keep the new events of a source, and move its mark: what was seen a day ago is settled now."""
    practice = mark.practice
    latest = last_id(source, practice)
    found = _store(
        Event(practice=practice, kind=source.name, object_id=pk, claim_id=claim, on_day=day,
              seen_at=now)
        for pk, claim, day in new_rows(source, mark, as_of=as_of)
    )  # fmt: skip
    if is_due(mark, now):
        mark.settled_id, mark.seen_id, mark.seen_at = mark.seen_id, latest, now
        mark.save(update_fields=["settled_id", "seen_id", "seen_at"])
    return found


def _store(events: Iterable[Event]) -> int:
    count = 0
    for batch in _parts(events, _BATCH):
        Event.objects.bulk_create(batch)
        count += len(batch)
    return count


def _parts(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    rest = iter(rows)
    while part := list(islice(rest, size)):
        yield part


def _make_messages(
    practice: Practice, kind: EventKind, standing: list[Endpoint], now: datetime
) -> None:
    wanting = [endpoint for endpoint in standing if kind in endpoint.kinds]
    rows = untold(practice, kind)
    while part := list(rows[:PER_MESSAGE]):
        body = json.dumps(
            {
                "type": kind.value,
                "timestamp": now.isoformat(),
                "data": {"practice": practice.code, **_data(part, kind)},
            }
        )
        Message.objects.bulk_create(
            Message(practice=practice, endpoint=endpoint, identifier=f"msg_{uuid.uuid4().hex}",
                    kind=kind.value, body=body, made_at=now, next_at=now)
            for endpoint in wanting
        )  # fmt: skip
        Event.objects.filter(pk__in=[event.pk for event in part]).update(is_told=True)


def _data(events: list[Event], kind: EventKind) -> dict[str, Any]:
    """Return what is told: our own numbers of things, and no one's name."""
    if kind is EventKind.DEADLINE_NEAR:
        return {
            "deadlines": [
                {"claim": one.claim_id, "kind": one.detail, "due_on": one.on_day.isoformat()}
                for one in events
            ]
        }
    if kind is EventKind.DENIAL_OPENED:
        return {"denials": [{"denial": one.object_id, "claim": one.claim_id} for one in events]}
    if kind is EventKind.PATTERN_FOUND:
        return {"patterns": [one.object_id for one in events]}
    return {"claims": list(dict.fromkeys(one.claim_id for one in events))}


def send_due(*, clock: Callable[[], datetime], most: int = 50) -> int:
    """Send the messages that are due; return how many were tried. Two workers never send the same at once."""
    tried = 0
    for message in list(due_messages(clock())[:most]):
        now = clock()
        held = Message.objects.filter(pk=message.pk, next_at=message.next_at, tries=message.tries)
        if held.update(next_at=now + _HELD, tries=F("tries") + 1):
            message.tries += 1
            tried += 1
            _conclude(message, *_sent(message, now), now=clock())
    return tried


def _sent(message: Message, now: datetime) -> tuple[bool, str]:
    """Send a message; return whether it was taken, and what was answered."""
    body, at = message.body.encode(), int(now.timestamp())
    try:
        secret = unseal(message.endpoint.secret)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Dueline",
            "webhook-id": message.identifier,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(secret, message_id=message.identifier, at=at, body=body),
        }
        local = settings.WEBHOOKS_MAY_BE_LOCAL
        status = outbound.post(message.endpoint.url, body, headers, may_be_local=local)
    except outbound.NotSent as error:
        return False, f"Not sent: {error}."[:120]
    except NotSealed:
        return False, "Not sent: its secret was sealed with another key. Add the endpoint anew."
    if 300 <= status < 400:
        return False, f"HTTP {status}: redirects are not followed."
    return 200 <= status < 300, f"HTTP {status}"


@transaction.atomic
def _conclude(message: Message, is_taken: bool, answer: str, *, now: datetime) -> None:
    again = None if is_taken else next_try(made_at=message.made_at, tries=message.tries, now=now)
    is_over = is_taken or again is None
    Message.objects.filter(pk=message.pk, taken_at__isnull=True, given_up_at__isnull=True).update(
        next_at=again,
        taken_at=now if is_taken else None,
        given_up_at=now if is_over and not is_taken else None,
        last_answer=answer,
    )
    if is_over:
        audit.record(
            practice=message.practice,
            by=BY,
            action="send_message" if is_taken else "give_up_message",
            at=now,
            object_kind="message",
            object_key=str(message.pk),
            detail={"endpoint": message.endpoint_id, "tries": message.tries},
        )
