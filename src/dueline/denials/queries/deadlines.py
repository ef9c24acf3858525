"""Until when a denial can be appealed, by the payer's dated rules."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from dueline.accounts.models import Practice
from dueline.bulk import rows_in
from dueline.core.claim_clocks import ClaimDates
from dueline.core.deadlines import Rule, choose, due_dates
from dueline.core.enums import ClaimType, DeadlineKind, PayerStatus, PayerType
from dueline.ledger.models import Claim
from dueline.payers.models import Payer
from dueline.payers.queries import RuleBook, rule_book

_COLUMNS = (
    "id",
    "payer_id",
    "group_number",
    "claim_type",
    "service_from_on",
    "service_through_on",
    "first_submitted_on",
    "accepted_on",
    "earlier_remitted_on",
)
_LATER_PAYERS = frozenset({"2", "3", "20", "21"})  # CLP02: processed as secondary, tertiary


@dataclass(frozen=True, slots=True)
class DatedClaim:
    """What of a claim its denials' deadlines depend on."""

    id: int
    payer_id: int
    group_number: str
    claim_type: str
    service_from_on: date | None
    service_through_on: date | None
    first_submitted_on: date | None
    accepted_on: date | None
    earlier_remitted_on: date | None


def dated_claims(claim_ids: Sequence[int]) -> dict[int, DatedClaim]:
    return {row[0]: DatedClaim(*row) for row in rows_in(Claim, _COLUMNS, "id", claim_ids)}


@dataclass
class AppealDeadlines:
    """The first level of appeal, for any denial of a practice, by the rules known on a day."""

    book: RuleBook
    payer_types: dict[int, PayerType]
    _due: dict[tuple[int, date], date] = field(default_factory=dict)

    def due_on(
        self, claim: DatedClaim, *, payer_id: int, denied_on: date, status_code: str
    ) -> date | None:
        """Return the last day of a first appeal; None where no rule gives one."""
        rule, start = self.rule(
            claim, payer_id=payer_id, denied_on=denied_on, status_code=status_code
        )
        if rule is None or start is None:
            return None
        key = id(rule), start
        if key not in self._due:
            self._due[key] = due_dates(rule, start)[0]
        return self._due[key]

    def rule(
        self, claim: DatedClaim, *, payer_id: int, denied_on: date, status_code: str
    ) -> tuple[Rule | None, date | None]:
        """Return the rule that holds and the day on which its clock starts."""
        plan = None
        if payer_id == claim.payer_id and claim.group_number:
            plan = self.book.plan_of(payer_id, claim.group_number)
        kind = self.payer_types.get(payer_id, PayerType.OTHER)
        rules = self.book.rules_for(payer_id, kind, claim.service_from_on, plan)
        dates = ClaimDates(
            service_from_on=claim.service_from_on,
            service_through_on=claim.service_through_on,
            first_submitted_on=claim.first_submitted_on,
            accepted_on=claim.accepted_on,
            last_remitted_on=denied_on,
            denied_on=denied_on,
            primary_remitted_on=claim.earlier_remitted_on,
            payer_status=PayerStatus.DENIED,
            claim_type=ClaimType(claim.claim_type),
            is_secondary=status_code in _LATER_PAYERS,
        )
        return choose(DeadlineKind.APPEAL_1, rules, dates)


def appeal_deadlines(practice: Practice, *, as_of: date) -> AppealDeadlines:
    """Return the practice's first-level appeal deadlines by the rules known on a day. Three queries."""
    kinds = Payer.objects.filter(practice=practice).values_list("pk", "payer_type")
    return AppealDeadlines(
        rule_book(practice, as_of=as_of), {pk: PayerType(kind) for pk, kind in kinds}
    )
