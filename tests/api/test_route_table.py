"""Every route as a row of one table: what it answers, and how it refuses whom and what it must."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dueline.accounts.models import AuditEvent
from dueline.api.actions.endpoints import add_endpoint
from dueline.api.actions.tokens import revoke_token
from dueline.api.models import Token
from dueline.api.queries.tokens import hash_of
from dueline.api.urls import api
from dueline.core.enums import Role
from dueline.core.follow_up import FollowUpFacts
from dueline.core.scopes import Scope
from dueline.core.webhooks import EventKind
from dueline.denials.actions import record_follow_up
from dueline.ledger.models import Claim
from dueline.worklist.actions import take
from dueline.worklist.models import WorklistItem
from tests.api.site import AS_OF, CONTACT, NOW, Site, call, denied, remittance, token_of


@dataclass(frozen=True)
class Route:
    """A route: how it is asked, who may, what is then read, and what the trail keeps."""

    name: str
    scope: Scope
    path: str  # {claim} and the like: an id of the practice's
    text: str  # stands in the answer
    may: Role = Role.LEAD
    may_not: Role | None = None  # a role whose token would have the scope but may not
    method: str = "get"
    json: Any = None
    status: int = 200
    actions: tuple[str, ...] = ()
    before: Callable[[Site], object] | None = None
    takes_file: bool = False
    bad: tuple[Any, ...] = field(default=())  # bodies that are refused

    @property
    def is_write(self) -> bool:
        return self.method == "post" and not self.path.endswith("search")

    def send(self, site: Site, token: str | None, *, of: str = "lakeside", **how: Any) -> Any:
        ids = site.ids[of]
        path = self.path.format(**ids)
        if self.json is not None and "json" not in how and "data" not in how:
            how["json"] = self.json
        if self.takes_file and "data" not in how:
            content = remittance("1234567893", 9, denied("1234567893", "NEW1"))
            how["data"] = {"file": SimpleUploadedFile("new.835", content)}
        return call(token, self.method, path, **how)


def _hold(site: Site) -> None:
    claim = site.ids["lakeside"]["claim"]
    take(item=WorklistItem.objects.get(claim=claim), user=site.people[Role.LEAD], now=NOW)


def _contact(site: Site) -> None:
    for code, practice in site.practices.items():
        if code == "lakeside":
            row = record_follow_up(
                practice=practice,
                claim=Claim.objects.get(pk=site.ids[code]["claim"]),
                facts=FollowUpFacts.from_mapping(CONTACT, as_of=AS_OF),
                by=site.people[Role.LEAD],
                as_of=AS_OF,
                now=NOW,
                request_key="before",
            )
            site.ids[code]["number"] = row.sequence


def _hook(site: Site) -> None:
    add_endpoint(
        practice=site.lakeside,
        url="https://hook.example.com/",
        kinds=list(EventKind),
        by=site.people[Role.ADMIN],
        now=NOW,
    )


S, R = Scope, Role
_BODIES = ([], {}, {**CONTACT, "outcome": "sold"}, {**CONTACT, "extra": 1},
           {**CONTACT, "said": 5}, {**CONTACT, "facts": {"colour": "red"}},
           {**CONTACT, "next_due_on": "2026-11-22"}, {**CONTACT, "next_due_on": "soon"},
           {**CONTACT, "facts": {}}, {**CONTACT, "occurred_at": "yesterday"})  # fmt: skip
# fmt: off
ROUTES = (
    Route("list_claims", S.READ_CLAIMS, "claims", "LAK001", actions=("view_claims",)),
    Route("get_claim", S.READ_CLAIMS, "claims/{claim}", "SAMPLE HEALTH PLAN", actions=("view_claim",)),
    Route("search_claims", S.READ_CLAIMS, "claims/search", "LAK002", method="post",
          json={"text": "lak002"}, actions=("search",),
          bad=({}, {"text": ""}, {"text": 7}, {"text": "x" * 200}, {"text": "ab", "more": 1}, [])),
    Route("list_worklist", S.READ_WORKLIST, "worklist", "LAK001", actions=("view_worklist",)),
    Route("take_next_claim", S.WORK_CLAIMS, "worklist/next", "held_until", may_not=R.AUDITOR,
          method="post", actions=("take_next",)),
    Route("lease_claim", S.WORK_CLAIMS, "claims/{claim}/lease", "2026-11-23T16:12", may_not=R.QUALITY,
          method="post", actions=("take_claim",)),
    Route("release_claim", S.WORK_CLAIMS, "claims/{claim}/release", "claim", may_not=R.BILLER,
          method="post", actions=("release_claim",), before=_hold),
    Route("list_follow_ups", S.READ_FOLLOW_UPS, "claims/{claim}/follow-ups", "7741-20C",
          actions=("view_follow_ups",), before=_contact),
    Route("record", S.RECORD_FOLLOW_UPS, "claims/{claim}/follow-ups", "7741-20C", may_not=R.ANALYST,
          method="post", json=CONTACT, status=201, actions=("record_follow_up",), bad=_BODIES),
    Route("correct", S.RECORD_FOLLOW_UPS, "follow-ups/{number}/correction", "7741-20D",
          may_not=R.AUDITOR, method="post", json={**CONTACT, "reference_number": "7741-20D"},
          status=201, actions=("correct_follow_up",), before=_contact, bad=_BODIES),
    Route("list_payers", S.READ_PAYERS, "payers", "SAMPLE HEALTH PLAN"),
    Route("list_rules", S.READ_PAYERS, "payers/{payer}/rules", "open_negotiation"),
    Route("list_denials", S.READ_DENIALS, "denials", "LAK001", actions=("view_denials",)),
    Route("denial_figures", S.READ_DENIALS, "denials/figures", "initial_rate"),
    Route("get_denial", S.READ_DENIALS, "denials/{denial}", "authorization", actions=("view_denial",)),
    Route("list_patterns", S.READ_PATTERNS, "patterns", "400.00"),
    Route("list_cases", S.READ_PATTERNS, "cases", "No authorization"),
    Route("hand_in_file", S.TAKE_IN_FILES, "intake/files", "new.835", may=R.BILLER, may_not=R.L2_CALLER,
          method="post", status=202, takes_file=True,
          actions=("post_set", "take_in_file", "hand_in_file")),
    Route("list_files", S.READ_INTAKE, "intake/files", "lakeside.835", actions=("view_intake",)),
    Route("get_file", S.READ_INTAKE, "intake/files/{file}", "lakeside.835"),
    Route("list_quarantine", S.READ_INTAKE, "intake/quarantine", "BPR02",
          actions=("view_intake",)),
    Route("list_webhooks", S.READ_WEBHOOKS, "webhooks", "https://hook.example.com/", may=R.ADMIN,
          may_not=R.LEAD, before=_hook),
)
# fmt: on


def each(routes: Any) -> Any:
    return pytest.mark.parametrize("route", [pytest.param(one, id=one.name) for one in routes])


def is_problem(answer: Any, status: int) -> dict[str, Any]:
    """Return the error that was answered, in the one shape and of this status."""
    assert answer.status_code == status, answer.content[:400]
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Cache-Control"] == "no-store"
    body = json.loads(answer.content)
    assert body["status"] == status
    assert body["type"] == f"urn:dueline:problem:{body['code']}"
    assert "JANE" not in str(body)
    return body


def test_table_has_every_route() -> None:
    document = api.get_openapi_schema()
    found = {
        (operation["operationId"], method, operation["x-scope"])
        for methods in document["paths"].values()
        for method, operation in methods.items()
    }
    assert found == {(one.name, one.method, one.scope.value) for one in ROUTES}


def test_every_route_declares_its_errors() -> None:
    document = json.loads(json.dumps(api.get_openapi_schema()))
    assert document["openapi"] == "3.1.0"
    for route in ROUTES:
        (operation,) = [
            operation
            for methods in document["paths"].values()
            for operation in methods.values()
            if operation["operationId"] == route.name
        ]
        expected = {route.status, 401, 403, 404, 422, 429}
        expected |= {409} if route.is_write else set()
        expected |= {400, 413, 415} if route.json is not None or route.takes_file else set()
        assert set(map(int, operation["responses"])) == expected, route.name
        for status in expected - {route.status}:
            content = operation["responses"][str(status)]["content"]
            assert list(content) == ["application/problem+json"]


def test_document_is_served_to_anyone() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["info"]["title"] == "Dueline"


@each(ROUTES)
def test_works_and_leaves_its_event_with_the_token(site: Site, route: Route) -> None:
    if route.before:
        route.before(site)
    last = AuditEvent.objects.order_by("-pk")[0].pk
    answer = route.send(site, site.tokens[route.may])
    assert answer.status_code == route.status, answer.content
    assert route.text in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    events = AuditEvent.objects.filter(pk__gt=last).order_by("pk")
    assert [event.action for event in events] == list(route.actions)
    pk = Token.objects.get(hash=hash_of(site.tokens[route.may])).pk
    assert all(event.detail["token"] == pk for event in events)
    assert all(event.username == route.may.value for event in events)


@each(ROUTES)
def test_without_a_token_that_stands_is_401(site: Site, route: Route) -> None:
    good = site.tokens[route.may]
    for bad in (None, "", "dlt_unknown", good[:-1], good + "x", "\u00e9", "x" * 5_000):
        answer = route.send(site, bad)
        is_problem(answer, 401)
        assert answer["WWW-Authenticate"].startswith("Bearer")


@each(ROUTES)
def test_expired_or_revoked_is_401(
    site: Site, route: Route, monkeypatch: pytest.MonkeyPatch
) -> None:
    user = site.people[route.may]
    token, text = token_of(user, site.lakeside, [route.scope])
    revoke_token(token=token, by="tests", now=NOW)
    is_problem(route.send(site, text), 401)
    _, text = token_of(user, site.lakeside, [route.scope], days=1)
    monkeypatch.setattr("dueline.clock.now", lambda: NOW + timedelta(days=1))
    assert "expired" in is_problem(route.send(site, text), 401)["detail"]


@each(ROUTES)
def test_of_another_practice_is_404(site: Site, route: Route) -> None:
    is_problem(route.send(site, site.other), 404)
    is_problem(route.send(site, site.tokens[route.may], practice="nowhere"), 404)
    if "{" in route.path:
        is_problem(route.send(site, site.tokens[route.may], of="summit"), 404)


@each(ROUTES)
def test_without_the_scope_is_403(site: Site, route: Route) -> None:
    others = [one for one in Scope if one is not route.scope]
    admin = site.people[Role.ADMIN]
    _, text = token_of(admin, site.lakeside, others)
    before = AuditEvent.objects.count()
    assert route.scope.value in is_problem(route.send(site, text), 403)["detail"]
    assert AuditEvent.objects.count() == before


@each(one for one in ROUTES if one.may_not)
def test_scope_beyond_the_role_is_403(site: Site, route: Route) -> None:
    """A token whose user has lost the role since can no more than the role they have."""
    user = site.people[Role.ADMIN]
    _, text = token_of(user, site.lakeside, [route.scope])
    user.memberships.update(role=route.may_not)
    assert "Only these roles may" in is_problem(route.send(site, text), 403)["detail"]


@each(ROUTES)
def test_other_methods_are_405(site: Site, route: Route) -> None:
    taken = {one.method for one in ROUTES if one.path == route.path}
    for method in {"get", "post", "put", "patch", "delete"} - taken:
        path = route.path.format(**site.ids["lakeside"])
        answer = call(site.tokens[route.may], method, path)
        is_problem(answer, 405)
        assert "Allow" in answer, method


@each(one for one in ROUTES if one.json is not None)
def test_bad_bodies_are_refused_and_change_nothing(site: Site, route: Route) -> None:
    if route.before:
        route.before(site)
    before = AuditEvent.objects.count()
    token = site.tokens[route.may]
    for body in route.bad:
        assert is_problem(route.send(site, token, json=body), 422)["faults"], body
    for raw in (b"{", b"\xff\xfe", b'{"text": NaN}'):
        how = {"data": raw, "content_type": "application/json"}
        is_problem(route.send(site, token, **how), 400)
    how = {"data": json.dumps(route.json), "content_type": "text/plain"}
    is_problem(route.send(site, token, **how), 415)
    how = {"data": b" " * 1_000_001, "content_type": "application/json"}
    is_problem(route.send(site, token, **how), 413)
    assert AuditEvent.objects.count() == before


@each(one for one in ROUTES if one.is_write)
def test_write_asks_for_a_key(site: Site, route: Route) -> None:
    if route.before:
        route.before(site)
    token = site.tokens[route.may]
    for key in (None, "short", "x" * 65, "with space 1"):
        faults = is_problem(route.send(site, token, key=key), 422)["faults"]
        assert [one["field"] for one in faults] == ["Idempotency-Key"]


@each(one for one in ROUTES if one.is_write)
def test_same_request_again_is_answered_and_not_done(site: Site, route: Route) -> None:
    if route.before:
        route.before(site)
    token = site.tokens[route.may]
    first = route.send(site, token, key="the-same-key")
    last = AuditEvent.objects.order_by("-pk")[0].pk
    again = route.send(site, token, key="the-same-key")
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    events = AuditEvent.objects.filter(pk__gt=last)
    assert [event.action for event in events] == ["repeat_answer"]


@each(one for one in ROUTES if "{" in one.path)
@pytest.mark.parametrize("value", ["0", "-1", "9" * 30, "x", "1.5", "%00", "\u0663"])
def test_hostile_id_is_refused(site: Site, route: Route, value: str) -> None:
    names = ("claim", "payer", "denial", "file", "number")
    path = route.path.format(**dict.fromkeys(names, value))
    how: dict[str, Any] = {"json": route.json} if route.json is not None else {}
    answer = call(site.tokens[route.may], route.method, path, **how)
    assert answer.status_code in (404, 422)
    is_problem(answer, answer.status_code)


@each(one for one in ROUTES if one.method == "get")
def test_hostile_parameters_are_refused(site: Site, route: Route) -> None:
    if route.before:
        route.before(site)
    path = route.path.format(**site.ids["lakeside"])
    operation = next(
        methods["get"]
        for methods in api.get_openapi_schema()["paths"].values()
        if methods.get("get", {}).get("operationId") == route.name
    )
    for parameter in operation["parameters"]:
        if parameter["in"] != "query":
            continue
        for value in ("\x00", "'; --", "9" * 30, "2026-02-30", "x" * 3_000):
            answer = call(site.tokens[route.may], "get", path, data={parameter["name"]: value})
            found = is_problem(answer, 422)
            assert [one["field"] for one in found["faults"]] == [parameter["name"]], value


@each(one for one in ROUTES if one.method == "get")
def test_queries_do_not_grow_with_rows(site: Site, route: Route) -> None:
    if route.before:
        route.before(site)
    path = route.path.format(**site.ids["lakeside"])
    counts = []
    for limit in (1, 1, 5):  # the first visit of a day prices the list
        with CaptureQueriesContext(connection) as queries:
            data = {"limit": limit} if "limit" in str(path) or route.name.startswith("list") else {}
            assert call(site.tokens[route.may], "get", path, data=data).status_code == 200
        counts.append(len(queries))
    assert counts[2] <= counts[1]
