"""The questions that the analysis asks of the facts: each an SQL statement or two, whatever the number of claims."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from dueline.accounts.models import Practice
from dueline.core.denial_attributes import OF_REFUSALS, Attribute, month
from dueline.core.denial_figures import Figure, Share, months_before
from dueline.denials.queries.analysis.facts import Facts, facts_of
from dueline.denials.queries.analysis.filters import AnalysisFilters, grouped_by
from dueline.denials.queries.analysis.model import (
    Breakdown,
    Cohort,
    CohortRow,
    Heat,
    KeyFigure,
    Measure,
    Row,
    Trend,
    TrendBasis,
    TrendPoint,
)

AGES = (30, 60, 90, 120)  # days from service to answer, of the cohorts
TREND_MONTHS = 13
_ALL = AnalysisFilters()
_Counts = dict[str, tuple[int, int, int]]  # by month: answered, refused, refused cents


@contextmanager
def analysis(practice: Practice, filters: AnalysisFilters, *, as_of: date) -> Iterator["Analysis"]:
    """Open a practice's facts to ask several questions of them."""
    with facts_of(practice) as facts:
        yield Analysis(facts, filters, as_of)


class Analysis:
    """Answers about the claims of a filter, by what was known on `as_of`."""

    def __init__(self, facts: Facts, filters: AnalysisFilters, as_of: date) -> None:
        self._facts = facts
        self.filters = filters
        self.as_of = as_of

    def _where(
        self, table: str, filters: AnalysisFilters | None = None, *, is_any_day: bool = False
    ) -> tuple[str, list[Any]]:
        """Return the condition on rows that count: by attributes, and by the day of the first answer."""
        chosen = self.filters if filters is None else filters
        condition, parameters = chosen.condition(table)
        first, last = chosen.days(self.as_of)
        return (
            f"answered_day BETWEEN ? AND ? AND {condition}",
            [1 if is_any_day else first, last, *parameters],
        )

    def total(self) -> Row:
        """Return claims answered and refused, and what was charged and refused. Two statements."""
        where, parameters = self._where("claims")
        ((answered, charge),) = self._facts.rows(
            f"SELECT count(*), coalesce(sum(charge_cents), 0) FROM claims WHERE {where}", parameters
        )
        where, parameters = self._where("refusals")
        ((refused, cents),) = self._facts.rows(
            "SELECT count(DISTINCT claim_id), coalesce(sum(amount_cents), 0) FROM refusals"
            f" WHERE {where}",
            parameters,
        )
        return Row("", answered, refused, int(charge), int(cents))

    def key_figures(self, total: Row) -> list[KeyFigure]:
        """Return the key figures in their order. `total` is `total()`. One statement."""
        where, parameters = self._where("refusals")
        last = self.as_of.toordinal()
        decided = f"decided_day BETWEEN 1 AND {last}"
        contested = f"contested_day BETWEEN answered_day AND {last}"
        ((n_decided, overturned, appeal, n_appeal, days, recovered, n_back, off, n_off),) = (
            self._facts.rows(
                f"""SELECT count(*) FILTER ({decided}),
                       count(*) FILTER ({decided} AND is_overturned),
                       median(contested_day - answered_day) FILTER ({contested}),
                       count(*) FILTER ({contested}),
                       median(decided_day - answered_day)
                           FILTER ({decided} AND decided_day >= answered_day),
                       coalesce(sum(recovered_cents), 0), count(*) FILTER (recovered_cents > 0),
                       coalesce(sum(written_off_cents), 0), count(*) FILTER (written_off_cents > 0)
                   FROM claims
                   WHERE claim_id IN (SELECT claim_id FROM refusals WHERE {where})""",
                parameters,
            )
        )
        return [
            KeyFigure(Figure.INITIAL_RATE, share=Share(total.refused, total.answered)),
            KeyFigure(
                Figure.DOLLAR_RATE,
                share=Share(total.refused_cents, total.charge_cents),
                is_cents=True,
                count=total.answered,
            ),
            KeyFigure(Figure.OVERTURN_RATE, share=Share(overturned, n_decided)),
            KeyFigure(Figure.DAYS_TO_APPEAL, days=_whole(appeal), count=n_appeal),
            KeyFigure(Figure.DAYS_TO_RESOLUTION, days=_whole(days), count=n_decided),
            KeyFigure(Figure.RECOVERED, cents=int(recovered), count=n_back),
            KeyFigure(Figure.WRITTEN_OFF, cents=int(off), count=n_off),
        ]

    def breakdown(
        self, by: Attribute, total: Row, *, measure: Measure = Measure.DOLLARS
    ) -> Breakdown:
        """Return every value of an attribute. `total` is `total()`. Two statements."""
        where, parameters = self._where("refusals")
        refused = {
            value: (count, int(cents))
            for value, count, cents in self._facts.rows(
                f"""SELECT value, count(DISTINCT claim_id), sum(amount_cents) FROM
                       (SELECT {grouped_by(by, "refusals")} AS value, claim_id, amount_cents
                        FROM refusals WHERE {where}) GROUP BY value""",
                parameters,
            )
        }
        answered = self._answered_by(by)
        rows = []
        for value in {**answered, **refused}:
            count, cents = refused.get(value, (0, 0))
            claims, charge = answered.get(value, (0, 0))
            if by in OF_REFUSALS:  # every answered claim might have had it
                claims, charge = total.answered, total.charge_cents
            rows.append(Row(value, claims, count, charge, cents))
        rows.sort(key=lambda row: (_order(measure, row), row.value))
        return Breakdown(by, measure, tuple(rows), total)

    def _answered_by(self, by: Attribute) -> dict[str, tuple[int, int]]:
        if by in OF_REFUSALS:
            return {}
        where, parameters = self._where("claims")
        rows = self._facts.rows(
            f"""SELECT value, count(*), sum(charge_cents) FROM
                   (SELECT {grouped_by(by, "claims")} AS value, charge_cents
                    FROM claims WHERE {where}) GROUP BY value""",
            parameters,
        )
        return {value: (count, int(charge)) for value, count, charge in rows}

    def values(self, by: Attribute, most: int) -> list[str]:
        """Return the values of an attribute among all refusals, most frequent first, for a menu."""
        rows = self._facts.rows(
            f"""SELECT value FROM (SELECT {grouped_by(by, "refusals")} AS value FROM refusals)
                GROUP BY value ORDER BY count(*) DESC, value LIMIT ?""",
            [most],
        )
        return [value for (value,) in rows]

    # ------------------------------------------------------------ months

    def trend(self, basis: TrendBasis) -> Trend:
        """Return the last thirteen months, whatever the period; beside a filter also all claims. At most five
        statements."""
        column = f"{basis.value}_month"
        own = self._by_month(column, self.filters)
        every = self._by_month(column, _ALL) if self.filters != _ALL else own
        known = self._known(column) if basis is TrendBasis.SERVICE else {}
        points = []
        for one in _months(self.as_of, TREND_MONTHS):
            answered, refused, cents = own.get(one, (0, 0, 0))
            all_answered, all_refused, _ = every.get(one, (0, 0, 0))
            points.append(
                TrendPoint(
                    one,
                    known.get(one, answered),
                    answered,
                    refused,
                    cents,
                    all_answered,
                    all_refused,
                )
            )
        return Trend(basis, tuple(points))

    def _by_month(self, column: str, filters: AnalysisFilters) -> _Counts:
        where, parameters = self._where("claims", filters, is_any_day=True)
        answered = self._facts.rows(
            f"SELECT {column}, count(*) FROM claims WHERE {where} GROUP BY 1", parameters
        )
        where, parameters = self._where("refusals", filters, is_any_day=True)
        refused = {
            one: (count, int(cents))
            for one, count, cents in self._facts.rows(
                f"""SELECT {column}, count(DISTINCT claim_id), sum(amount_cents)
                    FROM refusals WHERE {where} GROUP BY 1""",
                parameters,
            )
        }
        return {one: (count, *refused.get(one, (0, 0))) for one, count in answered}

    def _known(self, column: str) -> dict[str, int]:
        """Return the claims of each month, answered or not."""
        condition, parameters = self.filters.condition("claims")
        rows = self._facts.rows(
            f"SELECT {column}, count(*) FROM claims WHERE {condition} GROUP BY 1", parameters
        )
        return dict(rows)

    def cohorts(self) -> Cohort:
        """Return the months of service with their denial rate at equal ages. Three statements.

        Each column compares like with like: late answers come later in every row.
        """
        answered = self._by_age("claims", "count(*)")
        refused = self._by_age("refusals", "count(DISTINCT claim_id)")
        known = self._known("service_month")
        rows = []
        for one in _months(self.as_of, TREND_MONTHS):
            if not known.get(one):
                continue
            cells = [
                _until(answered.get(one, {}), refused.get(one, {}), place)
                if _last_day(one) + timedelta(days=age) <= self.as_of
                else None
                for place, age in enumerate(AGES)
            ]
            so_far = _until(answered.get(one, {}), refused.get(one, {}), len(AGES))
            rows.append(CohortRow(one, known[one], tuple(cells), so_far))
        return Cohort(AGES, tuple(rows))

    def _by_age(self, table: str, count: str) -> dict[str, dict[int, int]]:
        """Return by month and age (its place in AGES, or beyond) how many claims were answered."""
        where, parameters = self._where(table, is_any_day=True)
        ages = " ".join(
            f"WHEN answered_day - service_day <= {age} THEN {place}"
            for place, age in enumerate(AGES)
        )
        found: dict[str, dict[int, int]] = {}
        for one, age, claims in self._facts.rows(
            f"""SELECT service_month, CASE {ages} ELSE {len(AGES)} END, {count}
                FROM {table} WHERE {where} GROUP BY 1, 2""",
            parameters,
        ):
            found.setdefault(one, {})[age] = claims
        return found

    # ------------------------------------------------------------ two attributes

    def heat(
        self,
        rows_by: Attribute,
        columns_by: Attribute,
        *,
        measure: Measure,
        most_rows: int,
        most_columns: int,
    ) -> Heat:
        """Return two attributes against each other, so many values of each, those most refused. Two statements."""
        where, parameters = self._where("refusals")
        first, second = (grouped_by(one, "refusals") for one in (rows_by, columns_by))
        found = self._facts.rows(
            f"""SELECT a, b, count(DISTINCT claim_id), sum(amount_cents) FROM
                   (SELECT {first} AS a, {second} AS b, claim_id, amount_cents
                    FROM refusals WHERE {where}) GROUP BY a, b""",
            parameters,
        )
        answered = self._answered_by_both(rows_by, columns_by)
        cells = {
            (a, b): Row(
                "", answered.get((_of(rows_by, a), _of(columns_by, b)), 0), count, 0, int(cents)
            )
            for a, b, count, cents in found
        }
        rows = _largest(cells, 0, measure)
        columns = _largest(cells, 1, measure)
        return Heat(
            rows_by,
            columns_by,
            tuple(rows[:most_rows]),
            tuple(columns[:most_columns]),
            cells,
            max(len(rows) - most_rows, 0),
            max(len(columns) - most_columns, 0),
        )

    def _answered_by_both(
        self, rows_by: Attribute, columns_by: Attribute
    ) -> dict[tuple[str, str], int]:
        """Return the claims answered by both values; an attribute that only refusals have is ""."""
        where, parameters = self._where("claims")
        first, second = (
            "''" if one in OF_REFUSALS else grouped_by(one, "claims")
            for one in (rows_by, columns_by)
        )
        rows = self._facts.rows(
            f"""SELECT a, b, count(*) FROM (SELECT {first} AS a, {second} AS b
                FROM claims WHERE {where}) GROUP BY a, b""",
            parameters,
        )
        return {(a, b): count for a, b, count in rows}


def _of(by: Attribute, value: str) -> str:
    return "" if by in OF_REFUSALS else value


def _largest(cells: Mapping[tuple[str, str], Row], place: int, measure: Measure) -> list[str]:
    sums: dict[str, int] = {}
    for key, row in cells.items():
        amount = row.refused_cents if measure is Measure.DOLLARS else row.refused
        sums[key[place]] = sums.get(key[place], 0) + amount
    return sorted(sums, key=lambda value: (-sums[value], value))


def _order(measure: Measure, row: Row) -> tuple[bool, float]:
    """Return what puts rows in order; of rates, those of too few claims come last."""
    if measure is Measure.DOLLARS:
        return False, -row.refused_cents
    if measure is Measure.CLAIMS:
        return False, -row.refused
    return not row.share.is_enough, -(row.share.rate or 0)


def _until(answered: Mapping[int, int], refused: Mapping[int, int], place: int) -> Share:
    def count(by_age: Mapping[int, int]) -> int:
        return sum(claims for age, claims in by_age.items() if age <= place)

    return Share(count(refused), count(answered))


def _months(as_of: date, count: int) -> list[str]:
    first = as_of.replace(day=1)
    return [month(months_before(first, back)) for back in range(count - 1, -1, -1)]


def _last_day(one: str) -> date:
    return months_before(date.fromisoformat(f"{one}-01"), -1) - timedelta(days=1)


def _whole(days: float | None) -> int | None:
    return None if days is None else int(days)
