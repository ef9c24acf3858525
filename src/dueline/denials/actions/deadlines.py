"""Rules of payers changed with what hangs on them: the worklist, and how long denials can be appealed."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from dueline.accounts.models import Practice
from dueline.bulk import columns_of, row_type, rows_in, update
from dueline.core.denial_states import LIVE
from dueline.core.rule_check import RuleDraft
from dueline.denials.actions.refresh import hold
from dueline.denials.models import Denial
from dueline.denials.queries.deadlines import AppealDeadlines, appeal_deadlines, dated_claims
from dueline.ledger.models import ClaimPayment
from dueline.worklist import actions as worklist
from dueline.worklist.actions import RuleReport

_ROW = row_type(Denial)
_BATCH = 5000


def save_rules(
    *,
    practice: Practice,
    drafts: Sequence[RuleDraft],
    by: str,
    at: datetime,
    on: date,
    payers: Sequence[Mapping[str, object]] = (),
    seen: str = "",
) -> RuleReport:
    """Save rules and payers; the worklist and the denials' deadlines follow. Raises as `worklist.save_rules`."""
    report = worklist.save_rules(
        practice=practice, drafts=drafts, by=by, at=at, on=on, payers=payers, seen=seen
    )
    if report.changes or report.payers:
        refresh_deadlines(practice=practice, as_of=on)
    return report


def refresh_deadlines(*, practice: Practice, as_of: date) -> int:
    """Set anew until when live denials can be appealed, by the rules known on a day; return how many moved."""
    due = appeal_deadlines(practice, as_of=as_of)
    live = Denial.objects.filter(practice=practice, state__in=[state.value for state in LIVE])
    moved = last = 0
    while part := list(
        live.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_BATCH]
    ):
        last = part[-1]
        with transaction.atomic():
            moved += _write(practice, part, due)
    return moved


def _write(practice: Practice, ids: Sequence[int], due: AppealDeadlines) -> int:
    claim_ids = sorted({pk for (pk,) in rows_in(Denial, ("claim_id",), "id", ids)})
    hold(practice, claim_ids)
    claims = dated_claims(claim_ids)
    rows = []
    for values in rows_in(Denial, columns_of(Denial), "id", ids):
        row = _ROW(*values)
        row.stored = values
        rows.append(row)
    payments = {row.claim_payment_id for row in rows}
    statuses = dict(rows_in(ClaimPayment, ("id", "status_code"), "id", payments))
    differing = []
    for row in rows:
        due_on = due.due_on(
            claims[row.claim_id],
            payer_id=row.payer_id,
            denied_on=row.denied_on,
            status_code=statuses[row.claim_payment_id],
        )
        if due_on != row.appeal_due_on:
            row.appeal_due_on = due_on
            differing.append(row)
    update(Denial, differing)
    return len(differing)
