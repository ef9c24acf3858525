"""`dueline ready`: whether a claim can be called now, what blocks it, and whom to ask."""

import typer

from dueline.cli.startup import (
    AsOfOption,
    ClaimArgument,
    JsonOption,
    PracticeOption,
    day_or_today,
    fail,
    practice_or_fail,
    print_json,
    viewed_claim,
)
from dueline.cli.startup import ready as make_ready
from dueline.core.enums import Grade
from dueline.core.holds import OWNER_WORDS
from dueline.core.readiness import Check, blocking

app = typer.Typer(add_completion=False)


@app.command()
def ready(
    patient_control_number: ClaimArgument,
    practice: PracticeOption,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Say whether a claim can be called now; exits 1 when something blocks the call. Nothing is changed."""
    make_ready()
    from dueline.clock import now_on
    from dueline.worklist.queries import readiness_of

    owner, day = practice_or_fail(practice), day_or_today(as_of)
    now = now_on(day)
    claim = viewed_claim(owner, patient_control_number, action="view_readiness", at=now, code=2)
    if not claim.is_open:
        fail("nothing is left open with the payer for this claim")
    found = readiness_of(claim, as_of=day, now=now)
    if json:
        print_json(
            {
                "patient_control_number": claim.patient_control_number,
                "is_ready": not blocking(found),
                "checks": [_document(check) for check in found],
            }
        )
    else:
        _print(claim.patient_control_number, found)
    if blocking(found):
        raise typer.Exit(1)


def _document(check: Check) -> dict[str, str | None]:
    return {
        "key": check.key.value,
        "grade": check.grade.value,
        "sentence": check.sentence,
        "owner": check.owner.value if check.owner else None,
        "question": check.question or None,
    }


def _print(number: str, found: list[Check]) -> None:
    words = "cannot be called" if blocking(found) else "can be called"
    print(f"{number} {words}.")
    for check in found:
        grade = "Blocks" if check.grade is Grade.BLOCKING else "Look first"
        print(f"  {grade}: {check.sentence}")
        if check.owner is not None:
            print(f"    Ask {OWNER_WORDS[check.owner]}: {check.question}")
