"""`dueline check`: look at claims before they go out."""

import json as json_module
import sys
from pathlib import Path
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
    progress,
    ready,
)

if TYPE_CHECKING:
    from dueline.prevention.models import CheckRun, CheckWarning

app = typer.Typer(add_completion=False)

MOST_SHOWN = 200  # warnings of one file, in text; JSON and the page have them all
_UNREADABLE = 2


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="837 files, not sent yet.")],
    practice: PracticeOption,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Look at claims before they go out: what the payer will or may refuse, where, and what to correct.

    Posts nothing. Exits 1 when a claim will be refused, 2 when a file cannot be read whole.
    """
    ready()
    from dueline import clock
    from dueline.prevention.actions import check_file

    owner, day = practice_or_fail(practice), day_or_today(as_of)
    missing = [str(path) for path in files if not path.is_file()]
    if missing:
        fail(f"no such file: {missing[0]}", code=_UNREADABLE)
    runs = []
    for path in files:
        with progress(f"Checking {path.name}", path.stat().st_size) as shown:
            runs.append(
                check_file(
                    practice=owner,
                    path=path,
                    name=path.name,
                    by=operator(),
                    as_of=day,
                    clock=clock.now,
                    progressed=shown.update,
                )
            )
    if json:
        _print_json(runs)
    else:
        for run in runs:
            _print(run)
    if any(run.is_faulty for run in runs):
        raise typer.Exit(_UNREADABLE)
    if any(run.will_count for run in runs):
        raise typer.Exit(1)


# ---------------------------------------------------------------- JSON: warnings are streamed


def _print_json(runs: list["CheckRun"]) -> None:
    """Print a list of files, each warning as it comes from the database."""
    from dueline.prevention.queries import warnings_of

    sys.stdout.write("[")
    for place, run in enumerate(runs):
        head = json_module.dumps(_document(run), ensure_ascii=False)
        sys.stdout.write(f'{"," if place else ""}\n{head[:-1]}, "warnings": [')
        for number, row in enumerate(warnings_of(run).iterator(chunk_size=2000)):
            text = json_module.dumps(_warning(row), ensure_ascii=False)
            sys.stdout.write(f"{',' if number else ''}\n {text}")
        sys.stdout.write("]}")
    sys.stdout.write("]\n")


def _document(run: "CheckRun") -> dict[str, Any]:
    from dueline.core.money import dollars

    return {
        "file": run.name,
        "run": run.pk,
        "as_of": run.as_of.isoformat(),
        "state": run.state,
        "refusal": run.refusal,
        "claims": run.claim_count,
        "claims_warned": run.warned_count,
        "claims_of_another_practice": run.foreign_count,
        "will_be_refused": run.will_count,
        "may_be_refused": run.may_count,
        "worth_a_look": run.look_count,
        "expected_loss": str(dollars(run.expected_loss_cents)),
        "problems": run.problems,
        "not_looked": run.not_looked,
    }


def _warning(row: "CheckWarning") -> dict[str, Any]:
    from dueline.core.claim_checks import checks
    from dueline.core.money import dollars

    known = checks()[row.check_id]
    return {
        "patient_control_number": row.claim.patient_control_number,
        "set": row.claim.set_control_number,
        "claim_in_file": row.claim.position,
        "line": row.line_number or None,
        "payer": row.claim.payer.name if row.claim.payer else None,
        "check": row.check_id,
        "name": known.name,
        "grade": row.grade,
        "segment": row.segment_number,
        "loop": row.loop,
        "element": row.element,
        "reason": row.reason or known.says,
        "expected": row.expected,
        "found": row.found,
        "suggestion": known.suggestion,
        "owner": known.owner.value,
        "prevents": [" ".join((reason.carc, *reason.rarcs)) for reason in known.prevents],
        "charge": str(dollars(row.charge_cents)),
        "expected_loss": str(dollars(row.expected_loss_cents)),
    }


# ---------------------------------------------------------------- text


def _print(run: "CheckRun") -> None:
    from dueline.core.money import money
    from dueline.prevention.queries import warnings_of

    if run.state == "refused":
        print(f"{run.name}: not looked at. {run.refusal}")
    else:
        print(
            f"{run.name}: {_claims(run.claim_count)}, {run.warned_count:,} with warnings: "
            f"{run.will_count:,} will be refused, {run.may_count:,} may be refused, "
            f"{run.look_count:,} worth a look. Expected loss ${money(run.expected_loss_cents)}."
        )
        if run.foreign_count:
            print(f"  {_claims(run.foreign_count)} under another practice's NPI: left out.")
    for problem in run.problems:
        print(f"  fault: {_place(problem)}: {problem['message']}")
    last = 0
    for shown, row in enumerate(warnings_of(run).iterator(chunk_size=2000)):
        if shown >= MOST_SHOWN:
            count = run.will_count + run.may_count + run.look_count
            print(f"  and {count - shown:,} more (--json lists all)")
            break
        if row.claim_id != last:
            last = row.claim_id
            print(f"  {row.claim.patient_control_number}, claim {row.claim.position:,} of the file")
        _print_warning(row)
    for one in run.not_looked:
        print(f"  not looked: {one['check']}: {one['why']} ({_claims(one['claims'])})")


def _print_warning(row: "CheckWarning") -> None:
    from dueline.core.claim_checks import checks
    from dueline.core.money import money

    known = checks()[row.check_id]
    line = f", line {row.line_number}" if row.line_number else ""
    place = _place({"segment": row.segment_number, "loop": row.loop, "element": row.element})
    grade = row.grade.replace("_", " ")
    print(f"    {grade}: {known.name} ({row.check_id}): {place}{line}")
    print(f"      {row.reason or known.says}")
    print(f"      Expected {row.expected}; found {row.found}.")
    print(f"      {known.suggestion} Expected loss ${money(row.expected_loss_cents)}.")


def _claims(count: int) -> str:
    return f"{count:,} claim{'' if count == 1 else 's'}"


def _place(problem: dict[str, Any]) -> str:
    parts = [f"segment {problem['segment']:,}"] if problem["segment"] else []
    parts += [f"loop {problem['loop']}"] if problem["loop"] else []
    parts += [problem["element"]] if problem["element"] else []
    return ", ".join(parts) or "file"
