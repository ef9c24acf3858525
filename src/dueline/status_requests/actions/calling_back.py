"""Calling back the status requests of a file that was not sent: the payer's word schedules their claims again."""

from datetime import date, datetime

from dueline.accounts.models import User
from dueline.accounts.permissions import Permission, check
from dueline.core.status_requests import RequestEvent, RequestState, next_state
from dueline.sending.actions import call_back
from dueline.sending.models import OutgoingFile
from dueline.status_requests.models import StatusRequest
from dueline.worklist.actions import schedule_anew

_WAITING = (RequestState.OUT.value, RequestState.OVERDUE.value)


def call_back_requests(
    *, outgoing: OutgoingFile, reason: str, by: User, as_of: date, now: datetime
) -> OutgoingFile:
    """Take back a file of status requests that was not sent. Raises SendingError with what stops it; NotAllowed."""
    check(by, outgoing.practice, Permission.SEND_FILES)

    def beside(file: OutgoingFile) -> None:
        rows = StatusRequest.objects.filter(practice=file.practice_id, outgoing_claim__file=file)
        waiting = rows.filter(state__in=_WAITING)
        claims = dict(waiting.values_list("claim", "asked_on"))
        after = next_state(RequestState.OUT, RequestEvent.CALLED_BACK)
        waiting.update(state=after.value, state_on=as_of)
        schedule_anew(practice=file.practice, asked=claims, as_of=as_of)

    return call_back(outgoing=outgoing, reason=reason, by=by.get_username(), at=now, beside=beside)
