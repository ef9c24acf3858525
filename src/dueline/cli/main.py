"""The `dueline` command. Each subcommand lives in a module of its own and is imported when it is called."""

import importlib
import io
import sys
from typing import NoReturn

import typer
from typer.core import TyperGroup
from typer.main import get_command

# name: (module, function or Typer app), in the order of `dueline --help`
COMMANDS = {
    "demo": "Invent two practices, take their files in, print the call sheet and serve the site.",
    "demo-life": "Play one claim's whole life with an invented clearinghouse, in a minute.",
    "practice": "Add a practice, or list those there are.",
    "user": "Add a person with a role, or list those there are.",
    "token": "Make, list or revoke tokens for programs.",
    "mcp": "Serve an assistant over standard input and output, with the rights of a token.",
    "sample": "Write an invented practice's files.",
    "read": "Read X12 files and say what is in them, without storing anything.",
    "check": "Look at claims before they go out.",
    "intake": "Take in a practice's files.",
    "sheet": "Take in a spreadsheet: an aging report, a claim list or a denial log.",
    "outgoing": "List the files written to be sent, and write them for upload.",
    "mailbox": "Set up mailboxes at clearinghouses.",
    "exchange": "Send and fetch by the mailboxes now.",
    "status-requests": "Ask payers electronically where claims stand.",
    "secondary": "List the claims to bill to their next payer.",
    "worklist": "Print the claims to work now, each with its reason.",
    "aging": "Print open balances by payer and age.",
    "claim": "Print all that is known of one claim.",
    "deadlines": "Print every clock of a claim with its legal and safe date and its rule.",
    "packet": "Print what a payer's representative asks for, in the order in which they ask.",
    "ready": "Say whether a claim can be called now, what blocks it, and whom to ask.",
    "request": "List what is asked about claims, or answer it.",
    "denials": "List what payers refused, and what to do about it.",
    "underpayments": "Print the lines for which payers allowed less than their contracts say.",
    "write-offs": "List balances to be given up or moved to the patient.",
    "appeal": "List appeals, or write an appeal's packet to a file.",
    "rules": "Check, import or export payers and their rules.",
    "follow-up": "Record calls, portal checks, faxes and letters.",
    "note": "Print the note of a follow-up, to paste into the practice-management system.",
    "verify": "Prove the ledger, the denials, the worklist and the records; name each breach.",
    "serve": "Serve the site.",
    "simulate-clearinghouse": "Serve an invented clearinghouse, to try the exchange of files with.",
    "backup": "Write everything into one file.",
    "restore": "Bring back what `backup` wrote.",
}


class _LazyGroup(TyperGroup):
    """Imports a command only when it is asked for, so that `dueline read` starts without Django."""

    def list_commands(self, ctx):
        return list(COMMANDS)

    def get_command(self, ctx, cmd_name):
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"dueline.cli.{cmd_name.replace('-', '_')}")
        command = get_command(module.app)
        command.name = cmd_name
        command.short_help = COMMANDS[cmd_name]
        return command


app = typer.Typer(
    cls=_LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Dueline: which unpaid claim to work now, why, and what is lost by waiting.",
)


@app.callback()
def _dueline() -> None:
    """Dueline: which unpaid claim to work now, why, and what is lost by waiting."""


def _refuse(error: typer.TyperException) -> NoReturn:
    """Say what is wrong with the command line; one without arguments is answered with its help."""
    show = getattr(error, "show", None)
    if type(error).__name__ == "NoArgsIsHelpError" and show is not None:
        show()
    else:
        from dueline.cli.usage import told

        sys.stderr.write(f"dueline: {told(error)}\n")
    sys.exit(getattr(error, "exit_code", 2))


def main() -> None:
    """Run the command line; an interrupted command stops quietly, a closed pipe too."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that knows no minus sign shows a mark
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except typer.Abort:
        sys.exit(1)
    except typer.TyperException as error:
        _refuse(error)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
