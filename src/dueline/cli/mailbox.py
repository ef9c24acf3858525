"""`dueline mailbox`: set up mailboxes at clearinghouses. Keys and passwords come from files or standard input."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dueline.cli.startup import (
    JsonOption,
    PracticeOption,
    fail,
    operator,
    practice_or_fail,
    print_json,
    ready,
)
from dueline.core.exchange import AfterFetch, MailboxKind

if TYPE_CHECKING:
    from dueline.exchange.models import Mailbox

app = typer.Typer(no_args_is_help=True, add_completion=False)

_NameOption = Annotated[str, typer.Option("--name", help="The mailbox's name.")]


@app.command()
def add(
    practice: PracticeOption,
    name: _NameOption,
    kind: Annotated[MailboxKind, typer.Option(help="sftp or folder.")] = MailboxKind.SFTP,
    host: Annotated[str, typer.Option(help="The SFTP server.")] = "",
    port: Annotated[int, typer.Option(help="Its port.")] = 22,
    username: Annotated[str, typer.Option(help="The user name there.")] = "",
    key_file: Annotated[
        Path | None, typer.Option(help="The private key, without a passphrase.")
    ] = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
    host_key_file: Annotated[
        Path | None, typer.Option(help="The server's public host key, to accept it.")
    ] = None,
    out: Annotated[str, typer.Option(help="The folder there that files are put into.")] = "",
    inward: Annotated[str, typer.Option("--in", help="The folder there to fetch from.")] = "",
    after: Annotated[
        AfterFetch, typer.Option(help="What becomes of a fetched file there.")
    ] = AfterFetch.DELETE,
    archive: Annotated[str, typer.Option(help="The folder there for fetched files.")] = "",
) -> None:
    """Add a mailbox. It is switched on if it is a folder, or its host key is given."""
    ready()
    from dueline import clock
    from dueline.exchange.actions import MailboxFacts, accept_host_key, add_mailbox, switch
    from dueline.exchange.errors import ExchangeError

    facts = MailboxFacts(
        name=name,
        kind=kind,
        host=host,
        port=port,
        username=username,
        private_key=_text(key_file),
        password=sys.stdin.readline().rstrip("\n") if password_stdin else "",
        out_folder=out,
        in_folder=inward,
        after_fetch=after,
        archive_folder=archive,
    )
    who: dict[str, Any] = {"by": operator(), "now": clock.now()}
    try:
        mailbox = add_mailbox(practice=practice_or_fail(practice), facts=facts, **who)
        if host_key_file is not None:
            mailbox = accept_host_key(mailbox=mailbox, host_key=_text(host_key_file), **who)
        if kind is MailboxKind.FOLDER or mailbox.host_key:
            mailbox = switch(mailbox=mailbox, is_on=True, **who)
    except ExchangeError as refused:
        fail(str(refused))
    state = "on" if mailbox.is_on else "off: accept its host key (dueline mailbox accept-key)"
    print(f"Added {mailbox.name}; it is {state}.")


def _text(path: Path | None) -> str:
    if path is None:
        return ""
    try:
        return path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{path}: {getattr(error, 'strerror', '') or 'it is not text'}")


@app.command("list")
def list_mailboxes(practice: PracticeOption, json: JsonOption = False) -> None:
    """List a practice's mailboxes, with the last trouble of each."""
    ready()
    from dueline.exchange.queries import mailboxes

    rows = list(mailboxes(practice_or_fail(practice)))
    if json:
        print_json([_facts(row) for row in rows])
        return
    for row in rows:
        where = f"{row.username}@{row.host}:{row.port}" if row.host else "folder"
        print(f"{row.name:<20} {'on ' if row.is_on else 'off'} {where}")
        if row.trouble:
            print(f"    {row.trouble}")
    if not rows:
        print("No mailbox yet: dueline mailbox add --help")


def _facts(row: Any) -> dict[str, object]:
    return {
        "name": row.name,
        "kind": row.kind,
        "is_on": row.is_on,
        "host": row.host,
        "port": row.port,
        "delivered": row.delivered,
        "under_way": row.under_way,
        "taken_in": row.taken,
        "set_aside": row.set_aside,
        "trouble": row.trouble,
    }


@app.command("accept-key")
def accept_key(
    practice: PracticeOption,
    name: _NameOption,
    fingerprint: Annotated[
        str, typer.Option(help="As the clearinghouse told you: SHA256:... Without it, it is shown.")
    ] = "",
) -> None:
    """Show the server's host key, or accept it where its fingerprint is the one given."""
    ready()
    from dueline import clock
    from dueline.exchange.actions import accept_host_key, switch
    from dueline.exchange.errors import ExchangeError, Unreachable
    from dueline.exchange.sftp import fingerprint as fingerprint_of
    from dueline.exchange.sftp import shown_host_key

    mailbox = _named(practice, name)
    who: dict[str, Any] = {"by": operator(), "now": clock.now()}
    try:
        key = shown_host_key(mailbox.host, mailbox.port)
        if not fingerprint:
            print(
                f"{mailbox.host}:{mailbox.port} shows {fingerprint_of(key)}\n"
                "Compare it with what the clearinghouse gives, then repeat with --fingerprint."
            )
            return
        if fingerprint != fingerprint_of(key):
            fail(f"--fingerprint: expected {fingerprint}, found {fingerprint_of(key)}")
        accept_host_key(mailbox=mailbox, host_key=key, **who)
        switch(mailbox=mailbox, is_on=True, **who)
    except (ExchangeError, Unreachable) as refused:
        fail(str(refused))
    print(f"Accepted; {mailbox.name} is on.")


def _named(practice: str, name: str) -> "Mailbox":
    from dueline.exchange.queries import mailboxes

    rows = mailboxes(practice_or_fail(practice))
    found = rows.filter(name=name).first()
    if found is None:
        known = ", ".join(row.name for row in rows) or "none yet"
        fail(f"--name: no mailbox {name!r}; there are: {known}")
    return found


@app.command("off")
def switch_off(practice: PracticeOption, name: _NameOption) -> None:
    """Switch a mailbox off: nothing goes out or comes in by it."""
    _switch(practice, name, is_on=False)


@app.command("on")
def switch_on(practice: PracticeOption, name: _NameOption) -> None:
    """Switch a mailbox on. Files written before are not put out by themselves."""
    _switch(practice, name, is_on=True)


def _switch(practice: str, name: str, *, is_on: bool) -> None:
    ready()
    from dueline import clock
    from dueline.exchange.actions import switch
    from dueline.exchange.errors import ExchangeError

    try:
        row = switch(mailbox=_named(practice, name), is_on=is_on, by=operator(), now=clock.now())
    except ExchangeError as refused:
        fail(str(refused))
    print(f"{row.name} is {'on' if row.is_on else 'off'}.")
