"""`dueline verify`: prove the ledger, the denials, the worklist, the follow-ups and the audit trail."""

from typing import TYPE_CHECKING, Annotated

import typer

from dueline.cli.startup import JsonOption, practice_or_fail, print_json, ready

if TYPE_CHECKING:
    from dueline.accounts.models import Practice
    from dueline.core.breach import Breach

app = typer.Typer(add_completion=False)


@app.command()
def verify(
    practice: Annotated[str, typer.Option("--practice", help="One practice only.")] = "",
    json: JsonOption = False,
) -> None:
    """Check every invariant and name each breach; exits 1 when there is one."""
    ready()
    from dueline.accounts import audit
    from dueline.accounts.append_only import unprotected
    from dueline.accounts.models import Practice
    from dueline.core.breach import Breach

    chosen = [practice_or_fail(practice)] if practice else list(Practice.objects.order_by("code"))
    found: list[tuple[str, Breach]] = []
    for one in chosen:
        breaches = breaches_of(one)
        found += [(one.code, breach) for breach in breaches]
        if not json:
            print(f"{one.code}: {f'{len(breaches)} breaches' if breaches else 'clean'}")
    if not practice:
        found += [("", Breach("audit trail", "system", text)) for text in audit.verify_chain("")]
    text = "The database would let its rows be changed: the trigger that refuses it is gone."
    found += [("", Breach("append only", table, text)) for table in unprotected()]
    if json:
        print_json(
            [
                {"practice": code, "rule": b.rule, "where": b.where, "text": b.text}
                for code, b in found
            ]
        )
    else:
        for code, breach in found:
            print(f"{code or 'system'}: {breach.rule}: {breach.where}: {breach.text}")
    if found:
        raise typer.Exit(1)


def breaches_of(practice: "Practice") -> "list[Breach]":
    """Return every breach of a practice's invariants; Django is ready."""
    from dueline import clock
    from dueline.accounts import audit
    from dueline.accounts.isolation import verify_isolation
    from dueline.calls.verify import verify_chain
    from dueline.core.breach import Breach
    from dueline.corrections.verify import verify as verify_corrections
    from dueline.denials.verify import verify as verify_denials
    from dueline.exchange.verify import verify as verify_exchange
    from dueline.ledger.verify import verify as verify_ledger
    from dueline.sending.verify import verify as verify_sending
    from dueline.status_requests.verify import verify as verify_requests
    from dueline.worklist.queries import verify as verify_worklist
    from dueline.write_offs.verify import verify as verify_write_offs

    found = [*verify_ledger(practice), *verify_sending(practice), *verify_denials(practice)]
    found += [*verify_requests(practice), *verify_corrections(practice), *verify_exchange(practice)]
    found += [*verify_write_offs(practice)]
    found += [*verify_worklist(practice, now=clock.now()), *verify_isolation(practice)]
    found += [Breach("follow-ups", practice.code, text) for text in verify_chain(practice)]
    chain = audit.verify_chain(practice.code)
    return found + [Breach("audit trail", practice.code, text) for text in chain]
