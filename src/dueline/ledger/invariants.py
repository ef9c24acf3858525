"""The ledger's invariants as queries: each yields what breaks it. `dueline verify` runs them."""

# Each rule: its name, what a breach says, and the query that yields (id, expected cents, found cents).
# A query without amounts yields (id, 0, 0). "%s" stands for the practice.
RULES: tuple[tuple[str, str, str], ...] = (
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
        "claim opening",
        "claim {id}: what a spreadsheet opened it with is not the sum of its opening entries",
        """SELECT c.id, COALESCE(SUM(e.payer_effect_cents), 0), c.opening_cents
           FROM ledger_claim c LEFT JOIN ledger_entry e ON e.claim_id = c.id AND e.kind = 'opening'
           WHERE c.practice_id = %s GROUP BY c.id, c.opening_cents, c.opening_patient_cents
           HAVING COALESCE(SUM(e.payer_effect_cents), 0) <> c.opening_cents
             OR COALESCE(SUM(e.patient_effect_cents), 0) <> c.opening_patient_cents""",
    ),
    (
        "claim decided",
        "claim {id}: what was written off or moved to the patient is not the sum of those entries",
        """SELECT c.id, COALESCE(SUM(-e.payer_effect_cents), 0), c.decided_cents
           FROM ledger_claim c LEFT JOIN ledger_entry e ON e.claim_id = c.id
             AND e.kind IN ('write_off', 'transfer')
           WHERE c.practice_id = %s GROUP BY c.id, c.decided_cents
           HAVING COALESCE(SUM(-e.payer_effect_cents), 0) <> c.decided_cents""",
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
        "payment entries",
        "claim payment {id}: what it paid is not the sum of its payment entries",
        """SELECT p.id, p.paid_cents, COALESCE(SUM(e.amount_cents), 0)
           FROM ledger_claimpayment p
           LEFT JOIN ledger_entry e ON e.claim_payment_id = p.id AND e.kind = 'payment'
           WHERE p.practice_id = %s AND p.claim_id IS NOT NULL GROUP BY p.id, p.paid_cents
           HAVING COALESCE(SUM(e.amount_cents), 0) <> p.paid_cents""",
    ),
    (
        "entry",
        "entry {id}: what it moves is not what an entry of its kind and amount can move",
        """SELECT e.id, e.amount_cents, e.payer_effect_cents FROM ledger_entry e
           WHERE e.practice_id = %s AND NOT CASE e.kind
             WHEN 'charge' THEN e.payer_effect_cents = e.amount_cents AND e.patient_effect_cents = 0
             WHEN 'opening' THEN e.payer_effect_cents + e.patient_effect_cents = e.amount_cents
             WHEN 'write_off' THEN e.payer_effect_cents + e.patient_effect_cents = -e.amount_cents
               AND (e.payer_effect_cents = 0 OR e.patient_effect_cents = 0)
             WHEN 'transfer' THEN e.payer_effect_cents = -e.amount_cents
               AND e.patient_effect_cents = e.amount_cents
             WHEN 'payment' THEN e.payer_effect_cents = -e.amount_cents AND e.patient_effect_cents = 0
             WHEN 'adjustment' THEN ABS(e.payer_effect_cents) <= ABS(e.amount_cents)
               AND (e.payer_effect_cents = 0 OR (e.payer_effect_cents < 0) = (e.amount_cents > 0))
               AND e.patient_effect_cents IN (0, -e.payer_effect_cents)
             ELSE e.payer_effect_cents = 0 AND e.patient_effect_cents = 0 END""",
    ),
    (
        "entry",
        "entry {id}: a set of its kind brings no such entry",
        """SELECT e.id, 0, 0 FROM ledger_entry e JOIN ledger_transactionset t ON t.id = e.transaction_set_id
           WHERE e.practice_id = %s AND NOT CASE
             WHEN t.kind = 'decision' THEN e.kind IN ('write_off', 'transfer')
             WHEN e.kind IN ('write_off', 'transfer') THEN t.kind = 'decision'
             WHEN t.kind = '835' THEN TRUE
             ELSE e.kind IN ('charge', 'opening') END""",
    ),
    (
        "reversal",
        "claim payment {id}: it takes back a payment that stands as if it had not",
        """SELECT r.id, 0, 0 FROM ledger_claimpayment r
           WHERE r.practice_id = %s AND r.status_code = '22' AND r.reverses_id IS NULL AND EXISTS (
             SELECT 1 FROM ledger_claimpayment p WHERE p.claim_id = r.claim_id AND p.id < r.id
             AND p.status_code <> '22' AND NOT p.is_reversed
             AND p.charge_cents = -r.charge_cents AND p.paid_cents = -r.paid_cents)""",
    ),
    (
        "whole sets",
        "transaction set {id}: posted, and its remittance is missing",
        """SELECT t.id, 0, 0 FROM ledger_transactionset t
           LEFT JOIN ledger_remittance r ON r.transaction_set_id = t.id
           WHERE t.practice_id = %s AND t.kind = '835' AND t.status IN ('posted', 'released')
           AND r.id IS NULL""",
    ),
    (
        "whole sets",
        "transaction set {id}: it does not hold the claims, or the charge, that were sent in it",
        """SELECT t.id, t.charge_cents, COALESCE(SUM(s.charge_cents), 0) FROM ledger_transactionset t
           LEFT JOIN ledger_submission s ON s.transaction_set_id = t.id
           WHERE t.practice_id = %s AND t.kind IN ('837P', '837I', '837D')
           AND t.status IN ('posted', 'released') GROUP BY t.id, t.claim_count, t.charge_cents
           HAVING COUNT(s.id) <> t.claim_count OR COALESCE(SUM(s.charge_cents), 0) <> t.charge_cents""",
    ),
    (
        "whole sets",
        "transaction set {id}: it does not hold the claims, or the payments, that were answered in it",
        """SELECT t.id, t.paid_cents, COALESCE(SUM(p.paid_cents), 0) FROM ledger_transactionset t
           JOIN ledger_remittance r ON r.transaction_set_id = t.id
           LEFT JOIN ledger_claimpayment p ON p.remittance_id = r.id
           WHERE t.practice_id = %s AND t.status IN ('posted', 'released')
           GROUP BY t.id, t.claim_count, t.paid_cents
           HAVING COUNT(p.id) <> t.claim_count OR COALESCE(SUM(p.paid_cents), 0) <> t.paid_cents""",
    ),
)
