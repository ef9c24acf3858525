"""The guards of views, and Django's admin: only its administrators know that it exists."""

from datetime import UTC, datetime
from typing import Any

import pytest

from dueline.core.enums import Role

NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)


def _call(user: Any, permission: str = "", session: Any = None, **kwargs: Any) -> Any:
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpResponse
    from django.test import RequestFactory

    from dueline.accounts.permissions import Permission
    from dueline.accounts.web import in_practice, requires

    def view(request: Any, practice: Any) -> HttpResponse:
        assert request.practice == practice
        return HttpResponse(practice.code)

    guarded = in_practice(requires(Permission(permission))(view) if permission else view)
    request: Any = RequestFactory().get("/claims/")
    request.user = user or AnonymousUser()
    request.session = {} if session is None else session
    return guarded(request, **kwargs)


@pytest.fixture(autouse=True)
def _sign_in_page(settings: Any) -> None:
    settings.LOGIN_URL = "/sign-in/"


def test_in_practice_asks_to_sign_in(db: None) -> None:
    response = _call(None)
    assert response.status_code == 302
    assert response.url == "/sign-in/?next=/claims/"


def test_in_practice_gives_the_users_practice(people: Any) -> None:
    assert _call(people[Role.L1_CALLER]).content == b"lakeside"


@pytest.mark.parametrize("code", ["summit", "nowhere"])
def test_in_practice_of_another_practice_is_404(
    people: Any, other_practice: Any, code: str
) -> None:
    from django.http import Http404

    session: dict[str, str] = {}
    with pytest.raises(Http404):
        _call(people[Role.ADMIN], session=session, practice=code)
    assert session == {}


def test_in_practice_remembers_the_choice_while_it_is_the_users(
    people: Any, practice: Any, other_practice: Any
) -> None:
    from dueline.accounts.actions import assign_role

    user, session = people[Role.LEAD], {}
    assign_role(practice=other_practice, user=user, role=Role.L1_CALLER, by="tests", at=NOW)
    assert _call(user, session=session, practice="summit").content == b"summit"
    assert _call(user, session=session).content == b"summit"
    user.memberships.get(practice=other_practice).delete()
    assert _call(user, session=session).content == b"lakeside"


def test_in_practice_of_user_without_any_is_404(db: None) -> None:
    from django.http import Http404

    from dueline.accounts.models import User

    with pytest.raises(Http404):
        _call(User.objects.create(username="new"))


def test_requires_answers_403_with_the_reason(people: Any) -> None:
    assert _call(people[Role.LEAD], "release_quarantine").status_code == 200
    response = _call(people[Role.L1_CALLER], "release_quarantine")
    assert response.status_code == 403
    assert "lead, administrator" in response.content.decode()


ADMIN_PAGES = ["/admin/", "/admin/accounts/user/", "/admin/accounts/auditevent/", "/admin/login/"]


@pytest.mark.parametrize("url", ADMIN_PAGES)
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_admin_does_not_exist_for_others(client: Any, people: Any, role: Role, url: str) -> None:
    client.force_login(people[role], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(url, follow=True).status_code == 404


def test_admin_sends_visitors_to_sign_in(client: Any, db: None) -> None:
    response = client.get("/admin/", follow=False)
    while response.status_code == 302 and response.url.startswith("/admin/login/"):
        response = client.get(response.url)
    assert response.url.startswith("/sign-in/")


@pytest.mark.parametrize(
    "page", ["", "accounts/user/", "accounts/practice/", "accounts/auditevent/"]
)
def test_admin_opens_for_administrators(client: Any, people: Any, page: str) -> None:
    client.force_login(people[Role.ADMIN], backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/admin/{page}").status_code == 200


def test_admin_holds_no_patient_data_and_writes_are_audited(
    client: Any, people: Any, practice: Any
) -> None:
    from django.contrib import admin

    from dueline.accounts.audit import verify_chain
    from dueline.accounts.models import AuditEvent

    phi_apps = {"ledger", "worklist", "calls", "intake"}
    assert not phi_apps & {model._meta.app_label for model in admin.site._registry}
    client.force_login(people[Role.ADMIN], backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(
        f"/admin/accounts/practice/{practice.pk}/change/",
        {
            "name": "Lakeside, renamed",
            "time_zone": "America/Chicago",
            "npis-TOTAL_FORMS": "0",
            "npis-INITIAL_FORMS": "0",
        },
    )
    assert response.status_code == 302
    event = AuditEvent.objects.get(action="change_practice")
    assert (event.scope, event.username) == ("lakeside", "admin")
    assert event.detail == {"fields": ["name", "time_zone"]}
    assert verify_chain("lakeside") == []
    assert client.post(f"/admin/accounts/practice/{practice.pk}/delete/").status_code == 403
