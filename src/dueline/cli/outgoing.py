"""`dueline outgoing`: the files written to be sent: list them, write them for upload, say that one was sent."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dueline.cli.startup import (
    JsonOption,
    PracticeOption,
    fail,
    operator,
    practice_or_fail,
    print_json,
    ready,
)

if TYPE_CHECKING:
    from dueline.accounts.models import Practice
    from dueline.sending.models import OutgoingFile

app = typer.Typer(add_completion=False)


@app.command()
def outgoing(
    practice: PracticeOption,
    state: Annotated[str, typer.Option(help="Only those in this state, such as written.")] = "",
    write: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write those not sent yet into this folder, to upload."),
    ] = None,
    sent: Annotated[
        list[int] | None,
        typer.Option(metavar="NUMBER", help="Say that this file was sent; may be repeated."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """List the files written to be sent, the latest first, and where each stands.

    A file that is in the folder already is left as it is. Writing a file there does not say that it was sent.
    """
    ready()
    from dueline.core.outgoing import OutgoingState
    from dueline.sending.queries import outgoing_files

    owner = practice_or_fail(practice)
    if state and state not in set(OutgoingState):
        fail(f"--state: expected one of {', '.join(OutgoingState)}, found {state!r}")
    if sent:
        _mark(owner, sent)
    written = _write(owner, write) if write is not None else []
    rows = list(outgoing_files(owner, state=state))
    if json:
        print_json([_document(row) for row in rows])
        return
    for path in written:
        print(f"Wrote {path}")
    print(f"{owner.name}: {len(rows):,} outgoing file{'' if len(rows) == 1 else 's'}")
    for row in rows:
        print(
            f"{row.number}  {row.purpose.replace('_', ' ')}  {row.claim_count:,} claims  "
            f"to {row.receiver_name}  {row.state.replace('_', ' ')}  {row.name}"
        )


def _mark(practice: "Practice", numbers: list[int]) -> None:
    from dueline import clock
    from dueline.sending.actions import mark_sent
    from dueline.sending.errors import SendingError
    from dueline.sending.queries import outgoing_files

    for number in numbers:
        row = outgoing_files(practice).filter(number=number).first()
        if row is None:
            fail(f"--sent: no outgoing file {number} in {practice.code}")
        try:
            mark_sent(outgoing=row, by=operator(), at=clock.now())
        except SendingError as refused:
            fail(f"--sent: {refused}")


def _write(practice: "Practice", folder: Path) -> list[Path]:
    """Write the files not sent yet into a folder, each with its event in the audit trail; never over another."""
    from dueline import clock
    from dueline.core.outgoing import OutgoingState
    from dueline.sending.actions import note_export
    from dueline.sending.errors import SendingError
    from dueline.sending.queries import content, outgoing_files

    if not folder.is_dir():
        fail(f"--write: no such folder: {folder}")
    written = []
    for row in outgoing_files(practice, state=OutgoingState.WRITTEN.value).order_by("number"):
        target = folder / row.name
        if target.exists():
            continue
        try:
            source = content(row)
            note_export(outgoing=row, by=operator(), at=clock.now())
            _copy(source, target)
        except SendingError as refused:
            fail(f"--write: {refused}")
        except OSError as error:
            fail(f"--write: {target}: {error.strerror}")
        written.append(target)
    return written


def _copy(source: Path, target: Path) -> None:
    """Copy a file, readable by its owner only; one cut short never stands under its name."""
    from dueline.sending.storage import pieces

    part = target.with_name(f".{target.name}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as copy:
            for piece in pieces(source):
                copy.write(piece)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _document(row: "OutgoingFile") -> dict[str, object]:
    return {
        "number": row.number,
        "purpose": row.purpose,
        "set": row.kind,
        "payer": row.payer.name if row.payer else None,
        "receiver": row.receiver_name,
        "receiver_id": row.receiver_id,
        "file": row.name,
        "sha256": row.sha256,
        "bytes": row.size_bytes,
        "sets": row.set_count,
        "claims": row.claim_count,
        "claims_rejected": row.rejected_count,
        "state": row.state,
        "made_at": row.made_at,
        "made_by": row.made_by,
        "sent_at": row.sent_at,
        "sent_by": row.sent_by or None,
    }
