"""The aging report: open payer balances by payer and age, on a named basis, and the claims behind each figure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Case, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from dueline.accounts.models import Practice
from dueline.core.aging import bucket as bucket_of
from dueline.core.aging import days_outstanding
from dueline.core.enums import AgingBasis, AgingBucket, CountedDay
from dueline.ledger.models import Claim, Coverage, Entry
from dueline.payers.models import Payer
from dueline.worklist.models import WorklistItem
from dueline.worklist.queries import Figure, bucket_range, day_figures, payer_figures

BASIS_FIELD: dict[AgingBasis, str] = {
    AgingBasis.SERVICE: "service_from_on",
    AgingBasis.SUBMISSION: "first_submitted_on",
}
ITEM_FIELD: dict[AgingBasis, str] = {
    AgingBasis.SERVICE: "service_on",
    AgingBasis.SUBMISSION: "first_submitted_on",
}
_COUNTED = {
    AgingBasis.SERVICE: CountedDay.SERVICE,
    AgingBasis.SUBMISSION: CountedDay.SUBMISSION,
}
BASIS_WORDS: dict[AgingBasis, str] = {
    AgingBasis.SERVICE: "service date",
    AgingBasis.SUBMISSION: "first submission",
}


@dataclass(frozen=True)
class AgingRow:
    """One payer. `cells` has every bucket, in the order of AgingBucket."""

    payer_id: int
    payer: str
    cells: Mapping[AgingBucket, Figure]
    total: Figure


@dataclass(frozen=True)
class AgingReport:
    """Open payer balances on a day. Rows: largest total first. Totals are the sums of their rows."""

    basis: AgingBasis
    as_of: date
    rows: tuple[AgingRow, ...]
    totals: Mapping[AgingBucket, Figure]
    total: Figure

    @property
    def has_unknown(self) -> bool:
        """Whether some claim lacks the basis date, so that the report needs that column."""
        return self.totals[AgingBucket.UNKNOWN].claims > 0

    def figure(self, payer_id: int | None, age: AgingBucket | None) -> Figure:
        """Return the figure of a payer, None for all, and of a bucket, None for all."""
        found = Figure()
        for row in self.rows:
            if payer_id in (None, row.payer_id):
                found += row.total if age is None else row.cells[age]
        return found

    def share(self, age: AgingBucket) -> int:
        """Return the bucket's part of all dollars in tenths of a percent; 0 where nothing is open."""
        if not self.total.cents:
            return 0
        return (self.totals[age].cents * 1000 + self.total.cents // 2) // self.total.cents


def aging(practice: Practice, *, basis: AgingBasis, as_of: date) -> AgingReport:
    """Return the aging report: every open claim once, as the worklist counts it. Three queries.

    Ages count to `as_of`; a credit balance (below zero) lowers its cell. That every open claim is on the
    worklist with its balance and days, `dueline verify` proves.
    """
    return _report(practice, basis, as_of, _standing(practice, basis, as_of))


def aging_on(practice: Practice, *, basis: AgingBasis, as_of: date) -> AgingReport:
    """Return the aging report as it was at the end of a past day, from the entries effective by then.

    A claim stands with the payer whose turn it was. Where nothing has moved since, the report is today's.
    """
    entries = Entry.objects.filter(practice=practice, claim__isnull=False)
    if not entries.filter(effective_on__gt=as_of).exists():
        return aging(practice, basis=basis, as_of=as_of)
    return _report(practice, basis, as_of, _past(entries, basis, as_of))


def _standing(
    practice: Practice, basis: AgingBasis, as_of: date
) -> Iterator[tuple[int, AgingBucket, Figure]]:
    """Yield what is open now, by payer and age, from the counts that are kept."""
    dated: dict[int, Figure] = {}
    for payer_id, day, figure in day_figures(practice, _COUNTED[basis]):
        yield payer_id, bucket_of(days_outstanding(day, as_of=as_of)), figure
        dated[payer_id] = dated.get(payer_id, Figure()) + figure
    for payer_id, figure in payer_figures(practice).items():
        undated = figure - dated.get(payer_id, Figure())
        if undated.claims:
            yield payer_id, AgingBucket.UNKNOWN, undated


def _past(
    entries: QuerySet[Entry], basis: AgingBasis, as_of: date
) -> Iterator[tuple[int, AgingBucket, Figure]]:
    """Yield each claim that was open at the end of a day. One query."""
    number = BigIntegerField()
    first = Coverage.objects.filter(claim=OuterRef("claim"), sequence="P").values("payer")[:1]
    before = Coalesce(Subquery(first), "claim__payer", output_field=number)
    payer = Case(
        When(claim__earlier_remitted_on__gt=as_of, then=before),
        default="claim__payer",
        output_field=number,
    )
    rows = (
        entries.filter(effective_on__lte=as_of)
        .values_list("claim", payer, f"claim__{BASIS_FIELD[basis]}")
        .annotate(cents=Sum("payer_effect_cents"))
        .exclude(cents=0)
        .order_by()
    )
    for _, payer_id, day, cents in rows.iterator():
        yield payer_id, bucket_of(days_outstanding(day, as_of=as_of)), Figure(1, int(cents))


def _report(
    practice: Practice,
    basis: AgingBasis,
    as_of: date,
    figures: Iterable[tuple[int, AgingBucket, Figure]],
) -> AgingReport:
    found: dict[int, dict[AgingBucket, Figure]] = {}
    for payer_id, age, figure in figures:
        cells = found.setdefault(payer_id, {})
        cells[age] = cells.get(age, Figure()) + figure
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
    claims = _narrowed(open_claims(practice), BASIS_FIELD[basis], payer, bucket, as_of)
    return claims.select_related("patient", "payer", "item").order_by("-payer_balance_cents", "pk")


def aging_claim_ids(
    practice: Practice,
    *,
    basis: AgingBasis,
    as_of: date,
    payer: int | None = None,
    bucket: AgingBucket | None = None,
) -> QuerySet[Any, int]:
    """Return the ids of these claims, largest balance first, to show a few of a million.

    One payer's bucket is found by the index claim_open_aging and sorted; of more than that, the items'
    index item_largest has the first at hand.
    """
    if payer is not None and bucket is not None:
        some = aging_claims(practice, basis=basis, as_of=as_of, payer=payer, bucket=bucket)
        return some.values_list("pk", flat=True)
    items = WorklistItem.objects.filter(practice=practice, is_open=True)
    narrowed = _narrowed(items, ITEM_FIELD[basis], payer, bucket, as_of)
    return narrowed.order_by("-payer_balance_cents", "pk").values_list("claim_id", flat=True)


def _narrowed(
    rows: QuerySet[Any], field: str, payer: int | None, bucket: AgingBucket | None, as_of: date
) -> QuerySet[Any]:
    if payer is not None:
        rows = rows.filter(payer_id=payer)
    if bucket is not None:
        rows = rows.filter(bucket_range(field, bucket, as_of=as_of))
    return rows


def _filled(cells: Mapping[AgingBucket, Figure]) -> dict[AgingBucket, Figure]:
    return {one: cells.get(one, Figure()) for one in AgingBucket}


def _sum(cells: Iterable[Figure]) -> Figure:
    return sum(cells, Figure())
