"""`dueline backup`: everything in one file, taken while people work."""

from pathlib import Path
from typing import Annotated

import typer

from dueline.cli.startup import JsonOption, fail, operator, print_json, ready

app = typer.Typer(add_completion=False)


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not exist.")],
    json: JsonOption = False,
) -> None:
    """Write the database and the files of DUELINE_HOME into one file with checksums. It holds patient data."""
    ready()
    from dueline import clock
    from dueline.accounts import audit
    from dueline.cli.archive import ArchiveError, write

    if file.exists():
        fail(f"{file} exists already, and is kept. Name a file that is not there yet")
    now = clock.now()
    audit.record(practice=None, by=operator(), action="export_backup", at=now)
    try:
        manifest = write(file, made_at=now)
    except ArchiveError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename or file}: {error.strerror}")
    if json:
        print_json(manifest)
        return
    print(
        f"Wrote {file}: {file.stat().st_size:,} bytes, the database and the files of DUELINE_HOME. "
        "It holds patient data: keep it where only those may read it who may see charts.\n"
        f"To bring it back: dueline restore {file}"
    )
