"""The denials page on paper: one page as PDF for the monthly meeting, and each of its charts as PNG.

Set by Typst from denial_sheet.typ. What people or files named goes in as data and is never markup.
"""

import json
from datetime import date
from importlib.resources import files
from typing import Any, Literal

import font_source_sans_pro
import typst

from dueline.core.denial_attributes import NAMES
from dueline.core.money import money
from dueline.denials.queries.analysis.labels import month_words
from dueline.reports import denial_words as words
from dueline.reports.denial_report import Chart, DenialReport

_BARS = 10
_PPI = 192  # twice a screen's, so that it stays sharp


def pdf(report: DenialReport, *, practice_name: str) -> bytes:
    """Return the sheet: one page of letter paper."""
    return _compile(report, practice_name, "sheet", "pdf")


def png(report: DenialReport, chart: Chart, *, practice_name: str) -> bytes:
    """Return one chart as a picture."""
    return _compile(report, practice_name, chart.value, "png")


def _compile(
    report: DenialReport, practice_name: str, part: str, form: Literal["pdf", "png"]
) -> bytes:
    told = _told(report, practice_name) | {"part": part}
    return typst.compile(
        files("dueline.reports").joinpath("denial_sheet.typ").read_bytes(),
        font_paths=[font_source_sans_pro.font_directory],
        ignore_system_fonts=True,
        format=form,
        ppi=_PPI,
        sys_inputs={"report": json.dumps(told)},
    )


def _told(report: DenialReport, practice_name: str) -> dict[str, Any]:
    """Return what the sheet says, all of it in words or as parts of a whole from 0 to 1."""
    asked = report.asked
    return {
        "practice": practice_name,
        "period": words.period_words(report.first_day, report.as_of),
        "narrowed": report.narrowed_words(),
        "printed": _day(report.as_of),
        "tiles": [
            {
                "title": one.definition.title,
                "value": words.value_words(one),
                "basis": words.basis_words(one),
                "remark": words.remark_words(one, report.total),
                "formula": one.definition.formula,
            }
            for one in report.figures
        ],
        "bars": _bars(report),
        "trend": _trend(report),
        "heat": _heat(report),
        "cohorts": _cohorts(report),
        "measure": words.MEASURES[asked.measure],
    }


def _bars(report: DenialReport) -> dict[str, Any]:
    table, measure = report.breakdown, report.asked.measure
    shown = table.rows[:_BARS]
    sizes = [words.size(row, measure) for row in shown]
    largest = max(sizes, default=0) or 1
    rows = []
    for place, (row, size) in enumerate(zip(shown, sizes)):
        running = table.running(place)
        rows.append(
            {
                "name": report.words(table.by, row.value),
                "size": size / largest,
                "claims": f"{row.refused:,}",
                "rate": words.percent(row.share.rate) if row.share.is_enough else "few",
                "dollars": money(row.refused_cents),
                "running": "" if running is None else f"{running * 100:.0f} %",
            }
        )
    return {
        "name": NAMES[table.by],
        "rows": rows,
        "left": len(table.rows) - len(shown),
        "claims": f"{table.total.refused:,}",
        "dollars": money(table.total.refused_cents),
    }


def _trend(report: DenialReport) -> dict[str, Any]:
    points = report.trend.points
    top = words.axis_top(one.share.rate for one in points)
    return {
        "name": words.BASES[report.trend.basis],
        "top": f"{round(top * 100)} %",
        "half": f"{round(top * 50)} %",
        "points": [
            {
                "month": month_words(one.month)[:3],
                "rate": None if one.share.rate is None else min(one.share.rate / top, 1),
                "words": words.share_words(one.share),
                "coming": not one.is_complete,
                "enough": one.share.is_enough,
            }
            for one in points
        ],
    }


def _heat(report: DenialReport) -> dict[str, Any]:
    heat, measure = report.heat, report.asked.measure
    cells = {
        key: row
        for key, row in heat.cells.items()
        if key[0] in heat.rows and key[1] in heat.columns
    }
    largest = max((words.size(row, measure) for row in cells.values()), default=0) or 1
    return {
        "name": report.heat_name,
        "columns": [report.words(heat.columns_by, one) for one in heat.columns],
        "rows": [
            {
                "name": report.words(heat.rows_by, value),
                "cells": [
                    {
                        "words": words.cell_words(cells[value, one], measure),
                        "size": words.size(cells[value, one], measure) / largest,
                    }
                    if (value, one) in cells
                    else None
                    for one in heat.columns
                ],
            }
            for value in heat.rows
        ],
    }


def _cohorts(report: DenialReport) -> dict[str, Any]:
    cohorts = report.cohorts
    return {
        "ages": [f"{age} days" for age in cohorts.ages],
        "rows": [
            {
                "month": month_words(row.month),
                "sent": f"{row.known:,}",
                "cells": ["" if one is None else words.share_words(one) for one in row.cells],
                "so_far": words.share_words(row.so_far),
                "answered": words.percent(row.so_far.whole / row.known),
            }
            for row in cohorts.rows
        ],
    }


def _day(day: date) -> str:
    return f"{day:%b} {day.day}, {day.year}"
