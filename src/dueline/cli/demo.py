"""`dueline demo`: two invented practices, from their files to today's call sheet and the site."""

import os
import shutil
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dueline.cli.demo_case import open_demo_case
from dueline.cli.demo_contacts import record_contacts
from dueline.cli.demo_contract import agree_demo_contract
from dueline.cli.demo_files import plant
from dueline.cli.startup import (
    AsOfOption,
    fail,
    operator,
    parse_day,
    practice_or_fail,
    progress,
    ready,
)
from dueline.core.enums import Order, Role

if TYPE_CHECKING:
    from dueline.accounts.models import Practice

app = typer.Typer(add_completion=False)

CLAIMS = {"lakeside": 5000, "summit": 2000}
SEED = 1
SHEET = 10
# Invented people with known passwords: for a demo on this machine only.
PEOPLE: tuple[tuple[str, str, Role, str], ...] = (
    ("ana", "Ana Verano", Role.L1_CALLER, "Asia/Kolkata"),
    ("luis", "Luis Okonedo", Role.L2_CALLER, "Asia/Manila"),
    ("lena", "Lena Brightwater", Role.LEAD, "America/New_York"),
    ("noor", "Noor Fennimore", Role.ANALYST, "America/New_York"),
    ("quinn", "Quinn Ashgrove", Role.QUALITY, "America/New_York"),
    ("bea", "Bea Tallowmere", Role.BILLER, "America/Chicago"),
    ("aldo", "Aldo Verrick", Role.AUDITOR, "America/New_York"),
    ("ada", "Ada Marlowe", Role.ADMIN, "America/New_York"),
)


def password_of(username: str) -> str:
    """Return the demo password of one of the invented people."""
    return f"{username}-works-claims"


@app.command()
def demo(
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="Stop after printing the call sheet.")
    ] = False,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port of the site.")] = 8000,
    as_of: AsOfOption = None,
) -> None:
    """Try Dueline with invented claims. What is there already is used again; it is kept in ./demo-home.

    DUELINE_HOME or DUELINE_DATABASE_URL, where set, say where it is kept instead.
    """
    os.environ.setdefault("DUELINE_HOME", str(Path("demo-home").resolve()))
    if as_of:
        os.environ["DUELINE_AS_OF"] = parse_day(as_of).isoformat()
    ready()
    from dueline import clock

    day = clock.today()
    for code in CLAIMS:
        _take_in(_practice(code, _sample(code, day)), day)
    _people()
    for code in CLAIMS:
        record_contacts(practice_or_fail(code), day)
    open_demo_case(practice_or_fail("lakeside"), day)
    agree_demo_contract(practice_or_fail("lakeside"), day)
    _print_sheet(practice_or_fail("lakeside"), day)
    _print_sign_ins()
    if not no_serve:
        from dueline.cli.serve import run

        run(host, port)


def _sample(code: str, day: date) -> Path:
    """Return the folder of a practice's files, written now where they are not there yet."""
    from dueline.environment import home
    from dueline.sample import practice_plan, write_sample

    folder = home() / "samples" / code
    if folder.exists():
        return folder
    part = folder.with_name(f".{code}.part")  # a demo that was stopped begins this practice anew
    shutil.rmtree(part, ignore_errors=True)
    part.parent.mkdir(parents=True, exist_ok=True)
    count = CLAIMS[code]
    plan = practice_plan(code=code, claim_count=count, seed=SEED, as_of=day)
    with progress(f"Inventing {count:,} claims for {code}", count) as shown:
        write_sample(plan, part, shown.update)
    plant(code, part / "files")
    part.rename(folder)
    return folder


def _practice(code: str, folder: Path) -> "Practice":
    from dueline.accounts.models import Practice
    from dueline.cli.practice import add_from_file

    known = Practice.objects.filter(code=code).first()
    if known is not None and not known.source_files.exists() and known.memberships.exists():
        fail(f"the database holds a practice {code!r} of its own; set DUELINE_HOME to a new folder")
    return known or add_from_file(folder / "practice.yaml")


def _take_in(practice: "Practice", day: date) -> None:
    from dueline import clock
    from dueline.core.money import dollar_words
    from dueline.denials.actions import refresh_denials
    from dueline.environment import home
    from dueline.intake.actions import files_under, intake_paths

    files = files_under([home() / "samples" / practice.code / "files"])
    size = sum(path.stat().st_size for path in files)
    with progress(f"Taking in {len(files)} files of {practice.name}", size) as shown:
        summary = intake_paths(
            practice=practice,
            paths=files,
            by=operator(),
            as_of=day,
            clock=clock.now,
            progressed=shown.update,
        )
    refresh_denials(practice=practice, as_of=day)  # a demo begun before there were denials
    print(
        f"{practice.name}: {summary.total('posted_count'):,} sets posted, "
        f"{summary.total('duplicate_count'):,} known already, "
        f"{summary.total('quarantined_count'):,} quarantined; "
        f"{dollar_words(summary.total('posted_cents'))} in payments."
    )


def _people() -> None:
    from dueline import clock
    from dueline.accounts.actions import add_user
    from dueline.accounts.models import Practice, User

    practices = list(Practice.objects.filter(code__in=CLAIMS))
    for username, name, role, time_zone in PEOPLE:
        if not User.objects.filter(username=username).exists():
            add_user(
                username=username,
                password=password_of(username),
                name=name,
                time_zone=time_zone,
                memberships=dict.fromkeys(practices, role),
                by=operator(),
                at=clock.now(),
                is_checked=False,
            )


def _print_sheet(practice: "Practice", day: date) -> None:
    from dueline import clock
    from dueline.cli.worklist import lines
    from dueline.worklist.actions import ensure_priced
    from dueline.worklist.queries import call_sheet

    ensure_priced(practice=practice, as_of=day, now=clock.now())
    sheet = call_sheet(practice, order=Order.PRIORITY, limit=SHEET, as_of=day)
    print(f"\nToday's call sheet of {practice.name}, {day:%A, %B} {day.day}, {day.year}:")
    for number, row in enumerate(sheet, start=1):
        print("\n" + "\n".join(lines(number, row)))
    if not sheet:
        print("Nothing is due today.")


def _print_sign_ins() -> None:
    from dueline.accounts.permissions import ROLE_NAMES

    print("\nSign in as (invented people, for this demo only):")
    for username, _, role, _ in PEOPLE:
        print(f"  {username:<6} {password_of(username):<20} {ROLE_NAMES[role]}")
    print(flush=True)
