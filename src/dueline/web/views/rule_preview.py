"""What a change of rules does, as pages show it before it is saved: each rule before and after, and what moves."""

from dataclasses import dataclass
from datetime import date, timedelta

from dueline.accounts.models import Practice
from dueline.core.deadline_words import EVENT_NAMES, KIND_NAMES, span_of
from dueline.core.payer_groups import group_name
from dueline.core.payer_rules import CONFIDENCE, PROOF
from dueline.core.rule_check import RuleDraft
from dueline.payers.actions import Change
from dueline.payers.queries.versions import held_before
from dueline.worklist.actions import RuleReport
from dueline.worklist.actions.rules import MovedClaims

SHOWN = 100  # changes of a file that are shown one by one


@dataclass(frozen=True)
class ShownChange:
    """One rule before and after, in words."""

    whose: str
    kind: str
    before: str
    after: str


@dataclass(frozen=True)
class Preview:
    """All that a change does. `seal` stands for exactly this change."""

    payers: list[str]
    changes: list[ShownChange]
    more: int
    unchanged: int
    moved: MovedClaims
    seal: str

    @property
    def is_nothing(self) -> bool:
        return not self.changes and not self.payers


def preview(practice: Practice, report: RuleReport) -> Preview:
    changes = [
        ShownChange(
            whose=_whose(change.after),
            kind=KIND_NAMES[change.after.kind],
            before=_before(change)
            or held_before(practice, report.before, change.after)
            or "No rule.",
            after=_terms(change.after),
        )
        for change in report.changes[:SHOWN]
    ]
    return Preview(
        payers=report.payers,
        changes=changes,
        more=len(report.changes) - len(changes),
        unchanged=report.unchanged,
        moved=report.moved,
        seal=report.seal,
    )


def _before(change: Change) -> str:
    """Return the version before and, where it stays until a later one begins, its new end."""
    old, new = change.before, change.after
    if old is None:
        return ""
    if old.effective_from == new.effective_from or new.effective_from is None:
        return _terms(old)
    return f"{_terms(old)} Ends {_day(new.effective_from - timedelta(days=1))}."


def _whose(draft: RuleDraft) -> str:
    parts = [draft.payer or group_name(draft.group) or draft.payer_type.replace("_", " ")]
    parts += [f"contract {draft.contract}"] if draft.contract else []
    parts += [f"plan {draft.plan}"] if draft.plan else []
    parts += [
        part for part in (draft.state, draft.network and f"{draft.network} of network") if part
    ]
    text = ", ".join(filter(None, parts)) or "all payers"
    return text[:1].upper() + text[1:]


def _terms(draft: RuleDraft) -> str:
    """Return what a rule says, since when, and its source."""
    words = draft.note
    if draft.kind != PROOF:
        words = f"{span_of(draft.count, draft.unit)} from {EVENT_NAMES[draft.start_event]}"
        words += "" if draft.is_met_when_received else ", sent by then"
        if draft.presumed_receipt_days:
            words += f", presumed received {draft.presumed_receipt_days} days after its date"
        words += ", weekends and holidays roll forward" if draft.rolls_forward else ""
    since = (
        f"in force from {_day(draft.effective_from)}" if draft.effective_from else "from the start"
    )
    until = f" to {_day(draft.effective_to)}" if draft.effective_to else ""
    note = f" {draft.note}." if draft.note and draft.kind != PROOF else ""
    return (
        f"{words}; {since}{until}. {draft.source.rstrip('.')}; checked {_day(draft.checked_on)}; "
        f"confidence {CONFIDENCE[draft.confidence]}.{note}"
    )


def _day(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"
