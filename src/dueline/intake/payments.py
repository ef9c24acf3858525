"""See that a remittance is of a payment that is posted already, written in another way.

The same content is known by its hash. What a system between payer and practice has written anew (amounts with
other decimals, a contact left out) is not: it has the payer, trace number and sums of the first.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from dueline.accounts.models import Practice
from dueline.core.x12 import SetReader
from dueline.core.x12.model import Problem, RemittanceHeader
from dueline.ledger.models import Remittance


class PaymentFacts(NamedTuple):
    """What tells one payment from another. Amounts in cents."""

    payer_identifier: str
    trace_number: str
    paid_on: date | None
    payment_cents: int
    claim_count: int
    charge_cents: int
    paid_cents: int


def payment_of(reader: SetReader) -> PaymentFacts | None:
    """Return the payment that a set tells of, read to its end; None without a trace number."""
    header, totals = reader.header, reader.totals
    if not isinstance(header, RemittanceHeader) or not header.trace_number:
        return None
    return PaymentFacts(
        header.payer_identifier[:30],
        header.trace_number[:50],
        header.paid_on or header.produced_on,
        header.payment_cents,
        totals.claim_count,
        totals.charge_cents,
        totals.paid_cents,
    )


def payments_like(
    practice: Practice, readers: Iterable[SetReader], *, but: int = 0
) -> set[PaymentFacts | None]:
    """Return those of the sets' payments that are posted, with one query; not that of the set `but`."""
    wanted = {payment for reader in readers if (payment := payment_of(reader))}
    if not wanted:
        return set()
    rows = Remittance.objects.filter(
        practice=practice, trace_number__in={payment.trace_number for payment in wanted}
    ).exclude(transaction_set_id=but)
    posted = rows.values_list(
        "payer_identifier",
        "trace_number",
        "paid_on",
        "payment_cents",
        "transaction_set__claim_count",
        "transaction_set__charge_cents",
        "transaction_set__paid_cents",
    )
    return {payment for row in posted.iterator() if (payment := PaymentFacts(*row)) in wanted}


def paid_before(reader: SetReader) -> Problem:
    """Return why such a set waits for a person, who may release it."""
    header = reader.header
    assert isinstance(header, RemittanceHeader)
    return Problem(
        "payment_posted_before",
        "A remittance of this payer with this trace number and these sums is posted already.",
        header.segment_number,
        "TRN",
        "header",
        "TRN02",
        "a trace number not posted before",
        header.trace_number[:50],
        is_fatal=False,
    )
