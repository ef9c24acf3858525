"""Adding and ending the addresses that are told of events. The secret is shown once, and kept sealed."""

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.api.errors import EndpointRefused
from dueline.api.models import Endpoint, EventMark, Message
from dueline.api.outbound import NotSent, target_of
from dueline.api.queries.events import NUMBERED, last_id
from dueline.api.queries.webhooks import endpoints
from dueline.core.webhooks import SECRET_PREFIX, EventKind
from dueline.sealed import seal

MOST = 10  # endpoints of a practice


@transaction.atomic
def add_endpoint(
    *, practice: Practice, url: str, kinds: Sequence[EventKind], by: User, now: datetime
) -> tuple[Endpoint, str]:
    """Return a new endpoint and, this once, the secret by which its messages are signed.

    It is told of what happens from now on. Raises NotAllowed, EndpointRefused.
    """
    check(by, practice, Permission.ADMINISTER)
    try:
        target_of(url, may_be_local=settings.WEBHOOKS_MAY_BE_LOCAL)
    except NotSent as error:
        raise EndpointRefused(f"Address: {error}. Expected https://host/path.") from None
    if not kinds:
        raise EndpointRefused("Events: expected one kind at least.")
    standing = endpoints(practice).count()
    if standing >= MOST:
        raise EndpointRefused(f"A practice has {MOST} endpoints at most. End one first.")
    if not standing:
        _begin(practice, now)
    secret = SECRET_PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()
    made = Endpoint.objects.create(
        practice=practice,
        url=url,
        kinds=[kind.value for kind in EventKind if kind in kinds],
        secret=seal(secret),
        made_at=now,
        made_by=by.get_username(),
    )
    _audit(made, "add_endpoint", by, now)
    return made, secret


def _begin(practice: Practice, now: datetime) -> None:
    """Let what happened before count as known: no one is told of a whole history."""
    for source in NUMBERED:
        at = last_id(source, practice)
        EventMark.objects.update_or_create(
            practice=practice,
            kind=source.name,
            defaults={"settled_id": at, "seen_id": at, "seen_at": now},
        )


@transaction.atomic
def end_endpoint(*, endpoint: Endpoint, by: User, now: datetime) -> None:
    """Tell an endpoint nothing more; what waits for it is given up. Raises NotAllowed."""
    check(by, endpoint.practice, Permission.ADMINISTER)
    rows = Endpoint.objects.filter(pk=endpoint.pk, ended_at__isnull=True)
    if rows.update(ended_at=now, ended_by=by.get_username(), secret=""):
        waiting = Message.objects.filter(endpoint=endpoint, next_at__isnull=False)
        waiting.update(next_at=None, given_up_at=now, last_answer="The endpoint was ended.")
        _audit(endpoint, "end_endpoint", by, now)


def _audit(endpoint: Endpoint, action: str, by: User, now: datetime) -> None:
    audit.record(
        practice=endpoint.practice,
        by=by.get_username(),
        action=action,
        at=now,
        object_kind="endpoint",
        object_key=str(endpoint.pk),
        detail={"kinds": endpoint.kinds},
    )
