"""Promise 6, proved: every open claim has exactly one worklist item, with an owner or queue and a due date."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import DateField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from dueline.accounts.models import Practice
from dueline.core.breach import Breach
from dueline.core.enums import Level, RequestState, WorkStatus
from dueline.core.lease import CALL_LEASE
from dueline.core.schedule import (
    FORCE_DAYS,
    MISSABLE,
    MISSED_DAYS,
    days_overdue,
    deadline_window,
    farthest_due_on,
)
from dueline.ledger.models import Claim
from dueline.worklist.models import DailyPricing, Request, WorklistItem
from dueline.worklist.queries.counts import verify_counts

_NEVER = Value(date.min, output_field=DateField())


def verify(practice: Practice, *, now: datetime | None = None) -> Iterator[Breach]:
    """Yield what breaks promise 6 in a practice, a breach for each claim; nothing when all is well.

    That a claim has no second item, and an item always a due date, the tables themselves refuse. Leases are
    looked at where it is said what time it is.
    """
    open_claims = Claim.objects.filter(practice=practice, is_open=True)
    for pk in _ids(open_claims.filter(Q(item__isnull=True) | Q(item__is_open=False))):
        yield Breach("worklist item", f"claim {pk}", "The claim is open and on no worklist.")
    items = WorklistItem.objects.filter(practice=practice, is_open=True)
    for pk in _ids(items.filter(claim__is_open=False)):
        yield Breach("worklist item", f"item {pk}", "The item is open and its claim is settled.")
    for pk in _ids(items.filter(owner__isnull=True).exclude(level__in=list(Level))):
        yield Breach("worklist queue", f"item {pk}", "The item has neither an owner nor a queue.")
    for pk in _ids(items.exclude(claim__practice=practice)):
        yield Breach(
            "worklist practice", f"item {pk}", "The item and its claim differ in practice."
        )
    wrong = items.filter(claim__is_open=True).exclude(
        payer_balance_cents=F("claim__payer_balance_cents"), payer=F("claim__payer")
    )
    for pk in _ids(wrong):
        yield Breach(
            "worklist balance",
            f"item {pk}",
            "The item shows another balance or payer than its claim.",
        )
    dated = items.annotate(
        service=Coalesce("service_on", _NEVER),
        claim_service=Coalesce("claim__service_from_on", _NEVER),
        sent=Coalesce("first_submitted_on", _NEVER),
        claim_sent=Coalesce("claim__first_submitted_on", _NEVER),
    )
    for pk in _ids(dated.exclude(service=F("claim_service"), sent=F("claim_sent"))):
        text = "The item shows another day of service or first submission than its claim."
        yield Breach("worklist days", f"item {pk}", text)
    yield from _out_of_sight(practice, items, now)
    yield from _unseen(items)
    yield from verify_counts(practice)
    yield from _of_requests(practice, items)


def _out_of_sight(
    practice: Practice, items: QuerySet[WorklistItem], now: datetime | None
) -> Iterator[Breach]:
    """Yield the items that no list would bring up: of another day, not due when they are, or held for ever."""
    for pk in _ids(items.exclude(work_status__in=set(WorkStatus) - {WorkStatus.CLOSED})):
        yield Breach("worklist status", f"item {pk}", "The item is open, and its status is closed.")
    day = DailyPricing.objects.filter(practice=practice).values_list("priced_on", flat=True).first()
    if day is not None:
        for pk in _ids(items.filter(Q(priced_on__isnull=True) | Q(priced_on__lt=day))):
            text = "Its priority is of an earlier day than the others'."
            yield Breach("worklist day", f"item {pk}", text)
        for pk in _ids(items.filter(is_due=False, due_on__lte=F("priced_on"))):
            yield Breach("worklist due", f"item {pk}", "Its date has come, and it is not due.")
        for pk in _ids(items.filter(due_on__gt=farthest_due_on(day))):
            text = "It is due in more than two years: no one would see it again."
            yield Breach("worklist due", f"item {pk}", text)
    if now is not None:
        for pk in _ids(items.filter(leased_until__gt=now + CALL_LEASE)):
            text = "It is held for longer than any call: no one else can work it."
            yield Breach("worklist lease", f"item {pk}", text)


def _unseen(items: QuerySet[WorklistItem]) -> Iterator[Breach]:
    """Yield the claims that a near deadline asks for, and that wait unseen behind their date all the same."""
    late = items.filter(has_set_date=False, safe_on__gt=F("priced_on"), due_on__gt=F("safe_on"))
    for pk in _ids(late):
        text = "It is due after the safe date of its deadline, and no one decided so."
        yield Breach("worklist deadline", f"item {pk}", text)
    missed = items.filter(
        due_cause__in=MISSABLE, escalated_on__isnull=True, priced_on__isnull=False
    )
    for pk, due_on, priced_on in missed.values_list("pk", "due_on", "priced_on").order_by("pk"):
        if priced_on and days_overdue(due_on, as_of=priced_on) >= MISSED_DAYS:
            text = "Its follow-up was missed for three working days, and was not escalated."
            yield Breach("worklist escalation", f"item {pk}", text)
    near = items.filter(
        Q(deadline_on__lte=F("priced_on") + timedelta(days=max(FORCE_DAYS)))
        | Q(safe_on__lte=F("priced_on")),
        is_due=False,
        is_held=False,
        deadline_on__gte=F("priced_on"),
    ).exclude(Exists(Request.objects.filter(claim=OuterRef("claim"))))
    fields = ("pk", "deadline_on", "safe_on", "priced_on", "last_action_on")
    for pk, deadline_on, safe_on, priced_on, acted_on in near.values_list(*fields).order_by("pk"):
        asked_on = deadline_window(deadline_on, safe_on, as_of=priced_on)
        if asked_on is not None and (acted_on is None or acted_on < asked_on):
            text = "A deadline is near, and the item is not due: no one sees it in time."
            yield Breach("worklist deadline", f"item {pk}", text)


def _of_requests(practice: Practice, items: QuerySet[WorklistItem]) -> Iterator[Breach]:
    """Yield the claims that do not wait with their request, and requests past their date that no one was told of."""
    away = (WorkStatus.WITH_BILLING, WorkStatus.WITH_LEAD)
    asked = Request.objects.filter(practice=practice, state=RequestState.OPEN)
    waiting = items.filter(claim__in=asked.filter(claim__isnull=False).values("claim"))
    for pk in _ids(waiting.exclude(work_status__in=away)):
        text = "A request is open, and the item waits neither with billing nor with the lead."
        yield Breach("request", f"item {pk}", text)
    late = waiting.filter(
        work_status=WorkStatus.WITH_BILLING,
        deadline_on__gte=F("priced_on"),
        due_on__gte=F("deadline_on"),
    )
    for pk in _ids(late):
        text = "It waits past the safe date of its deadline, and was not escalated."
        yield Breach("request deadline", f"item {pk}", text)
    day = DailyPricing.objects.filter(practice=practice).values_list("priced_on", flat=True).first()
    if day is not None:
        overdue = asked.filter(due_on__lt=day, escalated_on__isnull=True)
        for pk in _ids(overdue):
            text = "It was not answered by its date, and was not escalated."
            yield Breach("request escalation", f"request {pk}", text)


def _ids(rows: QuerySet[Claim] | QuerySet[WorklistItem] | QuerySet[Request]) -> Iterator[int]:
    return rows.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000)
