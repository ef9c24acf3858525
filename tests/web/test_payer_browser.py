"""A lead changes a payer's rule in a real browser, by keyboard: found, shown what moves, saved."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dueline.accounts.actions import add_user
from dueline.accounts.models import Practice
from dueline.core.enums import Role
from dueline.payers.models import Payer, PayerRule
from dueline.worklist.models import WorklistItem
from tests.web.conftest import NOW, PASSWORD, is_fault

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def lead(browser: Browser, live_server: Any, lakeside: Practice) -> Iterator[Page]:
    """Give a page on which lena has signed in; console errors fail the test."""
    add_user(
        username="lena",
        password=PASSWORD,
        memberships={lakeside: Role.LEAD},
        by="test",
        at=NOW,
        is_checked=False,
    )
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=live_server.url)
    found = context.new_page()
    faults: list[str] = []
    found.on("pageerror", lambda error: faults.append(str(error)))
    found.on("console", lambda said: faults.append(said.text) if is_fault(said) else None)
    found.goto("/")
    found.keyboard.type("lena")
    found.keyboard.press("Tab")
    found.keyboard.type(PASSWORD)
    found.keyboard.press("Enter")
    expect(found.get_by_role("heading", name="Monday, November 23")).to_be_visible()
    yield found
    context.close()
    assert faults == []


def _fits(page: Page) -> None:
    """Check that nothing runs out of the page sideways, wide or narrow."""
    for width in (820, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_rule_is_changed_by_keyboard(lead: Page, lakeside: Practice) -> None:
    unfiled = WorklistItem.objects.filter(practice=lakeside, deadline_kind="filing")
    payer = Payer.objects.filter(pk__in=unfiled.values("payer")).order_by("pk")[0]
    lead.keyboard.press("g")
    lead.keyboard.press("p")
    expect(lead.get_by_role("heading", name="Payers")).to_be_visible()
    _fits(lead)
    rows = lead.locator("[data-list] tbody tr")
    lead.keyboard.press("j")
    for _ in range(rows.count()):
        if payer.name in (lead.locator("tr.sel").text_content() or ""):
            break
        lead.keyboard.press("j")
    lead.keyboard.press("Enter")
    lead.wait_for_url(f"**/payers/{payer.pk}/")
    _fits(lead)

    lead.keyboard.press("a")
    lead.wait_for_url("**/rule/")
    _fits(lead)
    lead.get_by_label("Rule", exact=True).focus()
    lead.keyboard.type("First claim")
    lead.get_by_label("How many").focus()
    lead.keyboard.type("-30")
    lead.get_by_label("Counted from").focus()
    lead.keyboard.type("service")
    lead.get_by_label("Source", exact=True).focus()
    lead.keyboard.type("Manual 2026, section 4")
    lead.get_by_label("Confidence").focus()
    lead.keyboard.type("High")
    lead.keyboard.press("Tab")
    lead.keyboard.press("Enter")
    expect(lead.get_by_text("Found -30. Expected 1 or more.")).to_be_visible()
    expect(lead.get_by_label("Source", exact=True)).to_have_value("Manual 2026, section 4")
    _fits(lead)

    lead.get_by_label("How many").focus()
    lead.keyboard.press("Control+a")
    lead.keyboard.type("30")
    lead.keyboard.press("Enter")
    moved = lead.get_by_role("heading", name=re.compile(r"Deadlines of \d+ open claims? move"))
    expect(moved).to_be_visible()
    assert not PayerRule.objects.filter(payer=payer, deadline_kind="filing").exists()
    shown = {
        row.locator("td").nth(0).inner_text(): row.locator("td").nth(4).inner_text()
        for row in lead.locator(".p-claims tbody tr").all()
    }
    _fits(lead)
    lead.get_by_role("button", name="Save this version").focus()
    lead.keyboard.press("Enter")
    lead.wait_for_url(f"**/payers/{payer.pk}/")
    expect(lead.get_by_role("status")).to_contain_text("Saved. Deadlines of")
    rule = PayerRule.objects.get(payer=payer, deadline_kind="filing")
    assert (rule.count, rule.added_by) == (30, "lena")
    items = WorklistItem.objects.filter(
        claim__patient_control_number__in=shown, deadline_kind="filing"
    )
    kept = {item.claim.patient_control_number: item.deadline_on for item in items}
    assert kept
    for number, deadline in kept.items():
        assert isinstance(deadline, date)
        assert f"{deadline:%b} {deadline.day}" in shown[number]
