"""Claims with their items as read for pricing, and the columns of items that a refresh writes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import NamedTuple

from django.db.models import QuerySet

from dueline.core.claim_clocks import Events
from dueline.core.claim_course import from_json
from dueline.core.enums import PayerStatus
from dueline.core.holds import NO_HOLD, Hold
from dueline.ledger.models import Claim


class Row(NamedTuple):
    """A claim with its item, if it has one, as read for pricing."""

    claim_id: int
    payer_id: int
    payer_status: str
    payer_status_on: date | None
    payer_balance_cents: int
    payer_sequence: str
    payer_said: str
    denial_carc: str
    claim_type: str
    service_from_on: date | None
    service_through_on: date | None
    first_submitted_on: date | None
    last_submitted_on: date | None
    accepted_on: date | None
    last_remitted_on: date | None
    earlier_remitted_on: date | None
    denied_on: date | None
    group_number: str
    frequency_code: str
    item_id: int | None
    item: "ItemState | None" = None
    last_action_on: date | None = None
    course: Mapping[str, object] = MappingProxyType({})  # core.claim_course.as_json
    answered_on: date | None = None  # by a 277
    hold: Hold = NO_HOLD


class ItemState(NamedTuple):
    """The columns of an item that a refresh decides, in the order in which they are written."""

    payer_id: int
    payer_name: str
    is_open: bool
    level: str
    work_status: str
    due_on: date
    due_reason: str
    has_set_date: bool
    is_held: bool
    promised_on: date | None
    asked_on: date | None
    next_action: str
    deadline_on: date | None
    safe_on: date | None
    deadline_kind: str
    payer_balance_cents: int
    service_on: date | None
    first_submitted_on: date | None
    seen_status: str
    seen_status_on: date | None
    is_due: bool
    is_for_caller: bool
    escalated_on: date | None
    due_cause: str
    urgency: int
    priority: int


STATE_FIELDS = ItemState._fields
_CLAIM_FIELDS = ("pk", *Row._fields[1 : Row._fields.index("item_id")])
_ITEM_FIELDS = tuple(f"item__{name}" for name in STATE_FIELDS)
_BESIDE = ("item__pk", "item__last_action_on", "item__course", "item__answered_on")
_FIRST_ITEM_FIELD = len(_CLAIM_FIELDS) + len(_BESIDE)


def claim_rows(
    claims: QuerySet[Claim], holds: Mapping[int, Hold] = MappingProxyType({})
) -> Iterator[Row]:
    """Yield the claims with their items, each with what holds it. Shape: order of the query."""
    fields = (*_CLAIM_FIELDS, *_BESIDE, *_ITEM_FIELDS)
    for values in claims.values_list(*fields).iterator(chunk_size=5000):
        item_id, acted_on, course, answered_on = values[len(_CLAIM_FIELDS) : _FIRST_ITEM_FIELD]
        item = None if item_id is None else ItemState._make(values[_FIRST_ITEM_FIELD:])
        hold = holds.get(values[0], NO_HOLD)
        yield Row._make(
            (
                *values[: len(_CLAIM_FIELDS)],
                *(item_id, item, acted_on, course or {}, answered_on, hold),
            )
        )


def own_remitted_on(row: Row) -> date | None:
    """Return when the payer whose turn it is last answered; the payer before it does not count."""
    return None if row.last_remitted_on == row.earlier_remitted_on else row.last_remitted_on


def events_of(row: Row) -> Events | None:
    """Return what follow-ups, a corrected claim and the payer's word tell; None where nothing does."""
    is_asked = row.payer_status == PayerStatus.INFORMATION_REQUESTED
    is_correction = row.frequency_code == _CORRECTION and row.last_submitted_on is not None
    if not (row.course or is_asked or is_correction):
        return None
    events = from_json(row.course)
    if is_asked:
        asked_on = max(
            filter(None, (events.records_requested_on, row.payer_status_on)), default=None
        )
        events = replace(events, records_requested_on=asked_on)
    if is_correction:
        sent_on = max(filter(None, (events.corrected_sent_on, row.last_submitted_on)))
        events = replace(events, corrected_sent_on=sent_on)
    return events


_CORRECTION = "7"  # CLM05-3
