"""Contracts with payers: their fee schedules, and how each contract pays by one."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice
from dueline.core.contract_price import ContractTerms
from dueline.payers.errors import ContractRefused
from dueline.payers.models import Payer
from dueline.sheets.books import open_book
from dueline.sheets.errors import SheetError
from dueline.underpayments.actions import Agreed, load_schedule, set_pricing
from dueline.underpayments.errors import ScheduleRefused, UnderpaymentRefused
from dueline.underpayments.queries.lists import contracts, schedules
from dueline.underpayments.tasks import compare_later
from dueline.uploads import keep_upload
from dueline.web.views.typed import row_number, typed

MOST_BYTES = 50 << 20
_COMPARED = "What was paid so far is being compared with it."
_SCHEDULE = ("name", "effective_from", "effective_to", "source")
_TERMS = ("payer", "contract", "first", "last", "schedule", "percent", "lesser", "terms_source")


@require_safe
@in_practice
def contracts_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    return _show(request, practice)


def _show(
    request: PracticeRequest, practice: Practice, *, reasons: tuple[str, ...] = (), form: str = ""
) -> HttpResponse:
    rows = list(schedules(practice))
    values = {name: typed(request, name) for name in (*_SCHEDULE, *_TERMS)} if reasons else {}
    context = {
        "page": "payers",
        "schedules": rows,
        "names": sorted({row.name for row in rows}),
        "contracts": contracts(practice),
        "payers": Payer.objects.filter(practice=practice).order_by("name"),
        "reasons": reasons,
        "form": form,
        "values": values,
        "why_not": why_not(request.role, Permission.CHANGE_PAYERS),
    }
    return render(request, "web/contracts.html", context, status=422 if reasons else 200)


def _acted(
    request: PracticeRequest, practice: Practice, form: str, act: Callable[[], str]
) -> HttpResponse:
    """Do it and say so; what is refused stands on the page with what was typed."""
    try:
        said = act()
    except (ScheduleRefused, UnderpaymentRefused, ContractRefused, SheetError) as refused:
        reasons = getattr(refused, "reasons", (str(refused),))
        return _show(request, practice, reasons=reasons, form=form)
    except NotAllowed as refused:
        return render(request, "accounts/not_allowed.html", {"reason": str(refused)}, status=403)
    messages.success(request, said)
    return redirect("web:contracts", practice=practice.code)


@require_POST
@in_practice
def load(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Load a fee schedule from a spreadsheet."""

    def act() -> str:
        file = request.FILES.get("file")
        if not isinstance(file, UploadedFile):
            raise UnderpaymentRefused("Choose a file: CSV or XLSX.")
        if (file.size or 0) > MOST_BYTES:
            raise UnderpaymentRefused("The file is larger than 50 MB. Split it.")
        first = _day(request, "effective_from", "First day")
        if first is None:
            raise UnderpaymentRefused("First day: expected a date.")
        made = _load(request, practice, file, first)
        compare_later.enqueue(practice.pk)
        return f"Loaded {made.amount_count:,} amounts of {made.name}. {_COMPARED}"

    return _acted(request, practice, "schedule", act)


def _load(request: PracticeRequest, practice: Practice, file: UploadedFile, first: date) -> Any:
    path = keep_upload(file)
    try:
        book = open_book(path)
        try:
            return load_schedule(
                practice=practice,
                name=typed(request, "name"),
                effective_from=first,
                effective_to=_day(request, "effective_to", "Last day"),
                source=typed(request, "source"),
                rows=book.rows(book.sheets[0]),
                by=request.user,
                now=clock.now(),
            )
        finally:
            book.close()
    finally:
        path.unlink(missing_ok=True)


@require_POST
@in_practice
def set_terms(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Say how a contract pays; a contract not known by this name is added to the payer."""

    def act() -> str:
        payer = Payer.objects.filter(
            practice=practice, pk=row_number(typed(request, "payer")) or 0
        ).first()
        if payer is None:
            raise UnderpaymentRefused("Payer: choose one of the list.")
        agreed = Agreed(
            name=typed(request, "contract"),
            schedule_name=typed(request, "schedule"),
            source=typed(request, "terms_source"),
            terms=ContractTerms(_percent(request), typed(request, "lesser") == "yes"),
            effective_from=_day(request, "first", "First day"),
            effective_to=_day(request, "last", "Last day"),
        )
        set_pricing(payer=payer, agreed=agreed, by=request.user, now=clock.now())
        compare_later.enqueue(practice.pk)
        return f"Saved. {_COMPARED}"

    return _acted(request, practice, "terms", act)


def _percent(request: PracticeRequest) -> int:
    """Return the share of the schedule in basis points. Raises UnderpaymentRefused."""
    text = typed(request, "percent") or "100"
    try:
        scaled = Decimal(text.rstrip("%").strip()) * 100
    except InvalidOperation:
        raise UnderpaymentRefused("Percent: expected a number such as 110.") from None
    if not scaled.is_finite() or scaled != scaled.to_integral_value() or abs(scaled) > 10**6:
        raise UnderpaymentRefused("Percent: expected at most two decimals, up to 1,000.")
    return int(scaled)


def _day(request: PracticeRequest, name: str, label: str) -> date | None:
    text = typed(request, name)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnderpaymentRefused(f"{label}: expected a date.") from None
