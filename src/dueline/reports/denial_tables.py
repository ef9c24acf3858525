"""The denials page as tables, part by part, and the claims behind a figure: for CSV, XLSX and the printed page.

Money as Decimal dollars, rates as text with one decimal in percent. Downloads are put on the audit trail here.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime

from dueline.accounts.audit import record
from dueline.accounts.models import Practice
from dueline.core.denial_attributes import NAMES
from dueline.core.denial_figures import Share, Shown
from dueline.core.money import dollars
from dueline.denials.queries.analysis import AnalysisFilters, Measure, claims_behind
from dueline.denials.queries.analysis.labels import month_words
from dueline.reports import denial_words as words
from dueline.reports.denial_report import Asked, Chart, DenialReport, denial_report
from dueline.reports.exports import Value

_AT_ONCE = 2000  # claims read together


def figures_table(report: DenialReport) -> Iterator[list[Value]]:
    yield ["Figure", "Value", "On", "Remark", "Formula", "Source"]
    for one in report.figures:
        told = one.definition
        yield [
            told.title,
            words.value_words(one),
            words.basis_words(one),
            words.remark_words(one, report.total),
            told.formula,
            told.source,
        ]


def breakdown_table(report: DenialReport) -> Iterator[list[Value]]:
    table = report.breakdown
    yield [
        NAMES[table.by],
        *("Claims answered", "Claims refused", "Rate", "95 % from", "95 % to"),
        *("Dollars charged", "Dollars refused", "Running"),
    ]
    for place, row in enumerate(table.rows):
        running = table.running(place)
        yield [
            report.words(table.by, row.value),
            row.answered,
            row.refused,
            *_share(row.share),
            dollars(row.charge_cents),
            dollars(row.refused_cents),
            "" if running is None else words.percent(running),
        ]
    total = table.total
    yield [
        "All",
        total.answered,
        total.refused,
        *_share(total.share),
        dollars(total.charge_cents),
        dollars(total.refused_cents),
        "",
    ]


def trend_table(report: DenialReport) -> Iterator[list[Value]]:
    yield [
        words.BASES[report.trend.basis],
        *("Claims sent", "Claims answered", "Claims refused", "Rate", "95 % from", "95 % to"),
        *("Dollars refused", "Rate of all claims", "Remark"),
    ]
    for one in report.trend.points:
        yield [
            month_words(one.month),
            one.known,
            one.answered,
            one.refused,
            *_share(one.share),
            dollars(one.refused_cents),
            words.share_words(one.all_share),
            "" if one.is_complete else "Answers still coming",
        ]


def heat_table(report: DenialReport) -> Iterator[list[Value]]:
    heat, measure = report.heat, report.asked.measure
    columns = [report.words(heat.columns_by, one) for one in heat.columns]
    yield [f"{NAMES[heat.rows_by]}, {words.MEASURES[measure].lower()} refused", *columns]
    for value in heat.rows:
        cells: list[Value] = []
        for column in heat.columns:
            row = heat.cells.get((value, column))
            if row is None:
                cells.append(None)
            elif measure is Measure.DOLLARS:
                cells.append(dollars(row.refused_cents))
            else:
                is_count = measure is Measure.CLAIMS
                cells.append(row.refused if is_count else words.percent(row.share.rate))
        yield [report.words(heat.rows_by, value), *cells]


def cohorts_table(report: DenialReport) -> Iterator[list[Value]]:
    cohorts = report.cohorts
    yield [
        "Month of service",
        "Claims sent",
        *(f"Refused of those answered within {age} days" for age in cohorts.ages),
        *("Refused so far", "Answered so far"),
    ]
    for row in cohorts.rows:
        yield [
            month_words(row.month),
            row.known,
            *("" if cell is None else words.share_words(cell) for cell in row.cells),
            words.share_words(row.so_far),
            words.percent(row.so_far.whole / row.known),
        ]


TABLES: dict[Chart, Callable[[DenialReport], Iterator[list[Value]]]] = {
    Chart.FIGURES: figures_table,
    Chart.BREAKDOWN: breakdown_table,
    Chart.TREND: trend_table,
    Chart.HEAT: heat_table,
    Chart.COHORTS: cohorts_table,
}


def export_report(
    *, practice: Practice, asked: Asked, what: str, as_of: date, by: str, now: datetime
) -> DenialReport:
    """Return the report for a download, and put the export on the audit trail. `what`: a chart, "sheet" or "rates"."""
    _record(practice, by, now, f"denials {what}", {"asked": asked.query(), "as_of": str(as_of)})
    return denial_report(practice, asked, as_of=as_of)


def export_claims(
    *,
    practice: Practice,
    filters: AnalysisFilters,
    shown: Shown,
    as_of: date,
    by: str,
    now: datetime,
) -> Iterator[list[Value]]:
    """Return the claims behind a figure as rows, and put the export on the audit trail. Holds patient data."""
    found = claims_behind(practice, filters, shown, as_of=as_of)
    detail: dict[str, object] = {
        "show": shown.value,
        "asked": filters.query(),
        "claims": found.count,
    }
    _record(practice, by, now, "denials claims", detail)
    ids = list(found.amounts)

    def rows() -> Iterator[list[Value]]:
        yield [
            *("Patient control number", "Patient", "Payer", "Service date", "Rendering provider"),
            *("Payer status", "Charge", f"Amount ({shown.value.replace('_', ' ')})"),
        ]
        for start in range(0, len(ids), _AT_ONCE):
            for claim in found.claims(practice, ids[start : start + _AT_ONCE]):
                patient = claim.patient
                yield [
                    claim.patient_control_number,
                    f"{patient.last_name}, {patient.first_name}".rstrip(", ") if patient else "",
                    claim.payer.name,
                    claim.service_from_on,
                    str(claim.rendering_provider or ""),
                    claim.payer_status.replace("_", " "),
                    dollars(claim.charge_cents),
                    dollars(found.amounts[claim.pk]),
                ]

    return rows()


def _record(
    practice: Practice, by: str, now: datetime, what: str, detail: dict[str, object]
) -> None:
    record(
        practice=practice,
        by=by,
        action="export_denials",
        object_kind="report",
        object_key=what,
        detail=detail,
        at=now,
    )


def _share(share: Share) -> list[Value]:
    """Return rate and interval; an interval of too few says nothing and is left out."""
    if share.interval is None or not share.is_enough:
        return [words.share_words(share), "", ""]
    low, high = share.interval
    return [words.share_words(share), words.percent(low), words.percent(high)]
