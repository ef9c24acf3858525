"""The lists of the pages as CSV and XLSX, the notes of follow-ups among them, and the call sheet as PDF."""

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from dueline import clock
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.reports.call_sheet import export_call_sheet
from dueline.reports.lists import ListName, export_list
from dueline.web.views.downloads import download


@require_safe
@in_practice
@requires(Permission.EXPORT)
def list_export(
    request: PracticeRequest, practice: Practice, what: str, form: str
) -> HttpResponse | StreamingHttpResponse:
    """Download a list as its page is filtered; a filter that does not exist is no list."""
    if what not in {*ListName} or form not in ("csv", "xlsx"):
        raise Http404
    as_of = clock.today()
    try:
        table = export_list(
            practice=practice,
            name=ListName(what),
            query=request.GET.dict(),
            by=request.user,
            as_of=as_of,
            now=clock.now(),
        )
    except ValueError:
        raise Http404 from None
    return download(table, f"{what}-{practice.code}-{as_of}.{form}", title=what.capitalize())


@require_safe
@in_practice
@requires(Permission.EXPORT)
def call_sheet(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Download the list's first claims on paper."""
    as_of = clock.today()
    try:
        content = export_call_sheet(
            practice=practice,
            query=request.GET.dict(),
            by=request.user,
            as_of=as_of,
            now=clock.now(),
        )
    except ValueError:
        raise Http404 from None
    answer = HttpResponse(content, content_type="application/pdf")
    name = f"call-sheet-{practice.code}-{as_of}.pdf"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
