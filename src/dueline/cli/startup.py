"""What commands share: Django made ready, errors of one line, days, money and progress as output."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console

if TYPE_CHECKING:
    from dueline.accounts.models import Practice
    from dueline.ledger.models import Claim

remarks = Console(stderr=True, highlight=False, soft_wrap=True)


def fail(message: str, code: int = 1) -> NoReturn:
    """Say what is wrong on standard error and stop."""
    remarks.print(f"dueline: {message}", markup=False)
    raise typer.Exit(code)


def ready() -> None:
    """Make Django ready and the embedded database up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dueline.settings")
    import django

    from dueline.environment import SettingError, home

    try:
        home().mkdir(parents=True, exist_ok=True, mode=0o700)
        django.setup()
        _migrate()
    except SettingError as error:
        fail(str(error))
    except OSError as error:
        fail(f"DUELINE_HOME: {error.strerror}: {error.filename}")


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
    except OperationalError as error:
        fail(f"the database cannot be reached: {str(error).splitlines()[0]}")


def practice_or_fail(code: str) -> "Practice":
    """Return the practice with this code, or stop and name those there are."""
    from dueline.accounts.models import Practice
    from dueline.accounts.queries import practice_by_code

    try:
        return practice_by_code(code)
    except Practice.DoesNotExist:
        known = ", ".join(Practice.objects.order_by("code").values_list("code", flat=True)[:20])
        fail(
            f"--practice: no practice {code!r}; there are: {known or 'none yet (dueline practice add)'}"
        )


def viewed_claim(
    practice: "Practice", patient_control_number: str, *, action: str, at: datetime, code: int = 1
) -> "Claim":
    """Return a claim by its number, its view in the audit trail; stop with `code` where there is none."""
    from dueline.accounts import audit
    from dueline.ledger.models import Claim
    from dueline.ledger.queries import claim_by_number

    try:
        found = claim_by_number(practice, patient_control_number)
    except Claim.DoesNotExist:
        fail(f"no claim with this number in {practice.code}", code=code)
    audit.record(
        practice=practice,
        by=operator(),
        action=action,
        at=at,
        object_kind="claim",
        object_key=str(found.pk),
    )
    return found


_YEARS = range(1996, 2100)  # from the law that made these files the standard


def parse_day(text: str) -> date:
    """Return the day that an option names. Raises BadParameter: no date, or not of a year that can be meant."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"expected a date such as 2026-11-23, found {text!r}") from None
    if day.year not in _YEARS:
        raise typer.BadParameter(
            f"expected a year from {_YEARS[0]} to {_YEARS[-1]}, found {text!r}. Check the year."
        )
    return day


def day_or_today(text: str | None) -> date:
    """Return the day of --as-of, else today."""
    from dueline.clock import today

    return parse_day(text) if text else today()


ClaimArgument = Annotated[str, typer.Argument(help="As on the claim (CLM01).")]
PracticeOption = Annotated[str, typer.Option("--practice", help="The practice's code.")]
AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Answer as on this day (2026-11-23).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def operator() -> str:
    """Return the name that commands leave in the audit trail: the operating system's user."""
    return f"cli:{os.environ.get('USER') or os.environ.get('LOGNAME') or 'unknown'}"[:150]


def print_json(value: object) -> None:
    """Print JSON on standard output; dates as ISO text, Decimal dollars as text."""
    json.dump(value, sys.stdout, default=_plain, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")


def _plain(value: object) -> str:
    if isinstance(value, Decimal | date):
        return str(value)
    raise TypeError(type(value).__name__)


class Progress:
    """A bar on a terminal, a plain line now and then elsewhere. All on standard error."""

    def __init__(self, label: str, total: int) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as Bar

        self.label = label
        self.total = total
        self.done = 0
        self._next_line = 10
        self._bar = None
        if sys.stderr.isatty():
            self._bar = Bar(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeRemainingColumn(),
                console=remarks,
                transient=True,
            )
            self._task = self._bar.add_task(label, total=total)

    def update(self, done: int) -> None:
        """Say how far the work is, of `total`."""
        self.done = done
        if self._bar is not None:
            self._bar.update(self._task, completed=done)
        elif self.total and done * 100 >= self._next_line * self.total:
            percent = min(100, done * 100 // self.total)
            remarks.print(f"{self.label}: {percent} %", markup=False)
            self._next_line = percent - percent % 10 + 10


@contextmanager
def progress(label: str, total: int) -> Iterator[Progress]:
    """Show the progress of long work while the block runs."""
    shown = Progress(label, total)
    if shown._bar is None:
        yield shown
        return
    with shown._bar:
        yield shown
