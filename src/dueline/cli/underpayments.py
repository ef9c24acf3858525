"""`dueline underpayments`: the lines for which payers allowed less than their contracts say."""

from typing import TYPE_CHECKING, Annotated

import typer

from dueline.cli.startup import fail, operator, practice_or_fail, print_json, ready

if TYPE_CHECKING:
    from dueline.underpayments.models import Underpayment

app = typer.Typer()


@app.command()
def underpayments(
    practice: Annotated[str, typer.Option(help="The practice's code.")],
    state: Annotated[
        str, typer.Option(help="open, disputed, accepted, recovered, taken_back or all.")
    ] = "open",
    limit: Annotated[int, typer.Option(min=1, help="How many, the largest first.")] = 50,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print the lines that a payer allowed less for than its contract says, with the arithmetic."""
    ready()
    from dueline import clock
    from dueline.accounts import audit
    from dueline.core.enums import UnderpaymentState
    from dueline.core.money import dollar_words
    from dueline.underpayments.queries.lists import by_payer, underpayments

    owner = practice_or_fail(practice)
    if state not in (*UnderpaymentState, "all"):
        fail(f"--state: expected all or one of {', '.join(UnderpaymentState)}, found {state!r}")
    found = underpayments(owner, state=None if state == "all" else UnderpaymentState(state))
    rows = list(found[:limit])
    audit.record(
        practice=owner,
        by=operator(),
        action="export_underpayments",
        at=clock.now(),
        detail={"lines": len(rows)},
    )
    if json:
        print_json([_document(row) for row in rows])
        return
    print(f"{owner.name}: {len(rows)} of {found.count():,} underpaid lines")
    for payer in by_payer(found):
        print(f"  {payer.name}: {payer.lines:,} lines, {dollar_words(payer.cents)} short")
    for row in rows:
        print(
            f"{row.claim.patient_control_number:<14} {dollar_words(row.short_cents):>12} short: "
            f"{row.arithmetic}; allowed {dollar_words(row.allowed_cents)}"
        )
    if not rows:
        print("No line. Load fee schedules and set contracts' terms on the page Contracts.")


def _document(row: "Underpayment") -> dict[str, object]:
    from dueline.core.money import dollars

    return {
        "patient_control_number": row.claim.patient_control_number,
        "payer": row.line_payment.claim_payment.remittance.payer.name,
        "procedure_code": row.line_payment.procedure_code,
        "modifiers": row.line_payment.modifiers,
        "paid_on": row.paid_on,
        "expected": dollars(row.expected_cents),
        "allowed": dollars(row.allowed_cents),
        "short": dollars(row.short_cents),
        "arithmetic": row.arithmetic,
        "state": row.state,
        "reason": row.reason,
    }
