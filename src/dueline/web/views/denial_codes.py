"""Reason codes: what Dueline's list says of each, with source and date, and what the practice says instead."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.core import codes
from dueline.core.enums import DenialCategory, Level, Preventable, RootCauseOwner, UsualFix
from dueline.core.refusals import Meaning
from dueline.denials.actions import carc_of, change_meaning
from dueline.denials.errors import MeaningRefused
from dueline.denials.models import CodeMeaning, Denial
from dueline.denials.queries import Meanings, own_meanings
from dueline.web.templatetags.denial_words import way
from dueline.web.templatetags.words import spoken
from dueline.web.views.downloads import download
from dueline.web.views.typed import typed

_SHOWN = ("used", "own", "refusing", "all")
_MEMBERS: dict[str, Any] = {
    "category": DenialCategory,
    "owner": RootCauseOwner,
    "preventable": Preventable,
    "usual_fix": UsualFix,
    "level": Level,
}
_LABELS = {
    "category": "Category",
    "owner": "Starts with",
    "preventable": "Preventable",
    "usual_fix": "Usual fix",
    "level": "Level",
}
_HEADINGS = [
    "CARC", "Meaning", "Refuses", "Category", "Starts with", "Preventable", "Usual fix", "Level",
    "Said by", "Note", "Source", "Checked on", "Confidence", "Denials here",
]  # fmt: skip


def _rows(practice: Practice, show: str) -> list[dict[str, Any]]:
    """Return the codes to show: of the list, and those that only a payer or the practice uses."""
    meanings, own = Meanings(practice), own_meanings(practice)
    counted = Denial.objects.filter(practice=practice).order_by("carc").values_list("carc")
    used = dict(counted.annotate(count=Count("pk")))
    every = [*codes.carcs(), *sorted({*used, *own} - set(codes.carcs()))]
    rows = []
    for code in every:
        listed = codes.carc(code)
        is_shown = {
            "all": True,
            "own": code in own,
            "used": code in used,
            "refusing": listed.is_denial != "no",
        }[show]
        if is_shown:
            rows.append(
                {
                    "code": code,
                    "listed": listed,
                    "meaning": meanings.of(code),
                    "own": own.get(code),
                    "count": used.get(code, 0),
                }
            )
    return rows


@require_safe
@in_practice
def codes_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    show = request.GET.get("show", "")
    show = show if show in _SHOWN else "used"
    context = {
        "page": "denials",
        "rows": _rows(practice, show),
        "show": show,
        "shown": [
            ("used", "Seen here"),
            ("own", "Ours"),
            ("refusing", "All that refuse"),
            ("all", "All"),
        ],
        "export_why_not": why_not(request.role, Permission.EXPORT),
    }
    return render(request, "web/denial_codes.html", context)


@require_safe
@in_practice
@requires(Permission.EXPORT)
def export(
    request: PracticeRequest, practice: Practice, form: str
) -> HttpResponse | StreamingHttpResponse:
    """Download every code with its meaning here, as CSV or XLSX."""
    if form not in ("csv", "xlsx"):
        raise Http404
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action="export_codes",
        at=clock.now(),
        detail={"form": form},
    )
    name = f"codes-{practice.code}-{clock.today()}.{form}"
    return download(_table(_rows(practice, "all")), name, title="Codes")


def _table(rows: list[dict[str, Any]]) -> Iterator[list[Any]]:
    yield list(_HEADINGS)
    for row in rows:
        listed, meaning, own = row["listed"], row["meaning"], row["own"]
        yield [
            row["code"],
            listed.summary,
            listed.is_denial,
            meaning.category.value,
            meaning.owner.value,
            meaning.preventable.value,
            meaning.usual_fix.value,
            meaning.level.value,
            "practice" if own else ("list" if listed.is_known else "unknown"),
            own.note if own else listed.notes,
            own.reason if own else listed.source,
            own.changed_at.date() if own else listed.checked_on,
            "" if own else listed.confidence,
            row["count"],
        ]


@require_http_methods(["GET", "HEAD", "POST"])
@in_practice
def code_page(request: PracticeRequest, practice: Practice, carc: str) -> HttpResponseBase:
    """What a code means: the list's word, the practice's, its history, and the form that changes it."""
    try:
        code = carc_of(carc)
    except MeaningRefused:
        raise Http404 from None
    if request.method == "POST":
        return _change(request, practice, code)
    return _show(request, practice, code)


@requires(Permission.CHANGE_CODES)
def _change(request: PracticeRequest, practice: Practice, code: str) -> HttpResponse:
    values = {name: typed(request, name) for name in (*_MEMBERS, "note", "reason")}
    try:
        change_meaning(
            practice=practice,
            carc=code,
            meaning=_meaning(values),
            reason=values["reason"],
            note=values["note"],
            by=request.user,
            now=clock.now(),
        )
    except MeaningRefused as refused:
        return _show(request, practice, code, values=values, error=str(refused), status=422)
    return redirect("web:denial-code", practice=practice.code, carc=code)


def _meaning(values: dict[str, str]) -> Meaning:
    """Return the meaning as chosen. Raises MeaningRefused for a choice that there is not."""
    found = {}
    for name, enum in _MEMBERS.items():
        try:
            found[name] = enum(values[name])
        except ValueError:
            raise MeaningRefused(f"{_LABELS[name]}: choose one of the list.") from None
    return Meaning(**found)


def _show(
    request: PracticeRequest,
    practice: Practice,
    code: str,
    *,
    values: dict[str, str] | None = None,
    error: str = "",
    status: int = 200,
) -> HttpResponse:
    meaning = Meanings(practice).of(code)
    history = list(CodeMeaning.objects.filter(practice=practice, carc=code).order_by("-pk"))
    if values is None:
        values = {name: getattr(meaning, name).value for name in _MEMBERS}
        values |= {"note": history[0].note if history else "", "reason": ""}
    menus = [
        {
            "name": name,
            "label": _LABELS[name],
            "chosen": values[name],
            "options": [(one.value, way(one) if enum is UsualFix else spoken(one)) for one in enum],
        }
        for name, enum in _MEMBERS.items()
    ]
    context = {
        "page": "denials",
        "code": code,
        "listed": codes.carc(code),
        "meaning": meaning,
        "history": history,
        "menus": menus,
        "values": values,
        "error": error,
        "why_not": why_not(request.role, Permission.CHANGE_CODES),
    }
    return render(request, "web/denial_code.html", context, status=status)
