"""The worklist on paper: the first claims of a list with what a call needs, and room to write. Set by Typst.

What people or files named goes in as data and is never markup.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from importlib.resources import files
from itertools import islice
from typing import Any

import font_source_sans_pro
import typst

from dueline.accounts import audit
from dueline.accounts.models import Practice, User
from dueline.accounts.queries import role_in
from dueline.core.enums import Order
from dueline.core.money import dollar_words
from dueline.worklist.models import WorklistItem
from dueline.worklist.queries import ItemFilters, items, usual_filters

MOST_CLAIMS = 100  # five pages: more than a shift
_ORDERS = {
    Order.PRIORITY: "By what waiting costs",
    Order.DEADLINE: "By deadline",
    Order.OLDEST: "Oldest first",
    Order.LARGEST: "Largest first",
    Order.PAYER: "By payer",
}


def export_call_sheet(
    *,
    practice: Practice,
    query: Mapping[str, str],
    by: User,
    as_of: date,
    now: datetime,
) -> bytes:
    """Return the list's first claims as PDF and put the export on the audit trail. Raises FilterError."""
    filters = ItemFilters.from_query(query, usual_filters(role_in(by, practice)))
    text = query.get("order", "")
    order = Order(text) if text in {*Order} else Order.PRIORITY
    found = items(practice, order=order, filters=filters, as_of=as_of, user=by)
    rows = list(islice(found, MOST_CLAIMS + 1))
    shown = rows[:MOST_CLAIMS]
    audit.record(
        practice=practice,
        by=by.get_username(),
        action="export_call_sheet",
        at=now,
        object_kind="list",
        object_key="worklist",
        detail={"claims": [item.claim_id for item in shown]},
    )
    note = f"The first {MOST_CLAIMS} of the list." if len(rows) > len(shown) else "The whole list."
    told = {
        "practice": practice.name[:60],
        "day": f"{as_of:%B} {as_of.day}, {as_of.year}",
        "order": _ORDERS[order],
        "note": note,
        "rows": [_row(rank, item) for rank, item in enumerate(shown, 1)],
    }
    return pdf(told)


def pdf(told: dict[str, Any]) -> bytes:
    """Return the sheet as PDF, landscape letter paper."""
    return typst.compile(
        files("dueline.reports").joinpath("call_sheet.typ").read_bytes(),
        font_paths=[font_source_sans_pro.font_directory],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"report": json.dumps(told)},
    )


def _row(rank: int, item: WorklistItem) -> dict[str, Any]:
    claim, patient = item.claim, item.claim.patient
    name = f"{patient.last_name}, {patient.first_name}".rstrip(", ") if patient else "Not known"
    born = _day(patient.birth_on) if patient else ""
    is_charged = claim.charge_cents or claim.opening_on is None
    return {
        "rank": rank,
        "claim": claim.patient_control_number,
        "number": claim.payer_claim_control_number,
        "patient": name,
        "born": f"born {born}" if born else "birth date not known",
        "payer": item.payer.name if item.payer else "",
        "member": claim.member_id or "member ID not known",
        "service": _day(claim.service_from_on) or "not known",
        "charge": f"of {dollar_words(claim.charge_cents)}" if is_charged else "charge not known",
        "said": claim.payer_said or claim.payer_status.replace("_", " "),
        "next": item.next_action.replace("_", " "),
        "open": dollar_words(claim.payer_balance_cents),
        "deadline": f"by {_day(item.deadline_on)}" if item.deadline_on else "",
    }


def _day(day: date | None) -> str:
    return f"{day.month}/{day.day}/{day.year}" if day else ""
