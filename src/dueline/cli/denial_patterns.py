"""`dueline denials patterns`: combinations refused far more often than the rest explains."""

from typing import Annotated

import typer

from dueline.cli.startup import (
    AsOfOption,
    JsonOption,
    PracticeOption,
    day_or_today,
    operator,
    practice_or_fail,
    print_json,
    ready,
)


def patterns(
    practice: PracticeOption,
    look: Annotated[bool, typer.Option("--look", help="Look again before printing.")] = False,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Print the patterns that the latest look found, the changes of the last weeks first."""
    ready()
    from dueline import clock
    from dueline.cases.actions import look_for_patterns
    from dueline.cases.queries.reading import current_patterns, latest_run, told

    owner, day = practice_or_fail(practice), day_or_today(as_of)
    if look or latest_run(owner) is None:
        look_for_patterns(practice=owner, by=operator(), as_of=day, now=clock.now())
    run, rows = latest_run(owner), current_patterns(owner)
    assert run is not None
    words = told(owner, rows)
    if json:
        print_json(
            {
                "practice": owner.code,
                "as_of": run.as_of,
                "verdict": run.verdict,
                "why": run.why,
                "lines": run.lines,
                "refused": run.refused,
                "patterns": [_document(row, words[row.pk]) for row in rows],
            }
        )
        return
    print(f"{run.lines:,} answered lines, {run.refused:,} refused, looked at on {run.as_of}.")
    if not rows:
        print(run.why or "Nothing stands out.")
    for row in rows:
        _print(row, words[row.pk])


def _document(row, said) -> dict[str, object]:
    from dueline.core.money import dollars

    return {
        "kind": row.kind,
        "carc": row.carc,
        "conditions": [{"attribute": name, "value": value} for name, value in row.conditions],
        "words": said.where,
        "refused": row.refused,
        "lines": row.lines,
        "patients": row.patients,
        "expected": round(row.expected, 2),
        "lift": round(row.lift, 2),
        "lift_interval": [round(row.lift_low, 2), round(row.lift_high, 2)],
        "q": row.q_value,
        "refused_dollars": dollars(row.refused_cents),
        "beyond_expected": dollars(row.avoidable_cents),
        "since": row.since_on,
        "case": max((case.number for case in row.cases.all()), default=None),
    }


def _print(row, said) -> None:
    from dueline.core.money import dollar_words

    kind = "" if row.kind == "pattern" else f" ({row.kind})"
    since = f", since {row.since_on}" if row.since_on else ""
    print(f"{said.where}: {said.reason}{kind}")
    print(
        f"  {row.refused} of {row.lines} lines refused, {row.expected:.1f} expected: {row.lift:.1f} times the rest "
        f"({row.lift_low:.1f} to {row.lift_high:.1f}); {dollar_words(row.avoidable_cents)} beyond it{since}."
    )
