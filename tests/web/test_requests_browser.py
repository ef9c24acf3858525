"""In a real browser, by keyboard: what blocks a call is answered on Requests; a question is asked with q."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from dueline.accounts.actions import add_user
from dueline.accounts.models import Practice
from dueline.core.enums import Role
from dueline.ledger.models import Claim
from dueline.worklist.actions import refresh
from dueline.worklist.models import Request, WorklistItem

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
PASSWORD = "keyboard-alone-9"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def claim(lakeside: Practice) -> Claim:
    """Take the member ID away from a claim that a caller would be given, so that it is asked for."""
    items = WorklistItem.objects.filter(practice=lakeside, is_for_caller=True, level="L1")
    found = items.order_by("-urgency", "-priority", "pk")[0].claim
    Claim.objects.filter(pk=found.pk).update(member_id="")
    refresh(practice=lakeside, as_of=NOW.date(), claim_ids=[found.pk], now=NOW)
    return found


@pytest.fixture
def biller(browser: Browser, live_server: Any, lakeside: Practice) -> Any:
    add_user(
        username="bea",
        password=PASSWORD,
        memberships={lakeside: Role.BILLER},
        by="test",
        at=NOW,
        is_checked=False,
    )
    context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=live_server.url)
    found = context.new_page()
    found.goto("/")
    found.keyboard.type("bea")
    found.keyboard.press("Tab")
    found.keyboard.type(PASSWORD)
    found.keyboard.press("Enter")
    expect(found.get_by_role("heading", name="Monday, November 23")).to_be_visible()
    yield found
    context.close()


def test_a_biller_gives_the_member_id_and_the_claim_can_be_called(
    page: Page, biller: Page, claim: Claim
) -> None:
    address = f"/practices/lakeside/claims/{claim.pk}/"
    page.goto(address)
    expect(page.get_by_role("heading", name="Not ready to call")).to_be_visible()
    expect(page.locator("#ready")).to_contain_text("The member ID is not known")
    expect(page.locator("#ready")).to_contain_text("Asked the front desk on Nov 23")
    biller.keyboard.press("g")
    biller.keyboard.press("q")
    biller.wait_for_url("**/requests/")
    request = Request.objects.get(claim=claim, state="open")
    field = biller.locator(f"#fact-{request.pk}")
    field.fill("?")
    with biller.expect_navigation():
        field.press("Enter")
    expect(biller.get_by_role("alert")).to_contain_text("expected 2 to 80 letters")
    expect(field).to_have_value("?")
    field.fill("HLH 4471203")
    with biller.expect_navigation():
        field.press("Enter")
    expect(biller.locator(f"#request-{request.pk}")).to_have_count(0)
    page.goto(address)
    expect(page.locator("#ready h2")).to_have_text(re.compile("^Ready"))
    claim.refresh_from_db()
    assert claim.member_id == "HLH4471203"
    page.keyboard.press("c")
    page.wait_for_url("**/calls/*/")
    expect(page.locator('#console [data-copied="HLH4471203"]')).to_be_visible()


def test_a_question_is_asked_by_keyboard_and_taken_back(page: Page, claim: Claim) -> None:
    item = WorklistItem.objects.filter(is_for_caller=True, level="L1").exclude(claim=claim)[0]
    page.goto(f"/practices/lakeside/claims/{item.claim_id}/")
    page.keyboard.press("q")
    expect(page.get_by_role("dialog", name="Ask someone")).to_be_visible()
    page.keyboard.type("Cod")
    page.keyboard.press("Tab")
    page.keyboard.type("Which modifier fits line 1?")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("#ready")).to_contain_text("Asked coding on Nov 23 by ana")
    item.refresh_from_db()
    assert item.work_status == "with_billing"
    with page.expect_navigation():
        page.get_by_role("button", name="Take it back").click()
    item.refresh_from_db()
    assert item.work_status == "ready"
