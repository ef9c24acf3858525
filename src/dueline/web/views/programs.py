"""Programs of a practice: services with their tokens, and addresses that are told of events. For administrators."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from dueline import clock
from dueline.accounts.models import Practice
from dueline.accounts.permissions import ROLE_NAMES, Permission
from dueline.accounts.queries import role_in
from dueline.accounts.web import PracticeRequest, in_practice, requires
from dueline.api.actions.endpoints import add_endpoint, end_endpoint
from dueline.api.actions.tokens import add_service, make_token, revoke_token
from dueline.api.errors import EndpointRefused, TokenRefused
from dueline.api.models import Endpoint, Service, Token
from dueline.api.queries.tokens import services_in, tokens
from dueline.api.queries.webhooks import endpoint_for, endpoints, troubled_messages
from dueline.core.enums import Role
from dueline.core.webhooks import EVENT_WORDS, EventKind
from dueline.web.views.tokens import (
    LIFETIMES,
    days_typed,
    scope_choices,
    scopes_typed,
    token_rows,
)
from dueline.web.views.typed import typed

_ROLES = [role for role in Role if role is not Role.ADMIN]


@require_safe
@in_practice
@requires(Permission.ADMINISTER)
def programs_page(request: PracticeRequest, practice: Practice) -> HttpResponse:
    return _show(request, practice)


def _show(request: PracticeRequest, practice: Practice, **more: Any) -> HttpResponse:
    """Show all; what was refused stands with what was typed, a secret made just now this once."""
    chosen = request.POST.getlist("kinds")
    context = {
        "page": "programs",
        "services": [_service(practice, one) for one in services_in(practice)],
        "roles": [(role.value, ROLE_NAMES[role]) for role in _ROLES],
        "lifetimes": LIFETIMES,
        "endpoints": [
            (one, [EVENT_WORDS[EventKind(kind)] for kind in one.kinds])
            for one in endpoints(practice)
        ],
        "kinds": [(kind.value, words, kind.value in chosen) for kind, words in EVENT_WORDS.items()],
        "troubled": troubled_messages(practice),
        "typed": {
            name: typed(request, name)[:500]
            for name in ("username", "purpose", "role", "name", "url")
        },
        **more,
    }
    return render(request, "web/programs.html", context, status=422 if more.get("error") else 200)


def _service(practice: Practice, one: Service) -> dict[str, Any]:
    role = role_in(one.user, practice)
    return {
        "service": one,
        "mark": f"token-{one.pk}",  # where a refusal is told
        "role": ROLE_NAMES[role] if role else "",
        "tokens": token_rows(one.user.tokens.all()),
        "scopes": scope_choices([role] if role else [], []),
    }


@require_POST
@in_practice
@requires(Permission.ADMINISTER)
def service_add(request: PracticeRequest, practice: Practice) -> HttpResponse:
    role = typed(request, "role")
    try:
        if role not in _ROLES:
            raise TokenRefused("Role: choose one of the list.")
        add_service(
            username=typed(request, "username"),
            purpose=typed(request, "purpose"),
            practice=practice,
            role=Role(role),
            by=request.user,
            name=request.user.get_username(),
            now=clock.now(),
        )
    except TokenRefused as refused:
        return _show(request, practice, error=str(refused), at="service")
    return redirect("web:programs", practice=practice.code)


@require_POST
@in_practice
@requires(Permission.ADMINISTER)
def service_token(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """Make a token of a service, and show it this once."""
    service = services_in(practice).filter(pk=pk).first() if pk < 2**63 else None
    if service is None:
        raise Http404
    try:
        token, presented = make_token(
            user=service.user,
            practices=[practice],
            scopes=scopes_typed(request),
            name=typed(request, "name"),
            days=days_typed(request),
            by=request.user.get_username(),
            now=clock.now(),
        )
    except TokenRefused as refused:
        return _show(request, practice, error=str(refused), at=f"token-{pk}")
    return _show(request, practice, made=presented, made_token=token)


@require_POST
@in_practice
@requires(Permission.ADMINISTER)
def service_token_end(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    """End a token of a service that is used for this practice."""
    found: Token | None = None
    if pk < 2**63:
        own = tokens().filter(user__service__isnull=False, practices__practice=practice)
        found = own.filter(pk=pk).first()
    if found is None:
        raise Http404
    revoke_token(token=found, by=request.user.get_username(), now=clock.now())
    return redirect("web:programs", practice=practice.code)


@require_POST
@in_practice
@requires(Permission.ADMINISTER)
def endpoint_add(request: PracticeRequest, practice: Practice) -> HttpResponse:
    """Add an address that is told of events, and show its secret this once."""
    chosen = set(request.POST.getlist("kinds"))
    try:
        endpoint, secret = add_endpoint(
            practice=practice,
            url=typed(request, "url"),
            kinds=[kind for kind in EventKind if kind.value in chosen],
            by=request.user,
            now=clock.now(),
        )
    except EndpointRefused as refused:
        return _show(request, practice, error=str(refused), at="endpoint")
    return _show(request, practice, secret=secret, made_endpoint=endpoint)


@require_POST
@in_practice
@requires(Permission.ADMINISTER)
def endpoint_end(request: PracticeRequest, practice: Practice, pk: int) -> HttpResponse:
    try:
        endpoint = endpoint_for(practice, pk) if pk < 2**63 else None
    except Endpoint.DoesNotExist:
        endpoint = None
    if endpoint is None:
        raise Http404
    end_endpoint(endpoint=endpoint, by=request.user, now=clock.now())
    return redirect("web:programs", practice=practice.code)
