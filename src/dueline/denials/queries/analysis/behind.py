"""The claims behind a figure, a bar or a cell: exactly those that it counts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dueline.accounts.models import Practice
from dueline.core.denial_figures import Shown
from dueline.denials.queries.analysis.facts import facts_of
from dueline.denials.queries.analysis.filters import AnalysisFilters
from dueline.ledger.models import Claim

_REFUSED: dict[Shown, tuple[str, str]] = {  # of refused claims: the condition, and the amount told
    Shown.REFUSED: ("TRUE", "cents"),
    Shown.DECIDED: ("decided_day BETWEEN 1 AND {last}", "cents"),
    Shown.OVERTURNED: ("decided_day BETWEEN 1 AND {last} AND is_overturned", "cents"),
    Shown.CONTESTED: ("contested_day BETWEEN answered_day AND {last}", "cents"),
    Shown.RECOVERED: ("recovered_cents > 0", "recovered_cents"),
    Shown.WRITTEN_OFF: ("written_off_cents > 0", "written_off_cents"),
}


@dataclass(frozen=True)
class Behind:
    """Claims, the largest amount first: how many, their dollars, and of some what was refused, paid or charged."""

    shown: Shown
    count: int
    cents: int
    amounts: dict[int, int]  # of those asked for, by claim, in order

    def claims(self, practice: Practice, ids: Sequence[int]) -> list[Claim]:
        """Return these claims of the practice in this order, with what a list shows."""
        joined = ("patient", "payer", "rendering_provider")
        found = Claim.objects.filter(practice=practice).select_related(*joined).in_bulk(ids)
        return [found[pk] for pk in ids if pk in found]


def claims_behind(
    practice: Practice,
    filters: AnalysisFilters,
    shown: Shown,
    *,
    as_of: date,
    page: int = 1,
    size: int | None = None,
) -> Behind:
    """Return the claims that a figure with this filter counts, a page of them or all. Two statements.

    A page before the first is the first, one beyond the last is the last.
    """
    sql, parameters = _SELECTS.get(shown, _refused)(filters, shown, as_of)
    with facts_of(practice) as facts:
        ((count, cents),) = facts.rows(
            f"SELECT count(*), coalesce(sum(amount), 0) FROM ({sql}) AS behind (claim_id, amount)",
            parameters,
        )
        most = count if size is None else size
        first = min(max(page - 1, 0), max(count - 1, 0) // max(most, 1)) * most
        rows = facts.rows(f"{sql} ORDER BY 2 DESC, 1 LIMIT ? OFFSET ?", [*parameters, most, first])
    return Behind(shown, count, int(cents), {pk: int(amount) for pk, amount in rows})


def _answered(filters: AnalysisFilters, shown: Shown, as_of: date) -> tuple[str, list[Any]]:
    condition, parameters = filters.condition("claims")
    return (
        f"SELECT claim_id, charge_cents FROM claims WHERE answered_day BETWEEN ? AND ? AND {condition}",
        [*filters.days(as_of), *parameters],
    )


def _sent(filters: AnalysisFilters, shown: Shown, as_of: date) -> tuple[str, list[Any]]:
    condition, parameters = filters.condition("claims")
    if shown is Shown.UNANSWERED:
        condition += f" AND answered_day NOT BETWEEN 1 AND {as_of.toordinal()}"
    return f"SELECT claim_id, charge_cents FROM claims WHERE {condition}", parameters


def _refused(filters: AnalysisFilters, shown: Shown, as_of: date) -> tuple[str, list[Any]]:
    condition, parameters = filters.condition("refusals")
    also, amount = _REFUSED[shown]
    return (
        f"""SELECT claim_id, {amount} FROM claims JOIN
               (SELECT claim_id, sum(amount_cents) AS cents FROM refusals
                WHERE answered_day BETWEEN ? AND ? AND {condition} GROUP BY claim_id)
               USING (claim_id) WHERE {also.format(last=as_of.toordinal())}""",
        [*filters.days(as_of), *parameters],
    )


_SELECTS: dict[Shown, Callable[[AnalysisFilters, Shown, date], tuple[str, list[Any]]]] = {
    Shown.ANSWERED: _answered,
    Shown.SENT: _sent,
    Shown.UNANSWERED: _sent,
}
