"""Each count of claims on Today and beside a page's name leads to a list with exactly that many rows and dollars."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from dueline.core.enums import Role

from .conftest import AS_OF

ROLES = {"ana": Role.L1_CALLER, "luis": Role.L2_CALLER, "lena": Role.LEAD, "noor": Role.ANALYST}
LINK = re.compile(r'<a href="([^"]*/worklist/\?[^"]*)"[^>]*>')
HEAD = re.compile(r"<b>([\d,]+)</b> claims?(?: due)?, <b>\$([\d,.]+)</b> payer balance")


@pytest.fixture
def people(lakeside: Any) -> dict[str, Client]:
    from dueline.accounts.models import Membership, User
    from dueline.worklist.actions import refresh
    from dueline.worklist.models import WorklistItem

    refresh(practice=lakeside, as_of=AS_OF)
    # One of each kind of trouble, so that no figure is nothing.
    mine = list(WorklistItem.objects.filter(is_for_caller=True, level="L1").order_by("pk")[:6])
    for item, cause in zip(mine, ["promise_broken", "overdue", "overdue", "deadline"]):
        due_on = AS_OF - timedelta(days=10)
        WorklistItem.objects.filter(pk=item.pk).update(due_cause=cause, due_on=due_on)
    found = {}
    for name, role in ROLES.items():
        user = User.objects.create(username=f"{name}-counts")
        Membership.objects.create(practice=lakeside, user=user, role=role)
        found[name] = Client()
        found[name].force_login(user)
    return found


def rows_of(page: str) -> list[tuple[str, int, str]]:
    """Return of each row or box with a link to the worklist: the address, its count and its dollars."""
    found = []
    for part in re.split(r"<tr|<a(?= href=\"[^\"]*watch=)", page):
        text = part if part.startswith(" href") else part.split("</tr>")[0]
        link = LINK.search("<a" + text if part.startswith(" href") else text)
        cells = re.findall(r'class="num">\$?([\d,.]+)<', text)
        if link is None:
            continue
        if "watch=" in link[1]:
            count = re.search(r">(\d+) claims?<", text)
            cells = [count[1] if count else "", re.search(r">\$([\d,.]+)<", text)[1]]  # type: ignore[index]
        found.append((unescape(link[1]), int(cells[0].replace(",", "")), cells[1]))
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("name", ROLES)
def test_each_count_of_today_leads_to_a_list_of_just_that(people: Any, name: str) -> None:
    client = people[name]
    page = client.get("/practices/lakeside/today/").content.decode()
    rows = rows_of(page)
    assert len(rows) >= 12
    for address, count, dollars in rows:
        listed = client.get(address).content.decode()
        head = HEAD.search(listed)
        assert head is not None, address
        assert (int(head[1].replace(",", "")), head[2]) == (count, dollars), address
        assert listed.count("data-why=") == min(count, 25), address


@pytest.mark.django_db
@pytest.mark.parametrize("name", ROLES)
def test_the_count_beside_worklist_is_that_of_today_and_of_the_list(people: Any, name: str) -> None:
    client = people[name]
    page = client.get("/practices/lakeside/today/").content.decode()
    beside = re.search(r'Worklist <span class="n">(\d+)</span>', page)
    due = re.search(r"(\d+) claims? due", page)
    listed = HEAD.search(client.get("/practices/lakeside/worklist/").content.decode())
    assert beside is not None
    assert due is not None
    assert listed is not None
    assert beside[1] == due[1] == listed[1]
    assert int(due[1]) > 0


@pytest.mark.django_db
def test_a_callers_list_begins_with_what_can_be_worked_now(people: Any, lakeside: Any) -> None:
    """The costliest item waits with billing: the caller's list leaves it out, and the lead's has it first."""
    from dueline.worklist.models import WorklistItem

    worst = WorklistItem.objects.filter(is_due=True, work_status="with_billing", level="L1")[0]
    WorklistItem.objects.filter(pk=worst.pk).update(urgency=2, priority=10**9)
    number = worst.claim.patient_control_number
    listed = {
        name: people[name].get("/practices/lakeside/worklist/").content.decode()
        for name in ("ana", "lena")
    }
    assert number not in listed["ana"]
    first_row = listed["lena"].split("<tbody>")[1].split("</tr>")[0]
    assert number in first_row
    assert "With billing" in first_row
