"""`dueline denials`: what payers refused, what became of it, and what to do."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer

from dueline.cli.denial_patterns import patterns
from dueline.cli.denial_rates import rates
from dueline.cli.startup import (
    AsOfOption,
    ClaimArgument,
    JsonOption,
    PracticeOption,
    day_or_today,
    fail,
    operator,
    practice_or_fail,
    print_json,
    ready,
    viewed_claim,
)

if TYPE_CHECKING:
    from dueline.accounts.models import Practice
    from dueline.denials.models import Denial
    from dueline.denials.queries import Card

app = typer.Typer(add_completion=False, no_args_is_help=True)
app.command()(patterns)
app.command()(rates)


@app.command("list")
def list_denials(
    practice: PracticeOption,
    payer: Annotated[str, typer.Option(help="Of this payer, by its name.")] = "",
    category: Annotated[str, typer.Option(help="Of this category.")] = "",
    state: Annotated[
        str, typer.Option(help='"open", another state, "live" (open or waiting) or "all".')
    ] = "open",
    order: Annotated[str, typer.Option(help="deadline, amount, newest or oldest.")] = "deadline",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many to print.")] = 25,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Print the denials to work, the nearest appeal deadline first."""
    ready()
    from dueline import clock
    from dueline.accounts import audit
    from dueline.denials.queries import (
        DenialFilterError,
        DenialFilters,
        DenialOrder,
        denials,
        denials_by_id,
    )

    owner, day = practice_or_fail(practice), day_or_today(as_of)
    if order not in set(DenialOrder):
        fail(f"--order: expected one of {', '.join(DenialOrder)}, found {order!r}")
    asked = {"state": state, "category": category, "payer": _payer(owner, payer)}
    try:
        filters = DenialFilters.from_query(asked)
    except DenialFilterError as refused:
        fail(str(refused))
    found = denials(owner, filters=filters, as_of=day, order=DenialOrder(order))
    rows = denials_by_id(owner, list(found.values_list("pk", flat=True)[:limit]))
    audit.record(
        practice=owner,
        by=operator(),
        action="export_denials",
        at=clock.now(),
        detail={"denials": len(rows), "as_of": day.isoformat()},
    )
    if json:
        print_json([_document(row) for row in rows])
        return
    print(f"{owner.name}: {len(rows)} of {found.count():,} denials, by {order}")
    for row in rows:
        print(_line(row, day))
    if not rows:
        print("No denial fits. --state all shows every denial.")


@app.command()
def show(
    patient_control_number: ClaimArgument,
    practice: PracticeOption,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Print a claim's denials: what each means, what our own data answers, what to do and until when."""
    ready()
    from dueline import clock
    from dueline.denials.queries import cards_of

    owner, day = practice_or_fail(practice), day_or_today(as_of)
    claim = viewed_claim(owner, patient_control_number, action="view_denial", at=clock.now())
    cards = cards_of(claim, as_of=day)
    if json:
        print_json([_document(card.denial) | _advice(card) for card in cards])
        return
    if not cards:
        print(f"Nothing of {claim.patient_control_number} was refused.")
    for card in cards:
        _print(card, day)


@app.command()
def refresh(practice: PracticeOption, as_of: AsOfOption = None, json: JsonOption = False) -> None:
    """Work out all denials again from the ledger. Where nothing changed, nothing changes."""
    ready()
    from dueline import clock
    from dueline.accounts import audit
    from dueline.denials.actions import refresh_denials

    owner, day = practice_or_fail(practice), day_or_today(as_of)
    done = refresh_denials(practice=owner, as_of=day)
    counts = {"opened": done.opened, "changed": done.changed, "removed": done.removed}
    audit.record(
        practice=owner, by=operator(), action="refresh_denials", at=clock.now(), detail=counts
    )
    if json:
        print_json(counts)
        return
    print(
        f"{owner.name}: {done.opened:,} opened, {done.changed:,} changed, {done.removed:,} removed."
    )


def _payer(practice: "Practice", name: str) -> str:
    from dueline.payers.queries import payer_named

    if not name:
        return ""
    found = payer_named(practice, name)
    if found is None:
        fail(f"--payer: no payer {name!r} in {practice.code}")
    return str(found.pk)


def _dollars(cents: int) -> Decimal:
    from dueline.core.money import dollars

    return dollars(cents)


def _document(row: "Denial") -> dict[str, object]:
    return {
        "id": row.pk,
        "patient_control_number": row.claim.patient_control_number,
        "line": row.service_line.line_number if row.service_line else None,
        "procedure": row.service_line.procedure_code if row.service_line else None,
        "payer": row.payer.name,
        "group_code": row.group_code,
        "carc": row.carc,
        "rarcs": row.rarcs.split(),
        "amount": _dollars(row.amount_cents),
        "recovered": _dollars(row.recovered_cents),
        "is_full": row.is_full,
        "is_duplicate": row.is_duplicate,
        "is_repeat": row.repeats_id is not None,
        "category": row.category,
        "owner": row.owner,
        "preventable": row.preventable,
        "usual_fix": row.usual_fix,
        "level": row.level,
        "denied_on": row.denied_on,
        "appeal_due_on": row.appeal_due_on,
        "state": row.state,
        "state_on": row.state_on,
    }


def _advice(card: "Card") -> dict[str, object]:
    advice = card.advice
    return {
        "means": advice.play.means,
        "way": advice.way.value,
        "do": advice.do,
        "who": advice.who.value,
        "due_on": card.due_on,
        "is_call": advice.is_call,
        "script": advice.play.script,
        "chance": f"{card.chance.basis_points / 10_000:.2f}",
        "chance_basis": card.chance.basis,
        "checks": [
            {"question": one.question.value, "answer": one.answer, "words": one.words}
            for one in advice.found
        ],
        "source": advice.play.source,
        "confidence": advice.play.confidence,
    }


def _line(row: "Denial", day: date) -> str:
    from dueline.core.codes import adjustment_words
    from dueline.core.money import dollar_words

    due = "no appeal rule known"
    if row.appeal_due_on is not None:
        left = (row.appeal_due_on - day).days
        due = f"appeal by {row.appeal_due_on}, " + (f"{left} days left" if left >= 0 else "lost")
    again = ", again" if row.repeats_id else ""
    state = row.state.replace("_", " ")
    return (
        f"{row.claim.patient_control_number}  {row.payer.name}  {dollar_words(row.amount_cents)}  "
        f"{adjustment_words(row.group_code, row.carc)}  {state}{again}  {due}"
    )


def _print(card: "Card", day: date) -> None:
    from dueline.core.recovery import percent

    advice = card.advice
    print(_line(card.denial, day))
    print(f"  {advice.play.means}")
    for remark in advice.remarks:
        print(f"  Remark {remark}.")
    until = f" by {card.due_on} ({card.due_words})" if card.due_on else ""
    print(f"  {advice.way.value.replace('_', ' ').capitalize()}{until}: {advice.do}")
    for one in advice.found:
        print(f"    {one.asks} {one.words}")
    call = f"Call with script {advice.play.script}." if advice.is_call else advice.no_call
    print(f"  {call} Chance {percent(round(card.chance.basis_points, -2))}: {card.chance.basis}.")
