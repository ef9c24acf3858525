"""Guards for views: signed in, within one of the user's practices, in a role that may.

Another practice's page is a 404, as if it did not exist; a deed that the role does not permit is a 403 with its reason.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django_htmx.middleware import HtmxDetails

from dueline.accounts.models import Practice, User
from dueline.accounts.permissions import Permission, why_not
from dueline.accounts.queries import practice_for, practices_of, role_in
from dueline.core.enums import Role

SESSION_KEY = "practice"
View = Callable[..., HttpResponseBase]


class PracticeRequest(HttpRequest):
    """A request within a practice: what the guards add, for the types of views."""

    user: User
    practice: Practice
    role: Role
    htmx: HtmxDetails


def choose_practice(request: HttpRequest, code: str) -> Practice:
    """Make a practice the one this session is about. Raises Http404 for one the user is not assigned to."""
    try:
        practice = practice_for(_user(request), code)
    except Practice.DoesNotExist:
        raise Http404 from None
    request.session[SESSION_KEY] = practice.code
    return practice


def current_practice(request: HttpRequest) -> Practice:
    """Return the session's practice, else the user's first. Raises Http404 for a user without any."""
    practices = practices_of(_user(request))
    code = request.session.get(SESSION_KEY)
    practice = (practices.filter(code=code).first() if code else None) or practices.first()
    if practice is None:
        raise Http404
    return practice


def _user(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise Http404
    return request.user


def in_practice(view: View) -> View:
    """Give a view its practice: `view(request, practice, ...)`, also as `request.practice` and `request.role`.

    A `practice` in the address is taken by its code; else the session's. Sign-in comes first.
    """

    @wraps(view)
    @login_required
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        code = kwargs.pop("practice", None)
        practice = choose_practice(request, code) if code else current_practice(request)
        request.practice = practice
        request.role = role_in(request.user, practice)
        return view(request, practice, *args, **kwargs)

    return guarded


def requires(permission: Permission) -> Callable[[View], View]:
    """Let only roles with the permission call a view; others get a 403 that says who may. Under `in_practice`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(
            request: Any, practice: Practice, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            reason = why_not(request.role, permission)
            if reason:
                return render(request, "accounts/not_allowed.html", {"reason": reason}, status=403)
            return view(request, practice, *args, **kwargs)

        return guarded

    return decorate
