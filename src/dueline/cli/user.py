"""`dueline user`: add people, give them roles, list them."""

import sys
from typing import Annotated

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
from dueline.core.enums import Role

app = typer.Typer(no_args_is_help=True, add_completion=False)

UsernameArgument = Annotated[str, typer.Argument(help="The name to sign in with.")]
RoleOption = Annotated[Role, typer.Option(help="What the person does in the practice.")]


@app.command()
def add(
    username: UsernameArgument,
    practice: PracticeOption,
    role: RoleOption,
    name: Annotated[str, typer.Option(help="First and last name.")] = "",
    time_zone: Annotated[str, typer.Option(help="Where the person works.")] = "America/New_York",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input.")
    ] = False,
) -> None:
    """Add a person with a role in a practice. The password is asked for, or read from standard input."""
    ready()
    from dueline import clock
    from dueline.accounts.actions import add_user
    from dueline.accounts.errors import AccountsError

    owner = practice_or_fail(practice)
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _asked()
    if not password:
        fail("password: expected one, found nothing")
    try:
        add_user(
            username=username,
            password=password,
            name=name,
            time_zone=time_zone,
            memberships={owner: role},
            by=operator(),
            at=clock.now(),
        )
    except AccountsError as error:
        fail(str(error))
    print(f"Added {username}: {_words(role)} in {owner.name}.")


@app.command("role")
def give_role(username: UsernameArgument, practice: PracticeOption, role: RoleOption) -> None:
    """Give a person a role in a practice, in place of any they had there."""
    ready()
    from dueline import clock
    from dueline.accounts.actions import assign_role
    from dueline.accounts.models import User

    owner = practice_or_fail(practice)
    user = User.objects.filter(username=username).first()
    if user is None:
        fail("username: no such user (dueline user list)")
    assign_role(practice=owner, user=user, role=role, by=operator(), at=clock.now())
    print(f"{username} is now {_words(role)} in {owner.name}.")


@app.command("list")
def list_users(json: JsonOption = False) -> None:
    """List the people there are, with their roles."""
    ready()
    from dueline.accounts.models import Membership

    rows = [
        {
            "username": m.user.username,
            "name": m.user.get_full_name(),
            "practice": m.practice.code,
            "role": m.role,
            "is_active": m.user.is_active,
        }
        for m in Membership.objects.select_related("user", "practice").order_by(
            "user__username", "practice__code"
        )
    ]
    if json:
        print_json(rows)
        return
    for row in rows:
        print(f"{row['username']:<20} {row['practice']:<20} {_words(Role(str(row['role'])))}")


def _asked() -> str:
    if not sys.stdin.isatty():
        fail("password: expected --password-stdin, as there is no terminal to ask on")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _words(role: Role) -> str:
    from dueline.accounts.permissions import ROLE_NAMES

    return ROLE_NAMES[role]
