"""Aging: open balances by payer and age, the claims behind each figure, and downloads."""

import json
from typing import Any

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.core.enums import AgingBasis, AgingBucket
from dueline.core.money import dollars
from dueline.payers.models import Payer
from dueline.reports.exports import export_aging, export_claims
from dueline.reports.queries import AgingReport, aging, aging_claim_ids, open_claims
from dueline.web.views.downloads import download
from dueline.web.views.paging import paginator
from dueline.web.views.typed import row_number

_SHOWN = 12
_MIX_WIDTH = 56


def _chosen(request: PracticeRequest) -> tuple[AgingBasis, int | None, AgingBucket | None]:
    """Return basis, payer and bucket of the address. Raises Http404 for what does not exist."""
    try:
        basis = AgingBasis(request.GET.get("basis") or AgingBasis.SERVICE)
        bucket = AgingBucket(request.GET["bucket"]) if request.GET.get("bucket") else None
    except ValueError:
        raise Http404 from None
    asked = request.GET.get("payer", "")
    payer = row_number(asked)
    if asked and payer is None:
        raise Http404
    return basis, payer, bucket


@require_safe
@in_practice
def aging_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    as_of = clock.today()
    basis, payer, bucket = _chosen(request)
    reports = {one: aging(practice, basis=one, as_of=as_of) for one in AgingBasis}
    report = reports[basis]
    context: dict[str, Any] = {
        "page": "aging",
        "as_of": as_of,
        "basis": basis.value,
        "buckets": _buckets(report),
        "rows": [_row(report, row) for row in report.rows],
        "report": report,
        "totals": [(one, report.totals[one], _percent(report, one)) for one in _buckets(report)],
        "chart": json.dumps(_chart(reports)),
        "shares": [
            (label, [_percent(reports[one], b) for b in _buckets(report)])
            for one, label in (
                (AgingBasis.SERVICE, "Service"),
                (AgingBasis.SUBMISSION, "Submission"),
            )
        ],
        "payer": payer,
        "bucket": bucket,
        "payer_name": Payer.objects.filter(practice=practice, pk=payer)
        .values_list("name", flat=True)
        .first()
        if payer
        else "",
        "why_not_export": why_not(request.role, Permission.EXPORT),
    }
    if payer is not None or bucket is not None:
        ids = aging_claim_ids(practice, basis=basis, as_of=as_of, payer=payer, bucket=bucket)
        claims = open_claims(practice).select_related("patient", "payer", "item")
        figure = report.figure(payer, bucket)
        pages = paginator(ids, claims, _SHOWN, count=figure.claims)
        context["claims"] = pages.get_page(request.GET.get("page"))
        context["claims_cents"] = figure.cents
        audit.record(
            practice=practice,
            by=request.user.get_username(),
            action="view_aging_claims",
            at=clock.now(),
            detail={"payer": payer, "bucket": bucket.value if bucket else ""},
        )
    return render(request, "web/aging.html", context)


def _buckets(report: AgingReport) -> list[AgingBucket]:
    return [b for b in AgingBucket if b is not AgingBucket.UNKNOWN or report.has_unknown]


def _percent(report: AgingReport, bucket: AgingBucket) -> str:
    tenths = report.share(bucket)
    return f"{tenths // 10}.{tenths % 10} %"


def _row(report: AgingReport, row: Any) -> dict[str, Any]:
    """Return a payer's cells, and its mix as bars (start, width) of a fixed total width."""
    cells = [(bucket, row.cells[bucket]) for bucket in _buckets(report)]
    total = sum(max(cell.cents, 0) for _, cell in cells)
    bars, start = [], 0
    for place, (_, cell) in enumerate(cells, 1):
        width = max(cell.cents, 0) * _MIX_WIDTH // total if total else 0
        bars.append((place, start, width))
        start += width
    return {
        "payer_id": row.payer_id,
        "payer": row.payer,
        "cells": cells,
        "total": row.total,
        "bars": bars,
    }


def _chart(reports: dict[AgingBasis, AgingReport]) -> dict[str, object]:
    buckets = _buckets(reports[AgingBasis.SERVICE])
    return {
        "buckets": [bucket.value for bucket in buckets],
        "series": [
            {
                "name": "Service" if basis is AgingBasis.SERVICE else "Submission",
                "dollars": [str(dollars(report.totals[bucket].cents)) for bucket in buckets],
            }
            for basis, report in reports.items()
        ],
    }


@require_safe
@in_practice
@requires(Permission.EXPORT)
def export(
    request: PracticeRequest, practice: Practice, form: str
) -> HttpResponse | StreamingHttpResponse:
    """Download the report, or the claims behind one figure, as CSV or XLSX."""
    if form not in ("csv", "xlsx"):
        raise Http404
    basis, payer, bucket = _chosen(request)
    as_of, now = clock.today(), clock.now()
    if payer is not None or bucket is not None:
        table = export_claims(
            practice=practice,
            basis=basis,
            as_of=as_of,
            payer=payer,
            bucket=bucket,
            by=request.user,
            now=now,
        )
    else:
        table = export_aging(practice=practice, basis=basis, as_of=as_of, by=request.user, now=now)
    name = f"aging-{practice.code}-{as_of}.{form}"
    return download(table, name, title="Aging")
