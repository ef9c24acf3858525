"""What the daily refresh asks by itself, once, and ends when it is no longer needed. In sets."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.core.enums import CheckKey, RequestOwner, RequestState
from dueline.core.holds import Hold, OpenRequest
from dueline.core.readiness import (
    ASKED,
    PRACTICE_FACTS,
    Check,
    asked_of_practice,
    request_due_on,
)
from dueline.ledger.models import Claim
from dueline.worklist.models import Request

SYSTEM = "dueline"  # who asks, in the audit trail
_NOT_NEEDED = "No longer needed: it is known, or the call is allowed without it."
_SETTLED = "No longer needed: nothing is left open with the payer."


class Asking(NamedTuple):
    """One thing to ask about a claim."""

    claim_id: int
    said_on: date | None
    check: Check
    due_on: date


def end_needless(
    practice: Practice, claims: QuerySet[Claim], blocked: Mapping[int, list[Check]], *, at: datetime
) -> None:
    """Withdraw the open requests of these claims for checks that no longer block."""
    asked = Request.objects.filter(
        practice=practice,
        claim__in=claims.order_by(),
        state=RequestState.OPEN,
        check_key__in=[key.value for key in ASKED],
    ).values_list("pk", "claim_id", "check_key")
    needed = {(pk, check.key.value) for pk, found in blocked.items() for check in found}
    _withdraw(practice, [pk for pk, *what in asked if tuple(what) not in needed], _NOT_NEEDED, at)


def end_settled(practice: Practice, which: Q, *, at: datetime) -> None:
    """Withdraw the open requests about claims with nothing left at the payer."""
    done = Request.objects.filter(
        which, practice=practice, state=RequestState.OPEN, claim__is_open=False
    )
    _withdraw(practice, list(done.values_list("pk", flat=True)), _SETTLED, at)


def _withdraw(practice: Practice, ids: list[int], why: str, at: datetime) -> None:
    if not ids:
        return
    Request.objects.filter(pk__in=ids, practice=practice).update(
        state=RequestState.WITHDRAWN, answer=why, answered_at=at
    )
    _tell(practice, "withdraw_request", ids, at)


def escalate(practice: Practice, *, as_of: date, at: datetime) -> None:
    """Mark the requests that were not answered by their date: their claims go to the lead."""
    late = Request.objects.filter(
        practice=practice, state=RequestState.OPEN, due_on__lt=as_of, escalated_on__isnull=True
    )
    ids = list(late.values_list("pk", flat=True))
    if ids:
        Request.objects.filter(pk__in=ids).update(escalated_on=as_of)
        _tell(practice, "escalate_request", ids, at)


def askings(
    claim_id: int,
    said_on: date | None,
    hold: Hold,
    found: Iterable[Check],
    *,
    deadline_on: date | None,
    safe_on: date | None,
    as_of: date,
) -> list[Asking]:
    """Return what is to be asked about a claim that would be worked today, were it not blocked."""
    due_on = request_due_on(deadline_on, safe_on, as_of=as_of)
    wanted = set(hold.to_ask) & ASKED
    return [Asking(claim_id, said_on, check, due_on) for check in found if check.key in wanted]


def asked(hold: Hold, made: Iterable[Asking], *, as_of: date) -> Hold:
    """Return the hold with what is asked now."""
    new = [OpenRequest(a.check.key, _owner(a.check), as_of, a.due_on, False) for a in made]
    return hold._replace(open=tuple(sorted((*hold.open, *new), key=lambda r: r.due_on)))


def ask_all(practice: Practice, made: list[Asking], *, as_of: date, at: datetime) -> None:
    """Write the requests, each with its audit event."""
    if not made:
        return
    rows = Request.objects.bulk_create(
        Request(
            practice=practice,
            claim_id=one.claim_id,
            owner=_owner(one.check),
            check_key=one.check.key,
            question=one.check.question[:300],
            said_on=one.said_on,
            due_on=one.due_on,
            asked_on=as_of,
            asked_at=at,
        )
        for one in made
    )
    _tell(practice, "ask_request", [row.pk for row in rows], at)


def ask_for_practice(
    practice: Practice, lacks: Iterable[CheckKey], *, as_of: date, at: datetime
) -> None:
    """Ask once for what every call lacks: one request for the practice, not one for each claim."""
    mine = Request.objects.filter(practice=practice, claim__isnull=True, state=RequestState.OPEN)
    known = set(mine.values_list("check_key", flat=True))
    wanted = [key for key in lacks if key in PRACTICE_FACTS]
    needless = mine.exclude(check_key__in=wanted).values_list("pk", flat=True)
    _withdraw(practice, list(needless), _NOT_NEEDED, at)
    rows = Request.objects.bulk_create(
        Request(
            practice=practice,
            owner=_owner(check),
            check_key=check.key,
            question=check.question,
            due_on=request_due_on(None, as_of=as_of),
            asked_on=as_of,
            asked_at=at,
        )
        for check in asked_of_practice(wanted)
        if check.key not in known
    )
    _tell(practice, "ask_request", [row.pk for row in rows], at)


def _owner(check: Check) -> RequestOwner:
    assert check.owner is not None  # whatever is asked has an owner
    return check.owner


def _tell(practice: Practice, action: str, ids: list[int], at: datetime) -> None:
    if ids:
        deeds = [audit.Deed(action, at, "request", str(pk), {}) for pk in ids]
        audit.record_all(practice=practice, by=SYSTEM, deeds=deeds)
