"""`dueline restore`: bring back what `dueline backup` wrote."""

from pathlib import Path
from typing import Annotated

import typer

from dueline.cli.startup import JsonOption, fail, operator, print_json, ready

app = typer.Typer(add_completion=False)


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What `dueline backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace what is there.")] = False,
    json: JsonOption = False,
) -> None:
    """Bring back a backup, after checking every part of it. Stop `dueline serve` before."""
    ready()
    from django.db import DatabaseError, OperationalError

    from dueline import clock
    from dueline.accounts import audit
    from dueline.accounts.models import Practice
    from dueline.cli.archive import ArchiveError, read

    if Practice.objects.exists() and not force:
        fail("the database holds practices already; --force replaces everything in it")
    try:
        manifest = read(file)
    except ArchiveError as error:
        fail(f"{file}: {error}")
    except OperationalError:
        fail("the database is in use; stop dueline serve and run this again")
    except DatabaseError as error:
        fail(f"{file}: the database refused it ({type(error).__name__}); nothing was changed")
    except OSError as error:
        fail(f"{error.filename or file}: {error.strerror}")
    ready()  # a backup of an earlier version is brought up to this one
    audit.record(practice=None, by=operator(), action="restore_backup", at=clock.now())
    if json:
        print_json(manifest)
        return
    print(f"Restored what was written at {manifest['made_at']}. Check it with: dueline verify")
