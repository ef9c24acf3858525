"""Opening a case and working on it: owner, cause, action, fix, notes. Each leaves a note and an audit event."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Max

from dueline.accounts import audit
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.accounts.queries import role_in
from dueline.cases.actions.nightly import update_case
from dueline.cases.errors import CaseRefused
from dueline.cases.models import Case, CaseNote, CaseSeen, Pattern
from dueline.cases.queries.answered import ATTRIBUTES, answered
from dueline.core.enums import CaseState, RootCauseOwner
from dueline.denials.queries.meanings import Meanings
from dueline.ledger.posting import lock

OLDEST_FIX_DAYS = 730
LONGEST_CARC = 8
LONGEST = {"statement": 300, "suspected_cause": 500, "action": 500, "training": 300}
WORDS = {
    "statement": "Statement",
    "suspected_cause": "Suspected cause",
    "action": "Action",
    "training": "Training",
    "owner": "Starts with",
    "assigned_to": "Person",
}


@dataclass(frozen=True)
class CaseFacts:
    """What a person says of a case."""

    statement: str
    owner: RootCauseOwner
    assigned_to: User | None = None
    suspected_cause: str = ""
    action: str = ""
    training: str = ""


def open_case(
    *,
    practice: Practice,
    by: User,
    statement: str,
    carc: str,
    conditions: Sequence[tuple[str, str]],
    as_of: date,
    now: datetime,
    pattern: Pattern | None = None,
) -> Case:
    """Open a case about the claims with these values that are refused for this reason; they join it as evidence.

    Raises CaseRefused where a case about the same is open, or no value is named; NotAllowed.
    """
    check(by, practice, Permission.WORK_CASES)
    said = _text("statement", statement)
    wanted = [[name, value] for name, value in conditions]
    if not wanted or any(name not in ATTRIBUTES or not value for name, value in wanted):
        raise CaseRefused("A case needs at least one value, such as a payer or a procedure.")
    if not 0 < len(carc) <= LONGEST_CARC:
        raise CaseRefused("A case needs the reason code (CARC) that its claims are refused for.")
    found = answered(practice)  # of a large practice it takes seconds: before anything is held
    with transaction.atomic():
        lock(practice)
        _refuse_same(practice, carc, wanted)
        last = Case.objects.filter(practice=practice).aggregate(last=Max("number"))["last"] or 0
        case = Case.objects.create(
            practice=practice,
            number=last + 1,
            statement=said,
            carc=carc,
            conditions=wanted,
            pattern=pattern,
            owner=Meanings(practice).of(carc).owner.value,
            opened_at=now,
            opened_by=by.get_username(),
        )
        case.watchers.add(by)
        update_case(case, found, as_of=as_of, now=now)
        _record(case, by, "open_case", now, {"claims": case.claims.count()})
        note(case, by, f"Opened with {case.claims.count()} claims.", now)
        see_case(case=case, by=by)
    return case


def _refuse_same(practice: Practice, carc: str, wanted: list[list[str]]) -> None:
    same = Case.objects.filter(practice=practice, carc=carc).exclude(state=CaseState.WORKED)
    for other in same:
        if sorted(other.conditions) == sorted(wanted):
            raise CaseRefused(f"Case {other.number} is about the same and not closed.")


@transaction.atomic
def change_case(*, case: Case, by: User, facts: CaseFacts, now: datetime) -> Case:
    """Change what a case says; what changed is kept as a note. Raises CaseRefused, NotAllowed."""
    held = _held(case, by)
    if facts.assigned_to is not None and role_in(facts.assigned_to, held.practice) is None:
        raise CaseRefused("Person: expected someone who works in this practice.")
    new: Mapping[str, object] = {
        "statement": _text("statement", facts.statement),
        "owner": facts.owner.value,
        "assigned_to": facts.assigned_to,
        "suspected_cause": _text("suspected_cause", facts.suspected_cause, is_needed=False),
        "action": _text("action", facts.action, is_needed=False),
        "training": _text("training", facts.training, is_needed=False),
    }
    changed = {name: value for name, value in new.items() if getattr(held, name) != value}
    if not changed:
        return held
    for name, value in changed.items():
        setattr(held, name, value)
    held.save(update_fields=list(changed))
    if facts.assigned_to is not None:
        held.watchers.add(facts.assigned_to)
    told = "; ".join(f"{WORDS[name]}: {_said(value)}" for name, value in changed.items())
    note(held, by, told, now)
    _record(held, by, "change_case", now, {"changed": sorted(changed)})
    return held


def set_fix(*, case: Case, by: User, fixed_on: date, as_of: date, now: datetime) -> Case:
    """Say from which day of service on it should be right, and measure at once. Raises CaseRefused, NotAllowed."""
    check(by, case.practice, Permission.WORK_CASES)
    if fixed_on > as_of:
        raise CaseRefused(
            f"Fixed on: expected {as_of:%m/%d/%Y} or before, found {fixed_on:%m/%d/%Y}."
        )
    if (as_of - fixed_on).days > OLDEST_FIX_DAYS:
        raise CaseRefused("Fixed on: expected a day of the last two years. Check the year.")
    found = answered(case.practice)
    with transaction.atomic():
        held = _held(case, by)
        held.fixed_on, held.closed_on = fixed_on, None
        held.state = CaseState.MEASURING.value
        held.save(update_fields=["fixed_on", "closed_on", "state"])
        note(held, by, f"Fixed from {fixed_on:%m/%d/%Y} on.", now)
        _record(held, by, "fix_case", now, {"fixed_on": fixed_on.isoformat()})
        update_case(held, found, as_of=as_of, now=now)
    return held


@transaction.atomic
def reopen_case(*, case: Case, by: User, reason: str, now: datetime) -> Case:
    """Open a case again, or take back its fix, with a reason. Raises CaseRefused, NotAllowed."""
    held = _held(case, by)
    if held.state == CaseState.OPEN:
        raise CaseRefused("The case is open.")
    if not reason.strip():
        raise CaseRefused("Say why it is opened again.")
    held.state, held.closed_on, held.fixed_on = CaseState.OPEN.value, None, None
    held.save(update_fields=["state", "closed_on", "fixed_on"])
    note(held, by, f"Opened again: {_line(reason)[:500]}", now)
    _record(held, by, "reopen_case", now, {})
    return held


@transaction.atomic
def comment(*, case: Case, by: User, text: str, now: datetime) -> CaseNote:
    """Add a person's words. Raises CaseRefused, NotAllowed."""
    held = _held(case, by)
    if not text.strip():
        raise CaseRefused("A note needs words.")
    if len(text.strip()) > 2000:
        raise CaseRefused("A note is at most 2,000 characters. Say it shorter.")
    lines = "\n".join(_line(line) for line in text.strip().splitlines())
    added = note(held, by, lines, now)
    _record(held, by, "note_case", now, {})
    return added


@transaction.atomic
def watch_case(*, case: Case, by: User, is_watching: bool, now: datetime) -> None:
    """Put a case on a person's own list, or take it off. Raises NotAllowed."""
    check(by, case.practice, Permission.WORK_CASES)
    (case.watchers.add if is_watching else case.watchers.remove)(by)
    see_case(case=case, by=by)  # what was said before is no news
    _record(case, by, "watch_case" if is_watching else "unwatch_case", now, {})


def see_case(*, case: Case, by: User) -> None:
    """Note that a person who watches a case has read all its notes: nothing of it is news to them."""
    last = case.notes.order_by("-pk").first()
    if last is None or not case.watchers.filter(pk=by.pk).exists():
        return
    CaseSeen.objects.update_or_create(
        case=case, user=by, defaults={"note": last, "practice_id": case.practice_id}
    )


def note(case: Case, by: User, text: str, now: datetime) -> CaseNote:
    return CaseNote.objects.create(
        practice_id=case.practice_id, case=case, at=now, by=by.get_username(), text=text[:2000]
    )


def _held(case: Case, by: User) -> Case:
    check(by, case.practice, Permission.WORK_CASES)
    return Case.objects.select_for_update(of=("self",)).select_related("practice").get(pk=case.pk)


def _text(name: str, text: str, *, is_needed: bool = True) -> str:
    said = _line(text)
    if is_needed and not said:
        raise CaseRefused(f"{WORDS[name]}: expected words, found nothing.")
    if len(said) > LONGEST[name]:
        raise CaseRefused(f"{WORDS[name]}: at most {LONGEST[name]} characters. Say it shorter.")
    return said


def _line(text: str) -> str:
    """Return words on one line. Raises CaseRefused for characters that cannot be shown."""
    said = " ".join(text.split())
    if not said.isprintable():
        raise CaseRefused("Control characters are not kept. Type the words again.")
    return said


def _said(value: object) -> str:
    if isinstance(value, User):
        return value.get_full_name() or value.get_username()
    return str(value or "none").replace("_", " ")


def _record(case: Case, by: User, action: str, now: datetime, detail: Mapping[str, object]) -> None:
    audit.record(
        practice=case.practice,
        by=by.get_username(),
        action=action,
        at=now,
        object_kind="case",
        object_key=str(case.pk),
        detail=detail,
    )
