"""`dueline token`: tokens for programs, and the services that have them."""

from typing import TYPE_CHECKING, Annotated

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
from dueline.core.scopes import SCOPE_WORDS, Scope

if TYPE_CHECKING:
    from datetime import datetime

    from dueline.accounts.models import User
    from dueline.api.models import Token

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command()
def add(
    username: Annotated[str, typer.Argument(help="The person or service whose token it is.")],
    practice: Annotated[
        list[str], typer.Option("--practice", help="A practice's code; may be given again.")
    ],
    name: Annotated[str, typer.Option(help="What the token is for.")],
    scope: Annotated[
        list[Scope], typer.Option("--scope", help="What it may be used for; may be given again.")
    ],
    days: Annotated[int, typer.Option(min=1, max=366, help="Days until it expires.")] = 90,
    json: JsonOption = False,
) -> None:
    """Make a token and print it, this once. It can never more than its user's role."""
    ready()
    from dueline import clock
    from dueline.api.actions.tokens import make_token
    from dueline.api.errors import TokenRefused

    try:
        token, presented = make_token(
            user=_user(username),
            practices=[practice_or_fail(code) for code in dict.fromkeys(practice)],
            scopes=scope,
            name=name,
            days=days,
            by=operator(),
            now=clock.now(),
        )
    except TokenRefused as refused:
        fail(str(refused))
    if json:
        print_json({"id": token.pk, "token": presented, "expires_at": token.expires_at})
        return
    print(presented)
    print(f"Token {token.pk} of {username}, until {token.expires_at:%Y-%m-%d}. Not shown again.")


@app.command("list")
def list_tokens(json: JsonOption = False) -> None:
    """List the tokens there are; the tokens themselves are not kept."""
    ready()
    from dueline import clock
    from dueline.api.queries.tokens import tokens

    now = clock.now()
    rows = [
        {
            "id": token.pk,
            "begins": token.begins,
            "username": token.user.get_username(),
            "name": token.name,
            "practices": [row.practice.code for row in token.practices.all()],
            "scopes": token.scopes,
            "state": _state(token, now),
            "expires_at": token.expires_at,
            "last_used_at": token.last_used_at,
        }
        for token in tokens()
    ]
    if json:
        print_json(rows)
        return
    for row in rows:
        print(
            f"{row['id']:>4} {row['begins']}…  {row['username']:<16} {row['state']:<8} "
            f"{row['name']} ({', '.join(row['scopes'])})"
        )


@app.command()
def revoke(
    number: Annotated[int, typer.Argument(help="As `dueline token list` shows it.")],
) -> None:
    """End a token at once."""
    ready()
    from dueline import clock
    from dueline.api.actions.tokens import revoke_token
    from dueline.api.queries.tokens import tokens

    token = tokens().filter(pk=number).first()
    if token is None:
        fail("number: no such token (dueline token list)")
    revoke_token(token=token, by=operator(), now=clock.now())
    print(f"Token {token.pk} of {token.user.get_username()} is revoked.")


@app.command()
def service(
    username: Annotated[str, typer.Argument(help="A name for the program.")],
    practice: PracticeOption,
    role: Annotated[Role, typer.Option(help="What the program does in the practice.")],
    purpose: Annotated[str, typer.Option(help="What it is for, in a few words.")],
) -> None:
    """Add a program that has a role as a person has, and no way to sign in."""
    ready()
    from dueline import clock
    from dueline.api.actions.tokens import add_service
    from dueline.api.errors import TokenRefused

    try:
        add_service(
            username=username,
            purpose=purpose,
            practice=practice_or_fail(practice),
            role=role,
            by=None,
            name=operator(),
            now=clock.now(),
        )
    except TokenRefused as refused:
        fail(str(refused))
    print(
        f"Added the service {username}. Next: dueline token add {username} --practice {practice} …"
    )


@app.command()
def scopes() -> None:
    """List the scopes, and what each lets a token do."""
    for scope in Scope:
        print(f"{scope:<20} {SCOPE_WORDS[scope]}")


def _user(username: str) -> "User":
    from dueline.accounts.models import User

    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        fail("username: no such active user (dueline user list)")
    return user


def _state(token: "Token", now: "datetime") -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at <= now else "stands"
