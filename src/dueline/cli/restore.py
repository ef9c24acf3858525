"""`dueline restore`: bring back what `dueline backup` wrote."""

from datetime import datetime
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
        codes = ", ".join(Practice.objects.order_by("code").values_list("code", flat=True)[:10])
        fail(
            f"nothing was changed: the database holds {codes} already. "
            f"To replace everything in it: dueline restore {file} --force"
        )
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
    made_at = datetime.fromisoformat(manifest["made_at"]).astimezone()
    codes = ", ".join(Practice.objects.order_by("code").values_list("code", flat=True)[:10])
    print(
        f"Brought back {file}, written on {made_at:%B} {made_at.day}, {made_at:%Y at %H:%M %Z}. "
        f"Practices: {codes or 'none'}.\nNow prove that it is whole: dueline verify"
    )
