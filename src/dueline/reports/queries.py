"""The aging report: open payer balances by payer and age, on a named basis, and the claims behind each figure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum

from dueline.accounts.models import Practice
from dueline.core.aging import bucket as bucket_of
from dueline.core.aging import days_outstanding
from dueline.core.enums import AgingBasis, AgingBucket
from dueline.ledger.models import Claim
from dueline.payers.models import Payer
from dueline.worklist.queries import bucket_range

BASIS_FIELD: dict[AgingBasis, str] = {
    AgingBasis.SERVICE: "service_from_on",
    AgingBasis.SUBMISSION: "first_submitted_on",
}
BASIS_WORDS: dict[AgingBasis, str] = {
    AgingBasis.SERVICE: "service date",
    AgingBasis.SUBMISSION: "first submission",
}


@dataclass(frozen=True)
class Cell:
    """Open claims and their payer balance in cents."""

    claims: int = 0
    cents: int = 0

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(self.claims + other.claims, self.cents + other.cents)


@dataclass(frozen=True)
class AgingRow:
    """One payer. `cells` has every bucket, in the order of AgingBucket."""

    payer_id: int
    payer: str
    cells: Mapping[AgingBucket, Cell]
    total: Cell


@dataclass(frozen=True)
class AgingReport:
    """Open payer balances on a day. Rows: largest total first. Totals are the sums of their rows."""

    basis: AgingBasis
    as_of: date
    rows: tuple[AgingRow, ...]
    totals: Mapping[AgingBucket, Cell]
    total: Cell

    @property
    def has_unknown(self) -> bool:
        """Whether some claim lacks the basis date, so that the report needs that column."""
        return self.totals[AgingBucket.UNKNOWN].claims > 0

    def share(self, age: AgingBucket) -> int:
        """Return the bucket's part of all dollars in tenths of a percent; 0 where nothing is open."""
        if not self.total.cents:
            return 0
        return (self.totals[age].cents * 1000 + self.total.cents // 2) // self.total.cents


def aging(practice: Practice, *, basis: AgingBasis, as_of: date) -> AgingReport:
    """Return the aging report: every open claim once, as the ledger stands. Two queries.

    Ages count to `as_of`; a credit balance (below zero) lowers its cell.
    """
    # Grouped in the order of the index claim_open_aging, so that nothing is sorted at a million claims.
    dates = ["service_from_on"]
    if basis is AgingBasis.SUBMISSION:
        dates.append(BASIS_FIELD[basis])
    rows = (
        open_claims(practice)
        .values_list("payer_id", *dates)
        .annotate(claims=Count("pk"), cents=Sum("payer_balance_cents"))
        .order_by()
    )
    found: dict[int, dict[AgingBucket, Cell]] = {}
    for payer_id, *_, since, claims, cents in rows:
        cells = found.setdefault(payer_id, {})
        age = bucket_of(days_outstanding(since, as_of=as_of))
        cells[age] = cells.get(age, Cell()) + Cell(claims, cents)
    names = dict(Payer.objects.filter(practice=practice).values_list("pk", "name"))
    lines = [
        AgingRow(payer_id, names[payer_id], _filled(cells), _sum(cells.values()))
        for payer_id, cells in found.items()
    ]
    lines.sort(key=lambda row: (-row.total.cents, row.payer, row.payer_id))
    totals = {one: _sum(row.cells[one] for row in lines) for one in AgingBucket}
    return AgingReport(basis, as_of, tuple(lines), totals, _sum(totals.values()))


def open_claims(practice: Practice) -> QuerySet[Claim]:
    return Claim.objects.filter(practice=practice, is_open=True)


def aging_claims(
    practice: Practice,
    *,
    basis: AgingBasis,
    as_of: date,
    payer: int | None = None,
    bucket: AgingBucket | None = None,
) -> QuerySet[Claim]:
    """Return the claims behind a figure of the aging report, largest balance first, with patient, payer and item."""
    claims = open_claims(practice)
    if payer is not None:
        claims = claims.filter(payer_id=payer)
    if bucket is not None:
        claims = claims.filter(bucket_range(BASIS_FIELD[basis], bucket, as_of=as_of))
    return claims.select_related("patient", "payer", "item").order_by("-payer_balance_cents", "pk")


def _filled(cells: Mapping[AgingBucket, Cell]) -> dict[AgingBucket, Cell]:
    return {one: cells.get(one, Cell()) for one in AgingBucket}


def _sum(cells: Iterable[Cell]) -> Cell:
    return sum(cells, Cell())
