"""All clocks of one claim, ours and the payer's, and which deadlines a change of rules moves."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dueline.accounts.models import Practice
from dueline.core.deadlines import Deadline, deadlines, nearest_due
from dueline.core.enums import DeadlineKind
from dueline.core.payer_clocks import Expectation, expectations
from dueline.ledger.models import Claim
from dueline.payers.queries import Proof, RuleBook, rule_book
from dueline.worklist.queries.items import pricing_for
from dueline.worklist.queries.pricing import Pricing, Row, claim_rows


@dataclass(frozen=True)
class Clocks:
    """What must be done in time, what the payer should do in time, and what it takes as proof of filing."""

    deadlines: list[Deadline]
    expectations: list[Expectation]
    proof: Proof | None


@dataclass(frozen=True)
class Moved:
    """An open claim whose nearest deadline another rule moves; None where there is none."""

    claim_id: int
    before: tuple[DeadlineKind, date] | None
    after: tuple[DeadlineKind, date] | None


def clocks_of(claim: Claim, *, as_of: date) -> Clocks:
    """Return all clocks of a claim by the rules known on a day. A few small queries."""
    rules = pricing_for(claim.practice, as_of=as_of)
    book = rule_book(claim.practice, as_of=as_of)
    row = next(claim_rows(Claim.objects.filter(pk=claim.pk)))
    dates = rules.claim_dates(row)
    coverage = book.coverage(
        row.payer_id,
        rules.payers[row.payer_id].payer_type,
        row.service_from_on,
        book.plan_of(row.payer_id, row.group_number),
    )
    return Clocks(
        deadlines(rules.rules(row), dates, as_of=as_of),
        expectations(book.clocks_for(coverage), dates, as_of=as_of),
        book.proof_for(coverage),
    )


def moved_deadlines(
    practice: Practice, *, before: RuleBook, after: RuleBook, as_of: date
) -> Iterator[Moved]:
    """Yield the open claims whose nearest deadline differs between two books. Memory stays constant."""
    rules = pricing_for(practice, as_of=as_of)
    old, new = _Nearest(rules, before), _Nearest(rules, after)
    claims = Claim.objects.filter(practice=practice, is_open=True, payer_balance_cents__gt=0)
    for row in claim_rows(claims.order_by("pk")):
        was, will = old.of(row), new.of(row)
        if was != will:
            yield Moved(row.claim_id, was, will)


class _Nearest:
    """The nearest deadline of rows by one book of rules."""

    def __init__(self, rules: Pricing, book: RuleBook) -> None:
        self.rules, self.book = rules, book

    def of(self, row: Row) -> tuple[DeadlineKind, date] | None:
        payer_type = self.rules.payers[row.payer_id].payer_type
        plan = self.book.plan_of(row.payer_id, row.group_number)
        found = self.book.rules_for(row.payer_id, payer_type, row.service_from_on, plan)
        return nearest_due(found, self.rules.claim_dates(row))
