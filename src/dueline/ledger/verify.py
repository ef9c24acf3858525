"""The invariants of the ledger, proved in the database by sums over sets; each breach names its rows by id."""

from collections.abc import Iterator

from django.db import connection

from dueline.accounts.models import Practice
from dueline.core.breach import Breach
from dueline.core.money import money

# Each rule: its name, what a breach says, and the query that yields (id, expected cents, found cents).
# A query without amounts yields (id, 0, 0). "%s" stands for the practice.
_RULES: tuple[tuple[str, str, str], ...] = (
    (
        "claim balance",
        "claim {id}: its payer balance is not the sum of its entries",
        """SELECT c.id, COALESCE(SUM(e.payer_effect_cents), 0), c.payer_balance_cents
           FROM ledger_claim c LEFT JOIN ledger_entry e ON e.claim_id = c.id
           WHERE c.practice_id = %s GROUP BY c.id, c.payer_balance_cents
           HAVING COALESCE(SUM(e.payer_effect_cents), 0) <> c.payer_balance_cents""",
    ),
    (
        "claim balance",
        "claim {id}: its patient balance is not the sum of its entries",
        """SELECT c.id, COALESCE(SUM(e.patient_effect_cents), 0), c.patient_balance_cents
           FROM ledger_claim c LEFT JOIN ledger_entry e ON e.claim_id = c.id
           WHERE c.practice_id = %s GROUP BY c.id, c.patient_balance_cents
           HAVING COALESCE(SUM(e.patient_effect_cents), 0) <> c.patient_balance_cents""",
    ),
    (
        "claim charge",
        "claim {id}: its charge is not the sum of its charge entries",
        """SELECT c.id, COALESCE(SUM(e.amount_cents), 0), c.charge_cents
           FROM ledger_claim c LEFT JOIN ledger_entry e ON e.claim_id = c.id AND e.kind = 'charge'
           WHERE c.practice_id = %s GROUP BY c.id, c.charge_cents
           HAVING COALESCE(SUM(e.amount_cents), 0) <> c.charge_cents""",
    ),
    (
        "claim paid",
        "claim {id}: what it shows as paid is not the sum of its payments",
        """SELECT c.id, COALESCE(SUM(e.amount_cents), 0), c.paid_cents
           FROM ledger_claim c LEFT JOIN ledger_entry e ON e.claim_id = c.id AND e.kind = 'payment'
           WHERE c.practice_id = %s GROUP BY c.id, c.paid_cents
           HAVING COALESCE(SUM(e.amount_cents), 0) <> c.paid_cents""",
    ),
    (
        "claim open",
        "claim {id}: open and closed do not agree with its payer balance",
        """SELECT c.id, 0, c.payer_balance_cents FROM ledger_claim c
           WHERE c.practice_id = %s AND c.is_open <> (c.payer_balance_cents <> 0)""",
    ),
    (
        "line",
        "line payment {id}: charge less adjustments is not what was paid",
        """SELECT l.id, l.charge_cents - COALESCE(SUM(e.amount_cents), 0), l.paid_cents
           FROM ledger_linepayment l LEFT JOIN ledger_entry e ON e.line_payment_id = l.id
           AND e.claim_payment_id = l.claim_payment_id
           JOIN ledger_claimpayment p ON p.id = l.claim_payment_id AND p.claim_id IS NOT NULL
           WHERE l.practice_id = %s GROUP BY l.id, l.charge_cents, l.paid_cents
           HAVING l.charge_cents - COALESCE(SUM(e.amount_cents), 0) <> l.paid_cents""",
    ),
    (
        "claim payment",
        "claim payment {id}: charge less all adjustments is not what was paid",
        """SELECT p.id, p.charge_cents - COALESCE(SUM(e.amount_cents), 0), p.paid_cents
           FROM ledger_claimpayment p
           LEFT JOIN ledger_entry e ON e.claim_payment_id = p.id AND e.kind = 'adjustment'
           WHERE p.practice_id = %s AND p.claim_id IS NOT NULL GROUP BY p.id, p.charge_cents, p.paid_cents
           HAVING p.charge_cents - COALESCE(SUM(e.amount_cents), 0) <> p.paid_cents""",
    ),
    (
        "remittance",
        "remittance {id}: claim payments less provider adjustments are not the payment, and no suspense entry says why",
        """SELECT r.id,
             (SELECT COALESCE(SUM(p.paid_cents), 0) FROM ledger_claimpayment p WHERE p.remittance_id = r.id)
             - (SELECT COALESCE(SUM(a.amount_cents), 0) FROM ledger_provideradjustment a
                WHERE a.remittance_id = r.id)
             + (SELECT COALESCE(SUM(s.amount_cents), 0) FROM ledger_entry s
                WHERE s.transaction_set_id = r.transaction_set_id AND s.kind = 'suspense') AS expected,
             r.payment_cents
           FROM ledger_remittance r WHERE r.practice_id = %s""",
    ),
    (
        "reversal",
        "claim payment {id}: the reversal does not undo exactly what its payment moved",
        """WITH reversals AS (SELECT id, reverses_id FROM ledger_claimpayment
             WHERE practice_id = %s AND reverses_id IS NOT NULL)
           SELECT id, 0, SUM(payer + patient) FROM (
             SELECT r.id, e.payer_effect_cents AS payer, e.patient_effect_cents AS patient
             FROM reversals r JOIN ledger_entry e ON e.claim_payment_id = r.id
             UNION ALL
             SELECT r.id, e.payer_effect_cents, e.patient_effect_cents
             FROM reversals r JOIN ledger_entry e ON e.claim_payment_id = r.reverses_id) both_sides
           GROUP BY id HAVING SUM(payer) <> 0 OR SUM(patient) <> 0""",
    ),
    (
        "reversal",
        "claim payment {id}: marked as reversed, and no reversal says so",
        """SELECT p.id, 0, 0 FROM ledger_claimpayment p
           WHERE p.practice_id = %s AND p.is_reversed <> (p.id IN (
             SELECT reverses_id FROM ledger_claimpayment WHERE reverses_id IS NOT NULL))""",
    ),
    (
        "whole sets",
        "transaction set {id}: not posted, and still has entries",
        """SELECT t.id, 0, COUNT(*) FROM ledger_transactionset t
           JOIN ledger_entry e ON e.transaction_set_id = t.id
           WHERE t.practice_id = %s AND t.status IN ('duplicate', 'quarantined') GROUP BY t.id""",
    ),
    (
        "practice",
        "entry {id}: it belongs to another practice than its claim",
        """SELECT e.id, 0, 0 FROM ledger_entry e JOIN ledger_claim c ON c.id = e.claim_id
           WHERE e.practice_id = %s AND c.practice_id <> e.practice_id""",
    ),
)
_WITHOUT_HAVING = frozenset({"remittance"})


def verify(practice: Practice) -> Iterator[Breach]:
    """Yield what breaks the rules of DESIGN §3 in a practice; nothing when the ledger is sound."""
    for rule, text, query in _RULES:
        with connection.cursor() as cursor:
            cursor.execute(query, [practice.pk])
            while rows := cursor.fetchmany(1000):
                for pk, expected, found in rows:
                    if rule in _WITHOUT_HAVING and expected == found:
                        continue
                    amounts = (
                        f": expected {money(int(expected))}, found {money(int(found))}"
                        if expected != found
                        else ""
                    )
                    where, _, said = text.format(id=pk).partition(": ")
                    yield Breach(rule, where, f"{said[:1].upper()}{said[1:]}{amounts}.")
