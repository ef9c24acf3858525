"""`dueline worklist`: the claims to work now, in an order, each with its reason."""

from typing import Annotated, Any

import typer

from dueline.cli.startup import (
    AsOfOption,
    JsonOption,
    PracticeOption,
    day_or_today,
    operator,
    practice_or_fail,
    print_json,
    ready,
)
from dueline.core.enums import Level, NextAction, Order
from dueline.core.holds import CHECK_WORDS
from dueline.core.money import dollar_words, to_cents
from dueline.core.priority import DEADLINE_WORDS
from dueline.core.readiness import practice_lacks

app = typer.Typer(add_completion=False)

ACTION_WORDS: dict[NextAction, str] = {
    NextAction.CALL: "call the payer",
    NextAction.CHECK_PORTAL: "look in the payer's portal or send a 276",
    NextAction.AWAIT_PAYMENT: "see whether the payment came",
    NextAction.AWAIT_ANSWER: "see whether the answer came",
    NextAction.SEND_CORRECTED_CLAIM: "send a corrected claim",
    NextAction.SEND_RECORDS: "send the records",
    NextAction.RESUBMIT: "fix and send again",
    NextAction.APPEAL: "appeal",
    NextAction.ASK_BILLING: "ask billing",
    NextAction.BILL_OTHER_PAYER: "bill the other payer",
    NextAction.BILL_PATIENT: "bill the patient",
    NextAction.CONTACT_PATIENT: "contact the patient",
    NextAction.POST_PAYMENT: "find and post the payment",
    NextAction.REQUEST_WRITE_OFF: "ask for a write-off",
    NextAction.ESCALATE: "take it to the lead",
    NextAction.NONE: "nothing: see why a balance is left",
}


@app.command()
def worklist(
    practice: PracticeOption,
    order: Annotated[Order, typer.Option(help="In which order.")] = Order.PRIORITY,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many at most.")] = 20,
    level: Annotated[Level | None, typer.Option(help="Only this queue.")] = None,
    with_others: Annotated[
        bool,
        typer.Option("--with-others", help="Also what is due and waits with billing or the lead."),
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="All open claims, not only those due.")
    ] = False,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the claims that callers can work now, in an order, each with its reason. Nothing is changed."""
    day = day_or_today(as_of)
    ready()
    from dueline.accounts.audit import record
    from dueline.clock import now
    from dueline.worklist.queries import Shown, call_sheet

    owner = practice_or_fail(practice)
    shown: Shown = "open" if everything else "due" if with_others else "workable"
    sheet = call_sheet(owner, order=order, limit=limit, as_of=day, level=level, shown=shown)
    record(
        practice=owner,
        by=operator(),
        action="export_worklist",
        object_kind="worklist",
        detail={"order": order.value, "claims": len(sheet), "as_of": day.isoformat()},
        at=now(),
    )
    if as_json:
        print_json(sheet)
        return
    print(
        f"{owner.name}, {day:%A, %B} {day.day}, {day.year}: {len(sheet)} {WHAT[shown]}, {HEAD[order]}"
    )
    for number, row in enumerate(sheet, start=1):
        print("\n" + "\n".join(lines(number, row)))
    if not sheet:
        lacks = [CHECK_WORDS[key] for key in practice_lacks(owner.name, owner.tax_id)]
        why = f": the practice's {' and '.join(lacks)} is not known" if lacks else ""
        print(f"Nothing can be worked now{why}. --all shows every open claim with its date.")


WHAT = {
    "workable": "claims to work now",
    "due": "claims due",
    "open": "open claims",
}
HEAD: dict[Order, str] = {
    Order.PRIORITY: "the most lost by waiting first",
    Order.DEADLINE: "the nearest deadline first",
    Order.OLDEST: "the oldest service first",
    Order.LARGEST: "the largest balance first",
    Order.PAYER: "by payer",
}


def lines(number: int, row: dict[str, Any]) -> list[str]:
    """Return one claim of the sheet in words."""
    running = [d for d in row["deadlines"] if d["is_running"] and not d["is_met"] and d["due_on"]]
    clock = min(running, key=lambda d: d["due_on"], default=None)
    found = [
        f"{number:3}. {row['patient_control_number']}  {row['payer']}  {dollar_words(to_cents(row['payer_balance']))}"
        f"  {' · '.join(row['reasons'])}",
        f"     {_said(row)}; {_days(row)}",
        f"     Do: {ACTION_WORDS[NextAction(row['next_action'])]} ({row['level']}). "
        f"Due {row['due_on']}: {row['due_reason']}.",
        f"     Why: {row['sentence']}",
    ]
    if clock:
        left = clock["days_left"]
        when = f"{left} day{'' if left == 1 else 's'} left" if left >= 0 else "past: lost"
        found.append(
            f"     Deadline: {DEADLINE_WORDS[clock['kind']].lower()} by {clock['due_on']}, {when}."
        )
    return found


def _said(row: dict[str, Any]) -> str:
    return f"Payer: {row['payer_said'] or row['payer_status'].replace('_', ' ')}"


def _days(row: dict[str, Any]) -> str:
    names = [("service", "service"), ("submission", "sent"), ("action", "action")]
    known = [
        f"{row[f'days_since_{key}']} since {word}"
        for key, word in names
        if row[f"days_since_{key}"] is not None
    ]
    return "days: " + ", ".join(known) if known else "no dates known"
