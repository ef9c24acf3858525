"""All clocks of one claim, ours and the payer's, and which deadlines a change of rules moves."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from dueline.accounts.models import Practice
from dueline.core.deadlines import Deadline, deadlines, running_dues
from dueline.core.enums import DeadlineKind
from dueline.core.payer_clocks import Expectation, expectations
from dueline.core.schedule import Interval
from dueline.ledger.models import Claim
from dueline.payers.queries import Proof, RuleBook, rule_book
from dueline.worklist.queries.items import pricing_for
from dueline.worklist.queries.pricing import Pricing
from dueline.worklist.queries.rows import Row, claim_rows


@dataclass(frozen=True)
class Clocks:
    """What must be done in time, what the payer should do in time, and what it takes as proof of filing."""

    deadlines: list[Deadline]
    expectations: list[Expectation]
    proof: Proof | None


@dataclass(frozen=True)
class Moved:
    """An open claim with the deadlines that a change of rules moves: kind, day before, day after."""

    claim_id: int
    balance_cents: int
    clocks: list[tuple[DeadlineKind, date | None, date | None]]

    def is_past(self, as_of: date) -> bool:
        """Whether a deadline that was still to come, or not known, would now lie in the past."""
        return any(
            new is not None and new < as_of and (old is None or old >= as_of)
            for _, old, new in self.clocks
        )


def clocks_of(claim: Claim, *, as_of: date, rules: Pricing | None = None) -> Clocks:
    """Return all clocks of a claim by the rules known on a day. A few small queries."""
    rules = rules or pricing_for(claim.practice, as_of=as_of)
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


def interval_for(claim: Claim, *, as_of: date) -> Interval:
    """Return when to look at a claim again, by the rules of its payer."""
    rules = pricing_for(claim.practice, as_of=as_of)
    return rules.interval(next(claim_rows(Claim.objects.filter(pk=claim.pk))))


def moved_deadlines(
    practice: Practice,
    *,
    before: RuleBook,
    after: RuleBook,
    as_of: date,
    payer_ids: Collection[int] | None = None,
) -> Iterator[Moved]:
    """Yield the open claims with a running deadline that differs between two books. Memory stays constant.

    With `payer_ids`, of these payers only.
    """
    rules = pricing_for(practice, as_of=as_of)
    claims = Claim.objects.filter(practice=practice, is_open=True, payer_balance_cents__gt=0)
    if payer_ids is not None:
        claims = claims.filter(payer__in=payer_ids)
    for row in claim_rows(claims.order_by("pk")):
        old, new = _dues(rules, before, row), _dues(rules, after, row)
        if old != new:
            kinds = [kind for kind in DeadlineKind if old.get(kind) != new.get(kind)]
            clocks = [(kind, old.get(kind), new.get(kind)) for kind in kinds]
            yield Moved(row.claim_id, row.payer_balance_cents, clocks)


def _dues(rules: Pricing, book: RuleBook, row: Row) -> dict[DeadlineKind, date]:
    facts = book.payers.get(row.payer_id)
    payer_type = facts.payer_type if facts else rules.payers[row.payer_id].payer_type
    plan = book.plan_of(row.payer_id, row.group_number)
    found = book.rules_for(row.payer_id, payer_type, row.service_from_on, plan)
    return {due.kind: due.due_on for due in running_dues(found, rules.claim_dates(row))}
