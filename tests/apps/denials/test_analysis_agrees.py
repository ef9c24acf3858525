"""The analysis' figures equal those of another reckoning: plain SQL over what the remittances say.

That reads claim payments and their adjustments, and of Dueline's rules nothing but the list of reason codes; no row
of denials, and none of the facts.
"""

from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dueline.core import codes
from dueline.core.denial_attributes import Attribute
from dueline.core.denial_figures import Figure, Period, Shown
from dueline.denials.actions import count_facts
from dueline.denials.models import Denial
from dueline.denials.queries.analysis import (
    AnalysisFilters,
    Measure,
    TrendBasis,
    analysis,
    claims_behind,
)
from tests.web.conftest import AS_OF, NOW, taken_in

pytestmark = pytest.mark.slow

# A line's adjustments, or the claim's where no line is named, with what their reason codes are.
SQL = """
WITH reason (code, kind, stays) AS (VALUES {codes}),
said AS (
  SELECT e.claim_payment_id AS payment, e.line_payment_id AS line, e.group_code AS grp,
         UPPER(TRIM(e.carc)) AS carc, e.amount_cents AS cents, COALESCE(r.kind, 'unknown') AS kind,
         COALESCE(r.stays, 'no') AS stays
  FROM ledger_entry e LEFT JOIN reason r ON r.code = UPPER(TRIM(e.carc))
  WHERE e.practice_id = {practice} AND e.kind = 'adjustment'),
shared AS (
  SELECT payment, line,
         SUM(CASE WHEN grp = 'PR' AND stays <> 'yes' AND kind IN ('no', 'depends') THEN cents
             ELSE 0 END) AS cents,
         SUM(CASE WHEN grp = 'PR' THEN 1 ELSE 0 END) AS named
  FROM said GROUP BY payment, line),
whole AS (
  SELECT p.id AS payment, p.paid_cents AS paid,
         CASE WHEN COALESCE(SUM(s.named), 0) > 0 THEN SUM(s.cents)
              ELSE COALESCE(MAX(p.patient_responsibility_cents), 0) END AS share
  FROM ledger_claimpayment p LEFT JOIN shared s ON s.payment = p.id
  WHERE p.practice_id = {practice} GROUP BY p.id, p.paid_cents),
refused AS (
  SELECT a.payment, a.carc, a.cents FROM said a
  JOIN whole w ON w.payment = a.payment
  LEFT JOIN ledger_linepayment l ON l.id = a.line
  LEFT JOIN shared s ON s.payment = a.payment AND s.line = a.line
  WHERE a.carc <> '18' AND a.stays <> 'yes' AND (a.kind = 'yes' OR
    (a.kind IN ('depends', 'unknown') AND NOT (a.kind = 'depends' AND a.grp = 'PR') AND
      CASE WHEN a.line IS NULL THEN w.paid <= 0 AND w.share <= 0
           ELSE l.paid_cents <= 0 AND COALESCE(s.cents, 0) <= 0 END))),
sums AS (SELECT payment, SUM(cents) AS cents FROM refused GROUP BY payment),
held AS (
  SELECT payment, SUM(cents) AS cents FROM said WHERE carc = '18' OR stays = 'yes' GROUP BY payment),
answers AS (
  SELECT p.claim_id, p.id AS payment, t.payer_id, t.paid_on, p.charge_cents AS charge,
         CASE WHEN COALESCE(d.cents, 0) > 0 THEN d.cents ELSE 0 END AS denied,
         ROW_NUMBER() OVER (PARTITION BY p.claim_id ORDER BY t.paid_on, p.id) AS place
  FROM ledger_claimpayment p JOIN ledger_remittance t ON t.id = p.remittance_id
  JOIN whole w ON w.payment = p.id
  LEFT JOIN sums d ON d.payment = p.id LEFT JOIN held h ON h.payment = p.id
  WHERE p.practice_id = {practice} AND p.claim_id IS NOT NULL AND p.charge_cents > 0
    AND p.status_code NOT IN ('22', '23', '25')
    AND (p.paid_cents > 0 OR w.share > 0 OR COALESCE(d.cents, 0) > 0 OR COALESCE(h.cents, 0) <= 0))
"""
FIRST = "SELECT claim_id, payer_id, paid_on, charge, denied FROM answers WHERE place = 1"
BY_CODE = """SELECT r.carc, a.claim_id, SUM(r.cents), MIN(a.paid_on) FROM refused r
    JOIN answers a ON a.payment = r.payment AND a.place = 1 AND a.denied > 0
    GROUP BY r.carc, a.claim_id"""


def asked(practice: Any, question: str) -> list[tuple[Any, ...]]:
    listed = ", ".join(
        f"('{one.code}', '{one.is_denial}', '{one.stays_open}')" for one in codes.carcs().values()
    )
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(codes=listed, practice=practice.pk) + question)
        return cursor.fetchall()


def on(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


@pytest.fixture
def practice(db: None, tmp_path: Path) -> Any:
    found = taken_in("lakeside", tmp_path)
    count_facts(practice=found, now=NOW)
    return found


def test_the_figures_agree_with_another_reckoning(practice: Any) -> None:
    figures_are_those_of_the_remittances(practice)
    months_are_those_of_the_remittances(practice)
    what_became_of_refusals_is_what_the_denials_say(practice)
    every_cell_leads_to_the_claims_that_it_counts(practice)
    cohorts_compare_equal_ages_only(practice)


def figures_are_those_of_the_remittances(practice: Any) -> None:
    rows = [
        (pk, payer, on(day), charge, cents)
        for pk, payer, day, charge, cents in asked(practice, FIRST)
    ]
    reasons = [(carc, pk, cents, on(day)) for carc, pk, cents, day in asked(practice, BY_CODE)]
    for period, first in ((Period.QUARTER, date(2026, 8, 24)), (Period.ALL, date.min)):
        within = [row for row in rows if first <= row[2] <= AS_OF]
        refused = [row for row in within if row[4]]
        assert len(refused) > 5
        filters = AnalysisFilters(period=period)
        with analysis(practice, filters, as_of=AS_OF) as question:
            total = question.total()
            figures = {one.figure: one for one in question.key_figures(total)}
            payers = question.breakdown(Attribute.PAYER, total)
            carcs = question.breakdown(Attribute.CARC, total)
        share, dollars = figures[Figure.INITIAL_RATE].share, figures[Figure.DOLLAR_RATE].share
        assert share
        assert dollars
        assert (share.part, share.whole) == (len(refused), len(within))
        expected = (sum(row[4] for row in within), sum(row[3] for row in within))
        assert (dollars.part, dollars.whole) == expected
        by_payer: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for _, payer, _, _, cents in within:
            by_payer[str(payer)][0] += 1
            by_payer[str(payer)][1] += cents > 0
            by_payer[str(payer)][2] += cents
        found = {row.value: [row.answered, row.refused, row.refused_cents] for row in payers.rows}
        assert found == by_payer
        cents_by_code: Counter[str] = Counter()
        claims_by_code: Counter[str] = Counter()
        for carc, _, cents, day in reasons:
            if first <= day <= AS_OF and cents > 0:
                cents_by_code[carc] += cents
                claims_by_code[carc] += 1
        assert {row.value: row.refused_cents for row in carcs.rows} == cents_by_code
        assert {row.value: row.refused for row in carcs.rows} == claims_by_code
        behind = claims_behind(practice, filters, Shown.REFUSED, as_of=AS_OF)
        assert behind.amounts == {row[0]: row[4] for row in refused}


def months_are_those_of_the_remittances(practice: Any) -> None:
    rows = [(on(day), cents) for _, _, day, _, cents in asked(practice, FIRST)]
    with analysis(practice, AnalysisFilters(), as_of=AS_OF) as question:
        points = question.trend(TrendBasis.ANSWER).points
    for point in points:
        of_month = [cents for day, cents in rows if f"{day:%Y-%m}" == point.month and day <= AS_OF]
        assert (point.answered, point.refused) == (len(of_month), sum(1 for c in of_month if c))
        assert point.refused_cents == sum(of_month)
    assert sum(point.answered for point in points) > 50


def what_became_of_refusals_is_what_the_denials_say(practice: Any) -> None:
    firsts = {row[0] for row in asked(practice, FIRST) if row[4]}
    by_claim = defaultdict(list)
    for row in Denial.objects.filter(practice=practice, is_duplicate=False, claim__in=firsts):
        by_claim[row.claim_id].append(row)
    live = {"open", "corrected", "appealed", "taken_back"}
    decided = {pk for pk, some in by_claim.items() if not any(one.state in live for one in some)}
    won = {pk for pk in decided if any(one.state == "recovered" for one in by_claim[pk])}
    back = sum(one.recovered_cents for some in by_claim.values() for one in some)
    with analysis(practice, AnalysisFilters(period=Period.ALL), as_of=AS_OF) as question:
        figures = {one.figure: one for one in question.key_figures(question.total())}
    share = figures[Figure.OVERTURN_RATE].share
    assert share
    assert (share.part, share.whole) == (len(won), len(decided))
    assert figures[Figure.RECOVERED].cents == back > 0


def every_cell_leads_to_the_claims_that_it_counts(practice: Any) -> None:
    filters = AnalysisFilters(period=Period.ALL)
    with analysis(practice, filters, as_of=AS_OF) as question:
        total = question.total()
        tables = [question.breakdown(by, total) for by in Attribute]
        heat = question.heat(
            Attribute.PAYER,
            Attribute.CATEGORY,
            measure=Measure.DOLLARS,
            most_rows=4,
            most_columns=4,
        )
        cohort = question.cohorts()
        trend = question.trend(TrendBasis.SERVICE)

    def behind(values: dict[Attribute, str], shown: Shown = Shown.REFUSED, **other: Any) -> Any:
        return claims_behind(practice, filters.having(values, **other), shown, as_of=AS_OF)

    for table in tables:
        for row in table.rows[:4]:
            found = behind({table.by: row.value})
            assert (found.count, found.cents) == (row.refused, row.refused_cents), (table.by, row)
            if table.by not in (Attribute.CATEGORY, Attribute.CARC, Attribute.RARC):
                assert behind({table.by: row.value}, Shown.ANSWERED).count == row.answered
    for payer in heat.rows:
        for category in heat.columns:
            cell = heat.cells.get((payer, category))
            found = behind({Attribute.PAYER: payer, Attribute.CATEGORY: category})
            assert found.count == (cell.refused if cell else 0)
    for month in cohort.rows:
        for age, share in zip(cohort.ages, month.cells):
            if share is not None:
                one = {Attribute.SERVICE_MONTH: month.month}
                assert behind(one, within=age).count == share.part
                assert behind(one, Shown.ANSWERED, within=age).count == share.whole
    for point in trend.points:
        one = {Attribute.SERVICE_MONTH: point.month}
        assert behind(one).count == point.refused
        assert behind(one, Shown.SENT).count == point.known
        assert behind(one, Shown.UNANSWERED).count == point.known - point.answered


def cohorts_compare_equal_ages_only(practice: Any) -> None:
    with analysis(practice, AnalysisFilters(), as_of=AS_OF) as question:
        cohort = question.cohorts()
    last = {row.month: row for row in cohort.rows}
    assert last["2026-10"].cells == (None, None, None, None)  # Oct 31 is 23 days ago
    assert last["2026-09"].cells[0] is not None
    assert last["2026-09"].cells[1] is None
    assert AS_OF - timedelta(days=30) >= date(2026, 9, 30)
