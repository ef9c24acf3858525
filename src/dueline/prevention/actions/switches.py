"""A check turned off in a practice, or on again: with a reason, by whoever may."""

from datetime import datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.core.claim_checks import checks
from dueline.prevention.errors import SwitchRefused
from dueline.prevention.models import CheckSwitch
from dueline.prevention.queries.switches import turned_off

_REASON = 300


@transaction.atomic
def turn_check(
    *, practice: Practice, check_id: str, is_on: bool, reason: str, by: User, now: datetime
) -> CheckSwitch:
    """Turn a check off or on for the practice's runs from now on. Audited.

    Raises NotAllowed (role) and SwitchRefused (no such check, no reason, too long, or it is so already).
    """
    check(by, practice, Permission.CHANGE_CHECKS)
    reason = reason.strip()
    if check_id not in checks():
        raise SwitchRefused("There is no such check.")
    if not reason:
        raise SwitchRefused("A check is turned off or on with a reason. Say why.")
    if len(reason) > _REASON:
        raise SwitchRefused(f"The reason is longer than {_REASON} characters. Say it shorter.")
    if not reason.isprintable():
        raise SwitchRefused("The reason holds a control character. Type it again.")
    if (check_id not in turned_off(practice)) == is_on:
        raise SwitchRefused(f"The check is {'on' if is_on else 'off'} already.")
    row = CheckSwitch.objects.create(
        practice=practice,
        check_id=check_id,
        is_on=is_on,
        reason=reason,
        changed_at=now,
        changed_by=by.get_username(),
    )
    audit.record(
        practice=practice,
        by=by.get_username(),
        action="turn_on_check" if is_on else "turn_off_check",
        at=now,
        object_kind="check",
        object_key=check_id,
    )
    return row
