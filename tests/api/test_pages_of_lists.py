"""Cursor pages: every row once in every order, whatever is added meanwhile; no cursor but one's own."""

from datetime import timedelta
from typing import Any

import pytest

from dueline.api.queries.cursor import Place, page_of
from dueline.core.enums import Order, Role
from dueline.denials.queries import DenialOrder
from dueline.ledger.models import Claim
from dueline.sealed import NotSealed, seal, unseal
from dueline.worklist.models import WorklistItem
from tests.api.site import AS_OF, Site, call


def pages(site: Site, path: str, name: str, **query: Any) -> list[Any]:
    """Return the rows of all pages, two at a time."""
    found: list[Any] = []
    cursor = None
    while True:
        data = {"limit": 2, **query} | ({"cursor": cursor} if cursor else {})
        answer = call(site.tokens[Role.LEAD], "get", path, data=data)
        assert answer.status_code == 200, answer.content
        found += answer.json()[name]
        cursor = answer.json()["next_cursor"]
        if cursor is None:
            return found
        assert len(found) < 50


def _differ(site: Site) -> None:
    """Let items differ in what orders them, one without a deadline or a day of service."""
    for at, item in enumerate(WorklistItem.objects.filter(practice=site.lakeside).order_by("pk")):
        WorklistItem.objects.filter(pk=item.pk).update(
            deadline_on=None if at % 2 else AS_OF + timedelta(days=at),
            service_on=None if at == 3 else AS_OF - timedelta(days=at // 2),
            urgency=at % 2,
            priority=at // 3,
        )


@pytest.mark.parametrize("order", list(Order))
def test_every_item_once_in_every_order(site: Site, order: Order) -> None:
    _differ(site)
    whole = call(
        site.tokens[Role.LEAD],
        "get",
        "worklist",
        data={"order": order, "due": "all", "queue": "all"},
    )
    found = pages(site, "worklist", "items", order=order, due="all", queue="all")
    assert [one["claim"] for one in found] == [one["claim"] for one in whole.json()["items"]]
    assert len(found) == 5


@pytest.mark.parametrize("order", list(DenialOrder))
def test_every_denial_once_in_every_order(site: Site, order: DenialOrder) -> None:
    from dueline.denials.models import Denial

    rows = list(Denial.objects.filter(practice=site.lakeside).order_by("pk"))
    days = (None, AS_OF, AS_OF - timedelta(days=1), None, AS_OF + timedelta(days=9))
    for row, day in zip(rows, days):
        Denial.objects.filter(pk=row.pk).update(appeal_due_on=day)
    whole = call(site.tokens[Role.LEAD], "get", "denials", data={"order": order}).json()["denials"]
    found = pages(site, "denials", "denials", order=order)
    assert [one["id"] for one in found] == [one["id"] for one in whole]
    assert len(found) == 5


def test_rows_added_meanwhile_shift_nothing(site: Site) -> None:
    token = site.tokens[Role.LEAD]
    first = call(token, "get", "claims", data={"limit": 2}).json()
    known = Claim.objects.get(pk=first["claims"][0]["id"])
    known.pk, known.patient_control_number, known.patient_control_key = None, "AAA", "AAA"
    known.save()
    second = call(token, "get", "claims", data={"limit": 2, "cursor": first["next_cursor"]}).json()
    numbers = [one["patient_control_number"] for one in first["claims"] + second["claims"]]
    assert numbers == ["LAK001", "LAK002", "LAK003", "LAK004"]


def test_cursor_says_nothing_and_is_good_for_its_list_alone(site: Site) -> None:
    token = site.tokens[Role.LEAD]
    cursor = call(token, "get", "claims", data={"limit": 2}).json()["next_cursor"]
    assert "LAK" not in cursor
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("claims", {"state": "all", "cursor": cursor}),
        ("denials", {"cursor": cursor}),
        ("claims", {"cursor": cursor[:-3] + "AAA"}),
        ("claims", {"cursor": seal("[1, 2, 3]")}),
        ("claims", {"cursor": seal("{}")}),
        ("claims", {"cursor": "x"}),
    ]
    for path, data in wrong:
        answer = call(token, "get", path, data=data)
        assert answer.status_code == 422, (path, answer.content)
        assert answer.json()["faults"][0]["field"] == "cursor"


def test_what_was_not_sealed_here_does_not_open(monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = seal("Jane")
    assert unseal(sealed) == "Jane"
    for wrong in ("", "x", sealed[:-1], sealed[:-4] + "AAAA", "\u00e9"):
        with pytest.raises(NotSealed):
            unseal(wrong)
    monkeypatch.setenv("DUELINE_ENCRYPTION_KEY", "A" * 43 + "=")
    with pytest.raises(NotSealed):
        unseal(sealed)


def test_last_page_of_exactly_its_size_is_the_last(site: Site) -> None:
    rows = Claim.objects.filter(practice=site.lakeside).order_by("pk")
    page = page_of(rows, [Place("pk")], asked={}, cursor=None, limit=rows.count())
    assert page.next_cursor is None
