"""Claims looked at before they go out: files dropped, what was said of them, how often it was right."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.core.claim_checks import chance_of, checks
from dueline.core.claim_checks.measure import Counts
from dueline.core.enums import WarningGrade
from dueline.core.money import dollars
from dueline.prevention.actions import turn_check
from dueline.prevention.errors import SwitchRefused
from dueline.prevention.models import CheckRun, CheckWarning
from dueline.prevention.queries import (
    ResultFilterError,
    ResultFilters,
    answered_claims,
    by_check,
    claims_told,
    counts_by_check,
    owners,
    run_for,
    runs,
    switches,
    warned_claims,
    warned_count,
    warnings_of,
)
from dueline.prevention.tasks import receive_check
from dueline.reports.exports import Value, write_csv
from dueline.web.templatetags.words import spoken
from dueline.web.views.paging import paginator
from dueline.web.views.typed import typed

PAGE = 25
_BUSY = ("waiting", "reading")
_HEADINGS = [
    "Claim", "Claim in file", "Line", "Payer", "Grade", "Check", "Segment", "Loop", "Element", "Reason",
    "Expected", "Found", "To correct", "By whom", "Charge at stake", "Expected loss",
]  # fmt: skip


@require_safe
@in_practice
def check_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """The files looked at, and the place to drop the next."""
    found = list(runs(practice))
    context = {
        "page": "check",
        "runs": found,
        "is_busy": any(run.state in _BUSY for run in found),
        "answered": answered_claims(practice),
        "check_count": len(checks()),
        "off_count": sum(not row.is_on for row in switches(practice).values()),
        "why_not": why_not(request.role, Permission.CHECK_CLAIMS),
    }
    name = "web/check.html#files" if request.htmx else "web/check.html"
    return render(request, name, context)


@require_POST
@in_practice
@requires(Permission.CHECK_CLAIMS)
def check_files(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Keep the files handed in; the worker looks at them, or this process where there is none."""
    for file in request.FILES.getlist("files"):
        receive_check(
            practice=practice,
            file=file,
            by=request.user.get_username(),
            as_of=clock.today(),
            now=clock.now(),
        )
    return redirect("web:check", practice=practice.code)


def _run_or_404(practice: Practice, pk: int) -> CheckRun:
    try:
        return run_for(practice, pk)
    except CheckRun.DoesNotExist:
        raise Http404 from None


def _filters(request: PracticeRequest) -> tuple[ResultFilters, str]:
    try:
        return ResultFilters.from_query(request.GET), ""
    except ResultFilterError as refused:
        return ResultFilters(), str(refused)


@require_safe
@in_practice
def check_run(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """What was said of one file, by claim or by check; what the filters are is in the address."""
    run = _run_or_404(practice, pk)
    _audit(request, practice, "view_check_run", run)
    filters, error = _filters(request)
    is_by_check = request.GET.get("by") == "check"
    context: dict[str, Any] = {
        "page": "check",
        "run": run,
        "is_busy": run.state in _BUSY,
        "filters": filters,
        "query": urlencode(filters.query()),
        "is_by_check": is_by_check,
        "choices": _choices(run, filters),
        "error": error,
        "export_why_not": why_not(request.role, Permission.EXPORT),
    }
    if is_by_check:
        context["rows"] = by_check(run, filters)
    else:
        ids, count = warned_claims(run, filters), warned_count(run, filters)
        pages = paginator(ids, claims_told(run, filters), PAGE, count=count)
        context["paging"] = pages.get_page(request.GET.get("page"))
    name = "web/check_run.html#state" if request.htmx else "web/check_run.html"
    return render(request, name, context, status=400 if error else 200)


def _choices(run: CheckRun, filters: ResultFilters) -> list[dict[str, Any]]:
    """Return the filter menus: name, label, options as (value, words), and what is chosen."""
    found = {row["check"] for row in run.by_check} | {filters.check}
    menus = [
        ("grade", "Grade", [(one.value, spoken(one)) for one in WarningGrade]),
        ("check", "Check", [(c.id, c.name) for c in checks().values() if c.id in found]),
        ("owner", "To correct by", [(owner, spoken(owner)) for owner in owners()]),
    ]
    return [
        {
            "name": name,
            "label": label,
            "options": [("", "Any"), *options],
            "chosen": getattr(filters, name),
        }
        for name, label, options in menus
    ]


@require_safe
@in_practice
@requires(Permission.EXPORT)
def check_export(request: PracticeRequest, practice: Practice, pk: int) -> StreamingHttpResponse:
    """Download a run's warnings as CSV, those that the filters show."""
    run = _run_or_404(practice, pk)
    filters, _ = _filters(request)
    _audit(request, practice, "export_check_run", run)
    rows = warnings_of(run, filters).iterator(chunk_size=2000)
    answer = StreamingHttpResponse(write_csv(_table(rows)), content_type="text/csv; charset=utf-8")
    name = f"check-{practice.code}-{run.pk}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _table(rows: Iterator[CheckWarning]) -> Iterator[list[Value]]:
    yield list(_HEADINGS)
    known = checks()
    for row in rows:
        check = known[row.check_id]
        yield [
            row.claim.patient_control_number,
            row.claim.position,
            row.line_number or None,
            row.claim.payer.name if row.claim.payer else "",
            spoken(row.grade),
            check.name,
            row.segment_number,
            row.loop,
            row.element,
            row.reason or check.says,
            row.expected,
            row.found,
            check.suggestion,
            spoken(check.owner),
            dollars(row.charge_cents),
            dollars(row.expected_loss_cents),
        ]


def _audit(request: PracticeRequest, practice: Practice, action: str, run: CheckRun) -> None:
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action=action,
        at=clock.now(),
        object_kind="check_run",
        object_key=str(run.pk),
    )


# ---------------------------------------------------------------- the checks themselves


@require_safe
@in_practice
def check_list(request: PracticeRequest, practice: Practice) -> HttpResponse:
    return _show_list(request, practice)


@require_POST
@in_practice
@requires(Permission.CHANGE_CHECKS)
def check_switch(request: PracticeRequest, practice: Practice, check: str) -> HttpResponse:
    """Turn a check off or on, with a reason; what is refused is said beside the field."""
    if check not in checks():
        raise Http404
    reason = typed(request, "reason")
    try:
        turn_check(
            practice=practice,
            check_id=check,
            is_on=typed(request, "turn") == "on",
            reason=reason,
            by=request.user,
            now=clock.now(),
        )
    except SwitchRefused as refused:
        wrong = {"check": check, "text": str(refused), "reason": reason}
        return _show_list(request, practice, wrong=wrong, status=422)
    answer = redirect("web:check-list", practice=practice.code)
    answer["Location"] += f"#{check}"
    return answer


def _show_list(
    request: PracticeRequest,
    practice: Practice,
    *,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    turned, counted = switches(practice), counts_by_check(practice)
    rows = []
    for check in checks().values():
        counts = counted.get(check.id, Counts())
        low, high = counts.interval
        switch = turned.get(check.id)
        rows.append(
            {
                "check": check,
                "counts": counts,
                "low": round(low * 100),
                "high": round(high * 100),
                "chance": chance_of(check.grade, counts),
                "switch": switch,
                "is_off": switch is not None and not switch.is_on,
            }
        )
    context = {
        "page": "check",
        "rows": rows,
        "answered": answered_claims(practice),
        "wrong": wrong,
        "why_not": why_not(request.role, Permission.CHANGE_CHECKS),
    }
    return render(request, "web/check_list.html", context, status=status)
