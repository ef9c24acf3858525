"""The parts of the denials page as CSV, XLSX and PNG, the claims behind a figure, and the sheet as PDF."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from dueline import clock
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.core.denial_figures import Shown
from dueline.denials.queries.analysis import AnalysisFilterError, AnalysisFilters
from dueline.denials.tasks import keep_up
from dueline.reports.denial_report import Asked, Chart
from dueline.reports.denial_sheet import pdf, png
from dueline.reports.denial_tables import TABLES, export_claims, export_report
from dueline.web.views.downloads import download

_CLAIMS = "claims"


@require_safe
@in_practice
@requires(Permission.EXPORT)
def export(
    request: PracticeRequest, practice: Practice, chart: str, form: str
) -> HttpResponse | StreamingHttpResponse:
    """Download a chart, or the claims behind a figure, as the address asks them."""
    forms = ("csv", "xlsx") if chart == _CLAIMS else ("csv", "xlsx", "png")
    if form not in forms or chart not in {*Chart, _CLAIMS}:
        raise Http404
    as_of, now = clock.today(), clock.now()
    name = f"denials-{chart}-{practice.code}-{as_of}.{form}"
    keep_up(practice=practice, now=now)
    try:
        if chart == _CLAIMS:
            table = export_claims(
                practice=practice,
                filters=AnalysisFilters.from_query(request.GET.dict()),
                shown=Shown(request.GET.get("show") or Shown.REFUSED),
                as_of=as_of,
                by=request.user.get_username(),
                now=now,
            )
            return download(table, name, title="Claims")
        asked = Asked.from_query(request.GET.dict())
    except (AnalysisFilterError, ValueError):
        raise Http404 from None
    report = export_report(
        practice=practice,
        asked=asked,
        what=chart,
        as_of=as_of,
        by=request.user.get_username(),
        now=now,
    )
    if form == "png":
        return _file(png(report, Chart(chart), practice_name=practice.name), "image/png", name)
    return download(TABLES[Chart(chart)](report), name, title=chart.capitalize())


@require_safe
@in_practice
@requires(Permission.EXPORT)
def sheet(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Download the page as one sheet for the monthly meeting."""
    as_of, now = clock.today(), clock.now()
    keep_up(practice=practice, now=now)
    try:
        asked = Asked.from_query(request.GET.dict())
    except AnalysisFilterError:
        raise Http404 from None
    report = export_report(
        practice=practice,
        asked=asked,
        what="sheet",
        as_of=as_of,
        by=request.user.get_username(),
        now=now,
    )
    name = f"denials-{practice.code}-{as_of}.pdf"
    return _file(pdf(report, practice_name=practice.name), "application/pdf", name)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
