"""The payers of a practice with what is open at each, when they answer, and what their rules lack."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, Sum

from dueline.accounts.models import Practice
from dueline.core.opening import closes_at, opens_next
from dueline.ledger.models import Claim
from dueline.payers.models import Payer
from dueline.payers.queries import rule_book
from dueline.payers.queries.versions import unchecked_in_use, without_secondary_rule
from dueline.worklist.queries.counts import payer_figures
from dueline.worklist.queries.payers_open import opening_of, with_call_hours


@dataclass(frozen=True)
class OpenClaims:
    """Open claims at a payer and their balance; those of them that come after a primary payer."""

    count: int = 0
    cents: int = 0
    secondary_count: int = 0
    secondary_cents: int = 0


@dataclass(frozen=True)
class ListedPayer:
    """One payer of the list. Moments are in the payer's own time."""

    pk: int
    name: str
    payer_type: str
    phone: str
    open_claims: OpenClaims
    open_until: datetime | None  # None: closed now
    opens_at: datetime | None  # None: open now, or not within two weeks
    are_hours_assumed: bool
    unchecked: int  # rules in use that were not checked within their review interval
    lacks_secondary_rule: bool


def payer_list(practice: Practice, *, as_of: date, now: datetime) -> list[ListedPayer]:
    """Return the practice's payers, the largest open balance first. A few queries."""
    book = rule_book(practice)
    unchecked = unchecked_in_use(book, as_of=as_of)
    claims = open_claims_by_payer(practice)
    secondary = {pk for pk, found in claims.items() if found.secondary_count}
    lacking = without_secondary_rule(book, secondary, as_of=as_of)
    payers = with_call_hours(Payer.objects.filter(practice=practice))
    found = []
    for payer in payers.annotate(line_phone=F("line__phone")):
        opening = opening_of(payer)
        until = closes_at(opening, now)
        found.append(
            ListedPayer(
                pk=payer.pk,
                name=payer.name,
                payer_type=payer.payer_type,
                phone=payer.line_phone or payer.phone,
                open_claims=claims.get(payer.pk, OpenClaims()),
                open_until=until,
                opens_at=None if until else opens_next(opening, now),
                are_hours_assumed=not payer.line_hours,
                unchecked=unchecked.get(payer.pk, 0),
                lacks_secondary_rule=payer.pk in lacking,
            )
        )
    return sorted(found, key=lambda one: (-one.open_claims.cents, one.name.casefold(), one.pk))


def open_claims_by_payer(
    practice: Practice, payer_ids: Iterable[int] | None = None
) -> dict[int, OpenClaims]:
    """Return what is open at each payer that has open claims, or at these payers. Two queries."""
    figures = payer_figures(practice)
    if payer_ids is not None:
        figures = {pk: figures[pk] for pk in payer_ids if pk in figures}
    after_primary = Claim.objects.filter(practice=practice, is_open=True, payer__in=list(figures))
    rows = (
        after_primary.filter(~Q(payer_sequence="P"))
        .values_list("payer")
        .annotate(claims=Count("pk"), cents=Sum("payer_balance_cents"))
        .order_by()
    )
    secondary = {pk: (count, cents) for pk, count, cents in rows}
    return {
        pk: OpenClaims(figure.claims, figure.cents, *secondary.get(pk, (0, 0)))
        for pk, figure in figures.items()
    }
