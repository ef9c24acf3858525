"""`dueline appeal`: the appeals of a practice, and the packet of one as a PDF."""

from pathlib import Path
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
    from dueline.appeals.models import Appeal

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.command("list")
def list_appeals(
    practice: PracticeOption,
    show: Annotated[
        str, typer.Option(help="open, late, with_payer, to_approve, decided or all.")
    ] = "open",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many to print.")] = 25,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Print appeals with state and days, what is late or due first."""
    ready()
    from dueline import clock
    from dueline.accounts import audit
    from dueline.appeals.queries.reading import SHOWN, appeals_in

    owner, day = practice_or_fail(practice), day_or_today(as_of)
    if show not in SHOWN:
        fail(f"--show: expected one of {', '.join(SHOWN)}, found {show!r}")
    found = appeals_in(owner, shown=show, as_of=day)
    rows = list(found[:limit])
    audit.record(
        practice=owner,
        by=operator(),
        action="export_appeals",
        at=clock.now(),
        detail={"appeals": len(rows)},
    )
    if json:
        print_json([_document(row) for row in rows])
        return
    print(f"{owner.name}: {len(rows)} of {found.count():,} appeals, {show.replace('_', ' ')}")
    for row in rows:
        print(_line(row))
    if not rows:
        print("No appeal fits. --show all shows every appeal.")


@app.command()
def packet(
    number: Annotated[int, typer.Argument(help="The appeal's number.")],
    file: Annotated[Path, typer.Argument(help="The PDF to write; it must not exist.")],
    practice: PracticeOption,
    as_of: AsOfOption = None,
) -> None:
    """Write the packet of an appeal: as it was approved, else as it would be now. It holds patient data."""
    ready()
    from dueline import clock
    from dueline.accounts import audit
    from dueline.appeals.errors import AppealRefused
    from dueline.appeals.models import Appeal
    from dueline.appeals.packet import packet_of
    from dueline.appeals.queries.reading import appeal_for, draft_of
    from dueline.appeals.storage import content_of

    owner, day = practice_or_fail(practice), day_or_today(as_of)
    try:
        appeal = appeal_for(owner, number)
    except Appeal.DoesNotExist:
        fail(f"no appeal {number} in {owner.code}")
    if file.exists():
        fail(f"{file} exists already, and is kept. Name a file that is not there yet")
    try:
        content = (
            content_of(owner, appeal.packet_sha256)
            if appeal.packet_sha256
            else packet_of(draft_of(appeal, as_of=day), as_of=day).content
        )
        audit.record(
            practice=owner,
            by=operator(),
            action="export_appeal_packet",
            at=clock.now(),
            object_kind="appeal",
            object_key=str(appeal.pk),
            detail={"claim": appeal.claim_id, "state": appeal.state},
        )
        file.touch(mode=0o600)
        file.write_bytes(content)
    except AppealRefused as refused:
        fail(str(refused))
    except OSError as error:
        fail(f"{error.filename or file}: {error.strerror}")
    print(f"Wrote {file}: {len(content):,} bytes. It holds patient data.")


def _document(row: "Appeal") -> dict[str, object]:
    from dueline.core.money import dollars

    return {
        "number": row.number,
        "patient_control_number": row.claim.patient_control_number,
        "payer": row.payer.name,
        "level": row.level,
        "state": row.state,
        "disputed": dollars(row.disputed_cents),
        "due_on": row.due_on,
        "sent_on": row.sent_on,
        "tracking_number": row.tracking_number,
        "expected_on": row.expected_on,
        "received_on": row.received_on,
        "decided_on": row.decided_on,
        "decided": None if row.decided_cents is None else dollars(row.decided_cents),
    }


def _line(row: "Appeal") -> str:
    from dueline.core.money import dollar_words

    days = [
        f"{words} {day}"
        for words, day in (
            ("to be sent by", None if row.sent_on else row.due_on),
            ("sent", row.sent_on),
            ("decision expected", None if row.decided_on else row.expected_on),
            ("decided", row.decided_on),
        )
        if day is not None
    ]
    state, level = row.state.replace("_", " "), row.level.replace("_", " ")
    return (
        f"{row.number}  {row.claim.patient_control_number}  {row.payer.name}  {level}  {state}  "
        f"{dollar_words(row.disputed_cents)}  {', '.join(days)}"
    )
