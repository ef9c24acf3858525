"""A person's word on an underpayment: asked for, accepted, or open again."""

from datetime import datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import User
from dueline.accounts.permissions import Permission, check
from dueline.core.enums import UnderpaymentState
from dueline.core.underpayment_states import TRANSITIONS
from dueline.underpayments.errors import UnderpaymentRefused
from dueline.underpayments.models import Underpayment


@transaction.atomic
def decide_underpayment(
    *, underpayment: Underpayment, state: UnderpaymentState, reason: str, by: User, now: datetime
) -> Underpayment:
    """Move an underpayment by a person's word, with a reason. Audited. Raises NotAllowed, UnderpaymentRefused."""
    check(by, underpayment.practice, Permission.WORK_UNDERPAYMENTS)
    held = Underpayment.objects.select_for_update().get(pk=underpayment.pk)
    if state not in TRANSITIONS[UnderpaymentState(held.state)]:
        raise UnderpaymentRefused(f"It is {held.state.replace('_', ' ')} and cannot become that.")
    said = " ".join(reason.split())
    if not said or len(said) > 300 or not said.isprintable():
        raise UnderpaymentRefused("Say why, in 1 to 300 characters.")
    held.state, held.reason = state.value, said
    held.decided_at, held.decided_by = now, by.get_username()
    held.save(update_fields=["state", "reason", "decided_at", "decided_by"])
    audit.record(
        practice=held.practice,
        by=by.get_username(),
        action="decide_underpayment",
        at=now,
        object_kind="underpayment",
        object_key=str(held.pk),
        detail={"state": state.value},
    )
    return held
