"""`dueline secondary`: the claims whose rest is the next payer's and that were not sent to it."""

from typing import TYPE_CHECKING, Annotated

import typer

from dueline.cli.startup import (
    JsonOption,
    PracticeOption,
    operator,
    practice_or_fail,
    print_json,
    ready,
)

if TYPE_CHECKING:
    from dueline.ledger.models import Claim

app = typer.Typer(add_completion=False)


@app.command()
def secondary(
    practice: PracticeOption,
    limit: Annotated[int, typer.Option(min=1, help="How many, the oldest answer first.")] = 50,
    json: JsonOption = False,
) -> None:
    """Print the claims to bill to their next payer. They are prepared and approved on the page of that name."""
    ready()
    from dueline import clock
    from dueline.accounts import audit
    from dueline.core.money import dollar_words
    from dueline.corrections.queries.next_payer import to_bill

    owner = practice_or_fail(practice)
    found = to_bill(owner)
    rows = list(found[:limit])
    audit.record(
        practice=owner,
        by=operator(),
        action="export_next_payer",
        at=clock.now(),
        detail={"claims": len(rows)},
    )
    if json:
        print_json([_document(row) for row in rows])
        return
    count = found.count()
    print(f"{owner.name}: {count:,} claim{'' if count == 1 else 's'} to bill to the next payer")
    for row in rows:
        print(
            f"{row.patient_control_number:<14} {dollar_words(row.payer_balance_cents):>12} left "
            f"for {row.payer.name}; the payer before paid on {row.earlier_remitted_on:%m/%d/%Y}"
        )


def _document(row: "Claim") -> dict[str, object]:
    from dueline.core.money import dollars

    return {
        "patient_control_number": row.patient_control_number,
        "next_payer": row.payer.name,
        "earlier_payer_paid_on": row.earlier_remitted_on,
        "charge": dollars(row.charge_cents),
        "paid": dollars(row.paid_cents),
        "left": dollars(row.payer_balance_cents),
    }
