"""One step of a correction: its state by the table, the row that keeps it, and the audit event."""

from datetime import datetime

from dueline.accounts import audit
from dueline.core.correction import CorrectionEvent, CorrectionState, can_move, next_state
from dueline.corrections.errors import CorrectionRefused
from dueline.corrections.models import Correction, CorrectionStep

LONGEST = 300
_WORDS = {
    CorrectionEvent.CHANGE: "changed",
    CorrectionEvent.ASK: "sent for approval",
    CorrectionEvent.APPROVE: "approved",
    CorrectionEvent.RETURN: "returned",
    CorrectionEvent.WRITE: "written",
    CorrectionEvent.ANSWER: "answered",
    CorrectionEvent.REJECT: "rejected",
    CorrectionEvent.WITHDRAW: "withdrawn",
    CorrectionEvent.CALL_BACK: "called back",
}


def held(correction: Correction) -> Correction:
    """Return the correction, locked until the transaction ends."""
    rows = Correction.objects.select_for_update(of=("self",)).select_related("practice", "claim")
    return rows.get(pk=correction.pk, practice=correction.practice_id)


def check_move(correction: Correction, event: CorrectionEvent) -> None:
    """Raise CorrectionRefused where the table has no such step from where the correction stands."""
    state = CorrectionState(correction.state)
    if not can_move(state, event):
        raise CorrectionRefused(
            f"It is {state.replace('_', ' ')} and cannot be {_WORDS[event]} now. Look at it again."
        )


def move(
    correction: Correction, event: CorrectionEvent, *, by: str, now: datetime, said: str = ""
) -> None:
    """Take a step with a correction that is held. Raises CorrectionRefused."""
    check_move(correction, event)
    correction.state = next_state(CorrectionState(correction.state), event).value
    correction.state_at = now
    correction.save(update_fields=["state", "state_at", "changed_by", "file", "item_before"])
    note(correction, event, by=by, now=now, said=said)
    audit.record(
        practice=correction.practice,
        by=by,
        action=f"{event}_correction",
        at=now,
        object_kind="correction",
        object_key=str(correction.pk),
        detail={"claim": correction.claim_id, "state": correction.state},
    )


def note(
    correction: Correction, event: CorrectionEvent | None, *, by: str, now: datetime, said: str
) -> None:
    """Keep a step; None is the start."""
    CorrectionStep.objects.create(
        practice_id=correction.practice_id,
        correction=correction,
        event=event.value if event else "",
        state=correction.state,
        said=said,
        at=now,
        by=by,
    )


def reason_of(text: str) -> str:
    """Return a reason that someone gave. Raises CorrectionRefused for none, or one too long."""
    said = " ".join(text.split())
    if not said:
        raise CorrectionRefused("Say why: expected a reason, found nothing.")
    if len(said) > LONGEST or not said.isprintable():
        raise CorrectionRefused(f"The reason: expected at most {LONGEST} plain characters.")
    return said
