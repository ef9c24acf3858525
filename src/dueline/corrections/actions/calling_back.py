"""Calling back a written file before it is sent: its corrections are drafts again, their claims due as before."""

from datetime import date, datetime

from dueline.accounts.models import User
from dueline.accounts.permissions import Permission, check
from dueline.core.correction import CorrectionEvent, CorrectionState
from dueline.corrections.actions.moving import move
from dueline.corrections.models import Correction
from dueline.sending.actions import call_back
from dueline.sending.models import OutgoingFile
from dueline.worklist.actions import put_back


def call_back_corrections(
    *, outgoing: OutgoingFile, reason: str, by: User, as_of: date, now: datetime
) -> OutgoingFile:
    """Take back a file of corrections that was not sent. Raises SendingError with what stops it; NotAllowed."""
    check(by, outgoing.practice, Permission.SEND_FILES)

    def beside(file: OutgoingFile) -> None:
        rows = Correction.objects.select_for_update(of=("self",)).filter(
            practice=file.practice_id, file=file, state=CorrectionState.WRITTEN.value
        )
        for one in rows.select_related("practice", "claim__practice").order_by("pk"):
            item = one.item_before or {}
            one.file = one.item_before = None
            said = file.called_back_why
            move(one, CorrectionEvent.CALL_BACK, by=by.get_username(), now=now, said=said)
            put_back(
                one.claim,
                before=item.get("before", {}),
                waiting=item.get("waiting", {}),
                as_of=as_of,
            )

    return call_back(outgoing=outgoing, reason=reason, by=by.get_username(), at=now, beside=beside)
