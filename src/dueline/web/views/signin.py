"""Signing in, with the audit trail told."""

from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse

from dueline import clock
from dueline.accounts import audit


class SignInForm(AuthenticationForm):
    """Refuses a name longer than any before it is tried: a failed try is kept with its name."""

    username = UsernameField(max_length=150)


class SignIn(LoginView):
    """Django's sign-in; a session then lasts a shift."""

    authentication_form = SignInForm
    template_name = "web/sign_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        answer = super().form_valid(form)
        audit.record(
            practice=None, by=form.get_user().get_username(), action="sign_in", at=clock.now()
        )
        return answer


class SignOut(LogoutView):
    """Django's sign-out, after which the browser keeps nothing of what was typed, in any tab."""

    next_page = "web:sign-in"

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        answer: HttpResponse = super().post(request, *args, **kwargs)
        answer.headers["Clear-Site-Data"] = '"storage"'
        return answer
