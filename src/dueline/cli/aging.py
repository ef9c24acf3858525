"""`dueline aging`: open payer balances by payer and age."""

from typing import TYPE_CHECKING, Annotated

import typer

from dueline.cli.startup import (
    AsOfOption,
    JsonOption,
    PracticeOption,
    day_or_today,
    practice_or_fail,
    print_json,
    ready,
)
from dueline.core.enums import AgingBasis, AgingBucket

if TYPE_CHECKING:
    from dueline.reports.queries import AgingReport
    from dueline.worklist.queries import Figure

app = typer.Typer(add_completion=False)


@app.command()
def aging(
    practice: PracticeOption,
    basis: Annotated[AgingBasis, typer.Option(help="What the age counts from.")] = (
        AgingBasis.SERVICE
    ),
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print open payer balances by payer and age. The totals are the sums of the open claims."""
    day = day_or_today(as_of)
    ready()
    from dueline import clock
    from dueline.reports.queries import BASIS_WORDS, aging_on
    from dueline.reports.queries import aging as aging_report

    owner = practice_or_fail(practice)
    report = (aging_on if day < clock.today() else aging_report)(owner, basis=basis, as_of=day)
    if as_json:
        print_json({"practice": owner.code, **document(report)})
        return
    print(
        f"{owner.name}: open payer balance on {day:%A, %B} {day.day}, {day.year}, "
        f"age counted from {BASIS_WORDS[basis]}"
    )
    _print_table(report)


def document(report: "AgingReport") -> dict[str, object]:
    """Return the report for --json: money as strings of dollars."""
    return {
        "basis": report.basis.value,
        "as_of": report.as_of.isoformat(),
        "rows": [
            {
                "payer": row.payer,
                "buckets": {bucket.value: _cell(row.cells[bucket]) for bucket in AgingBucket},
                "total": _cell(row.total),
            }
            for row in report.rows
        ],
        "totals": {bucket.value: _cell(report.totals[bucket]) for bucket in AgingBucket},
        "total": _cell(report.total),
    }


def _cell(cell: "Figure") -> dict[str, object]:
    from dueline.core.money import dollars

    return {"claims": cell.claims, "payer_balance": str(dollars(cell.cents))}


def _print_table(report: "AgingReport") -> None:
    from dueline.core.money import dollar_words, money

    buckets = [b for b in AgingBucket if b is not AgingBucket.UNKNOWN or report.has_unknown]
    widest = max([len(row.payer) for row in report.rows] + [len("All payers")])
    head = f"{'Payer':<{widest}} {'Claims':>8}"
    print(head + "".join(f"{bucket.value:>16}" for bucket in buckets) + f"{'Total':>17}")
    for row in report.rows:
        cells = "".join(f"{money(row.cells[b].cents):>16}" for b in buckets)
        total = money(row.total.cents)
        print(f"{row.payer:<{widest}} {row.total.claims:>8,}{cells}{total:>17}")
    cells = "".join(f"{money(report.totals[b].cents):>16}" for b in buckets)
    total = dollar_words(report.total.cents)
    print(f"{'All payers':<{widest}} {report.total.claims:>8,}{cells}{total:>17}")
