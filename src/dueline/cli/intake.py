"""`dueline intake`: take in a practice's files."""

from pathlib import Path
from typing import Annotated

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
    progress,
    ready,
)

app = typer.Typer(add_completion=False)


@app.command()
def intake(
    paths: Annotated[list[Path], typer.Argument(help="Files, or folders of files.")],
    practice: PracticeOption,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Take in X12 files: each transaction set posts whole or not at all; what is known changes nothing."""
    ready()
    from dueline import clock
    from dueline.intake.actions import files_under, intake_paths
    from dueline.intake.queries import file_faults

    owner = practice_or_fail(practice)
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        fail(f"no such file or folder: {missing[0]}")
    files = files_under(paths)
    if not files:
        fail("the folder holds no files")
    size = sum(path.stat().st_size for path in files)
    with progress(f"Taking in {len(files)} files", size) as shown:
        summary = intake_paths(
            practice=owner,
            paths=files,
            by=operator(),
            as_of=day_or_today(as_of),
            clock=clock.now,
            progressed=shown.update,
        )
    faulty = set(file_faults([receipt for receipt in summary.receipts if not receipt.is_known]))
    _print(summary, faulty, json)
    is_refused = any(receipt.state == "refused" for receipt in summary.receipts)
    if summary.total("quarantined_count") or is_refused or faulty:
        raise typer.Exit(1)


def _print(summary, faulty: set[int], as_json: bool) -> None:
    from dueline.core.money import dollar_words, dollars

    if as_json:
        names = ("posted_count", "duplicate_count", "quarantined_count", "claim_count")
        print_json(
            {
                "files": len(summary.receipts),
                **{name: summary.total(name) for name in names},
                "posted": dollars(summary.total("posted_cents")),
                "held": dollars(summary.total("held_cents")),
                "new_payers": summary.new_payers,
                "receipts": [_receipt(receipt) for receipt in summary.receipts],
            }
        )
        return
    known = sum(receipt.is_known for receipt in summary.receipts)
    print(
        f"{len(summary.receipts)} files: {summary.total('posted_count')} sets posted, "
        f"{summary.total('duplicate_count')} known already, "
        f"{summary.total('quarantined_count')} quarantined."
    )
    print(
        f"{dollar_words(summary.total('posted_cents'))} in payments posted, "
        f"{dollar_words(summary.total('held_cents'))} held in quarantine."
    )
    if known == len(summary.receipts):
        print("Every file was known. Nothing changed.")
    for name in summary.new_payers:
        print(f"New payer: {name}")
    for receipt in summary.receipts:
        if receipt.state == "refused":
            print(f"{receipt.name}: refused. {receipt.refusal}")
        elif receipt.quarantined_count:
            _print_held(receipt)
        elif receipt.source_file_id in faulty:
            _print_of_file(receipt)


def _receipt(receipt) -> dict[str, object]:
    return {
        "file": receipt.name,
        "state": receipt.state,
        "is_known": receipt.is_known,
        "posted_count": receipt.posted_count,
        "duplicate_count": receipt.duplicate_count,
        "quarantined_count": receipt.quarantined_count,
        "claim_count": receipt.claim_count,
        "refusal": receipt.refusal,
        "problems": [
            {
                "code": problem.code,
                "segment": problem.segment_number,
                "loop": problem.loop,
                "element": problem.element,
                "message": problem.message,
                "expected": problem.expected,
                "found": problem.found,
                "is_fatal": problem.is_fatal,
            }
            for problem in (receipt.source_file.problems.all() if receipt.source_file else [])
        ],
    }


def _print_of_file(receipt) -> None:
    print(f"{receipt.name}: posted, and the file itself is faulty. Ask its sender for it again.")
    _print_problems(receipt.source_file.problems.filter(transaction_set=None, is_fatal=True)[:10])


def _print_held(receipt) -> None:
    print(f"{receipt.name}: {receipt.quarantined_count} sets in quarantine.")
    _print_problems(receipt.source_file.problems.order_by("segment_number")[:10])


def _print_problems(problems) -> None:
    for problem in problems:
        place = ", ".join(
            part
            for part in (
                f"segment {problem.segment_number}",
                f"loop {problem.loop}" if problem.loop else "",
                problem.element,
            )
            if part
        )
        expected = f" Expected {problem.expected}." if problem.expected else ""
        found = f" Found {problem.found}." if problem.found else ""
        print(f"  {place}: {problem.message}{expected}{found}")
