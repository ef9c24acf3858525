"""Comparing what payers allowed with their contracts, for the claims touched or for all.

Done again it changes nothing. What a person has decided stays; what the payer made good, or took back, ends by itself.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import Sum

from dueline.accounts.models import Practice
from dueline.core.contract_price import ContractLine, Price, is_underpaid, price
from dueline.core.enums import ClaimType, EntryKind, UnderpaymentState
from dueline.core.underpayment_states import LIVE
from dueline.ledger.models import Claim, Entry, LinePayment
from dueline.ledger.posting import lock
from dueline.underpayments.models import ContractPricing, FeeSchedule, Underpayment
from dueline.underpayments.queries.terms import Terms

BATCH = 1_000  # claims compared together
HOSPITAL = "22"  # an institutional claim is of a facility
_FIRST_PAYER = ("1", "19")  # CLP02: processed as primary; a later payer pays what is left


class _Line(NamedTuple):
    """A paid line and what prices it."""

    pk: int
    claim_id: int
    payer_id: int
    claim_type: str
    facility_code: str
    line_place: str | None
    procedure_code: str
    modifiers: str
    units: Decimal | None
    charge_cents: int
    paid_cents: int
    allowed_cents: int | None
    service_on: date | None
    claim_service_on: date | None
    paid_on: date | None


_COLUMNS = (
    *("pk", "claim_payment__claim_id", "claim_payment__remittance__payer_id"),
    *("claim_payment__claim__claim_type", "claim_payment__claim__facility_code"),
    *(
        "service_line__place_of_service",
        "procedure_code",
        "modifiers",
        "units",
        "charge_cents",
        "paid_cents",
        "allowed_cents",
    ),
    *("service_from_on", "claim_payment__claim__service_from_on"),
    "claim_payment__remittance__paid_on",
)


def find_underpayments(
    *, practice: Practice, now: datetime, claim_ids: Iterable[int] | None = None
) -> int:
    """Find lines allowed below the contract, of the claims given or of all; return how many are new."""
    terms = Terms(practice)
    if not terms.payers:
        return 0
    found = 0
    for ids in _batches(practice, terms, claim_ids):
        with transaction.atomic():
            lock(practice)
            found += _compare(practice, terms, ids, now)
    return found


def _batches(
    practice: Practice, terms: Terms, claim_ids: Iterable[int] | None
) -> Iterator[list[int]]:
    """Yield the claims to compare, so many at a time."""
    if claim_ids is not None:
        ids = sorted(claim_ids)
        yield from (ids[first : first + BATCH] for first in range(0, len(ids), BATCH))
        return
    last = 0
    paid = Claim.objects.filter(
        practice=practice, claim_payments__remittance__payer__in=terms.payers
    )
    while ids := list(
        paid.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True).distinct()[:BATCH]
    ):
        yield ids
        last = ids[-1]


def _compare(practice: Practice, terms: Terms, claim_ids: list[int], now: datetime) -> int:
    lines = list(_lines(terms, claim_ids))
    allowed = _allowed(lines)
    short = [row for line in lines if (row := _short(practice, terms, line, allowed, now))]
    known = {row.line_payment_id: row for row in Underpayment.objects.filter(claim__in=claim_ids)}
    _end(known, lines, {row.line_payment_id for row in short})
    new = [row for row in short if row.line_payment_id not in known]
    Underpayment.objects.bulk_create(new)
    return len(new)


def _lines(terms: Terms, claim_ids: list[int]) -> Iterator[_Line]:
    """Yield the lines that the first payer paid on these claims, and that stand."""
    rows = LinePayment.objects.filter(
        claim_payment__claim__in=claim_ids,
        claim_payment__is_reversed=False,
        claim_payment__status_code__in=_FIRST_PAYER,
        claim_payment__remittance__payer__in=terms.payers,
    ).exclude(procedure_code="")
    for row in rows.order_by("pk").values_list(*_COLUMNS):
        yield _Line(*row)


def _allowed(lines: list[_Line]) -> dict[int, int]:
    """Return of each line what the payer allowed: as it says, else what it paid and left to the patient."""
    untold = [line.pk for line in lines if line.allowed_cents is None]
    shares = dict(
        Entry.objects.filter(
            line_payment__in=untold, kind=EntryKind.ADJUSTMENT.value, group_code="PR"
        )
        .values_list("line_payment")
        .annotate(Sum("amount_cents"))
    )
    return {
        line.pk: line.paid_cents + int(shares.get(line.pk) or 0)
        if line.allowed_cents is None
        else line.allowed_cents
        for line in lines
    }


def _short(
    practice: Practice, terms: Terms, line: _Line, allowed: dict[int, int], now: datetime
) -> Underpayment | None:
    """Return the underpayment of a line; None where it is none, refused altogether, or has no price."""
    if allowed[line.pk] <= 0:  # a denial
        return None
    pricing, schedule = terms.of(line.payer_id, line.service_on or line.claim_service_on)
    if pricing is None or schedule is None:
        return None
    priced = _price(terms, pricing, schedule, line)
    if priced.cents is None or not is_underpaid(priced.cents, allowed[line.pk]):
        return None
    return Underpayment(
        practice=practice,
        claim_id=line.claim_id,
        line_payment_id=line.pk,
        pricing=pricing,
        schedule=schedule,
        expected_cents=priced.cents,
        allowed_cents=allowed[line.pk],
        short_cents=priced.cents - allowed[line.pk],
        arithmetic=priced.words[:200],
        paid_on=line.paid_on,
        found_at=now,
    )


def _price(terms: Terms, pricing: ContractPricing, schedule: FeeSchedule, line: _Line) -> Price:
    is_professional = line.claim_type == ClaimType.PROFESSIONAL
    billed = ContractLine(
        procedure_code=line.procedure_code,
        modifiers=tuple(line.modifiers.split()),
        place_of_service=(line.line_place or line.facility_code) if is_professional else HOSPITAL,
        units=line.units,
        charge_cents=line.charge_cents,
    )
    return price(billed, terms.contract_terms(pricing), terms.amounts(schedule))


def _end(known: dict[int, Underpayment], lines: list[_Line], short: set[int]) -> None:
    """End those that the payer made good by another payment, or took back, and those no longer so."""
    standing = {line.pk for line in lines}
    paid_again = {line.claim_id for line in lines if line.pk not in short}
    ended = []
    for pk, row in known.items():
        if UnderpaymentState(row.state) not in LIVE or pk in short:
            continue
        is_gone = pk not in standing and row.claim_id not in paid_again
        row.state = (UnderpaymentState.TAKEN_BACK if is_gone else UnderpaymentState.RECOVERED).value
        ended.append(row)
    Underpayment.objects.bulk_update(ended, ["state"])
