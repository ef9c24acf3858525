"""`dueline deadlines`: every clock of a claim, its legal and safe date, and the rule it is from."""

from typing import TYPE_CHECKING

import typer

from dueline.cli.startup import (
    AsOfOption,
    ClaimArgument,
    JsonOption,
    PracticeOption,
    day_or_today,
    practice_or_fail,
    print_json,
    ready,
    viewed_claim,
)

if TYPE_CHECKING:
    from dueline.core.deadlines import Deadline
    from dueline.core.payer_clocks import Expectation
    from dueline.worklist.queries import Clocks

app = typer.Typer(add_completion=False)


@app.command()
def deadlines(
    patient_control_number: ClaimArgument,
    practice: PracticeOption,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Print a claim's deadlines and the payer's clocks, each with its rule; by the rules known on --as-of."""
    day = day_or_today(as_of)
    ready()
    from dueline import clock
    from dueline.worklist.queries import clocks_of

    owner = practice_or_fail(practice)
    found = viewed_claim(owner, patient_control_number, action="view_claim", at=clock.now())
    facts = _document(found.patient_control_number, found.payer.name, clocks_of(found, as_of=day))
    if json:
        print_json(facts)
    else:
        _print(facts)


def _document(number: str, payer: str, clocks: "Clocks") -> dict:
    proof = clocks.proof
    return {
        "patient_control_number": number,
        "payer": payer,
        "deadlines": [_deadline(clock) for clock in clocks.deadlines],
        "payer_clocks": [_expectation(clock) for clock in clocks.expectations],
        "proof_accepted": {"words": proof.words, "source": proof.source} if proof else None,
    }


def _deadline(clock: "Deadline") -> dict[str, object]:
    return {
        "kind": clock.kind.value,
        "due_on": clock.due_on,
        "safe_on": clock.safe_on,
        "is_met": clock.is_met,
        "is_running": clock.is_running,
        "sentence": clock.sentence,
        "why": clock.why,
        "is_unchecked": clock.is_unchecked,
    }


def _expectation(clock: "Expectation") -> dict[str, object]:
    return {"kind": clock.kind.value, "on": clock.on, "sentence": clock.sentence}


def _print(facts: dict) -> None:
    from dueline.core.deadline_words import KIND_NAMES

    print(f"{facts['patient_control_number']}  {facts['payer']}\n\nDeadlines")
    for clock in facts["deadlines"]:
        state = "met" if clock["is_met"] else ("running" if clock["is_running"] else "not running")
        due, safe = clock["due_on"] or "not known", clock["safe_on"] or "not known"
        print(f"  {KIND_NAMES[clock['kind']]:<26} legal {due!s:<10}  safe {safe!s:<10}  {state}")
        unchecked = " Its review is overdue." if clock["is_unchecked"] else ""
        print(f"    {clock['sentence']} {clock['why']}{unchecked}".rstrip())
    print("\nThe payer")
    for clock in facts["payer_clocks"]:
        print(f"  {KIND_NAMES[clock['kind']]:<26} {clock['on'] or 'not known'!s:<10}")
        print(f"    {clock['sentence']}")
    proof = facts["proof_accepted"]
    print("\nProof of timely filing")
    print(f"  {proof['words']}. {proof['source']}." if proof else "  No rule is known.")
