"""Django's admin, for administrators only: to everyone else its pages do not exist. Patient data is not in it."""

from typing import Any

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from dueline.accounts.models import User
from dueline.accounts.queries import is_administrator


class DuelineAdminSite(AdminSite):
    """Lets in who is an administrator now, by role; signing in is left to the site's own page."""

    site_header = site_title = "Dueline administration"

    def has_permission(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and is_administrator(request.user)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.user.is_authenticated:
            raise Http404
        return redirect_to_login(request.GET.get("next", "/"))
