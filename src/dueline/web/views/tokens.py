"""A person's own tokens: made and revoked on their page of settings. A token is shown once, when it is made."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from dueline import clock
from dueline.accounts.models import Membership, Practice
from dueline.accounts.web import current_practice
from dueline.api.actions.tokens import make_token, revoke_token
from dueline.api.errors import TokenRefused
from dueline.api.models import Token
from dueline.api.permissions import scopes_of
from dueline.api.queries.tokens import token_for, tokens_of
from dueline.core.enums import Role
from dueline.core.scopes import SCOPE_WORDS, Scope
from dueline.web.settings_form import AccountForm
from dueline.web.views.typed import row_number, typed

LIFETIMES = (30, 90, 366)  # days
_USUAL = 90


def scope_choices(roles: list[Role], chosen: list[str]) -> list[tuple[str, str, bool]]:
    """Return the scopes that are of use to one of the roles: value, words, whether it is chosen."""
    useful = {scope for role in roles for scope in scopes_of(role)}
    return [
        (scope.value, SCOPE_WORDS[scope], scope.value in chosen)
        for scope in Scope
        if scope in useful
    ]


def scopes_typed(request: HttpRequest) -> list[Scope]:
    """Return the scopes chosen in a form; what is none is left out, and missed by who checks."""
    chosen = set(request.POST.getlist("scopes"))
    return [scope for scope in Scope if scope.value in chosen]


def days_typed(request: HttpRequest) -> int:
    return row_number(typed(request, "days")) or 0


def token_rows(rows: Any) -> list[tuple[Token, str, str]]:
    """Return tokens with their practices in words, and how each stands."""
    now = clock.now()
    return [
        (row, ", ".join(one.practice.name for one in row.practices.all()), _state(row, now))
        for row in rows
    ]


def _state(token: Token, now: Any) -> str:
    if token.revoked_at is not None:
        return "revoked"
    return "expired" if token.expires_at <= now else ""


def token_context(user: Any, request: HttpRequest) -> dict[str, Any]:
    """Return what the section of tokens shows; what was typed stays."""
    memberships = list(Membership.objects.filter(user=user).select_related("practice"))
    roles = [Role(one.role) for one in memberships]
    is_typed = request.method == "POST"
    chosen = request.POST.getlist("scopes") if is_typed else []
    practices = request.POST.getlist("practices") if is_typed else []
    return {
        "tokens": token_rows(tokens_of(user)),
        "scopes": scope_choices(roles, chosen),
        "own_practices": [
            (one.practice, one.practice.code in practices or len(memberships) == 1)
            for one in sorted(memberships, key=lambda one: one.practice.name)
        ],
        "lifetimes": [(days, str(days) == (typed(request, "days") or str(_USUAL))) for days in LIFETIMES],
        "token_name": typed(request, "name")[:80],
    }  # fmt: skip


def _show(request: Any, **more: Any) -> HttpResponse:
    form = AccountForm(instance=request.user)
    context = {"form": form, "page": "account", **token_context(request.user, request), **more}
    return render(request, "web/account.html", context, status=422 if more.get("error") else 200)


@require_POST
@login_required
def make(request: Any) -> HttpResponse:
    """Make a token of one's own, and show it this once."""
    request.practice = current_practice(request)
    codes = request.POST.getlist("practices")
    practices = list(
        Practice.objects.filter(memberships__user=request.user, code__in=_plain(codes))
    )
    try:
        token, presented = make_token(
            user=request.user,
            practices=practices,
            scopes=scopes_typed(request),
            name=typed(request, "name"),
            days=days_typed(request),
            by=request.user.get_username(),
            now=clock.now(),
        )
    except TokenRefused as refused:
        return _show(request, error=str(refused))
    return _show(request, made=presented, made_token=token)


def _plain(codes: list[str]) -> list[str]:
    """Return codes as a database takes them."""
    return [code for code in codes if "\x00" not in code]


@require_POST
@login_required
def revoke(request: Any, pk: int) -> HttpResponse:
    """End one of one's own tokens."""
    try:
        token = token_for(request.user, pk) if pk < 2**63 else None
    except Token.DoesNotExist:
        token = None
    if token is None:
        raise Http404
    revoke_token(token=token, by=request.user.get_username(), now=clock.now())
    return redirect("web:account")
