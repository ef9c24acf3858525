"""`dueline read`: what is in X12 files, and what is wrong with them, without storing anything."""

from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from dueline.cli.startup import JsonOption, print_json
from dueline.core.money import dollars, money, to_cents
from dueline.core.x12 import FileReader, SetReader
from dueline.core.x12.faults import ProblemLog
from dueline.core.x12.model import Problem

app = typer.Typer(add_completion=False)

MOST_SHOWN = 20  # problems of one set, in text; JSON has them all
_WITH_BALANCE = ("835", "837P", "837I", "837D")


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="X12 files.")], json: JsonOption = False
) -> None:
    """Read and balance files: a line for each transaction set, and each fault with its place.

    Exits 1 when a file cannot be read whole or something does not balance.
    """
    documents: list[dict[str, Any]] = []
    is_sound = True
    for path in files:
        document = _read(path)
        is_sound = is_sound and document["is_sound"]
        if json:
            documents.append(document)
        else:
            _print(document)
    if json:
        print_json(documents)
    if not is_sound:
        raise typer.Exit(1)


def _read(path: Path) -> dict[str, Any]:
    """Return what one file holds: shape documented in docs/reference/reading.md."""
    sets: list[dict[str, Any]] = []
    try:
        with path.open("rb") as file:
            reader = FileReader(file, path.name)
            sets += [_set(found) for found in reader.sets()]
        problems = reader.problems
    except OSError as error:
        problems = ProblemLog()
        reason = f"The file cannot be opened: {error.strerror}."
        problems.record("not_readable", expected="a file", found=path.name, sentence=reason)
    is_sound = all(s["is_sound"] for s in sets) and not any(p.is_fatal for p in problems)
    return {
        "file": str(path),
        "is_sound": is_sound,
        "sets": sets,
        "problems": [_problem(problem) for problem in problems],
    }


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
        "is_sound": found.is_balanced,
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
        name = f"{found['type']:<5} {found['version']:<12} set {found['control_number']}"
        print(f"  {name:<32} {', '.join(_facts(found))}")
        _print_problems(found["problems"], "    ")
    _print_problems(document["problems"], "  ")


def _facts(found: dict[str, Any]) -> list[str]:
    """Return a set's figures in words."""
    claims, items = found["claims"], found["items"]
    if claims == items and found["type"] not in ("999", "997", "TA1", "other"):
        facts = [f"{claims:,} {'claim' if claims == 1 else 'claims'}"]
    else:
        facts = [f"{items:,} {'item' if items == 1 else 'items'}"]
    if claims:
        facts.append(f"charge {_money(found['charge'])}")
    if found["payment"] is not None:
        facts += [f"paid {_money(found['paid'])}", f"payment {_money(found['payment'])}"]
    if found["type"] in _WITH_BALANCE:
        facts.append("balanced" if found["is_balanced"] else "NOT BALANCED")
    if any(problem["is_fatal"] for problem in found["problems"]):
        facts.append("FAULTY")
    return facts


def _print_problems(problems: list[dict[str, Any]], indent: str) -> None:
    """Print the faults, then the notes."""
    ordered = sorted(problems, key=lambda problem: not problem["is_fatal"])
    for problem in ordered[:MOST_SHOWN]:
        kind = "fault" if problem["is_fatal"] else "note"
        text = f"{indent}{kind}: {_place(problem)}: {problem['message']}"
        if problem["expected"]:
            text += f" Expected {problem['expected']}, found {_shown(problem['found'])}."
        print(text)
    if len(problems) > MOST_SHOWN:
        print(f"{indent}and {len(problems) - MOST_SHOWN} more (--json lists all)")


def _place(problem: dict[str, Any]) -> str:
    if not problem["segment"]:
        return "file"
    loop = f"loop {problem['loop']}" if problem["loop"] else ""
    element = problem["element"] or problem["segment_identifier"]
    return " ".join(part for part in (f"segment {problem['segment']}", loop, element) if part)


def _shown(text: str) -> str:
    """Return a file's text so that no control character reaches the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text) or "nothing"


def _money(value: Decimal) -> str:
    return money(to_cents(value))
