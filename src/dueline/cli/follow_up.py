"""`dueline follow-up`: record calls, portal checks, faxes and letters from JSON on standard input."""

import hashlib
import json as jsonlib
import re
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dueline.cli.startup import (
    AsOfOption,
    JsonOption,
    day_or_today,
    fail,
    practice_or_fail,
    print_json,
    ready,
    remarks,
)
from dueline.core.follow_up import FieldProblem, FollowUpError, FollowUpFacts

if TYPE_CHECKING:
    from dueline.accounts.models import Practice, User
    from dueline.calls.models import FollowUp

app = typer.Typer(add_completion=False)
_OWN = ("patient_control_number", "request_key", "corrects")


@app.command()
def follow_up(
    practice: Annotated[str, typer.Option(help="The practice's code.")] = "",
    user: Annotated[str, typer.Option(help="Who made the contact: a username.")] = "",
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON Schema.")] = False,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Record follow-ups: one JSON object, a list of them, or one a line. Each is recorded whole or not at all."""
    if schema:
        from dueline.core.follow_up_schema import schema as follow_up_schema

        print_json(follow_up_schema())
        return
    if not practice or not user:
        fail(f"--{'user' if practice else 'practice'}: expected a value, found nothing")
    day = day_or_today(as_of)
    ready()
    from dueline.clock import now_on

    owner, person = practice_or_fail(practice), _person(user)
    results = [
        _result(owner, person, place, found, day, now_on(day))
        for place, found in _objects(sys.stdin.read())
    ]
    if not results:
        fail("standard input: expected JSON, found nothing (see --schema)")
    _report(results, json)
    if any("problems" in result for result in results):
        raise typer.Exit(1)


def _person(username: str) -> "User":
    from dueline.accounts.models import User

    person = User.objects.filter(username=username, is_active=True).first()
    if person is None:
        fail("--user: expected the username of an active user (dueline user list)")
    return person


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no amount")


def _load(text: str) -> Any:
    # An amount keeps its digits: 12.10 never becomes a float.
    return jsonlib.loads(text, parse_float=Decimal, parse_constant=_refuse_constant)


def _objects(text: str) -> Iterator[tuple[int, Any]]:
    """Yield (line, object or ValueError) from JSON lines, else from one JSON value: an object or a list of them."""
    text = text.removeprefix("\ufeff")
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        return
    if len(lines) > 1 and _is_object(lines[0][1]):
        for number, line in lines:
            yield number, _load_or_error(line)
        return
    value = _load_or_error(text.strip())
    for index, item in enumerate(value if isinstance(value, list) else [value], 1):
        yield index if isinstance(value, list) else lines[0][0], item


def _is_object(line: str) -> bool:
    return isinstance(_load_or_error(line), dict)


def _load_or_error(text: str) -> Any:
    try:
        return _load(text)
    except (ValueError, RecursionError) as error:
        return error if isinstance(error, ValueError) else ValueError("too deep")


def _result(
    practice: "Practice", person: "User", place: int, found: Any, day: Any, now: Any
) -> dict[str, Any]:
    """Record one follow-up; return what is to be said of it."""
    from django.db import DatabaseError

    from dueline.accounts.errors import NotAllowed
    from dueline.calls.errors import CallsError

    if not isinstance(found, Mapping):
        column = getattr(found, "colno", None)
        what = f"no JSON from column {column} on" if column else "no JSON object"
        problem = FieldProblem("JSON", what, "an object", "See dueline follow-up --schema.")
        return {"line": place, "problems": [problem]}
    try:
        row, is_known = _record(practice, person, found, day, now)
    except FollowUpError as error:
        return {"line": place, "problems": list(error.problems)}
    except (NotAllowed, CallsError) as error:
        return {"line": place, "problems": [], "refused": str(error)}
    except DatabaseError as error:  # its text may hold what was written
        refused = f"The database refused it ({type(error).__name__}). Try again."
        return {"line": place, "problems": [], "refused": refused}
    return {
        "line": place,
        "follow_up": row.sequence,
        "patient_control_number": row.claim.patient_control_number,
        "is_known": is_known,
        "next_action": row.next_action,
        "next_due_on": row.next_due_on,
    }


def _record(
    practice: "Practice", person: "User", found: Mapping[str, Any], day: Any, now: Any
) -> tuple["FollowUp", bool]:
    from dueline.calls.models import FollowUp
    from dueline.denials.actions import correct_follow_up, record_follow_up

    claim = _claim(practice, found.get("patient_control_number"))
    facts = FollowUpFacts.from_mapping(
        {name: value for name, value in found.items() if name not in _OWN}, as_of=day
    )
    key = _key(practice, found)
    is_known = FollowUp.objects.filter(practice=practice, request_key=key).exists()
    common: dict[str, Any] = {
        "facts": facts,
        "by": person,
        "as_of": day,
        "now": now,
        "request_key": key,
    }
    if found.get("corrects") is None:
        return record_follow_up(practice=practice, claim=claim, **common), is_known
    corrected = _corrected(practice, claim, found["corrects"])
    return correct_follow_up(follow_up=corrected, **common), is_known


def _claim(practice: "Practice", number: Any) -> Any:
    from dueline.core.matching import patient_control_key
    from dueline.ledger.models import Claim

    if isinstance(number, str) and number.strip():
        key = patient_control_key(number)
        claim = Claim.objects.filter(practice=practice, patient_control_key=key).first()
        if claim is not None:
            return claim
    what = "no claim of this practice" if number else "nothing"
    expected = "the patient control number of a claim"
    remedy = "Take it from dueline worklist."
    raise FollowUpError([FieldProblem("patient_control_number", what, expected, remedy)])


def _corrected(practice: "Practice", claim: Any, sequence: Any) -> "FollowUp":
    from dueline.calls.models import FollowUp

    if isinstance(sequence, int) and not isinstance(sequence, bool):
        row = FollowUp.objects.filter(practice=practice, claim=claim, sequence=sequence).first()
        if row is not None:
            return row
    expected = "the number of a follow-up of this claim"
    remedy = "Take it from dueline claim."
    raise FollowUpError([FieldProblem("corrects", "no such follow-up", expected, remedy)])


def _key(practice: "Practice", found: Mapping[str, Any]) -> str:
    """Return the request key given, else one made of the content: the same line twice records once."""
    given = found.get("request_key")
    if given is None:
        text = jsonlib.dumps(found, sort_keys=True, default=str)
        return hashlib.sha256(f"{practice.code}\n{text}".encode()).hexdigest()
    if isinstance(given, str) and re.match(r"[\x21-\x7e]{1,64}\Z", given):
        return given
    expected = "1 to 64 letters, digits and signs without spaces"
    raise FollowUpError([FieldProblem("request_key", "something else", expected, "Change it.")])


def _report(results: list[dict[str, Any]], as_json: bool) -> None:
    for result in results:
        for problem in result.get("problems", []):
            remarks.print(f"line {result['line']}: {problem}", markup=False)
        if result.get("refused"):
            remarks.print(f"line {result['line']}: {result['refused']}", markup=False)
    if as_json:
        print_json([{**r, **_plain_problems(r)} for r in results])
        return
    for result in results:
        if "follow_up" in result:
            state = "recorded already" if result["is_known"] else "recorded"
            due = f", next {result['next_due_on']}" if result["next_due_on"] else ""
            print(f"line {result['line']}: follow-up {result['follow_up']} {state}{due}.")


def _plain_problems(result: dict[str, Any]) -> dict[str, Any]:
    if "problems" not in result:
        return {}
    return {
        "problems": [
            {"field": p.field, "found": p.found, "expected": p.expected, "remedy": p.remedy}
            for p in result["problems"]
        ]
    }
