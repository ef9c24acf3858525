"""Proof that every refusal in the ledger has exactly one denial, with its amount and its standing."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from dueline.accounts.models import Practice
from dueline.bulk import rows_in
from dueline.core.breach import Breach
from dueline.core.money import money
from dueline.denials.models import Denial
from dueline.denials.queries.story import BATCH, refused_claims, stories
from dueline.ledger.models import Claim

# Sums over sets, apart from the rule that made the rows: what posting said was denied, and the duplicates.
_SUMS: tuple[tuple[str, str], ...] = (
    (
        "Its denials do not add up to what posting says it denied",
        """SELECT p.id, p.denied_cents, COALESCE(SUM(d.amount_cents), 0)
           FROM ledger_claimpayment p LEFT JOIN denials_denial d
             ON d.claim_payment_id = p.id AND NOT d.is_duplicate
           WHERE p.practice_id = %s AND p.claim_id IS NOT NULL GROUP BY p.id, p.denied_cents
           HAVING COALESCE(SUM(d.amount_cents), 0) <> p.denied_cents""",
    ),
    (
        "Its duplicates do not add up to its adjustments of CARC 18",
        """SELECT p.id, e.cents, COALESCE(d.cents, 0) FROM ledger_claimpayment p
           JOIN (SELECT claim_payment_id, SUM(amount_cents) AS cents FROM ledger_entry
                 WHERE practice_id = %s AND kind = 'adjustment' AND TRIM(carc) = '18'
                 GROUP BY claim_payment_id HAVING SUM(amount_cents) > 0) e ON e.claim_payment_id = p.id
           LEFT JOIN (SELECT claim_payment_id, SUM(amount_cents) AS cents FROM denials_denial
                 WHERE is_duplicate GROUP BY claim_payment_id) d ON d.claim_payment_id = p.id
           WHERE p.claim_id IS NOT NULL AND p.charge_cents > 0
             AND p.status_code NOT IN ('22', '23', '25') AND e.cents <> COALESCE(d.cents, 0)""",
    ),
    (
        "It belongs to another practice than its claim",
        """SELECT d.claim_payment_id, 0, 0 FROM denials_denial d JOIN ledger_claim c ON c.id = d.claim_id
           WHERE d.practice_id = %s AND c.practice_id <> d.practice_id""",
    ),
)
_COLUMNS = (
    "id",
    "claim_payment_id",
    "line_payment_id",
    "group_code",
    "carc",
    "amount_cents",
    "state",
    "recovered_cents",
    "contested_on",
)


def verify(practice: Practice) -> Iterator[Breach]:
    """Yield what is wrong with a practice's denials; nothing when each refusal has its own."""
    for text, query in _SUMS:
        with connection.cursor() as cursor:
            cursor.execute(query, [practice.pk])
            while rows := cursor.fetchmany(1000):
                for pk, expected, found in rows:
                    amounts = f": expected {money(int(expected))}, found {money(int(found))}"
                    told = f"{text}{amounts if expected != found else ''}."
                    yield Breach("denial sum", f"claim payment {pk}", told)
    claims, last = Claim.objects.filter(practice=practice).order_by("pk"), 0
    while part := list(claims.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        yield from _each(refused_claims(practice, part))
        last = part[-1]


def _each(claim_ids: list[int]) -> Iterator[Breach]:
    """Yield the refusals without a denial, denials without a refusal, and those that say something else."""
    rows = rows_in(Denial, _COLUMNS, "claim_id", claim_ids)
    stored: dict[tuple[Any, ...], tuple[Any, ...]] = {row[1:5]: row for row in rows}
    for _, told in stories(claim_ids):
        for one in told:
            payment = one.answer.claim_payment_id
            line = one.line.line_payment_id if one.line else None
            row = stored.pop((payment, line, one.refusal.group_code, one.refusal.carc), None)
            if row is None:
                text = "It refuses something, and has no denial for it."
                yield Breach("denial", f"claim payment {payment}", text)
                continue
            if row[5] != one.refusal.amount_cents:
                text = f"expected {money(one.refusal.amount_cents)}, found {money(row[5])}."
                yield Breach("denial amount", f"denial {row[0]}", f"Its amount is wrong: {text}")
            if (row[6], row[7]) != (one.state.value, one.recovered_cents):
                text = f"expected {one.state.value}, {money(one.recovered_cents)} recovered"
                found = f"found {row[6]}, {money(row[7])}"
                yield Breach("denial state", f"denial {row[0]}", f"{text}; {found}.".capitalize())
            if row[8] != one.contested_on:
                text = f"First contested: expected {one.contested_on}, found {row[8]}."
                yield Breach("denial contested", f"denial {row[0]}", text)
    for row in stored.values():
        yield Breach("denial", f"denial {row[0]}", "The ledger refuses nothing that it stands for.")
