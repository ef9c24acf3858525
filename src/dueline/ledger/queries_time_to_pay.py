"""How long a practice's claims wait for their answer, counted in the database by payer, plan and days.

What starts, answers and ends a wait: docs/explanation/time-to-pay.md.
"""

from collections import defaultdict
from datetime import date, timedelta

from django.db import connection

from dueline.accounts.models import Practice
from dueline.core.time_to_pay import Learned, TimeToPay, Waits, learned, time_to_pay
from dueline.payers.models import PayerPlan

HISTORY_DAYS = 365  # claims sent within this many days before as_of: payers change

Key = tuple[int, int | None]  # payer, plan; plan None: all claims of the payer

_REFUSED = """EXISTS (
    SELECT 1 FROM ledger_claimevent e
    WHERE e.claim_id = {s}.claim_id AND e.payer_status = 'rejected'
      AND e.happened_on >= {s}.submitted_on AND e.happened_on <= %(as_of)s
      AND NOT EXISTS (
        SELECT 1 FROM ledger_submission n
        WHERE n.claim_id = {s}.claim_id
          AND n.submitted_on > {s}.submitted_on AND n.submitted_on < e.happened_on))"""
_PLAN_JOINS = """
  LEFT JOIN ledger_coverage c ON c.claim_id = s.claim_id AND c.sequence = 'P'
  LEFT JOIN plans g ON g.payer_id = s.payer_id AND g.group_number = UPPER(TRIM(c.group_number))"""
# CLP02 2, 3, 20, 21: another payer's turn; 22 takes back; 25 is a predetermination.
_WAITS = """WITH {plans}waits AS MATERIALIZED (
  SELECT s.payer_id, {plan_id} AS plan_id, s.submitted_on,
    (SELECT MIN(r.paid_on)
     FROM ledger_claimpayment p JOIN ledger_remittance r ON r.id = p.remittance_id
     WHERE p.claim_id = s.claim_id AND p.status_code NOT IN ('2', '3', '20', '21', '22', '25')
       AND r.paid_on > s.submitted_on AND r.paid_on <= %(as_of)s
       AND NOT (p.paid_cents = 0 AND NOT p.is_denial AND EXISTS (
         SELECT 1 FROM ledger_entry e WHERE e.claim_payment_id = p.id AND e.carc = '18'))
    ) AS answered_on,
    (SELECT MIN(n.submitted_on) FROM ledger_submission n
     WHERE n.claim_id = s.claim_id AND n.payer_sequence = 'P' AND n.fingerprint <> s.fingerprint
       AND (n.submitted_on > s.submitted_on OR (n.submitted_on = s.submitted_on AND n.id > s.id))
       AND n.submitted_on <= %(as_of)s
    ) AS replaced_on
  FROM ledger_submission s
  LEFT JOIN ledger_submission o ON o.id = s.duplicate_of_id{plan_joins}
  WHERE s.practice_id = %(practice)s AND s.payer_sequence = 'P' AND s.frequency_code <> '8'
    AND s.submitted_on >= %(since)s AND s.submitted_on <= %(as_of)s
    AND (s.duplicate_of_id IS NULL OR {original_refused}) AND NOT {refused}
), ends AS (
  SELECT payer_id, plan_id, submitted_on,
    CASE WHEN answered_on IS NOT NULL AND (replaced_on IS NULL OR answered_on <= replaced_on)
      THEN 1 ELSE 0 END AS is_answered,
    CASE WHEN replaced_on IS NULL THEN COALESCE(answered_on, %(as_of)s)
      WHEN answered_on <= replaced_on THEN answered_on ELSE replaced_on END AS ended_on
  FROM waits
)
SELECT payer_id, plan_id, {days} AS days, SUM(is_answered), SUM(1 - is_answered)
FROM ends GROUP BY payer_id, plan_id, {days} ORDER BY payer_id, plan_id, days"""
_DAYS = {
    "sqlite": "CAST(JULIANDAY(ended_on) - JULIANDAY(submitted_on) AS INTEGER)",
    "postgresql": "(ended_on - submitted_on)",
}


def times_to_pay(practice: Practice, *, as_of: date) -> dict[Key, TimeToPay]:
    """Return by payer, and by payer and plan where a plan is known, how long first payers took. Two queries."""
    groups = _plan_groups(practice)
    waits: dict[Key, list[Waits]] = defaultdict(list)
    for payer_id, plan_id, days, answered, waiting in _rows(practice, groups, as_of):
        counts = Waits(int(days), int(answered), int(waiting))
        waits[payer_id, None].append(counts)
        if plan_id is not None:
            waits[payer_id, plan_id].append(counts)
    return {key: time_to_pay(found) for key, found in waits.items()}


def learned_times(practice: Practice, *, as_of: date) -> dict[Key, Learned]:
    """Return what is learned of each payer and plan in short. Two queries."""
    return {key: learned(found) for key, found in times_to_pay(practice, as_of=as_of).items()}


def _plan_groups(practice: Practice) -> list[tuple[int, str, int]]:
    """Return (payer, group number, plan): one plan for a group number of a payer."""
    plans = PayerPlan.objects.filter(practice=practice).order_by("pk")
    found = {
        (payer_id, group.strip().upper()): plan_id
        for plan_id, payer_id, groups in plans.values_list("pk", "payer_id", "group_numbers")
        for group in groups
        if group.strip()
    }
    return [(payer_id, group, plan_id) for (payer_id, group), plan_id in found.items()]


def _rows(
    practice: Practice, groups: list[tuple[int, str, int]], as_of: date
) -> list[tuple[int, int | None, int, int, int]]:
    since = as_of - timedelta(days=HISTORY_DAYS)
    values: dict[str, int | str] = {
        "practice": practice.pk,
        "as_of": as_of.isoformat(),
        "since": since.isoformat(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_statement(groups, values), values)
        return list(cursor.fetchall())


def _statement(groups: list[tuple[int, str, int]], values: dict[str, int | str]) -> str:
    """Return the statement, and add the plans to its values."""
    rows = []
    for place, (payer_id, group, plan_id) in enumerate(groups):
        values |= {f"p{place}": payer_id, f"g{place}": group, f"i{place}": plan_id}
        rows.append(f"(%(p{place})s, %(g{place})s, %(i{place})s)")
    plans = f"plans (payer_id, group_number, plan_id) AS (VALUES {', '.join(rows)}), "
    parts = {
        "{plans}": plans if rows else "",
        "{plan_id}": "g.plan_id" if rows else "NULL",
        "{plan_joins}": _PLAN_JOINS if rows else "",
        "{original_refused}": _REFUSED.replace("{s}", "o"),
        "{refused}": _REFUSED.replace("{s}", "s"),
        "{days}": _DAYS[connection.vendor],
    }
    statement = _WAITS
    for name, text in parts.items():
        statement = statement.replace(name, text)
    return statement
