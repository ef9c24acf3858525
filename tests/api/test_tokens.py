"""Tokens: how they are made and kept, what they can at most, their share of requests, and writes done once."""

from datetime import timedelta
from typing import Any

import pytest

from dueline.accounts.actions import assign_role
from dueline.accounts.errors import NotAllowed
from dueline.accounts.models import AuditEvent
from dueline.api.actions.once import forget_done
from dueline.api.actions.tokens import add_service, count_request, make_token
from dueline.api.errors import TokenRefused, TooMany
from dueline.api.models import DoneOnce, Token
from dueline.api.permissions import NEEDS, scopes_of
from dueline.api.queries.tokens import hash_of
from dueline.calls.models import FollowUp
from dueline.core.enums import Role
from dueline.core.scopes import SCOPE_WORDS, Scope
from tests.api.site import CONTACT, NOW, Site, call, token_of


def test_every_scope_has_words_and_a_permission() -> None:
    assert set(SCOPE_WORDS) == set(NEEDS) == set(Scope)


def test_token_is_kept_only_as_a_hash(site: Site) -> None:
    token, presented = token_of(site.people[Role.LEAD], site.lakeside, [Scope.READ_CLAIMS])
    assert len(presented) == len("dlt_") + 43
    row = Token.objects.filter(pk=token.pk).values().get()
    assert presented not in str(row)
    assert row["hash"] == hash_of(presented)
    event = AuditEvent.objects.order_by("-pk")[0]
    assert (event.action, event.object_key) == ("make_token", str(token.pk))
    assert presented[4:] not in str(event.detail)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": " "}, "Name"),
        ({"name": "x" * 81}, "Name"),
        ({"practices": []}, "Practices"),
        ({"scopes": []}, "Scopes"),
        ({"days": 0}, "Days"),
        ({"days": 367}, "Days"),
        ({"scopes": [Scope.TAKE_IN_FILES]}, "intake:write needs take_in_files"),
    ],
)
def test_token_that_makes_no_sense_is_refused(
    site: Site, change: dict[str, Any], said: str
) -> None:
    facts: dict[str, Any] = {
        "user": site.people[Role.L1_CALLER], "practices": [site.lakeside],
        "scopes": [Scope.READ_CLAIMS], "name": "x", "days": 1, "by": "tests", "now": NOW,
    }  # fmt: skip
    with pytest.raises(TokenRefused, match=said):
        make_token(**(facts | change))
    with pytest.raises(TokenRefused, match="assigned"):
        make_token(**(facts | {"practices": [site.practices["summit"]]}))


def test_token_follows_the_role_of_its_user(site: Site) -> None:
    user = site.people[Role.LEAD]
    token = site.tokens[Role.LEAD]
    assert call(token, "post", "worklist/next").status_code == 200
    assign_role(practice=site.lakeside, user=user, role=Role.AUDITOR, by="tests", at=NOW)
    assert call(token, "post", "worklist/next").status_code == 403
    assert call(token, "get", "claims").status_code == 200
    user.memberships.all().delete()
    assert call(token, "get", "claims").status_code == 404
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert call(token, "get", "claims").status_code == 401


def test_another_day_needs_its_scope(site: Site) -> None:
    claim = site.ids["lakeside"]["claim"]
    _, text = token_of(site.people[Role.LEAD], site.lakeside, [Scope.READ_CLAIMS])
    assert call(text, "get", f"claims/{claim}", data={"as_of": "2026-11-23"}).status_code == 200
    refused = call(text, "get", f"claims/{claim}", data={"as_of": "2026-12-23"})
    assert refused.status_code == 403
    assert "days:choose" in refused.json()["detail"]
    later = call(site.tokens[Role.LEAD], "get", f"claims/{claim}", data={"as_of": "2026-12-23"})
    now = call(site.tokens[Role.LEAD], "get", f"claims/{claim}")
    assert later.json()["days_since_service"] == now.json()["days_since_service"] + 30
    caller = site.tokens[Role.L1_CALLER]
    assert call(caller, "get", f"claims/{claim}", data={"as_of": "2026-12-23"}).status_code == 403
    assert Scope.CHOOSE_DAY not in scopes_of(Role.L1_CALLER)


def test_service_has_a_role_and_signs_in_nowhere(site: Site) -> None:
    admin = site.people[Role.ADMIN]

    def add(**change: Any) -> Any:
        facts: dict[str, Any] = {
            "username": "nightly", "purpose": "Files", "practice": site.lakeside,
            "role": Role.BILLER, "by": admin, "name": "admin", "now": NOW, **change,
        }  # fmt: skip
        return add_service(**facts)

    service = add()
    assert not service.user.has_usable_password()
    with pytest.raises(TokenRefused, match="exists"):
        add()
    with pytest.raises(TokenRefused, match="never administers"):
        add(username="x", role=Role.ADMIN)
    with pytest.raises(TokenRefused, match="Purpose"):
        add(username="x", purpose="")
    with pytest.raises(NotAllowed):
        add(username="x", by=site.people[Role.LEAD])
    _, text = token_of(service.user, site.lakeside, [Scope.READ_INTAKE])
    assert call(text, "get", "intake/files").status_code == 200


def test_share_of_requests(site: Site, settings: Any) -> None:
    """Evenly spaced requests always pass; ten seconds' worth may come at once; then each waits its turn."""
    settings.API_REQUESTS_A_MINUTE = 60
    token, text = token_of(site.people[Role.LEAD], site.lakeside, [Scope.READ_PAYERS])
    for _ in range(11):
        count_request(token, now=NOW)
    with pytest.raises(TooMany) as refused:
        count_request(token, now=NOW)
    assert refused.value.wait_seconds == 1
    answer = call(text, "get", "payers")
    assert (answer.status_code, answer["Retry-After"]) == (429, "1")
    assert answer.json()["code"] == "too_many_requests"
    for second in range(1, 30):
        count_request(token, now=NOW + timedelta(seconds=second))
    other, _ = token_of(site.people[Role.LEAD], site.lakeside, [Scope.READ_PAYERS])
    count_request(other, now=NOW)  # each token has its own
    token.refresh_from_db()
    assert token.last_used_at == NOW + timedelta(seconds=29)


def test_key_of_another_request_is_409_and_a_refusal_keeps_no_key(site: Site) -> None:
    token, claim = site.tokens[Role.LEAD], site.ids["lakeside"]["claim"]
    path = f"claims/{claim}/follow-ups"
    wrong = {**CONTACT, "next_due_on": "2026-11-22"}
    assert call(token, "post", path, json=wrong, key="one-key-1").status_code == 422
    assert call(token, "post", path, json=CONTACT, key="one-key-1").status_code == 201
    other = {**CONTACT, "said": "Something else."}
    answer = call(token, "post", path, json=other, key="one-key-1")
    assert answer.status_code == 409
    assert "Use a new key" in answer.json()["detail"]
    assert call(token, "post", "worklist/next", key="one-key-1").status_code == 409
    assert FollowUp.objects.count() == 1
    theirs = site.tokens[Role.L2_CALLER]  # another token's key is its own
    assert call(theirs, "post", "worklist/next", key="one-key-1").status_code == 200


def test_keys_are_forgotten_after_a_day(site: Site) -> None:
    token = site.tokens[Role.LEAD]
    call(token, "post", "worklist/next", key="one-key-1")
    assert forget_done(now=NOW + timedelta(hours=24)) == 0
    assert forget_done(now=NOW + timedelta(hours=24, seconds=1)) == 1
    assert not DoneOnce.objects.exists()


def test_claim_that_another_holds_is_409(site: Site) -> None:
    claim = site.ids["lakeside"]["claim"]
    assert call(site.tokens[Role.LEAD], "post", f"claims/{claim}/lease").status_code == 200
    for path in ("lease", "release"):
        answer = call(site.tokens[Role.L2_CALLER], "post", f"claims/{claim}/{path}")
        assert answer.status_code == 409
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "path", ["/api/v1/nowhere", "/api/v2/", "/api/", "/api/v1/practices/lakeside/"]
)
def test_address_that_there_is_not_is_a_problem_too(site: Site, path: str) -> None:
    from django.test import Client

    answer = Client().get(path)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"


def test_fault_of_ours_says_nothing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.test import Client

    def broken(*args: Any, **how: Any) -> Any:
        raise RuntimeError("JANE SAMPLE")

    monkeypatch.setattr("dueline.api.views.claims.search", broken)
    client = Client(raise_request_exception=False)
    answer = client.post(
        "/api/v1/practices/lakeside/claims/search",
        '{"text": "jane"}',
        content_type="application/json",
        headers={"Authorization": f"Bearer {site.tokens[Role.LEAD]}"},
    )
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert "JANE" not in answer.content.decode()
