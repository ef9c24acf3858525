"""A person's own settings: theme, time zone, single keys."""

from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dueline import clock
from dueline.accounts import audit
from dueline.accounts.models import User
from dueline.accounts.web import current_practice


class AccountForm(forms.ModelForm):
    """What a person may change of themselves."""

    time_zone = forms.ChoiceField(choices=[(z, z) for z in sorted(available_timezones())])

    class Meta:
        model = User
        fields = ["theme", "time_zone", "has_single_keys"]
        labels = {"has_single_keys": "Single keys (j, k, n …) act outside fields"}


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
    return render(request, "web/account.html", {"form": form, "page": "account"})
