"""Spreadsheets: dropped, mapped with a preview of their first rows, taken in, and what came of them."""

from dataclasses import replace
from datetime import date
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.core.sheets.cells import text_of
from dueline.core.sheets.fields import (
    FIELD_NAMES,
    KIND_NAMES,
    DateOrder,
    Field,
    NameOrder,
    ReportKind,
)
from dueline.core.sheets.headings import letter
from dueline.core.sheets.mapping import Mapping
from dueline.sheets.actions import keep_open, map_sheet, receive_sheet, resolve
from dueline.sheets.actions.receiving import check_mapping, path_of
from dueline.sheets.errors import SheetError
from dueline.sheets.models import SheetImport
from dueline.sheets.queries import (
    Look,
    differences_of,
    fault_table,
    faults_of,
    import_for,
    imports_of,
    look,
    mappings_of,
    preview,
    proposed_of,
    suggest,
)
from dueline.sheets.tasks import put_off
from dueline.uploads import keep_upload
from dueline.web.views.downloads import download
from dueline.web.views.typed import row_number, typed

SHOWN = 200  # faults, differences and proposals on the page; all are in the downloads
_DATE_ORDERS = [
    ("", "As each column tells"),
    ("mdy", "Month first: 1/31"),
    ("dmy", "Day first: 31/1"),
]
_NAME_ORDERS = [
    ("last_first", "DOE JANE: last name first"),
    ("first_last", "JANE DOE: first name first"),
]


def _import_or_404(practice: Practice, pk: int) -> SheetImport:
    try:
        return import_for(practice, pk)
    except SheetImport.DoesNotExist:
        raise Http404 from None


def _audit(request: PracticeRequest, practice: Practice, action: str, key: str = "") -> None:
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action=action,
        at=clock.now(),
        object_kind="sheet_import" if key else "",
        object_key=key,
    )


# ---------------------------------------------------------------- the list, and dropping a file


@require_safe
@in_practice
def sheets_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    _audit(request, practice, "view_sheets")
    return _list(request, practice)


def _list(
    request: PracticeRequest, practice: Practice, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "page": "intake",
        "as_of": clock.today(),
        "imports": imports_of(practice),
        "mappings": mappings_of(practice),
        "refusal": refusal,
        "why_not": why_not(request.role, Permission.TAKE_IN_FILES),
    }
    return render(request, "web/sheets.html", context, status=status)


@require_POST
@in_practice
@requires(Permission.TAKE_IN_FILES)
def sheet_files(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Keep the spreadsheet handed in and lead to its mapping; what is no sheet is refused at once."""
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _list(request, practice, refusal="No file came with the form.", status=422)
    kept = keep_upload(file)
    try:
        made = receive_sheet(
            practice=practice,
            path=kept,
            name=file.name or "file",
            by=request.user.get_username(),
            as_of=clock.today(),
            now=clock.now(),
            takes_stated=True,
        )
    except SheetError as refused:
        return _list(request, practice, refusal=str(refused), status=422)
    finally:
        kept.unlink(missing_ok=True)
    return redirect("web:sheet", practice=practice.code, pk=made.pk)


# ---------------------------------------------------------------- one sheet


@require_safe
@in_practice
def sheet_page(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Show how a sheet is read and, once it is taken in, what came of it."""
    found = _import_or_404(practice, pk)
    if request.htmx:
        return render(request, "web/sheet.html#state", {"sheet": found})
    _audit(request, practice, "view_sheet", str(pk))
    return _sheet(request, found)


@require_POST
@in_practice
@requires(Permission.TAKE_IN_FILES)
def sheet_preview(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Show the first rows as the mapping in the form would take them."""
    found = _import_or_404(practice, pk)
    _audit(request, practice, "preview_sheet", str(pk))
    context = _mapped(request, found, is_typed=True)
    name = "web/sheet.html#map" if request.htmx else "web/sheet.html"
    return render(request, name, context | _frame(request, found))


@require_POST
@in_practice
@requires(Permission.TAKE_IN_FILES)
def sheet_take(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Keep the mapping and let the worker take the sheet in."""
    found = _import_or_404(practice, pk)
    try:
        seen = look(path_of(found), typed(request, "sheet"))
        mapping = _typed_mapping(request, seen)
        day = _day(request, found)
        shown = preview(seen, mapping, as_of=day)
        if shown.asked:
            raise SheetError(f"{_asked(shown.asked)} Say how dates are written.")
        by = request.user.get_username()
        updated = map_sheet(
            sheet_import=found,
            sheet=seen.sheet,
            mapping=mapping,
            as_of=day,
            by=by,
            now=clock.now(),
            save_as=typed(request, "save_as"),
        )
        put_off(sheet_import=updated, by=by, now=clock.now())
    except SheetError as refused:
        return _sheet(request, found, error=str(refused), is_typed=True, status=422)
    return redirect("web:sheet", practice=practice.code, pk=pk)


def _asked(headings: list[str]) -> str:
    return f"The dates under {', '.join(headings)} could have the month or the day first."


def _sheet(
    request: PracticeRequest,
    found: SheetImport,
    *,
    error: str = "",
    is_typed: bool = False,
    status: int = 200,
) -> HttpResponse:
    is_mapped = found.state in ("mapping", "refused", "done")
    context = _mapped(request, found, is_typed=is_typed) if is_mapped else {}
    context |= _frame(request, found)
    context["error"] = error or context.get("error", "")
    return render(request, "web/sheet.html", context, status=status)


def _frame(request: PracticeRequest, found: SheetImport) -> dict[str, Any]:
    context: dict[str, Any] = {
        "page": "intake",
        "sheet": found,
        "kind_name": KIND_NAMES[ReportKind(found.kind)],
        "why_not": why_not(request.role, Permission.TAKE_IN_FILES),
    }
    if found.state == "done":
        context |= {
            "faults": faults_of(found)[:SHOWN],
            "differences": differences_of(found)[:SHOWN],
            "proposed": list(proposed_of(found)[:SHOWN]),
        }
    return context


# ---------------------------------------------------------------- the mapping


def _mapped(request: PracticeRequest, found: SheetImport, *, is_typed: bool) -> dict[str, Any]:
    """Return the mapping as it is kept, or as it is typed, with the first rows as it takes them."""
    error = ""
    try:
        seen = look(path_of(found), typed(request, "sheet") if is_typed else found.sheet_name)
        mapping, saved = Mapping.from_json(found.mapping), found.mapping_name
        day = found.as_of
        if is_typed:
            mapping, saved = _typed_mapping(request, seen), typed(request, "save_as")
            day = _day(request, found)
    except (SheetError, OSError) as refused:
        return {"error": str(refused), "is_lost": True}
    try:
        check_mapping(mapping, seen)
    except SheetError as refused:
        error = str(refused)
    shown = preview(seen, mapping, as_of=day)
    if shown.asked and not error:
        error = f"{_asked(shown.asked)} Say how dates are written."
    suggestion = suggest(found.practice, seen, mapping.kind)
    return {
        "error": error,
        "seen": seen,
        "mapping": mapping,
        "as_of_day": day,
        "save_as": saved,
        "template": suggestion.template,
        "columns": _columns(seen, mapping),
        "preview": shown,
        "kinds": [(kind.value, KIND_NAMES[kind]) for kind in ReportKind],
        "fields": [(field.value, FIELD_NAMES[field]) for field in Field],
        "date_orders": _DATE_ORDERS,
        "name_orders": _NAME_ORDERS,
    }


def _columns(seen: Look, mapping: Mapping) -> list[dict[str, Any]]:
    rows = []
    for index, (key, one) in enumerate(zip(seen.keys, seen.proposals(mapping.kind))):
        cells = [text_of(row[index]) for _, row in seen.rows if index < len(row)]
        chosen = mapping.fields.get(key)
        rows.append(
            {
                "name": f"field-{index}",
                "letter": letter(index),
                "heading": text_of(seen.headings[index]) or key,
                "chosen": chosen.value if chosen else "",
                "confidence": one.confidence.value if one.field is chosen else "",
                "reason": one.reason
                if one.field is chosen
                else "Chosen by you or a saved mapping.",
                "examples": [cell for cell in cells if cell][:3],
            }
        )
    return rows


def _typed_mapping(request: PracticeRequest, seen: Look) -> Mapping:
    """Return the mapping of the form; of another sheet or kind than it showed, the one suggested.

    Raises SheetError for a choice that there is not.
    """
    try:
        kind = ReportKind(typed(request, "kind"))
        was = typed(request, "was_sheet"), typed(request, "was_kind")
        if was != (seen.sheet, kind.value):
            return replace(suggest(request.practice, seen, kind).mapping, kind=kind)
        chosen = {key: typed(request, f"field-{i}") for i, key in enumerate(seen.keys)}
        order = typed(request, "date_order")
        return Mapping(
            kind,
            {key: Field(value) for key, value in chosen.items() if value},
            DateOrder(order) if order else None,
            NameOrder(typed(request, "name_order") or NameOrder.LAST_FIRST),
            bool(typed(request, "payer_above")),
        )
    except ValueError:
        raise SheetError("A choice of the form is not one there is. Load the page again.") from None


def _day(request: PracticeRequest, found: SheetImport) -> date:
    try:
        day = date.fromisoformat(typed(request, "as_of"))
    except ValueError:
        raise SheetError("Figures of: expected a date such as 2026-11-23.") from None
    if not date(2000, 1, 1) <= day <= clock.today():
        raise SheetError(f"Figures of: expected a day up to today, found {day}.")
    return day


# ---------------------------------------------------------------- what came of it


@require_safe
@in_practice
@requires(Permission.TAKE_IN_FILES)
def sheet_faults(
    request: PracticeRequest, practice: Practice, pk: int, form: str
) -> HttpResponse | StreamingHttpResponse:
    """Download the rows that were not taken, with cell, reason and what was expected."""
    found = _import_or_404(practice, pk)
    if form not in ("csv", "xlsx"):
        raise Http404
    _audit(request, practice, "export_sheet_faults", str(pk))
    name = f"rows-in-error-{practice.code}-{pk}.{form}"
    return download(fault_table(found), name, title="Rows in error")


@require_POST
@in_practice
@requires(Permission.TAKE_IN_FILES)
def sheet_resolve(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Say of claims that vanished whether they are resolved."""
    found = _import_or_404(practice, pk)
    chosen = [row_number(text) or 0 for text in request.POST.getlist("resolution")]
    facts: dict[str, Any] = {
        "sheet_import": found,
        "resolutions": chosen,
        "reason": typed(request, "reason"),
        "by": request.user,
        "now": clock.now(),
    }
    try:
        if not chosen:
            raise SheetError("Choose the claims first.")
        if typed(request, "do") == "open":
            keep_open(**facts)
        else:
            resolve(**facts, as_of=clock.today())
    except SheetError as refused:
        context = _mapped(request, found, is_typed=False) | _frame(request, found)
        context["resolve_error"] = str(refused)
        return render(request, "web/sheet.html", context, status=422)
    answer = redirect("web:sheet", practice=practice.code, pk=pk)
    answer["Location"] += "#vanished"
    return answer
