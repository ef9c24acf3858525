"""What the worklist can be asked: its rows, a price with its parts, the day's figures, whether a claim went stale."""

from dueline.worklist.queries.buckets import bucket_range
from dueline.worklist.queries.clocks import Clocks, Moved, clocks_of, interval_for, moved_deadlines
from dueline.worklist.queries.counts import (
    Figure,
    day_figures,
    figure_for,
    figure_of_items,
    payer_figures,
    work_figure,
)
from dueline.worklist.queries.figures import TodayFigures, today
from dueline.worklist.queries.filters import FilterError, ItemFilters, usual_filters
from dueline.worklist.queries.items import (
    ORDERS,
    deadline_after,
    deadlines_of,
    explain,
    explain_each,
    item_document,
    item_for,
    items,
    pricing_for,
    work_status_of,
)
from dueline.worklist.queries.moves import move_entries, moves_of, times_put_off
from dueline.worklist.queries.payers_open import (
    PayerHours,
    call_hours,
    hours_of,
    open_payer_ids,
)
from dueline.worklist.queries.readiness import readiness_of
from dueline.worklist.queries.requests import (
    open_counts,
    open_requests,
    overrides_of,
    request_for,
    requests_of,
)
from dueline.worklist.queries.sheet import Shown, call_sheet, documents
from dueline.worklist.queries.verify import verify

__all__ = [
    "ORDERS",
    "Clocks",
    "Figure",
    "FilterError",
    "ItemFilters",
    "Moved",
    "PayerHours",
    "Shown",
    "TodayFigures",
    "bucket_range",
    "call_hours",
    "call_sheet",
    "clocks_of",
    "day_figures",
    "deadline_after",
    "deadlines_of",
    "documents",
    "explain",
    "explain_each",
    "figure_for",
    "figure_of_items",
    "hours_of",
    "interval_for",
    "item_document",
    "item_for",
    "items",
    "move_entries",
    "moved_deadlines",
    "moves_of",
    "open_counts",
    "open_payer_ids",
    "open_requests",
    "overrides_of",
    "payer_figures",
    "pricing_for",
    "readiness_of",
    "request_for",
    "requests_of",
    "times_put_off",
    "today",
    "usual_filters",
    "verify",
    "work_figure",
    "work_status_of",
]
