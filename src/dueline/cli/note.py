"""`dueline note`: the note of a recorded follow-up, to paste into the practice-management system."""

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
    ready,
)

app = typer.Typer(add_completion=False)


@app.command()
def note(
    follow_up: Annotated[int, typer.Argument(help="The follow-up's number.", min=1)],
    practice: PracticeOption,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Print the note of a follow-up: plain text, written from its facts."""
    ready()
    from dueline.accounts import audit
    from dueline.calls.models import FollowUp
    from dueline.calls.queries import follow_up_for, note_of
    from dueline.clock import now_on

    owner = practice_or_fail(practice)
    try:
        row = follow_up_for(owner, follow_up)
    except FollowUp.DoesNotExist:
        fail(f"no follow-up {follow_up} in {practice}")
    audit.record(
        practice=owner,
        by=operator(),
        action="view_note",
        at=now_on(day_or_today(as_of)),
        object_kind="claim",
        object_key=str(row.claim_id),
        detail={"follow_up": row.sequence},
    )
    text = note_of(row)
    if json:
        print_json({"follow_up": row.sequence, "note": text})
    else:
        print(text)
