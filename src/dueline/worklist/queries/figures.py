"""The figures of the page Today: what is due, what is about to be lost, who answers now, what came in. Few queries."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Sum

from dueline.accounts.models import Practice, User
from dueline.accounts.queries import role_in
from dueline.core.aging import CHASE_DAYS, watch
from dueline.core.calendars import add_business_days
from dueline.core.enums import (
    CountedDay,
    DueCause,
    Means,
    NextAction,
    PayerStatus,
    PostingStatus,
    SetKind,
    Watch,
)
from dueline.core.priority import Price, because, price
from dueline.core.schedule import missed_on
from dueline.ledger.models import ClaimEvent, ClaimPayment, TransactionSet
from dueline.payers.models import Payer
from dueline.payers.queries import status_lines
from dueline.worklist.models import DayCount, WorklistItem
from dueline.worklist.queries.counts import Figure, figure_for, work_counts
from dueline.worklist.queries.filters import ItemFilters, means_of, usual_filters
from dueline.worklist.queries.items import pricing_for, state_of
from dueline.worklist.queries.next_claim import peek_next
from dueline.worklist.queries.payers_open import PayerHours, payer_hours, with_call_hours

SHOWN_DEADLINES = 5
DAY_ENDS = time(17)  # what comes in later is news of the next morning


@dataclass(frozen=True)
class PayerLine:
    """A payer with claims due by telephone, and its hours today (None where no moment was given)."""

    payer_id: int
    name: str
    due: Figure
    hold_minutes: int
    claims_per_call: int
    hours: PayerHours | None


@dataclass(frozen=True)
class CameIn:
    """What posted since `since`, the end of the business day before."""

    since: datetime
    remittances: int
    paid_cents: int
    denials: Figure
    rejected: int
    quarantined: Figure  # transaction sets, and the payments they hold


@dataclass(frozen=True)
class TodayFigures:
    """The figures of a user's day in a practice; counts are those of the list the user works, `usual`."""

    as_of: date
    usual: ItemFilters
    due: dict[DueCause, Figure]  # every cause; each claim under the first that holds
    missed: Figure  # overdue for so long that the lead sees to it
    missed_on: date  # the last due date among them
    all_due: Figure
    by: dict[Means, Figure]  # each claim under one
    watches: dict[Watch, Figure]  # of the whole practice; LOST: all that is lost and open
    newly_lost: Figure  # deadlines that passed since the business day before
    most_urgent: list[WorklistItem]  # nearest deadlines still to be met, within 14 days
    payers: list[PayerLine]  # most due first
    came_in: CameIn
    next_item: WorklistItem | None
    next_price: Price | None
    next_because: str


def today(practice: Practice, user: User, as_of: date, now: datetime | None = None) -> TodayFigures:
    """Return the figures of a user's day. `now` says which payers answer; without it, all count as open."""
    role = role_in(user, practice)
    usual = usual_filters(role)
    groups = _due_groups(practice, usual)
    payers, open_ids = _payers(practice, groups, now)
    watches, newly_lost = _watches(practice, as_of)
    moment = now or _end_of_day(practice, as_of)
    item = peek_next(practice, user, role, open_payers=open_ids, as_of=as_of, now=moment)
    found, reason = _explained(practice, item, as_of)
    return TodayFigures(
        as_of=as_of,
        usual=usual,
        due={cause: _sum([g for g in groups if g.cause == cause]) for cause in DueCause},
        missed=_missed(practice, usual, as_of),
        missed_on=missed_on(as_of),
        all_due=_sum(groups),
        by={means: _sum([g for g in groups if means_of(g.action) is means]) for means in Means},
        watches=watches,
        newly_lost=newly_lost,
        most_urgent=_most_urgent(practice, as_of),
        payers=payers,
        came_in=_came_in(practice, as_of),
        next_item=item,
        next_price=found,
        next_because=reason,
    )


@dataclass(frozen=True)
class _Group:
    cause: str
    action: str
    payer_id: int
    figure: Figure


def _due_groups(practice: Practice, usual: ItemFilters) -> list[_Group]:
    counts = work_counts(practice, usual)
    assert counts is not None  # of what every role works counts are kept
    rows = (
        counts.values_list("due_cause", "next_action", "payer_id")
        .annotate(Sum("claims"), Sum("cents"))
        .order_by()
    )
    found = (_Group(c, a, payer, Figure(int(n), int(cents))) for c, a, payer, n, cents in rows)
    return [group for group in found if group.figure.claims]


def _missed(practice: Practice, usual: ItemFilters, as_of: date) -> Figure:
    since = missed_on(as_of).isoformat()
    missed = replace(usual, cause=DueCause.OVERDUE, due=since)
    return figure_for(practice, missed, as_of=as_of) or Figure()


def _sum(groups: Iterable[_Group]) -> Figure:
    return sum((group.figure for group in groups), Figure())


def _payers(
    practice: Practice, groups: list[_Group], now: datetime | None
) -> tuple[list[PayerLine], list[int]]:
    """Return the payers with telephone work, and the ids of all payers that answer now."""
    lines, open_ids = [], []
    line_of = status_lines(practice)
    payers = with_call_hours(Payer.objects.filter(practice=practice))
    for payer in payers.order_by("name", "pk"):
        hours = None if now is None else payer_hours(payer, now=now)
        if hours is None or hours.is_open:
            open_ids.append(payer.pk)
        mine = [g for g in groups if g.payer_id == payer.pk and g.action == NextAction.CALL]
        calls = _sum(mine)
        if calls.claims:
            lines.append(PayerLine(payer.pk, payer.name, calls, *line_of[payer.pk], hours))
    lines.sort(key=lambda line: (-line.due.claims, line.name, line.payer_id))
    return lines, open_ids


def _watches(practice: Practice, as_of: date) -> tuple[dict[Watch, Figure], Figure]:
    rows = (
        DayCount.objects.filter(practice=practice, kind=CountedDay.DEADLINE)
        .values_list("day")
        .annotate(Sum("claims"), Sum("cents"))
        .order_by("day")
    )
    day_before = add_business_days(as_of, -1)
    found = {member: Figure() for member in Watch}
    newly_lost = Figure()
    for deadline_on, claims, cents in rows:
        figure = Figure(int(claims), int(cents))
        member = watch(deadline_on, as_of=as_of)
        found[member] += figure
        if member is Watch.LOST and deadline_on >= day_before:
            newly_lost += figure
    return found, newly_lost


def _most_urgent(practice: Practice, as_of: date) -> list[WorklistItem]:
    through = as_of + timedelta(days=CHASE_DAYS)
    near = WorklistItem.objects.filter(
        practice=practice, is_open=True, deadline_on__gte=as_of, deadline_on__lte=through
    )
    rows = near.order_by("deadline_on", "-urgency", "-priority", "pk")
    return list(rows.select_related("claim__patient", "payer")[:SHOWN_DEADLINES])


def _end_of_day(practice: Practice, day: date) -> datetime:
    return datetime.combine(day, DAY_ENDS, ZoneInfo(practice.time_zone))


def _came_in(practice: Practice, as_of: date) -> CameIn:
    since = _end_of_day(practice, add_business_days(as_of, -1))
    sets = TransactionSet.objects.filter(practice=practice, posted_at__gte=since)
    posted = [PostingStatus.POSTED, PostingStatus.RELEASED]
    remittances = quarantined = paid = held = 0
    for kind, status, cents in sets.values_list("kind", "status", "payment_cents"):
        if status == PostingStatus.QUARANTINED:
            quarantined, held = quarantined + 1, held + (cents or 0)
        elif status in posted and kind == SetKind.REMITTANCE:
            remittances, paid = remittances + 1, paid + (cents or 0)
    denials = ClaimPayment.objects.filter(
        remittance__transaction_set__in=sets.filter(status__in=posted),
        is_denial=True,
        is_reversed=False,
    ).aggregate(claims=Count("pk"), cents=Sum("denied_cents"))
    rejected = ClaimEvent.objects.filter(
        transaction_set__in=sets.filter(status__in=posted), payer_status=PayerStatus.REJECTED
    ).aggregate(claims=Count("claim", distinct=True))
    return CameIn(
        since=since,
        remittances=remittances,
        paid_cents=paid,
        denials=Figure(denials["claims"], denials["cents"] or 0),
        rejected=rejected["claims"],
        quarantined=Figure(quarantined, held),
    )


def _explained(
    practice: Practice, item: WorklistItem | None, as_of: date
) -> tuple[Price | None, str]:
    if item is None:
        return None, ""
    rules = pricing_for(practice, as_of=as_of)
    row, state = state_of(item, rules)
    facts = rules.facts(row, state)
    return price(facts, as_of=as_of), because(facts, as_of=as_of)
