"""What is done for cases after each look for patterns: claims join, fixes are measured, what is back is reopened."""

from datetime import date, datetime

from django.db import transaction

from dueline.accounts.models import Practice
from dueline.cases.models import Case, CaseClaim, CaseMeasure, CaseNote
from dueline.cases.queries.answered import Answered
from dueline.cases.queries.effect import Claims, Measured, effect_in
from dueline.cases.queries.reading import conditions_of
from dueline.core.case_effect import Verdict
from dueline.core.enums import CaseState

_STATE = {
    Verdict.WORKED: CaseState.WORKED,
    Verdict.NOT_WORKED: CaseState.NOT_WORKED,
    Verdict.TOO_EARLY: CaseState.MEASURING,
}
_SAID = {
    CaseState.WORKED: "The fix worked",
    CaseState.NOT_WORKED: "The fix did not work",
    CaseState.MEASURING: "It is too early to say whether the fix worked",
}


@transaction.atomic
def update_cases(*, practice: Practice, found: Answered, as_of: date, now: datetime) -> None:
    """Let each case of the practice take in new claims, and measure its fix where there is one."""
    for case in Case.objects.filter(practice=practice).order_by("number"):
        update_case(case, found, as_of=as_of, now=now)


def update_case(case: Case, found: Answered, *, as_of: date, now: datetime) -> None:
    claims = Claims(found, case.carc, conditions_of(case))
    _join(case, claims, as_of, now)
    if case.fixed_on is None or case.fixed_on > as_of:
        return
    measured = effect_in(claims, fixed_on=case.fixed_on, as_of=as_of)
    _keep(case, measured, as_of)
    if case.state == CaseState.WORKED:
        _look_again(case, claims, as_of, now)
    else:
        _conclude(case, measured, as_of, now)


def _join(case: Case, claims: Claims, as_of: date, now: datetime) -> None:
    known = set(case.claims.values_list("claim_id", flat=True))
    is_new = not known
    joining = [int(pk) for pk in claims.own_refused_ids() if pk not in known]
    CaseClaim.objects.bulk_create(
        [
            CaseClaim(
                practice_id=case.practice_id,
                case=case,
                claim_id=pk,
                joined_on=as_of,
                is_evidence=is_new,
            )
            for pk in joining
        ],
        batch_size=500,
    )
    if joining and not is_new:
        many = "1 claim was" if len(joining) == 1 else f"{len(joining)} claims were"
        _note(case, f"{many} refused as this case says, and joined it.", now)


def _keep(case: Case, measured: Measured, as_of: date) -> None:
    effect = measured.effect
    facts = {
        "practice_id": case.practice_id,
        "fixed_on": case.fixed_on,
        "wait_days": measured.wait_days,
        "before_claims": measured.before.claims,
        "before_refused": measured.before.refused,
        "after_claims": measured.after.claims,
        "after_refused": measured.after.refused,
        "others_before_claims": measured.others_before.claims,
        "others_before_refused": measured.others_before.refused,
        "others_after_claims": measured.others_after.claims,
        "others_after_refused": measured.others_after.refused,
        "change": effect.change,
        "change_low": effect.low,
        "change_high": effect.high,
        "kept_cents": effect.kept_cents,
        "kept_low_cents": effect.kept_low_cents,
        "kept_high_cents": effect.kept_high_cents,
        "verdict": effect.verdict.value,
        "why": effect.why[:300],
    }
    CaseMeasure.objects.update_or_create(case=case, measured_on=as_of, defaults=facts)


def _conclude(case: Case, measured: Measured, as_of: date, now: datetime) -> None:
    state = _STATE[measured.effect.verdict]
    if state == case.state:
        return
    case.state = state.value
    case.closed_on = as_of if state is CaseState.WORKED else None
    case.save(update_fields=["state", "closed_on"])
    _note(case, f"{_SAID[state]}. {measured.effect.why}", now)


def _look_again(case: Case, claims: Claims, as_of: date, now: datetime) -> None:
    """Reopen a case whose cause shows again in the last weeks."""
    assert case.fixed_on is not None
    recent = effect_in(claims, fixed_on=case.fixed_on, as_of=as_of, is_recent=True)
    if recent.effect.verdict is not Verdict.NOT_WORKED:
        return
    case.state, case.closed_on = CaseState.OPEN.value, None
    case.fixed_on = None
    case.save(update_fields=["state", "closed_on", "fixed_on"])
    after = recent.after
    _note(
        case, f"It is back: {after.refused} of {after.claims} recent claims refused. Reopened.", now
    )


def _note(case: Case, text: str, now: datetime) -> None:
    CaseNote.objects.create(practice_id=case.practice_id, case=case, at=now, text=text)
