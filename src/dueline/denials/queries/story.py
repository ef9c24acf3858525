"""The story of refused claims as the ledger, the submissions and the follow-ups tell it, read in sets."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from dueline.accounts.models import Practice
from dueline.bulk import rows_in
from dueline.calls.models import FollowUp
from dueline.clock import BUSINESS_ZONE
from dueline.core.denial_course import (
    Answer,
    AnsweredLine,
    Contact,
    GivenUp,
    Sent,
    Standing,
    standings,
)
from dueline.core.denials import DUPLICATE, is_held, patient_share_cents
from dueline.core.enums import EntryKind, NextAction, Outcome
from dueline.core.refusals import claim_share_cents, refusals
from dueline.core.x12.model import Adjustment, LinePayment
from dueline.denials.models import Denial
from dueline.ledger.models import (
    ClaimPayment,
    Entry,
    Remittance,
    ServiceLine,
    Submission,
)
from dueline.ledger.models import LinePayment as LineRow

_DECISIONS = f"kind IN ('{EntryKind.WRITE_OFF}', '{EntryKind.TRANSFER}')"
BATCH = 5000  # claims read together


def refused_claims(practice: Practice, claim_ids: Sequence[int]) -> list[int]:
    """Return those of these claims of which anything was refused or called a duplicate, or once was, in order."""
    one = practice.pk
    found = {
        pk
        for (pk,) in rows_in(ClaimPayment, ("claim_id",), "claim_id", claim_ids, also="is_denial")
    }
    duplicate = f"kind = 'adjustment' AND TRIM(carc) = '{DUPLICATE}'"
    found |= {pk for (pk,) in rows_in(Entry, ("claim_id",), "claim_id", claim_ids, also=duplicate)}
    found |= {
        pk for (pk,) in rows_in(Denial, ("claim_id",), "claim_id", claim_ids, practice_id=one)
    }
    return sorted(found)


def stories(claim_ids: Sequence[int]) -> Iterator[tuple[int, list[Standing]]]:
    """Yield each claim with its refusals and where they stand. Nine queries, for any number of claims."""
    reader = _Reader(claim_ids)
    for claim_id in claim_ids:
        yield (
            claim_id,
            standings(
                reader.answers.get(claim_id, ()),
                reader.sent.get(claim_id, ()),
                reader.contacts.get(claim_id, ()),
                reader.given_up.get(claim_id, ()),
            ),
        )


@dataclass(slots=True)
class _Payment:
    """What is read of one claim payment before it is an answer."""

    payer_id: int
    claim_id: int
    status_code: str
    charge_cents: int
    paid_cents: int
    patient_cents: int | None
    remark_codes: str
    reverses_id: int | None
    on: date = date.min
    adjustments: list[Adjustment] = field(default_factory=list)
    lines: list[tuple[AnsweredLine, str, list[Adjustment]]] = field(default_factory=list)


class _Reader:
    """Reads what these claims' stories need."""

    def __init__(self, claim_ids: Sequence[int]) -> None:
        payments = self._payments(claim_ids)
        self._lines(claim_ids, payments)
        self.answers: dict[int, list[Answer]] = defaultdict(list)
        for pk, payment in payments.items():
            self.answers[payment.claim_id].append(_answer(pk, payment))
        self.sent: dict[int, list[Sent]] = defaultdict(list)
        columns = ("id", "claim_id", "submitted_on", "payer_id", "frequency_code")
        for _, claim_id, on, *sent in sorted(rows_in(Submission, columns, "claim_id", claim_ids)):
            self.sent[claim_id].append(Sent(on, *sent))
        self.contacts = _contacts(claim_ids)
        self.given_up = _given_up(claim_ids)

    @staticmethod
    def _payments(claim_ids: Sequence[int]) -> dict[int, _Payment]:
        columns = (
            "id",
            "remittance_id",
            "claim_id",
            "status_code",
            "charge_cents",
            "paid_cents",
            "patient_responsibility_cents",
            "remark_codes",
            "reverses_id",
        )
        rows = sorted(rows_in(ClaimPayment, columns, "claim_id", claim_ids))
        payers = dict(rows_in(Remittance, ("id", "payer_id"), "id", {row[1] for row in rows}))
        return {pk: _Payment(payers[remittance], *facts) for pk, remittance, *facts in rows}

    @staticmethod
    def _lines(claim_ids: Sequence[int], payments: dict[int, _Payment]) -> None:
        numbers = dict(rows_in(ServiceLine, ("id", "line_number"), "claim_id", claim_ids))
        columns = (
            "id",
            "claim_payment_id",
            "service_line_id",
            "procedure_code",
            "revenue_code",
            "charge_cents",
            "paid_cents",
            "remark_codes",
        )
        by_line: dict[int, list[Adjustment]] = {}
        for pk, payment_id, service, code, revenue, charge, paid, remarks in sorted(
            rows_in(LineRow, columns, "claim_payment_id", payments)
        ):
            line = AnsweredLine(pk, service, numbers.get(service), code or revenue, charge, paid)
            by_line[pk] = []
            payments[payment_id].lines.append((line, remarks, by_line[pk]))
        entries = ("id", "claim_payment_id", "line_payment_id", "kind", "effective_on")
        money = ("group_code", "carc", "amount_cents")
        for _, payment_id, line_id, kind, on, group, carc, cents in sorted(
            rows_in(Entry, (*entries, *money), "claim_payment_id", payments),
            key=lambda row: row[0],
        ):
            payment = payments[payment_id]
            if kind == "payment":
                payment.on = on
            elif kind == "adjustment":
                said = by_line[line_id] if line_id is not None else payment.adjustments
                said.append(Adjustment(group, carc, cents))


def _answer(pk: int, payment: _Payment) -> Answer:
    lines = []
    for line, remarks, adjustments in payment.lines:
        line.share_cents = patient_share_cents(adjustments)
        line.held_cents = _held_cents(adjustments)
        lines.append(
            LinePayment(
                charge_cents=line.charge_cents,
                paid_cents=line.paid_cents,
                adjustments=tuple(adjustments),
                remark_codes=tuple(remarks.split()),
            )
        )
    return Answer(
        claim_payment_id=pk,
        on=payment.on,
        payer_id=payment.payer_id,
        status_code=payment.status_code,
        charge_cents=payment.charge_cents,
        paid_cents=payment.paid_cents,
        share_cents=claim_share_cents(payment.adjustments, lines, payment.patient_cents),
        held_cents=_held_cents(payment.adjustments)
        + sum(one[0].held_cents for one in payment.lines),
        reverses_id=payment.reverses_id,
        lines=[one[0] for one in payment.lines],
        refusals=refusals(
            status_code=payment.status_code,
            charge_cents=payment.charge_cents,
            paid_cents=payment.paid_cents,
            patient_responsibility_cents=payment.patient_cents,
            adjustments=payment.adjustments,
            lines=lines,
            remark_codes=payment.remark_codes.split(),
        ),
    )


def _held_cents(adjustments: Iterable[Adjustment]) -> int:
    return sum(a.amount_cents for a in adjustments if is_held(a.group_code, a.carc))


def _contacts(claim_ids: Sequence[int]) -> dict[int, list[Contact]]:
    """Return the follow-ups that were not corrected, each with the action that the one before it named."""
    columns = ("sequence", "id", "claim_id", "corrects_id", "occurred_at", "outcome", "next_action")
    rows = rows_in(FollowUp, (*columns, "facts"), "claim_id", claim_ids)
    rows.sort(key=lambda row: row[0])
    corrected = {row[3] for row in rows}
    found: dict[int, list[Contact]] = defaultdict(list)
    for _, pk, claim_id, _, occurred_at, outcome, action, facts in rows:
        if pk in corrected:
            continue
        before = found[claim_id][-1].next_action if found[claim_id] else NextAction.NONE
        said = json.loads(facts) if isinstance(facts, str) else facts
        on = _aware(occurred_at).astimezone(BUSINESS_ZONE).date()
        contact = Contact(on, Outcome(outcome), NextAction(action), before, said.get("sent", ""))
        found[claim_id].append(contact)
    return found


def _given_up(claim_ids: Sequence[int]) -> dict[int, list[GivenUp]]:
    """Return the decisions that stand: written off or moved to the patient, by what was posted last of each."""
    columns = ("id", "claim_id", "kind", "effective_on", "amount_cents")
    rows = rows_in(Entry, columns, "claim_id", claim_ids, also=_DECISIONS)
    cents: dict[tuple[int, str], int] = defaultdict(int)
    days: dict[tuple[int, str], date] = {}
    for _, claim_id, kind, on, amount in sorted(rows):
        cents[claim_id, kind] += amount
        if amount > 0:
            days[claim_id, kind] = on
    found: dict[int, list[GivenUp]] = defaultdict(list)
    for (claim_id, kind), amount in cents.items():
        if amount > 0:
            is_to_patient = kind == EntryKind.TRANSFER
            found[claim_id].append(GivenUp(days[claim_id, kind], is_to_patient))
    return found


def _aware(value: datetime) -> datetime:
    """Return a moment as a driver gives it, aware: SQLite's is UTC and does not say so."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)
