"""A person's own settings: theme, time zone, single keys."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.web import current_practice
from dueline.web.settings_form import AccountForm
from dueline.web.views.tokens import token_context


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def account(request: HttpRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, instance=request.user)
    request.practice = current_practice(request)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        form.save()
        name = request.user.get_username()
        audit.record(practice=None, by=name, action="change_settings", at=clock.now())
        return redirect("web:account")
    context = {"form": form, "page": "account", **token_context(request.user, request)}
    return render(request, "web/account.html", context)
