"""Making and revoking tokens, counting their requests, and the services that have them."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from dueline.accounts import audit
from dueline.accounts.actions import add_user
from dueline.accounts.errors import AccountsError
from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, check
from dueline.accounts.queries import practices_of, role_in
from dueline.api.errors import TokenRefused, TooMany
from dueline.api.models import Service, Token, TokenPractice
from dueline.api.permissions import NEEDS, scopes_of
from dueline.api.queries.tokens import BEGIN, hash_of
from dueline.core.enums import Role
from dueline.core.scopes import Scope

LONGEST_DAYS = 366
_SHOWN = 12  # characters kept to know a token by: 4 of them say that it is one
_BURST_SECONDS = 10  # so many seconds' worth of requests may come at once
_SECOND = 1_000_000  # microseconds


@transaction.atomic
def make_token(
    *,
    user: User,
    practices: Sequence[Practice],
    scopes: Sequence[Scope],
    name: str,
    days: int,
    by: str,
    now: datetime,
) -> tuple[Token, str]:
    """Return a new token and, this once, the text that is presented. Raises TokenRefused.

    A scope that the user's role permits in none of the practices is refused, since it could never be used.
    """
    _check_token(user, practices, scopes, name, days)
    presented = BEGIN + secrets.token_urlsafe(32)
    token = Token.objects.create(
        user=user,
        name=name.strip(),
        begins=presented[:_SHOWN],
        hash=hash_of(presented),
        scopes=[scope.value for scope in Scope if scope in scopes],
        made_at=now,
        made_by=by,
        expires_at=now + timedelta(days=days),
    )
    TokenPractice.objects.bulk_create(
        TokenPractice(token=token, practice=practice) for practice in practices
    )
    for practice in practices:
        _audit(practice, token, "make_token", by, now)
    return token, presented


def _check_token(
    user: User, practices: Sequence[Practice], scopes: Sequence[Scope], name: str, days: int
) -> None:
    if not 1 <= len(name.strip()) <= 80:
        raise TokenRefused("Name: expected what the token is for, in 80 characters at most.")
    if not practices:
        raise TokenRefused("Practices: expected one at least.")
    mine = set(practices_of(user).values_list("pk", flat=True))
    if any(practice.pk not in mine for practice in practices):
        raise TokenRefused("Practices: expected those to which the token's user is assigned.")
    if not scopes:
        raise TokenRefused("Scopes: expected one at least.")
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenRefused(f"Days: expected 1 to {LONGEST_DAYS}, found {days}.")
    useful = {scope for practice in practices for scope in scopes_of(role_in(user, practice))}
    if useless := [scope for scope in scopes if scope not in useful]:
        needs = ", ".join(f"{scope} needs {NEEDS[scope].value}" for scope in useless)
        raise TokenRefused(f"Scopes: this user's role can never use some of them: {needs}.")


@transaction.atomic
def revoke_token(*, token: Token, by: str, now: datetime) -> None:
    """End a token at once. Revoking again changes nothing."""
    rows = Token.objects.filter(pk=token.pk, revoked_at__isnull=True)
    if rows.update(revoked_at=now, revoked_by=by):
        for row in token.practices.select_related("practice"):
            _audit(row.practice, token, "revoke_token", by, now)


def _audit(practice: Practice, token: Token, action: str, by: str, now: datetime) -> None:
    audit.record(
        practice=practice,
        by=by,
        action=action,
        at=now,
        object_kind="token",
        object_key=str(token.pk),
        detail={"user": token.user_id, "scopes": token.scopes},
    )


def count_request(token: Token, *, now: datetime) -> None:
    """Count a request against the token's share. Raises TooMany, with the seconds to wait.

    Generic cell rate algorithm in one conditional UPDATE, so that it holds over all processes of a site:
    requests that come evenly always pass, and some seconds' worth may come at once.
    """
    interval = 60 * _SECOND // settings.API_REQUESTS_A_MINUTE
    at = int(now.timestamp() * _SECOND)
    rows = Token.objects.filter(pk=token.pk, spent_until__lte=at + _BURST_SECONDS * _SECOND)
    spent = Greatest(F("spent_until"), Value(at)) + interval
    if not rows.update(spent_until=spent, last_used_at=now):
        held = Token.objects.values_list("spent_until", flat=True).get(pk=token.pk)
        waited = held - at - _BURST_SECONDS * _SECOND
        raise TooMany(max(1, -(-waited // _SECOND)))


@transaction.atomic
def add_service(
    *, username: str, purpose: str, practice: Practice, role: Role, by: User | None, name: str,
    now: datetime,
) -> Service:  # fmt: skip
    """Add a program that has a role as a person has, and no way to sign in.

    `by` is who adds it by page, checked here; None: whoever owns the machine, named by `name`. Raises
    TokenRefused, NotAllowed.
    """
    if by is not None:
        check(by, practice, Permission.ADMINISTER)
    if not 1 <= len(purpose.strip()) <= 200:
        raise TokenRefused("Purpose: expected what it does, in 200 characters at most.")
    if role is Role.ADMIN:
        raise TokenRefused("Role: a program never administers. Expected another role.")
    try:
        user = add_user(
            username=username, password=None, memberships={practice: role}, by=name, at=now
        )
    except AccountsError as error:
        raise TokenRefused(str(error)) from None
    made = Service.objects.create(user=user, purpose=purpose.strip(), made_at=now, made_by=name)
    audit.record(
        practice=practice,
        by=name,
        action="add_service",
        at=now,
        object_kind="user",
        object_key=str(user.pk),
        detail={"role": role.value},
    )
    return made
