"""`dueline request`: what is asked about claims, and the answers."""

from typing import TYPE_CHECKING, Annotated, Any

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
from dueline.core.enums import RequestOwner
from dueline.core.holds import OWNER_WORDS

if TYPE_CHECKING:
    from dueline.worklist.models import Request

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def _request() -> None:
    """What is asked about claims that wait, and the answers that bring them back."""


@app.command("list")
def list_requests(
    practice: PracticeOption,
    owner: Annotated[RequestOwner | None, typer.Option(help="Only what is asked of them.")] = None,
    json: JsonOption = False,
) -> None:
    """Print the open requests by owner, the earliest due first."""
    ready()
    from dueline.accounts import audit
    from dueline.clock import now
    from dueline.worklist.queries import open_requests

    where = practice_or_fail(practice)
    rows = list(open_requests(where, owner=owner))
    audit.record(
        practice=where,
        by=operator(),
        action="export_requests",
        at=now(),
        detail={"requests": len(rows)},
    )
    if json:
        print_json([_document(row) for row in rows])
        return
    for row in rows:
        number = row.claim.patient_control_number if row.claim else "every claim"
        late = ", past its date" if row.escalated_on else ""
        print(f"{row.pk:5}  due {row.due_on}{late}  {OWNER_WORDS[RequestOwner(row.owner)]}")
        print(f"       {number}: {row.question}")
    if not rows:
        print("Nothing is asked.")


def _document(row: "Request") -> dict[str, Any]:
    return {
        "request": row.pk,
        "patient_control_number": row.claim.patient_control_number if row.claim else None,
        "owner": row.owner,
        "check": row.check_key or None,
        "question": row.question,
        "due_on": row.due_on,
        "asked_on": row.asked_on,
        "asked_by": row.asked_by or None,
        "escalated_on": row.escalated_on,
    }


@app.command()
def answer(
    request: Annotated[int, typer.Argument(help="The request's number, from the list.")],
    practice: PracticeOption,
    user: Annotated[str, typer.Option(help="Who answers: a username.")],
    text: Annotated[str, typer.Option(help="The answer in words.")] = "",
    fact: Annotated[
        str, typer.Option(help="The fact that was asked for: it is set on the claim.")
    ] = "",
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Answer a request; its claim is ready and due that day, unless something else holds it."""
    day = day_or_today(as_of)
    ready()
    from dueline.accounts.errors import NotAllowed
    from dueline.accounts.models import User
    from dueline.clock import now_on
    from dueline.core.given import GivenError
    from dueline.worklist.actions import answer_request
    from dueline.worklist.errors import WorklistError
    from dueline.worklist.models import Request, WorklistItem
    from dueline.worklist.queries import request_for

    where = practice_or_fail(practice)
    person = User.objects.filter(username=user, is_active=True).first()
    if person is None:
        fail("--user: expected the username of an active user (dueline user list)")
    try:
        found = request_for(where, request)
        answer_request(request=found, answer=text, fact=fact, by=person, as_of=day, now=now_on(day))
    except Request.DoesNotExist:
        fail(f"no request {request} in {practice}")
    except (NotAllowed, WorklistError, GivenError) as refused:
        fail(str(refused))
    item = WorklistItem.objects.filter(claim=found.claim_id, is_open=True).first()
    state = item.work_status if item else None
    due_on = item.due_on if item else None
    if json:
        print_json({"request": found.pk, "work_status": state, "due_on": due_on})
    elif item is None:
        print(f"Request {found.pk} is answered.")
    else:
        words = str(state).replace("_", " ")
        print(f"Request {found.pk} is answered. The claim is {words}, due {due_on}.")
