"""Writes docs/reference/api.md: scopes, routes and errors as the code knows them. Run by `make docs`."""

from collections.abc import Iterator
from typing import Any

from dueline.cli.startup import ready
from dueline.core.scopes import SCOPE_WORDS, Scope
from dueline.core.webhooks import EVENT_WORDS

_HEAD = """\
# The API

Made from the code by `make docs`. The whole of it, field by field, is served at `/api/v1/openapi.json`.
[How to use it](../how-to/use-the-api.md).

## Scopes

What a token may be used for. It is of use only where the role of the token's user has the permission
([roles](roles.md)).

| scope | lets a program | the role needs |
|---|---|---|
"""
_ROUTES = """
## Routes

All begin with `/api/v1/practices/{practice}/`. A practice that is not the token's, or not its user's, is a
404.

| method | address | what it does | scope |
|---|---|---|---|
"""
_ERRORS = """
## Errors

`application/problem+json` (RFC 9457): `type`, `title`, `status`, `code`, `detail`, and `faults` (field,
message) with a 422. No message holds what was sent.

| status | code | when |
|---|---|---|
"""
_WEBHOOKS = """
## Webhooks

| event | when | `data` holds |
|---|---|---|
"""
_TAIL = """
A message holds up to 100 events of one kind by our own numbers, and no patient data: ask the API for the
rest. It is a POST of JSON (`type`, `timestamp`, `data`), signed as
[Standard Webhooks](https://www.standardwebhooks.com/) 1.0 asks:

- `webhook-id`: the same at every try. **Keep the ids you have taken, and take none twice**: that is what
  makes a replay harmless.
- `webhook-timestamp`: the Unix second of this try. Refuse one more than five minutes off.
- `webhook-signature`: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, with the bytes that
  stand in base64 after `whsec_` in the secret.

Any answer of 2xx within 30 seconds takes it. Else it is tried again after half a minute, then 2, 5, 15 and
30 minutes, 1, 2 and 4 hours, and given up after a day; **Programs** shows what
was not taken, and so does the route `webhooks`. Messages can overtake each other.

They go to `https` addresses of public machines only: the name is resolved when a message is sent, every
address of it must be public, and the connection is made to the one that was
checked. No redirect is followed. `DUELINE_WEBHOOKS_LOCAL=yes` allows `http` and the own network. The secret
is kept encrypted with `DUELINE_ENCRYPTION_KEY`.
"""
_DATA = {
    "claim.answered": "`claims`: ids",
    "denial.opened": "`denials`: `denial` and `claim`, ids",
    "deadline.near": "`deadlines`: `claim` (id), `kind`, `due_on`",
    "pattern.found": "`patterns`: ids",
}


def _lines() -> Iterator[str]:
    from dueline.api.permissions import NEEDS
    from dueline.api.problems import TITLES
    from dueline.api.urls import api

    yield _HEAD
    for scope in Scope:
        yield f"| `{scope}` | {SCOPE_WORDS[scope]} | {NEEDS[scope].value.replace('_', ' ')} |\n"
    yield _ROUTES
    yield from _routes(api.get_openapi_schema()["paths"])
    yield _ERRORS
    for status, (code, title) in TITLES.items():
        yield f"| {status} | `{code}` | {title} |\n"
    yield _WEBHOOKS
    for kind, words in EVENT_WORDS.items():
        yield f"| `{kind}` | {words} | {_DATA[kind]} |\n"
    yield _TAIL


def _routes(paths: dict[str, Any]) -> Iterator[str]:
    begin = "/api/v1/practices/{practice}/"
    for path, methods in paths.items():
        for method, operation in methods.items():
            cells = (
                method.upper(),
                f"`{path.removeprefix(begin)}`",
                operation["summary"],
                f"`{operation['x-scope']}`",
            )
            yield f"| {' | '.join(cells)} |\n"


def text() -> str:
    """Return the page. Django must be ready."""
    return "".join(_lines())


if __name__ == "__main__":
    ready()
    print(text(), end="")
