"""Keeps what a run says of a batch of claims, and what it makes of earlier looks at the same claims."""

from collections import defaultdict
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
                set_control_number=set_number[:20],
                position=position,
                payer_id=ledger.payer_id(claim),
            )
            for warning in warnings:
                one = self._row(next(warning_ids), row.id, warning)
                rows.append(one)
                row.expected_loss_cents = max(
                    row.expected_loss_cents,
                    one.expected_loss_cents,
                )
            claims.append(row)
            self._count(warnings, row.expected_loss_cents)
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

    def _count(self, warnings: Sequence[ClaimWarning], loss_cents: int) -> None:
        run = self.run
        run.warned_count += bool(warnings)
        run.expected_loss_cents += loss_cents
        for warning in warnings:
            name = _COUNTS[warning.grade]
            setattr(run, name, getattr(run, name) + 1)

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
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)[:most]
