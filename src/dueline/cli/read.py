"""`dueline read`: what is in X12 files, and what is wrong with them, without storing anything."""

from pathlib import Path
from typing import Annotated, Any

import typer

from dueline.cli.ready import JsonOption, print_json
from dueline.core.money import dollars, money
from dueline.core.x12 import FileReader, SetReader
from dueline.core.x12.model import Problem

app = typer.Typer(add_completion=False)

MOST_SHOWN = 20  # problems of one set, in text; JSON has them all


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="X12 files.")], json: JsonOption = False
) -> None:
    """Read and balance files: a line for each transaction set, and each fault with its place.

    Exits 1 when a file cannot be read whole or something does not balance.
    """
    documents: list[dict[str, Any]] = []
    has_fault = False
    for path in files:
        document = _read(path)
        has_fault = has_fault or not document["is_sound"]
        if json:
            documents.append(document)
        else:
            _print(document)
    if json:
        print_json(documents)
    if has_fault:
        raise typer.Exit(1)


def _read(path: Path) -> dict[str, Any]:
    """Return what one file holds: shape documented in docs/reference/reading.md."""
    try:
        with path.open("rb") as file:
            reader = FileReader(file, path.name)
            sets = [_set(found) for found in reader.sets()]
    except OSError as error:
        problem = Problem("not_readable", f"The file cannot be opened: {error.strerror}.")
        return {"file": str(path), "is_sound": False, "sets": [], "problems": [_problem(problem)]}
    problems = [_problem(problem) for problem in reader.problems]
    is_sound = all(s["is_sound"] for s in sets) and not any(p["is_fatal"] for p in problems)
    return {"file": str(path), "is_sound": is_sound, "sets": sets, "problems": problems}


def _set(found: SetReader) -> dict[str, Any]:
    items = sum(1 for _ in found.items())
    totals = found.totals
    return {
        "type": found.kind.value,
        "version": found.version,
        "control_number": found.control_number,
        "interchange": found.interchange.control_number,
        "segments": found.segment_count,
        "items": items,
        "claims": totals.claim_count,
        "charge": dollars(totals.charge_cents),
        "paid": dollars(totals.paid_cents),
        "payment": None if totals.payment_cents is None else dollars(totals.payment_cents),
        "is_balanced": found.is_balanced,
        "is_sound": found.is_balanced and not found.is_fatal,
        "problems": [_problem(problem) for problem in found.problems],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code,
        "message": problem.message,
        "segment": problem.segment_number,
        "segment_identifier": problem.segment_identifier,
        "loop": problem.loop,
        "element": problem.element,
        "expected": problem.expected,
        "found": problem.found,
        "is_fatal": problem.is_fatal,
    }


def _print(document: dict[str, Any]) -> None:
    print(document["file"])
    for found in document["sets"]:
        facts = [f"{found['items']} {'claims' if found['claims'] == found['items'] else 'items'}"]
        if found["claims"]:
            facts.append(f"charge {_money(found['charge'])}")
        if found["payment"] is not None:
            facts.append(f"paid {_money(found['paid'])}, payment {_money(found['payment'])}")
        if found["type"] in ("835", "837P", "837I", "837D"):
            facts.append("balanced" if found["is_balanced"] else "NOT BALANCED")
        print(
            f"  {found['type']:<5} {found['version']:<13} set {found['control_number']}: {', '.join(facts)}"
        )
        _print_problems(found["problems"], "    ")
    _print_problems(document["problems"], "  ")


def _print_problems(problems: list[dict[str, Any]], indent: str) -> None:
    for problem in problems[:MOST_SHOWN]:
        loop = f" loop {problem['loop']}" if problem["loop"] else ""
        element = problem["element"] or problem["segment_identifier"]
        place = f"segment {problem['segment']}{loop} {element}".rstrip()
        text = (
            f"{indent}{'fault' if problem['is_fatal'] else 'note'}: {place}: {problem['message']}"
        )
        if problem["expected"]:
            text += f" Expected {problem['expected']}, found {problem['found'] or 'nothing'}."
        print(text)
    if len(problems) > MOST_SHOWN:
        print(f"{indent}and {len(problems) - MOST_SHOWN} more (--json lists all)")


def _money(value: Any) -> str:
    return money(int(value.scaleb(2)))
