"""`dueline exchange`: a round of the mailboxes now: what waits goes out, what is there comes in."""

from typing import Annotated, Any

import typer

from dueline.cli.startup import JsonOption, fail, operator, practice_or_fail, print_json, ready

app = typer.Typer(add_completion=False)


@app.command()
def exchange(
    practice: Annotated[str, typer.Option("--practice", help="One practice only.")] = "",
    mailbox: Annotated[str, typer.Option("--mailbox", help="One mailbox only.")] = "",
    json: JsonOption = False,
) -> None:
    """Send and fetch by every mailbox that is on; exits 1 where one could not be worked."""
    ready()
    from dueline import clock
    from dueline.exchange.actions import do_round
    from dueline.exchange.errors import ExchangeError
    from dueline.exchange.models import Mailbox

    rows = Mailbox.objects.filter(is_on=True).select_related("practice")
    if practice:
        rows = rows.filter(practice=practice_or_fail(practice))
    if mailbox:
        rows = rows.filter(name=mailbox)
    chosen = list(rows.order_by("practice__code", "name"))
    if not chosen:
        fail("no mailbox that is on: dueline mailbox list --practice CODE")
    found: list[dict[str, Any]] = []
    for row in chosen:
        told: dict[str, Any] = {"practice": row.practice.code, "name": row.name}
        try:
            done = do_round(mailbox=row, by=operator(), as_of=clock.today(), clock=clock.now)
            set_aside = [{"name": name, "reason": reason} for name, reason in done.set_aside]
            told |= {"sent": done.sent, "received": done.received, "set_aside": set_aside}
            told |= {"trouble": done.trouble}
        except ExchangeError as refused:
            told |= {"sent": [], "received": [], "set_aside": [], "trouble": str(refused)}
        found.append(told)
        if not json:
            _tell(told)
    if json:
        print_json({"mailboxes": found})
    if any(told["trouble"] for told in found):
        raise typer.Exit(1)


def _tell(told: dict[str, Any]) -> None:
    print(
        f"{told['practice']}, {told['name']}: {len(told['sent'])} sent, {len(told['received'])} received"
    )
    for name in told["sent"]:
        print(f"  sent      {name}")
    for name in told["received"]:
        print(f"  received  {name}")
    for one in told["set_aside"]:
        print(f"  set aside {one['name']}: {one['reason']}")
    if told["trouble"]:
        print(f"  {told['trouble']}")
