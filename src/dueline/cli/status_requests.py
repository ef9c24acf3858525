"""`dueline status-requests`: what is due to be asked, what is out, what was answered; and writing what is due."""

from typing import TYPE_CHECKING, Annotated

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
    from dueline.accounts.models import Practice
    from dueline.status_requests.actions import Written
    from dueline.status_requests.queries import PayerFigures

app = typer.Typer(add_completion=False)


@app.command("status-requests")
def status_requests(
    practice: PracticeOption,
    write: Annotated[
        bool,
        typer.Option("--write", help="Write the requests that are due, a file for each payer."),
    ] = False,
    nightly: Annotated[
        str, typer.Option(metavar="on|off", help="Have them written each night, or no longer.")
    ] = "",
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Print by payer which claims are due a 276, what is out, what was answered, and how many calls were spared."""
    ready()
    from dueline import clock
    from dueline.status_requests.actions import write_status_requests
    from dueline.status_requests.queries import due_tonight, figures

    owner, day = practice_or_fail(practice), day_or_today(as_of)
    if nightly:
        _switch(owner, nightly)
    written = None
    if write:
        written = write_status_requests(practice=owner, as_of=day, by=operator(), at=clock.now())
    rows = figures(owner, due_tonight(owner, as_of=day, now=clock.now()), as_of=day)
    if json:
        print_json(_document(owner, rows, written))
        return
    if written is not None:
        _print_written(written)
    _print(owner, rows)


def _switch(practice: "Practice", nightly: str) -> None:
    from dueline import clock
    from dueline.status_requests.actions import switch_nightly
    from dueline.status_requests.errors import StatusRequestRefused

    if nightly not in ("on", "off"):
        fail(f"--nightly: expected on or off, found {nightly!r}")
    try:
        switch_nightly(practice=practice, is_on=nightly == "on", by=operator(), at=clock.now())
    except StatusRequestRefused as refused:
        fail(f"--nightly: {refused}")


def _document(
    practice: "Practice", rows: "list[PayerFigures]", written: "Written | None"
) -> dict[str, object]:
    from dataclasses import asdict

    from dueline.status_requests.queries import is_nightly

    found: dict[str, object] = {
        "practice": practice.code,
        "nightly": is_nightly(practice),
        "due": sum(row.due for row in rows),
        "out": sum(row.out for row in rows),
        "answered": sum(row.answered for row in rows),
        "answers_left_to_call": sum(row.left_to_call for row in rows),
        "calls_spared": sum(row.spared for row in rows),
        "payers": [asdict(row) for row in rows],
    }
    if written is not None:
        found["written"] = {
            "files": [row.name for row in written.files],
            "requests": written.asked,
            "overdue": written.overdue,
            "not_written": [
                {"payer": payer, "reason": reason} for payer, reason in written.not_written
            ],
        }
    return found


def _print_written(written: "Written") -> None:
    print(f"Wrote {written.asked:,} requests in {len(written.files)} files.")
    for row in written.files:
        print(f"  {row.name}: {row.claim_count:,}")
    for payer, reason in written.not_written:
        print(f"  {payer}: not written. {reason}")


def _print(practice: "Practice", rows: "list[PayerFigures]") -> None:
    from dueline.status_requests.queries import is_nightly

    print(f"{practice.name}: nightly {'on' if is_nightly(practice) else 'off'}")
    if not rows:
        print("No claim is due to be asked about, and none was.")
    for row in rows:
        print(
            f"{row.payer_name}: {row.due:,} due, {row.out:,} out, {row.answered:,} answered "
            f"- {row.left_to_call:,} left to call = {row.spared:,} calls spared, "
            f"{row.overdue:,} unanswered, {row.refused:,} refused"
        )
        for reason, count in row.left_out.items():
            print(f"  {count:,} not asked about: {reason.replace('_', ' ')}")
