"""A practice's own meaning of a reason code: the latest holds, for denials opened from then on."""

import re
from datetime import datetime

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.core.refusals import Meaning
from dueline.denials.errors import MeaningRefused
from dueline.denials.models import CodeMeaning

_CARC = re.compile(r"[A-Z]?[0-9]{1,3}\Z")
_REASON, _NOTE = 300, 500


def carc_of(text: str) -> str:
    """Return a reason code as it is kept. Raises MeaningRefused where it cannot be one."""
    code = text.strip().upper()
    if not _CARC.match(code):
        raise MeaningRefused("This is no reason code. Expected one such as 197 or B7.")
    return code


@transaction.atomic
def change_meaning(
    *,
    practice: Practice,
    carc: str,
    meaning: Meaning,
    reason: str,
    by: User,
    now: datetime,
    note: str = "",
) -> CodeMeaning:
    """Say what a reason code means in a practice, with the reason for saying so. Audited.

    Denials that are open keep what was said when they were opened. Raises NotAllowed (role) and
    MeaningRefused (no code, no reason, too long, control characters, or nothing changed).
    """
    check(by, practice, Permission.CHANGE_CODES)
    code, reason, note = carc_of(carc), reason.strip(), note.strip()
    _check_text(reason, note)
    facts = {
        "category": meaning.category.value,
        "owner": meaning.owner.value,
        "preventable": meaning.preventable.value,
        "usual_fix": meaning.usual_fix.value,
        "level": meaning.level.value,
        "note": note,
    }
    last = CodeMeaning.objects.filter(practice=practice, carc=code).order_by("-pk").first()
    if last is not None and all(getattr(last, name) == value for name, value in facts.items()):
        raise MeaningRefused("This is what the practice says of the code already.")
    row = CodeMeaning.objects.create(
        practice=practice,
        carc=code,
        reason=reason,
        changed_at=now,
        changed_by=by.get_username(),
        **facts,
    )
    audit.record(
        practice=practice,
        by=by.get_username(),
        action="change_code_meaning",
        at=now,
        object_kind="carc",
        object_key=code,
        detail={name: value for name, value in facts.items() if name != "note"},
    )
    return row


def _check_text(reason: str, note: str) -> None:
    if not reason:
        raise MeaningRefused("A meaning is changed with a reason. Say why.")
    for name, text, most in (("reason", reason, _REASON), ("note", note, _NOTE)):
        if len(text) > most:
            raise MeaningRefused(f"The {name} is longer than {most} characters. Say it shorter.")
        if not text.isprintable():
            raise MeaningRefused(f"The {name} holds a control character. Type it again.")
