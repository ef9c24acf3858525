"""Switching the nightly status requests of a practice on and off."""

from datetime import datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.sending.queries import submitter_of
from dueline.status_requests.errors import StatusRequestRefused
from dueline.status_requests.models import NightlyStatusRequests


@transaction.atomic
def switch_nightly(
    *, practice: Practice, is_on: bool, by: str, at: datetime
) -> NightlyStatusRequests:
    """Have the practice's status requests written each night, or no longer.

    Raises StatusRequestRefused where they are to be written and no one is set to receive them.
    """
    who = submitter_of(practice)
    if is_on and not (who.pk and who.receiver_id):
        raise StatusRequestRefused(
            "Expected a receiver for the practice's files, found none set. Set one under Outgoing files first."
        )
    row, _ = NightlyStatusRequests.objects.update_or_create(
        practice=practice, defaults={"is_on": is_on, "changed_at": at, "changed_by": by}
    )
    audit.record(
        practice=practice,
        by=by,
        action="switch_nightly_status_requests",
        at=at,
        object_kind="practice",
        object_key=practice.code,
        detail={"on": is_on},
    )
    return row
