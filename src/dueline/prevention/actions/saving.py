"""Keeps what a run says of a batch of claims, and what it makes of earlier looks at the same claims."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from dueline.bulk import insert, new_ids, row_type, rows_in, tuple_of
from dueline.core.claim_checks import (
    ClaimFacts,
    ClaimWarning,
    chance_of,
    check_claim,
    checks,
    expected_loss_cents,
)
from dueline.core.claim_checks.measure import Counts
from dueline.core.enums import WarningGrade, WarningOutcome
from dueline.core.matching import patient_control_key
from dueline.core.x12.model import SubmittedClaim
from dueline.prevention.actions.seen import sending_of
from dueline.prevention.models import CheckedClaim, CheckRun, CheckWarning
from dueline.prevention.queries.facts import LedgerFacts
from dueline.prevention.queries.results import counts_by_check
from dueline.prevention.queries.switches import turned_off

_CLAIM_ROW: Any = row_type(CheckedClaim)
_WARNING_ROW: Any = row_type(CheckWarning)
_CLAIM_TUPLE, _WARNING_TUPLE = tuple_of(CheckedClaim), tuple_of(CheckWarning)
Batch = Sequence[tuple[int, str, SubmittedClaim]]  # position, set, claim
WAITING = "is_latest AND answered_on IS NULL"


class Saver:
    """Runs the checks over batches of claims and stores what they say."""

    def __init__(self, run: CheckRun) -> None:
        self.run = run
        self.off = turned_off(run.practice)
        self._counts = counts_by_check(run.practice)
        self._chances: dict[tuple[str, WarningGrade], int] = {}
        self._tallies: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)

    def save(
        self, batch: Batch, facts: Sequence[ClaimFacts], ledger: LedgerFacts
    ) -> list[tuple[str, str]]:
        """Check and store a batch; return (check, why) for each time a check could not look."""
        told = [
            check_claim(claim, known, off=self.off) for (_, _, claim), known in zip(batch, facts)
        ]
        with transaction.atomic():
            self._replace_earlier(batch, [warnings for warnings, _ in told])
            self._insert(batch, [warnings for warnings, _ in told], ledger)
        return [one for _, not_looked in told for one in not_looked]

    def _insert(
        self, batch: Batch, warned: Sequence[list[ClaimWarning]], ledger: LedgerFacts
    ) -> None:
        claim_ids, warning_ids = new_ids(CheckedClaim), new_ids(CheckWarning)
        claims, rows = [], []
        for (position, set_number, claim), warnings in zip(batch, warned):
            row = _CLAIM_ROW(
                id=next(claim_ids),
                practice_id=self.run.practice_id,
                run_id=self.run.pk,
                patient_control_number=claim.patient_control_number[:38],
                patient_control_key=_key(claim),
                sending=sending_of(claim),
                set_control_number=set_number[:20],
                position=position,
                payer_id=ledger.payer_id(claim),
            )
            told = [self._row(next(warning_ids), row.id, warning) for warning in warnings]
            row.warning_count = len(told)
            row.expected_loss_cents = max((one.expected_loss_cents for one in told), default=0)
            claims.append(row)
            rows += told
            self._count(told, row.expected_loss_cents)
        insert(CheckedClaim, [_CLAIM_TUPLE(row) for row in claims])
        insert(CheckWarning, [_WARNING_TUPLE(row) for row in rows])

    def _row(self, pk: int, claim_id: int, warning: ClaimWarning) -> Any:
        finding = warning.finding
        return _WARNING_ROW(
            id=pk,
            practice_id=self.run.practice_id,
            run_id=self.run.pk,
            claim_id=claim_id,
            check_id=warning.check.id,
            grade=warning.grade.value,
            carc=finding.carc[:8],
            line_number=min(finding.line_number, 2**31 - 1),
            segment_number=finding.segment_number,
            loop=finding.loop,
            element=finding.element,
            expected=_kept(finding.expected, 200),
            found=_kept(finding.found, 200),
            reason=_kept(finding.reason, 600),
            charge_cents=warning.charge_cents,
            expected_loss_cents=expected_loss_cents(warning, self._chance(warning)),
        )

    def _chance(self, warning: ClaimWarning) -> int:
        key = warning.check.id, warning.grade
        if key not in self._chances:
            counts = self._counts.get(warning.check.id, Counts())
            self._chances[key] = chance_of(warning.grade, counts).basis_points
        return self._chances[key]

    def _count(self, told: Sequence[Any], loss_cents: int) -> None:
        """Count a claim's warnings in the run, and by check and grade."""
        run = self.run
        run.warned_count += bool(told)
        run.expected_loss_cents += loss_cents
        for one in told:
            name = _COUNTS[WarningGrade(one.grade)]
            setattr(run, name, getattr(run, name) + 1)
            tally = self._tallies[one.check_id, one.grade]
            tally["warnings"] += 1
            tally["expected_loss_cents"] += one.expected_loss_cents
        for key in {(one.check_id, one.grade) for one in told}:
            self._tallies[key]["claims"] += 1

    @property
    def by_check(self) -> list[dict[str, Any]]:
        """Return what was counted by check and grade, as a run keeps it."""
        return [
            {"check": check, "grade": grade, **tally}
            for (check, grade), tally in self._tallies.items()
        ]

    def _replace_earlier(self, batch: Batch, warned: Sequence[list[ClaimWarning]]) -> None:
        """Let this look stand for earlier ones at the same claims that nothing has come of yet.

        What they warned of and this one finds again counts here; what is gone was mended.
        """
        now: dict[str, set[str]] = defaultdict(set)
        for (_, _, claim), warnings in zip(batch, warned):
            now[_key(claim)] |= {warning.check.id for warning in warnings}
        earlier = {
            pk: key
            for pk, key, run_id in rows_in(
                CheckedClaim,
                ("id", "patient_control_key", "run_id"),
                "patient_control_key",
                now,
                practice_id=self.run.practice_id,
                also=WAITING,
            )
            if run_id != self.run.pk
        }
        if not earlier:
            return
        CheckedClaim.objects.filter(pk__in=earlier).update(is_latest=False)
        became: dict[WarningOutcome, list[int]] = defaultdict(list)
        for pk, claim_id, check_id in rows_in(
            CheckWarning,
            ("id", "claim_id", "check_id"),
            "claim_id",
            earlier,
            also=f"outcome = '{WarningOutcome.WAITING.value}'",
        ):
            is_found = check_id in now[earlier[claim_id]]
            could_look = check_id in checks() and check_id not in self.off
            if is_found or not could_look:
                became[WarningOutcome.SUPERSEDED].append(pk)
            else:
                became[WarningOutcome.MENDED].append(pk)
        for outcome, ids in became.items():
            CheckWarning.objects.filter(pk__in=ids).update(
                outcome=outcome.value, outcome_on=self.run.as_of
            )


_COUNTS = {
    WarningGrade.WILL_BE_REFUSED: "will_count",
    WarningGrade.MAY_BE_REFUSED: "may_count",
    WarningGrade.WORTH_A_LOOK: "look_count",
}


def _key(claim: SubmittedClaim) -> str:
    return patient_control_key(claim.patient_control_number)[:38]


def _kept(text: str, most: int) -> str:
    """Return a file's text as the database and a terminal take it: no control characters."""
    if text.isprintable():
        return text[:most]
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)[:most]
