"""Denials analyzed: key figures, a breakdown, months, two attributes, cohorts; and the claims behind each."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import Practice
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.web import PracticeRequest, in_practice
from dueline.core.denial_attributes import NAMES, Attribute
from dueline.core.denial_figures import Period, Share, Shown
from dueline.denials.queries.analysis import (
    AnalysisFilterError,
    AnalysisFilters,
    CohortRow,
    KeyFigure,
    Labels,
    Row,
    claims_behind,
    facts_state,
)
from dueline.denials.queries.analysis.labels import month_words
from dueline.denials.tasks import keep_up
from dueline.reports import denial_words as words
from dueline.reports.denial_report import Asked, DenialReport, denial_report
from dueline.web.denial_charts import bar_width, shade, trend_chart
from dueline.web.views.case_open import case_query
from dueline.web.views.patterns import panel, payer_named
from dueline.web.views.typed import row_number

PAGE = 25
_BARS = 8  # values of a breakdown before "more"
_MENUS = (Attribute.PAYER, Attribute.CATEGORY)
SHOWN_WORDS = {
    Shown.ANSWERED: "Claims answered",
    Shown.REFUSED: "Claims refused by their first answer",
    Shown.DECIDED: "Refused claims with nothing left to wait for",
    Shown.OVERTURNED: "Refused claims of which something was paid since",
    Shown.CONTESTED: "Refused claims that were appealed or corrected",
    Shown.RECOVERED: "Refused claims with money recovered",
    Shown.WRITTEN_OFF: "Refused claims written off",
    Shown.SENT: "Claims sent, answered or not",
    Shown.UNANSWERED: "Claims not answered yet",
}
_AMOUNTS = {
    Shown.RECOVERED: "Recovered",
    Shown.WRITTEN_OFF: "Written off",
    Shown.ANSWERED: "Charge",
    Shown.SENT: "Charge",
    Shown.UNANSWERED: "Charge",
}


@require_safe
@in_practice
def analysis_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """What is refused and why, by what the address asks."""
    as_of, error = clock.today(), ""
    try:
        asked = Asked.from_query(request.GET.dict())
    except AnalysisFilterError as refused:
        asked, error = Asked(AnalysisFilters()), str(refused)
    is_current = keep_up(practice=practice, now=clock.now())
    report = denial_report(practice, asked, as_of=as_of, menus=_MENUS)
    payer = payer_named(practice, asked.filters.values.get(Attribute.PAYER, ""))
    context = {
        "page": "denials",
        "as_of": as_of,
        "report": report,
        "patterns": panel(request, practice, payer),
        "asked": asked,
        "period": words.period_words(report.first_day, as_of),
        "facts": facts_state(practice),
        "is_current": is_current,
        "tiles": [_tile(report, one) for one in report.figures],
        "menus": _menus(report),
        "chips": _chips(asked, report),
        "kept": _kept(asked),
        "by_name": NAMES[asked.by],
        "bars": _bars(report, None if request.GET.get("all") else _BARS),
        "bars_left": max(len(report.breakdown.rows) - _BARS, 0)
        if not request.GET.get("all")
        else 0,
        "bars_total": report.breakdown.total,
        "measures": _switch(asked, "measure", words.MEASURES),
        "bases": _switch(asked, "basis", words.BASES),
        "trend": trend_chart(report.trend, has_others=asked.filters.is_of_claims),
        "months": [_month(asked, report, one) for one in report.trend.points],
        "heat": _heat(report),
        "cohorts": [_cohort(asked, report, row) for row in report.cohorts.rows],
        "query": asked.query(),
        "error": error,
        "case_query": ""
        if why_not(request.role, Permission.WORK_CASES)
        else case_query(asked.filters.values),
        "why_not_export": why_not(request.role, Permission.EXPORT),
    }
    return render(request, "web/denials.html", context, status=400 if error else 200)


def behind(filters: AnalysisFilters, shown: Shown) -> str:
    """Return the query of the list of claims behind a figure."""
    return "&".join(part for part in (filters.query(), urlencode({"show": shown.value})) if part)


def _tile(report: DenialReport, one: KeyFigure) -> dict[str, Any]:
    definition, filters = one.definition, report.asked.filters
    return {
        "title": definition.title,
        "formula": definition.formula,
        "source": definition.source,
        "value": words.value_words(one),
        "basis": words.basis_words(one),
        "remark": words.remark_words(one, report.total),
        "above": behind(filters, definition.above),
        "below": behind(filters, definition.below) if definition.below else "",
    }


def _menus(report: DenialReport) -> list[dict[str, Any]]:
    """Return the menus: name, label, options as (value, words), and what is chosen."""
    asked, found = report.asked, []
    for one, values in report.menus.items():
        chosen = asked.filters.values.get(one)
        listed = [value for value in values if value]
        if chosen and chosen not in listed:
            listed.append(chosen)
        options = [("", "All"), *((value, report.words(one, value)) for value in listed)]
        found.append(_menu(one.value, NAMES[one], options, chosen or ""))
    periods = [(one.value, said) for one, said in words.PERIODS.items()]
    found.append(_menu("period", "Period", periods, asked.filters.period.value))
    names = [(one.value, NAMES[one]) for one in Attribute]
    found.append(_menu("by", "By", names, asked.by.value))
    return found


def _menu(name: str, label: str, options: list[tuple[str, str]], chosen: str) -> dict[str, Any]:
    is_on = bool(chosen) and name not in ("by", "period")
    return {"name": name, "label": label, "options": options, "chosen": chosen, "is_on": is_on}


def _kept(asked: Asked) -> list[tuple[str, str]]:
    """Return what the form of menus does not ask and must carry on."""
    rest = [(k.value, v or "-") for k, v in asked.filters.values.items() if k not in _MENUS]
    return rest + [pair for pair in asked.shown() if pair[0] != "by"]


def _chips(asked: Asked, report: DenialReport) -> list[dict[str, str]]:
    """Return what it is narrowed to beside the menus, each with the query without it."""
    return [
        {
            "words": f"{NAMES[one]}: {said}",
            "without": Asked(asked.filters.without(one), by=one).query(),
        }
        for one, said in report.narrowed()
        if one not in _MENUS
    ]


def _bars(report: DenialReport, most: int | None) -> list[dict[str, Any]]:
    asked, table = report.asked, report.breakdown
    found = []
    for place, row in enumerate(table.rows[:most]):
        filters = asked.filters.having({asked.by: row.value})
        running = table.running(place)
        found.append(
            {
                "row": row,
                "words": report.words(asked.by, row.value),
                "narrow": filters.query(),
                "width": bar_width(row, table, asked.measure),
                "refused": behind(filters, Shown.REFUSED),
                "rate": words.percent(row.share.rate) if row.share.is_enough else "",
                "interval": words.interval_words(row.share),
                "running": "" if running is None else f"{running * 100:.0f} %",
            }
        )
    return found


def _switch(asked: Asked, name: str, labels: Any) -> list[dict[str, Any]]:
    """Return the choices of one part of the page as links."""
    chosen = getattr(asked, name)
    found = []
    for one, said in labels.items():
        values = {k: getattr(asked, k) for k in ("by", "measure", "basis", "rows", "columns")}
        query = Asked(asked.filters, **{**values, name: one}).query()
        found.append({"words": said, "query": query, "is_chosen": one is chosen})
    return found


def _month(asked: Asked, report: DenialReport, point: Any) -> dict[str, Any]:
    attribute = Attribute(f"{asked.basis.value}_month")
    filters = asked.filters.having({attribute: point.month}, period=Period.ALL)
    return {
        "point": point,
        "words": month_words(point.month),
        "rate": words.share_words(point.share),
        "interval": words.interval_words(point.share),
        "all": words.share_words(point.all_share),
        "refused": behind(filters, Shown.REFUSED),
        "answered": behind(filters, Shown.ANSWERED),
        "known": behind(filters, Shown.SENT),
    }


def _heat(report: DenialReport) -> dict[str, Any]:
    asked, heat = report.asked, report.heat
    rows = []
    for value in heat.rows:
        cells: list[dict[str, Any] | None] = []
        for column in heat.columns:
            cell = heat.cells.get((value, column))
            if cell is None:
                cells.append(None)
                continue
            filters = asked.filters.having({heat.rows_by: value, heat.columns_by: column})
            cells.append(_cell(report, cell, behind(filters, Shown.REFUSED)))
        rows.append((report.words(heat.rows_by, value), cells))
    return {
        "rows": rows,
        "columns": [report.words(heat.columns_by, one) for one in heat.columns],
        "rows_name": NAMES[heat.rows_by],
        "rows_left": heat.rows_left,
        "columns_left": heat.columns_left,
        "menus": [
            _menu("rows", "Down", [(a.value, NAMES[a]) for a in Attribute], heat.rows_by.value),
            _menu(
                "columns", "Across", [(a.value, NAMES[a]) for a in Attribute], heat.columns_by.value
            ),
        ],
        "kept": [(k.value, v or "-") for k, v in asked.filters.values.items()]
        + [pair for pair in asked.shown() if pair[0] not in ("rows", "columns")]
        + ([("period", asked.filters.period.value)]),
    }


def _cell(report: DenialReport, row: Row, query: str) -> dict[str, Any]:
    measure = report.asked.measure
    return {
        "words": words.cell_words(row, measure),
        "shade": shade(row, report.heat, measure),
        "told": f"{words.claims_words(row.refused)} of {row.answered:,} answered",
        "query": query,
    }


def _cohort(asked: Asked, report: DenialReport, row: CohortRow) -> dict[str, Any]:
    month = {Attribute.SERVICE_MONTH: row.month}
    cells: list[dict[str, Any] | None] = []
    for age, share in zip(report.cohorts.ages, row.cells):
        filters = asked.filters.having(month, period=Period.ALL, within=age)
        cells.append(None if share is None else _share(share, behind(filters, Shown.REFUSED)))
    filters = asked.filters.having(month, period=Period.ALL)
    return {
        "month": month_words(row.month),
        "known": row.known,
        "sent": behind(filters, Shown.SENT),
        "cells": cells,
        "so_far": _share(row.so_far, behind(filters, Shown.REFUSED)),
        "answered": words.percent(row.so_far.whole / row.known),
    }


def _share(share: Share, query: str) -> dict[str, str]:
    return {
        "rate": words.share_words(share),
        "told": f"{share.part:,} of {share.whole:,}. {words.interval_words(share)}",
        "is_few": "" if share.is_enough else "few",
        "query": query,
    }


@require_safe
@in_practice
def claims_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """The claims that a figure, a bar or a cell counts."""
    as_of = clock.today()
    try:
        filters = AnalysisFilters.from_query(request.GET.dict())
        shown = Shown(request.GET.get("show") or Shown.REFUSED)
    except (AnalysisFilterError, ValueError):
        raise Http404 from None
    keep_up(practice=practice, now=clock.now())
    asked = row_number(request.GET.get("page", "")) or 1
    found = claims_behind(practice, filters, shown, as_of=as_of, page=asked, size=PAGE)
    pages = max(-(-found.count // PAGE), 1)
    rows = found.claims(practice, list(found.amounts))
    audit.record(
        practice=practice,
        by=request.user.get_username(),
        action="view_denial_claims",
        at=clock.now(),
        detail={"show": shown.value, "claims": [row.pk for row in rows]},
    )
    labels = Labels(practice, filters.values.items())
    context = {
        "page": "denials",
        "as_of": as_of,
        "heading": SHOWN_WORDS[shown],
        "amount": _AMOUNTS.get(shown, "Refused"),
        "narrowed": [f"{NAMES[one]}: {labels.of(one, v)}" for one, v in filters.values.items()],
        "within": filters.within,
        "period": "" if shown in (Shown.SENT, Shown.UNANSWERED) else words.PERIODS[filters.period],
        "found": found,
        "rows": [(row, found.amounts[row.pk]) for row in rows],
        "number": min(asked, pages),
        "pages": pages,
        "query": behind(filters, shown),
        "back": filters.query(),
        "why_not_export": why_not(request.role, Permission.EXPORT),
    }
    return render(request, "web/denial_claims.html", context)
