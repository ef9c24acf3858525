"""The worklist's rows: its orders, one row as a document, and a price with its parts."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy

from dueline.accounts.models import Practice, User
from dueline.core.aging import bucket, days_outstanding, watch
from dueline.core.calendars import business_days_between
from dueline.core.deadlines import Deadline, deadlines
from dueline.core.enums import Order, Outcome, WorkStatus
from dueline.core.money import dollars
from dueline.core.priority import Price, price
from dueline.core.schedule import is_met_by
from dueline.ledger.models import Claim
from dueline.worklist.models import DailyPricing, WorklistItem
from dueline.worklist.queries.blocks import kept_rows
from dueline.worklist.queries.filters import ItemFilters, condition
from dueline.worklist.queries.pricing import Pricing, pricing
from dueline.worklist.queries.rows import ItemState, Row, claim_rows

_BY_PRIORITY = ("-urgency", "-priority", "pk")
# Each ends in the key, so that every order is total and the same on both databases.
ORDERS: dict[Order, tuple[str | OrderBy, ...]] = {
    Order.PRIORITY: _BY_PRIORITY,
    Order.DEADLINE: (F("deadline_on").asc(nulls_last=True), *_BY_PRIORITY),
    Order.OLDEST: (F("service_on").asc(nulls_last=True), "pk"),
    Order.LARGEST: ("-payer_balance_cents", "pk"),
    Order.PAYER: ("payer_name", "payer_id", *_BY_PRIORITY),
}


def items(
    practice: Practice,
    *,
    order: Order,
    filters: ItemFilters,
    as_of: date,
    user: User | None = None,
) -> QuerySet[WorklistItem]:
    """Return the open items that the filters let through, in order, with claim, patient and payer joined."""
    return (
        WorklistItem.objects.filter(practice=practice, is_open=True)
        .filter(condition(filters, as_of=as_of, user=user))
        .order_by(*ORDERS[order])
        .select_related("claim__patient", "payer", "owner", "leased_by")
    )


def item_for(practice: Practice, pk: int) -> WorklistItem:
    """Return the practice's item. Raises WorklistItem.DoesNotExist."""
    return WorklistItem.objects.select_related("claim__patient", "payer", "practice").get(
        practice=practice, pk=pk
    )


def deadline_after(
    item: WorklistItem | None, outcome: Outcome | None
) -> tuple[date | None, date | None]:
    """Return the legal and safe date of the deadline that still runs after a contact with this outcome."""
    if item is None or is_met_by(outcome, item.deadline_kind):
        return None, None
    return item.deadline_on, item.safe_on


def work_status_of(item: WorklistItem, *, now: datetime) -> WorkStatus:
    """Return our work status at a moment: in work while someone holds the claim."""
    if item.is_open and item.leased_until is not None and item.leased_until >= now:
        return WorkStatus.IN_WORK
    return WorkStatus(item.work_status)


def pricing_for(practice: Practice, *, as_of: date) -> Pricing:
    """Return what explains or repeats the prices of the practice on a day. A few small queries."""
    shared = DailyPricing.objects.filter(practice=practice).first()
    return pricing(practice, as_of=as_of, shared=shared or DailyPricing(practice=practice))


def explain(item: WorklistItem, *, as_of: date) -> Price:
    """Return the cost of waiting of an item with its parts.

    On the day for which the practice is priced, its figure is the one stored.
    """
    return explain_each([item], rules=pricing_for(item.practice, as_of=as_of))[0]


def explain_each(found: Sequence[WorklistItem], *, rules: Pricing) -> list[Price]:
    """Return what `explain` does for each of these items, with a few queries for all their claims."""
    claims = Claim.objects.filter(pk__in=[item.claim_id for item in found])
    rows = kept_rows(rules, claims)
    states = [(row := rows[item.claim_id], rules.state(row)) for item in found]
    return [price(rules.facts(row, state), as_of=rules.as_of) for row, state in states]


def state_of(item: WorklistItem, rules: Pricing) -> tuple[Row, ItemState]:
    """Return the item's row and what it is to be on the day of `rules`."""
    row = kept_rows(rules, Claim.objects.filter(pk=item.claim_id))[item.claim_id]
    return row, rules.state(row)


def deadlines_of(claim: Claim, *, as_of: date, rules: Pricing | None = None) -> list[Deadline]:
    """Return the clocks that stand on a claim, each with its rule."""
    rules = rules or pricing_for(claim.practice, as_of=as_of)
    row = next(claim_rows(Claim.objects.filter(pk=claim.pk)))
    return deadlines(rules.rules(row), rules.claim_dates(row), as_of=as_of)


def item_document(
    item: WorklistItem, as_of: date, rules: Pricing | None = None
) -> dict[str, object]:
    """Return the item as `dueline worklist --json` prints it: money as strings of dollars with two decimals."""
    rules = rules or pricing_for(item.practice, as_of=as_of)
    row, state = state_of(item, rules)
    return document(item.claim, row, state, rules)


def document(claim: Claim, row: Row, state: ItemState, rules: Pricing) -> dict[str, object]:
    """Return the document of a row priced by `rules`, whether or not it is stored so."""
    as_of = rules.as_of
    found = price(rules.facts(row, state), as_of=as_of)
    clocks = deadlines(rules.rules(row), rules.claim_dates(row), as_of=as_of)
    age = days_outstanding(row.service_from_on, as_of=as_of)
    return {
        "patient_control_number": claim.patient_control_number,
        "payer": rules.payers[row.payer_id].name,
        "payer_balance": str(dollars(row.payer_balance_cents)),
        "charge": str(dollars(claim.charge_cents)),
        "service_on": _iso(row.service_from_on),
        "days_since_service": age,
        "days_since_submission": days_outstanding(row.first_submitted_on, as_of=as_of),
        "days_since_action": days_outstanding(row.last_action_on, as_of=as_of),
        "bucket": bucket(age).value,
        "payer_status": row.payer_status,
        "payer_said": claim.payer_said,
        "work_status": str(state.work_status),
        "level": str(state.level),
        "deadlines": [_deadline(clock, as_of) for clock in clocks],
        "due_on": state.due_on.isoformat(),
        "due_reason": state.due_reason,
        "is_due": state.is_due,
        "urgency": state.urgency,
        "priority": str(dollars_per_minute(found.cents_per_minute_hundredths)),
        "sentence": found.sentence,
        "reasons": [chip.text for chip in found.reasons],
        "parts": [
            {
                "name": part.name,
                "label": part.label,
                "figure": part.figure,
                "basis": part.basis,
                "value": str(dollars(part.value)) if part.unit == "cents" else part.value,
                "unit": "dollars" if part.unit == "cents" else part.unit,
            }
            for part in found.parts
        ],
        "next_action": str(state.next_action),
    }


def dollars_per_minute(hundredths_of_a_cent: int) -> str:
    """Return the cost of waiting in dollars a minute with four decimals: 124223 is "12.4223"."""
    return f"{hundredths_of_a_cent // 10_000}.{hundredths_of_a_cent % 10_000:04d}"


def _deadline(clock: Deadline, as_of: date) -> Mapping[str, object]:
    due_on = clock.due_on
    return {
        "kind": str(clock.kind),
        "due_on": _iso(due_on),
        "safe_on": _iso(clock.safe_on),
        "days_left": None if due_on is None else (due_on - as_of).days,
        "business_days_left": None if due_on is None else business_days_between(as_of, due_on),
        "watch": None if due_on is None else str(watch(due_on, as_of=as_of)),
        "is_met": clock.is_met,
        "is_running": clock.is_running,
        "sentence": clock.sentence,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
