"""`dueline ready`: whether a claim can be called now, what blocks it, and whom to ask."""

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
)
from dueline.cli.startup import ready as make_ready
from dueline.core.enums import Grade
from dueline.core.holds import OWNER_WORDS
from dueline.core.readiness import Check, blocking

app = typer.Typer(add_completion=False)


@app.command()
def ready(
    patient_control_number: Annotated[str, typer.Argument(help="As on the claim (CLM01).")],
    practice: PracticeOption,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Say whether a claim can be called now; exits 1 when something blocks the call. Nothing is changed."""
    make_ready()
    from dueline.accounts import audit
    from dueline.clock import now_on
    from dueline.ledger.models import Claim
    from dueline.ledger.queries import claim_by_number
    from dueline.worklist.queries import readiness_of

    owner, day = practice_or_fail(practice), day_or_today(as_of)
    now = now_on(day)
    try:
        claim = claim_by_number(owner, patient_control_number)
    except Claim.DoesNotExist:
        fail(f"no claim with this number in {practice}", code=2)
    if not claim.is_open:
        fail("nothing is left open with the payer for this claim")
    audit.record(
        practice=owner,
        by=operator(),
        action="view_readiness",
        at=now,
        object_kind="claim",
        object_key=str(claim.pk),
    )
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
