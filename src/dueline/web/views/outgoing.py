"""Files written to be sent: where each stands, its download, and as whom the practice sends."""

from dataclasses import fields
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.core.outgoing import OutgoingPurpose, OutgoingState
from dueline.corrections.actions import call_back_corrections
from dueline.exchange.queries import unanswered
from dueline.sending.actions import SubmitterFacts, mark_sent, note_export, set_submitter
from dueline.sending.errors import SendingError
from dueline.sending.models import OutgoingFile
from dueline.sending.queries import (
    answers_of,
    content,
    exports_of,
    outgoing_file,
    outgoing_files,
    state_counts,
    submitter_of,
)
from dueline.status_requests.actions import call_back_requests
from dueline.web.templatetags.words import spoken
from dueline.web.views.typed import typed

PAGE = 50


@require_safe
@in_practice
def outgoing_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """The files, the latest first; which states are shown is in the address."""
    state = request.GET.get("state", "")
    is_known = not state or state in set(OutgoingState)
    error = "" if is_known else f"state: expected one of {', '.join(OutgoingState)}"
    return _show(request, practice, state=state if is_known else "", error=error)


def _show(
    request: PracticeRequest,
    practice: Practice,
    *,
    state: str = "",
    error: str = "",
    status: int | None = None,
    typed_in: dict[str, Any] | None = None,
) -> HttpResponse:
    counts = state_counts(practice)
    shows = [("", "All", sum(counts.values()))]
    shows += [(name, spoken(name), count) for name, count in counts.items() if count]
    pages = Paginator(outgoing_files(practice, state=state), PAGE)
    context = {
        "page": "intake",
        "state": state,
        "shows": shows,
        "paging": pages.get_page(request.GET.get("page")),
        "submitter": typed_in or submitter_of(practice),
        "is_submitter_open": typed_in is not None,
        "why_not": why_not(request.role, Permission.SEND_FILES),
        "unanswered_count": unanswered(practice, as_of=clock.today()).count(),
        "error": error,
    }
    code = status or (400 if error else 200)
    return render(request, "web/outgoing.html", context, status=code)


def _file_or_404(practice: Practice, pk: int) -> OutgoingFile:
    try:
        return outgoing_file(practice, pk)
    except OutgoingFile.DoesNotExist:
        raise Http404 from None


@require_safe
@in_practice
def outgoing_file_page(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """One file: what is in it, where it stands, and what was said of it."""
    return _show_file(request, practice, _file_or_404(practice, pk))


def _show_file(
    request: PracticeRequest,
    practice: Practice,
    row: OutgoingFile,
    error: str = "",
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": "intake",
        "file": row,
        "answers": answers_of(row),
        "exports": exports_of(row),
        "error": error,
        "why_not": why_not(request.role, Permission.SEND_FILES),
    }
    return render(request, "web/outgoing_file.html", context, status=status)


@require_safe
@in_practice
@requires(Permission.SEND_FILES)
def outgoing_download(request: PracticeRequest, practice: Practice, pk: int) -> Any:
    """Download a file as it goes to its receiver."""
    row = _file_or_404(practice, pk)
    try:
        path = content(row)
    except SendingError as gone:
        return _show(request, practice, error=str(gone), status=410)
    note_export(outgoing=row, by=request.user.get_username(), at=clock.now())
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=row.name,
        content_type="application/edi-x12",
    )


@require_POST
@in_practice
@requires(Permission.SEND_FILES)
def outgoing_sent(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Say that a file was uploaded to its receiver."""
    row = _file_or_404(practice, pk)
    try:
        mark_sent(outgoing=row, by=request.user.get_username(), at=clock.now())
    except SendingError as refused:
        return _show(request, practice, error=str(refused), status=409)
    return redirect("web:outgoing", practice=practice.code)


_CALL_BACK = {
    OutgoingPurpose.STATUS_REQUESTS: call_back_requests,
    OutgoingPurpose.CORRECTED_CLAIMS: call_back_corrections,
    OutgoingPurpose.SECONDARY_CLAIMS: call_back_corrections,
}


@require_POST
@in_practice
@requires(Permission.SEND_FILES)
def outgoing_call_back(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Take back a file that was not sent: what it was written for is a draft, or is asked, again."""
    row = _file_or_404(practice, pk)
    try:
        _CALL_BACK[OutgoingPurpose(row.purpose)](
            outgoing=row,
            reason=typed(request, "reason"),
            by=request.user,
            as_of=clock.today(),
            now=clock.now(),
        )
    except SendingError as refused:
        return _show_file(request, practice, _file_or_404(practice, pk), str(refused), status=409)
    return redirect("web:outgoing-file", practice=practice.code, pk=row.pk)


@require_POST
@in_practice
@requires(Permission.SEND_FILES)
def outgoing_submitter(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Set as whom the practice sends; what is refused is said above the form, with what was typed."""
    names = [field.name for field in fields(SubmitterFacts) if field.name != "is_test"]
    given: dict[str, Any] = {name: typed(request, name) for name in names}
    given["is_test"] = bool(typed(request, "is_test"))
    for name in ("sender_qualifier", "receiver_qualifier"):
        given[name] = given[name] or "ZZ"
    try:
        set_submitter(
            practice=practice,
            facts=SubmitterFacts(**given),
            by=request.user.get_username(),
            at=clock.now(),
        )
    except SendingError as refused:
        return _show(request, practice, error=str(refused), status=422, typed_in=given)
    return redirect("web:outgoing", practice=practice.code)
