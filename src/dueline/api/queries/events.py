"""What happened in a practice that other systems are told of, found in its own rows: nothing is written for it.

The rows of the ledger, of denials and patterns are only added to, each with a greater number than the one
before; a deadline is near by its date. What was told stands in `Event`, and is not found again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from dueline.accounts.models import Practice
from dueline.api.models import Event, EventMark
from dueline.cases.models import Pattern
from dueline.core.aging import ESCALATE_DAYS
from dueline.core.enums import PatternKind
from dueline.core.webhooks import EventKind
from dueline.denials.models import Denial
from dueline.intake.models import MatchProposal
from dueline.ledger.models import ClaimEvent, ClaimPayment
from dueline.worklist.models import WorklistItem

AGAIN = timedelta(days=1)  # so long are rows looked at again: no transaction lasts that long
Row = tuple[int, int | None, date]  # the row's id, its claim's, the day


@dataclass(frozen=True)
class Source:
    """A table in which a kind of event shows: its name in `Event` and `EventMark`."""

    name: str
    kind: EventKind


PAYMENT = Source("payment", EventKind.CLAIM_ANSWERED)
STATUS = Source("status", EventKind.CLAIM_ANSWERED)
DENIAL = Source("denial", EventKind.DENIAL_OPENED)
PATTERN = Source("pattern", EventKind.PATTERN_FOUND)
DEADLINE = Source("deadline", EventKind.DEADLINE_NEAR)
NUMBERED = (PAYMENT, STATUS, DENIAL, PATTERN)
KINDS = {source.name: source.kind for source in (*NUMBERED, DEADLINE)}


def last_id(source: Source, practice: Practice) -> int:
    """Return the number of the latest row of a source, 0 where there is none."""
    found = _rows_of(source, practice).order_by("-pk").values_list("pk", flat=True).first()
    return int(found or 0)


def _rows_of(source: Source, practice: Practice) -> QuerySet[Any]:
    if source is PAYMENT:
        return ClaimPayment.objects.filter(practice=practice, claim__isnull=False)
    if source is STATUS:
        return ClaimEvent.objects.filter(practice=practice, is_from_payer=True)
    if source is DENIAL:
        return Denial.objects.filter(practice=practice)
    kinds = (PatternKind.PATTERN.value, PatternKind.JUMP.value)  # a hint is no finding
    return Pattern.objects.filter(practice=practice, kind__in=kinds)


def new_rows(source: Source, mark: EventMark, *, as_of: date) -> Iterator[Row]:
    """Yield the rows of a source that were not told, in the order of their numbers."""
    practice = mark.practice
    rows = _rows_of(source, practice)
    which = Q(pk__gt=mark.settled_id)
    yield from _untold(source, practice, rows.filter(which), as_of)
    if source is PAYMENT:  # of an older one a person may have said just now whose it is
        decided = MatchProposal.objects.filter(
            practice=practice, decided_at__gte=mark.seen_at - AGAIN
        )
        late = rows.filter(pk__in=decided.values("claim_payment"), pk__lte=mark.settled_id)
        yield from _untold(source, practice, late, as_of)


def _untold(source: Source, practice: Practice, rows: QuerySet[Any], as_of: date) -> Iterator[Row]:
    told = Event.objects.filter(practice=practice, kind=source.name, object_id=OuterRef("pk"))
    found = rows.filter(~Exists(told)).annotate(day=_day(source, as_of)).order_by("pk")
    names = ("pk", "day") if source is PATTERN else ("pk", "day", "claim_id")
    for pk, day, *claim in found.values_list(*names).iterator(chunk_size=2000):
        yield pk, claim[0] if claim else None, day


def _day(source: Source, as_of: date) -> Any:
    """Return the day of a source's row as an expression."""
    if source is PAYMENT:
        return Coalesce("remittance__paid_on", Value(as_of))
    return F({STATUS: "happened_on", DENIAL: "denied_on", PATTERN: "first_found_on"}[source])


def near_deadlines(practice: Practice, *, as_of: date) -> Iterator[tuple[int, str, date]]:
    """Yield the claims with a running deadline less than 7 days away that were not told: claim, kind, day."""
    told = Event.objects.filter(
        practice=practice,
        kind=DEADLINE.name,
        object_id=OuterRef("claim_id"),
        detail=OuterRef("deadline_kind"),
        on_day=OuterRef("deadline_on"),
    )
    near = WorklistItem.objects.filter(
        practice=practice,
        is_open=True,
        deadline_on__gte=as_of,
        deadline_on__lt=as_of + timedelta(days=ESCALATE_DAYS),
    )
    found = near.filter(~Exists(told)).order_by("pk")
    pairs = found.values_list("claim_id", "deadline_kind", "deadline_on")
    yield from ((pk, kind, day) for pk, kind, day in pairs.iterator(chunk_size=2000) if day)


def untold(practice: Practice, kind: EventKind) -> QuerySet[Event]:
    """Return the events of a kind of which no message was made, in order."""
    names = [name for name, one in KINDS.items() if one is kind]
    return Event.objects.filter(practice=practice, kind__in=names, is_told=False).order_by("pk")


def is_due(mark: EventMark, now: datetime) -> bool:
    """Whether what was seen a day ago is settled."""
    return mark.seen_at <= now - AGAIN
