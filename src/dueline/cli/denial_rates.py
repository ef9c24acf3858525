"""`dueline denials rates`: the figures of the denials page, and one breakdown, in a terminal or as JSON."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dueline.cli.startup import (
    AsOfOption,
    JsonOption,
    PracticeOption,
    day_or_today,
    fail,
    operator,
    practice_or_fail,
    print_json,
    ready,
)

if TYPE_CHECKING:
    from dueline.denials.queries.analysis import Row
    from dueline.reports.denial_report import DenialReport


def rates(
    practice: PracticeOption,
    by: Annotated[
        str,
        typer.Option(help="An attribute such as payer, carc, procedure, age or service_month."),
    ] = "category",
    period: Annotated[str, typer.Option(help="First answers of the last 3m, 12m, or all.")] = "3m",
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Print how much payers refuse: initial denial rates, what became of refusals, and who or what by."""
    ready()
    from dueline import clock
    from dueline.core.denial_attributes import Attribute
    from dueline.denials.actions import count_facts
    from dueline.denials.queries.analysis import AnalysisFilterError
    from dueline.reports.denial_report import Asked
    from dueline.reports.denial_tables import export_report

    owner, day = practice_or_fail(practice), day_or_today(as_of)
    if by not in set(Attribute):
        fail(f"--by: expected one of {', '.join(Attribute)}, found {by!r}")
    try:
        asked = Asked.from_query({"by": by, "period": period})
    except AnalysisFilterError as refused:
        fail(f"--{refused}")
    count_facts(practice=owner, now=clock.now())
    report = export_report(
        practice=owner, asked=asked, what="rates", as_of=day, by=operator(), now=clock.now()
    )
    if json:
        print_json(_document(report))
        return
    _print(report, owner.name)


def _document(report: "DenialReport") -> dict[str, Any]:
    from dueline.core.money import dollars

    figures = {}
    for one in report.figures:
        found: dict[str, Any] = {"formula": one.definition.formula, "source": one.definition.source}
        if one.share is not None:
            part, whole = one.share.part, one.share.whole
            found |= {
                "rate": _rate(one.share.rate),
                "numerator": dollars(part) if one.is_cents else part,
                "denominator": dollars(whole) if one.is_cents else whole,
            }
            if not one.is_cents:
                found |= _interval(one.share)
        else:
            value = dollars(one.cents) if one.cents is not None else one.days
            found |= {"days" if one.cents is None else "amount": value, "claims": one.count}
        figures[one.figure.value] = found
    return {
        "as_of": report.as_of,
        "first_answer_from": report.first_day,
        "figures": figures,
        "by": report.breakdown.by.value,
        "rows": [_row(report, row) for row in report.breakdown.rows],
    }


def _row(report: "DenialReport", row: "Row") -> dict[str, Any]:
    from dueline.core.money import dollars

    return {
        "value": row.value or None,
        "words": report.words(report.breakdown.by, row.value),
        "answered": row.answered,
        "refused": row.refused,
        "rate": _rate(row.share.rate),
        **_interval(row.share),
        "charged": dollars(row.charge_cents),
        "refused_dollars": dollars(row.refused_cents),
    }


def _interval(share: Any) -> dict[str, Any]:
    low, high = share.interval or (None, None)
    return {
        "interval_95": [_rate(low), _rate(high)] if low is not None else None,
        "is_enough": share.is_enough,
    }


def _rate(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 4)


def _print(report: "DenialReport", name: str) -> None:
    from dueline.core.denial_attributes import NAMES
    from dueline.core.money import money
    from dueline.reports import denial_words as words

    print(f"{name}: {words.period_words(report.first_day, report.as_of)}")
    for one in report.figures:
        remark = words.remark_words(one, report.total)
        told = f"{words.basis_words(one)}{'; ' if remark else ''}{remark}"
        print(f"  {one.definition.title}: {words.value_words(one)} ({told})")
        print(f"    {one.definition.formula}")
    table = report.breakdown
    print(f"{NAMES[table.by]}: refused of answered, rate, dollars refused")
    for row in table.rows:
        rate = f"{words.percent(row.share.rate)} ({words.interval_words(row.share)})"
        said = report.words(table.by, row.value)
        counts = f"{row.refused:,} of {row.answered:,}"
        print(f"  {said}: {counts}, {rate}, ${money(row.refused_cents)}")
    if not table.rows:
        print("  Nothing was answered in this time. --period all counts every answer.")
