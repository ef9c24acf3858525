"""The lists of the pages as tables to download: the same rows, in the same order, with the page's filters.

Holds patient data; each export is on the audit trail. What a spreadsheet would run is disarmed by `exports`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from dueline.accounts import audit
from dueline.accounts.models import Practice, User
from dueline.accounts.queries import role_in
from dueline.appeals.queries.reading import SHOWN, appeals_in
from dueline.calls.models import FollowUp
from dueline.calls.queries.note import note_of
from dueline.cases.queries.reading import cases_of, current_patterns, told
from dueline.core import codes
from dueline.core.appeals.levels import LEVEL_NAMES, AppealLevel
from dueline.core.correction import KIND_NAMES, CorrectionKind, CorrectionState
from dueline.core.enums import Order, PostingStatus, RequestOwner, UnderpaymentState
from dueline.core.money import dollars
from dueline.core.write_offs import REASON_WORDS, WriteOffReason, WriteOffState
from dueline.corrections.queries import corrections_of
from dueline.corrections.queries.next_payer import to_bill
from dueline.denials.queries import DenialFilters, denials
from dueline.intake.models import SetProblem
from dueline.ledger.models import Claim, TransactionSet
from dueline.reports.exports import Value
from dueline.underpayments.queries.lists import underpayments
from dueline.worklist.queries import ItemFilters, items, open_requests, usual_filters
from dueline.write_offs.queries import write_offs_in

AT_ONCE = 2_000
Table = Iterator[list[Value]]


class ListName(StrEnum):
    """The lists that can be downloaded."""

    WORKLIST = "worklist"
    DENIALS = "denials"
    REQUESTS = "requests"
    QUARANTINE = "quarantine"
    PATTERNS = "patterns"
    CASES = "cases"
    CORRECTIONS = "corrections"
    NEXT_PAYER = "next_payer"
    APPEALS = "appeals"
    UNDERPAYMENTS = "underpayments"
    WRITE_OFFS = "write_offs"
    NOTES = "notes"


class ListError(ValueError):
    """A filter in an address that does not exist; the message names what is expected."""


@dataclass(frozen=True)
class _Asked:
    """Who asks for a list, on which day, and how its page was filtered."""

    practice: Practice
    by: User
    as_of: date
    query: Mapping[str, str]


def export_list(
    *,
    practice: Practice,
    name: ListName,
    query: Mapping[str, str],
    by: User,
    as_of: date,
    now: datetime,
) -> Table:
    """Return a list as rows for a download, and put the export on the audit trail.

    Raises ListError (or the list's own filter error, a ValueError) for a filter that does not exist.
    """
    table = _TABLES[name](_Asked(practice, by, as_of, query))
    audit.record(
        practice=practice,
        by=by.get_username(),
        action="export_list",
        at=now,
        object_kind="list",
        object_key=name.value,
    )
    return table


def _worklist(asked: _Asked) -> Table:
    filters = ItemFilters.from_query(asked.query, usual_filters(role_in(asked.by, asked.practice)))
    text = asked.query.get("order", "")
    order = Order(text) if text in {*Order} else Order.PRIORITY
    found = items(asked.practice, order=order, filters=filters, as_of=asked.as_of, user=asked.by)
    return _worklist_rows(found.iterator(chunk_size=AT_ONCE))


def _worklist_rows(found: Iterator[Any]) -> Table:
    yield [
        *(
            "Patient control number",
            "Patient",
            "Payer",
            "Service date",
            "Payer status",
            "Payer said",
        ),
        *("Next action", "Due", "Deadline", "Level", "Owner", "Charge", "Payer balance"),
    ]
    for item in found:
        claim = item.claim
        yield [
            claim.patient_control_number,
            _patient(claim),
            item.payer.name if item.payer else "",
            claim.service_from_on,
            _words(claim.payer_status),
            claim.payer_said,
            _words(item.next_action),
            item.due_on,
            item.deadline_on,
            item.level,
            item.owner.get_username() if item.owner else "",
            _charge(claim),
            dollars(claim.payer_balance_cents),
        ]


def _denials(asked: _Asked) -> Table:
    filters = DenialFilters.from_query(asked.query)
    found = denials(asked.practice, filters=filters, as_of=asked.as_of)
    rows = found.select_related("claim__patient", "payer")
    return _denial_rows(rows.iterator(chunk_size=AT_ONCE))


def _denial_rows(found: Iterator[Any]) -> Table:
    yield [
        *("Patient control number", "Patient", "Payer", "Denied on", "Group", "CARC", "Reason"),
        *("Remarks", "Category", "State", "Appeal due", "Amount"),
    ]
    for row in found:
        yield [
            row.claim.patient_control_number,
            _patient(row.claim),
            row.payer.name,
            row.denied_on,
            row.group_code,
            row.carc,
            codes.carc(row.carc).summary,
            row.rarcs,
            _words(row.category),
            _words(row.state),
            row.appeal_due_on,
            dollars(row.amount_cents),
        ]


def _requests(asked: _Asked) -> Table:
    text = asked.query.get("owner", "")
    owner = RequestOwner(text) if text in {*RequestOwner} else None
    found = open_requests(asked.practice, owner=owner)
    return _request_rows(found.iterator(chunk_size=AT_ONCE))


def _request_rows(found: Iterator[Any]) -> Table:
    yield ["Owner", "Due", "Asked", "Question", "Patient control number", "Patient", "Payer"]
    for row in found:
        claim = row.claim
        yield [
            _words(row.owner),
            row.due_on,
            row.asked_on,
            row.question,
            claim.patient_control_number if claim else "",
            _patient(claim) if claim else "",
            claim.payer.name if claim else "",
        ]


def _quarantine(asked: _Asked) -> Table:
    found = SetProblem.objects.filter(
        practice=asked.practice,
        transaction_set__in=TransactionSet.objects.filter(
            practice=asked.practice, status=PostingStatus.QUARANTINED.value
        ),
    )
    rows = found.select_related("transaction_set__payer", "source_file")
    ordered = rows.order_by(
        "-transaction_set__posted_at", "transaction_set", "segment_number", "id"
    )
    return _problem_rows(ordered.iterator(chunk_size=AT_ONCE))


def _problem_rows(found: Iterator[SetProblem]) -> Table:
    yield [
        *("File", "Set", "Control number", "Payer", "Segment", "Loop", "Element"),
        *("Problem", "Expected", "Found", "Payment", "Difference"),
    ]
    for row in found:
        held = row.transaction_set
        assert held is not None
        yield [
            row.source_file.name,
            held.kind,
            held.control_number,
            held.payer.name if held.payer else "",
            row.segment_number,
            row.loop,
            row.element,
            row.message,
            row.expected,
            row.found,
            None if held.payment_cents is None else dollars(held.payment_cents),
            dollars(held.difference_cents),
        ]


def _patterns(asked: _Asked) -> Table:
    rows = current_patterns(asked.practice)
    words = told(asked.practice, rows)
    yield [
        *("Kind", "Reason", "Where", "Refused lines", "Lines", "Expected", "Patients"),
        *("Since", "First found", "Refused", "Avoidable"),
    ]
    for row in rows:
        yield [
            row.kind,
            words[row.pk].reason,
            words[row.pk].where,
            row.refused,
            row.lines,
            f"{row.expected:.1f}",
            row.patients,
            row.since_on,
            row.first_found_on,
            dollars(row.refused_cents),
            dollars(row.avoidable_cents),
        ]


def _cases(asked: _Asked) -> Table:
    rows = list(cases_of(asked.practice))
    words = told(asked.practice, rows)
    yield [
        *("Number", "What is wrong", "Reason", "Where", "State", "Owner", "Assigned to"),
        *("Suspected cause", "Action", "Fixed on", "Claims"),
    ]
    for row in rows:
        yield [
            row.number,
            row.statement,
            words[row.pk].reason,
            words[row.pk].where,
            _words(row.state),
            _words(row.owner),
            row.assigned_to.get_username() if row.assigned_to else "",
            row.suspected_cause,
            row.action,
            row.fixed_on,
            row.claim_count,  # type: ignore[attr-defined]
        ]


def _corrections(asked: _Asked) -> Table:
    shown = asked.query.get("show", "open")
    shown = shown if shown in ("open", "all", *CorrectionState) else "open"
    found = corrections_of(asked.practice, shown=shown)
    return _correction_rows(found.iterator(chunk_size=AT_ONCE), ZoneInfo(asked.practice.time_zone))


def _correction_rows(found: Iterator[Any], zone: ZoneInfo) -> Table:
    yield [
        *("Patient control number", "Patient", "Payer", "What", "State", "By", "Since", "File"),
        "Payer balance",
    ]
    for row in found:
        yield [
            row.claim.patient_control_number,
            _patient(row.claim),
            row.claim.payer.name,
            KIND_NAMES[CorrectionKind(row.kind)],
            _words(row.state),
            row.changed_by,
            row.state_at.astimezone(zone).date(),
            row.file.name if row.file else "",
            dollars(row.claim.payer_balance_cents),
        ]


def _next_payer(asked: _Asked) -> Table:
    yield [
        *("Patient control number", "Patient", "Next payer", "Payer before paid on", "Charge"),
        *("Paid before", "Left"),
    ]
    for claim in to_bill(asked.practice).iterator(chunk_size=AT_ONCE):
        yield [
            claim.patient_control_number,
            _patient(claim),
            claim.payer.name,
            claim.earlier_remitted_on,
            dollars(claim.charge_cents),
            dollars(claim.paid_cents),
            dollars(claim.payer_balance_cents),
        ]


def _appeals(asked: _Asked) -> Table:
    shown = asked.query.get("show", "open")
    found = appeals_in(asked.practice, shown=shown if shown in SHOWN else "open", as_of=asked.as_of)
    return _appeal_rows(found.iterator(chunk_size=AT_ONCE))


def _appeal_rows(found: Iterator[Any]) -> Table:
    yield [
        *("Number", "Patient control number", "Patient", "Payer", "Level", "State"),
        *("To be sent by", "Sent", "Decision expected", "In dispute", "Decided on", "Decided"),
    ]
    for row in found:
        yield [
            row.number,
            row.claim.patient_control_number,
            _patient(row.claim),
            row.payer.name,
            LEVEL_NAMES[AppealLevel(row.level)],
            _words(row.state),
            row.due_on,
            row.sent_on,
            row.expected_on,
            dollars(row.disputed_cents),
            row.decided_on,
            None if row.decided_cents is None else dollars(row.decided_cents),
        ]


def _underpayments(asked: _Asked) -> Table:
    text, payer = asked.query.get("state", ""), asked.query.get("payer", "")
    state = UnderpaymentState(text) if text in {*UnderpaymentState} else UnderpaymentState.OPEN
    is_number = payer.isascii() and payer.isdigit() and len(payer) < 19
    found = underpayments(
        asked.practice,
        state=None if text == "all" else state,
        payer=int(payer) if is_number else None,
    )
    return _underpayment_rows(found.iterator(chunk_size=AT_ONCE))


def _underpayment_rows(found: Iterator[Any]) -> Table:
    yield [
        *("Patient control number", "Patient", "Payer", "Paid on", "By the contract", "Expected"),
        *("Allowed", "Short", "State", "Reason", "Decided by"),
    ]
    for row in found:
        yield [
            row.claim.patient_control_number,
            _patient(row.claim),
            row.line_payment.claim_payment.remittance.payer.name,
            row.paid_on,
            row.arithmetic,
            dollars(row.expected_cents),
            dollars(row.allowed_cents),
            dollars(row.short_cents),
            _words(row.state),
            row.reason,
            row.decided_by,
        ]


def _write_offs(asked: _Asked) -> Table:
    text = asked.query.get("show", "")
    state = WriteOffState(text) if text in {*WriteOffState} else WriteOffState.REQUESTED
    found = write_offs_in(asked.practice, state=state).select_related("claim__patient")
    return _write_off_rows(found.iterator(chunk_size=AT_ONCE))


def _write_off_rows(found: Iterator[Any]) -> Table:
    yield [
        *("Patient control number", "Patient", "Payer", "What", "Reason", "Amount", "State"),
        *("Since", "Asked for by", "Evidence"),
    ]
    for row in found:
        yield [
            row.claim.patient_control_number,
            _patient(row.claim),
            row.claim.payer.name,
            _words(row.kind),
            REASON_WORDS[WriteOffReason(row.reason)],
            dollars(row.amount_cents),
            _words(row.state),
            row.state_at.date(),
            row.requested_by,
            row.note,
        ]


def _notes(asked: _Asked) -> Table:
    text = asked.query.get("since", "")
    try:
        since = date.fromisoformat(text) if text else asked.as_of
    except ValueError:
        raise ListError("since: expected a date such as 2026-11-23.") from None
    zone = ZoneInfo(asked.practice.time_zone)
    found = FollowUp.objects.filter(
        practice=asked.practice, recorded_at__gte=datetime.combine(since, time(), zone)
    )
    links = ("claim__payer", "practice", "recorded_by", "corrects", "call_claim__call")
    rows = found.select_related(*links).order_by("sequence")
    return _note_rows(rows.iterator(chunk_size=AT_ONCE), zone)


def _note_rows(found: Iterator[FollowUp], zone: ZoneInfo) -> Table:
    """Yield follow-up notes as practice-management systems take them: a line each, the claim's number first."""
    yield ["Patient control number", "Date", "Time", "User", "Note", "Follow-up number", "Next due"]
    for row in found:
        at = row.occurred_at.astimezone(zone)
        yield [
            row.claim.patient_control_number,
            at.date(),
            f"{at:%H:%M}",
            row.recorded_by.get_username(),
            " ".join(note_of(row).split()),
            row.sequence,
            row.next_due_on,
        ]


def _words(value: str) -> str:
    return value.replace("_", " ")


def _patient(claim: Claim) -> str:
    patient = claim.patient
    return f"{patient.last_name}, {patient.first_name}".rstrip(", ") if patient else ""


def _charge(claim: Claim) -> Value:
    """Return the charge, nothing where no file and no sheet has named one."""
    is_known = claim.charge_cents or claim.opening_on is None
    return dollars(claim.charge_cents) if is_known else None


_TABLES: dict[ListName, Callable[[_Asked], Table]] = {
    ListName.WORKLIST: _worklist,
    ListName.DENIALS: _denials,
    ListName.REQUESTS: _requests,
    ListName.QUARANTINE: _quarantine,
    ListName.PATTERNS: _patterns,
    ListName.CASES: _cases,
    ListName.CORRECTIONS: _corrections,
    ListName.NEXT_PAYER: _next_payer,
    ListName.APPEALS: _appeals,
    ListName.UNDERPAYMENTS: _underpayments,
    ListName.WRITE_OFFS: _write_offs,
    ListName.NOTES: _notes,
}
