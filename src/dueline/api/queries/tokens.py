"""Which token is presented, and which there are."""

import hashlib
from datetime import datetime

from django.db.models import Q, QuerySet

from dueline.accounts.models import Practice, User
from dueline.api.errors import NoToken
from dueline.api.models import Service, Token

BEGIN = "dlt_"


def hash_of(presented: str) -> str:
    """Return how a token is kept. Its 256 random bits need no slow hash."""
    return hashlib.sha256(presented.encode()).hexdigest()


def token_presented(presented: str, *, now: datetime) -> Token:
    """Return the token with its user. Raises NoToken, in the same words for every reason but its own expiry."""
    found = (
        Token.objects.select_related("user").filter(hash=hash_of(presented)).first()
        if presented.startswith(BEGIN)
        else None
    )
    if found is None or found.revoked_at is not None or not found.user.is_active:
        raise NoToken("No token, or one that is not known or was revoked. Give one as Bearer.")
    if found.expires_at <= now:
        raise NoToken(f"This token expired on {found.expires_at:%Y-%m-%d}. Make a new one.")
    return found


def practice_of(token: Token, code: str) -> Practice:
    """Return a practice for which the token may be used. Raises Practice.DoesNotExist for any other.

    It is the token's, and its user is still assigned to it.
    """
    mine = Practice.objects.filter(memberships__user=token.user_id)
    return mine.get(pk__in=token.practices.values("practice"), code=code)


def tokens() -> QuerySet[Token]:
    """Return all tokens with their users, the latest first; their practices come with one query more."""
    return (
        Token.objects.select_related("user")
        .prefetch_related("practices__practice")
        .order_by("-made_at", "-pk")
    )


def tokens_of(user: User) -> QuerySet[Token]:
    return tokens().filter(user=user)


def token_for(user: User, pk: int) -> Token:
    """Return one of a user's own tokens. Raises Token.DoesNotExist."""
    return tokens_of(user).get(pk=pk)


def is_standing(now: datetime) -> Q:
    """Return the condition on tokens that can be used."""
    return Q(revoked_at__isnull=True, expires_at__gt=now)


def services_in(practice: Practice) -> QuerySet[Service]:
    """Return the practice's services with their users and tokens, by name."""
    return (
        Service.objects.filter(user__memberships__practice=practice)
        .select_related("user")
        .prefetch_related("user__tokens__practices__practice")
        .order_by("user__username")
    )
