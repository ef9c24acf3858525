"""The reference of all commands, made from the commands: docs/reference/commands.md; a test compares."""

import sys
from collections.abc import Iterator
from typing import Any

import typer
from typer.main import get_command

from dueline.cli.main import app

_HEAD = """# Commands

`dueline` is installed as `.venv/bin/dueline`. Data goes to standard output, remarks and progress to standard
error.
A command that fails exits with 1, wrong usage with 2. Made from the commands themselves by `make docs`.
"""


def reference() -> str:
    """Return the page in Markdown."""
    root: Any = get_command(app)
    context = typer.Context(root, info_name="dueline")
    return "\n".join([_HEAD, *_sections(root, context)])


def _sections(command: Any, context: typer.Context) -> Iterator[str]:
    if not hasattr(command, "list_commands"):
        yield _section(command, context)
        return
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        if found is not None:
            yield from _sections(found, typer.Context(found, info_name=name, parent=context))


def _section(command: Any, context: typer.Context) -> str:
    usage = " ".join(command.collect_usage_pieces(context))
    lines = [
        f"## {context.command_path}",
        "",
        f"    {context.command_path} {usage}",
        "",
        " ".join(command.help.split()) if command.help else "",
        "",
    ]
    rows = [row for parameter in command.params if (row := _row(parameter, context))]
    if rows:
        lines += ["| | |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def _row(parameter: Any, context: typer.Context) -> str:
    record = parameter.get_help_record(context)
    if record is None or "--help" in parameter.opts:
        return ""
    names, words = (part.replace("|", "\\|").strip() for part in record)
    return f"| `{names}` | {' '.join(words.split())} |"


if __name__ == "__main__":
    sys.stdout.write(reference())
