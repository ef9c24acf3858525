"""`dueline verify`: prove the ledger, the denials, the worklist, the follow-ups and the audit trail."""

from typing import Annotated

import typer

from dueline.cli.startup import JsonOption, practice_or_fail, print_json, ready

app = typer.Typer(add_completion=False)


@app.command()
def verify(
    practice: Annotated[str, typer.Option("--practice", help="One practice only.")] = "",
    json: JsonOption = False,
) -> None:
    """Check every invariant and name each breach; exits 1 when there is one."""
    ready()
    from dueline import clock
    from dueline.accounts import audit
    from dueline.accounts.append_only import unprotected
    from dueline.accounts.isolation import verify_isolation
    from dueline.accounts.models import Practice
    from dueline.calls.verify import verify_chain
    from dueline.core.breach import Breach
    from dueline.corrections.verify import verify as verify_corrections
    from dueline.denials.verify import verify as verify_denials
    from dueline.exchange.verify import verify as verify_exchange
    from dueline.ledger.verify import verify as verify_ledger
    from dueline.sending.verify import verify as verify_sending
    from dueline.status_requests.verify import verify as verify_requests
    from dueline.worklist.queries import verify as verify_worklist

    chosen = [practice_or_fail(practice)] if practice else list(Practice.objects.order_by("code"))
    found: list[tuple[str, Breach]] = []
    for one in chosen:
        breaches = [*verify_ledger(one), *verify_sending(one), *verify_denials(one)]
        breaches += [*verify_requests(one), *verify_corrections(one), *verify_exchange(one)]
        breaches += [*verify_worklist(one, now=clock.now()), *verify_isolation(one)]
        breaches += [Breach("follow-ups", one.code, text) for text in verify_chain(one)]
        breaches += [Breach("audit trail", one.code, text) for text in audit.verify_chain(one.code)]
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
