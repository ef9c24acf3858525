"""`dueline write-offs`: what is asked for, approved and posted."""

from typing import Annotated

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
from dueline.core.write_offs import REASON_WORDS, WriteOffReason, WriteOffState

app = typer.Typer(add_completion=False)


@app.command()
def write_offs(
    practice: PracticeOption,
    state: Annotated[
        str, typer.Option(help=f"{', '.join(WriteOffState)} or all.")
    ] = WriteOffState.REQUESTED.value,
    limit: Annotated[int, typer.Option(min=1, help="How many, the latest first.")] = 50,
    json: JsonOption = False,
) -> None:
    """Print balances that are to be given up or moved to the patient, with who asked and why."""
    ready()
    from dueline import clock
    from dueline.accounts import audit
    from dueline.core.money import dollar_words, dollars
    from dueline.write_offs.queries import counts_by_state, write_offs_in

    owner = practice_or_fail(practice)
    if state not in (*WriteOffState, "all"):
        fail(f"--state: expected all or one of {', '.join(WriteOffState)}, found {state!r}")
    rows = list(write_offs_in(owner, state="" if state == "all" else state)[:limit])
    audit.record(
        practice=owner,
        by=operator(),
        action="export_write_offs",
        at=clock.now(),
        detail={"requests": len(rows)},
    )
    if json:
        print_json(
            [
                {
                    "id": row.pk,
                    "patient_control_number": row.claim.patient_control_number,
                    "kind": row.kind,
                    "reason": row.reason,
                    "evidence": row.note,
                    "amount": dollars(row.amount_cents),
                    "state": row.state,
                    "requested_by": row.requested_by,
                    "persons_needed": row.persons_needed,
                }
                for row in rows
            ]
        )
        return
    for name, (count, cents) in counts_by_state(owner).items():
        if count:
            print(f"{name.replace('_', ' '):<14} {count:>6,}  {dollar_words(cents):>14}")
    for row in rows:
        print(
            f"{row.claim.patient_control_number:<14} {dollar_words(row.amount_cents):>12} {row.kind:<9}"
            f"{REASON_WORDS[WriteOffReason(row.reason)]}; asked for by {row.requested_by}"
        )
    if not rows:
        print("None.")
