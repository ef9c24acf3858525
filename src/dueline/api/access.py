"""Who asks, for which practice, with which right: checked for each request before anything of it is read."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest
from ninja.security import HttpBearer

from dueline import clock
from dueline.accounts.models import Practice, User
from dueline.accounts.queries import role_in
from dueline.api.actions.once import Write, request_hash
from dueline.api.actions.tokens import count_request
from dueline.api.errors import NoToken, NotThere, WrongType
from dueline.api.models import Token
from dueline.api.permissions import check_scope
from dueline.api.queries.tokens import practice_of, token_presented
from dueline.core.enums import Role
from dueline.core.scopes import Scope

NO_TOKEN = "No token, or one that is not known or was revoked. Give one as Bearer."
JSON, FORM = "application/json", "multipart/form-data"


@dataclass(frozen=True)
class Caller:
    """Who asks: a token, its user, and the user's role in the practice asked about."""

    token: Token
    user: User
    practice: Practice
    role: Role

    @property
    def username(self) -> str:
        return str(self.user.get_username())


class ApiRequest(HttpRequest):
    """A request that was let in, for the types of views."""

    auth: Caller


class Bearer(HttpBearer):
    """Lets in a token that has a scope in the practice of the address, and counts its requests.

    In this order: a token that stands, its share of requests, its practice, its right, the type of content.
    """

    def __init__(self, scope: Scope, takes: str = "") -> None:
        super().__init__()
        self.scope = scope
        self.takes = takes

    def __call__(self, request: HttpRequest) -> Caller:
        found = super().__call__(request)
        if found is None:
            raise NoToken(NO_TOKEN)
        return found

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        match = request.resolver_match
        caller = caller_of(token, match.kwargs.get("practice", "") if match else "", self.scope)
        if self.takes and request.content_type != self.takes:
            raise WrongType(f"Expected Content-Type {self.takes}.")
        return caller


def caller_of(presented: str, practice: str, scope: Scope) -> Caller:
    """Return who presents a token, and count the request. Raises NoToken, TooMany, NotThere, ScopeMissing."""
    now = clock.now()
    token = token_presented(presented, now=now)
    count_request(token, now=now)
    try:
        found = practice_of(token, practice)
    except (Practice.DoesNotExist, ValueError):  # ValueError: no text that the database takes
        raise NotThere("There is no such practice for this token.") from None
    role = role_in(token.user, found)
    check_scope(token, role, scope)
    assert role is not None
    return Caller(token, token.user, found, role)


def day_asked(request: ApiRequest, as_of: date | None) -> date:
    """Return the day of `as_of`, else today. Raises ScopeMissing where another day needs a right."""
    today = clock.today()
    if as_of is None or as_of == today:
        return today
    caller = request.auth
    check_scope(caller.token, caller.role, Scope.CHOOSE_DAY)
    return as_of


def write_of(request: ApiRequest, key: str, content: bytes | None = None) -> Write:
    """Return the write that a request asks for; `content` stands for a body too large to hold."""
    body = request.body if content is None else content
    hashed = request_hash(str(request.method), request.get_full_path(), body)
    return Write(request.auth.practice, request.auth.token, key, hashed)
