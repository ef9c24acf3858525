"""Agreeing to a request, which posts it; returning, withdrawing and undoing one."""

import hashlib
import json
import tempfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from django.db import transaction

from dueline.accounts import audit
from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.core.enums import PostingStatus, SetKind
from dueline.core.write_offs import (
    WriteOffEvent,
    WriteOffKind,
    WriteOffState,
    next_state,
    persons_needed,
)
from dueline.denials.actions import refresh_denials
from dueline.ledger import storage
from dueline.ledger.models import SourceFile, TransactionSet
from dueline.ledger.posting import lock
from dueline.worklist.actions import refresh
from dueline.write_offs.actions.asking import check_amount, check_transfer, words
from dueline.write_offs.actions.settling import settle
from dueline.write_offs.errors import WriteOffRefused
from dueline.write_offs.models import WriteOff, WriteOffStep
from dueline.write_offs.queries import limits_of

_WORDS = {
    WriteOffEvent.APPROVE: "approved",
    WriteOffEvent.POST: "approved",
    WriteOffEvent.RETURN: "returned",
    WriteOffEvent.WITHDRAW: "withdrawn",
    WriteOffEvent.UNDO: "undone",
}


@transaction.atomic
def approve(
    *, requests: Sequence[WriteOff], by: User, as_of: date, now: datetime
) -> list[WriteOff]:
    """Agree to requests; those that need no one else are posted, together. Return these. Audited.

    Raises NotAllowed (role; one's own, or approved by oneself before) and WriteOffRefused (state, or a balance that
    has changed since: nothing is posted then).
    """
    practice = requests[0].practice
    check(by, practice, Permission.APPROVE_WRITE_OFFS)
    lock(practice)
    rows = _held(practice, requests)
    limit = limits_of(practice).one_person_cents
    before = _approvers(rows)
    posted: list[WriteOff] = []
    for row in rows:
        if by.get_username() in (row.requested_by, *before.get(row.pk, ())):
            raise NotAllowed(
                "Who asked for it, or approved it before, does not approve it. Ask another person."
            )
        needed = max(row.persons_needed, persons_needed(row.amount_cents, limit))
        row.persons_needed = needed
        is_last = len(before.get(row.pk, ())) + 1 >= needed
        _check(row, WriteOffEvent.POST if is_last else WriteOffEvent.APPROVE)
        check_amount(row.claim, WriteOffKind(row.kind), row.amount_cents)
        if row.kind == WriteOffKind.TRANSFER:
            check_transfer(row.claim)
        if is_last:
            posted.append(row)
        else:
            _move(row, WriteOffEvent.APPROVE, by, now)
    if posted:
        _post(practice, posted, by, as_of, now)
    return posted


def _held(practice: Practice, requests: Sequence[WriteOff]) -> list[WriteOff]:
    held = WriteOff.objects.select_for_update(of=("self",)).select_related("claim", "practice")
    rows = held.filter(practice=practice, pk__in=[row.pk for row in requests])
    return list(rows.order_by("pk"))


def _approvers(rows: Sequence[WriteOff]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    steps = WriteOffStep.objects.filter(write_off__in=rows, event=WriteOffEvent.APPROVE.value)
    for pk, by in steps.values_list("write_off", "by"):
        found[pk] = (*found.get(pk, ()), by)
    return found


def _post(
    practice: Practice, rows: Sequence[WriteOff], by: User, as_of: date, now: datetime
) -> None:
    """Post decisions: a file that says them, its set, their entries, and what follows from these."""
    kept, digest = _file(practice, rows, by, now)
    source = SourceFile.objects.create(
        practice=practice,
        name=kept.name,
        sha256=digest,
        size_bytes=kept.size,
        received_at=now,
        received_by=by.get_username(),
        is_complete=True,
    )
    made = TransactionSet.objects.create(
        practice=practice,
        source_file=source,
        kind=SetKind.DECISION.value,
        status=PostingStatus.POSTED.value,
        segment_from=1,
        segment_through=len(rows),
        content_hash=digest,
        sent_on=as_of,
        claim_count=len(rows),
        posted_at=now,
    )
    for place, row in enumerate(rows, 1):
        row.transaction_set, row.segment_number = made, place
        _move(row, WriteOffEvent.POST, by, now)
    _follow(practice, [row.claim_id for row in rows], as_of, now)


class _File:
    """A decision as it is kept."""

    def __init__(self, name: str, size: int) -> None:
        self.name = name
        self.size = size


def _file(
    practice: Practice, rows: Sequence[WriteOff], by: User, now: datetime
) -> tuple[_File, str]:
    """Keep what is decided as a file among those received: every entry of the ledger has one behind it."""
    first = _approvers(rows)
    said = [
        {
            "row": place,
            "request": row.pk,
            "claim": row.claim.patient_control_number,
            "kind": row.kind,
            "cents": row.amount_cents,
            "reason": row.reason,
            "evidence": row.note,
            "requested_by": row.requested_by,
            "approved_by": [*first.get(row.pk, ()), by.get_username()],
        }
        for place, row in enumerate(rows, 1)
    ]
    document = {"practice": practice.code, "decided_at": now.isoformat(), "decisions": said}
    content = json.dumps(document, indent=1, ensure_ascii=False).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "decision.json")
        path.write_bytes(content)
        storage.keep(practice, path)
    digest = hashlib.sha256(content).hexdigest()
    return _File(f"decision-{rows[0].pk}.json", len(content)), digest


def _follow(practice: Practice, claim_ids: list[int], as_of: date, now: datetime) -> None:
    settle(practice=practice, as_of=as_of, claim_ids=claim_ids)
    refresh_denials(practice=practice, as_of=as_of, claim_ids=claim_ids)
    refresh(practice=practice, as_of=as_of, claim_ids=claim_ids, now=now)


@transaction.atomic
def return_request(*, request: WriteOff, reason: str, by: User, now: datetime) -> WriteOff:
    """Refuse a request with a reason. Audited. Raises NotAllowed and WriteOffRefused."""
    check(by, request.practice, Permission.APPROVE_WRITE_OFFS)
    (row,) = _held(request.practice, [request])
    _check(row, WriteOffEvent.RETURN)
    _move(row, WriteOffEvent.RETURN, by, now, words(reason, "Reason"))
    return row


@transaction.atomic
def withdraw(*, request: WriteOff, reason: str, by: User, now: datetime) -> WriteOff:
    """Take a request back before it is posted. Audited. Raises NotAllowed and WriteOffRefused."""
    check(by, request.practice, Permission.REQUEST_WRITE_OFFS)
    (row,) = _held(request.practice, [request])
    _check(row, WriteOffEvent.WITHDRAW)
    _move(row, WriteOffEvent.WITHDRAW, by, now, words(reason, "Reason"))
    return row


@transaction.atomic
def undo(*, request: WriteOff, reason: str, by: User, as_of: date, now: datetime) -> WriteOff:
    """Undo a posted decision: what stands of it is taken back by entries of its own. Audited.

    Raises NotAllowed (role; one's own request) and WriteOffRefused.
    """
    check(by, request.practice, Permission.APPROVE_WRITE_OFFS)
    lock(request.practice)
    (row,) = _held(request.practice, [request])
    if row.requested_by == by.get_username():
        raise NotAllowed("Who asked for it does not undo it. Ask another person.")
    _check(row, WriteOffEvent.UNDO)
    _move(row, WriteOffEvent.UNDO, by, now, words(reason, "Reason"))
    _follow(row.practice, [row.claim_id], as_of, now)
    return row


def _check(row: WriteOff, event: WriteOffEvent) -> None:
    state = WriteOffState(row.state)
    if next_state(state, event) is None:
        raise WriteOffRefused(
            f"It is {state.replace('_', ' ')} and cannot be {_WORDS[event]} now. Look at it again."
        )


def _move(row: WriteOff, event: WriteOffEvent, by: User, now: datetime, said: str = "") -> None:
    becomes = next_state(WriteOffState(row.state), event)
    assert becomes is not None
    row.state, row.state_at = becomes.value, now
    row.save(
        update_fields=["state", "state_at", "persons_needed", "transaction_set", "segment_number"]
    )
    WriteOffStep.objects.create(
        practice=row.practice,
        write_off=row,
        event=event.value,
        said=said,
        at=now,
        by=by.get_username(),
    )
    audit.record(
        practice=row.practice,
        by=by.get_username(),
        action=f"{event}_write_off",
        at=now,
        object_kind="write_off",
        object_key=str(row.pk),
        detail={"claim": row.claim_id, "cents": row.amount_cents, "state": row.state},
    )
